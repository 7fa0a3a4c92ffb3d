"""Yosys: what area a circuit takes in a cell library, and how many LUTs on an FPGA.

It starts from the circuit that harness.tools.yosys wrote, so that equal circuits have equal areas. The recipe is
measured: without ``-constr`` abc buffers nothing; ``abc -dff`` changes behaviour; results repeat only where each design
starts from a clean process.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.errors import ToolCrashed
from harness.process.job import Job, JobResult
from harness.tools.liberty import Library
from harness.tools.yosys import CIRCUIT, parse_error, parse_statistics, script_job

MAPPED, FPGA = "mapped.json", "fpga.json"
MAPPED_NETLIST, MAPPED_JSON = "mapped.v", "mapped_netlist.json"
"""The same netlist twice: as Verilog that OpenSTA reads, and as data."""
MODELS = "models.v"
_LIBRARY, _CONSTRAINTS = "cells.lib", "drive.constr"
_READ = f"read_rtlil {CIRCUIT}"
_LUT = re.compile(r"SB_LUT4|LUT\d")
_FPGA_FLIP_FLOP = re.compile(r"SB_DFF\w*|FD[A-Z]+(?:_1)?")
_NO_LIBRARY_CACHE = "libcache -scl -disable"
"""Else abc is started twice for every design: each folder is new, so the converted library is never found again."""

Fpga = Literal["ice40", "xilinx"]
"""``synth_ice40``, ``synth_xilinx`` (7 series)."""


def mapping_job(
    circuit: str, top: str, library: Library, *, system: bool = False, fpga: Fpga | None = None, netlist: bool = False
) -> Job:
    """Area and cells; with ``fpga`` LUTs, with ``netlist`` the mapped netlist. ``system``: the machine's own yosys."""
    passes = [_READ, *([] if system else [_NO_LIBRARY_CACHE]), *mapping_passes(top, library, netlist=netlist)]
    passes += fpga_passes(top, fpga) if fpga else []
    constraints = f"set_driving_cell {library.driver}\nset_load {library.load_ff:g}\n"
    files = {CIRCUIT: circuit, _LIBRARY: library.text, _CONSTRAINTS: constraints}
    fetch = (MAPPED, *([FPGA] if fpga else []), *([MAPPED_NETLIST, MAPPED_JSON] if netlist else []))
    return script_job("map", files, passes, fetch, system=system)


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


def fpga_passes(top: str, fpga: Fpga) -> list[str]:
    """Read again and map to an FPGA; leaves ``fpga.json``.

    They come last and share nothing with what was before: a mere copy of the design changes what abc makes of it.
    """
    inside = " -noiopad -noclkbuf" if fpga == "xilinx" else ""  # a design is measured as a part of a larger one
    return ["design -reset", _READ, f"synth_{fpga} -top {top}{inside}", f"tee -q -o {FPGA} stat -json"]


@dataclass(frozen=True, slots=True)
class MappedFigures:
    """What a circuit takes. Areas are in the library's own unit (NAND2 = 1 in the neutral one)."""

    cells: int | None = None
    """None where the library lacks a cell, as the two areas."""
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
        found: dict[str, Any] = {}
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


def parse_mapping(files: Mapping[str, str]) -> MappedFigures:
    """Read what a finished script left. Raises ValueError or KeyError where it is not whole."""
    mapped = parse_statistics(files[MAPPED])
    fpga = _parse_fpga(files[FPGA]) if FPGA in files else {}
    unmapped = tuple(sorted(kind for kind in mapped["num_cells_by_type"] if kind.startswith("$")))
    if unmapped:  # such a cell would count as nothing
        return MappedFigures(unmapped=unmapped, **fpga)
    sequential = float(mapped["sequential_area"]) if "sequential_area" in mapped else None
    return MappedFigures(int(mapped["num_cells"]), float(mapped.get("area", 0.0)), sequential, **fpga)


def _parse_fpga(text: str) -> dict[str, Any]:
    by_type: Mapping[str, int] = parse_statistics(text)["num_cells_by_type"]
    luts = {kind: count for kind, count in by_type.items() if _LUT.fullmatch(kind)}
    flip_flops = {kind: count for kind, count in by_type.items() if _FPGA_FLIP_FLOP.fullmatch(kind)}
    blocks = {kind: count for kind, count in sorted(by_type.items()) if kind not in luts and kind not in flip_flops}
    blocks = {kind: count for kind, count in blocks.items() if not kind.startswith("$scopeinfo")}
    return {"luts": sum(luts.values()), "fpga_ffs": sum(flip_flops.values()), "fpga_blocks": blocks}


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
