"""``harness audit``: the audit room's checks with the real grader behind them, problems side by side."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from harness.audit.check import ProblemAudit, check_problem
from harness.records.grade import Candidate, Grade
from harness.records.problem import Port, Problem
from harness.runs.options import RunOptions
from harness.runs.progress import Progress
from harness.runs.session import open_session


def audit_suite(options: RunOptions, faults: int, say: Callable[[str], None]) -> list[ProblemAudit]:
    """Every problem's audit, in the suite's order."""
    with open_session(options) as session:
        for line in session.suite.defects:
            say(f"error: {line}")

        def audit(problem: Problem) -> ProblemAudit:
            def grade(code: str) -> Grade:
                return session.grader.grade(problem, Candidate(code), 0).grade

            def ports() -> Sequence[Port]:
                return session.grader.baselines.of(problem).ports

            return check_problem(problem, grade, faults=faults, seed=options.seed, ports=ports)

        with (
            ThreadPoolExecutor(session.workers) as threads,
            Progress("audit", len(session.problems), quiet=options.quiet) as progress,
        ):
            futures = {threads.submit(audit, problem): problem.name for problem in session.problems}
            found = {}
            for future in as_completed(futures):
                found[futures[future]] = future.result()
                progress.step()
        return [found[problem.name] for problem in session.problems]
