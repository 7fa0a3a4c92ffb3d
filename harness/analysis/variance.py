"""Where the spread of a score comes from: from problem to problem, and from sample to sample of one problem."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance


@dataclass(frozen=True, slots=True)
class Components:
    """Variances of right (1) and wrong (0)."""

    problems: float
    """Of the problems' true rates; more problems make its part of the error smaller, more samples do not."""
    samples: float
    """Of a sample about its problem's true rate."""
    share_of_problems: float
    """How much of the squared standard error of pass@1 the problems make, in [0, 1]."""


def within(samples: int, correct: int) -> float:
    """The unbiased estimate of p(1−p) of one problem; needs two samples.

    Raises ValueError where there are fewer.
    """
    if samples < 2:
        raise ValueError(f"no variance within a problem from {samples} samples")
    return correct * (samples - correct) / (samples * (samples - 1))


def components(counts: Sequence[tuple[int, int]]) -> Components | None:
    """The one-way random-effects split by the analysis of variance (Searle, Casella and McCulloch, 1992, chapter 3).

    Args:
        counts: (samples, right ones) a problem; problems with a single sample say nothing here and are left out.

    Where chance made the problems' rates vary less than the samples alone would, ``problems`` is 0. Returns None for
    fewer than two problems with two samples each.
    """
    usable = [(samples, correct) for samples, correct in counts if samples > 1]
    if len(usable) < 2:
        return None
    of_samples = fmean(within(samples, correct) for samples, correct in usable)
    of_means = fmean(within(samples, correct) / samples for samples, correct in usable)
    of_problems = max(0.0, variance(correct / samples for samples, correct in usable) - of_means)
    whole = of_problems + of_means
    return Components(of_problems, of_samples, of_problems / whole if whole else 0.0)
