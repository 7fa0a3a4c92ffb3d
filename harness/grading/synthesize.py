"""The stage ``synthesize``: is the design hardware, what is in it, and what area does it take."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.grading.report import RunJob, StageReport, ended_by_force, failed
from harness.grading.syntax import design_files
from harness.process.job import JobResult, StepResult
from harness.records.grade import StageResult
from harness.records.outcome import Outcome, Status
from harness.records.problem import Problem
from harness.tools import yosys
from harness.tools.liberty import Library
from harness.tools.mapped import MappedNetlist, parse_mapped
from harness.tools.two_state import NO_NETLISTS, Netlists

_OF_THE_DESIGN = ("cpu", "memory")
"""Limits by which mapping stops as it would on any machine; no room on the disk, or no end, is for others to judge."""


@dataclass(frozen=True, slots=True)
class SynthesisSettings:
    liberty: Library
    system: bool = False
    """Use the machine's own yosys; its areas compare with no other machine's."""
    fpga: yosys.Fpga | None = None
    """Also map to that FPGA and count its LUTs."""
    netlist: bool = False
    """Keep the mapped netlist, for what measures it."""


@dataclass(frozen=True, slots=True)
class Synthesized:
    report: StageReport
    netlists: Netlists = NO_NETLISTS
    """What Yosys understood, as Verilog; empty where it is no hardware."""
    mapped: MappedNetlist | None = None
    """In cells of the library; None where it was not asked for, or a cell has none."""


def run(problem: Problem, code: str, settings: SynthesisSettings, *, mapped: bool, run_job: RunJob) -> Synthesized:
    """``mapped``: also map to the library and measure area (it costs ten times the generic part)."""
    files = design_files(problem, code)
    return synthesize(files, problem.top, problem.parameters, settings, mapped=mapped, run_job=run_job)


def synthesize(
    files: Mapping[str, str],
    top: str,
    parameters: Mapping[str, int],
    settings: SynthesisSettings,
    *,
    mapped: bool,
    run_job: RunJob,
) -> Synthesized:
    """The same of sources by name."""
    library = settings.liberty if mapped else None
    cell = yosys.SYSTEM_CELL if settings.system else yosys.CELL

    def attempt(front_end: yosys.FrontEnd) -> JobResult:
        job = yosys.synthesis_job(
            files,
            top,
            parameters,
            library,
            front_end=front_end,
            system=settings.system,
            fpga=settings.fpga,
            netlist=settings.netlist,
        )
        return run_job(cell, job)

    result = attempt("verilog")
    cpu_s = result.last.cpu_s
    if not result.last.ok and result.last.stopped is None and not settings.system:
        second = attempt("slang")
        cpu_s += second.last.cpu_s
        if second.last.ok:
            return _judge(files, top, parameters, second, cpu_s, "slang")
    return _judge(files, top, parameters, result, cpu_s, None)


def _judge(
    sources: Mapping[str, str],
    top: str,
    parameters: Mapping[str, int],
    result: JobResult,
    cpu_s: float,
    front_end: str | None,
) -> Synthesized:
    step = result.last
    files = result.files if step.ok else yosys.before_mapping(result.files)
    if step.ok or (step.stopped in _OF_THE_DESIGN and yosys.GENERIC in files):
        try:
            facts = yosys.parse_synthesis(files).facts()
        except (KeyError, ValueError):
            return Synthesized(_not_synthesizable(step, "yosys left no statistics", cpu_s))
        if not step.ok:
            facts["mapping"] = f"{step.stopped} limit"
        if front_end:
            facts["front_end"] = front_end
        report = StageReport(StageResult(Status.PASS, facts), log=step.log, cpu_s=cpu_s)
        written = yosys.netlists(files, sources, top, parameters)
        return Synthesized(report, written, parse_mapped(files, top) if "area" in facts else None)
    forced = ended_by_force(step, "yosys")
    if forced is not None:
        return Synthesized(failed(*forced, log=step.log, cpu_s=cpu_s))
    return Synthesized(_not_synthesizable(step, yosys.parse_error(step), cpu_s))


def _not_synthesizable(step: StepResult, message: str, cpu_s: float) -> StageReport:
    return failed(Outcome.NOT_SYNTHESIZABLE, message, log=step.log, cpu_s=cpu_s)
