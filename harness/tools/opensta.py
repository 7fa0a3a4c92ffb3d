"""OpenSTA: the critical paths of a mapped netlist, its leakage, and how steep its edges are. Tested on 2.0.17.

``sta`` goes on after an error and ends with 0, prints the asynchronous group before all others, and reports for each
group of paths; so the script marks its sections, and the parser believes only a log without an error and with its end.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from harness.process.job import MEGABYTE, Job, JobResult, Limits, Step
from harness.process.sandbox import CellKind
from harness.tools.liberty import Library
from harness.tools.mapped import Bit, ClockSources, MappedNetlist

CELL = CellKind("opensta")
LIMITS = Limits(cpu_s=120, wall_s=1440, memory_bytes=4 << 30, log_bytes=4 * MEGABYTE)

PathKind = Literal["reg_reg", "in_reg", "reg_out", "in_out"]
PATHS: Mapping[PathKind, tuple[str, str]] = {
    "reg_reg": ("registers", "data"),
    "in_reg": ("inputs", "data"),
    "reg_out": ("registers", "outputs"),
    "in_out": ("inputs", "outputs"),
}
"""From which set of points to which."""
_LIBRARY, _NETLIST, _SCRIPT, _SLEWS = "cells.lib", "mapped.v", "timing.tcl", "slews.txt"
_MARK = "HARNESS"
_SIGNED = re.compile(r"^(  (?:input|output|inout|wire)) signed\b", re.MULTILINE)
"""OpenSTA's Verilog has no such word."""
_NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"


def script(library: Library, netlist: MappedNetlist, clocks: ClockSources, period_ns: float) -> str:
    """The Tcl of one analysis. Inputs arrive with the clock edge, behind the library's driver; outputs have to be there
    at the next one, with the library's load. A design without a clock gets one that no port has.
    How long every output's edges take goes into a file, where energies depend on that.
    """
    period = f"{period_ns * 1000:.6f}"
    names = " ".join(map(_word, clocks.ports))
    lines = [
        f"read_liberty {_LIBRARY}",
        f"read_verilog {_NETLIST}",
        f"link_design {_word(netlist.top)}",
        "set_cmd_units -time ps -capacitance fF -power nW",
        *_clocks(clocks, period),
        "set inputs {}",
        f"foreach port [all_inputs] {{ if {{[lsearch -exact [list {names}] [get_full_name $port]] < 0}}"
        " { lappend inputs $port } }",
        "set outputs [all_outputs]",
        "set registers [all_registers -clock_pins]",
        "set data [all_registers -data_pins]",
        "if {[llength $inputs]} {",
        "  set_input_delay 0 -clock clock0 $inputs",
        f"  set_driving_cell -lib_cell {library.driver} -pin {library.driver_pin} $inputs",
        "}",
        "if {[llength $outputs]} {",
        "  set_output_delay 0 -clock clock0 $outputs",
        f"  set_load {library.load_ff:.6f} $outputs",
        "}",
    ]
    for kind, (begin, end) in PATHS.items():
        report = f"report_checks -path_delay max -digits 6 -from ${begin} -to ${end}"
        lines += [f'puts "{_MARK} {kind}"', f"if {{[llength ${begin}] && [llength ${end}]}} {{ {report} }}"]
    lines += [f'puts "{_MARK} power"', "report_power -digits 6"]
    return "\n".join([*lines, *(_edge_lines() if library.has_energy_tables else []), f'puts "{_MARK} end"', ""])


def _clocks(clocks: ClockSources, period: str) -> list[str]:
    """One period for all; clocks from different sources are asynchronous to each other."""
    sources = [f"[get_ports {_word(name)}]" for name in clocks.ports]
    sources += [f"[get_pins {_word(name)}]" for name in clocks.pins]
    if not sources:
        return [f"create_clock -name clock0 -period {period}"]
    lines = [f"create_clock -name clock{n} -period {period} {source}" for n, source in enumerate(sources)]
    if len(sources) > 1:
        groups = " ".join(f"-group clock{n}" for n in range(len(sources)))
        lines.append(f"set_clock_groups -asynchronous {groups}")
    return lines


def _edge_lines() -> list[str]:
    """``pin rise fall`` a line; the property's name differs between versions."""
    return [
        "proc edge {pin which} {",
        "  if {[catch {get_property $pin actual_${which}_transition_max} slew]} {",
        "    set slew [get_property $pin actual_max_${which}_slew]",
        "  }",
        "  return $slew",
        "}",
        f"set file [open {_SLEWS} w]",
        'foreach pin [get_pins */*] { if {[get_property $pin direction] eq "output"} {',
        '  puts $file "[get_full_name $pin] [edge $pin rise] [edge $pin fall]"',
        "} }",
        "close $file",
    ]


def _word(name: str) -> str:
    """A name as one word of Tcl."""
    return "{" + re.sub(r"([{}\\])", r"\\\1", name) + "}"


