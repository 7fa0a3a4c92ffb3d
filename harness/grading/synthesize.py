"""The stage ``synthesize``: is the design hardware, what is in it, and what area does it take."""

from dataclasses import dataclass

from harness.grading.report import RunJob, StageReport, ended_by_force, failed
from harness.grading.syntax import design_files
from harness.process.job import StepResult
from harness.records.grade import StageResult
from harness.records.outcome import Outcome, Status
from harness.records.problem import Problem
from harness.tools import yosys
from harness.tools.liberty import Library


@dataclass(frozen=True, slots=True)
class SynthesisSettings:
    library: Library
    system: bool = False
    """Use the machine's own yosys; its areas compare with no other machine's."""


def run(problem: Problem, code: str, settings: SynthesisSettings, *, mapped: bool, run_job: RunJob) -> StageReport:
    """``mapped``: also map to the library and measure area (it costs ten times the generic part)."""
    library = settings.library if mapped else None
    files = design_files(problem, code)
    job = yosys.synthesis_job(files, problem.top, problem.parameters, library, system=settings.system)
    result = run_job(yosys.SYSTEM_CELL if settings.system else yosys.CELL, job)
    step = result.last
    if step.ok:
        try:
            facts = yosys.parse_synthesis(result.files).facts()
        except (KeyError, ValueError):
            return _not_synthesizable(step, "yosys left no statistics")
        return StageReport(StageResult(Status.PASS, facts), log=step.log, cpu_s=step.cpu_s)
    forced = ended_by_force(step, "yosys")
    if forced is not None:
        return failed(*forced, log=step.log, cpu_s=step.cpu_s)
    return _not_synthesizable(step, yosys.parse_error(step))


def _not_synthesizable(step: StepResult, message: str) -> StageReport:
    return failed(Outcome.NOT_SYNTHESIZABLE, message, log=step.log, cpu_s=step.cpu_s)
