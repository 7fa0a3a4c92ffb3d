"""What was found of one sample, as a sentence: from its line of grades.jsonl and its waveform, both as plain JSON."""

import re
from collections.abc import Mapping
from typing import Any

_MEANING = {
    "no_code": "The reply holds no Verilog",
    "empty": "The reply is blank",
    "truncated": "The reply was cut off before the module was complete",
    "context_overflow": "The prompt does not fit into the model's context",
    "refused": "The model declined",
    "content_filter": "The server's filter stopped the reply",
    "rejected": "The design reaches out of itself and was not run",
    "syntax_error": "The text does not compile",
    "interface_error": "Module name, ports, directions or widths are not those of the problem",
    "elaboration_error": "The text is read, but the design cannot be put together",
    "mismatch": "An output differs from what the testbench expects",
    "timeout": "The run met its time limit",
    "resource_limit": "The run met its memory or output limit",
    "tool_crash": "A tool crashed on it twice, while the golden design ran clean",
    "no_verdict": "The run ended without finishing its checks",
    "not_synthesizable": "Right as text, but not hardware",
    "netlist_mismatch": "Right as text, wrong as the netlist that Yosys wrote",
    "infra_error": "The harness's own trouble, which counts for no figure",
}
_PASSED = {
    "netlist": "Right as text and as the netlist that Yosys wrote",
    "text": "Right as text; the golden design's own netlist is no evidence here",
    "official": "Right by the suite's own rules",
}
_NATIVE = re.compile(r"(\S+) differs first at time (\S+): expected (\S+), got (\S+);")
_UNITS = {0: "s", -3: "ms", -6: "us", -9: "ns", -12: "ps", -15: "fs"}


def explain(grade: Mapping[str, Any], wave: Mapping[str, Any] | None) -> str:
    """One sentence or two, ending with a full stop."""
    outcome, message = str(grade["outcome"]), grade.get("message")
    if outcome == "pass":
        checks = _checks(grade)
        return f"{_PASSED.get(str(grade.get('evidence')), 'Right')}{f': {checks}' if checks else ''}.{_refuted(grade)}"
    if outcome == "mismatch" and (told := _mismatch(grade, wave)):
        return told
    meaning = _MEANING.get(outcome, outcome.replace("_", " "))
    return f"{meaning}: {str(message).rstrip('.')}." if message else f"{meaning}."


def _refuted(grade: Mapping[str, Any]) -> str:
    """What the testbench did not see."""
    answer = grade.get("stages", {}).get("equivalence", {})
    if answer.get("status") != "refuted":
        return ""
    found = answer.get("counterexample")
    found = found if isinstance(found, Mapping) else {}
    frames = next((unit for unit in ("cycles", "steps") if isinstance(found.get(unit), int)), None)
    if frames is None:
        return " Yet it is not equal to the golden design."
    values = f"expected {shown(str(found.get('golden')))}, got {shown(str(found.get('candidate')))}"
    where = f"`{found.get('output')}` differs in {frames[:-1]} {found[frames] - 1}"
    return f" Yet it is not equal to the golden design: {where}: {values}."


def _checks(grade: Mapping[str, Any]) -> str:
    facts = grade.get("stages", {}).get("simulate", {})
    checked, failed = facts.get("checked"), facts.get("failed")
    if not isinstance(checked, int) or not isinstance(failed, int):
        return ""
    return f"{failed:,} of {checked:,} checks failed" if failed else f"all {checked:,} checks hold"


def _mismatch(grade: Mapping[str, Any], wave: Mapping[str, Any] | None) -> str | None:
    """Which output, when, expected and actual: from the testbench's own line, else from the waveform."""
    said = _NATIVE.search(str(grade.get("message") or ""))
    if said:
        name, time, expected, got = said.groups()
        values = f"expected {shown(expected)}, got {shown(got)}"
        when = f"time {time}{_unit(wave)}"
    else:
        found = _first_in(wave) if wave else None
        if wave is None or found is None:
            return None
        name, expected, got = found
        values = f"expected {shown(expected)}, got {shown(got)}"
        when = f"time {int(wave['first']) // max(1, int(wave['per_unit']))}{_unit(wave)}"
    checks = _checks(grade)
    return f"`{name}` differs first at {when}: {values}{f'; {checks}' if checks else ''}."


def _unit(wave: Mapping[str, Any] | None) -> str:
    """`` ns`` where a unit of the testbench's time is one."""
    matched = re.fullmatch(r"(10{0,2})([munpf]?s)", str(wave["tick"])) if wave else None
    if wave is None or matched is None:
        return ""
    power = next(power for power, unit in _UNITS.items() if unit == matched[2])
    ticks = int(matched[1]) * int(wave["per_unit"])
    while ticks >= 1000 and ticks % 1000 == 0 and power < 0:
        ticks, power = ticks // 1000, power + 3
    return f" {_UNITS[power]}" if ticks == 1 else ""


def _first_in(wave: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """The output that differs last before, or at, the first failed check, with both values."""
    best: tuple[int, str, str, str] | None = None
    first = int(wave["first"])
    for signal in wave["signals"]:
        expected, actual = signal.get("expected"), signal["actual"]
        for time in sorted({change[0] for change in (*(expected or ()), *actual) if change[0] <= first}):
            right, got = _at(expected or (), time), _at(actual, time)
            if differs(right, got) and (best is None or time > best[0]):
                best = time, str(signal["name"]), right, got
    return best[1:] if best else None


def _at(changes: Any, time: int) -> str:
    return next((str(value) for when, value in reversed(changes) if when <= time), "")


def differs(expected: str, actual: str) -> bool:
    """As the waveform is shaded: a defined bit of the expected value is another one."""
    if not expected or not actual:
        return False
    return len(expected) != len(actual) or any(e in "01" and e != a for e, a in zip(expected, actual, strict=True))


def shown(bits: str) -> str:
    """A value as a reader of waveforms writes it: single bits and short vectors binary, longer ones in hex."""
    bits = bits.lower()
    if len(bits) <= 4 or bits.strip("01xz"):
        return bits
    padded = bits.rjust(-(-len(bits) // 4) * 4, bits[0] if bits[0] in "xz" else "0")
    return f"{len(bits)}'h{''.join(_digit(padded[place : place + 4]) for place in range(0, len(padded), 4))}"


def _digit(four: str) -> str:
    if not four.strip("01"):
        return f"{int(four, 2):x}"
    return four[0] if len(set(four)) == 1 else "X"
