"""report.html in a real Chromium, driven by Playwright: what a reader does, and what a hostile model cannot do."""

from pathlib import Path
from typing import Any

import pytest
import synthetic_run
from real_browser import Open, browser, visit

__all__ = ["browser", "visit"]
PROBLEMS, SAMPLES = 156, 5


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic_run.make(tmp_path_factory.mktemp("runs") / "a run", PROBLEMS, SAMPLES)


def rows(page: Any) -> list[str]:
    found = page.eval_on_selector_all("#problems tbody th a", "found => found.map(node => node.textContent)")
    return [str(name) for name in found]


def test_a_run_of_780_samples_is_there_within_two_seconds(large: Path, visit: Open) -> None:
    page = visit(large)
    meter = page.context.new_cdp_session(page)
    meter.send("Performance.enable", {"timeDomain": "threadTicks"})  # its own CPU time: the machine may be busy
    page.reload()
    page.wait_for_selector("html[data-ready]")
    found = {item["name"]: item["value"] for item in meter.send("Performance.getMetrics")["metrics"]}
    assert 0 < found["TaskDuration"] < 2
    assert large.stat().st_size < 3_000_000


def test_the_overview_shows_the_figures_of_the_summary(large: Path, visit: Open) -> None:
    page = visit(large)
    assert page.text_content(".headline .what") == "function pass@1"
    assert page.locator(".metrics").first.locator("tbody tr").count() >= 3
    assert page.locator(".outcomes li").count() == 5
    assert "pass@k" in page.text_content("main")
    page.locator(".lazy, .heatmap").first.scroll_into_view_if_needed()
    page.wait_for_selector(".heatmap")
    assert page.locator(".heatmap .cell").count() == PROBLEMS * SAMPLES


def test_problems_are_searched_filtered_and_sorted_and_the_address_says_how(large: Path, visit: Open) -> None:
    page = visit(large)
    page.fill("input[type=search]", "p01")
    assert rows(page) == [f"p{number:03}_unit" for number in range(10, 20)]
    page.select_option("select[aria-label='any category']", "memory")
    assert rows(page) == ["p010_unit", "p013_unit", "p016_unit", "p019_unit"]
    page.click("#problems thead button:has-text('problem')")
    assert rows(page) == ["p019_unit", "p016_unit", "p013_unit", "p010_unit"]
    again = visit(large, f"#{page.url.split('#')[1]}")
    assert rows(again) == rows(page)
    again.click("text=reset")
    again.wait_for_function("document.querySelectorAll('#problems tbody tr').length > 4")


def test_an_outcome_leads_to_its_problems_and_samples(large: Path, visit: Open) -> None:
    page = visit(large)
    page.click(".outcomes a:has-text('timeout')")
    page.wait_for_function("location.hash.includes('outcome=timeout')")
    page.click("#problems tbody th a >> nth=0")
    page.wait_for_selector(".verdict")
    assert page.text_content(".sample-head .chip").endswith("timeout")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.steps').textContent.includes('2 of ')")
    page.wait_for_selector(".verdict")
    assert page.text_content(".sample-head .chip").endswith("timeout")
    page.keyboard.press("Escape")
    page.wait_for_selector("#problems")
    assert "outcome=timeout" in page.url


def test_a_link_to_a_sample_shows_its_verdict_and_waveform(large: Path, visit: Open) -> None:
    page = visit(large, "#p001_unit/0", ".verdict")
    assert (
        page.text_content(".verdict") == "q differs first at time 125 ns: expected 1, got 0; 37 of 4,096 checks failed."
    )
    assert page.text_content(".repro code") == "harness repro 'a run' p001_unit 0"
    assert page.locator(".wave rect.wrong").count() == 2
    assert page.locator(".wave-name.differs .signal").first.text_content() == "q[7:0]"
    values = page.locator(".wave-name output").all_text_contents()
    assert values == ["1", "5a", "5a", "00"]
    page.focus(".paper")
    page.keyboard.press("ArrowLeft")
    assert "120 ns" in page.text_content(".card .note")


