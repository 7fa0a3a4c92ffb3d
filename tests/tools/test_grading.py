"""Every outcome of grading, by the real tools, on a suite of tiny problems and on one cocotb problem."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from conftest import AND_GOLDEN, AND_TB, COUNTER_GOLDEN, MiniSuite, problem_toml

from harness.errors import CellLost
from harness.grading.grader import Graded, Grader, GradingSettings
from harness.grading.synthesize import SynthesisSettings
from harness.process.job import Job, JobResult
from harness.process.pool import CellPool
from harness.process.sandbox import CellKind, choose
from harness.records.grade import Candidate, Grade
from harness.records.outcome import Evidence, Outcome, Rules, Stage, Status, Task
from harness.records.problem import Problem
from harness.suites.locate import load_suite
from harness.suites.native import read_native
from harness.tools import liberty, yosys
from harness.tools.locate import prefix_of

pytestmark = pytest.mark.tools

AND = "module and2(input a, input b, output y);\n%s\nendmodule\n"
COUNTER = "module counter(input clk, input rst, output reg [3:0] q);\n%s\nendmodule\n"
RIGHT = "assign y = a & b;"
ADDER = """module adder #(parameter WIDTH = 4) (input [WIDTH-1:0] a, input [WIDTH-1:0] b, output [WIDTH:0] s);
  assign s = a + b;
endmodule
"""
ADDER_TB = """module tb;
  parameter [63:0] KEY = 64'd0;
  parameter [31:0] SEED = 32'd1;
  reg [5:0] a, b; wire [6:0] s; integer i, state, failed = 0;
  adder #(.WIDTH(6)) dut(.a(a), .b(b), .s(s));
  initial begin
    state = SEED;
    for (i = 0; i < 50; i = i + 1) begin a = $random(state); b = $random(state); #1 if (s !== a + b) failed = failed + 1; end
    if (failed == 0) $display("HARNESS %h checked=50 failed=0 first=-", KEY);
    else $display("HARNESS %h checked=50 failed=%0d first=1", KEY, failed);
    $finish(0);
  end
endmodule
"""
WAITING_TB = """module tb;
  parameter [63:0] KEY = 64'd0;
  parameter [31:0] SEED = 32'd1;
  reg a = 1, b = 0; wire y; and2 dut(.a(a), .b(b), .y(y));
  integer rounds = 0;
  always @(posedge y) rounds = rounds + 1;
  initial begin
    repeat (3) begin #1 b = 1; #1 b = 0; end
    wait (rounds > 0);
    $display("HARNESS %h checked=%0d failed=0 first=-", KEY, rounds);
    $finish(0);
  end
endmodule
"""
"""Counts what the design does, and waits for it: without the golden design's count it would believe anything."""


@dataclass
class Memory:
    """Baselines by content, so that each is measured once for the whole file."""

    found: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def get(self, key: str) -> Mapping[str, Any] | None:
        return self.found.get(key)

    def put(self, key: str, value: Mapping[str, Any]) -> None:
        self.found[key] = value


@dataclass
class Tools:
    """The pool as the stages see it; counts jobs by cell, and can fail or change one."""

    pool: CellPool
    jobs: list[str] = field(default_factory=list)
    lose: int = 0
    crash: str = ""
    """Name of the step that is said to have died of signal 11."""

    def __call__(self, kind: CellKind, job: Job) -> JobResult:
        self.jobs.append(kind.name)
        if self.lose:
            self.lose -= 1
            raise CellLost("the cell was lost")
        found = self.pool.run(kind, job)
        if any(step.name == self.crash for step in found.steps):
            steps = [s if s.name != self.crash else replace(s, exit_code=None, signal=11) for s in found.steps]
            return JobResult(tuple(steps), found.files)
        return found


SETTINGS = GradingSettings(
    rules=Rules.DEFAULT,
    stages=frozenset(),
    synthesis=SynthesisSettings(liberty.load("neutral")),
    tools={},
    sandbox=choose("auto"),
)
MEMORY = Memory()


