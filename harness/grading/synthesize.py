"""The stage ``synthesize``: is the design hardware, what is in it, and what area does it take."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.grading.once import Once
from harness.grading.report import RunJob, StageReport, ended_by_force, failed
from harness.grading.syntax import design_files
from harness.process.job import JobResult, StepResult
from harness.process.sandbox import CellKind
from harness.records.grade import StageResult, digest_text
from harness.records.outcome import Outcome, Status
from harness.records.problem import Problem
from harness.tools import yosys, yosys_mapping
from harness.tools.liberty import Library
from harness.tools.mapped import MappedNetlist, parse_mapped
from harness.tools.two_state import NO_NETLISTS, Netlists

_OF_THE_DESIGN = ("cpu", "memory")
"""Limits by which a tool stops as it would on any machine; no room on the disk, or no end, is for others to judge."""
MOST_MAPPINGS = 500
"""Remembered: one sample of each problem comes first, the others of a problem close together; a mapped netlist can be
large."""


@dataclass(frozen=True, slots=True)
class SynthesisSettings:
    liberty: Library
    system: bool = False
    """Use the machine's own yosys; its areas compare with no other machine's."""
    fpga: yosys_mapping.Fpga | None = None
    """Also map to that FPGA and count its LUTs."""
    netlist: bool = False
    """Keep the mapped netlist, for what measures it."""

    @property
    def cell(self) -> CellKind:
        return yosys.SYSTEM_CELL if self.system else yosys.CELL


@dataclass(frozen=True, slots=True)
class Mapped:
    """A circuit in cells of the library. Its figures change no verdict."""

    facts: Mapping[str, Any]
    """With ``mapping`` where it came to no end, and why."""
    netlist: MappedNetlist | None = None
    """None where it was not asked for, or a cell has none."""
    cpu_s: float = 0.0
    doubtful: bool = False
    """It failed as it need not on another machine."""


Mappings = Once[Mapped]
"""Equal circuits are mapped once. One run has one cell library."""


def mappings() -> Mappings:
    return Once(MOST_MAPPINGS, lambda found: not found.doubtful)


@dataclass(frozen=True, slots=True)
class Synthesized:
    report: StageReport
    netlists: Netlists = NO_NETLISTS
    """What Yosys understood, as Verilog; empty where it is no hardware."""
    circuit: str | None = None
    """The digest of the circuit: designs that differ in spelling only have the same."""
    mapped: MappedNetlist | None = None
    """In cells of the library; None where it was not asked for, or a cell has none."""
    doubtful: bool = False
    """Whether mapping failed as it need not on another machine."""


def run(
    problem: Problem,
    code: str,
    settings: SynthesisSettings,
    *,
    mapped: bool,
    run_job: RunJob,
    known: Mappings | None = None,
    netlists: bool = True,
) -> Synthesized:
    """``mapped``: also map to the library and measure area (it costs ten times the generic part)."""
    files, top, parameters = design_files(problem, code), problem.top, problem.parameters
    return synthesize(files, top, parameters, settings, mapped=mapped, run_job=run_job, known=known, netlists=netlists)


def synthesize(
    files: Mapping[str, str],
    top: str,
    parameters: Mapping[str, int],
    settings: SynthesisSettings,
    *,
    mapped: bool,
    run_job: RunJob,
    known: Mappings | None = None,
    netlists: bool = True,
) -> Synthesized:
    """The same of sources by name. ``known``: mappings of other designs. Without ``netlists`` it is quicker."""
    found, circuit = _elaborate(files, top, parameters, settings, run_job, netlists=netlists)
    if not mapped or not found.report.passed:
        return found
    if circuit is None or found.circuit is None:
        limit = found.report.result.facts.get("mapping", "the circuit was not written")
        return _with_mapping(found, Mapped({"mapping": limit}), made_now=True)
    if known is None:
        return _with_mapping(found, map_circuit(circuit, top, settings, run_job), made_now=True)
    answer, made_now = known.get(found.circuit, lambda: map_circuit(circuit, top, settings, run_job))
    return _with_mapping(found, answer, made_now=made_now)


def _with_mapping(found: Synthesized, answer: Mapped, *, made_now: bool) -> Synthesized:
    """What was not done again has cost nothing."""
    report = found.report
    facts = {**report.result.facts, **answer.facts}
    cpu_s = report.cpu_s + (answer.cpu_s if made_now else 0.0)
    report = replace(report, result=StageResult(report.result.status, facts), cpu_s=cpu_s)
    return replace(found, report=report, mapped=answer.netlist, doubtful=answer.doubtful)


def map_circuit(circuit: str, top: str, settings: SynthesisSettings, run_job: RunJob) -> Mapped:
    """Area is a measure: a design that cannot be mapped is hardware all the same, and its netlist was judged."""
    job = yosys_mapping.mapping_job(
        circuit, top, settings.liberty, system=settings.system, fpga=settings.fpga, netlist=settings.netlist
    )
    result = run_job(settings.cell, job)
    step = result.last
    try:
        if step.ok:
            figures = yosys_mapping.parse_mapping(result.files)
            netlist = parse_mapped(result.files, top) if figures.area is not None else None
            return Mapped(figures.facts(), netlist, step.cpu_s)
        why = f"{step.stopped} limit" if step.stopped else yosys.parse_error(step)
    except (KeyError, ValueError):
        why = "yosys left no statistics"
    return Mapped({"mapping": why}, cpu_s=step.cpu_s, doubtful=step.stopped not in _OF_THE_DESIGN)


def mixed(
    netlists: Netlists, top: str, parameters: Mapping[str, int], settings: SynthesisSettings, run_job: RunJob
) -> tuple[tuple[str, ...], StepResult]:
    """Netlists of a design in which open bits differ from each other (none where Yosys failed), and what Yosys said."""
    result = run_job(settings.cell, yosys.mixing_job(netlists, system=settings.system))
    return yosys.mixed(result.files, netlists, top, parameters) if result.last.ok else (), result.last


def _elaborate(
    files: Mapping[str, str],
    top: str,
    parameters: Mapping[str, int],
    settings: SynthesisSettings,
    run_job: RunJob,
    *,
    netlists: bool,
) -> tuple[Synthesized, str | None]:
    """Without mapping, and the circuit."""

    def attempt(front_end: yosys.FrontEnd) -> JobResult:
        job = yosys.elaboration_job(
            files, top, parameters, front_end=front_end, system=settings.system, netlists=netlists
        )
        return run_job(settings.cell, job)

    result, front_end = attempt("verilog"), None
    cpu_s = result.last.cpu_s
    if not result.last.ok and result.last.stopped is None and not settings.system:
        second = attempt("slang")
        cpu_s += second.last.cpu_s
        if second.last.ok:
            result, front_end = second, "slang"
    made = _judge(top, parameters, result, cpu_s, front_end, netlists=netlists)
    return made, yosys.circuit(result.files) if made.circuit else None


def _judge(
    top: str,
    parameters: Mapping[str, int],
    result: JobResult,
    cpu_s: float,
    front_end: str | None,
    *,
    netlists: bool,
) -> Synthesized:
    step, files = result.last, result.files
    written = yosys.netlists(files, top, parameters)
    whole = bool(written.filled) or not netlists
    if step.ok or (step.stopped in _OF_THE_DESIGN and yosys.GENERIC in files and whole):
        try:
            facts = yosys.parse_structure(files).facts()
        except (KeyError, ValueError):
            return Synthesized(_not_synthesizable(step, "yosys left no statistics", cpu_s))
        if not step.ok:
            facts["mapping"] = f"{step.stopped} limit"
        if front_end:
            facts["front_end"] = front_end
        report = StageReport(StageResult(Status.PASS, facts), log=step.log, cpu_s=cpu_s)
        circuit = yosys.circuit(files) if step.ok else None
        return Synthesized(report, written, digest_text(circuit) if circuit else None)
    forced = ended_by_force(step, "yosys")
    if forced is not None:
        return Synthesized(failed(*forced, log=step.log, cpu_s=cpu_s))
    return Synthesized(_not_synthesizable(step, yosys.parse_error(step), cpu_s))


def _not_synthesizable(step: StepResult, message: str, cpu_s: float) -> StageReport:
    return failed(Outcome.NOT_SYNTHESIZABLE, message, log=step.log, cpu_s=cpu_s)
