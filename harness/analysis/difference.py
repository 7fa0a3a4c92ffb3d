"""The difference of two runs over the same problems: its interval, what it could have shown, and what it would take."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean

from harness.analysis.beta import student_quantile
from harness.analysis.interval import CONFIDENCE

POWER = 0.8
"""How often a difference of the detectable size would be found."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean over problems of paired differences, all in [−1, 1]."""

    value: float
    low: float
    high: float
    variance: float
    """Of one problem's difference, the two problems that the interval adds included."""


def difference(values: Sequence[float]) -> Difference | None:
    """A 95 % interval for the mean of paired differences, one a problem in [−1, 1].

    Student's, with two problems added, one for either side, as Bonett and Price (2012) do for pairs of proportions:
    for n = 1 theirs has a difference of one in size. In general their size is the root of the mean square of the
    differences that are not 0, a difference of 1 counted among them. Without them the interval is far too short where
    few problems differ, and has no length where none does. Returns None without values.
    """
    if not values:
        return None
    moved = [value for value in values if value]
    added = math.sqrt((math.fsum(value * value for value in moved) + 1) / (len(moved) + 1))
    smoothed = [*values, added, -added]
    count, centre = len(smoothed), math.fsum(values) / len(smoothed)
    variance = math.fsum((value - centre) ** 2 for value in smoothed) / (count - 1)
    reach = student_quantile(0.5 + CONFIDENCE / 2, count - 1) * math.sqrt(variance / count)
    return Difference(fmean(values), max(-1.0, centre - reach), min(1.0, centre + reach), variance)


def _factor() -> float:
    """Standard errors between 0 and a difference that is found with POWER at the level of 5 %: 2.80."""
    normal = NormalDist()
    return normal.inv_cdf(0.5 + CONFIDENCE / 2) + normal.inv_cdf(POWER)


def detectable(variance: float, problems: int) -> float:
    """The true difference that would be found in four of five comparisons of this size."""
    return min(1.0, _factor() * math.sqrt(variance / problems))


def problems_needed(wish: float, variance: float) -> int:
    """How many problems like these would show a true difference of ``wish`` in four of five comparisons."""
    return math.ceil((_factor() / wish) ** 2 * variance)


def samples_needed(wish: float, lasting: float, samples: float, problems: int) -> int | None:
    """How many samples a problem would show it on the problems that there are; None where no number would.

    Args:
        lasting: the variance of one problem's difference that more samples do not make smaller.
        samples: p(1−p) of both runs, averaged over problems: n samples add samples/n to it.
    """
    room = (wish / _factor()) ** 2 * problems - lasting
    return max(1, math.ceil(samples / room)) if room > 0 else None
