"""The whole red team through the reward: cheating is never worth more than an honest try, a constant nothing."""

from pathlib import Path

import pytest

from harness.audit.redteam import ATTACKS
from harness.audit.redteam.target import target_of
from harness.audit.stubs import stubs
from harness.records.outcome import Outcome
from harness.reward import Grader

pytestmark = pytest.mark.tools

NATIVE = "priority_encoder"
NO_CHECK_RIGHT = 0.1
"""What an honest answer gets by default that compiles, has the interface, and fails every check that tells."""


FAULTS = {"index = 0;": "index = 1;", "|req": "&req", "i < WIDTH": "i < WIDTH - 1"}
"""Slips of somebody who meant it."""


@pytest.mark.long
def test_no_hostile_design_scores_above_the_best_honest_failure(tmp_path: Path) -> None:
    with Grader("core", workers=2, cpu_s=5, cache=False) as grader:
        running = grader.open()
        problem = running.problems[NATIVE]
        ports = running.session.grader.baselines.of(problem).ports
        target = target_of(problem, ports, str(tmp_path / "outside"), str(tmp_path / "secret"))
        constants = grader.score(NATIVE, list(stubs(problem).values()), code=True)
        assert all(right in problem.golden_code for right in FAULTS)
        slips = [problem.golden_code.replace(right, wrong) for right, wrong in FAULTS.items()]
        tries = grader.score(NATIVE, slips, code=True)
        rewards = grader.score(NATIVE, [attack.template(target) for attack in ATTACKS], code=True)
    assert {reward.components["checks"] for reward in constants} == {0.0}
    assert {reward.score for reward in constants} == {NO_CHECK_RIGHT}
    honest = [reward.score or 0.0 for reward in tries if reward.outcome is Outcome.MISMATCH]
    scored = {attack.name: reward for attack, reward in zip(ATTACKS, rewards, strict=True)}
    assert [name for name, reward in scored.items() if reward.passed or reward.infra_error] == []
    assert max(reward.score or 0.0 for reward in rewards) <= max(honest)
    # What is caught, or only claims, has no share of the checks; what does is a design that is partly right as hardware.
    caught = {name: reward.score for name, reward in scored.items() if reward.outcome is not Outcome.MISMATCH}
    assert {name: score for name, score in caught.items() if (score or 0.0) > NO_CHECK_RIGHT} == {}
    forged = {attack.name: scored[attack.name].score for attack in ATTACKS if attack.claims == "forge"}
    assert {name: score for name, score in forged.items() if (score or 0.0) > NO_CHECK_RIGHT} == {}
    assert not (tmp_path / "outside").exists()
