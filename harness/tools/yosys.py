"""Yosys: is a design hardware, what is in it, and what circuit is it.

harness.tools.yosys_mapping takes the circuit to cells.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from harness.process.job import Job, Limits, Step, StepResult
from harness.process.sandbox import CellKind

CELL = CellKind("yosys", packages=("pyosys",), preload="harness.tools.yosys_worker")
SYSTEM_CELL = CellKind("yosys")
LIMITS = Limits(cpu_s=60, wall_s=600, memory_bytes=4 << 30)

GENERIC, CHECKS, CIRCUIT = "generic.json", "check.log", "circuit.il"
"""Statistics, structural checks, and the circuit itself in Yosys' own format."""
NETLIST, NETLIST_OF_ONES = "netlist.v", "netlist_of_ones.v"
"""What the text leaves open or to Z (1'bx, 1'bz) is all 0 in the one and all 1 in the other."""
_WRITTEN = (GENERIC, CHECKS, NETLIST, NETLIST_OF_ONES, CIRCUIT)
_SCRIPT = "script.ys"
_LATCH = re.compile(r"^\$(?:_)?(?:a|s)?d?latch|^\$_DLATCH|^\$_SR_|^\$sr$", re.IGNORECASE)
_FLIP_FLOP = re.compile(r"^\$(?:a|s|al)?(?:ff|dff)", re.IGNORECASE)
_ERROR = re.compile(r"(?:\S+: )?ERROR:")
"""A place may stand before it; a module of that name stands elsewhere in a line."""
_CONFLICT = re.compile(r"multiple conflicting drivers for (.*):")
_LOOP = re.compile(r"found logic loop in module (.*):")
_LOOP_WIRE = re.compile(r"^ +wire (\\\S+)(?: |$)", re.MULTILINE)
_BLACK_BOX = r"t:\\*"
"""Cells whose type is a name out of the text: what is left of those after ``flatten`` has no content."""


FrontEnd = Literal["verilog", "slang"]
"""``read_verilog -sv``, or ``read_slang`` for SystemVerilog that the first one refuses."""


def elaboration_passes(
    sources: Sequence[str], top: str, parameters: Mapping[str, int], front_end: FrontEnd
) -> list[str]:
    """From text to a hierarchy of modules under ``top`` with these parameters."""
    if front_end == "slang":
        values = "".join(f" -G {name}={value}" for name, value in sorted(parameters.items()))
        passes = [f"read_slang --top {top}{values} --ignore-timing --ignore-assertions {' '.join(sources)}"]
        return [*passes, f"hierarchy -check -top {top}"]
    passes = [f"read_verilog -sv -nodpi {source}" for source in sources]  # DPI would call libc from here
    values = "".join(f" -chparam {name} {value}" for name, value in sorted(parameters.items()))
    return [*passes, f"hierarchy -check -top {top}{values}"]


def read_passes(sources: Sequence[str], top: str, parameters: Mapping[str, int], front_end: FrontEnd) -> list[str]:
    """From text to a flat netlist of generic cells; the design keeps the name ``top``."""
    passes = elaboration_passes(sources, top, parameters, front_end)
    # A $display in the text must not become one in the netlist; nor may anything else that is not hardware. A black box
    # would be an instance of whatever the testbench has under that name.
    passes += ["proc", *(f"setattr {kind}-unset keep_hierarchy" for kind in ("-mod ", "")), "flatten"]
    passes += ["chformal -remove", "delete t:$print t:$check", "opt_clean", f"rename -top {top}"]
    return [*passes, f"select -assert-none {_BLACK_BOX}"]


_CANONICAL = (
    *(f"setattr {kind}-unset src -unset hdlname" for kind in ("-mod ", "")),
    "rename -hide w:* c:*",
    "rename -enumerate -pattern _%_",
)
"""Forget places and inner names, so that designs that differ in nothing else are the same text from here on. What abc
makes of a circuit depends on names and numbers (areas moved by up to 15 % when only these changed)."""
_COUNTERS = re.compile(r"^(?:#.*|autoidx .*)\n", re.MULTILINE)


def generic_passes() -> list[str]:
    """The netlist as Verilog, structural checks, counts, the circuit."""
    return [
        *_CANONICAL,
        *_netlist_passes("zero", "one", NETLIST),
        *_netlist_passes("one", "zero", NETLIST_OF_ONES),
        f"tee -q -o {CHECKS} check",
        "opt -fast",
        f"tee -q -o {GENERIC} stat -json",
        "opt_clean -purge",
        *_CANONICAL,
        f"write_rtlil {CIRCUIT}",
    ]


def _netlist_passes(undriven: str, constants: str, file: str) -> list[str]:
    """Hardware has no X and no Z to compare with: mapping treats them as "whatever", so the netlist may not see them.

    Undriven nets and undefined constants get opposite values: given the same, ``undriven === 1'bx`` would hold.
    Registers and memories start with some value too, and a select out of range reads 0: what is X for the length of a
    test would never reset, clock or write what it does in hardware.
    """
    passes = ["design -push-copy", "memory_collect", *WITHOUT_X]
    passes += [f"setundef -{constants} -init -params", f"setundef -undriven -{undriven}"]
    return [*passes, f"write_verilog -noattr {file}", "design -pop"]


