"""The stage ``syntax``: the candidate with the given sources, without the testbench, through Icarus.

Parameters and default timescale are those that it will have under the testbench, so that the same generate branches are
elaborated: a name that only the testbench could answer to is found missing here. A missing top module is no syntax
error: ``interface`` says so.
"""

from collections.abc import Collection

from harness.grading.report import ICARUS_CELL, RunJob, StageReport, ended_by_force, failed
from harness.process.job import Job, Limits, Step, StepResult
from harness.records.grade import StageResult
from harness.records.outcome import Outcome, Status
from harness.records.problem import Problem
from harness.tools import icarus

LIMITS = Limits(cpu_s=20, wall_s=240)
CANDIDATE = "candidate.sv"
"""The candidate's file name in every work folder; tools that look at the ending then read SystemVerilog."""


def design_files(problem: Problem, code: str) -> dict[str, str]:
    """Given sources first, the candidate last: its directives and macros reach no other file."""
    return {**{source.name: source.text for source in problem.given}, CANDIDATE: code}


def run(
    problem: Problem, code: str, parse_error: str | None, run_job: RunJob, known: Collection[str] | None = None
) -> StageReport:
    """``parse_error``: slang's, where it does not take the text. What was not understood was not screened, so such a
    design goes no further even where Icarus takes it."""
    design = design_files(problem, code)
    bench = problem.testbench
    parameters = {
        f"{problem.top}.{name}": str(value)
        for name, value in sorted(problem.parameters.items())
        if known is None or name in known
    }
    argv = icarus.compile_argv(list(design), output="design.vvp", top=problem.top, parameters=parameters)
    own = {source.name: source.text for source in bench.files} if bench.kind == "verilog" else {}
    files = {**design, icarus.COMMANDS_FILE: icarus.commands(own)}
    step = run_job(ICARUS_CELL, Job(files, (Step("compile", LIMITS, argv=argv),))).last
    found = icarus.parse_compile_log(step.log)
    if step.ok or (found.missing_root == problem.top and not found.syntax_error):
        if parse_error is None:
            return StageReport(StageResult(Status.PASS), cpu_s=step.cpu_s)
        return failed(Outcome.SYNTAX_ERROR, f"slang: {parse_error}", cpu_s=step.cpu_s)
    return failed_compile(step)


def failed_compile(step: StepResult) -> StageReport:
    """A compile that did not go through: by a limit, a crash, its syntax, or in elaboration."""
    forced = ended_by_force(step, "iverilog")
    if forced is None and icarus.crashed(step):
        forced = Outcome.TOOL_CRASH, "iverilog crashed"
    if forced is not None:
        return failed(*forced, log=step.log, cpu_s=step.cpu_s)
    found = icarus.parse_compile_log(step.log)
    outcome = Outcome.SYNTAX_ERROR if found.syntax_error else Outcome.ELABORATION_ERROR
    return failed(outcome, found.message, log=step.log, cpu_s=step.cpu_s)
