"""The stage ``screen``: constructs by which a design reaches outside itself end its grading; harmless ones are cut.

It hands on what the later stages read: the design as it is compiled, and its ports.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.grading.report import RunJob, StageReport, ended_by_force, failed
from harness.records.grade import StageResult
from harness.records.outcome import Outcome, Status
from harness.records.problem import Problem
from harness.tools import slang
from harness.tools.slang import Inspection


@dataclass(frozen=True, slots=True)
class Screened:
    """``report`` decides; the rest is there where it passed."""

    report: StageReport
    code: str = ""
    inspection: Inspection | None = None
    for_synthesis: str = ""
    """The design as Yosys reads it: with the macros YOSYS and SYNTHESIS, which a design may ask for."""
    parse_error: str | None = None
    """slang's first, where the text is no SystemVerilog: what was not understood was not screened either."""


def run(problem: Problem, code: str, forbidden: Sequence[str], run_job: RunJob) -> Screened:
    """``forbidden``: names of the modules of testbench and reference."""
    if "\0" in code:
        line = code.count("\n", 0, code.index("\0")) + 1
        return Screened(failed(Outcome.REJECTED, f"line {line}: a NUL character"))
    given = [source.text for source in problem.given]
    step = run_job(slang.CELL, slang.examine_job(code, given, problem.top, problem.parameters, forbidden)).last
    found = slang.parse_examination(step)
    if found is None:
        outcome, message = ended_by_force(step, "slang") or (Outcome.TOOL_CRASH, "slang could not read the design")
        return Screened(failed(outcome, message, log=step.log, cpu_s=step.cpu_s))
    screen = found.screen
    if screen.rejected:
        construct, line = screen.rejected[0]
        facts: dict[str, object] = {"rejected": [{"construct": c, "line": n} for c, n in screen.rejected]}
        message = f"line {line}: {construct}" if line else construct
        return Screened(failed(Outcome.REJECTED, message, cpu_s=step.cpu_s, facts=facts))
    facts = {}
    if screen.neutralised:
        facts["neutralised"] = list(screen.neutralised)
        facts["neutralised_count"] = sum(screen.neutralised.values())
    if screen.directives:
        facts["directives"] = dict(screen.directives)
    report = StageReport(StageResult(Status.PASS, facts), cpu_s=step.cpu_s)
    parse_error = screen.parse_errors[0] if screen.parse_errors else None
    return Screened(report, screen.code, found.inspection, screen.for_synthesis, parse_error)