@pytest.fixture(scope="module")
def pool() -> Iterator[CellPool]:
    prefix = prefix_of("iverilog")
    with CellPool(choose("auto"), () if prefix is None else (prefix,)) as made:
        yield made


@pytest.fixture
def tools(pool: CellPool) -> Tools:
    return Tools(pool)


@pytest.fixture
def grader(tools: Tools) -> Grader:
    return Grader(SETTINGS, tools, MEMORY)


@pytest.fixture
def mini(mini: MiniSuite) -> MiniSuite:
    ports = [("a", "input", 6), ("b", "input", 6), ("s", "output", 7)]
    mini.add("adder", problem_toml("adder", ports, "parameters = { WIDTH = 6 }\n"), ADDER, ADDER_TB)
    return mini


def problem(mini: MiniSuite, name: str) -> Problem:
    suite = read_native(mini.root, Task.SPEC_TO_RTL)
    assert suite.defects == ()
    return next(found for found in suite.problems if found.name == name)


def graded(grader: Grader, mini: MiniSuite, name: str, code: str) -> Graded:
    return grader.grade(problem(mini, name), Candidate(code), 0)


def grade(grader: Grader, mini: MiniSuite, name: str, code: str) -> Grade:
    return graded(grader, mini, name, code).grade


def hasty(found: Problem) -> Problem:
    return replace(found, testbench=replace(found.testbench, cpu_s=1))


# Right designs


@pytest.mark.parametrize(("name", "code", "checked"), [("and2", AND_GOLDEN, 8), ("counter", COUNTER_GOLDEN, 200)])
def test_the_golden_design_passes_every_stage_on_evidence_of_its_netlist(
    grader: Grader, mini: MiniSuite, name: str, code: str, checked: int
) -> None:
    found = graded(grader, mini, name, code)
    assert (found.grade.outcome, found.grade.evidence, found.grade.message) == (Outcome.PASS, Evidence.NETLIST, None)
    assert list(found.grade.stages) == [
        *(Stage.SCREEN, Stage.SYNTAX, Stage.INTERFACE, Stage.SIMULATE, Stage.SYNTHESIZE, Stage.NETLIST)
    ]
    assert {result.status for result in found.grade.stages.values()} == {Status.PASS}
    assert found.grade.stages[Stage.SIMULATE].facts == {"checked": checked, "failed": 0}
    assert found.grade.stages[Stage.NETLIST].facts == {"checked": checked, "failed": 0}
    assert found.grade.ratio == {"area": 1.0}
    assert (found.log, found.grade.log, found.grade.sandbox) == ("", None, SETTINGS.sandbox)


def test_parameters_reach_simulation_synthesis_and_netlist(grader: Grader, mini: MiniSuite) -> None:
    found = grade(grader, mini, "adder", ADDER)
    assert (found.outcome, found.evidence, found.ratio) == (Outcome.PASS, Evidence.NETLIST, {"area": 1.0})
    fixed = grade(grader, mini, "adder", ADDER.replace("assign s = a + b", "assign s = a[3:0] + b[3:0]"))
    assert fixed.outcome is Outcome.MISMATCH


def test_an_additional_output_is_counted_and_does_no_harm(grader: Grader, mini: MiniSuite) -> None:
    found = grade(grader, mini, "and2", AND_GOLDEN.replace("output y)", "output y, output z)"))
    assert found.outcome is Outcome.PASS
    assert found.stages[Stage.INTERFACE].facts == {"extra_outputs": 1}


@pytest.mark.parametrize("ending", ["\r\n", "\n\n"])
def test_line_ends_and_a_missing_last_one_do_not_matter(grader: Grader, mini: MiniSuite, ending: str) -> None:
    assert grade(grader, mini, "counter", COUNTER_GOLDEN.strip().replace("\n", ending)).outcome is Outcome.PASS


