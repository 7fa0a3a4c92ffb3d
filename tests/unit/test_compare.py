"""harness compare: its figures worked out again from the raw lines, what it refuses, and its exit code."""

import json
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from compared_runs import Outcomes, drawn, index_of, of_hundred, pair, rates, results, write  # noqa: F401 - fixtures
from scipy import stats
from statsmodels.stats import multitest
from test_run_folder import CONFIG

from harness.cli.main import main
from harness.errors import ConfigError
from harness.reports.comparison import render
from harness.runs.compare import CompareOptions, compare_runs


def test_every_figure_is_as_worked_out_again_from_the_raw_lines(results: Path) -> None:
    write(results / "a", drawn(1, 0.4))
    write(results / "b", drawn(2, 0.6))
    found = pair("a", "b")
    before, after = rates(results / "a"), rates(results / "b")
    steps = np.array([after[name] - before[name] for name in before])
    assert found["values"] == [pytest.approx(fmean(side.values()), abs=1e-6) for side in (before, after)]
    moved = steps[steps != 0]
    added = float(np.sqrt((np.sum(moved**2) + 1) / (len(moved) + 1)))
    whole = np.concatenate([steps, [added, -added]])
    low, high = stats.t.interval(0.95, len(whole) - 1, whole.mean(), stats.sem(whole))
    assert found["difference"] == {
        "value": pytest.approx(float(steps.mean()), abs=1e-6),
        "low": pytest.approx(low, abs=1e-6),
        "high": pytest.approx(high, abs=1e-6),
    }
    permuted = stats.permutation_test(
        (np.round(steps * 5),), np.sum, permutation_type="samples", n_resamples=20_000, rng=3
    )
    assert found["p"] == pytest.approx(float(permuted.pvalue), abs=0.01)
    gained = [name for name in before if before[name] < 0.5 < after[name]]
    lost = [name for name in before if after[name] < 0.5 < before[name]]
    assert (found["sides"]["gained"], found["sides"]["lost"]) == (gained, lost)
    expected = stats.binomtest(len(gained), len(gained) + len(lost)).pvalue
    assert found["sides"]["mcnemar_p"] == pytest.approx(expected)
    factor = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert found["detectable"] == pytest.approx(factor * whole.std(ddof=1) / np.sqrt(len(steps)), abs=1e-6)


def test_ten_problems_lost_of_a_hundred_and_none_gained_are_called_different(results: Path) -> None:
    write(results / "a", of_hundred(60))
    write(results / "b", of_hundred(50))
    found = pair("a", "b")
    assert found["p"] == found["sides"]["mcnemar_p"] == 2 / 2**10
    assert (found["different"], found["difference"]["value"], found["difference"]["high"] < 0) == (True, -0.1, True)
    assert found["sides"]["lost"] == [f"p{number:03}" for number in range(50, 60)]


def test_a_run_is_not_different_from_one_like_it(results: Path) -> None:
    write(results / "a", of_hundred(60))
    write(results / "b", of_hundred(60))
    found = pair("a", "b")
    assert (found["p"], found["different"], found["sides"]["gained"]) == (1, False, [])
    assert found["difference"]["low"] < 0 < found["difference"]["high"]


def test_p_values_of_several_runs_are_holms(results: Path) -> None:
    for number, passed in enumerate((50, 60, 57, 51)):
        write(results / f"r{number}", of_hundred(passed))
    found = compare_runs(CompareOptions(("r0", "r1", "r2", "r3")))["comparisons"]
    adjusted = multitest.multipletests([one["p"] for one in found], method="holm")[1]
    assert [one["p_holm"] for one in found] == pytest.approx(list(adjusted))
    assert [one["first"] for one in found] == ["r0"] * 3
    assert [one["different"] for one in found] == [True, True, False]
    assert "(Holm, 100 problems)" in render(compare_runs(CompareOptions(("r0", "r1", "r2"))))


