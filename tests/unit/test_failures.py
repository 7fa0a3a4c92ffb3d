"""Failure analysis from grades: complaints that are alike are counted together, and hostile text does no harm."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_run_folder import CONFIG

from harness.analysis.failures import Ending, gini_simpson, normalised, section
from harness.analysis.summary import ProblemFacts, Row, summarise
from harness.records.grade import Grade, Official, StageResult
from harness.records.outcome import Outcome, Stage, Status
from harness.rules.verilog_eval_codes import gini_simpson as official_gini_simpson
from harness.runs import report
from harness.runs.folder import RunFolder


def broken(message: str, problem: str = "a", sample: int = 0, outcome: Outcome = Outcome.ELABORATION_ERROR) -> Grade:
    return Grade(problem, sample, outcome, message=message)


def wrong(failed: int, checked: int, problem: str = "a", sample: int = 0) -> Grade:
    facts = {"checked": checked, "failed": failed}
    return Grade(problem, sample, Outcome.MISMATCH, stages={Stage.SIMULATE: StageResult(Status.FAIL, facts)})


def analysed(*grades: Grade) -> dict[str, Any]:
    endings: dict[str, list[Ending]] = {}
    for grade in grades:
        endings.setdefault(grade.problem, []).append(Ending.of(grade))
    return section(endings)


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("line 12: syntax error", "syntax error"),
        (
            "line 3: error: Unable to bind wire/reg/memory `foo' in `top'",
            "error: Unable to bind wire/reg/memory '…' in '…'",
        ),
        ("with the testbench: line 7: error: port 3 of 12", "error: port N of N"),
        ('slang: 4:2: unknown macro "X"', "slang: N:N: unknown macro '…'"),
        ("candidate.sv:9: sorry: not yet", "sorry: not yet"),
    ],
)
def test_a_complaint_has_no_place_no_name_and_no_number(message: str, wanted: str) -> None:
    assert normalised(message) == wanted


@given(st.text())
def test_whatever_a_design_makes_a_tool_say_stays_one_short_printable_line(text: str) -> None:
    found = normalised(text)
    assert found.isprintable()
    assert len(found) <= 120


def test_escape_sequences_and_long_names_do_not_get_through() -> None:
    found = normalised("line 1: error: \x1b[2J\u202egnp.exe\x00" + "x" * 10_000)
    assert found.startswith("error: [2J gnp.exe x")
    assert (len(found), found[-1]) == (120, "…")


def test_equal_complaints_are_counted_with_their_samples_and_problems_the_most_common_first() -> None:
    found = analysed(
        broken("line 1: error: no `x'", sample=0),
        broken("line 9: error: no `y'", sample=1),
        broken("line 2: error: no `z'", "b"),
        broken("line 2: syntax error", "b", 1, Outcome.SYNTAX_ERROR),
        Grade("b", 2, Outcome.INTERFACE_ERROR, message="no port x"),
    )["compile_errors"]
    assert found == {
        "samples": 4,
        "distinct": 2,
        "most": [
            {"message": "error: no '…'", "samples": 3, "problems": 2},
            {"message": "syntax error", "samples": 1, "problems": 1},
        ],
    }


def test_only_the_ten_most_common_are_listed() -> None:
    found = analysed(*(broken(f"error: {letter}", sample=n) for n, letter in enumerate("abcdefghijkl")))
    assert (found["compile_errors"]["distinct"], len(found["compile_errors"]["most"])) == (12, 10)


def test_near_misses_are_listed_from_the_nearest_on() -> None:
    found = analysed(wrong(5, 100), wrong(6, 100, sample=1), wrong(1, 1000, "b"), Grade("b", 1, Outcome.PASS))
    assert found["near_misses"] == {
        "samples": 2,
        "at_most": 0.05,
        "nearest": [
            {"problem": "b", "sample": 0, "failed": 1, "checked": 1000},
            {"problem": "a", "sample": 0, "failed": 5, "checked": 100},
        ],
    }


def test_a_mismatch_that_nothing_was_counted_of_is_no_near_miss() -> None:
    odd = StageResult(Status.FAIL, {"checked": "many", "failed": -1})
    found = analysed(Grade("a", 0, Outcome.MISMATCH), Grade("a", 1, Outcome.MISMATCH, stages={Stage.SIMULATE: odd}))
    assert found["near_misses"]["samples"] == 0


def test_diversity_is_verilog_evals_index_over_outcomes_and_numbers_of_mismatches() -> None:
    grades = [wrong(3, 100), wrong(3, 100, sample=1), wrong(4, 100, sample=2), Grade("a", 3, Outcome.PASS)]
    officials = [Official("R", False, 3), Official("R", False, 3), Official("R", False, 4), Official(".", True, 0)]
    assert analysed(*grades)["gini_simpson"] == pytest.approx(official_gini_simpson(officials))
    assert gini_simpson(["x"] * 5) == 0


def test_a_group_counts_the_suites_own_letters() -> None:
    rows = {
        "a": [Row.of(Grade("a", 0, Outcome.MISMATCH, official=Official("R", False, 3)))],
        "b": [Row.of(wrong(1, 2))],
    }
    facts = {"a": ProblemFacts("fsm", "easy", False), "b": ProblemFacts("memory", "easy", False)}
    found = summarise({}, facts, rows, (1,))
    assert found["categories"]["fsm"]["codes"] == {"R": 1}
    assert "codes" not in found["categories"]["memory"]


def test_the_analysis_is_part_of_a_runs_summary(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path / "run", CONFIG) as folder:
        for grade in (broken("line 1: syntax error"), wrong(1, 100, sample=1), Grade("a", 2, Outcome.INFRA_ERROR)):
            folder.append_grade(grade, "")
        found = report.rebuild(folder, (1,))["failures"]
    assert found["compile_errors"]["most"] == [{"message": "syntax error", "samples": 1, "problems": 1}]
    assert found["near_misses"]["nearest"] == [{"problem": "a", "sample": 1, "failed": 1, "checked": 100}]
    assert found["gini_simpson"] == 0.5
