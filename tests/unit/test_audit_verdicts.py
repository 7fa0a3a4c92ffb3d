"""What an audit keeps of its answers, and for which questions they hold."""

from pathlib import Path

import pytest

from harness.audit.findings import Proof
from harness.errors import HarnessError
from harness.records.outcome import Status
from harness.runs.audit_verdicts import Verdicts


def asked(path: Path, budget_s: int, answer: Status) -> tuple[Status, bool]:
    """What a new audit in the same folder is told, and whether it asked the solver."""
    calls: list[int] = []

    def solver() -> Proof:
        calls.append(budget_s)
        return Proof(answer, "induction", stimulus=(("cycle", "q"), ("0", "1")))

    verdicts = Verdicts(path, "identity")
    try:
        found = verdicts.proof("a mutant", budget_s, solver)
    finally:
        verdicts.close()
    assert found.stimulus == (("cycle", "q"), ("0", "1"))
    return found.status, bool(calls)


@pytest.mark.parametrize("open_answer", [Status.INCONCLUSIVE, Status.BOUNDED])
def test_a_mutant_that_was_not_decided_is_asked_again_with_another_budget_and_not_with_the_same(
    tmp_path: Path, open_answer: Status
) -> None:
    path = tmp_path / "verdicts.jsonl"
    assert asked(path, 20, open_answer) == (open_answer, True)
    assert asked(path, 20, Status.PROVEN) == (open_answer, False)
    assert asked(path, 90, Status.PROVEN) == (Status.PROVEN, True)


@pytest.mark.parametrize("decided", [Status.PROVEN, Status.REFUTED])
def test_what_is_decided_is_decided_for_every_budget(tmp_path: Path, decided: Status) -> None:
    path = tmp_path / "verdicts.jsonl"
    assert asked(path, 20, Status.INCONCLUSIVE) == (Status.INCONCLUSIVE, True)
    assert asked(path, 90, decided) == (decided, True)
    for budget_s in (20, 90, 600):
        assert asked(path, budget_s, Status.INCONCLUSIVE) == (decided, False)


def test_an_audit_that_was_stopped_asks_no_further_question_and_may_finish_the_one_it_is_at(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    verdicts = Verdicts(path, "identity")

    def stopped_meanwhile() -> dict[str, str]:
        verdicts.close()
        return {"outcome": "pass"}

    found = verdicts.once("judge", "a mutant", stopped_meanwhile)
    assert found is not None and found["outcome"] == "pass"
    assert path.read_text() == ""
    with pytest.raises(HarnessError, match="stopped"):
        verdicts.once("judge", "another", lambda: {"outcome": "pass"})
