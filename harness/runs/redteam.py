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
from harness.audit.redteam.target import Attack, target_of
from harness.errors import ConfigError
from harness.grading.grader import Graded, Grader
from harness.grading.report import RunJob
from harness.process.job import MEGABYTE, Job, JobResult, Limits
from harness.process.sandbox import CellKind
from harness.records.grade import Candidate
from harness.records.outcome import Outcome
from harness.records.problem import Port, Problem
from harness.runs.audit_verdicts import Verdicts
from harness.runs.options import RunOptions
from harness.runs.progress import Progress
from harness.runs.session import Session, needs_testbenches, open_session

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
    with open_session(options.run) as session:
        needs_testbenches(session.suite)
        return try_attacks(session, _targets(session.problems, options.run), chosen)


def try_attacks(
    session: Session, problems: Sequence[Problem], chosen: Sequence[Attack], verdicts: Verdicts | None = None
) -> list[RedteamRow]:
    """Grade attacks on problems. What ``verdicts`` has is not tried again. Raises Unsolvable where a golden design
    does not pass."""
    with tempfile.TemporaryDirectory(prefix="harness-redteam-") as folder:
        mark = _Mark.lay(Path(folder))
        grader = Grader(session.settings, _capped(session.run_job), None)
        work = [(problem, attack) for problem in problems for attack in chosen]
        with (
            ThreadPoolExecutor(session.workers) as threads,
            Progress("redteam", len(work), quiet=session.options.quiet) as progress,
        ):

            def one(item: tuple[Problem, Attack]) -> RedteamRow:
                problem, attack = item
                ports = session.grader.baselines.of(problem).ports
                row = _Trial(problem, ports, attack, grader, mark).kept(verdicts)
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


@dataclass(frozen=True, slots=True)
class _Trial:
    """One attack on one problem."""

    problem: Problem
    ports: tuple[Port, ...]
    attack: Attack
    grader: Grader
    mark: _Mark

    def kept(self, verdicts: Verdicts | None) -> RedteamRow:
        """From ``verdicts``, where it was tried before; harm, and what was no verdict, is never kept."""
        if verdicts is None:
            return self.row()
        tried: list[RedteamRow] = []

        def answer() -> dict[str, Any] | None:
            row = self.row()
            tried.append(row)
            keep = not row.harm and row.outcome is not Outcome.INFRA_ERROR
            return {"outcome": str(row.outcome), "message": row.message} if keep else None

        known = verdicts.once("attack", f"{self.problem.digest}\n{CAPS}\n{self._code()}", answer)
        return tried[0] if tried or known is None else self._row(Outcome(known["outcome"]), known["message"])

    def row(self) -> RedteamRow:
        began = time.monotonic()
        code = self._code(str(self.mark.outside), str(self.mark.secret))
        found: Graded = self.grader.grade(self.problem, Candidate(code), 0)
        message, harm = (found.grade.message or "").replace("\n", " "), self.mark.harm(found.log)
        return self._row(found.grade.outcome, message, time.monotonic() - began, harm)

    def _row(self, outcome: Outcome, message: str, seconds: float = 0.0, harm: str = "") -> RedteamRow:
        return RedteamRow(self.attack.name, self.attack.claims, self.problem.name, outcome, message, seconds, harm)

    def _code(self, outside: str = "outside", secret: str = "secret") -> str:
        """The design; without the two paths, which differ from one call to the next, it is the same each time."""
        return self.attack.template(target_of(self.problem, self.ports, outside, secret))


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