def test_an_early_finish_is_left_out(grader: Grader, mini: MiniSuite) -> None:
    text = 'initial begin $display("HARNESS 0000000000000000 checked=8 failed=0 first=-"); $finish; end ' + RIGHT
    found = grade(grader, mini, "and2", AND % text)
    assert found.outcome is Outcome.PASS
    assert found.stages[Stage.SCREEN].facts == {"neutralised": ["$display", "$finish"], "neutralised_count": 2}


def test_a_macro_and_a_directive_of_the_candidate_do_not_reach_the_testbench(grader: Grader, mini: MiniSuite) -> None:
    code = "`define checked hacked\n`timescale 1ps/1ps\n`default_nettype none\n" + AND_GOLDEN
    assert grade(grader, mini, "and2", code).outcome is Outcome.PASS


# Designs that do not compile, or do not fit


@pytest.mark.parametrize(
    ("body", "outcome", "message"),
    [
        ("assign y = a & ;", Outcome.SYNTAX_ERROR, "line 2: syntax error"),
        ("\n\nassign y = a & b", Outcome.SYNTAX_ERROR, "line 5: syntax error"),
        (RIGHT + "\nendmodule\nmodule other(", Outcome.SYNTAX_ERROR, "syntax error"),
        ("assign y = `UNKNOWN;", Outcome.SYNTAX_ERROR, "line 2"),
        ("assign y = a & c;", Outcome.ELABORATION_ERROR, "line 2: error: Unable to bind wire/reg/memory `c'"),
        ("other u(a, b, y);", Outcome.ELABORATION_ERROR, "line 2: error: Unknown module type: other"),
        ("always @* y = a & b;", Outcome.ELABORATION_ERROR, "line 2: error: y is not a valid l-value"),
        ("and2 u(a, b, y);", Outcome.ELABORATION_ERROR, ""),
    ],
)
def test_text_that_does_not_compile_is_told_from_a_design_that_cannot_be_put_together(
    grader: Grader, mini: MiniSuite, body: str, outcome: Outcome, message: str
) -> None:
    found = graded(grader, mini, "and2", AND % body)
    assert (found.grade.outcome, list(found.grade.stages)) == (outcome, [Stage.SCREEN, Stage.SYNTAX])
    assert found.grade.message is not None and message in found.grade.message
    assert found.log.startswith("== syntax\n") and found.grade.log is not None
    assert found.grade.evidence is None


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("and2", "module and2", "module and_2", "no module and2 (there are: and_2)"),
        ("and2", AND_GOLDEN, "", "no module and2 (there are: none)"),
        ("and2", AND_GOLDEN, "// nothing but words\n", "no module and2 (there are: none)"),
        ("and2", "input b, ", "", "port b is missing"),
        ("and2", "input b", "input B", "port b is missing"),
        ("and2", "output y", "input y", "port y is input, not output"),
        ("and2", "output y", "inout y", "port y is inout, not output"),
        ("and2", "input a", "input [1:0] a", "port a has 2 bits, not 1 bit"),
        ("and2", "input a", "input a [1:0]", "port a has no vector type, not 1 bit"),
        ("and2", "input a", "input clk, input a", "input port clk is not in the specification"),
        ("counter", "[3:0]", "[4:0]", "port q has 5 bits, not 4 bits"),
        ("adder", "#(parameter WIDTH = 4) ", "", "parameter WIDTH is missing"),
        ("adder", "[WIDTH:0] s", "[4:0] s", "port s has 5 bits, not 7 bits"),
    ],
)
def test_another_interface_is_named(
    grader: Grader, mini: MiniSuite, name: str, old: str, new: str, message: str
) -> None:
    golden = {"and2": AND_GOLDEN, "counter": COUNTER_GOLDEN, "adder": ADDER}[name]
    assert old in golden
    code = golden.replace(old, new)
    if "WIDTH" in golden and "parameter" in old:
        code = code.replace("WIDTH-1", "5").replace("WIDTH", "6")
    if "input a [1:0]" in new or new.startswith(("input y", "inout")) or "input b, " in old or "input B" in new:
        code = code.replace("assign y = a & b;", "")
    found = grade(grader, mini, name, code)
    assert (found.outcome, found.message) == (Outcome.INTERFACE_ERROR, message)


