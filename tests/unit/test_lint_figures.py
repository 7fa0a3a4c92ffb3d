"""Lint without a tool: what is read of Verilator's and Yosys's words, and what the summary and the table make of it."""

from typing import Any

import pytest

from harness.analysis.lint import Linted, lint_section
from harness.analysis.summary import Row
from harness.records.grade import Grade, StageResult
from harness.records.outcome import Outcome, Stage, Status
from harness.reports.measures import lint_lines
from harness.tools import verilator, yosys_registers
from harness.tools.yosys_registers import FREE, HELD, LATCHES, Registers

VERILATOR_5 = """%Warning-WIDTH: candidate.sv:3:53: Operator ASSIGNDLY expects 3 bits on the Assign RHS, but Assign RHS's ADD generates 32 or 4 bits.
                             : ... In instance t
    3 | always @(posedge clk) if (rst) q <= 0; else begin q <= a + 1; u <= a; end
      |                                                     ^~
                ... For warning description see https://verilator.org/warn/WIDTH?v=5.006
%Warning-UNUSEDSIGNAL: candidate.sv:2:11: Signal is not used: 'u'
                               : ... In instance t
%Warning-WIDTH: given.v:1:9: Operator ASSIGN expects 3 bits
%Warning-WIDTH: candidate.sv:4:9: Operator ASSIGN expects 3 bits
- Verilator: Walltime 0.005 s (elab=0.000, cvt=0.000)
"""


def graded(result: StageResult | None, outcome: Outcome = Outcome.PASS) -> Row:
    return Row.of(Grade("a", 0, outcome, stages={} if result is None else {Stage.LINT: result}))


def passed(classes: dict[str, int], **more: Any) -> StageResult:
    return StageResult(Status.PASS, {"warnings": sum(classes.values()), "classes": classes, **more})


def test_verilators_warnings_are_counted_by_class_in_the_candidates_file_alone() -> None:
    assert verilator.parse_lint(VERILATOR_5, "candidate.sv") == {"UNUSEDSIGNAL": 1, "WIDTH": 2}
    assert verilator.parse_lint(VERILATOR_5, "given.v") == {"WIDTH": 1}
    assert verilator.parse_lint("", "candidate.sv") == {}


def test_what_is_kept_of_verilators_words_is_the_same_in_every_run() -> None:
    assert "Walltime" not in verilator.telling(VERILATOR_5)
    assert verilator.telling(VERILATOR_5).count("\n") == 4


@pytest.mark.parametrize(("version", "timing"), [("4.038", False), ("5.006", True), ("5.020", True)])
def test_only_verilator_5_is_told_what_to_do_about_delays(version: str, timing: bool) -> None:
    argv = verilator.lint_argv(["g.v", "c.sv"], "t", {"W": 8, "D": 2}, version)
    assert ("--no-timing" in argv) == timing
    assert argv[:3] == ("verilator", "--lint-only", "-Wall")
    assert argv[-4:] == ("-GD=2", "-GW=8", "g.v", "c.sv")


def test_registers_without_reset_are_told_only_where_others_have_one() -> None:
    files = {LATCHES: "t/l\nt/$1\n", FREE: "t/g[0].q\nt/a\n", HELD: "t/b\n"}
    assert yosys_registers.parse_registers(files) == Registers(("l",), ("a", "g[0].q"))
    assert yosys_registers.parse_registers({**files, HELD: ""}) == Registers(("l",), ())
    with pytest.raises(KeyError):
        yosys_registers.parse_registers({LATCHES: ""})


def test_samples_warnings_stand_beside_the_golden_designs() -> None:
    rows = {
        "a": [graded(passed({"latch": 2, "unused-net": 1}, verilator={"LATCH": 1})), graded(passed({}, verilator={}))],
        "b": [graded(passed({"latch": 1}), Outcome.MISMATCH), graded(None, Outcome.SYNTAX_ERROR)],
        "c": [graded(StageResult(Status.SKIPPED, {"message": "slang did not finish"}))],
    }
    assert rows["a"][0].lint == Linted((("latch", 2), ("unused-net", 1)), (("LATCH", 1),))
    found = lint_section(rows, {"a": {"unused-net": 4}, "b": {}, "c": None})
    assert found == {
        "samples": 3,
        "clean": 1,
        "warnings": 4,
        "classes": {"latch": {"warnings": 3, "samples": 2}, "unused-net": {"warnings": 1, "samples": 1}},
        "golden": {"problems": 2, "warnings": 4, "classes": {"unused-net": 4}},
        "verilator": {"samples": 2, "clean": 1, "warnings": 1, "classes": {"LATCH": {"warnings": 1, "samples": 1}}},
    }
    assert lint_lines({"lint": found}) == [
        "  lint         1.3 warnings a sample, 33 % without: latch 3, unused-net 1",
        "               golden designs 2.0 each: unused-net 4",
        "  verilator    0.5 warnings a sample, 50 % without: LATCH 1",
    ]


def test_without_a_linted_sample_there_is_nothing_of_lint() -> None:
    assert lint_section({"a": [graded(None)]}, {"a": {"latch": 1}}) is None
    assert lint_lines({}) == []
