"""Yosys: is a design hardware, what is in it, and what area does it take in a cell library.

The mapping recipe is measured: without ``-constr`` abc buffers nothing; ``abc -dff`` changes behaviour; results repeat
only where each design starts from a clean process.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.errors import ToolCrashed
from harness.process.job import Job, JobResult, Limits, Step, StepResult
from harness.process.sandbox import CellKind
from harness.tools import two_state
from harness.tools.liberty import Library
from harness.tools.two_state import Filling, Netlists

CELL = CellKind("yosys", packages=("pyosys",), preload="harness.tools.yosys_worker")
SYSTEM_CELL = CellKind("yosys")
LIMITS = Limits(cpu_s=60, wall_s=600, memory_bytes=4 << 30)

GENERIC, MAPPED, CHECKS, FPGA = "generic.json", "mapped.json", "check.log", "fpga.json"
DRIVERS = "drivers.log"
"""The same checks before anything is simplified: of two drivers of one net, one may be gone afterwards."""
MAPPED_NETLIST, MAPPED_JSON = "mapped.v", "mapped_netlist.json"
"""The same netlist twice: as Verilog that OpenSTA reads, and as data."""
MODELS = "models.v"
_LIBRARY, _CONSTRAINTS, _SCRIPT = "cells.lib", "drive.constr", "script.ys"
_LATCH = re.compile(r"^\$(?:_)?(?:a|s)?d?latch|^\$_DLATCH|^\$_SR_|^\$sr$", re.IGNORECASE)
_FLIP_FLOP = re.compile(r"^\$(?:a|s|al)?(?:ff|dff)", re.IGNORECASE)
_ERROR = re.compile(r"(?:\S+: )?ERROR:")
"""A place may stand before it; a module of that name stands elsewhere in a line."""
_CONFLICT = re.compile(r"multiple conflicting drivers for (.*):")
_LOOP = re.compile(r"found logic loop in module (.*):")
_LOOP_WIRE = re.compile(r"^ +wire (\\\S+) ", re.MULTILINE)
_BLACK_BOX = r"t:\\*"
"""Cells whose type is a name out of the text: what is left of those after ``flatten`` has no content."""


_LUT = re.compile(r"SB_LUT4|LUT\d")
_FPGA_FLIP_FLOP = re.compile(r"SB_DFF\w*|FD[A-Z]+(?:_1)?")

Fpga = Literal["ice40", "xilinx"]
"""``synth_ice40``, ``synth_xilinx`` (7 series)."""
_NO_LIBRARY_CACHE = "libcache -scl -disable"
"""Else abc is started twice for every design: each folder is new, so the converted library is never found again."""

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
    passes += ["design -push-copy", "proc -noopt", *_flatten(), f"tee -q -o {DRIVERS} check", "design -pop"]
    # A $display in the text must not become one in the netlist; nor may anything else that is not hardware. A black box
    # would be an instance of whatever the testbench has under that name.
    passes += ["proc", *_flatten()]
    passes += ["chformal -remove", "delete t:$print t:$check", "opt_clean", f"rename -top {top}"]
    return [*passes, f"select -assert-none {_BLACK_BOX}"]


def _flatten() -> list[str]:
    return [*(f"setattr {kind}-unset keep_hierarchy" for kind in ("-mod ", "")), "flatten"]


def generic_passes(sources: Mapping[str, str]) -> list[str]:
    """The netlists as Verilog, structural checks, counts."""
    return [
        *two_state.passes(sources),
        f"tee -q -o {CHECKS} check",
        "opt -fast",
        f"tee -q -o {GENERIC} stat -json",
    ]


def fpga_passes(top: str, fpga: Fpga, read: Sequence[str]) -> list[str]:
    """Read again and map to an FPGA; leaves ``fpga.json``.

    They come last and share nothing with what was before: a mere copy of the design changes what abc makes of it.
    """
    inside = " -noiopad -noclkbuf" if fpga == "xilinx" else ""  # a design is measured as a part of a larger one
    return ["design -reset", *read, f"synth_{fpga} -top {top}{inside}", f"tee -q -o {FPGA} stat -json"]


def mapping_passes(top: str, library: Library, *, netlist: bool = False) -> list[str]:
    """Map to the library; leaves ``mapped.json``, and where asked for the mapped netlist."""
    constraints = f" -constr {_CONSTRAINTS}" if library.driver else ""
    unused = "".join(f" -dont_use {cell}" for cell in library.dont_use)
    passes = [
        f"synth -flatten -noabc -top {top}",
        f"dfflibmap -liberty {_LIBRARY}{unused}",
        "opt -fast",
        f"abc -liberty {_LIBRARY}{constraints}{unused}",
        "setundef -zero",
    ]
    if library.ties:
        (high, high_pin), (low, low_pin) = library.ties
        passes.append(f"hilomap -hicell {high} {high_pin} -locell {low} {low_pin}")
    passes += ["opt_clean -purge", f"tee -q -o {MAPPED} stat -json -liberty {_LIBRARY}"]
    if netlist:
        # Names that are the same in both files and plain in each.
        passes += ["rename -hide c:*", "rename -enumerate -pattern _%_"]
        passes += [f"write_verilog -noattr -noexpr -simple-lhs {MAPPED_NETLIST}", f"write_json {MAPPED_JSON}"]
    return passes


def synthesis_job(
    sources: Mapping[str, str],
    top: str,
    parameters: Mapping[str, int],
    library: Library | None,
    *,
    front_end: FrontEnd = "verilog",
    system: bool = False,
    fpga: Fpga | None = None,
    netlist: bool = False,
) -> Job:
    """Netlist and generic statistics, and with a library the mapped ones; ``system`` uses the machine's own yosys.

    ``fpga`` and ``netlist`` (the mapped one) need a library.
    """
    read = read_passes(list(sources), top, parameters, front_end)
    passes = [*read, *generic_passes(sources)]
    files = {**sources, **two_state.FILES}
    if library is not None:
        passes += [] if system else [_NO_LIBRARY_CACHE]
        passes += mapping_passes(top, library, netlist=netlist)
        passes += fpga_passes(top, fpga, read) if fpga else []
        constraints = f"set_driving_cell {library.driver}\nset_load {library.load_ff:g}\n"
        files |= {_LIBRARY: library.text, _CONSTRAINTS: constraints}
    fetch = [GENERIC, MAPPED, CHECKS, DRIVERS, *two_state.written(sources), *([FPGA] if fpga else [])]
    fetch += [MAPPED_NETLIST, MAPPED_JSON] if netlist else []
    return script_job("synthesize", files, passes, tuple(fetch), system=system)


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
    """Mapped; None where no library was given, or it lacks a cell."""
    area: float | None = None
    sequential_area: float | None = None
    """Of that, flip-flops and latches; None where this Yosys does not say."""
    unmapped: tuple[str, ...] = ()
    """Types of cells for which the library has none (a tri-state buffer …)."""
    luts: int | None = None
    """Of the FPGA; None where none was asked for, as the two below."""
    fpga_ffs: int | None = None
    fpga_blocks: Mapping[str, int] = field(default_factory=dict)
    """What else it takes, by type: carry cells, memories, multipliers."""

    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = {"generic_cells": self.generic_cells, "flip_flops": self.flip_flops}
        found |= {"latches": self.latches, "loops": self.loops, "conflicts": self.conflicts}
        if self.cells is not None and self.area is not None:
            found |= {"cells": self.cells, "area": round(self.area, 4)}
        if self.sequential_area is not None:
            found["sequential_area"] = round(self.sequential_area, 4)
        if self.unmapped:
            found["unmapped"] = list(self.unmapped)
        if self.luts is not None:
            found |= {"luts": self.luts, "fpga_ffs": self.fpga_ffs}
        if self.fpga_blocks:
            found["fpga_blocks"] = dict(self.fpga_blocks)
        return found


def parse_synthesis(files: Mapping[str, str]) -> Synthesis:
    """Read the statistics that a finished script left. Raises ValueError or KeyError where they are not whole."""
    by_type = _design(files[GENERIC])["num_cells_by_type"]
    checks = files.get(CHECKS, "")
    mapped = _design(files[MAPPED]) if MAPPED in files else None
    unmapped = tuple(sorted(kind for kind in mapped["num_cells_by_type"] if kind.startswith("$"))) if mapped else ()
    if unmapped:
        mapped = None  # such a cell would count as nothing
    return Synthesis(
        generic_cells=sum(by_type.values()),
        flip_flops=sum(count for kind, count in by_type.items() if _FLIP_FLOP.match(kind)),
        latches=sum(count for kind, count in by_type.items() if _LATCH.match(kind)),
        loops=len(_LOOP.findall(checks)),
        conflicts=len(_CONFLICT.findall(files.get(DRIVERS, ""))),
        cells=None if mapped is None else int(mapped["num_cells"]),
        area=None if mapped is None else float(mapped.get("area", 0.0)),
        sequential_area=None if mapped is None or "sequential_area" not in mapped else float(mapped["sequential_area"]),
        unmapped=unmapped,
        **(_parse_fpga(files[FPGA]) if FPGA in files else {}),
    )


def before_mapping(files: Mapping[str, str]) -> dict[str, str]:
    """What a script had written before it began to map. An area is a measure: a design for which the limit is too
    short there is hardware all the same, and its netlist is judged."""
    after = (MAPPED, FPGA, MAPPED_NETLIST, MAPPED_JSON)
    return {name: text for name, text in files.items() if name not in after}


def _parse_fpga(text: str) -> dict[str, Any]:
    by_type: Mapping[str, int] = _design(text)["num_cells_by_type"]
    luts = {kind: count for kind, count in by_type.items() if _LUT.fullmatch(kind)}
    flip_flops = {kind: count for kind, count in by_type.items() if _FPGA_FLIP_FLOP.fullmatch(kind)}
    blocks = {kind: count for kind, count in sorted(by_type.items()) if kind not in luts and kind not in flip_flops}
    blocks = {kind: count for kind, count in blocks.items() if not kind.startswith("$scopeinfo")}
    return {"luts": sum(luts.values()), "fpga_ffs": sum(flip_flops.values()), "fpga_blocks": blocks}


def netlists(files: Mapping[str, str], sources: Mapping[str, str], top: str, parameters: Mapping[str, int]) -> Netlists:
    """The written netlists; none, where they are not whole."""
    looped = sorted(set(_LOOP_WIRE.findall(files.get(CHECKS, ""))))

    def filled(*fillings: Filling) -> tuple[str, ...]:
        texts = [(netlist(files, top, parameters, filling.file), filling) for filling in fillings]
        started = [two_state.with_start(text, looped, filling) for text, filling in texts if text is not None]
        return tuple(dict.fromkeys(started)) if len(started) == len(fillings) else ()

    extremes, mixed = filled(two_state.ALL_ZEROS, two_state.ALL_ONES), filled(*two_state.mixtures(sources))
    unknown = netlist(files, top, parameters, two_state.UNKNOWN)
    if not mixed or unknown is None or len(extremes) < 2:
        return Netlists(extremes if mixed and unknown is not None else ())
    return Netlists(extremes, unknown, mixed)


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


def models_job(library: Library, *, system: bool = False) -> Job:
    """The library's cells as modules that can be simulated; flip-flops start at 0."""
    passes = [f"read_liberty -ignore_miss_func -ignore_miss_dir -ignore_miss_data_latch {_LIBRARY}", "proc"]
    passes += ["opt_clean -purge", "setundef -zero -init", f"write_verilog -noattr {MODELS}"]
    return script_job("models", {_LIBRARY: library.text}, passes, (MODELS,), system=system)


def parse_models(result: JobResult) -> str:
    """Raises ToolCrashed where Yosys did not write them."""
    text = result.files.get(MODELS)
    if not result.last.ok or text is None:
        raise ToolCrashed(f"yosys cannot make simulation models of the cell library: {parse_error(result.last)}")
    return text


def parse_error(step: StepResult) -> str:
    """The first ERROR line of a script that did not finish."""
    for line in step.log.splitlines():
        if _ERROR.match(line.strip()):
            if _BLACK_BOX in line:
                return "a black box is left: a module without content"
            return line.strip().removeprefix("ERROR: ")[:300]
    return step.error or "yosys did not finish"


def _design(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text[text.index("{") :])["design"]
        figures = {name: float(found[name]) for name in ("num_cells", "area", "sequential_area") if name in found}
        kinds = {str(kind): int(number) for kind, number in found["num_cells_by_type"].items()}
        return {**found, **figures, "num_cells_by_type": kinds}
    except (TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"no statistics of yosys: {error}") from error