def test_a_candidate_that_never_was_verilog_keeps_its_outcome_and_runs_nothing(
    grader: Grader, mini: MiniSuite, tools: Tools
) -> None:
    found = grader.grade(problem(mini, "and2"), Candidate("", Outcome.NO_CODE, "no Verilog in the reply"), 0).grade
    assert (found.outcome, found.message) == (Outcome.NO_CODE, "no Verilog in the reply")
    assert {stage: result.status for stage, result in found.stages.items()} == {Stage.EXTRACT: Status.FAIL}
    assert tools.jobs == []


def test_a_nul_character_and_text_without_utf8_are_no_trouble_of_ours(grader: Grader, mini: MiniSuite) -> None:
    assert grade(grader, mini, "and2", AND % "\n\0").message == "line 3: a NUL character"
    assert grade(grader, mini, "and2", AND % (RIGHT + "// \ud800")).outcome is not Outcome.INFRA_ERROR


# Designs that are wrong, or do not end


def test_a_wrong_design_says_which_output_differs_first_and_how_often(grader: Grader, mini: MiniSuite) -> None:
    found = graded(grader, mini, "counter", COUNTER % "always @(posedge clk) q <= rst ? 0 : q + 2;")
    assert found.grade.outcome is Outcome.MISMATCH
    assert found.grade.message == "q differs first at time 29000: expected 0001, got 0010; 88 of 100 checks failed"
    assert found.grade.stages[Stage.SIMULATE].facts == {"checked": 100, "failed": 88, "first": 29}
    assert "== simulate\nMISMATCH time=29000 signal=q expected=0001 got=0010\n" in found.log


def test_a_design_that_is_wrong_under_the_second_seed_only_is_wrong(grader: Grader, mini: MiniSuite) -> None:
    bench = AND_TB.replace("i < 4", "i < (SEED == 1 ? 2 : 4)")
    assert bench != AND_TB
    (mini.bench("and2") / "tb.v").write_text(bench)
    found = grade(grader, mini, "and2", AND % "assign y = a;")
    assert (found.outcome, found.message) == (
        Outcome.MISMATCH,
        "first difference at time 1; 1 of 4 checks failed",
    )
    assert grade(grader, mini, "and2", AND_GOLDEN).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "body",
    ["", "assign y = 1'bx;", "assign y = 1'bz;", "assign y = a | b;", "assign y = 0;", "assign y = a ? b : 1'bx;"],
)
def test_a_design_that_leaves_its_output_undriven_undefined_or_wrong_is_wrong(
    grader: Grader, mini: MiniSuite, body: str
) -> None:
    found = grade(grader, mini, "and2", AND % body)
    assert found.outcome is Outcome.MISMATCH
    assert found.message is not None and "of 4 checks failed" in found.message


def test_area_is_measured_of_right_designs_only_and_synthesis_of_all(grader: Grader, mini: MiniSuite) -> None:
    wrong = grade(grader, mini, "counter", COUNTER % "always @(posedge clk) if (rst) q <= 1; else q <= q + 1;")
    assert (wrong.outcome, wrong.ratio) == (Outcome.MISMATCH, {})
    assert wrong.stages[Stage.SYNTHESIZE].status is Status.PASS
    assert wrong.stages[Stage.SYNTHESIZE].facts["flip_flops"] == 1
    assert not {"area", "cells"} & set(wrong.stages[Stage.SYNTHESIZE].facts)
    assert Stage.NETLIST not in wrong.stages


