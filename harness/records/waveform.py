"""The cycles around a failing sample's first failed check, or those of a counterexample: its ports, and the golden
design's outputs beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Changes = tuple[tuple[int, str], ...]
"""(time, value in binary digits with x and z), in the order of time; the first one holds at the start of the window."""


@dataclass(frozen=True, slots=True)
class WaveSignal:
    name: str
    direction: str
    width: int
    actual: Changes
    expected: Changes | None = None
    """What the golden design did under the same stimulus; of outputs, and only where both runs were in step."""

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"name": self.name, "direction": self.direction, "width": self.width}
        found["actual"] = [list(change) for change in self.actual]
        if self.expected is not None:
            found["expected"] = [list(change) for change in self.expected]
        return found


@dataclass(frozen=True, slots=True)
class Waveform:
    """Times are in ticks of ``tick``. ``first`` is the time of the first failed check, or, where ``stated`` is false,
    of the first difference at the ports: not every testbench says when a check failed."""

    tick: str
    """``1ps``: the simulation's precision."""
    per_unit: int
    """Ticks in one unit of the testbench's time, in which its messages speak."""
    start: int
    end: int
    first: int
    seed: int
    clock: str | None
    edge: str
    signals: tuple[WaveSignal, ...]
    stated: bool = True
    note: str | None = None
    frames: str | None = None
    """``cycle`` or ``step`` of a counterexample, where a tick is one and ``first`` the one in which the designs differ;
    no time is known then, and ``tick`` is empty."""

    def to_json(self) -> dict[str, Any]:
        names = ("tick", "per_unit", "start", "end", "first", "seed", "clock", "edge", "stated", "note")
        found: dict[str, Any] = {name: getattr(self, name) for name in names}
        found |= {} if self.frames is None else {"frames": self.frames}
        return {**found, "signals": [signal.to_json() for signal in self.signals]}

    @staticmethod
    def is_whole(value: Mapping[str, Any]) -> bool:
        """Whether a JSON document has the shape of ``to_json``'s."""
        return {"tick", "per_unit", "start", "end", "first", "signals"} <= set(value)
