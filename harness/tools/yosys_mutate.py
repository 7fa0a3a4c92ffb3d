"""Yosys ``mutate``: faults of a reduced netlist, one each, as Verilog under the name of the design's top module.

The netlist is reduced first (``opt -full``, ``wreduce``): else most faults sit on sign-extension bits,
which nobody can see.
"""

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from harness.process.job import Job
from harness.tools import two_state, yosys

BASE, LIST, BASE_VERILOG = "base.il", "mutations.txt", "base.v"
_MARGIN = 4
"""Mutations listed for each one wanted: some are of given modules, some give the same text."""
_SOURCE = re.compile(r"-src (\S+?):(\d+)\.")
_MODE = re.compile(r"-mode (\w+)")
_PART = re.compile(r"-(cell|port|portbit|ctrlbit|wire|wirebit) (\S+)")


@dataclass(frozen=True, slots=True)
class Mutation:
    """A line of the list: what ``mutate`` is told."""

    command: str
    mode: str
    """``inv``, ``const0``, ``const1``, ``cnot0`` or ``cnot1``."""
    line: int
    """Of the candidate's text, where the cell comes from; 0 where Yosys does not say."""
    place: str
    """Cell, port and bit, and the wire that it drives."""


def list_job(
    sources: Mapping[str, str],
    top: str,
    parameters: Mapping[str, int],
    wanted: int,
    seed: int,
    *,
    front_end: yosys.FrontEnd = "verilog",
    started: bool = False,
) -> Job:
    """Leaves the reduced netlist (RTLIL and Verilog) and the list. ``started``: registers start at 0, not at X."""
    passes = [*yosys.read_passes(list(sources), top, parameters, front_end)]
    passes += ["opt -full", "memory -nomap", "wreduce", "opt_clean -purge"]
    passes += [*two_state.WITHOUT_X, f"setundef -zero{' -init' if started else ''} -params", "setundef -undriven -zero"]
    passes += [f"write_rtlil {BASE}", f"write_verilog -noattr {BASE_VERILOG}"]
    passes += [f"mutate -list {_MARGIN * wanted} -seed {seed} -o {LIST}"]
    return yosys.script_job("list", sources, passes, (BASE, LIST, BASE_VERILOG), system=False)


def parse_list(text: str, own: Collection[str], seed: int) -> list[Mutation]:
    """The mutations of cells that come from the files ``own``, or from nowhere, in an order that ``seed`` decides."""
    found = []
    for line in text.splitlines():
        places = _SOURCE.findall(line)
        mode = _MODE.search(line)
        if mode is None or (places and not any(file in own for file, _ in places)):
            continue
        number = next((int(number) for file, number in reversed(places) if file in own), 0)
        place = " ".join(f"{part} {value}" for part, value in _PART.findall(line))
        found.append(Mutation(line.strip(), mode[1], number, place))
    random.Random(seed).shuffle(found)
    return found


def write_job(base: str, mutations: Sequence[Mutation]) -> Job:
    """Each mutation of the netlist ``base`` (RTLIL) as Verilog, ``<number>.v``."""
    passes: list[str] = []
    for number, mutation in enumerate(mutations):
        passes += ["design -reset", f"read_rtlil {BASE}", mutation.command, f"write_verilog -noattr {number}.v"]
    fetch = tuple(f"{number}.v" for number in range(len(mutations)))
    return yosys.script_job("mutate", {BASE: base}, passes, fetch, system=False)
