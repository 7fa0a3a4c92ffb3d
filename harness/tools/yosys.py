"""Yosys: is a design hardware, what is in it, and what area does it take in a cell library.

The mapping recipe is measured: without ``-constr`` abc buffers nothing; ``abc -dff`` changes behaviour; results repeat
only where each design starts from a clean process.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from harness.process.job import Job, Limits, Step, StepResult
from harness.process.sandbox import CellKind
from harness.tools.liberty import Library

CELL = CellKind("yosys", packages=("pyosys",), preload="harness.tools.yosys_worker")
SYSTEM_CELL = CellKind("yosys")
LIMITS = Limits(cpu_s=60, wall_s=600, memory_bytes=4 << 30)

GENERIC, MAPPED, CHECKS = "generic.json", "mapped.json", "check.log"
NETLIST, NETLIST_OF_ONES = "netlist.v", "netlist_of_ones.v"
"""What the text leaves open or to Z (1'bx, 1'bz) is all 0 in the one and all 1 in the other."""
_LIBRARY, _CONSTRAINTS, _SCRIPT = "cells.lib", "drive.constr", "script.ys"
_LATCH = re.compile(r"^\$(?:_)?(?:a|s)?d?latch|^\$_DLATCH|^\$_SR_|^\$sr$", re.IGNORECASE)
_FLIP_FLOP = re.compile(r"^\$(?:a|s|al)?(?:ff|dff)", re.IGNORECASE)
_ERROR = re.compile(r"(?:\S+: )?ERROR:")
"""A place may stand before it; a module of that name stands elsewhere in a line."""
_CONFLICT = re.compile(r"multiple conflicting drivers for (.*):")
_LOOP = re.compile(r"found logic loop in module (.*):")
_BLACK_BOX = r"t:\\*"
"""Cells whose type is a name out of the text: what is left of those after ``flatten`` has no content."""


FrontEnd = Literal["verilog", "slang"]
"""``read_verilog -sv``, or ``read_slang`` for SystemVerilog that the first one refuses."""


def read_passes(sources: Sequence[str], top: str, parameters: Mapping[str, int], front_end: FrontEnd) -> list[str]:
    """From text to a flat netlist of generic cells; the design keeps the name ``top``."""
    if front_end == "slang":
        values = "".join(f" -G {name}={value}" for name, value in sorted(parameters.items()))
        passes = [f"read_slang --top {top}{values} --ignore-timing --ignore-assertions {' '.join(sources)}"]
        passes.append(f"hierarchy -check -top {top}")
    else:
        passes = [f"read_verilog -sv -nodpi {source}" for source in sources]  # DPI would call libc from here
        values = "".join(f" -chparam {name} {value}" for name, value in sorted(parameters.items()))
        passes.append(f"hierarchy -check -top {top}{values}")
    # A $display in the text must not become one in the netlist; nor may anything else that is not hardware. A black box
    # would be an instance of whatever the testbench has under that name.
    passes += ["proc", *(f"setattr {kind}-unset keep_hierarchy" for kind in ("-mod ", "")), "flatten"]
    passes += ["chformal -remove", "delete t:$print t:$check", "opt_clean", f"rename -top {top}"]
    return [*passes, f"select -assert-none {_BLACK_BOX}"]


def generic_passes() -> list[str]:
    """The netlist as Verilog, structural checks, counts."""
    return [
        *_netlist_passes("zero", "one", NETLIST),
        *_netlist_passes("one", "zero", NETLIST_OF_ONES),
        f"tee -q -o {CHECKS} check",
        "opt -fast",
        f"tee -q -o {GENERIC} stat -json",
    ]


def _netlist_passes(undriven: str, constants: str, file: str) -> list[str]:
    """Hardware has no X and no Z to compare with: mapping treats them as "whatever", so the netlist may not see them.

    Undriven nets and undefined constants get opposite values: given the same, ``undriven === 1'bx`` would hold.
    """
    passes = ["design -push-copy", "chtype -set $eq t:$eqx", "chtype -set $ne t:$nex"]
    passes += [f"setundef -{constants}", f"setundef -undriven -{undriven}"]
    return [*passes, f"write_verilog -noattr {file}", "design -pop"]


def mapping_passes(top: str, library: Library) -> list[str]:
    """Map to the library; leaves ``mapped.json``."""
    constraints = f" -constr {_CONSTRAINTS}" if library.driver else ""
    passes = [
        f"synth -flatten -noabc -top {top}",
        f"dfflibmap -liberty {_LIBRARY}",
        "opt -fast",
        f"abc -liberty {_LIBRARY}{constraints}",
        "setundef -zero",
    ]
    if library.ties:
        (high, high_pin), (low, low_pin) = library.ties
        passes.append(f"hilomap -hicell {high} {high_pin} -locell {low} {low_pin}")
    return [*passes, "opt_clean -purge", f"tee -q -o {MAPPED} stat -json -liberty {_LIBRARY}"]


def synthesis_job(
    sources: Mapping[str, str],
    top: str,
    parameters: Mapping[str, int],
    library: Library | None,
    *,
    front_end: FrontEnd = "verilog",
    system: bool = False,
) -> Job:
    """Netlist and generic statistics, and with a library the mapped ones; ``system`` uses the machine's own yosys."""
    passes = [*read_passes(list(sources), top, parameters, front_end), *generic_passes()]
    files = dict(sources)
    if library is not None:
        passes += mapping_passes(top, library)
        files |= {_LIBRARY: library.text, _CONSTRAINTS: f"set_driving_cell {library.driver}\nset_load 4\n"}
    return script_job("synthesize", files, passes, (GENERIC, MAPPED, CHECKS, NETLIST, NETLIST_OF_ONES), system=system)


