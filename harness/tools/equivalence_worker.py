"""Runs inside a cell for equivalence: Yosys as in ``yosys_worker``, and graphs, whose files are no text."""

import base64
from pathlib import Path
from typing import Any

from pyosys import libyosys

from harness.tools import aiger

_WANTED = ("input ", "init ")


def run_scripts(scripts: list[list[str]]) -> None:
    """Run each list of passes on a fresh design. An error ends the process with exit code 1 and a log line."""
    for passes in scripts:
        design = libyosys.Design()
        for command in passes:
            libyosys.run_pass(command, design)


def pack(graph: str, names: str) -> dict[str, str]:
    """A graph's file in base64, and the lines of its map that name inputs and initial values."""
    lines = [line for line in Path(names).read_text().splitlines() if line.startswith(_WANTED)]
    return {"graph": base64.b64encode(Path(graph).read_bytes()).decode(), "map": "\n".join(lines)}


def unpack(data: str, graph: str) -> None:
    Path(graph).write_bytes(base64.b64decode(data))


def shape(graph: str) -> dict[str, Any]:
    """A graph's file in base64, how many latches it has, and whether its outputs are all constant 0."""
    data = Path(graph).read_bytes()
    found = aiger.read_binary(data)
    packed = base64.b64encode(data).decode()
    return {"graph": packed, "latches": len(found.latches), "false": not any(found.outputs)}


def enumerate_inputs(graph: str) -> dict[str, Any]:
    """All input vectors of a graph without latches: the inputs that make an output true, or ``found`` is null."""
    found = aiger.find_true_output(aiger.read_binary(Path(graph).read_bytes()))
    return {"found": None if found is None else {str(variable): bit for variable, bit in found.items()}}
