"""What test_compare and test_trend share: runs on disk with known outcomes."""

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from test_run_folder import CONFIG

from harness.records.grade import Grade, StageResult
from harness.records.outcome import Outcome, Stage, Status
from harness.records.run import RunConfig
from harness.runs.compare import CompareOptions, compare_runs
from harness.runs.folder import RunFolder

Outcomes = Mapping[str, Sequence[str]]
"""Problem → the outcome of each sample."""


@pytest.fixture(autouse=True)
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HARNESS_RESULTS", str(tmp_path))
    return tmp_path / "runs"


def write(path: Path, outcomes: Outcomes, config: RunConfig = CONFIG, areas: Mapping[str, float] | None = None) -> None:
    with RunFolder.create(path, config) as folder:
        for problem, samples in outcomes.items():
            for number, outcome in enumerate(samples):
                ran = StageResult(Status.PASS if outcome == "pass" else Status.FAIL, {})
                ratio = {"area": areas[problem]} if areas and outcome == "pass" else {}
                stages = {Stage.SIMULATE: ran}
                folder.append_grade(Grade(problem, number, Outcome(outcome), stages=stages, ratio=ratio), "")


def drawn(seed: int, rate: float, n: int = 5, problems: int = 30) -> dict[str, list[str]]:
    difficulty, chance = random.Random(7), random.Random(seed)
    rates = {f"p{number:02}": min(1.0, rate * 2 * difficulty.random()) for number in range(problems)}
    return {name: ["pass" if chance.random() < own else "mismatch" for _ in range(n)] for name, own in rates.items()}


def of_hundred(passed: int) -> dict[str, list[str]]:
    return {f"p{number:03}": ["pass" if number < passed else "mismatch"] for number in range(100)}


def pair(*runs: str, **options: Any) -> dict[str, Any]:
    [found] = compare_runs(CompareOptions(runs, **options))["comparisons"]
    assert isinstance(found, dict)
    return found


def rates(run: Path) -> dict[str, float]:
    """Problem → share of right samples, from the raw lines."""
    found: dict[str, list[bool]] = {}
    for line in (run / "grades.jsonl").read_text().splitlines():
        grade = json.loads(line)
        found.setdefault(grade["problem"], []).append(grade["outcome"] == "pass")
    return {name: fmean(samples) for name, samples in found.items()}


def index_of(page: Path) -> dict[str, Any]:
    text = page.read_text().split('id="index">', 1)[1].split("</script>", 1)[0]
    found: dict[str, Any] = json.loads(text)
    return found