def timing_job(library: Library, netlist: MappedNetlist, clocks: ClockSources, period_ns: float) -> Job:
    files = {_LIBRARY: library.text, _NETLIST: _SIGNED.sub(r"\1", netlist.verilog)}
    files[_SCRIPT] = script(library, netlist, clocks, period_ns)
    step = Step("timing", LIMITS, argv=("sta", "-no_init", "-no_splash", "-exit", _SCRIPT))
    return Job(files, (step,), fetch=(_SLEWS,))


@dataclass(frozen=True, slots=True)
class Path:
    """The path of a kind with the least slack."""

    delay_ps: float
    """From the edge that starts it until it arrives, and the setup time of where it ends."""
    slack_ps: float
    begin: str
    """The instance or port at which it starts."""
    end: str
    levels: int
    """Cells on it."""


@dataclass(frozen=True, slots=True)
class Timing:
    paths: Mapping[PathKind, Path]
    """Kinds that the design has; constant outputs and the like have no path."""
    leakage_nw: float
    slews_ps: Mapping[str, float]
    """``instance/pin`` of outputs → the mean duration of its edges; those that never switch are left out."""

    @property
    def critical(self) -> PathKind | None:
        """The kind of the least slack; where slacks agree the longer delay, then the order of ``PATHS``."""
        return min(self.paths, key=lambda kind: (self.paths[kind].slack_ps, -self.paths[kind].delay_ps), default=None)


def parse(result: JobResult) -> Timing:
    """Raises ValueError, saying what went wrong, where the log is not that of a whole analysis."""
    step = result.last
    log = step.log
    error = re.search(r"^Error:? .*$", log, re.MULTILINE)
    if error is not None:
        raise ValueError(error[0][:300])
    if not step.ok or f"\n{_MARK} end" not in f"\n{log}":
        raise ValueError(step.error or f"sta did not finish ({step.stopped or step.signal or step.exit_code})")
    sections = dict(re.findall(rf"^{_MARK} (\w+)\n(.*?)(?=^{_MARK} )", log, re.MULTILINE | re.DOTALL))
    paths = {kind: path for kind in PATHS if (path := parse_path(sections[kind])) is not None}
    return Timing(paths, _leakage(sections["power"]), _slews(result.files.get(_SLEWS, "")))


def parse_path(text: str) -> Path | None:
    """Of the reports of a section the one with the least slack, the asynchronous group's left out; None: no path."""
    blocks = re.split(r"^(?=Startpoint: )", text, flags=re.MULTILINE)
    paths = [_path(block) for block in blocks if block.startswith("Startpoint: ") and "**async_default**" not in block]
    return min((path for path in paths if path is not None), key=lambda path: path.slack_ps, default=None)


def _path(block: str) -> Path | None:
    """None for a path that no clock constrains. Raises ValueError where a figure is missing."""
    if re.search(r"^Path Group: \(?none\)?", block, re.MULTILINE) or "(Path is unconstrained)" in block:
        return None
    begin, end = re.search(r"^Startpoint: (\S+)", block), re.search(r"^Endpoint: (\S+)", block, re.MULTILINE)
    launch = re.search(rf"^\s*{_NUMBER}\s+({_NUMBER})\s+clock .*\(\w+ edge\)", block, re.MULTILINE)
    arrival = re.search(rf"^\s*({_NUMBER})\s+data arrival time", block, re.MULTILINE)
    setup = re.search(rf"^\s*({_NUMBER})\s+{_NUMBER}\s+library setup time", block, re.MULTILINE)
    slack = re.search(rf"^\s*({_NUMBER})\s+slack", block, re.MULTILINE)
    if begin is None or end is None or launch is None or arrival is None or slack is None:
        raise ValueError("a path report without " + ("slack" if slack is None else "its times"))
    delay = float(arrival[1]) - float(launch[1]) - (float(setup[1]) if setup else 0.0)
    steps = re.findall(r"^.* [\^v] (\S+)/\S+ \(\S+\)$", block[: arrival.start()], re.MULTILINE)
    return Path(delay, float(slack[1]), begin[1], end[1], len(set(steps) - {end[1]}))


def _leakage(text: str) -> float:
    """In nW; the report is in W whatever units are set."""
    found = re.search(rf"^Total\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})", text, re.MULTILINE)
    if found is None:
        raise ValueError("no power report")
    return float(found[3]) * 1e9


def _slews(text: str) -> Mapping[str, float]:
    found = {}
    for line in text.splitlines():
        name, _, times = line.partition(" ")
        values = [float(value) for value in re.findall(_NUMBER, times)]
        if len(values) == 2 and all(0 <= value < 1e9 for value in values):
            found[name] = sum(values) / 2
    return found


def net_slews(timing: Timing, netlist: MappedNetlist, library: Library) -> Mapping[Bit, float]:
    """The same by net."""
    pins = dict(netlist.output_pins(library.cells))
    return {pins[name]: slew for name, slew in timing.slews_ps.items() if name in pins}
