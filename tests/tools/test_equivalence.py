"""Formal equivalence with the real Yosys, ABC and Icarus."""

import base64
import gzip
import json
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import COUNTER_GOLDEN, COUNTER_SPEC, Harness, MiniSuite, problem_toml
from equivalence_pairs import PAIRS
from equivalence_pairs.pair import Pair

from harness.errors import ConfigError
from harness.grading import equivalence
from harness.grading.equivalence import Equivalence, Hints
from harness.process import sandbox
from harness.process.pool import CellPool
from harness.records.outcome import Status
from harness.tools import locate
from harness.tools.stimulus import Design

pytestmark = pytest.mark.tools
SHORT = (
    *("multiply_one_vector_wrong", "count_ones", "decoder_fills_in", "sequence_one_hot", "accumulate_early"),
    *("registers_one_value_wrong", "rom_as_logic", "stack_bottom_lost", "async_reset_inverted", "latch_in_halves"),
    *("async_reset_made_synchronous", "negedge_for_posedge", "two_clocks_mixed_up", "no_reset_renamed", "given_module"),
)


@pytest.fixture(scope="module")
def pool() -> Iterator[CellPool]:
    roots = sorted({prefix for prefix in map(locate.prefix_of, ("iverilog", "vvp")) if prefix})
    with CellPool(sandbox.choose("auto"), roots) as found:
        yield found


def compare(pair: Pair, pool: CellPool, hints: Hints | None = None) -> Equivalence:
    given = {"given.v": pair.given} if pair.given else {}
    golden, candidate = (
        Design({**given, "design.v": text}, "dut", pair.parameters) for text in (pair.golden, pair.candidate)
    )
    return equivalence.check(golden, candidate, pool.run, hints)


def test_there_are_enough_pairs_and_enough_wrong_ones() -> None:
    assert len({pair.name for pair in PAIRS}) == len(PAIRS) >= 40
    assert sum(pair.structural for pair in PAIRS) >= 15
    assert sum(not pair.equal for pair in PAIRS) >= 18


@pytest.mark.parametrize("name", SHORT)
def test_equal_designs_are_proven_and_wrong_ones_refuted(name: str, pool: CellPool) -> None:
    [pair] = [pair for pair in PAIRS if pair.name == name]
    found = compare(pair, pool)
    assert found.status is (Status.PROVEN if pair.equal else Status.REFUTED), found


@pytest.mark.long
def test_no_pair_has_a_false_answer_and_nearly_all_have_one(pool: CellPool) -> None:
    found = {pair.name: compare(pair, pool) for pair in PAIRS}
    wrong = {Status.PROVEN: Status.REFUTED, Status.REFUTED: Status.PROVEN}
    right = {pair.name: Status.PROVEN if pair.equal else Status.REFUTED for pair in PAIRS}
    assert [name for name, one in found.items() if one.status is wrong[right[name]]] == []
    undecided = [name for name, one in found.items() if one.status is not right[name]]
    assert len(undecided) <= 0.05 * len(PAIRS), undecided
    assert statistics.median(one.cpu_s for one in found.values()) < 2


def test_the_same_question_has_the_same_answer(pool: CellPool) -> None:
    [pair] = [pair for pair in PAIRS if pair.name == "registers_one_value_wrong"]
    first, second = compare(pair, pool), compare(pair, pool)
    assert first.facts() == second.facts()
    assert first.counterexample is not None and second.counterexample is not None
    assert first.counterexample.inputs() == second.counterexample.inputs()


def test_a_golden_design_that_is_never_defined_proves_nothing(pool: CellPool) -> None:
    golden = "module dut(input a, output y); assign y = 1'bx; endmodule\n"
    pair = Pair("open", golden, golden.replace("1'bx", "a"), True)
    found = compare(pair, pool)
    assert found.status is Status.INCONCLUSIVE
    assert "ever defined" in found.reason


def test_a_golden_design_that_only_a_simulator_brings_out_of_x_proves_nothing_of_itself(pool: CellPool) -> None:
    golden = """module dut(input clk, input d, output y);
  reg [1:0] s; assign y = s == 2;
  always @(posedge clk) case (s) 0: s <= d; 1: s <= 2; 2: s <= 0; default: s <= 2; endcase
endmodule
"""
    candidate = """module dut(input clk, input d, output y);
  reg first = 1; reg [1:0] s = 0; assign y = s == 2;
  always @(posedge clk) begin
    first <= 0;
    s <= first ? 2 : s == 0 ? d : s == 1 ? 2 : 0;
  end
endmodule
"""
    found = compare(Pair("optimism", golden, candidate, True), pool)
    assert found.status is Status.INCONCLUSIVE
    assert "defined in simulation, but not from X" in found.reason


def test_clock_and_reset_are_found_with_their_levels(pool: CellPool) -> None:
    [pair] = [pair for pair in PAIRS if pair.name == "async_reset_inverted"]
    found = compare(pair, pool)
    assert found.clocks == ("clk",)
    assert [(pin.port, pin.active_high, pin.asynchronous) for pin in found.resets] == [("rst_n", False, True)]


def test_a_hint_that_names_no_input_is_an_error(pool: CellPool) -> None:
    with pytest.raises(ConfigError, match=r"clock: no input of one bit\. There are: a, b"):
        compare(PAIRS[0], pool, Hints(("clock",)))


