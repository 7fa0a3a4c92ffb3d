"""The module header that a code-completion answer goes on from, where the suite does not publish one."""

import re

from harness.errors import ConfigError
from harness.prompts.segments import read
from harness.records.problem import Port, Problem

_DECLARATION = re.compile(r"\s*(input|output|inout)\b")
_RANGE = re.compile(r"\[([^\[\]]+)\]")
_LAST_NAME = re.compile(r"([A-Za-z_][\w$]*)\s*$", re.ASCII)
_IDENTIFIER = re.compile(r"(?<![\w'$])[A-Za-z_$][\w$]*", re.ASCII)


def module_header(problem: Problem) -> str:
    """``problem.header``, else an ANSI header made of its ports and parameters.

    Outputs are ``output logic``. The answer has to be free to drive them by ``assign``, by an instance or in an
    ``always`` block, and no Verilog-2001 form allows all of these: Icarus 11 and 12 refuse procedural assignment to
    ``output`` and ``output wire``, and refuse ``assign`` to ``output reg`` below -g2012; and a body that declares a
    port again as ``reg``, to mend that, is refused by Icarus 12. ``output logic`` takes them all, whole or bit by bit,
    on both and in ``read_verilog -sv``. Inputs have no data type and are nets everywhere.
    """
    if problem.header:
        return problem.header
    if not problem.ports:
        raise ConfigError(f"{problem.origin or problem.name}: no ports and no header, so nothing to complete")
    ranges = _parametric_ranges(problem)
    rows = [(_kind(port), ranges.get(port.name, _resolved_range(port)), port.name) for port in problem.ports]
    kinds = max(len(kind) for kind, _, _ in rows)
    widths = max(len(width) for _, width, _ in rows)
    lines = [f"    {kind:{kinds}} {width:>{widths}}{' ' if widths else ''}{name}" for kind, width, name in rows]
    return f"module {problem.top}{_parameters(problem)} (\n" + ",\n".join(lines) + "\n);\n"


def _parameters(problem: Problem) -> str:
    lines = [f"    parameter {name} = {value}" for name, value in problem.parameters.items()]
    return " #(\n" + ",\n".join(lines) + "\n)" if lines else ""


def _kind(port: Port) -> str:
    kind = {"input": "input", "output": "output logic", "inout": "inout wire"}[port.direction]
    return f"{kind} signed" if port.signed else kind


def _resolved_range(port: Port) -> str:
    return f"[{port.width - 1}:0]" if port.width > 1 else ""


def _parametric_ranges(problem: Problem) -> dict[str, str]:
    """Port ranges in terms of the parameters, where the golden design's own header states them so.

    ``Port.width`` is the value under the tested parameters, but a header with it would fix the width while the
    parameter varies. Nothing but such ranges is taken from the golden design.
    """
    found: dict[str, str] = {}
    shared = ""
    for item in _port_items(_golden_header(problem)) if problem.parameters else ():
        if _DECLARATION.match(item):
            packed = _RANGE.search(item)
            shared = packed[1].strip() if packed else ""
        name = _LAST_NAME.search(item)
        names = {word for word in _IDENTIFIER.findall(shared) if word != "$clog2"}
        if name and names and names <= set(problem.parameters):
            found[name[1]] = f"[{shared}]"
    return found


def _golden_header(problem: Problem) -> str:
    """The golden top module's header without comments; empty where it is not to be found."""
    for source in problem.golden:
        reading = read(source.text)
        for unit in (unit for segment in reading.segments for unit in segment.units):
            if unit.name == problem.top:
                return reading.mask[unit.start : unit.body]
    return ""


def _port_items(header: str) -> list[str]:
    """The items of the last parenthesis of a header, cut at the commas outside of all brackets."""
    depth, items, start = 0, [""], 0
    for position, letter in enumerate(header):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(letter, 0)
        if letter == "(" and depth == 1:
            items, start = [], position + 1
        elif (depth == 1 and letter == ",") or (depth == 0 and letter == ")"):
            items.append(header[start:position])
            start = position + 1
    return items
