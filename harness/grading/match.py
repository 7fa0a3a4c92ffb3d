"""A line of text against the one that was asked for. No tool runs."""

from harness.grading.report import StageReport, failed
from harness.process.job import JobResult
from harness.records.grade import StageResult
from harness.records.outcome import Outcome, Status
from harness.records.problem import MaskedLine, Problem
from harness.rules.official import OfficialRules, OfficialVerdict
from harness.rules.text_match import exact, similarity


def run(problem: Problem, line: str) -> StageReport:
    """Right where both have the same tokens between white space; ``similarity`` is 0 to 1."""
    facts, alike = _compared(line, problem.golden[0].text)
    if facts["exact"]:
        return StageReport(StageResult(Status.PASS, facts))
    return failed(Outcome.MISMATCH, f"another line, edit similarity {alike} of 100", facts=facts)


def beside(masked: MaskedLine, code: str) -> StageReport:
    """The same two measures of a line that was put back into a design; what the design does decides, so that neither
    is an outcome. White space around the line is nobody's."""
    facts, _ = _compared((masked.taken_out(code) or "").strip(), masked.line)
    return StageReport(StageResult(Status.PASS if facts["exact"] else Status.FAIL, facts))


def _compared(line: str, wanted: str) -> tuple[dict[str, object], int]:
    alike = similarity(line, wanted)
    return {"exact": exact(line, wanted), "similarity": alike / 100}, alike


def official(rules: OfficialRules, problem: Problem, line: str) -> OfficialVerdict:
    """The suite's own verdict, for which no tool runs either."""
    return rules.judge(problem, line, JobResult(()))
