"""The suite's own published verdict, contained like everything else but otherwise as published, forgeries included."""

from harness.grading.report import ICARUS_CELL, RunJob
from harness.records.grade import StageResult
from harness.records.outcome import Stage, Status
from harness.records.problem import Problem
from harness.rules.official import OfficialRules, OfficialVerdict


def judge(rules: OfficialRules, problem: Problem, code: str, run_job: RunJob) -> OfficialVerdict:
    return rules.judge(problem, code, run_job(ICARUS_CELL, rules.job(problem, code)))


def stage_results(verdict: OfficialVerdict) -> dict[Stage, StageResult]:
    """``syntax`` is read from the suite's one compile, ``simulate`` is its verdict."""
    syntax = Status.PASS if verdict.syntax_passed else Status.FAIL
    if not verdict.syntax_passed:
        return {Stage.SYNTAX: StageResult(syntax)}
    simulated = Status.PASS if verdict.official.passed else Status.FAIL
    return {Stage.SYNTAX: StageResult(syntax), Stage.SIMULATE: StageResult(simulated)}
