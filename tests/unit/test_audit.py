"""The audit of a problem, with graders that are plain functions."""

from collections.abc import Callable

from harness.audit.check import ProblemAudit, check_problem
from harness.records.grade import Grade
from harness.records.outcome import Outcome, Task
from harness.records.problem import Port, Problem, SourceFile, Testbench

CODE = "module gate(input a, input b, output q);\n    assign q = a & b;\nendmodule\n"
PROBLEM = Problem(
    name="gate",
    title="Gate",
    category="combinational",
    difficulty="easy",
    top="gate",
    language="verilog",
    spec="",
    golden=(SourceFile("golden.v", CODE),),
    given=(),
    tasks=(Task.SPEC_TO_RTL,),
    ports=(Port("a", "input", 1), Port("b", "input", 1), Port("q", "output", 1)),
    testbench=Testbench("verilog", (), 1, 1),
)


def audit(judge: Callable[[str], Outcome], faults: int = 20) -> ProblemAudit:
    return check_problem(PROBLEM, lambda code: Grade("gate", 0, judge(code)), faults=faults, seed=1)


def exact(code: str) -> Outcome:
    return Outcome.PASS if code == CODE else Outcome.MISMATCH


def test_a_testbench_that_tells_all_apart_is_fit() -> None:
    found = audit(exact)
    assert found.ok
    assert found.kill_rate == 1.0
    assert found.mutants == found.killed == sum(found.outcomes.values()) > 2
    assert set(found.stubs.values()) == {Outcome.MISMATCH}


def test_no_more_mutants_than_asked_for_are_counted() -> None:
    assert audit(exact, faults=2).mutants == 2
    assert audit(exact, faults=0).kill_rate is None


def test_a_golden_design_that_fails_ends_the_audit() -> None:
    found = audit(lambda code: Outcome.MISMATCH)
    assert (found.golden, found.ok, found.mutants, found.stubs) == (Outcome.MISMATCH, False, 0, {})


def test_a_survivor_keeps_its_place_and_its_difference() -> None:
    found = audit(lambda code: Outcome.PASS if code == CODE or "a | b" in code else Outcome.MISMATCH)
    assert not found.ok
    assert found.killed == found.mutants - 1
    [survivor] = found.survivors
    assert (survivor.line, survivor.operator) == (2, "bitwise")
    assert survivor.diff == "@@ -2 +2 @@\n-    assign q = a & b;\n+    assign q = a | b;"


def test_a_mutant_that_no_testbench_saw_is_not_counted() -> None:
    found = audit(lambda code: Outcome.SYNTAX_ERROR if "a | b" in code else exact(code))
    assert found.ok
    assert found.not_counted == {Outcome.SYNTAX_ERROR: 1}
    assert Outcome.SYNTAX_ERROR not in found.outcomes


def test_trouble_of_the_harness_is_never_a_clean_audit() -> None:
    assert not audit(lambda code: Outcome.INFRA_ERROR if "a | b" in code else exact(code)).ok


def test_a_stub_that_passes_is_named() -> None:
    found = audit(lambda code: Outcome.PASS if "{1'b0}" in code else exact(code))
    assert found.passed_stubs == ("zero",)
    assert not found.ok


def test_the_record_becomes_plain_json() -> None:
    line = audit(exact).to_json()
    assert (line["problem"], line["golden"], line["ok"], line["survivors"]) == ("gate", "pass", True, [])
    assert line["kill_rate"] == 1.0
