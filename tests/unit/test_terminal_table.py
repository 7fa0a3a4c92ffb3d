"""The table of a run: at most 100 columns whatever the names, and every figure where people look for it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.analysis.summary import ProblemFacts, Row, summarise
from harness.records.grade import Official
from harness.records.outcome import Outcome, Stage
from harness.reports.plain import WIDTH, clip, columns
from harness.reports.table import render

STAGES = frozenset({Stage.SYNTAX, Stage.SIMULATE, Stage.SYNTHESIZE})
ALL = frozenset({"syntax", "simulation", "function", "synthesis"})
ABOUT: dict[str, Any] = {
    "run": "r",
    "suite": {"name": "core", "version": "1.0", "digest": "sha256:x"},
    "task": "spec-to-rtl",
    "rules": "default",
    "track": "single-shot",
    "model": "openai/m",
    "tools": {"iverilog": "11.0", "pyosys": "0.70"},
    "cost_usd": None,
}


def passed(evidence: str = "text", area: float = 1.0) -> Row:
    return Row(Outcome.PASS, evidence, ALL, (("area", area),), Official(".", True, 0), STAGES)


def failed(outcome: Outcome = Outcome.MISMATCH) -> Row:
    reached = frozenset({"syntax", "synthesis"})
    return Row(outcome, None, reached, (), Official("R", False, 3), STAGES)


def summary(
    rows: dict[str, list[Row]], quarantined: str = "", ks: tuple[int, ...] = (1,), **about: Any
) -> dict[str, Any]:
    facts = {name: ProblemFacts(f"category of {name}", "easy", name == quarantined) for name in rows}
    score = (lambda verdicts: {"pass_rate": 50.0, "gini_simpson": 0.25}) if quarantined else None
    return summarise({**ABOUT, **about}, facts, rows, ks, score)


PLAIN = summary({"a": [passed(), failed()], "b": [passed(area=4.0), failed(Outcome.SYNTAX_ERROR)]})


def test_the_table_says_what_was_run_and_with_which_tools() -> None:
    first, second = render(PLAIN).splitlines()[:2]
    assert first == "core 1.0 · spec-to-rtl · openai/m · n=2 · default rules"
    assert second == "2 problems, 4 samples · iverilog 11.0, pyosys 0.70"


def test_every_metric_has_a_row_with_its_interval() -> None:
    lines = render(PLAIN).splitlines()
    for metric, value in (("syntax", "100.0"), ("simulation", "50.0"), ("function", "50.0"), ("synthesis", "100.0")):
        found = PLAIN["metrics"][metric]["pass@1"]
        bounds = [f"{100 * found[end]:.1f}" for end in ("low", "high")]
        shown = "–".join(text.removesuffix(".0") if text in ("0.0", "100.0") else text for text in bounds)
        assert [line.split() for line in lines if line.startswith(f"  {metric}")] == [[metric, value, shown]]
    assert "95 % interval" in lines[3]


def test_area_stands_with_how_many_problems_have_one_and_with_what_wrong_samples_cost() -> None:
    """Ratios 1 and 4, each with a wrong sample beside it."""
    [line] = [line for line in render(PLAIN).splitlines() if "area/golden" in line]
    label, mean, interval, best, coverage, overall, bounds, within = line.split()
    assert (label, mean, best, coverage, overall, within) == ("area/golden", "2.00", "2.00", "2/2", "0.31", "25.0")
    low, high = PLAIN["ppa"]["area"]["intervals"]["overall@1"]
    assert bounds == f"{low:.2f}–{high:.2f}"
    assert interval.startswith("0.00–")


def test_figures_that_are_undefined_and_the_score_for_comparison_are_said() -> None:
    rows = {"a": [passed()] * 4 + [failed()], "b": [Row(Outcome.PASS, "text", ALL, (), None, STAGES)] * 5}
    text = render(summary(rows))
    assert "area: 1 problem whose golden design has none left out" in text
    assert "by TuRTLe's formula (golden 100, twice golden 0): area 40.0" in text


def test_what_went_wrong_is_counted_beside_the_categories() -> None:
    text = render(PLAIN)
    assert "what went wrong" in text
    assert "mismatch 1" in text
    assert "syntax_error 1" in text
    assert "pass 2" not in text
    [line] = [line for line in text.splitlines() if "category of a" in line]
    assert "│" in line, "what went wrong is not that category's alone"


def test_evidence_infrastructure_errors_left_out_problems_and_quarantine_are_said() -> None:
    rows = {
        "a": [passed("netlist"), passed("netlist")],
        "b": [passed(), failed(Outcome.INFRA_ERROR)],
        "odd": [failed()] * 2,
    }
    text = render(summary(rows, "odd", ks=(1, 2)))
    assert "netlist 2 · text 1" in text
    assert "1 sample without a verdict (infra_error), outside every figure below" in text
    assert "pass@2: 1 problem with fewer samples left out" in text
    assert "without 1 problem known to be faulty (2 left)" in text
    assert "pass_rate 50.00 · gini_simpson 0.25 · 3 of 6 pass" in text
    assert "R 3  . 3" in text.replace(". 3  R 3", "R 3  . 3")


def test_a_run_without_any_verdict_still_has_a_table() -> None:
    text = render(summary({"a": [failed(Outcome.INFRA_ERROR)]}))
    assert "1 sample without a verdict" in text
    assert "infra_error 1" in text


def test_pass_hat_k_stands_beside_pass_at_k_where_there_is_more_than_one_sample() -> None:
    found = summary({"a": [passed(), failed()], "b": [passed(), passed()]}, ks=(1, 2))
    [head, *rest] = [line for line in render(found).splitlines() if line.startswith(("  metric", "  function"))]
    assert head.split()[:4] == ["metric", "pass@1", "pass@2", "pass^2"]
    assert [value for value in rest[0].split() if "–" not in value] == ["function", "75.0", "100.0", "50.0"]
    assert "pass^" not in render(PLAIN)


def test_what_the_compiler_says_most_and_the_nearest_miss_are_shown_without_control_characters() -> None:
    found = json.loads(json.dumps(PLAIN))
    most = [{"message": f"error: \x1b[2J{letter}" + "x" * 200, "samples": 3, "problems": 2} for letter in "abcd"]
    nearest = [{"problem": "\x1bfifo", "sample": 3, "failed": 1, "checked": 900}]
    found["failures"] = {
        "compile_errors": {"samples": 12, "distinct": 4, "most": most},
        "near_misses": {"samples": 1, "at_most": 0.05, "nearest": nearest},
    }
    text = render(found)
    assert "\x1b" not in text
    assert "most common compile errors (12 samples, 4 kinds)" in text
    assert text.count(" × error: ·[2J") == 3
    assert "1 near misses (at most 5 % of the checks failed), the nearest: ·fifo 3 (1 of 900)" in text


def test_difficulties_stand_below_the_categories_where_there_are_several() -> None:
    found = json.loads(json.dumps(PLAIN))
    assert "difficulty" not in render(found)
    found["difficulties"]["hard"] = found["difficulties"]["easy"]
    lines = [line.split()[0] for line in render(found).splitlines() if line.startswith("  ")]
    assert lines[lines.index("difficulty") + 1 :][:2] == ["easy", "hard"]


NAME = st.text(min_size=1, max_size=300)


@settings(max_examples=40)
@given(NAME, NAME, st.dictionaries(NAME, NAME, max_size=6), st.integers(1, 40), st.integers(1, 12), st.randoms())
def test_no_line_is_wider_than_a_terminal_whatever_the_names(
    model: str, category: str, tools: dict[str, str], problems: int, n: int, random: Any
) -> None:
    kinds = [
        passed("netlist"),
        passed("text", 1234.5),
        failed(),
        failed(Outcome.NOT_SYNTHESIZABLE),
        failed(Outcome.INFRA_ERROR),
    ]
    rows = {f"{category} {i}": [random.choice(kinds) for _ in range(n)] for i in range(problems)}
    found = summary(rows, f"{category} 0", ks=(1, 5, 10), model=model, tools=tools)
    for line in render(found).splitlines():
        assert len(line) <= WIDTH == 100, line


def test_a_very_long_name_is_cut_with_an_ellipsis() -> None:
    long = "x" * 250
    found = summary({long: [passed()]}, model=f"openai/{long}", tools={long: "1.0"})
    lines = render(found).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert lines[0] == "core 1.0 · spec-to-rtl · openai/" + "x" * 67 + "…"


def test_large_counts_and_three_ks_fit_too() -> None:
    """Figures as a run of VerilogEval with twenty samples has them, the widest that there are."""
    found = json.loads(json.dumps(PLAIN))
    figure = {"value": 0.995, "low": 0.982, "high": 0.999, "problems": 156, "left_out": 120}
    shown = ("pass@1", "pass@5", "pass@10", "pass@20", "pass^1", "pass^5", "pass^20")
    found["metrics"] = {name: dict.fromkeys(shown, figure) for name in PLAIN["metrics"]}
    found |= {"evidence": {"netlist": 156_000, "text": 15_600, "official": 1_560}, "infra_errors": 156_000}
    wide: dict[str, Any] = {
        "given_correct": 1234.56,
        "best": 999.99,
        "coverage": 1560,
        "problems": 1560,
        "undefined": 999,
    }
    names = [f"overall@{k}" for k in (1, 5, 10)]
    wide |= {**dict.fromkeys(names, 123.45), "unmeasured": 15600, "left_out": {}, "turtle": -123.4}
    wide["intervals"] = {key: [0.01, 1234567.8] for key in ["given_correct", *names]}
    found["ppa"] = {name: {**wide, f"{name}_1.1@1": 1.0} for name in ("area", "delay", "power", "composite", "luts")}
    classes = {f"{outcome}-class": {"warnings": 156_000, "samples": 9} for outcome in Outcome}
    lint = {"samples": 9, "clean": 3, "warnings": 156_000, "classes": classes}
    plain = {name: one["warnings"] for name, one in classes.items()}
    golden = {"problems": 3, "warnings": 156_000, "classes": plain}
    found["lint"] = {**lint, "golden": golden, "verilator": lint}
    found["outcomes"] = {str(outcome): 156_000 for outcome in Outcome}
    lines = render(found).splitlines()
    assert max(map(len, lines)) <= WIDTH
    [function] = [line for line in lines if line.startswith("  function ")]
    assert function.split() == ["function", *["99.5", "98.2–99.9"] * 4]
    [head] = [line for line in lines if line.startswith("  metric")]
    assert head.split() == ["metric", "pass@1", "pass@5", "pass@10", "pass^20", "95", "%", "interval"]
    assert any("netlist 156000 · text 15600 · official 1560" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("short", "short"), ("exactly ten", "exactly t…"), ("a\tb\x1b[31m\n", "a·b·[31m·"), ("", "")],
)
def test_clipped_text_has_no_control_characters(text: str, shown: str) -> None:
    assert clip(text, 10) == shown


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert columns([["a", "b"], ["long", "c"], ["only"]], indent=1) == [" a     b", " long  c", " only"]
    assert columns([]) == []


@pytest.mark.parametrize(
    "right",
    [
        passed(),
        Row(Outcome.MISMATCH, None, frozenset({"simulation"}), (), None, STAGES),
        Row(Outcome.MISMATCH, None, frozenset(), (), Official(".", True, 0), STAGES),
    ],
)
def test_a_run_that_passes_the_impossible_is_tampered_and_the_table_says_so_first(right: Row) -> None:
    facts = {"trap": ProblemFacts("c", "easy", False, impossible=True), "b": ProblemFacts("c", "easy", False)}
    forged = summarise(ABOUT, facts, {"trap": [failed_by_all(), right], "b": [passed()]}, (1,))
    assert (forged["tampered"], forged["per_problem"]["trap"]["forged"]) == (True, 1)
    assert render(forged).splitlines()[2] == "TAMPERED: 1 sample said to pass where no design can: trap"
    honest = summarise(ABOUT, facts, {"trap": [failed_by_all()], "b": [passed()]}, (1,))
    assert (honest["tampered"], honest["per_problem"]["trap"]["forged"]) == (False, 0)
    assert "forged" not in honest["per_problem"]["b"]
    assert "TAMPERED" not in render(honest)


def failed_by_all() -> Row:
    return Row(Outcome.MISMATCH, None, frozenset({"syntax"}), (), Official("R", False, 3), STAGES)
