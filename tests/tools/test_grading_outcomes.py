"""Every outcome of grading, by the real tools, on a suite of tiny problems and on one cocotb problem (continued)."""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import AND_GOLDEN, COUNTER_GOLDEN, MiniSuite
from graded_designs import AND, COUNTER, RIGHT, Tools, crc8, grade, graded, grader, mini, pool, problem, tools  # noqa: F401 - fixtures

from harness.grading.grader import Grader
from harness.process.pool import CellPool
from harness.records.grade import Candidate, Grade
from harness.records.outcome import Evidence, Outcome, Stage, Status
from harness.records.problem import Problem
from harness.tools import liberty, yosys, yosys_mapping

pytestmark = pytest.mark.tools


# Designs that are right as text only


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("and2", AND % "real r; always @* r = a; assign y = (r > 0.5) && b;"),
        ("and2", AND % f'string s; initial s = "x"; {RIGHT}'),
        ("and2", AND % "event e; reg r; always @(a or b) -> e; always @e r = a & b; assign y = r;"),
        ("counter", COUNTER % "initial forever @(posedge clk) q = rst ? 0 : q + 1;"),
        ("counter", COUNTER % "always @(posedge clk) fork q <= rst ? 0 : q + 1; join"),
    ],
)
def test_what_yosys_refuses_is_no_hardware(grader: Grader, mini: MiniSuite, name: str, code: str) -> None:
    found = graded(grader, mini, name, code)
    assert found.grade.outcome is Outcome.NOT_SYNTHESIZABLE
    assert found.grade.stages[Stage.SIMULATE].status is Status.PASS
    assert found.grade.message is not None and "candidate.sv" in found.grade.message
    assert found.grade.ratio == {} and found.log.startswith("== synthesize\n")


@pytest.mark.parametrize(
    "body",
    [
        "assign y = ($time != 0) ? a & b : a | b;",
        "reg late = 0; initial #100 late = 1; assign y = late ? a | b : a & b;",
        "reg never; assign y = (never === 1'bx) ? a & b : a | b;",
        "reg slow = 0; always @(a) slow <= #100 1; assign y = slow ? a | b : a & b;",
    ],
    ids=["time", "initial", "undefined", "delay"],
)
def test_what_is_right_only_in_a_simulator_is_found_by_its_netlist_and_has_no_area_ratio(
    grader: Grader, mini: MiniSuite, body: str
) -> None:
    found = graded(grader, mini, "and2", AND % body)
    assert found.grade.outcome is Outcome.NETLIST_MISMATCH
    assert found.grade.message is not None and found.grade.message.startswith("as netlist: ")
    assert found.grade.stages[Stage.SIMULATE].status is Status.PASS
    assert found.grade.stages[Stage.NETLIST].status is Status.FAIL
    assert (found.grade.evidence, found.grade.ratio) == (None, {})


def test_where_the_golden_netlist_fails_text_is_enough(grader: Grader, mini: MiniSuite) -> None:
    golden = COUNTER % "initial forever @(posedge clk) q = rst ? 0 : q + 1;"
    (mini.problem("counter") / "golden.v").write_text(golden)
    for code in (golden, COUNTER_GOLDEN):
        found = grade(grader, mini, "counter", code)
        assert (found.outcome, found.evidence, found.ratio) == (Outcome.PASS, Evidence.TEXT, {})
    assert grade(grader, mini, "counter", COUNTER % "initial q = 0;").outcome is Outcome.MISMATCH


# Areas


@pytest.mark.parametrize(
    ("golden", "cell"),
    [
        ("assign y = ~(a & b);", "NAND2_X"),
        ("assign y = ~(a | b);", "NOR2_X"),
        ("assign y = a ^ b;", "XOR2_X"),
        ("assign y = ~a;", "INV_X"),
        ("assign y = 1'b1;", "TIE1"),
        ("assign y = a;", ""),
    ],
)
def test_a_gate_becomes_its_cell_and_has_its_area(pool: CellPool, golden: str, cell: str) -> None:
    library = liberty.load("neutral")
    circuit = yosys.circuit(pool.run(yosys.CELL, yosys.elaboration_job({"x.v": AND % golden}, "and2", {})).files)
    assert circuit is not None
    files = pool.run(yosys.CELL, yosys_mapping.mapping_job(circuit, "and2", library)).files
    cells = json.loads(files[yosys_mapping.MAPPED])["design"]["num_cells_by_type"]
    areas = dict(re.findall(r"cell \((\w+)\) \{\s*area : ([\d.]+);", library.text))
    found = yosys_mapping.parse_mapping(files)
    assert [name.startswith(cell) for name in cells] == [True] * bool(cell)
    assert found.cells == len(cells)
    assert found.area is not None
    assert abs(found.area - sum(float(areas[name]) for name in cells)) < 1e-3


def test_a_larger_design_of_the_same_function_has_a_larger_area(grader: Grader, mini: MiniSuite) -> None:
    larger = """reg [15:0] ring; integer i;
  always @(posedge clk) if (rst) ring <= 1; else ring <= {ring[14:0], ring[15]};
  always @* begin q = 0; for (i = 0; i < 16; i = i + 1) if (ring[i]) q = q | i; end"""
    found = grade(grader, mini, "counter", COUNTER % larger)
    assert (found.outcome, found.evidence) == (Outcome.PASS, Evidence.NETLIST)
    assert 2 < found.ratio["area"] < 8
    facts = found.stages[Stage.SYNTHESIZE].facts
    assert facts["latches"] == 0 and facts["loops"] == 0
    assert found.ratio["area"] == pytest.approx(
        facts["area"] / grade(grader, mini, "counter", COUNTER_GOLDEN).stages[Stage.SYNTHESIZE].facts["area"], rel=1e-4
    )


