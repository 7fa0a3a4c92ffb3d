"""pass@k against an enumeration, quantiles against scipy, and the interval against what it promises."""

import itertools
import math
import random
from fractions import Fraction
from statistics import fmean, stdev, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, special, stats

from harness.analysis.area import geometric_mean, given_correct
from harness.analysis.beta import beta_quantile, incomplete_beta, student_quantile
from harness.analysis.interval import Estimate, effective_size, estimate
from harness.analysis.pass_at_k import exact_pass_at_k, pass_at_k, pass_hat_k

SHAPE = st.floats(0.05, 3000)


@pytest.mark.parametrize("samples", range(1, 8))
def test_pass_at_k_is_the_share_of_draws_that_hold_a_right_sample(samples: int) -> None:
    for correct, k in itertools.product(range(samples + 1), range(1, samples + 1)):
        draws = list(itertools.combinations([True] * correct + [False] * (samples - correct), k))
        assert pass_at_k(samples, correct, k) == pytest.approx(float(Fraction(sum(map(any, draws)), len(draws))))
        assert exact_pass_at_k(samples, correct, k) == Fraction(sum(map(any, draws)), len(draws))
        assert pass_hat_k(samples, correct, k) == pytest.approx(float(Fraction(sum(map(all, draws)), len(draws))))


def test_pass_at_k_of_very_many_samples_neither_overflows_nor_leaves_its_range() -> None:
    assert pass_at_k(100_000, 1, 1) == pytest.approx(1e-5)
    assert pass_at_k(100_000, 50_000, 10_000) == 1.0
    assert pass_at_k(100_000, 0, 100_000) == 0.0


@pytest.mark.parametrize(("samples", "correct", "k"), [(3, 4, 1), (3, -1, 1), (3, 1, 4), (3, 1, 0), (0, 0, 1)])
def test_pass_at_k_refuses_what_has_no_unbiased_estimate(samples: int, correct: int, k: int) -> None:
    for estimator in (pass_at_k, exact_pass_at_k, pass_hat_k):
        with pytest.raises(ValueError, match=r"correct of|pass@"):
            estimator(samples, correct, k)


@given(SHAPE, SHAPE, st.floats(0, 1))
def test_the_incomplete_beta_function_is_scipys(a: float, b: float, x: float) -> None:
    assert incomplete_beta(a, b, x) == pytest.approx(float(special.betainc(a, b, x)), abs=1e-9)


@given(st.floats(0.5, 3000), st.floats(0.5, 3000), st.sampled_from([0.025, 0.5, 0.975]))
def test_beta_quantiles_are_scipys(a: float, b: float, probability: float) -> None:
    assert beta_quantile(probability, a, b) == pytest.approx(float(stats.beta.ppf(probability, a, b)), abs=1e-9)


@pytest.mark.parametrize("degrees", [1, 2, 3, 7, 19, 155, 2000])
@pytest.mark.parametrize("probability", [0.9, 0.975, 0.995])
def test_student_quantiles_are_scipys(probability: float, degrees: int) -> None:
    assert student_quantile(probability, degrees) == pytest.approx(float(stats.t.ppf(probability, degrees)), rel=1e-6)


def expected_interval(values: list[float], samples: int) -> tuple[float, float]:
    """As docs/method.md says it, with scipy's functions, and not from the code."""
    count, mean = len(values), fmean(values)
    size = float(count)
    if count > 1 and 0 < mean < 1:
        side = 1 if mean > 0.5 else 0
        differing = sum(value != side for value in values)
        x = (differing**2 * variance(values) / (mean * (1 - mean)) + 1) / (differing**2 + 1)
        size = min(max(1.0, count / x), max(samples, count))
    hits = mean * size
    if mean in (0, 1):
        bounds = stats.binomtest(round(hits), round(size)).proportion_ci(method="exact")
        return float(bounds.low), float(bounds.high)

    def tail(rate: float, beyond: float) -> float:
        more = float(special.betainc(beyond + 1, size - beyond, rate))
        as_many = float(special.betainc(beyond, size - beyond + 1, rate)) - more
        return more + 0.6 * as_many - 0.025

    low = optimize.brentq(lambda rate: tail(rate, hits), 0, mean)
    high = 1 - optimize.brentq(lambda rate: tail(rate, size - hits), 0, 1 - mean)
    return low, high


