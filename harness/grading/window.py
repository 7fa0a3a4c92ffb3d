"""From two dumps of the ports to the few cycles worth showing: pure functions."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.records.problem import Port
from harness.records.waveform import Changes, WaveSignal
from harness.tools import vcd

BEFORE, AFTER = 12, 6
"""Cycles that are shown before and after the first failed check; without a clock, changes of the inputs."""
MOST_SIGNALS = 96
_CLOCK_NAMES = ("clk", "clock", "clk_i", "i_clk", "aclk")


MOST_CHANGES = 200_000
"""Value changes that are read of one dump, all ports together; a design can make one of any size."""


@dataclass(slots=True)
class Signal:
    """``changes`` are (time in ticks, value as binary digits with x and z), in the order of time."""

    changes: list[tuple[int, str]] = field(default_factory=list)

    def note(self, time: int, value: str) -> None:
        """Of several values at one time the last one holds."""
        if self.changes and self.changes[-1][0] == time:
            self.changes[-1] = time, value
        elif not self.changes or self.changes[-1][1] != value:
            self.changes.append((time, value))

    def at(self, time: int) -> str | None:
        """The value at the end of that time; None before the first change."""
        found = None
        for when, value in self.changes:
            if when > time:
                break
            found = value
        return found


@dataclass(frozen=True, slots=True)
class Recorded:
    """The ports of one run by name, from ``start`` to ``end`` in ticks."""

    ports: dict[str, Signal]
    start: int
    end: int


def read_ports(text: str, instance: str, tick_ps: float) -> Recorded:
    """The ports of an instance (its full name) in a dump, as far as it goes: a stopped simulation leaves half a one.

    Raises VcdError where the header is none, or the ticks are others.
    """
    trace = vcd.read(io.StringIO(text), most_changes=MOST_CHANGES)
    if trace.timescale_ps != tick_ps:
        raise vcd.VcdError("the design changes the simulation's precision")
    by_code: dict[str, Signal] = {}
    ports = {}
    for variable in trace.variables:
        if ".".join(variable.scope) == instance and variable.kind not in ("real", "realtime", "string", "event"):
            ports[variable.name] = by_code.setdefault(variable.code, Signal())
    begin: int | None = None
    try:
        for change in trace.changes():
            begin = change.time if begin is None else begin
            if change.code in by_code:
                by_code[change.code].note(change.time, change.value)
    except vcd.VcdError:
        pass  # what was read before stands
    return Recorded(ports, begin or 0, trace.time)


def differs(expected: str, actual: str) -> bool:
    """Whether a defined bit of the expected value is another one; where that is X, nothing is expected."""
    return len(expected) != len(actual) or any(e in "01" and e != a for e, a in zip(expected, actual, strict=True))


def first_difference(expected: Recorded, actual: Recorded, outputs: Sequence[str]) -> int | None:
    """When an output of the two runs differs first; None where none does, as far as both were recorded."""
    both = [
        (expected.ports[name], actual.ports[name]) for name in outputs if name in expected.ports.keys() & actual.ports
    ]
    found = [_first_difference(one.changes, other.changes) for one, other in both]
    times = [time for time in found if time is not None and time <= min(expected.end, actual.end)]
    return min(times, default=None)


def _first_difference(expected: Sequence[tuple[int, str]], actual: Sequence[tuple[int, str]]) -> int | None:
    merged = sorted([(time, 0, value) for time, value in expected] + [(time, 1, value) for time, value in actual])
    now = ["", ""]
    for place, (time, which, value) in enumerate(merged):
        now[which] = value
        last = place + 1 == len(merged) or merged[place + 1][0] != time
        if last and all(now) and differs(now[0], now[1]):
            return time
    return None


def in_step(one: Recorded, other: Recorded, inputs: Sequence[str], until: int) -> bool:
    """Whether both designs saw the same stimulus up to then; a testbench may react to what a design does."""
    return all(_until(one.ports.get(name), until) == _until(other.ports.get(name), until) for name in inputs)


def _until(signal: Signal | None, until: int) -> list[tuple[int, str]]:
    return [change for change in signal.changes if change[0] <= until] if signal else []


def clock_of(recorded: Recorded, ports: Sequence[Port], stated: str | None) -> str | None:
    """The clock that the problem states, else an input of one bit with a clock's name."""
    if stated is not None:
        return stated if stated in recorded.ports else None
    inputs = [port.name for port in ports if port.direction == "input" and port.width == 1]
    return next((name for name in inputs if name.lower() in _CLOCK_NAMES and name in recorded.ports), None)


def marks(recorded: Recorded, inputs: Sequence[str], clock: str | None, edge: str) -> list[int]:
    """When a cycle begins: the clock's edges, else each time at which an input changes."""
    if clock is not None:
        active = "1" if edge == "posedge" else "0"
        return [time for time, value in recorded.ports[clock].changes[1:] if value == active]
    return sorted({time for name in inputs for time, _ in recorded.ports[name].changes[1:] if name in recorded.ports})


def cut(recorded: Recorded, found: Sequence[int], first: int) -> tuple[int, int]:
    """Start and end in ticks: so many cycles before and after the first failed check."""
    before = [time for time in found if time <= first]
    after = [time for time in found if time > first]
    start = before[-BEFORE] if len(before) >= BEFORE else recorded.start
    end = after[AFTER - 1] if len(after) >= AFTER else recorded.end
    return start, max(end, first + 1)


def signals(
    ports: Sequence[Port], actual: Recorded, expected: Recorded | None, start: int, end: int
) -> tuple[WaveSignal, ...]:
    """Inputs first, in the order of the module header."""
    found = []
    for port in sorted(ports, key=lambda port: port.direction != "input")[:MOST_SIGNALS]:
        if port.name not in actual.ports:
            continue
        wanted = expected.ports.get(port.name) if expected and port.direction != "input" else None
        shown = _slice(actual.ports[port.name], start, end)
        right = _slice(wanted, start, end) if wanted else None
        found.append(WaveSignal(port.name, port.direction, port.width, shown, right))
    return tuple(found)


def _slice(signal: Signal, start: int, end: int) -> Changes:
    held = signal.at(start)
    inside = [(time, value) for time, value in signal.changes if start < time <= end]
    return tuple([(start, held)] if held is not None else []) + tuple(inside)
