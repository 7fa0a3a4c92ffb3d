"""Paired tests and intervals against scipy, statsmodels and enumeration; what they promise about two like models."""

import itertools
import math
import random
from collections.abc import Sequence
from fractions import Fraction
from statistics import fmean, variance

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import contingency_tables, multitest
from statsmodels.stats.power import TTestPower

from harness.analysis import sign_flip as sign_flip_module
from harness.analysis.difference import detectable, difference, problems_needed, samples_needed
from harness.analysis.holm import holm
from harness.analysis.mcnemar import mcnemar
from harness.analysis.sign_flip import sign_flip
from harness.analysis.variance import components, within

COUNTS = st.lists(st.integers(0, 5), min_size=2, max_size=30)
STEPS = st.lists(st.integers(-5, 5), min_size=1, max_size=9)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_statsmodels_and_the_binomial_test(gained: int, lost: int) -> None:
    expected = contingency_tables.mcnemar([[9, gained], [lost, 9]], exact=True).pvalue
    assert mcnemar(gained, lost) == pytest.approx(float(expected))
    if gained + lost:
        assert mcnemar(gained, lost) == pytest.approx(stats.binomtest(gained, gained + lost).pvalue)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_holm_is_statsmodels(count: int) -> None:
    chance = random.Random(count)
    values = [chance.random() ** 3 for _ in range(count)]
    assert holm(values) == pytest.approx(list(multitest.multipletests(values, method="holm")[1]))


def by_enumeration(steps: Sequence[int]) -> float:
    choices = itertools.product(*((step, -step) for step in steps))
    return fmean(abs(sum(choice)) >= abs(sum(steps)) for choice in choices)


@given(STEPS)
def test_the_permutation_test_counts_every_choice_of_signs(steps: list[int]) -> None:
    found = sign_flip([Fraction(step, 5) for step in steps], 1)
    assert found.exact
    assert found.p == pytest.approx(by_enumeration(steps))


def test_the_permutation_test_is_scipys() -> None:
    differences = [Fraction(step, 5) for step in (3, -1, 2, 5, 0, -2, 1, 4, 1, -1)]
    found = stats.permutation_test(
        (np.array([float(value) for value in differences]),),
        lambda values, axis: np.sum(values, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
    )
    assert sign_flip(differences, 1).p == pytest.approx(float(found.pvalue))


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_with_one_sample_a_problem_it_is_mcnemars(gained: int, lost: int, same: int) -> None:
    differences = [Fraction(1)] * gained + [Fraction(-1)] * lost + [Fraction(0)] * same
    assert sign_flip(differences, 1).p == pytest.approx(mcnemar(gained, lost))


def test_where_the_choices_cannot_be_counted_they_are_drawn_by_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    differences = [Fraction(step, 5) for step in (3, -1, 2, 5, 0, -2, 1, 4, 1, -1, 2, 3)]
    counted = sign_flip(differences, 1)
    monkeypatch.setattr(sign_flip_module, "_MOST_BYTES", 0)
    drawn = sign_flip(differences, 1)
    assert (counted.exact, drawn.exact) == (True, False)
    assert drawn.p == pytest.approx(counted.p, abs=0.01)
    assert sign_flip(differences, 1) == drawn
    assert sign_flip(differences, 2) != drawn
    assert sign_flip([Fraction(1)] * 40, 1).p == 1 / (sign_flip_module.DRAWS + 1), "never 0"


def test_runs_without_a_difference_are_not_called_different() -> None:
    assert sign_flip([], 1).p == 1
    assert sign_flip([Fraction(0)] * 9, 1).p == 1
    assert (mcnemar(0, 0), holm([])) == (1, [])


def runs_of_one_model(chance: random.Random, n: int, problems: int = 60) -> list[Fraction]:
    rates = [chance.choice((0.05, 0.5, 0.8, 0.97)) for _ in range(problems)]
    first, second = ([sum(chance.random() < rate for _ in range(n)) for rate in rates] for _ in range(2))
    return [Fraction(b - a, n) for a, b in zip(first, second, strict=True)]


@pytest.mark.parametrize("n", [1, 5])
def test_two_runs_of_one_model_are_called_different_for_at_most_one_seed_in_twenty(n: int) -> None:
    chance = random.Random(20 + n)
    called = sum(sign_flip(runs_of_one_model(chance, n), 1).p < 0.05 for _ in range(400))
    assert stats.binomtest(called, 400, 0.05, alternative="greater").pvalue > 0.01
    assert called > 0


def test_ten_lost_problems_of_a_hundred_and_none_gained_are_a_difference() -> None:
    differences = [Fraction(-1)] * 10 + [Fraction(0)] * 90
    found = difference([float(value) for value in differences])
    assert sign_flip(differences, 1).p == 2 / 2**10
    assert found is not None
    assert found.value == pytest.approx(-0.1)
    assert found.high < 0


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=40))
def test_the_interval_of_a_difference_is_students_with_two_problems_added(steps: list[int]) -> None:
    values = [step / 5 for step in steps]
    found = difference(values)
    moved = [value for value in values if value]
    added = math.sqrt((sum(value**2 for value in moved) + 1) / (len(moved) + 1))
    whole = [*values, added, -added]
    low, high = stats.t.interval(0.95, len(whole) - 1, fmean(whole), stats.sem(whole))
    assert found is not None
    assert found.value == pytest.approx(fmean(values))
    assert found.low == pytest.approx(max(-1, low))
    assert found.high == pytest.approx(min(1, high))
    assert found.low <= found.value <= found.high
    assert found.variance == pytest.approx(variance(whole))


