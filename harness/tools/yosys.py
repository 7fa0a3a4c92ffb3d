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
from harness.tools import two_state
from harness.tools.two_state import Filling, Netlists

CELL = CellKind("yosys", packages=("pyosys",), preload="harness.tools.yosys_worker")
SYSTEM_CELL = CellKind("yosys")
LIMITS = Limits(cpu_s=60, wall_s=600, memory_bytes=4 << 30)

GENERIC, CHECKS, CIRCUIT = "generic.json", "check.log", "circuit.il"
"""Statistics, structural checks, and the circuit itself in Yosys' own format."""
DRIVERS = "drivers.log"
"""The same checks before anything is simplified: of two drivers of one net, one may be gone afterwards."""
_WRITTEN = (GENERIC, CHECKS, DRIVERS, CIRCUIT, *two_state.WRITTEN)
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
    passes += ["design -push-copy", "proc -noopt", *_flatten(), "opt_clean"]
    passes += [f"tee -q -o {DRIVERS} check", "design -pop"]
    # A $display in the text must not become one in the netlist; nor may anything else that is not hardware. A black box
    # would be an instance of whatever the testbench has under that name.
    passes += ["proc", *_flatten()]
    passes += ["chformal -remove", "delete t:$print t:$check", "opt_clean", f"rename -top {top}"]
    return [*passes, f"select -assert-none {_BLACK_BOX}"]


def _flatten() -> list[str]:
    return [*(f"setattr {kind}-unset keep_hierarchy" for kind in ("-mod ", "")), "flatten"]


_CANONICAL = (
    *(f"setattr {kind}-unset src -unset hdlname" for kind in ("-mod ", "")),
    "rename -hide w:* c:*",
    "rename -enumerate -pattern _%_",
)
"""Forget places and inner names, so that designs that differ in nothing else are the same text from here on. What abc
makes of a circuit depends on names and numbers (areas moved by up to 15 % when only these changed)."""
_COUNTERS = re.compile(r"^(?:#.*|autoidx .*)\n", re.MULTILINE)


def generic_passes(netlists: Sequence[str] = ()) -> list[str]:
    """Structural checks, counts, the circuit. ``netlists``: passes that write the netlists before."""
    return [
        *_CANONICAL,
        *netlists,
        f"tee -q -o {CHECKS} check",
        "opt -fast",
        f"tee -q -o {GENERIC} stat -json",
        "opt_clean -purge",
        *_CANONICAL,
        f"write_rtlil {CIRCUIT}",
    ]


def elaboration_job(
    sources: Mapping[str, str],
    top: str,
    parameters: Mapping[str, int],
    *,
    front_end: FrontEnd = "verilog",
    system: bool = False,
    netlists: bool = True,
) -> Job:
    """Circuit, netlists and generic statistics of a design; ``system`` uses the machine's own yosys."""
    written = two_state.passes(kept=not system) if netlists else []
    passes = [*read_passes(list(sources), top, parameters, front_end), *generic_passes(written)]
    return script_job("synthesize", {**sources, **_maps(system)}, passes, _WRITTEN, system=system)


def mixing_job(found: Netlists, *, system: bool = False) -> Job:
    """More netlists of a circuit, in which open bits differ from each other."""
    fillings = two_state.mixtures(found.circuit)
    files = {two_state.OPEN: found.circuit, **_maps(system)}
    fetch = tuple(filling.file for filling in fillings)
    return script_job("mix", files, two_state.mixing_passes(fillings, kept=not system), fetch, system=system)


def _maps(system: bool) -> Mapping[str, str]:
    """Our own worker has read them already."""
    return two_state.FILES if system else {}


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
        conflicts=len(_CONFLICT.findall(files.get(DRIVERS, ""))),
    )


def circuit(files: Mapping[str, str], name: str = CIRCUIT) -> str | None:
    """A circuit, without what counts up from text to text; None where it was not written."""
    text = files.get(name)
    return None if text is None else _COUNTERS.sub("", text)


def netlists(files: Mapping[str, str], top: str, parameters: Mapping[str, int]) -> Netlists:
    """The written netlists; none, where they are not whole."""
    looped = tuple(sorted(set(_LOOP_WIRE.findall(files.get(CHECKS, "")))))
    extremes = _started(files, (two_state.ALL_ZEROS, two_state.ALL_ONES), looped, top, parameters)
    unknown, text = netlist(files, top, parameters, two_state.UNKNOWN), circuit(files, two_state.OPEN)
    if unknown is None or text is None or len(extremes) < 2:
        return Netlists(extremes if unknown is not None and text is not None else ())
    return Netlists(extremes, unknown, text, looped)


def mixed(files: Mapping[str, str], found: Netlists, top: str, parameters: Mapping[str, int]) -> tuple[str, ...]:
    """The mixtures that a ``mixing_job`` has written; none, where they are not whole."""
    return _started(files, two_state.mixtures(found.circuit), found.looped, top, parameters)


def _started(
    files: Mapping[str, str],
    fillings: Sequence[Filling],
    looped: Sequence[str],
    top: str,
    parameters: Mapping[str, int],
) -> tuple[str, ...]:
    texts = [(netlist(files, top, parameters, filling.file), filling) for filling in fillings]
    started = [two_state.with_start(text, looped, filling) for text, filling in texts if text is not None]
    return tuple(dict.fromkeys(started)) if len(started) == len(fillings) else ()


def netlist(
    files: Mapping[str, str], top: str, parameters: Mapping[str, int], name: str = two_state.ALL_ZEROS.file
) -> str | None:
    """A written netlist; None where there is none."""
    text = files.get(name)
    return None if text is None else with_parameters(text, top, parameters)


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