def script_job(
    name: str, files: Mapping[str, str], passes: Sequence[str], fetch: tuple[str, ...], *, system: bool
) -> Job:
    """Passes on a fresh design; in the machine's own yosys where ``system``."""
    if system:
        script = {_SCRIPT: "\n".join(passes) + "\n"}
        return Job({**files, **script}, (Step(name, LIMITS, argv=("yosys", "-Q", "-T", _SCRIPT)),), fetch=fetch)
    return Job(files, (Step(name, LIMITS, call="run_script", args={"passes": list(passes)}),), fetch=fetch)


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What Yosys found. Areas are in the library's own unit (NAND2 = 1 in the neutral one)."""

    generic_cells: int
    flip_flops: int
    """Bits of generic flip-flops are not counted, cells are."""
    latches: int
    loops: int
    conflicts: int
    """Nets with more than one driver."""
    cells: int | None = None
    """Mapped; None where no library was given."""
    area: float | None = None

    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = {"generic_cells": self.generic_cells, "flip_flops": self.flip_flops}
        found |= {"latches": self.latches, "loops": self.loops, "conflicts": self.conflicts}
        if self.cells is not None and self.area is not None:
            found |= {"cells": self.cells, "area": round(self.area, 4)}
        return found


def parse_synthesis(files: Mapping[str, str]) -> Synthesis:
    """Read the statistics that a finished script left. Raises ValueError or KeyError where they are not whole."""
    by_type = _design(files[GENERIC])["num_cells_by_type"]
    checks = files.get(CHECKS, "")
    mapped = _design(files[MAPPED]) if MAPPED in files else None
    if mapped is not None and any(kind.startswith("$") for kind in mapped["num_cells_by_type"]):
        mapped = None  # a cell that the library has not (a tri-state buffer …) would count as nothing
    return Synthesis(
        generic_cells=sum(by_type.values()),
        flip_flops=sum(count for kind, count in by_type.items() if _FLIP_FLOP.match(kind)),
        latches=sum(count for kind, count in by_type.items() if _LATCH.match(kind)),
        loops=len(_LOOP.findall(checks)),
        conflicts=len(_CONFLICT.findall(checks)),
        cells=None if mapped is None else int(mapped["num_cells"]),
        area=None if mapped is None else float(mapped.get("area", 0.0)),
    )


def netlists(files: Mapping[str, str], top: str, parameters: Mapping[str, int]) -> tuple[str, ...]:
    """The written netlists that differ: one, where the text leaves nothing open; none, where they are not whole."""
    found = [netlist(files, top, parameters, name) for name in (NETLIST, NETLIST_OF_ONES)]
    whole = [text for text in found if text is not None]
    return tuple(dict.fromkeys(whole)) if len(whole) == len(found) else ()


def netlist(files: Mapping[str, str], top: str, parameters: Mapping[str, int], name: str = NETLIST) -> str | None:
    """A written netlist, with parameters of the right names, which do nothing, for testbenches that set them."""
    text = files.get(name)
    if text is None or not parameters:
        return text
    header = re.search(rf"^module \\?{re.escape(top)} ?\(.*?\);\n", text, re.MULTILINE | re.DOTALL)
    if header is None:
        return None
    stubs = "".join(f"  parameter {name} = {value};\n" for name, value in sorted(parameters.items()))
    return text[: header.end()] + stubs + text[header.end() :]


def parse_error(step: StepResult) -> str:
    """The first ERROR line of a script that did not finish."""
    for line in step.log.splitlines():
        if _ERROR.match(line.strip()):
            if _BLACK_BOX in line:
                return "a black box is left: a module without content"
            return line.strip().removeprefix("ERROR: ")[:300]
    return step.error or "yosys did not finish"


def _design(text: str) -> dict[str, Any]:
    found = json.loads(text[text.index("{") :])["design"]
    assert isinstance(found, dict)
    return found