def test_samples_without_a_verdict_and_problems_of_one_run_alone_are_left_out(results: Path) -> None:
    write(results / "a", {"x": ["pass", "infra_error"], "y": ["pass", "pass"], "only_a": ["pass", "pass"]})
    write(results / "b", {"x": ["mismatch", "mismatch"], "y": ["mismatch", "pass"]})
    found = pair("a", "b")
    assert (found["problems"], found["left_out"]) == (2, 1)
    assert found["values"] == [1.0, 0.25]
    two = compare_runs(CompareOptions(("a", "b"), k=2))
    assert two["comparisons"][0]["values"] == [1.0, 1.0], "of y alone: one of two is right"
    assert any("2 problems without 2 judged samples in both a and b" in line for line in two["warnings"])
    with pytest.raises(ConfigError, match="no problem with 3 samples in both runs; give a smaller --k"):
        pair("a", "b", k=3)


def test_areas_are_of_the_problems_that_both_have_right(results: Path) -> None:
    write(results / "a", {"x": ["pass"], "y": ["pass"], "z": ["mismatch"]}, areas={"x": 2.0, "y": 9.0})
    write(results / "b", {"x": ["pass"], "y": ["mismatch"], "z": ["pass"]}, areas={"x": 1.5, "z": 9.0})
    assert pair("a", "b")["area"] == {"values": [2.0, 1.5], "problems": 1}
    newer = replace(CONFIG, tools={**CONFIG.tools, "pyosys": "0.71"})
    write(results / "c", {"x": ["pass"]}, newer, {"x": 1.0})
    found = compare_runs(CompareOptions(("a", "c")))
    assert "area" not in found["comparisons"][0]
    assert "areas of a and c are left out: another Yosys" in found["warnings"]


def test_areas_in_two_cell_libraries_do_not_compare_and_a_run_that_does_not_say_is_taken_at_its_word(
    results: Path,
) -> None:
    for name, digest in (("a", "1"), ("b", "2"), ("old", None)):
        library = {"name": "neutral", "digest": f"sha256:{digest}"} if digest else {}
        write(results / name, {"x": ["pass"]}, replace(CONFIG, library=library), {"x": 2.0})
    found = compare_runs(CompareOptions(("a", "b", "old")))
    assert ["area" in each for each in found["comparisons"]] == [False, True]
    assert "cells: neutral 1 in a, neutral 2 in b" in found["warnings"]
    assert "areas of a and b are left out: another cell library" in found["warnings"]


def test_a_wish_is_answered_in_problems_and_in_samples(results: Path) -> None:
    write(results / "a", drawn(1, 0.4))
    write(results / "b", drawn(2, 0.5))
    found = pair("a", "b", wish=2.0)
    variance = (found["detectable"] / (stats.norm.ppf(0.975) + stats.norm.ppf(0.8))) ** 2 * 30
    assert found["wish"]["problems"] == pytest.approx(found["detectable"] ** 2 / 0.02**2 * 30, abs=1)
    within = [stats.bernoulli.var(rate) * 5 / 4 for run in "ab" for rate in rates(results / run).values()]
    lasting = max(0, variance - sum(within) / 30 / 5)
    room = 0.02**2 * 30 / (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) ** 2 - lasting
    assert found["wish"]["n"] == (pytest.approx(sum(within) / 30 / room, abs=1) if room > 0 else None)
    large = pair("a", "b", wish=20.0)["wish"]["n"]
    assert large is not None
    assert 1 <= large < 50
    assert "n" not in pair("a", "b", wish=2.0, k=2)["wish"]
    write(results / "c", of_hundred(50))
    assert "n" not in pair("c", "c/../c", wish=2.0)["wish"], "single samples do not tell"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("suite", "rtllm-2.0", "suite: core in a, rtllm-2.0 in b"),
        ("suite_digest", "sha256:other", "suite digest: sha256:s in a, sha256:other in b"),
        ("task", "code-completion", "task: spec-to-rtl in a, code-completion in b"),
        ("rules", "official", "rules: default in a, official in b"),
    ],
)
def test_runs_of_another_task_are_refused_unless_forced(results: Path, field: str, value: str, said: str) -> None:
    write(results / "a", of_hundred(50))
    changed: dict[str, Any] = {field: value}
    write(results / "b", of_hundred(50), replace(CONFIG, **changed))
    with pytest.raises(ConfigError, match=r"these runs do not compare; .*--force"):
        pair("a", "b")
    found = compare_runs(CompareOptions(("a", "b"), force=True))
    assert said in found["warnings"]
    assert found["comparisons"][0]["problems"] == 100


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"track": "test-feedback"}, "track: single-shot in a, test-feedback in b"),
    ],
)
def test_who_was_told_what_is_wrong_stands_beside_nobody_who_was_not(
    results: Path, changed: dict[str, Any], said: str
) -> None:
    write(results / "a", of_hundred(50))
    write(results / "b", of_hundred(50), replace(CONFIG, **changed))
    for force in (False, True):
        with pytest.raises(ConfigError, match=f"runs with feedback and runs without are never compared; {said}"):
            compare_runs(CompareOptions(("a", "b"), force=force))