def test_nothing_has_no_difference() -> None:
    assert difference([]) is None


def test_the_detectable_difference_is_found_in_four_of_five_comparisons() -> None:
    found = detectable(0.16, 400)
    power = TTestPower().power(found / 0.4, nobs=400, alpha=0.05)
    assert float(power) == pytest.approx(0.8, abs=0.003)


def test_the_number_of_problems_for_a_wish_has_that_power_and_one_less_has_not() -> None:
    needed = problems_needed(0.02, 0.16)
    assert detectable(0.16, needed) <= 0.02 < detectable(0.16, needed - 1)
    assert needed == pytest.approx(float(TTestPower().solve_power(0.02 / 0.4, power=0.8, alpha=0.05)), rel=0.01)


def test_the_number_of_samples_for_a_wish_is_the_least_and_there_may_be_none() -> None:
    needed = samples_needed(0.05, lasting=0.01, samples=0.3, problems=100)
    assert needed is not None
    assert detectable(0.01 + 0.3 / needed, 100) <= 0.05 < detectable(0.01 + 0.3 / (needed - 1), 100)
    assert samples_needed(0.02, lasting=0.01, samples=0.3, problems=100) is None, "problems alone make more"


@given(COUNTS)
def test_the_split_of_the_variance_is_the_analysis_of_variance(counts: list[int]) -> None:
    found = components([(5, count) for count in counts])
    assert found is not None
    groups = [[1] * count + [0] * (5 - count) for count in counts]
    of_samples = fmean(variance(group) for group in groups)
    assert found.samples == pytest.approx(of_samples)
    assert found.problems == pytest.approx(max(0, variance(map(fmean, groups)) - of_samples / 5))
    if of_samples and variance(map(fmean, groups)):
        f = float(stats.f_oneway(*groups).statistic)
        assert found.problems == pytest.approx(max(0, (f - 1) * of_samples / 5))
        assert found.share_of_problems == pytest.approx(max(0, 1 - 1 / f))


def test_the_split_needs_problems_with_two_samples() -> None:
    assert components([(1, 1), (1, 0), (5, 3)]) is None
    assert components([(1, 1), (2, 1), (2, 1)]) is not None
    with pytest.raises(ValueError, match="from 1 samples"):
        within(1, 1)
