"""A confidence interval for a mean over problems, with samples nested in problems, that holds for small suites.

How often it holds what it says is measured by ``make coverage``; docs/intervals.md has the table.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance

from harness.analysis.beta import incomplete_beta

CONFIDENCE = 0.95
TAIL = (1 - CONFIDENCE) / 2
_NOTHING = 1e-12
"""A mean so near to 0 or 1 is there."""
SHARE_OF_SEEN = 0.6
"""How much of the probability of the very figure seen counts for either tail: 1 is Clopper–Pearson, which covers 97 to
99 % where 95 would do; one half is Lancaster's mid-p, which falls to 92 % where few problems differ from the rest."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over problems with its interval."""

    value: float
    low: float
    high: float
    problems: int


def estimate(values: Sequence[float], samples: int) -> Estimate | None:
    """Binomial tails on the effective sample size (Korn and Graubard, Survey Methodology 24, 1998).

    Args:
        values: one value in [0, 1] a problem, such as its pass@k.
        samples: how many samples there are altogether, the most that the effective size can be.

    Where all problems are right, or all wrong, each counts as one observation, and the bound is that of Clopper and
    Pearson. Returns None without values.
    """
    count = len(values)
    if count == 0:
        return None
    mean = min(1.0, max(0.0, fmean(values)))
    size = effective_size(values, samples)
    if not _NOTHING < mean < 1 - _NOTHING:
        bound = TAIL ** (1 / size)
        return Estimate(mean, bound, 1.0, count) if mean > 0.5 else Estimate(mean, 0.0, 1 - bound, count)
    hits = mean * size
    return Estimate(mean, _low(hits, size), 1 - _low(size - hits, size), count)


def estimate_scaled(values: Sequence[float], samples: int) -> Estimate | None:
    """The same for values that may be above 1, such as efficiencies: in parts of the largest one, or of 1.

    Simulated over 20 to 156 problems and rates of 0.1 to 0.9 this covers 94 % or more, Student's interval as little as
    85 %: most of the spread is that of right and wrong.
    """
    scale = max(1.0, *values) if values else 1.0
    found = estimate([value / scale for value in values], samples)
    if found is None:
        return None
    return Estimate(found.value * scale, found.low * scale, found.high * scale, found.problems)


def effective_size(values: Sequence[float], samples: int) -> float:
    """How many independent samples would tell as much: between 1 and ``samples``, or the number of problems.

    It is the number of problems over x, where x is the variance of the problems' values over that of single samples,
    p(1−p): 1 where the samples of a problem always agree, 1/n where they have no more in common than those of two
    problems. Where only a few problems differ from the rest, x is hardly known, and chance makes it small just where
    the mean is too near to 0 or 1. So it is drawn towards 1, as if by one more problem: x = (d²·x + 1) / (d² + 1),
    where d counts the problems that are not wholly on the side of the majority.
    """
    count = len(values)
    mean = fmean(values)
    if count < 2 or not _NOTHING < mean < 1 - _NOTHING:
        return float(count)
    side = 1.0 if mean > 0.5 else 0.0
    weight = sum(value != side for value in values) ** 2
    share = (weight * variance(values) / (mean * (1 - mean)) + 1) / (weight + 1)
    return max(1.0, min(count / share, float(max(samples, count))))


def _tail(hits: float, size: float, rate: float) -> float:
    """The probability of more than ``hits`` of ``size``, and of 0.6 of the probability of as many, at a rate.

    ``hits`` is above 0 and below ``size``; neither need be whole. A rate is outside of the interval where this, or the
    same for the wrong ones, is below TAIL.
    """
    ways = math.lgamma(size + 1) - math.lgamma(hits + 1) - math.lgamma(size - hits + 1)
    as_many = math.exp(ways + hits * math.log(rate) + (size - hits) * math.log1p(-rate))
    return incomplete_beta(hits + 1, size - hits, rate) + SHARE_OF_SEEN * as_many


def _low(hits: float, size: float) -> float:
    """The rate at which the tail is TAIL, by bisection to 1e-10."""
    low, high = 0.0, hits / size
    while high - low > 1e-10:
        rate = (low + high) / 2
        if _tail(hits, size, rate) < TAIL:
            low = rate
        else:
            high = rate
    return (low + high) / 2