WEAK_TB = """module tb;
  parameter [63:0] KEY = 64'd0; parameter [31:0] SEED = 32'd1;
  reg clk = 0, rst = 1; wire [3:0] q; counter dut(.clk(clk), .rst(rst), .q(q)); integer i, failed = 0;
  initial begin
    for (i = 0; i < 8; i = i + 1) begin
      rst = i < 2; #5 clk = 1; #5 clk = 0;
      if (q !== (i < 2 ? 0 : i - 1)) failed = failed + 1;
    end
    if (failed == 0) $display("HARNESS %h checked=8 failed=0 first=-", KEY);
    else $display("HARNESS %h checked=8 failed=%0d first=1", KEY, failed);
    $finish(0);
  end
endmodule
"""
STOPS = COUNTER_GOLDEN.replace("else q", "else if (q != 12) q")
RENAMED = """module counter(input clk, input rst, output [3:0] q);
  reg [3:0] left; assign q = ~left;
  always @(posedge clk) left <= rst ? 4'hF : left - 1;
endmodule
"""


def test_a_weak_testbench_passes_what_the_stage_refutes(mini: MiniSuite, harness: Harness, tmp_path: Path) -> None:
    mini.add(
        "weak",
        problem_toml("counter", [("clk", "input", 1), ("rst", "input", 1), ("q", "output", 4)]),
        COUNTER_GOLDEN,
        WEAK_TB,
        COUNTER_SPEC,
    )
    answers = tmp_path / "answers.jsonl"
    answers.write_text("".join(json.dumps({"task_id": "weak", "code": text}) + "\n" for text in (STOPS, RENAMED)))
    ran = harness(
        *("grade", "--suite", "core", "--suite-path", mini.root, "--problems", "weak", "--completions", answers),
        *("--stages", "equivalence", "--run", "weak"),
    )
    assert ran.code == 0, ran.err
    folder = tmp_path / "results" / "runs" / "weak"
    wrong, right = map(
        json.loads,
        sorted((folder / "grades.jsonl").read_text().splitlines(), key=lambda line: json.loads(line)["sample"]),
    )
    assert wrong["outcome"] == right["outcome"] == "pass"
    assert right["stages"]["equivalence"]["status"] == "proven"
    refuted = wrong["stages"]["equivalence"]
    assert refuted["status"] == "refuted"
    assert refuted["counterexample"] == {"cycles": 16, "output": "q", "golden": "1101", "candidate": "1100"}
    assert "q: golden" in (folder / "logs" / f"{wrong['log'].removeprefix('sha256:')[:32]}.log").read_text()
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["metrics"]["equivalence"]["pass@1"]["value"] == 0.5
    assert summary["metrics"]["function"]["pass@1"]["value"] == 1
    assert summary["equivalence"]["refuted_problems"] == {"weak": 1}
    assert "passing designs that are refuted: weak 1" in ran.out
    text = re.search(r'id="block-0">([^<]*)<', (folder / "report.html").read_text())
    assert text
    page = json.loads(gzip.decompress(base64.b64decode(text[1])))["samples"]
    assert "counterexample" not in page["1"]
    assert page["0"]["words"].endswith("`q` differs in cycle 15: expected 1101, got 1100.")
    wave = page["0"]["counterexample"]
    assert (wave["start"], wave["first"], wave["end"], wave["frames"]) == (0, 15, 16, "cycle")
    q = wave["signals"][-1]
    assert (q["name"], q["expected"][-1], q["actual"][-1][1]) == ("q", [15, "1101"], "1100")


def test_the_command_prints_json_and_a_waveform(harness: Harness, tmp_path: Path) -> None:
    golden, candidate = tmp_path / "golden.v", tmp_path / "a candidate.v"
    golden.write_text(COUNTER_GOLDEN)
    candidate.write_text(STOPS)
    ran = harness("equiv", golden, candidate, "--top", "counter", "--json", "--trace", tmp_path / "trace.vcd")
    assert ran.code == 0
    found = ran.json
    assert found["equivalence"] == "refuted"
    assert found["clocks"] == ["clk"]
    assert found["resets"] == [{"port": "rst", "active": "high", "kind": "sync"}]
    trace = found["counterexample"]
    assert (trace["output"], trace["golden"], trace["candidate"]) == ("q", "1101", "1100")
    assert len(trace["inputs"]) == trace["cycles"] == 16
    assert trace["inputs"][0] == {"rst": "1"}
    assert "$enddefinitions $end" in (tmp_path / "trace.vcd").read_text()
    proven = harness("equiv", golden, golden, "--top", "counter")
    assert proven.code == 0
    assert proven.out.startswith("proven")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("module counter(input clk, input rst, output [4:0] q); endmodule\n", "port q is an output of 5 bits"),
        ("module counter(input clk, output [3:0] q); endmodule\n", "no port rst"),
        ("module counter(input clk\n", "candidate: "),
        ("module other; endmodule\n", "candidate: "),
    ],
)
def test_what_cannot_be_compared_is_wrong_use(harness: Harness, tmp_path: Path, text: str, said: str) -> None:
    golden, candidate = tmp_path / "golden.v", tmp_path / "candidate.v"
    golden.write_text(COUNTER_GOLDEN)
    candidate.write_text(text)
    ran = harness("equiv", golden, candidate, "--top", "counter")
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1