@pytest.mark.parametrize("loop", ["initial forever #0 k = ~k;", "initial while (1) k = ~k;"])
def test_a_design_that_never_lets_time_pass_runs_into_the_cpu_limit(grader: Grader, mini: MiniSuite, loop: str) -> None:
    code = AND % f"reg k = 0; wire l; {loop} {RIGHT}"
    found = grader.grade(hasty(problem(mini, "and2")), Candidate(code), 0).grade
    assert found.outcome is Outcome.TIMEOUT
    assert found.message is not None and found.message.startswith("simulation: CPU limit reached after ")
    assert found.stages[Stage.SIMULATE].status is Status.FAIL
    assert found.ratio == {}


def test_an_oscillating_loop_is_a_failure_of_the_design_whatever_it_does_to_the_simulator(
    grader: Grader, mini: MiniSuite
) -> None:
    code = AND % f"wire l; assign l = l === 1'b0; {RIGHT}"
    found = grader.grade(hasty(problem(mini, "and2")), Candidate(code), 0).grade
    assert found.outcome in (Outcome.TIMEOUT, Outcome.TOOL_CRASH)
    assert found.message is not None and found.message.startswith("simulation: ")


def test_a_design_that_eats_memory_runs_into_the_memory_limit(grader: Grader, mini: MiniSuite) -> None:
    code = AND % f"reg [31:0] big [0:(1 << 29) - 1]; initial big[5] = 1; {RIGHT}"
    found = grade(grader, mini, "and2", code)
    assert (found.outcome, found.message) == (Outcome.RESOURCE_LIMIT, "simulation: memory limit reached")


def test_a_run_that_ends_before_its_verdict_has_none(grader: Grader, mini: MiniSuite) -> None:
    (mini.bench("and2") / "tb.v").write_text(WAITING_TB)
    assert grade(grader, mini, "and2", AND_GOLDEN).outcome is Outcome.PASS
    found = grade(grader, mini, "and2", AND % "assign y = 0;")
    assert (found.outcome, found.message) == (Outcome.NO_VERDICT, "the simulation ended without its verdict")


def test_only_the_golden_designs_number_of_checks_counts(grader: Grader, mini: MiniSuite) -> None:
    (mini.bench("and2") / "tb.v").write_text(WAITING_TB)
    found = grade(grader, mini, "and2", AND % "reg seen = 0; always @(negedge b) seen = 1; assign y = b & ~seen;")
    message = "1 checks were made where the golden design's run makes 3"
    assert (found.outcome, found.message) == (Outcome.NO_VERDICT, message)
    assert found.stages[Stage.SIMULATE].facts == {"checked": 1, "failed": 0}


@pytest.mark.parametrize(
    ("step", "message"), [("run", "simulation: ended by signal 11"), ("compile", "iverilog: ended by signal 11")]
)
def test_a_tool_that_crashes_on_a_candidate_is_a_failure_of_the_candidate(
    mini: MiniSuite, tools: Tools, step: str, message: str
) -> None:
    grader = Grader(SETTINGS, tools, MEMORY)
    grader.baselines.of(problem(mini, "and2"))
    tools.crash = step
    found = grade(grader, mini, "and2", AND_GOLDEN + "// another text\n")
    assert (found.outcome, found.message) == (Outcome.TOOL_CRASH, message)


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
    files = pool.run(yosys.CELL, yosys.synthesis_job({"x.v": AND % golden}, "and2", {}, library)).files
    cells = json.loads(files[yosys.MAPPED])["design"]["num_cells_by_type"]
    areas = dict(re.findall(r"cell \((\w+)\) \{\s*area : ([\d.]+);", library.text))
    found = yosys.parse_synthesis(files)
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
        ("tb.v", "parameter [63:0] KEY", "localparam [63:0] KEY", "ends without a verdict line"),
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


# cocotb


@pytest.fixture(scope="module")
def crc8() -> Problem:
    suite = load_suite("core", Task.SPEC_TO_RTL)
    found = next(problem for problem in suite.problems if problem.name == "crc8_stream")
    return replace(found, testbench=replace(found.testbench, seeds=1, cpu_s=4))


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
