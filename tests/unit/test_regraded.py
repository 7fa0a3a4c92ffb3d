"""What is said of a run that was graded again: every verdict that changed, from what to what, and under which tools."""

from dataclasses import replace
from pathlib import Path

import pytest
from test_run_folder import CONFIG

from harness.records.grade import Grade
from harness.records.outcome import Outcome
from harness.reports.regraded import render
from harness.runs.folder import RunFolder
from harness.runs.regraded import Before, Change, Regraded


def grade(sample: int, outcome: str, inputs: str) -> Grade:
    return Grade("a", sample, Outcome(outcome), inputs=inputs)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run that was graded by Icarus 11, and is open for another."""
    with RunFolder.create(tmp_path / "run", CONFIG) as made:
        for sample, outcome in enumerate(("pass", "mismatch", "pass", "infra_error")):
            made.append_grade(grade(sample, outcome, "old"), "")
    return RunFolder.create(tmp_path / "run", replace(CONFIG, tools={"iverilog": "12.0", "pyosys": "0.70"}))


def test_every_verdict_that_changed_is_listed_with_the_tools_that_differ(folder: RunFolder) -> None:
    before = Before(folder)
    for sample, outcome in enumerate(("mismatch", "mismatch", "infra_error", "pass")):
        folder.append_grade(grade(sample, outcome, "new"), "")
    found = before.compare()
    assert found.samples == 3, "an infrastructure error had no verdict"
    assert found.tools == {"iverilog": ("11.0", "12.0")}
    assert found.changes == (
        Change(("a", 0, 0), Outcome.PASS, Outcome.MISMATCH),
        Change(("a", 2, 0), Outcome.PASS, Outcome.INFRA_ERROR),
    )
    assert found.to_json() == {
        "samples": 3,
        "tools": {"iverilog": ["11.0", "12.0"]},
        "verdicts": [
            {"problem": "a", "sample": 0, "round": 0, "before": "pass", "after": "mismatch"},
            {"problem": "a", "sample": 2, "round": 0, "before": "pass", "after": "infra_error"},
        ],
    }


def test_what_was_not_graded_again_changes_nothing(folder: RunFolder) -> None:
    before = Before(folder)
    folder.append_grade(grade(9, "pass", "new"), "")
    assert before.compare() == Regraded()


def test_the_terminal_shows_the_kinds_and_the_first_ten_samples(folder: RunFolder) -> None:
    changes = tuple(Change((f"p{n:02}", 0, 0), Outcome.PASS, Outcome.MISMATCH) for n in range(12))
    lines = render(Regraded(700, changes, {"iverilog": ("11.0", "12.0")}).to_json()).splitlines()
    assert lines[:3] == [
        "graded again: 700 samples; verdicts that changed: 12",
        "  iverilog 11.0 → 12.0",
        "      12 × pass → mismatch",
    ]
    assert lines[3].split() == ["p00", "0", "pass", "→", "mismatch"]
    assert (len(lines), lines[-1]) == (14, "  … and 2 more: --json lists all")
    assert render(Regraded(5).to_json()) == "graded again: 5 samples; verdicts that changed: none\n"


def test_hostile_names_stay_within_100_columns() -> None:
    changes = (Change(("\x1b[2J" + "x" * 300, 0, 0), Outcome.PASS, Outcome.TIMEOUT),)
    text = render(Regraded(1, changes, {}).to_json())
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100
