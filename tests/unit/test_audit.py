"""The audit of a problem, with graders that are plain functions."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from plain_examiners import UNDECIDED, examiners

from harness.audit.check import check_problem
from harness.audit.findings import ProblemAudit, Proof
from harness.audit.texts import common_run, longest_run, tokens, unnamed
from harness.records.outcome import Outcome, Status, Task
from harness.records.problem import Port, Problem, Reset, SourceFile, Testbench

CODE = "module gate(input a, input b, output q);\n    assign q = a & b;\nendmodule\n"
PROBLEM = Problem(
    name="gate",
    title="Gate",
    category="combinational",
    difficulty="easy",
    top="gate",
    language="verilog",
    spec="The output q is high where a and b are.",
    golden=(SourceFile("golden.v", CODE),),
    given=(),
    tasks=(Task.SPEC_TO_RTL,),
    ports=(Port("a", "input", 1), Port("b", "input", 1), Port("q", "output", 1)),
    testbench=Testbench("verilog", (), 1, 1),
)


def audit(
    judge: Callable[[str], Outcome], faults: int = 20, prove: Callable[[str], Proof] = lambda code: UNDECIDED
) -> ProblemAudit:
    return check_problem(PROBLEM, examiners(PROBLEM, judge, prove), faults=faults, seed=1)


def exact(code: str) -> Outcome:
    return Outcome.PASS if code == CODE else Outcome.MISMATCH


def test_a_testbench_that_tells_all_apart_is_fit() -> None:
    found = audit(exact)
    assert found.ok
    assert found.kill_rate == 1.0
    assert found.total().mutants == found.total().killed > 2
    assert set(found.stubs.values()) == {Outcome.MISMATCH}


def test_no_more_mutants_than_asked_for_are_counted() -> None:
    assert audit(exact, faults=2).total().mutants == 2
    assert audit(exact, faults=0).kill_rate is None


def test_a_golden_design_that_fails_ends_the_audit() -> None:
    found = audit(lambda code: Outcome.MISMATCH)
    assert (found.golden.outcome, found.ok, found.total().mutants, found.stubs) == (Outcome.MISMATCH, False, 0, {})
    assert found.wrong() == ["the golden design does not pass: mismatch"]


def test_a_survivor_keeps_its_place_and_its_difference() -> None:
    found = audit(lambda code: Outcome.PASS if code == CODE or "a | b" in code else Outcome.MISMATCH)
    assert not found.ok
    assert found.total().killed == found.total().mutants - 1
    [survivor] = found.survivors
    assert (survivor.line, survivor.operator) == (2, "bitwise")
    assert survivor.diff == "@@ -2 +2 @@\n-    assign q = a & b;\n+    assign q = a | b;"


def test_a_mutant_that_no_testbench_saw_is_not_counted() -> None:
    found = audit(lambda code: Outcome.SYNTAX_ERROR if "a | b" in code else exact(code))
    assert found.ok
    assert found.not_counted == {Outcome.SYNTAX_ERROR: 1}


def test_trouble_of_the_harness_is_never_a_clean_audit() -> None:
    assert not audit(lambda code: Outcome.INFRA_ERROR if "a | b" in code else exact(code)).ok


def test_a_stub_that_passes_is_named() -> None:
    found = audit(lambda code: Outcome.PASS if "{1'b0}" in code else exact(code))
    assert found.passed_stubs == ("zero",)
    assert not found.ok


def test_the_record_becomes_plain_json() -> None:
    line = audit(exact).to_json()
    assert (line["problem"], line["golden"]["outcome"], line["ok"], line["survivors"]) == ("gate", "pass", True, [])
    assert line["kill_rate"] == 1.0


def blind(code: str) -> Outcome:
    return Outcome.PASS if "a | b" in code else exact(code)


def test_a_survivor_that_is_proven_equivalent_leaves_the_denominator() -> None:
    found = audit(blind, prove=lambda code: Proof(Status.PROVEN))
    assert (found.ok, found.kill_rate, found.total().equivalent, found.survivors) == (True, 1.0, 1, ())


def test_a_survivor_with_a_telling_stimulus_is_held_against_the_problem_and_one_that_is_undecided_stays_counted() -> (
    None
):
    stimulus = (("cycle", "a", "b", "q: golden", "q: candidate"), ("0", "1", "0", "0", "1"))
    told = audit(blind, prove=lambda code: Proof(Status.REFUTED, stimulus=stimulus))
    assert "survivors with a telling stimulus: 1" in told.weak()
    assert told.to_json()["survivors"][0]["proof"]["stimulus"][1] == ["0", "1", "0", "0", "1"]
    undecided = audit(blind)
    assert (undecided.missed, undecided.kill_rate == told.kill_rate, undecided.ok) == ((), True, False)


def test_an_answer_of_nothing_must_not_pass() -> None:
    found = audit(lambda code: Outcome.PASS if not code else exact(code))
    assert found.wrong() == ["no answer passes"]


def test_a_specification_has_to_name_every_port() -> None:
    assert unnamed(PROBLEM) == []
    assert unnamed(replace(PROBLEM, spec="The output q follows input a.")) == ["b"]


def test_golden_text_in_the_prompt_is_measured_in_tokens_without_the_header() -> None:
    assert longest_run(PROBLEM, "module gate(input a, input b, output q);") == 1
    assert longest_run(PROBLEM, "Try: assign q = a & b ;") == 7
    assert common_run(tokens("a + b // c"), tokens("x a + y")) == 2
    assert common_run([], ["a"]) == 0


def test_a_problem_that_is_to_be_impossible_must_not_be_passed_by_anything() -> None:
    impossible = replace(PROBLEM, impossible=True)

    def found(judge: Callable[[str], Outcome], contradiction: str | None) -> list[str]:
        ask = replace(examiners(impossible, judge), contradiction=lambda: contradiction)
        return check_problem(impossible, ask, faults=20, seed=1).wrong()

    assert found(lambda code: Outcome.MISMATCH, "q at time 1: expected 0, and 1") == []
    assert "no output is seen" in found(lambda code: Outcome.MISMATCH, None)[0]
    assert found(exact, "q")[0] == "the golden design is to fail checks, and is pass"
    assert found(lambda code: Outcome.MISMATCH if code else Outcome.PASS, "q") == [
        "impossible, and yet passed by no answer"
    ]


RESET_SPEC = """# gate: synchronous gate

| Port | Direction | Width | Meaning |
|------|-----------|-------|---------|
| a    | input     | 1     | one     |
| b    | input     | 1     | {row}   |
| q    | output    | 1     | result  |

{prose}
"""


@pytest.mark.parametrize(
    ("row", "prose", "lacking"),
    [
        ("synchronous reset, active high", "", []),
        ("synchronous reset", "While `b` = 1, `q` is 0.", []),
        ("reset", "- The reset is synchronous: at an edge with b at 1 `q` becomes 0.", []),
        ("the reset", "After it `q` is 1.", ["b (sync)", "b (high)"]),
        ("asynchronous reset, active low", "", ["b (sync)", "b (high)"]),
    ],
)
def test_kind_and_level_of_a_reset_have_to_be_said_of_the_reset(row: str, prose: str, lacking: list[str]) -> None:
    spec = RESET_SPEC.format(row=row, prose=prose)
    assert unnamed(replace(PROBLEM, spec=spec, resets=(Reset("b", "high", "sync"),))) == lacking
