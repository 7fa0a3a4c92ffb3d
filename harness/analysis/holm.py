"""Holm's correction of p-values for several comparisons at once."""

from collections.abc import Sequence


def holm(values: Sequence[float]) -> list[float]:
    """Adjusted p-values in the order given: each may be held against 0.05 as if it were alone.

    Source: Holm, Scandinavian Journal of Statistics 6, 1979: the smallest times their number, the next times one less …
    """
    adjusted = [0.0] * len(values)
    reached = 0.0
    for rank, index in enumerate(sorted(range(len(values)), key=lambda index: values[index])):
        reached = max(reached, min(1.0, (len(values) - rank) * values[index]))
        adjusted[index] = reached
    return adjusted
