"""``harness verify``: is a submission what it claims to be? Its replies are graded again, in a folder of our own."""

import dataclasses
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from harness.errors import ConfigError
from harness.records.grade import Grade
from harness.records.outcome import Outcome, Rules, Stage, Task
from harness.records.problem import Suite
from harness.records.run import RunConfig
from harness.runs.basis import surroundings, unlike
from harness.runs.bench import announce
from harness.runs.claims import (
    Finding,
    Likeness,
    file_findings,
    first_absence,
    first_difference,
    grade_finding,
    line_findings,
    parameter_findings,
    tamper_findings,
)
from harness.runs.folder import RUN, Key, RunFolder, find_run, results_root
from harness.runs.golden import GOLDEN, golden_entries, keep_golden
from harness.runs.opening import hardware_of
from harness.runs.options import RunOptions
from harness.runs.plan import Ask, Plan, Reply
from harness.runs.report import problem_notes
from harness.runs.session import Session, open_session, select
from harness.runs.submission import VERIFIED, note_verified, submission_digest
from harness.runs.work import Worker
from harness.tools import liberty

SCHEMA = 1
_MOST = 1000
"""Findings of one kind of check that are listed."""


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    submission: str
    suite_path: str | None = None
    limit: int | None = None
    """Problems that are drawn and graded again; None: all."""
    seed: int = 1
    workers: int = 0
    sandbox: str = "auto"
    liberty: str | None = None
    """None: the library that the submission names."""
    out: Path | None = None
    """Where verified.json lies; None: results/leaderboard."""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    submission: str
    digest: str
    samples: int
    checked: int
    """Samples that were graded again, and have a verdict here or are claimed to have none."""
    findings: tuple[Finding, ...]
    """Of samples first, in the order of the suite."""
    unjudged: tuple[Key, ...]
    """Samples that could not be graded here."""
    warnings: tuple[str, ...]
    listed: Path | None
    interrupted: bool = False

    @property
    def accepted(self) -> bool:
        return not (self.findings or self.unjudged or self.interrupted)

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "submission": self.submission,
            "digest": self.digest,
            "accepted": self.accepted,
            "samples": self.samples,
            "checked": self.checked,
            "findings": [finding.to_json() for finding in self.findings],
            "unjudged": [{"problem": p, "sample": sample, "round": number} for p, sample, number in self.unjudged],
            "warnings": list(self.warnings),
            "verified": None if self.listed is None else str(self.listed),
        }


def verify(options: VerifyOptions, say: Callable[[str], None]) -> Verification:
    """Raises ConfigError where the submission, or what it was graded with, cannot be read here."""
    folder = RunFolder.read(find_run(options.submission))
    warnings: list[str] = []
    with open_session(_run_options(folder.config, options, warnings)) as session:
        suite = _suite_of(folder, session)
        claimed = {grade.key: grade for grade in folder.grades()}
        found = list(islice(line_findings(folder, suite or session.suite, claimed), _MOST))
        found += parameter_findings(folder, any(grade.ratio for grade in claimed.values()))
        if suite is None:
            what = f"digest {folder.config.suite_digest[:19]}…, and here it is {session.suite.digest[:19]}…"
            found.insert(0, Finding("suite", f"{RUN}: suite {session.suite.name}: {what}; nothing is graded"))
            return _verification(folder, claimed, found, warnings)
        announce(session, say)
        found += islice(tamper_findings(suite, claimed.values()), _MOST)
        found += file_findings(folder, suite)
        again = _grade_again(folder, session, _drawn(suite, claimed, options), _Surroundings.of(folder.config, session))
        found += again.findings
        warnings += again.warnings
        result = _verification(folder, claimed, found, warnings, again)
    if not result.accepted:
        return result
    path = (options.out or results_root() / "leaderboard") / VERIFIED
    date = datetime.now(UTC).date().isoformat()
    entry = {"run": folder.name, "checked": result.checked, "samples": result.samples, "date": date}
    note_verified(path, result.digest, entry)
    return dataclasses.replace(result, listed=path)


def _run_options(config: RunConfig, options: VerifyOptions, warnings: list[str]) -> RunOptions:
    """As the submission says that it was graded; its folder is a stranger's, so every word of it is looked at."""
    take = config.params_requested.get
    pattern, limit = take("problems"), take("limit")
    try:
        activity = config.activity
        found = RunOptions(
            suite=config.suite,
            suite_path=options.suite_path,
            task=Task(config.task),
            rules=Rules(config.rules),
            stages=frozenset(map(Stage, config.stages)),
            workers=options.workers,
            sandbox=options.sandbox,
            yosys="system" if "yosys" in config.tools else "pinned",
            fpga="ice40" if config.fpga == "ice40" else "xilinx" if config.fpga == "xilinx" else None,
            problems=pattern if isinstance(pattern, str) else None,
            limit=limit if isinstance(limit, int) and limit > 0 else None,
            no_cache=True,  # a cached grade is nobody's check, and may have come with the submission
            quiet=options.quiet,
        )
    except ValueError as error:
        raise ConfigError(f"{RUN} of the submission: {error}") from error
    if isinstance(activity, str):
        found = dataclasses.replace(found, activity=None)
    elif activity is not None:
        found = dataclasses.replace(found, activity=activity)
    return dataclasses.replace(found, liberty=_library(config, options, warnings))


