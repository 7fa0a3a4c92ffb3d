"""Checks at the border: what a line of JSON on disk must be before it becomes a record. All raise ValueError."""

import math
from collections.abc import Mapping
from typing import Any

MOST = 1_000_000_000_000_000
"""No count of ours is larger, and none so large is anything but damage."""


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{type(value).__name__} where a text should be")
    return value


def optional_text(value: Any) -> str | None:
    return None if value is None else text(value)


def count(value: Any) -> int:
    """A whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise ValueError(f"{type(value).__name__} where a whole number from 0 should be")
    return value


def optional_count(value: Any) -> int | None:
    return None if value is None else count(value)


def number(value: Any) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e300:
        raise ValueError(f"{type(value).__name__} where a number should be")
    return value


def optional_number(value: Any) -> float | None:
    return None if value is None else number(value)


def table(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{type(value).__name__} where a table should be")
    return dict(value)


def texts(value: Any) -> dict[str, str]:
    return {name: text(item) for name, item in table(value).items()}


def numbers(value: Any) -> dict[str, float]:
    return {name: number(item) for name, item in table(value).items()}


def counts(value: Any) -> dict[str, int]:
    return {name: count(item) for name, item in table(value).items()}