@given(st.lists(st.integers(0, 10), min_size=1, max_size=40), st.integers(1, 10))
def test_the_interval_is_that_of_binomial_tails_on_the_effective_sample_size(counts: list[int], n: int) -> None:
    values = [count / 10 for count in counts]
    found = estimate(values, n * len(values))
    assert found is not None
    low, high = expected_interval(values, n * len(values))
    assert found.value == pytest.approx(fmean(values))
    assert found.problems == len(values)
    assert found.low == pytest.approx(low, abs=1e-7)
    assert found.high == pytest.approx(high, abs=1e-7)
    assert 0 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize(("right", "problems"), [(1, 40), (20, 40), (39, 40), (3, 156), (80, 156), (150, 156)])
def test_with_one_sample_a_problem_it_is_somewhat_shorter_than_that_of_clopper_and_pearson(
    right: int, problems: int
) -> None:
    found = estimate([1.0] * right + [0.0] * (problems - right), problems)
    assert found is not None
    exact = stats.binomtest(right, problems).proportion_ci(method="exact")
    assert 0.85 < (found.high - found.low) / (exact.high - exact.low) < 1


def test_problems_that_are_alike_give_every_sample_its_weight_and_problems_that_agree_within_give_none() -> None:
    assert effective_size([0.6] * 20, 100) == 100
    assert effective_size([1.0, 0.0] * 10, 100) == pytest.approx(19, abs=0.1)


def test_a_single_odd_sample_is_no_proof_that_samples_are_independent() -> None:
    assert effective_size([1.0] * 49 + [0.8], 250) < 90


def test_where_all_problems_agree_each_counts_as_one_observation() -> None:
    all_right, all_wrong = estimate([1.0] * 20, 100), estimate([0.0] * 20, 100)
    bound = 0.025 ** (1 / 20)
    assert all_right is not None
    assert all_wrong is not None
    assert all_right.low == pytest.approx(bound)
    assert all_wrong.high == pytest.approx(1 - bound)
    assert (all_right.high, all_wrong.low) == (1.0, 0.0)


def test_samples_that_agree_within_a_problem_are_no_more_evidence_than_problems() -> None:
    values = [1.0, 0.0] * 10
    assert estimate(values, 20) == estimate(values, 2000)


def test_nothing_has_no_estimate_and_one_problem_says_nearly_nothing() -> None:
    assert estimate([], 0) is None
    found = estimate([0.5], 1)
    assert found is not None
    assert found.high - found.low > 0.9


def coverage(truth: list[float], n: int, runs: int, seed: int) -> tuple[float, float]:
    """How often the interval, and how often a plain t-interval, hold the mean of ``truth``."""
    random_source = random.Random(seed)
    aim, ours, plain = fmean(truth), 0, 0
    t = float(stats.t.ppf(0.975, len(truth) - 1))
    for _ in range(runs):
        rates = random_source.choices(truth, k=len(truth))  # problems are the sampling unit
        values = [sum(random_source.random() < rate for _ in range(n)) / n for rate in rates]
        found = estimate(values, n * len(values))
        assert isinstance(found, Estimate)
        ours += found.low <= aim <= found.high
        half = t * stdev(values) / math.sqrt(len(values))
        plain += abs(fmean(values) - aim) <= half
    return ours / runs, plain / runs


def test_the_interval_covers_what_it_says_on_a_small_suite_of_easy_problems_where_a_t_interval_does_not() -> None:
    ours, plain = coverage([1.0] * 17 + [0.9, 0.8, 0.2], n=5, runs=400, seed=7)
    assert ours >= 0.94
    assert plain < 0.85


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=20))
def test_the_geometric_mean_is_the_nth_root_of_the_product(values: list[float]) -> None:
    assert geometric_mean(values) == pytest.approx(math.prod(values) ** (1 / len(values)))


@pytest.mark.parametrize("values", [[], [1.0, 0.0], [-1.0]])
def test_the_geometric_mean_refuses_what_has_none(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"mean|math domain|positive"):
        geometric_mean(values)


def test_area_weighs_problems_alike_however_many_right_samples_they_have() -> None:
    found = given_correct({"a": [4.0], "b": [1.0, 1.0, 1.0, 1.0], "none": []}, problems=5)
    assert found == {"given_correct": pytest.approx(2.0), "best": pytest.approx(2.0), "coverage": 2, "problems": 5}
    best = given_correct({"a": [4.0, 1.0]}, problems=1)
    assert best is not None
    assert (best["given_correct"], best["best"]) == (pytest.approx(2.0), pytest.approx(1.0))
    assert given_correct({"none": []}, problems=1) is None