def _library(config: RunConfig, options: VerifyOptions, warnings: list[str]) -> str:
    """The one that is asked for, else the one that the submission names where it is known by that name and here."""
    if options.liberty is not None:
        return options.liberty
    name = config.library.get("name", RunOptions().liberty)
    try:
        if name in liberty.descriptions():
            liberty.load(name)
            return name
    except ConfigError as error:
        warnings.append(str(error))
    return RunOptions().liberty


def _suite_of(folder: RunFolder, session: Session) -> Suite | None:
    """The part of the suite that the run was made with, by its digest; None where there is no such part here."""
    names = problem_notes(folder.path).keys()
    part = tuple(problem for problem in session.suite.problems if problem.name in names)
    options = session.options
    parts = [session.suite, dataclasses.replace(session.suite, problems=part)]
    if options.limit or options.problems:
        parts.append(select(session.suite, options.problems, options.limit))
    return next((suite for suite in parts if suite.digest == folder.config.suite_digest), None)


def _drawn(suite: Suite, claimed: dict[Key, Grade], options: VerifyOptions) -> list[Grade]:
    """The grades to be made again, in the order of the suite."""
    have = {key[0] for key in claimed}
    names = [problem.name for problem in suite.problems if problem.name in have]
    if options.limit is not None and options.limit < len(names):
        chosen = set(random.Random(options.seed).sample(names, options.limit))
        names = [name for name in names if name in chosen]
    place = {name: number for number, name in enumerate(names)}
    keys = sorted((key for key in claimed if key[0] in place), key=lambda key: (place[key[0]], key))
    return [claimed[key] for key in keys]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    like: Likeness
    warnings: tuple[str, ...]

    @staticmethod
    def of(there: RunConfig, session: Session) -> "_Surroundings":
        """What can be compared: a figure, where all that it depends on is the same here."""
        here = dataclasses.replace(there, tools=session.settings.tools, **hardware_of(session))
        have, want = surroundings(here), surroundings(there)
        other = [f"{name} {want[name]}, here {have.get(name, 'none')}" for name in want if want[name] != have.get(name)]
        warnings = [f"graded with {', '.join(other)}: a verdict can honestly differ"] if other else []
        figures = {"area", "luts", "delay", "power"}
        apart = {figure for figure in figures if unlike(there, here, figure)}
        if apart:
            warnings.append(f"not compared, since what they depend on is other here: {', '.join(sorted(apart))}")
        return _Surroundings(Likeness(not other, frozenset(apart)), tuple(warnings))


@dataclass(frozen=True, slots=True)
class _Again:
    findings: tuple[Finding, ...] = ()
    warnings: tuple[str, ...] = ()
    unjudged: tuple[Key, ...] = ()
    checked: int = 0
    interrupted: bool = False


def _grade_again(folder: RunFolder, session: Session, grades: Sequence[Grade], around: _Surroundings) -> _Again:
    replies = folder.answer_index()
    problems = {problem.name: problem for problem in session.problems}
    there = [grade for grade in grades if grade.key in replies and grade.problem in problems]
    plan = Plan(total=len(there))
    for g in there:
        plan.answers.append(g.problem, Reply(Ask(problems[g.problem], g.sample, g.round), replies[g.key][0]))
    with (
        tempfile.TemporaryDirectory(prefix="harness-verify-") as room,
        RunFolder.create(Path(room) / "run", folder.config) as own,
    ):
        tally = Worker(session, own, None, source=folder).run(plan)
        if not tally.interrupted:
            keep_golden(session, own)
        here = {grade.key: grade for grade in own.grades()}
        findings, unjudged = [], []
        for claimed in (grade for grade in there if grade.key in here):
            found = here[claimed.key]
            if found.outcome is Outcome.INFRA_ERROR and claimed.outcome is not Outcome.INFRA_ERROR:
                unjudged.append(claimed.key)
            elif finding := grade_finding(claimed, found, around.like):
                findings.append(finding)
        if around.like.facts:
            findings += _golden_findings(folder, own)
    done = len(here) - len(unjudged)
    return _Again(tuple(findings), around.warnings, tuple(unjudged), done, tally.interrupted)


def _golden_findings(folder: RunFolder, own: RunFolder) -> list[Finding]:
    """Which figures a golden design has decides what is left out of a mean."""
    claimed = golden_entries(folder.path)
    for name, entry in golden_entries(own.path).items():
        if name not in claimed:
            return [Finding("golden", f"{GOLDEN}: says nothing of {name}; harness grade RUN writes it")]
        what = first_difference(claimed[name], entry, name) or first_absence(claimed[name], entry, name)
        if what:
            return [Finding("golden", f"{GOLDEN}: {what}")]
    return []


def _verification(
    folder: RunFolder, claimed: dict[Key, Grade], found: list[Finding], warnings: list[str], again: _Again | None = None
) -> Verification:
    again = again or _Again()
    return Verification(
        submission=folder.name,
        digest=submission_digest(folder),
        samples=len(claimed),
        checked=again.checked,
        findings=tuple(sorted(found, key=lambda finding: finding.key is None)),
        unjudged=again.unjudged,
        warnings=tuple(warnings),
        listed=None,
        interrupted=again.interrupted,
    )
