"""Leaderboard, comparison and trend in a real Chromium: they sort, filter, fit, and no name does anything."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import synthetic_run
from real_browser import Open, browser, visit

from harness.cli.main import main
from harness.records.completion import Answer, Completion
from harness.records.grade import Grade
from harness.records.outcome import Outcome
from harness.runs.folder import RunFolder

__all__ = ["browser", "visit"]
pytestmark = pytest.mark.long
HOSTILE = synthetic_run.HOSTILE
PROBLEMS = 40
WIDTHS = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Five runs of one suite, each better than the one before it; one of another suite; hostile names among them."""
    root = tmp_path_factory.mktemp("results")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HARNESS_RESULTS", str(root))
        models = ["openai/gpt-4.1", "a-model", f"evil {HOSTILE}", "groq/llama-with-a-name-as-long-as-they-get", "zed"]
        for number, model in enumerate(models):
            make(root / "runs" / f"ckpt-{100 * (number + 1)}", model, 8 * number + 4, created=f"2026-03-0{number + 1}")
        make(root / "runs" / "elsewhere", "zed", 5, suite="another-suite", created="2026-03-09")
        (root / "runs" / "ckpt-500" / "report.html").write_text("<title>a report</title>")
        yield root


def make(path: Path, model: str, right: int, **config: Any) -> None:
    chance = random.Random(right)
    with RunFolder.create(path, replace(synthetic_run.CONFIG, model=model, **config)) as folder:
        for number in range(PROBLEMS):
            name = f"p{number:02}{HOSTILE if number == 3 else ''}"
            for sample in range(2):
                passed = number < right and chance.random() < 0.9
                folder.append_answer(Answer(name, sample, Completion(HOSTILE, cost_usd=0.01)))
                folder.append_grade(Grade(name, sample, Outcome.PASS if passed else Outcome.MISMATCH), "")


@pytest.fixture(scope="module")
def board(results: Path) -> Path:
    assert main(["leaderboard", "--out", str(results / "site")]) == 0
    return results / "site" / "index.html"


@pytest.fixture(scope="module")
def comparison(results: Path) -> Path:
    assert main(["compare", "ckpt-100", "ckpt-300", "ckpt-500", "--html", str(results / "compare.html")]) == 0
    return results / "compare.html"


@pytest.fixture(scope="module")
def trend(results: Path) -> Path:
    runs = [f"ckpt-{number}00" for number in range(1, 6)]
    assert main(["compare", "--trend", *runs, "--html", str(results / "trend.html")]) == 0
    return results / "trend.html"


def texts(page: Any, selector: str) -> list[str]:
    return [str(text) for text in page.locator(selector).all_text_contents()]


def is_inert(page: Any) -> bool:
    """Nothing of a hostile text has become markup or has run."""
    foreign = "img, iframe, script:not([type]), [onload], [onerror], textarea"
    return bool(page.evaluate("window.hacked") is None and page.locator(foreign).count() == 1)


@pytest.mark.parametrize("name", ["board", "comparison", "trend"])
@pytest.mark.parametrize(("width", "scheme"), WIDTHS)
def test_a_page_fits_the_screen_in_light_and_dark_and_hostile_names_are_text(
    name: str, width: int, scheme: str, visit: Open, request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue(name)
    page = visit(path, color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    for opens in page.locator("summary, .who-cell button").all():
        opens.click()
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert is_inert(page)
    assert "<img src=x onerror=window.hacked=2>" in page.text_content("main")
    assert "\u202e" not in page.text_content("main")
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (ground == "rgb(17, 21, 26)") == (scheme == "dark")


def test_the_leaderboard_sorts_filters_searches_and_its_address_says_how(board: Path, visit: Open) -> None:
    page = visit(board)
    first = ".board >> nth=1 >> tbody .who-cell button"
    assert texts(page, f"{first} >> nth=0") == ["zed"]
    page.click(".board >> nth=1 >> thead button:has-text('function pass@1')")
    assert texts(page, f"{first} >> nth=0") == ["openai/gpt-4.1"]
    page.click(".board >> nth=1 >> thead button:has-text('model')")
    assert texts(page, f"{first} >> nth=0") == ["a-model"]
    page.select_option("select[aria-label='any suite']", "core")
    assert page.text_content(".counter") == "5 runs"
    page.fill("input[type=search]", "llama")
    assert page.text_content(".counter") == "1 run"
    again = visit(board, f"#{page.url.split('#')[1]}")
    assert texts(again, "tbody .who-cell button") == texts(page, "tbody .who-cell button") != []
    again.click("text=reset")
    again.wait_for_function("document.querySelector('.counter').textContent == '6 runs'")


def test_a_row_of_the_leaderboard_opens_by_keyboard_and_shows_what_stands_behind_it(board: Path, visit: Open) -> None:
    page = visit(board)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.locator(".who-cell button", has_text="evil").focus()
    page.keyboard.press("Enter")
    assert "How it was made" in page.text_content(".more")
    assert "ckpt-300" in page.text_content(".more")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"


@pytest.mark.parametrize("address", ["#?sort=nothing", "#?q=%zz&size=x", "#?__proto__=1", "#nothing"])
def test_a_strange_address_of_the_leaderboard_does_no_harm(board: Path, visit: Open, address: str) -> None:
    assert visit(board, address).text_content("main").strip()


def test_a_comparison_leads_to_the_samples_where_a_report_lies(comparison: Path, visit: Open) -> None:
    page = visit(comparison)
    last = page.locator(".pair").last
    assert (
        last.locator(".moved").first.locator("a").first.get_attribute("href").startswith("runs/ckpt-500/report.html#p")
    )
    assert page.locator(".pair").first.locator(".moved a").count() == 0
    assert texts(page, ".pair .step .verdict") == ["Better, beyond chance."] * 2
    assert texts(page, ".moved >> nth=0 >> tbody tr td")[:2] == ["0 of 2", "2 of 2"]


def test_a_trend_has_a_point_with_its_interval_for_each_checkpoint_and_every_step(trend: Path, visit: Open) -> None:
    page = visit(trend)
    chart = page.locator(".steps-chart").first
    assert chart.locator("circle").count() == chart.locator(".whisker").count() == 5
    assert texts(page, ".steps-chart >> nth=0 >> .middle") == ["100", "200", "300", "400", "500"]
    assert "ckpt-100" in page.text_content(".hero")
    values = [float(text) for text in texts(page, ".trend .score .number")]
    assert values == sorted(values) and len(values) == 5
    assert page.locator(".trend .change .difference").count() == 4
    assert texts(page, ".hero .verdict") == ["Better, beyond chance."]


def test_the_problems_of_a_trend_are_searched_filtered_and_sorted(trend: Path, visit: Open) -> None:
    page = visit(trend)
    assert page.locator(".ways tbody tr").count() == PROBLEMS
    page.select_option("select[aria-label='which way']", "never")
    never = texts(page, ".ways tbody th")
    assert 0 < len(never) < PROBLEMS and "p39" in never
    page.select_option("select[aria-label='which way']", "")
    page.select_option("select[aria-label='order']", "last")
    assert set(texts(page, ".ways tbody tr >> nth=0 >> td >> nth=-1")) == {"0"}
    page.fill("input[type=search]", "p1")
    assert page.text_content(".counter") == f"10 of {PROBLEMS} problems"
    link = page.locator(".ways tbody tr").first.locator("a")
    assert link.count() == 1 and link.get_attribute("href").startswith("runs/ckpt-500/report.html#p1")
