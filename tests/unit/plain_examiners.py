"""Examiners of an audit that are plain functions of a design's text."""

from collections.abc import Callable

from harness.audit.check import Examiners
from harness.audit.findings import GoldenFacts, Proof
from harness.records.grade import Grade
from harness.records.outcome import Outcome, Status
from harness.records.problem import Problem

UNDECIDED = Proof(Status.INCONCLUSIVE)


def examiners(
    problem: Problem, judge: Callable[[str], Outcome], prove: Callable[[str], Proof] = lambda code: UNDECIDED
) -> Examiners:
    return Examiners(
        golden=lambda: GoldenFacts(judge(problem.golden_code), synthesizes=True),
        grade=lambda code: Grade(problem.name, 0, judge(code)),
        judge=judge,
        prove=prove,
        netlist_mutants=lambda wanted, seed: (),
        ports=lambda: problem.ports,
        prompt=lambda: problem.spec,
        toggles=lambda: None,
        contradiction=lambda: None,
    )
