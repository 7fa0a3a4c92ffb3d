"""``harness redteam``: hostile designs through the real grader, with small limits so that it stays a matter of minutes.

None may be accepted, and none may leave a mark on the machine or show what it has read there.
"""

import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from harness.audit.redteam import ATTACKS
from harness.audit.redteam.target import Attack, Target, target_of
from harness.errors import ConfigError
from harness.grading.grader import Graded, Grader
from harness.grading.report import RunJob
from harness.process.job import MEGABYTE, Job, JobResult, Limits
from harness.process.sandbox import CellKind
from harness.records.grade import Candidate
from harness.records.outcome import Outcome
from harness.records.problem import Problem
from harness.runs.options import RunOptions
from harness.runs.progress import Progress
from harness.runs.session import needs_testbenches, open_session

CAPS = Limits(cpu_s=5, wall_s=40, memory_bytes=1536 * MEGABYTE, file_bytes=16 * MEGABYTE)
"""Golden designs of the native suite need a tenth of it."""


@dataclass(frozen=True, slots=True)
class RedteamOptions:
    run: RunOptions
    """Without ``problems`` and ``limit``: the first problem of each kind of testbench."""
    attacks: str = "*"
    """Globs over names of attacks, with commas between."""
    heavy: bool = True
    """Also those that are meant to run into limits."""

    def chosen(self) -> list[Attack]:
        """Raises ConfigError where there is none."""
        wanted = [name.strip() for name in self.attacks.split(",")]
        found = [attack for attack in ATTACKS if any(fnmatchcase(attack.name, name) for name in wanted)]
        found = [attack for attack in found if self.heavy or not attack.heavy]
        if not found:
            raise ConfigError(f'--attacks "{self.attacks}" matches no attack')
        return found


@dataclass(frozen=True, slots=True)
class RedteamRow:
    """What became of one hostile design."""

    attack: str
    claims: str
    problem: str
    outcome: Outcome
    message: str
    seconds: float
    harm: str = ""
    """What it did to the machine; empty is what we want."""

    @property
    def accepted(self) -> bool:
        return self.outcome is Outcome.PASS

    @property
    def ok(self) -> bool:
        """``infra_error`` is no verdict: then nothing was shown."""
        return not self.accepted and not self.harm and self.outcome is not Outcome.INFRA_ERROR

    def to_json(self) -> dict[str, Any]:
        names = ("attack", "claims", "problem", "message", "harm")
        found: dict[str, Any] = {name: getattr(self, name) for name in names}
        return {**found, "outcome": str(self.outcome), "accepted": self.accepted, "seconds": round(self.seconds, 2)}


def run_redteam(options: RedteamOptions) -> list[RedteamRow]:
    """Grade every chosen attack on every chosen problem. Raises Unsolvable where a golden design does not pass."""
    chosen = options.chosen()
    with (
        tempfile.TemporaryDirectory(prefix="harness-redteam-") as folder,
        open_session(options.run) as session,
    ):
        needs_testbenches(session.suite)
        mark = _Mark.lay(Path(folder))
        grader = Grader(session.settings, _capped(session.run_job), None)
        problems = _targets(session.problems, options.run)
        work = [(problem, _target(problem, grader, mark), attack) for problem in problems for attack in chosen]
        with (
            ThreadPoolExecutor(session.workers) as threads,
            Progress("redteam", len(work), quiet=options.run.quiet) as progress,
        ):

            def one(item: tuple[Problem, Target, Attack]) -> RedteamRow:
                row = _try(*item, grader, mark)
                progress.step()
                return row

            return list(threads.map(one, work))


def _targets(problems: Sequence[Problem], run: RunOptions) -> list[Problem]:
    if run.problems or run.limit:
        return list(problems)
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.testbench.kind, problem)
    return list(first.values())


@dataclass(frozen=True, slots=True)
class _Mark:
    """A file of the machine that no design may read, and one that none may write."""

    secret: Path
    word: str
    outside: Path

    @staticmethod
    def lay(folder: Path) -> "_Mark":
        word = secrets.token_hex(16)
        (folder / "secret").write_text(word + "\n")
        return _Mark(folder / "secret", word, folder / "written")

    def harm(self, log: str) -> str:
        if self.outside.exists():
            self.outside.unlink()
            return "wrote a file of the machine"
        return "read a file of the machine" if self.word in log else ""


def _target(problem: Problem, grader: Grader, mark: _Mark) -> Target:
    ports = grader.baselines.of(problem).ports
    return target_of(problem, ports, str(mark.outside), str(mark.secret))


def _try(problem: Problem, target: Target, attack: Attack, grader: Grader, mark: _Mark) -> RedteamRow:
    began = time.monotonic()
    found: Graded = grader.grade(problem, Candidate(attack.template(target)), 0)
    seconds = time.monotonic() - began
    grade = found.grade
    message = (grade.message or "").replace("\n", " ")
    harm = mark.harm(found.log)
    return RedteamRow(attack.name, attack.claims, problem.name, grade.outcome, message, seconds, harm)


def _capped(run_job: RunJob) -> Callable[[CellKind, Job], JobResult]:
    """The same jobs with limits of at most ``CAPS``."""

    def run(kind: CellKind, job: Job) -> JobResult:
        steps = tuple(replace(step, limits=_least(step.limits)) for step in job.steps)
        return run_job(kind, replace(job, steps=steps))

    return run


def _least(limits: Limits) -> Limits:
    return replace(
        limits,
        cpu_s=min(limits.cpu_s, CAPS.cpu_s),
        wall_s=min(limits.wall_s, CAPS.wall_s),
        memory_bytes=min(limits.memory_bytes, CAPS.memory_bytes),
        file_bytes=min(limits.file_bytes, CAPS.file_bytes),
    )
