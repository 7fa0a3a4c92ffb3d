"""One line of the table of ``harness speed``."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: medians of ``values`` and of the baseline's, and the target where product.md has one."""

    name: str
    unit: str
    values: tuple[float, ...]
    baseline: tuple[float, ...] = ()
    target: str = ""

    @property
    def ratio(self) -> float | None:
        """Median over the pairs, each measured one after the other."""
        pairs = [ours / theirs for ours, theirs in zip(self.values, self.baseline, strict=False) if theirs > 0]
        return statistics.median(pairs) if pairs else None

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"name": self.name, "unit": self.unit, "values": [round(v, 4) for v in self.values]}
        if self.baseline:
            found |= {"baseline": [round(v, 4) for v in self.baseline], "ratio": round(self.ratio or 0.0, 4)}
        return found | ({"target": self.target} if self.target else {})


def timed(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
