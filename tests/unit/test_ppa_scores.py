"""Efficiency, area_p@k, the composite and TuRTLe's score, held against enumeration and against scipy."""

import itertools
import math
from fractions import Fraction
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.analysis import ppa
from harness.analysis.area import geometric_interval
from harness.analysis.efficiency import best_of_k, turtle_score
from harness.analysis.interval import estimate, estimate_scaled
from harness.analysis.pass_at_k import pass_at_k
from harness.analysis.ppa import Priced

RATIO = st.floats(0.05, 20)
WRONG = Priced(False, {})


def right(**ratio: float) -> Priced:
    return Priced(True, ratio)


def unknown(samples: dict[str, list[Priced]]) -> dict[str, frozenset[str] | None]:
    return dict.fromkeys(samples, None)


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.75]) | st.floats(0, 9), min_size=1, max_size=7), st.data())
def test_the_best_of_k_is_the_mean_of_the_maximum_over_all_draws(values: list[float], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(values)))
    maxima = [Fraction(max(draw)) for draw in itertools.combinations(values, k)]
    assert best_of_k(values, k) == pytest.approx(float(sum(maxima) / len(maxima)), rel=1e-12, abs=1e-12)


@given(st.integers(1, 30), st.data())
def test_the_best_of_k_of_right_and_wrong_is_pass_at_k(n: int, data: st.DataObject) -> None:
    correct, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    assert best_of_k([1.0] * correct + [0.0] * (n - correct), k) == pass_at_k(n, correct, k)


def test_the_best_of_k_is_unbiased_for_samples_of_a_known_distribution() -> None:
    """The estimate from n = 6, averaged over many runs, is the expected maximum of 3 fresh samples: 3/4 if uniform."""
    rng = np.random.default_rng(7)
    assert fmean(best_of_k(list(row), 3) for row in rng.random((4000, 6))) == pytest.approx(0.75, abs=0.006)


def test_the_best_of_more_samples_than_there_are_is_refused() -> None:
    for values in ([], [0.0], [1.0, 2.0]):
        with pytest.raises(ValueError, match="pass@3"):
            best_of_k(values, 3)


@pytest.mark.parametrize("n", [1, 5, 20])
def test_the_golden_design_against_itself_is_exactly_1_for_every_n_and_k(n: int) -> None:
    samples = {name: [right(area=1.0, delay=1.0, power=1.0)] * n for name in "abc"}
    ks = [k for k in (1, 2, 3, 5, 7, 10, 20) if k <= n]
    found = ppa.section(samples, dict.fromkeys(samples, frozenset({"area", "delay", "power"})), ks, n)
    assert list(found) == ["area", "delay", "power", "composite"]
    for figure, values in found.items():
        assert (values["given_correct"], values["best"], values["coverage"], values["undefined"]) == (1, 1, 3, 0)
        for k in ks:
            assert values[f"overall@{k}"] == 1
            assert [values[f"{figure}_{p}@{k}"] for p in ppa.AT_MOST] == [1, 1, 1, 1]
        assert ("turtle" in values) == (n == 5 and figure != "composite")


@pytest.mark.parametrize(("n", "score"), [(1, 20), (5, 100), (10, 0), (20, -200)])
def test_turtles_formula_gives_the_golden_design_what_is_published_of_it(n: int, score: float) -> None:
    assert turtle_score([[1.0] * n] * 4) == pytest.approx(score)


def test_turtles_formula_cuts_at_two_fills_up_and_counts_a_missing_problem_as_two() -> None:
    """S = mean of (0.5 + 2 + 2 + 2 + 2)/5, (1 + 1 + 1.5 + 2 + 2)/5 and 2."""
    s = (8.5 / 5 + 7.5 / 5 + 2) / 3
    assert turtle_score([[0.5, 7.0], [1.0, 1.0, 1.5], []]) == pytest.approx((2 - s) * 100)
    with pytest.raises(ValueError, match="no problem"):
        turtle_score([])


@given(st.lists(st.lists(st.none() | RATIO, min_size=5, max_size=5), min_size=1, max_size=4))
def test_every_figure_of_a_run_is_what_enumeration_says(problems: list[list[float | None]]) -> None:
    samples = {
        str(i): [WRONG if ratio is None else right(area=ratio) for ratio in row] for i, row in enumerate(problems)
    }
    if not any(sample.right for row in samples.values() for sample in row):
        assert ppa.section(samples, unknown(samples), [1], 5) == {}
        return
    found = ppa.section(samples, unknown(samples), [1, 3, 5], 5)["area"]
    for k in (1, 3, 5):
        draws = [list(itertools.combinations(row, k)) for row in problems]
        best = [np.mean([max(0 if r is None else 1 / r for r in draw) for draw in row]) for row in draws]
        assert found[f"overall@{k}"] == pytest.approx(np.mean(best), abs=1e-6)
        for p in ppa.AT_MOST:
            hit = [np.mean([any(r is not None and r <= p for r in draw) for draw in row]) for row in draws]
            assert found[f"area_{p}@{k}"] == pytest.approx(np.mean(hit), abs=1e-6)
    have = [[r for r in row if r is not None] for row in problems]
    assert found["given_correct"] == pytest.approx(stats.gmean([stats.gmean(row) for row in have if row]), abs=2e-6)
    assert found["best"] == pytest.approx(stats.gmean([min(row) for row in have if row]), abs=2e-6)
    assert found["coverage"] == sum(map(bool, have))