def test_latches_loops_and_conflicting_drivers_are_counted(grader: Grader, mini: MiniSuite) -> None:
    def facts(body: str) -> Mapping[str, Any]:
        return grade(grader, mini, "and2", AND % body).stages[Stage.SYNTHESIZE].facts

    assert facts("reg r; always @* if (b) r = a; assign y = r;")["latches"] == 1
    assert facts("wire p = ~(a & q), q = ~(b & p); assign y = p;")["loops"] == 1
    assert facts(f"{RIGHT} {RIGHT}")["conflicts"] == 1


# What is graded once, and what is nobody's fault


def test_identical_candidates_are_graded_once_even_at_the_same_time(
    grader: Grader, mini: MiniSuite, tools: Tools
) -> None:
    found, one = problem(mini, "and2"), Candidate(AND_GOLDEN + "// once\n")
    grader.baselines.of(found)
    tools.jobs.clear()
    grades: list[Grade] = []

    def work(sample: int) -> None:
        grades.append(grader.grade(found, one, sample).grade)

    threads = [threading.Thread(target=work, args=(sample,)) for sample in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(grade.sample for grade in grades) == [0, 1, 2, 3]
    assert len({str(replace(grade, sample=0)) for grade in grades}) == 1
    jobs = len(tools.jobs)
    assert 0 < jobs < 10
    grader.grade(found, one, 9)
    assert len(tools.jobs) == jobs
    grader.grade(problem(mini, "counter"), one, 9)
    grader.grade(found, Candidate(one.code + " "), 9)
    assert len(tools.jobs) > jobs


def test_a_lost_cell_is_an_infra_error_that_is_tried_again_by_the_next_sample(
    grader: Grader, mini: MiniSuite, tools: Tools
) -> None:
    grader.baselines.of(problem(mini, "and2"))
    tools.lose = 1
    lost = grade(grader, mini, "and2", AND_GOLDEN)
    assert (lost.outcome, lost.message, lost.evidence) == (Outcome.INFRA_ERROR, "the cell was lost", None)
    assert grade(grader, mini, "and2", AND_GOLDEN).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("golden.v", "a & b", "a | b", "tb.v: the golden design does not pass its testbench (seed 1): 2 of 4 checks"),
        (
            "golden.v",
            "output y",
            "output [1:0] y",
            "[[port]] and the golden design differ: in the golden design, port y",
        ),
        ("golden.v", "input b,", "input b, output z,", "port z has no [[port]] table"),
        ("golden.v", "module and2", "module nand2", "the golden design has no module and2 (there are: nand2)"),
        ("golden.v", "a & b;", "a & ;", "the golden design does not pass the screen"),
        ("golden.v", "assign", "final $display; assign", "the golden design does not pass the screen: line 2: a final"),
        ("tb.v", '$display("HARNESS', '$display("HARMLESS', 'ends without a verdict line "HARNESS <key> checked='),
        (
            "tb.v",
            "checked=4 failed=0",
            "checked=0 failed=0",
            "does not pass its testbench (seed 1): nothing is checked",
        ),
        ("tb.v", "and2 dut", "nand2 dut", "the golden design does not compile with the testbench"),
        ("tb.v", "parameter [63:0] KEY", "localparam [63:0] KEY", "the golden design"),
    ],
)
def test_a_broken_problem_is_infra_error_and_names_the_file(
    grader: Grader, mini: MiniSuite, file: str, old: str, new: str, message: str
) -> None:
    path = (mini.bench("and2") if file == "tb.v" else mini.problem("and2")) / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    found = grade(grader, mini, "and2", AND_GOLDEN)
    assert found.outcome is Outcome.INFRA_ERROR
    assert found.message is not None and message in found.message
    assert str(mini.problem("and2") / "problem.toml") in found.message
    assert list(grader.baselines.unsolvable()) == ["and2"]


def test_a_cocotb_problem_passes_its_golden_design_as_text_and_as_netlist(grader: Grader, crc8: Problem) -> None:
    found = grader.grade(crc8, Candidate(crc8.golden[0].text), 0).grade
    assert (found.outcome, found.evidence, found.ratio) == (Outcome.PASS, Evidence.NETLIST, {"area": 1.0})
    assert found.stages[Stage.SIMULATE].facts["checked"] > 1000


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("8'hB8", "8'hB4", Outcome.MISMATCH),
        ("endmodule", "initial forever #0 ; endmodule", Outcome.TIMEOUT),
        ("output reg        crc_valid", "output reg [1:0]  crc_valid", Outcome.INTERFACE_ERROR),
    ],
)
def test_a_cocotb_problem_refuses_a_wrong_design(
    grader: Grader, crc8: Problem, old: str, new: str, outcome: Outcome
) -> None:
    code = crc8.golden[0].text
    assert old in code
    found = grader.grade(crc8, Candidate(code.replace(old, new)), 0)
    assert found.grade.outcome is outcome
    if outcome is Outcome.MISMATCH:
        assert found.grade.message is not None and found.grade.message.startswith("crc differs first at time ")


def test_a_cocotb_test_without_a_verdict_is_a_broken_problem(grader: Grader, crc8: Problem, tmp_path: Path) -> None:
    bench = crc8.testbench
    silent = replace(bench.files[0], text=bench.files[0].text.replace(".finish()", ".checked"))
    assert silent.text != bench.files[0].text
    found = grader.grade(replace(crc8, testbench=replace(bench, files=(silent,))), Candidate(""), 0).grade
    assert found.outcome is Outcome.INFRA_ERROR
    assert found.message is not None and "ends without a verdict line" in found.message