def test_a_syntax_error_is_marked_in_its_line_of_code_that_was_handed_in(tmp_path: Path, visit: Open) -> None:
    page = visit(synthetic_run.hostile(tmp_path / "run"), "#p000/2", ".verdict")
    assert page.locator(".line.bad .no").all_text_contents() == ["1"]
    assert page.text_content(".said").startswith("</script><script>window.hacked=1")


@pytest.mark.parametrize("sample", range(4))
def test_a_hostile_answer_is_shown_and_does_nothing(tmp_path: Path, visit: Open, sample: int) -> None:
    path = synthetic_run.hostile(tmp_path / "run")
    page = visit(path, f"#p000/{sample}", ".verdict")
    page.wait_for_timeout(200)
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("window.hacked") is None
    assert (
        page.evaluate("document.querySelectorAll('img, iframe, script:not([type]), [onload], [onerror]').length") == 1
    )
    assert "<img src=x onerror=window.hacked=2>" in page.text_content("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    assert "\0" not in page.text_content("main")
    assert "\u202e" not in page.text_content("main")
    page.goto(path.as_uri())
    page.wait_for_selector(".hero h1")
    assert page.text_content(".hero h1").startswith("</script><script>")


@pytest.mark.parametrize("address", ["#nothing/0", "#p001_unit/99", "#%E0%A4%A/1", "#?q=%zz&x=1", "#__proto__/0"])
def test_an_address_that_leads_nowhere_does_no_harm(large: Path, visit: Open, address: str) -> None:
    page = visit(large, address)
    assert page.text_content("main").strip()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_screen(large: Path, visit: Open, width: int, scheme: str) -> None:
    for address, ready in (("", ".hero"), ("#p001_unit/0", ".wave")):
        page = visit(large, address, ready, color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_reaches_the_table_and_the_search(large: Path, visit: Open) -> None:
    page = visit(large)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"


def test_a_refuted_pass_is_named_and_its_counterexample_drawn(tmp_path: Path, visit: Open) -> None:
    page = visit(synthetic_run.told(tmp_path / "run"))
    page.click(".warnings a:has-text('1 sample passed, yet is not equal to the golden design')")
    page.wait_for_function("document.querySelectorAll('#problems tbody tr').length == 1")
    page.click("#problems tbody th a")
    page.wait_for_selector(".wave")
    assert "`" not in page.text_content(".verdict")
    assert page.text_content(".verdict").endswith("q differs in cycle 12: expected 8'h54, got 8'h00.")
    assert page.locator(".wave-name output").all_text_contents() == ["0", "54", "54", "00"]
    assert page.locator(".wave .tick").all_text_contents() == [str(number) for number in range(13)]
    assert page.locator(".wave rect.wrong").count() == 2
    page.focus(".paper")
    page.keyboard.press("ArrowLeft")
    assert "At the cursor: cycle 11" in page.locator(".note", has_text="At the cursor").text_content()


@pytest.mark.parametrize("width", [390, 1440])
def test_feedback_rounds_and_money_are_shown_and_every_reply_is_there(tmp_path: Path, visit: Open, width: int) -> None:
    page = visit(path := synthetic_run.told(tmp_path / "run"), color_scheme="dark" if width < 640 else "light")
    page.set_viewport_size({"width": width, "height": 800})
    rounds = page.locator("section", has_text="Feedback rounds").locator("table tbody tr")
    assert [row.locator("td").first.text_content() for row in rounds.all()] == ["48", "32", "16"]
    assert page.locator(".bill dd").all_text_contents() == ["$2.00", "$0.0417", "$0.11"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page = visit(path, "#p001_unit/1", ".rounds")
    page.set_viewport_size({"width": width, "height": 800})
    for summary in page.locator(".rounds > details > summary").all():
        summary.click()
    replies = page.locator("h2:text-is('Reply') ~ .prose").all_text_contents()
    assert [text[:5] for text in replies] == ["Try 0", "Try 1", "Try 2"]
    assert page.locator(".rounds", has_text="What the model was told").count() == 1
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= width