def test_a_problem_whose_golden_design_has_no_such_figure_is_left_out_and_counted() -> None:
    samples = {"clocked": [right(delay=1.0), WRONG], "wires": [right(), WRONG], "unsolved": [WRONG, WRONG]}
    golden = {"clocked": frozenset({"delay"}), "wires": frozenset[str](), "unsolved": frozenset({"delay"})}
    found = ppa.section(samples, golden, [1, 2], 2)["delay"]
    assert (found["undefined"], found["problems"], found["coverage"]) == (1, 3, 1)
    assert (found["overall@1"], found["overall@2"]) == (0.25, 0.5)
    nothing = ppa.problem(samples["wires"], ["delay"], golden["wires"], [1])
    assert nothing == {"ppa": {}}


def test_where_the_golden_figures_were_not_kept_the_right_samples_tell_what_is_undefined() -> None:
    samples = {"clocked": [right(delay=1.0)], "wires": [right()], "unsolved": [WRONG]}
    found = ppa.section(samples, unknown(samples), [1], 1)["delay"]
    assert (found["undefined"], found["overall@1"]) == (1, 0.5)


def test_a_right_sample_without_the_figure_is_outside_its_n_and_counted() -> None:
    golden = {"a": frozenset({"area"}), "b": frozenset({"area"})}
    samples = {"a": [right(area=2.0), right(), WRONG], "b": [right(area=0.0), right(area=1.0), WRONG]}
    found = ppa.section(samples, golden, [1, 2, 3], 3)["area"]
    assert found["unmeasured"] == 2
    assert (found["overall@1"], found["overall@2"]) == (pytest.approx((0.25 + 0.5) / 2), 0.75)
    assert "overall@3" not in found


def test_where_nothing_is_right_overall_is_0_and_given_correct_is_absent() -> None:
    found = ppa.section({"a": [WRONG]}, {"a": frozenset({"area"})}, [1], 1)["area"]
    assert "given_correct" not in found
    assert (found["overall@1"], found["coverage"], found["problems"]) == (0, 0, 1)


def test_a_problem_with_fewer_than_k_samples_is_left_out_of_k_and_counted() -> None:
    found = ppa.section({"a": [right(area=1.0)], "b": [WRONG] * 2}, {"a": None, "b": None}, [1, 2], 2)["area"]
    assert (found["overall@1"], found["overall@2"], found["left_out"]) == (0.5, 0, {"2": 1})


def test_the_composite_is_the_geometric_mean_of_all_three_and_absent_where_one_is() -> None:
    samples = {"a": [right(area=2.0, delay=4.0, power=1.0)], "b": [right(area=2.0, delay=1.0)]}
    found = ppa.section(samples, unknown(samples), [1], 1)
    assert found["composite"]["given_correct"] == pytest.approx(2.0)
    assert (found["composite"]["coverage"], found["composite"]["undefined"]) == (1, 1)
    assert list(ppa.section({"b": samples["b"]}, {"b": None}, [1], 1)) == ["area", "delay"]


def test_figures_that_nobody_thought_of_are_reported_like_the_others() -> None:
    samples = {"a": [right(luts=1.5), WRONG]}
    found = ppa.section(samples, unknown(samples), [1], 2)["luts"]
    assert (found["given_correct"], found["luts_1.5@1"], found["luts_1.1@1"]) == (1.5, 0.5, 0)


@given(st.lists(RATIO, min_size=2, max_size=30))
def test_the_interval_of_a_geometric_mean_is_students_on_logarithms(values: list[float]) -> None:
    found = geometric_interval(values)
    logs = np.log(values)
    if np.ptp(logs) == 0 or found is None:
        assert found is None or found[0] == pytest.approx(found[1])
        return
    low, high = stats.t.interval(0.95, len(logs) - 1, np.mean(logs), stats.sem(logs))
    assert found[0] == pytest.approx(math.exp(low), rel=1e-4)
    assert found[1] == pytest.approx(math.exp(high), rel=1e-4)


def test_one_problem_or_no_spread_gives_no_interval_of_a_ratio() -> None:
    assert geometric_interval([2.0]) is geometric_interval([1.0, 1.0, 1.0]) is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_without_a_value_above_one_the_interval_of_efficiency_is_that_of_pass_at_k(values: list[float]) -> None:
    assert estimate_scaled(values, 5 * len(values)) == estimate(values, 5 * len(values))


@given(st.lists(st.floats(0, 30), min_size=1, max_size=20))
def test_the_interval_of_efficiency_holds_its_value(values: list[float]) -> None:
    found = estimate_scaled(values, 5 * len(values))
    assert found is not None
    assert found.value == pytest.approx(fmean(values))
    assert 0 <= found.low <= found.value + 1e-9 <= found.high + 2e-9 <= max(1.0, *values) + 3e-9
