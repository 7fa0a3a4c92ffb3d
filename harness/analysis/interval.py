"""A confidence interval for a mean over problems, with samples nested in problems, that holds for small suites."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, variance

from harness.analysis.beta import beta_quantile, student_quantile

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over problems with its interval."""

    value: float
    low: float
    high: float
    problems: int


def estimate(values: Sequence[float], samples: int) -> Estimate | None:
    """Clopper–Pearson on the effective sample size (Korn and Graubard, Survey Methodology 24, 1998).

    Args:
        values: one value in [0, 1] a problem, such as its pass@k.
        samples: how many samples there are altogether, the most that the effective size can be.

    Problems are the sampling unit: the effective size is p(1−p) over the squared standard error of the mean over
    problems, corrected for its degrees of freedom. Where all problems agree there is no variance to judge by, and each
    problem counts as one observation. Returns None without values.
    """
    count = len(values)
    if count == 0:
        return None
    mean = min(1.0, max(0.0, fmean(values)))
    size = float(count)
    spread = variance(values) if count > 1 else 0.0
    if spread > 0 and 0 < mean < 1:
        z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
        t = student_quantile(0.5 + CONFIDENCE / 2, count - 1)
        size = mean * (1 - mean) / (spread / count) * (z / t) ** 2
        size = max(1.0, min(size, float(max(samples, count))))
    tail = (1 - CONFIDENCE) / 2
    hits = mean * size
    low = 0.0 if hits <= 0 else beta_quantile(tail, hits, size - hits + 1)
    high = 1.0 if hits >= size else beta_quantile(1 - tail, hits + 1, size - hits)
    return Estimate(mean, low, high, count)


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
