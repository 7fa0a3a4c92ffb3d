"""Value change dumps (IEEE 1364-2005, clause 18): variables, values in order of time, and how often each bit switches.

Reads a stream, so that a long trace is never in memory as a whole, and trusts nothing: a simulator may have been
stopped in the middle of a line, and a design can print into a trace that it writes itself.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

MOST_BITS = 2_000_000
MOST_CHANGES = 20_000_000
_UNITS_PS = {"s": 1e12, "ms": 1e9, "us": 1e6, "ns": 1e3, "ps": 1.0, "fs": 1e-3}
_TIMESCALE = re.compile(r"(1|10|100)\s*(s|ms|us|ns|ps|fs)")
_RANGE = re.compile(r"\[(-?\d+)(?::(-?\d+))?\]")
_MARKERS = frozenset(("$dumpvars", "$dumpall", "$dumpon", "$dumpoff", "$end"))
"""Words between value changes that say nothing of their own."""
_TEXTS = "rRsS"
"""What begins the value of a real or a string."""


class VcdError(ValueError):
    """The text is no value change dump, or one of another shape; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as the header declares it."""

    scope: tuple[str, ...]
    """From the root inwards: ``("tb", "dut")``."""
    name: str
    """Without the range; an escaped name without its backslash."""
    code: str
    """What stands for it in value changes; variables that are one net share it."""
    kind: str
    """``wire``, ``reg``, ``integer``, ``parameter``, ``real`` …"""
    width: int
    left: int | None = None
    """The index of the first (leftmost) bit, where a range is stated."""
    right: int | None = None

    @property
    def path(self) -> str:
        return ".".join((*self.scope, self.name))

    def bit_names(self) -> tuple[str, ...]:
        """A name a bit, as a netlist has them: the plain name, or ``name[i]``, leftmost first."""
        if self.left is None:
            return (self.name,) if self.width == 1 else tuple(f"{self.name}[{i}]" for i in reversed(range(self.width)))
        if self.right is None:
            return (f"{self.name}[{self.left}]",)
        step = 1 if self.right >= self.left else -1
        return tuple(f"{self.name}[{i}]" for i in range(self.left, self.right + step, step))


@dataclass(frozen=True, slots=True)
class Change:
    time: int
    """In units of the dump's timescale."""
    code: str
    value: str
    """As many of ``01xz`` as the variable is wide, leftmost first; of a real or a string its text."""


@dataclass(slots=True)
class Trace:
    """A dump whose header was read; ``changes`` can be gone through once."""

    timescale_ps: float
    variables: tuple[Variable, ...]
    most_changes: int
    words: Iterator[str]
    """What comes after the header."""
    time: int = 0
    """The last time that was read; after all changes the end of the dump."""

    def changes(self) -> Iterator[Change]:
        """Raises VcdError where the text is no longer a dump, a time goes back, or there are too many changes."""
        widths = {variable.code: variable.width for variable in self.variables}
        count = 0
        for word in self.words:
            if word[0] == "#":
                self.time = _later(word, self.time)
                continue
            if word in _MARKERS:
                continue
            if word == "$comment":
                _until_end(self.words)
                continue
            code, value = _change(word, self.words)
            if not code:
                return  # cut off
            if code not in widths:
                raise VcdError(f"value change of {code[:40]!r}, which no variable has")
            count += 1
            if count > self.most_changes:
                raise VcdError(f"more than {self.most_changes} value changes")
            yield Change(self.time, code, value if word[0] in _TEXTS else _extended(value, widths[code]))


def read(lines: Iterable[str], *, most_bits: int = MOST_BITS, most_changes: int = MOST_CHANGES) -> Trace:
    """Read the header; the value changes come as they are asked for.

    ``lines`` have their ends, as those of a file or a StringIO do: one without it is cut off, and is left out. Raises
    VcdError on what is no dump, or has variables of more bits than may be.
    """
    words = _words(lines)
    header = _Header(most_bits)
    for word in words:
        if word == "$enddefinitions":
            _until_end(words)
            break
        header.take(word, words)
    else:
        raise VcdError("no value change dump: the header has no $enddefinitions")
    return Trace(header.timescale_ps, tuple(header.variables), most_changes, words)


def picoseconds(timescale: str) -> float:
    """``10 ns`` is 10000. Raises VcdError on another shape."""
    found = _TIMESCALE.fullmatch(timescale.strip())
    if found is None:
        raise VcdError(f"timescale {timescale[:40]!r}")
    return int(found[1]) * _UNITS_PS[found[2]]


