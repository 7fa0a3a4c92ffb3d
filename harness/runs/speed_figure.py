"""One line of the table of ``harness speed``, and how a command of ours is timed for it."""

import os
import resource
import shlex
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from harness.errors import HarnessError
from harness.process.program import run_program

LIMIT_S = 3600.0


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


def run_harness(command: Sequence[str]) -> None:
    """A command of ours in a process of its own. HarnessError where it could not do its work."""
    names = [name for name in os.environ if name.startswith("HARNESS_")]
    found = run_program(command, wall_s=LIMIT_S, env={name: os.environ[name] for name in names})
    if found.exit_code not in (0, 1, 3):
        raise HarnessError(f"speed: {shlex.join(command[2:5])} …: {found.last_line}")


@contextmanager
def children_cpu() -> Iterator[Callable[[], float]]:
    """CPU seconds of the processes that were started and ended inside."""

    def now() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = now()
    yield lambda: now() - before
