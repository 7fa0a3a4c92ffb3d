"""Area, delay and power against the golden design."""

import math
from collections.abc import Mapping, Sequence
from typing import Any


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