WITHOUT_X = (
    *("chtype -set $eq t:$eqx", "chtype -set $ne t:$nex", "chtype -set $shift t:$shiftx"),
    *("bwmuxmap", "simplemap t:$bweqx"),
)
"""Before ``write_verilog``: cells that see an X, which no hardware does, and those of the slang front end for which it
has no expression and Icarus no module."""


def elaboration_job(
    sources: Mapping[str, str],
    top: str,
    parameters: Mapping[str, int],
    *,
    front_end: FrontEnd = "verilog",
    system: bool = False,
) -> Job:
    """Circuit, netlists and generic statistics of a design; ``system`` uses the machine's own yosys."""
    passes = [*read_passes(list(sources), top, parameters, front_end), *generic_passes()]
    return script_job("synthesize", sources, passes, _WRITTEN, system=system)


def script_job(
    name: str, files: Mapping[str, str], passes: Sequence[str], fetch: tuple[str, ...], *, system: bool
) -> Job:
    """Passes on a fresh design; in the machine's own yosys where ``system``."""
    if system:
        script = {_SCRIPT: "\n".join(passes) + "\n"}
        return Job({**files, **script}, (Step(name, LIMITS, argv=("yosys", "-Q", "-T", _SCRIPT)),), fetch=fetch)
    return Job(files, (Step(name, LIMITS, call="run_script", args={"passes": list(passes)}),), fetch=fetch)


@dataclass(frozen=True, slots=True)
class Structure:
    """What a design consists of before it is mapped."""

    generic_cells: int
    flip_flops: int
    """Bits of generic flip-flops are not counted, cells are."""
    latches: int
    loops: int
    conflicts: int
    """Nets with more than one driver."""

    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = {"generic_cells": self.generic_cells, "flip_flops": self.flip_flops}
        return found | {"latches": self.latches, "loops": self.loops, "conflicts": self.conflicts}


def parse_structure(files: Mapping[str, str]) -> Structure:
    """Read the statistics that a finished script left. Raises ValueError or KeyError where they are not whole."""
    by_type = parse_statistics(files[GENERIC])["num_cells_by_type"]
    checks = files.get(CHECKS, "")
    return Structure(
        generic_cells=sum(by_type.values()),
        flip_flops=sum(count for kind, count in by_type.items() if _FLIP_FLOP.match(kind)),
        latches=sum(count for kind, count in by_type.items() if _LATCH.match(kind)),
        loops=len(_LOOP.findall(checks)),
        conflicts=len(_CONFLICT.findall(checks)),
    )


def circuit(files: Mapping[str, str]) -> str | None:
    """The circuit, without what counts up from text to text; None where it was not written."""
    text = files.get(CIRCUIT)
    return None if text is None else _COUNTERS.sub("", text)


def netlists(files: Mapping[str, str], top: str, parameters: Mapping[str, int]) -> tuple[str, ...]:
    """The written netlists that differ: one, where the text leaves nothing open; none, where they are not whole."""
    found = [netlist(files, top, parameters, name) for name in (NETLIST, NETLIST_OF_ONES)]
    looped = sorted(set(_LOOP_WIRE.findall(files.get(CHECKS, ""))))
    whole = [with_start(text, looped, bit) for text, bit in zip(found, "01", strict=True) if text is not None]
    return tuple(dict.fromkeys(whole)) if len(whole) == len(found) else ()


def netlist(files: Mapping[str, str], top: str, parameters: Mapping[str, int], name: str = NETLIST) -> str | None:
    """A written netlist; None where there is none."""
    text = files.get(name)
    return None if text is None else with_parameters(text, top, parameters)


def with_start(text: str, looped: Sequence[str], bit: str) -> str:
    """A netlist whose combinational loops start from a value. Left at X they would stay there for the length of a test.

    A loop that holds its value then does so as in hardware; one that cannot settle never ends.
    """
    if not looped:
        return text
    body, _, tail = text.rpartition("endmodule")
    hold = "".join(f"    force {name} = '{bit};\n" for name in looped)
    free = "".join(f"    release {name} ;\n" for name in looped)
    return f"{body}  initial begin\n{hold}    #0;\n{free}  end\nendmodule{tail}"


def with_parameters(text: str, top: str, parameters: Mapping[str, int]) -> str | None:
    """A netlist with parameters of the right names, which do nothing, for testbenches that set them."""
    if not parameters:
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


def parse_statistics(text: str) -> dict[str, Any]:
    """The part ``design`` of what ``stat -json`` printed. Raises ValueError or KeyError where it is not whole."""
    try:
        found = json.loads(text[text.index("{") :])["design"]
        figures = {name: float(found[name]) for name in ("num_cells", "area", "sequential_area") if name in found}
        kinds = {str(kind): int(number) for kind, number in found["num_cells_by_type"].items()}
        return {**found, **figures, "num_cells_by_type": kinds}
    except (TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"no statistics of yosys: {error}") from error