def test_rules_of_which_the_outcome_is_ours_compare(results: Path) -> None:
    write(results / "a", of_hundred(50))
    write(results / "b", of_hundred(50), replace(CONFIG, rules="both"))
    assert compare_runs(CompareOptions(("a", "b")))["warnings"] == []


def test_what_may_explain_a_difference_besides_the_model_is_warned_of(results: Path) -> None:
    write(results / "a", of_hundred(50))
    other = replace(
        CONFIG,
        tools={"iverilog": "12.0"},
        prompt_digest="sha256:q",
        params_requested={"n": 8, "temperature": 0.2},
        harness_version="0.2",
    )
    write(results / "b", of_hundred(50), other)
    assert compare_runs(CompareOptions(("a", "b")))["warnings"] == [
        "harness: 0.1 in a, 0.2 in b",
        "iverilog: 11.0 in a, 12.0 in b",
        "prompts: sha256:p in a, sha256:q in b",
        "temperature: 0.8 in a, 0.2 in b",
    ]


def test_one_model_at_two_servers_is_warned_of_and_two_models_are_not(results: Path) -> None:
    for name, model, port in (("a", "vllm/m", 1), ("b", "vllm/m", 2), ("c", "vllm/other", 3)):
        write(results / name, of_hundred(50), replace(CONFIG, model=model, backend={"base_url": f"http://gpu:{port}"}))
    assert compare_runs(CompareOptions(("a", "b", "c")))["warnings"] == [
        "base_url of vllm/m: http://gpu:1 in a, http://gpu:2 in b"
    ]


