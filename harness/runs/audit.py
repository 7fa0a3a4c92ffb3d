"""``harness audit``: the audit room's checks with the real grader behind them, problems side by side, kept on disk."""

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.audit.check import check_problem
from harness.audit.findings import ProblemAudit
from harness.audit.redteam.target import Attack
from harness.errors import ConfigError
from harness.records.outcome import Outcome, Rules
from harness.records.problem import Problem, Quarantine
from harness.reports.audit_page import render_audit
from harness.rules.quarantine import dump_quarantine
from harness.runs.audit_examiners import Load, ProblemExaminer
from harness.runs.audit_verdicts import Verdicts
from harness.runs.folder import results_root, write_whole
from harness.runs.options import RunOptions
from harness.runs.progress import Progress
from harness.runs.redteam import RedteamOptions, try_attacks
from harness.runs.session import Session, needs_testbenches, open_session

VERDICTS, DOCUMENT, PAGE, QUARANTINE = "verdicts.jsonl", "audit.json", "audit.html", "quarantine.toml"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class AuditOptions:
    run: RunOptions
    faults: int = 50
    """Mutants of each golden design, half of them of its netlist."""
    attacks: str | None = None
    """Globs over names of hostile designs to try on every problem; None: none."""
    proof_s: int = 20
    """CPU seconds for an engine that tries to prove a survivor equivalent."""
    load: bool = False
    """Also run each golden design many times side by side."""
    output: Path | None = None
    """The folder of the audit; None: ``results/audits/<suite>-<task>``."""


@dataclass(frozen=True, slots=True)
class SuiteAudit:
    suite: str
    version: str
    digest: str
    task: str
    seed: int
    faults: int
    tools: dict[str, str]
    problems: tuple[ProblemAudit, ...]
    defects: tuple[str, ...]
    """Problems that could not be read."""
    folder: Path

    @property
    def ok(self) -> bool:
        return not self.defects and all(audit.ok for audit in self.problems)

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"schema": SCHEMA, "suite": self.suite, "version": self.version, "digest": self.digest}
        found |= {
            "task": self.task,
            "seed": self.seed,
            "faults": self.faults,
            "tools": dict(sorted(self.tools.items())),
        }
        return {**found, "defects": list(self.defects), "problems": [audit.to_json() for audit in self.problems]}


def audit_suite(options: AuditOptions, say: Callable[[str], None]) -> SuiteAudit:
    """Audit every problem and write what was found. Raises ConfigError for ``--rules official``."""
    if options.run.rules is Rules.OFFICIAL:
        raise ConfigError("an audit is one of our own verdict: use --rules default, or both for the suite's beside it")
    attacks = [] if options.attacks is None else RedteamOptions(options.run, options.attacks, heavy=False).chosen()
    with open_session(options.run) as session:
        needs_testbenches(session.suite)
        for line in session.suite.defects:
            say(f"error: {line}")
        folder = options.output or results_root() / "audits" / f"{session.suite.name}-{options.run.task}"
        verdicts = Verdicts(folder / VERDICTS, session.settings.identity)
        try:
            found = _with_attacks(session, _all(session, options, verdicts), attacks, verdicts)
        finally:
            verdicts.close()
        whole = SuiteAudit(
            session.suite.name,
            session.suite.version,
            session.suite.digest,
            str(options.run.task),
            options.run.seed,
            options.faults,
            dict(session.settings.tools),
            tuple(found),
            session.suite.defects,
            folder,
        )
    _write(whole, options.run)
    return whole


def _all(session: Session, options: AuditOptions, verdicts: Verdicts) -> list[ProblemAudit]:
    runs = 4 * (os.cpu_count() or 1)
    load = Load(runs, ThreadPoolExecutor(runs, "load")) if options.load else None

    def audit(problem: Problem) -> ProblemAudit:
        examiner = ProblemExaminer(session, problem, verdicts, options.proof_s, load)
        return check_problem(problem, examiner.examiners(), faults=options.faults, seed=options.run.seed)

    threads = ThreadPoolExecutor(session.workers, "audit")
    patient = True
    try:
        with Progress("audit", len(session.problems), quiet=options.run.quiet) as progress:
            futures = {threads.submit(audit, problem): problem.name for problem in session.problems}
            found = {}
            for future in as_completed(futures):
                found[futures[future]] = future.result()
                progress.step()
    except KeyboardInterrupt:
        patient = False  # a problem takes minutes, and its answers so far are on disk
        raise
    finally:
        for pool in (threads, *([load.threads] if load else [])):
            pool.shutdown(wait=patient, cancel_futures=True)
    return [found[problem.name] for problem in session.problems]


def _with_attacks(
    session: Session, found: Sequence[ProblemAudit], attacks: Sequence[Attack], verdicts: Verdicts
) -> list[ProblemAudit]:
    """The same with what became of hostile designs, as far as the golden design has a verdict to hold them to."""
    sound = {
        audit.problem
        for audit in found
        if audit.golden.outcome is (Outcome.MISMATCH if audit.impossible else Outcome.PASS)
    }
    problems = [problem for problem in session.problems if problem.name in sound]
    rows = try_attacks(session, problems, attacks, verdicts) if attacks and problems else []

    def with_own(audit: ProblemAudit) -> ProblemAudit:
        own = [row for row in rows if row.problem == audit.problem]
        bad = {row.attack: row.harm or "accepted" for row in own if row.accepted or row.harm}
        open_ones = sum(row.outcome is Outcome.INFRA_ERROR for row in own)
        return replace(audit, attacks=bad, attacks_tried=len(own), attacks_open=open_ones)

    return [with_own(audit) for audit in found]


def _write(whole: SuiteAudit, options: RunOptions) -> None:
    document = whole.to_json()
    write_whole(whole.folder / DOCUMENT, json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    write_whole(whole.folder / PAGE, render_audit(document))
    tools = ", ".join(f"{name} {version}" for name, version in sorted(whole.tools.items()) if name == "iverilog")
    entries = [
        Quarantine(
            audit.problem,
            (options.task,),
            reasons[0][:1].upper() + reasons[0][1:].rstrip(".") + ".",
            "; ".join(reasons),
            tools,
        )
        for audit in whole.problems
        if (reasons := audit.wrong()) and (audit.golden.unsolvable or audit.golden.outcome is not Outcome.INFRA_ERROR)
    ]
    write_whole(whole.folder / QUARANTINE, dump_quarantine(entries))