def _words(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if not line.endswith("\n"):
            return
        yield from line.split()


@dataclass(slots=True)
class _Header:
    most_bits: int
    timescale_ps: float = 1.0
    variables: list[Variable] = field(default_factory=list)
    scope: list[str] = field(default_factory=list)
    bits: int = 0

    def take(self, word: str, words: Iterator[str]) -> None:
        if not word.startswith("$"):
            raise VcdError(f"no value change dump: {word[:40]!r} in the header")
        body = _until_end(words)
        match word:
            case "$timescale":
                self.timescale_ps = picoseconds("".join(body))
            case "$scope":
                self.scope.append((body[1] if len(body) > 1 else "").removeprefix("\\"))
            case "$upscope":
                if self.scope:
                    self.scope.pop()
            case "$var":
                self._variable(body)

    def _variable(self, body: list[str]) -> None:
        if len(body) < 4 or not body[1].isdecimal() or len(body[1]) > 7 or int(body[1]) < 1:
            raise VcdError(f"variable {' '.join(body)[:60]!r}")
        self.bits += int(body[1])
        if self.bits > self.most_bits:
            raise VcdError(f"variables of more than {self.most_bits} bits")
        kind, width, code, name, *rest = body
        found = _RANGE.fullmatch("".join(rest))
        if found is None and not name.startswith("\\") and (joined := _RANGE.search(name)) and not rest:
            name, found = name[: joined.start()], joined  # q[3:0] in one word
        left = int(found[1]) if found else None
        right = int(found[2]) if found and found[2] is not None else None
        scope = tuple(self.scope)
        self.variables.append(Variable(scope, name.removeprefix("\\"), code, kind, int(width), left, right))


def _until_end(words: Iterator[str]) -> list[str]:
    """The words up to $end; at the end of the text those that are left."""
    body = []
    for word in words:
        if word == "$end":
            break
        body.append(word)
    return body


def _change(word: str, words: Iterator[str]) -> tuple[str, str]:
    """Code and value of the change that begins with a word."""
    if word[0] in "01xXzZ":
        return word[1:], word[0]
    if word[0] in _TEXTS or word[0] in "bB":
        return next(words, ""), word[1:]
    raise VcdError(f"value change {word[:40]!r}")


def _later(word: str, time: int) -> int:
    if not word[1:].isdecimal() or len(word) > 20 or int(word[1:]) < time:
        raise VcdError(f"time {word[:40]!r} after {time}")
    return int(word[1:])


def _extended(value: str, width: int) -> str:
    """Leading bits that are left out are 0, or x or z where the first one is."""
    value = value.lower()
    if not value or value.strip("01xz") or len(value) > width:
        raise VcdError(f"value {value[:40]!r} of {width} bits")
    return value.rjust(width, value[0] if value[0] in "xz" else "0")


@dataclass(frozen=True, slots=True)
class Switching:
    """How one bit behaved while it was looked at."""

    toggles: int
    """Changes between 0 and 1; what lies between (x, z) is passed over."""
    high: float
    """The part of the time of known value in which it was 1, from 0 to 1; 0 where it was never known."""
    known: int
    """For how long it was 0 or 1, in units of the timescale."""


@dataclass(frozen=True, slots=True)
class Activity:
    """The switching of every bit of chosen variables."""

    bits: dict[tuple[tuple[str, ...], str], Switching]
    """(scope, name of the bit) → its switching."""
    duration: int
    """From the first to the last time, in units of the timescale."""
    moments: int
    """Times after the first one at which a bit that ``counted`` chose changed its value."""


def switching(
    trace: Trace, chosen: Callable[[Variable], bool], counted: Callable[[Variable], bool] = lambda _: False
) -> Activity:
    """Go through the changes and count. Reals, strings and parameters are left out. Raises VcdError as they do."""
    variables = [v for v in trace.variables if chosen(v) and v.kind not in ("real", "realtime", "string", "parameter")]
    counters = {variable.code: _Counter(variable.width) for variable in variables}
    watched = {variable.code for variable in variables if counted(variable)}
    began: int | None = None
    moments, last_moment = 0, -1
    for change in trace.changes():
        began = change.time if began is None else began
        counter = counters.get(change.code)
        if counter is None:
            continue
        toggled = counter.take(change.time, change.value)
        if toggled and change.code in watched and change.time != last_moment:
            moments, last_moment = moments + 1, change.time
    for counter in counters.values():
        counter.take(trace.time, counter.value)
    bits: dict[tuple[tuple[str, ...], str], Switching] = {}
    for variable in variables:
        found = counters[variable.code].found()
        bits |= {(variable.scope, name): bit for name, bit in zip(variable.bit_names(), found, strict=False)}
    return Activity(bits, trace.time - (began or 0), moments)


class _Counter:
    """Toggles, and time at 0 and 1, of the bits of one net."""

    def __init__(self, width: int) -> None:
        self.value = "x" * width
        self._known = ["x"] * width
        self._since = 0
        self._toggles = [0] * width
        self._time = [{"0": 0, "1": 0} for _ in range(width)]

    def take(self, time: int, value: str) -> bool:
        """Whether a bit switched."""
        spent = time - self._since
        if spent:
            for bit, old in enumerate(self.value):
                if old in "01":
                    self._time[bit][old] += spent
        before = sum(self._toggles)
        if value != self.value:
            for bit, new in enumerate(value):
                if new in "01":
                    self._toggles[bit] += self._known[bit] in "01" and self._known[bit] != new
                    self._known[bit] = new
        self._since, self.value = time, value
        return sum(self._toggles) != before

    def found(self) -> list[Switching]:
        rows = zip(self._toggles, self._time, strict=True)
        return [Switching(count, time["1"] / max(1, sum(time.values())), sum(time.values())) for count, time in rows]
