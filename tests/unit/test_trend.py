"""harness compare --trend: checkpoints of one model, in order, as text, document and page."""

from dataclasses import replace
from pathlib import Path

import pytest
from compared_runs import Outcomes, drawn, index_of, of_hundred, pair, rates, results, write  # noqa: F401 - fixtures
from statsmodels.stats import multitest
from test_run_folder import CONFIG

from harness.cli.main import main
from harness.runs.compare import CompareOptions, compare_runs


def three(results: Path, *days: str) -> tuple[str, ...]:
    """Three checkpoints, each better than the one before it."""
    names = ("one", "two", "three")
    for name, passed, day in zip(names, (40, 60, 61), (*days, "", "", ""), strict=False):
        write(results / name, of_hundred(passed), replace(CONFIG, created=day))
    return names


def test_a_trend_is_each_run_against_the_one_before_and_the_last_against_the_first(results: Path) -> None:
    names = three(results)
    found = compare_runs(CompareOptions(names, trend=True))
    assert [(step["first"], step["second"]) for step in found["comparisons"]] == [("one", "two"), ("two", "three")]
    for step in found["comparisons"]:
        alone = pair(step["first"], step["second"])
        assert all(step[key] == alone[key] for key in ("difference", "p", "sides"))
    assert [step["different"] for step in found["comparisons"]] == [True, False]
    _, corrected, *_ = multitest.multipletests([step["p"] for step in found["comparisons"]], method="holm")
    assert [step["p_holm"] for step in found["comparisons"]] == pytest.approx(list(corrected))
    assert found["trend"]["whole"] == pair("one", "three")
    figures = [point["metrics"]["function"]["pass@1"] for point in found["trend"]["points"]]
    assert [figure["value"] for figure in figures] == [0.4, 0.6, 0.61]
    assert all(figure["low"] < figure["value"] < figure["high"] for figure in figures)


def test_checkpoints_stand_in_the_order_named_or_by_date(results: Path) -> None:
    names = three(results, "2026-03-02", "2026-03-01", "2026-03-02")
    named = compare_runs(CompareOptions(names, trend=True))
    dated = compare_runs(CompareOptions(names, trend=True, by_date=True))
    assert [point["run"] for point in named["trend"]["points"]] == list(names)
    assert [point["run"] for point in dated["trend"]["points"]] == ["two", "one", "three"]
    assert list(dated["runs"]) == ["two", "one", "three"]


def test_an_order_by_date_needs_dates_and_a_trend(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = three(results, "2026-03-02", "2026-03-01")
    assert main(["compare", *names, "--trend", "--by-date"]) == 2
    assert 'three: its run.json has no "created"' in capsys.readouterr().err
    assert main(["compare", *names, "--by-date"]) == 2
    assert "--by-date is an order for --trend" in capsys.readouterr().err
    assert main(["compare", *names, "--trend", "--wish", "2"]) == 2
    assert "--wish is about two runs" in capsys.readouterr().err


def test_a_trend_fits_the_terminal_and_its_threshold_goes_by_the_whole_way(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"a-model-with-a-long-name-{number}-{'x' * 40}" for number in range(3)]
    for name, passed in zip(names, (60, 40, 61), strict=True):
        write(results / name, of_hundred(passed), areas={f"p{number:03}": 1.5 for number in range(100)})
    assert main(["compare", *names, "--trend", "--threshold", "5"]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 100
    assert "−20.0 (" in text and "+21.0 (" in text and "1.50" in text
    assert main(["compare", *names[:2], "--trend", "--threshold", "5"]) == 4


def test_a_trends_page_has_the_whole_document_and_every_problems_counts(results: Path, tmp_path: Path) -> None:
    names = three(results)
    page = tmp_path / "trend.html"
    assert main(["compare", "--trend", *names, "--html", str(page)]) == 0
    index = index_of(page)
    assert index["found"] == compare_runs(CompareOptions(names, trend=True))
    assert index["counts"]["p050"] == [[0, 1], [1, 1], [1, 1]]
    own = page.read_text()
    assert "src=" not in own.split('id="index">')[0].split("<script>")[0]
