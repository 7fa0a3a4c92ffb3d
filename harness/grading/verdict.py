"""The keyed verdict line. It is believed only as the very last line, with this run's key, after a clean exit."""

import re
import secrets
from dataclasses import dataclass

_LINE = re.compile(r"HARNESS ([0-9a-f]{16}) checked=(\d{1,18}) failed=(\d{1,18}) first=(\d{1,18}|-)")
_NATIVE_MISMATCH = re.compile(
    r"^MISMATCH time=\s*(\S{1,24}) signal=(\S{1,80}) expected=(\S{1,200}) got=(\S{1,200})$", re.MULTILINE
)
_VERILOG_EVAL_HINT = re.compile(
    r"^Hint: Output '(\S{1,80})' has (\d+) mismatches\. First mismatch occurred at time (\d+)\.$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Verdict:
    checked: int
    failed: int
    first: int | None
    """Simulation time of the first mismatch, in the testbench's time unit."""


def fresh_key() -> str:
    """A secret of 16 hex digits, never zero."""
    return f"{secrets.randbelow((1 << 64) - 1) + 1:016x}"


def read_verdict(output: str, key: str) -> Verdict | None:
    """The verdict in a finished simulation's output; None where there is none to be believed."""
    lines = output.rstrip("\n").rsplit("\n", 1)
    matched = _LINE.fullmatch(lines[-1].rstrip("\r"))
    if matched is None or matched[1] != key or int(key, 16) == 0:
        return None
    return Verdict(int(matched[2]), int(matched[3]), None if matched[4] == "-" else int(matched[4]))


def contradiction(output: str) -> str | None:
    """Of what a testbench prints about a design without a right output: one output that it expects to have two values
    at one moment, which no design can. None where none is shown."""
    expected: dict[tuple[str, str], str] = {}
    for time, signal, wanted, _ in _NATIVE_MISMATCH.findall(output):
        first = expected.setdefault((time, signal), wanted)
        if first != wanted:
            return f"{signal} at time {time}: expected {first}, and {wanted}"
    return None


def describe_mismatch(output: str, verdict: Verdict) -> str:
    """One line for people: which signal, when, expected, actual. From text that a design can print: no verdict."""
    share = f"{verdict.failed} of {verdict.checked} checks failed"
    if native := _NATIVE_MISMATCH.search(output):
        time, signal, expected, got = native.groups()
        return f"{signal} differs first at time {time}: expected {expected}, got {got}; {share}"
    hints = [(int(time), signal) for signal, _, time in _VERILOG_EVAL_HINT.findall(output)]
    if hints:
        time_first, signal = min(hints)
        return f"{signal} differs first at time {time_first}; {share}"
    return share if verdict.first is None else f"first difference at time {verdict.first}; {share}"