def test_wrong_use_is_one_line_with_a_way_out(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(results / "a", of_hundred(50))
    write(results / "b", of_hundred(50))
    for arguments, said in (
        (["a"], "compare takes two runs or more"),
        (["a", "a"], "the same run is named twice"),
        (["a", "nowhere"], 'no run "nowhere"'),
        (["a", "b", "--metric", "speed"], 'no metric "speed". There are: syntax'),
        (["a", "b", "--metric", "synthesis"], "a has no synthesis: that stage was not run"),
        (["a", "b", "--k", "0"], "--k 0: at least 1"),
        (["a", "b", "--wish", "0"], "--wish 0: points, above 0"),
        (["a", "b", "--threshold", "-1"], "--threshold -1: points, from 0"),
        (["a", "b", "--threshold", "nan"], "--threshold nan: points"),
    ):
        assert main(["compare", *arguments]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("error: ")
        assert said in err
        assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("passed", "limit", "code"), [(50, "9.9", 4), (50, "10", 0), (60, "0", 0), (59, "0", 4), (70, "0", 0)]
)
def test_the_exit_code_says_whether_the_last_run_is_worse_by_more_than_the_threshold(
    results: Path, capsys: pytest.CaptureFixture[str], passed: int, limit: str, code: int
) -> None:
    write(results / "a", of_hundred(60))
    write(results / "middle", of_hundred(0))
    write(results / "b", of_hundred(passed))
    assert main(["compare", "a", "middle", "b", "--threshold", limit, "--json"]) == code
    threshold = json.loads(capsys.readouterr().out)["threshold"]
    assert threshold["worse"] is (code == 4)
    assert threshold["beyond_chance"] is False
    assert main(["compare", "a", "b", "--threshold", limit]) == code
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith("b is worse than a by more than" if code else "b is not worse than a by more than")


def test_with_json_standard_output_is_one_document_and_warnings_go_elsewhere(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(results / "a", drawn(1, 0.4))
    write(results / "b", drawn(2, 0.6), replace(CONFIG, harness_version="9"))
    assert main(["compare", "a", "b", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == compare_runs(CompareOptions(("a", "b")))
    assert err == "warning: harness: 0.1 in a, 9 in b\n"


def test_the_text_says_what_the_document_says_in_at_most_100_columns(results: Path) -> None:
    long = "a-model-with-a-very-long-name-" * 4
    write(results / "a", drawn(1, 0.3, problems=60))
    write(results / long, drawn(2, 0.9, problems=60), areas=None)
    found = compare_runs(CompareOptions(("a", long), wish=1.0))
    text = render(found)
    lines = text.splitlines()
    one = found["comparisons"][0]
    assert max(map(len, lines)) <= 100
    first, second = (f"{100 * value:.1f}" for value in one["values"])
    assert f"function pass@1   {first} → {second}   +" in text
    assert f"gained {len(one['sides']['gained'])} problems, lost {len(one['sides']['lost'])}" in text
    assert "60 problems with n=5 show a true difference of" in text
    widest = {**one, "values": [1.0, 0.0], "difference": {"value": -1.0, "low": -1.0, "high": -0.85}, "p_holm": 0.5}
    for metric in ("simulation", "function"):
        shown = render({**found, "metric": metric, "k": 10, "comparisons": [widest]})
        assert max(map(len, shown.splitlines())) <= 100
    assert f"for 1.0 points it takes: {one['wish']['problems']:,} problems like these, or" in text


def test_the_page_leads_to_the_reports_that_are_there_and_holds_every_count(results: Path, tmp_path: Path) -> None:
    write(results / "a b", {"x": ["pass", "mismatch"], "only here": ["pass"]})
    write(results / "c", {"x": ["pass", "pass"]})
    (results / "a b" / "report.html").write_text("a report")
    page = tmp_path / "pages" / "compare.html"
    assert main(["compare", "a b", "c", "--html", str(page)]) == 0
    index = index_of(page)
    assert index["counts"] == {"only here": [[1, 1], None], "x": [[1, 2], [2, 2]]}
    link = index["runs"]["a b"]["report"]
    assert (page.parent / unquote(link)).read_text() == "a report"
    assert " " not in link
    assert index["runs"]["c"]["report"] is None
    assert index["runs"]["c"]["figure"]["value"] == 1.0
    assert index["found"] == compare_runs(CompareOptions(("a b", "c")))


def test_what_others_wrote_is_never_markup_of_the_page(results: Path, tmp_path: Path) -> None:
    hostile = "</script><script>window.hacked=1</script>"
    for name in ("a", "b"):
        write(results / name, {hostile: ["pass"]}, replace(CONFIG, model=hostile))
    page = tmp_path / "compare.html"
    assert main(["compare", "a", "b", "--html", str(page)]) == 0
    assert "window.hacked=1</script>" not in page.read_text()
    assert index_of(page)["found"]["runs"]["a"]["model"] == hostile
