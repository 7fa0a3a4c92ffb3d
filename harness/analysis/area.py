"""Area, delay and power against the golden design."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean, stdev
from typing import Any

from harness.analysis.beta import student_quantile
from harness.analysis.interval import CONFIDENCE


def geometric_mean(values: Sequence[float]) -> float:
    """Raises ValueError on an empty sequence or a value that is not above 0."""
    if not values:
        raise ValueError("the geometric mean of nothing")
    return math.exp(math.fsum(math.log(value) for value in values) / len(values))


def given_correct(ratios: Mapping[str, Sequence[float]], problems: int) -> dict[str, Any] | None:
    """Ratios of correct samples, problem by problem; problems without one are left out and counted.

    Returns: ``given_correct``, the geometric mean over problems of each one's geometric mean over samples; ``best``,
    the same with each problem's best sample; ``coverage``, how many problems have a ratio; ``problems``. None where no
    problem has one.
    """
    have = {name: values for name, values in sorted(ratios.items()) if values}
    if not have:
        return None
    return {
        "given_correct": geometric_mean([geometric_mean(values) for values in have.values()]),
        "best": geometric_mean([min(values) for values in have.values()]),
        "coverage": len(have),
        "problems": problems,
    }


def geometric_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """A 95 % interval for the geometric mean over problems: Student's, on the logarithms of the problems' ratios.

    Returns None where there are fewer than two problems, or no spread to judge by.
    """
    logs = [math.log(value) for value in values]
    if len(logs) < 2 or stdev(logs) == 0:
        return None
    reach = student_quantile(0.5 + CONFIDENCE / 2, len(logs) - 1) * stdev(logs) / math.sqrt(len(logs))
    return math.exp(fmean(logs) - reach), math.exp(fmean(logs) + reach)
