"""The jobs that a user starts: bench, generate, grade, report. Each returns what happened; none prints a result."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.analysis.cost import describe_cost
from harness.errors import ConfigError, HarnessError
from harness.models import describe_model
from harness.models.replay import AnswersFile, read_answers
from harness.records.completion import Answer
from harness.records.grade import digest_pieces
from harness.records.outcome import Rules
from harness.records.problem import Suite
from harness.runs import page, report
from harness.runs.asker import Asker
from harness.runs.asking import prompt_digest
from harness.runs.dry_run import expected_cost, wanted_keys
from harness.runs.folder import Key, RunFolder, find_run
from harness.runs.golden import keep_golden
from harness.runs.opening import config_of, hardware_of, open_model, open_run
from harness.runs.options import RunOptions
from harness.runs.plan import Plan, plan_grading
from harness.runs.regraded import Before, Regraded
from harness.runs.session import Session, open_session
from harness.runs.spending import Spending
from harness.runs.work import Tally, Worker
from harness.suites.locate import load_suite
from harness.wording import counted, dollars

Say = Callable[[str], None]
"""Where a line for people goes (standard error on the command line)."""


@dataclass(frozen=True, slots=True)
class RunResult:
    run: str
    path: Path
    summary: Mapping[str, Any]
    tally: Tally
    defects: tuple[str, ...]
    """Problems of the suite that could not be read or graded, one line each."""
    regraded: Regraded = field(default_factory=Regraded)

    @property
    def infra_errors(self) -> int:
        return report.infra_errors(self.summary) if self.summary else self.tally.infra_errors


def bench(options: RunOptions, say: Say, *, grade: bool = True) -> RunResult:
    """Ask a model and grade its answers, in one go; without ``grade`` only ask."""
    if options.completions is not None:
        raise ConfigError("bench asks a model; answers from a file are graded by: harness grade --completions FILE")
    if options.feedback is not None:
        _check_feedback(options, grade)
    with open_session(options) as session:
        config = config_of(session, options.model, prompt_digest(session), answers=None)
        # The model comes first: a misspelt name leaves no run behind.
        with open_model(session) as model, open_run(options, config, session) as folder:
            announce(session, say)
            note = describe_model(model)
            if note:
                say(f"model     {note}".replace("\n", "\n          "))
            return _work(session, folder, Asker(model, options), wanted_keys(session), say, grade=grade)


def _check_feedback(options: RunOptions, grade: bool) -> None:
    if not grade:
        raise ConfigError("--feedback needs the verdict of each round before it asks again: harness bench")
    if options.rules is Rules.OFFICIAL:
        raise ConfigError("--feedback goes by our own verdict: --rules default, or both")


def grade_answers(options: RunOptions, say: Say) -> RunResult:
    """Grade a file of answers (``--completions``): a run of its own, named after the file's contents."""
    path = options.completions
    assert path is not None
    return import_answers(options, lambda suite: read_answers(path, [p.name for p in suite.problems]), None, say)


def import_answers(
    options: RunOptions, read: Callable[[Suite], AnswersFile], model: str | None, say: Say, *, grade: bool = True
) -> RunResult:
    """A run of the answers that ``read`` finds in ``options.completions``, graded unless told otherwise.

    ``model``: whose answers they are; None: they go by the file's name. Raises ConfigError where none is of use.
    """
    path = options.completions
    assert path is not None
    with open_session(options) as session:
        partly = options.problems or options.limit
        whole = load_suite(options.suite, options.task, options.suite_path) if partly else session.suite
        read_file = read(whole)
        announce(session, say)
        for line in read_file.warnings:
            say(f"warning: {line}")
        wanted: list[Key] = []
        digest = answers_digest(_noted(read_file.answers, session, wanted))
        if not wanted:
            raise ConfigError(f"{path}: no answer to a problem of {session.suite.name}")
        config = config_of(session, model or f"answers/{path.stem}", "", answers=digest)
        with open_run(options, config, session) as folder:
            there = folder.answer_index()
            for answer in _noted(read_file.answers, session, []):
                if answer.key not in there:
                    folder.append_answer(answer)
            del read_file  # what is graded is read from the run's folder
            return _work(session, folder, None, wanted, say, grade=grade)


def _noted(answers: Iterable[Answer], session: Session, keys: list[Key]) -> Iterator[Answer]:
    """Those to problems of the session, one at a time; their keys are appended to ``keys``."""
    names = {problem.name: problem.name for problem in session.problems}
    for answer in answers:
        if answer.problem in names:
            keys.append((names[answer.problem], answer.sample, answer.round))
            yield answer


def answers_digest(answers: Iterable[Answer]) -> str:
    """What names a file of answers in run.json."""
    lines = (f"{a.problem} {a.sample} {a.is_code} {a.completion.text}" for a in answers)
    return digest_pieces(line if number == 0 else f"\n{line}" for number, line in enumerate(lines))


def grade_run(name: str, options: RunOptions, say: Say, *, grade: bool = True) -> RunResult:
    """Grade the replies of a run that is here; what was graded from the same inputs stays."""
    path = find_run(name)
    before = RunFolder.read(path)
    there = before.config
    options = dataclasses.replace(options, suite=there.suite, task=type(options.task)(there.task), run=str(path))
    with open_session(options) as session:
        if not (options.problems or options.limit or _is_of(before, session.suite)):
            say(f"warning: suite {there.suite} is not the one that run {path.name} was asked with (another digest)")
        announce(session, say)
        config = dataclasses.replace(
            there,
            stages=tuple(sorted(map(str, options.stages))),
            tools=session.settings.tools,
            sandbox=session.settings.sandbox,
            **hardware_of(session),
        )
        with open_run(options, config, session) as folder:
            return _work(session, folder, None, None, say, grade=grade)


def _is_of(folder: RunFolder, suite: Suite) -> bool:
    """Whether the run was asked with this suite, or with the part of it whose problems it has."""
    names = report.problems_of(folder)
    part = dataclasses.replace(suite, problems=tuple(problem for problem in suite.problems if problem.name in names))
    return folder.config.suite_digest in (suite.digest, part.digest)


def announce(session: Session, say: Say) -> None:
    """What is going to run, and how it is contained."""
    from harness.process.sandbox import MEANING, choose

    suite, options = session.suite, session.options
    digest = suite.digest.removeprefix("sha256:")[:4]
    size = counted(len(suite.problems), "problem")
    say(f"suite     {suite.name} {suite.version} · {size} · {options.task} · digest {digest}…")
    level = choose(session.settings.sandbox)
    say(f"sandbox   {level} ({MEANING[level]})")
    for line in suite.defects:
        say(f"error: {line}")


def _work(
    session: Session, folder: RunFolder, asker: Asker | None, wanted: list[Key] | None, say: Say, *, grade: bool = True
) -> RunResult:
    plan = plan_grading(session, folder, wanted)
    _say_what_is_here(plan, folder, say, asking=asker is not None, grade=grade)
    before = Before(folder) if grade and plan.answers else None
    spending = Spending()
    if asker is not None and plan.requests:
        spending = Spending(session.options.max_cost, expected_cost(session, asker.price))
        for answer in folder.answers():
            spending.add(answer.completion)
    try:
        tally = Worker(session, folder, asker, spending, grade=grade).run(plan)
    except HarnessError:
        if grade:
            with suppress(HarnessError):  # the same full disk, most likely: the first error tells
                report.rebuild(folder, session.options.k)
        raise
    if grade and not tally.unfinished:
        keep_golden(session, folder)
    broken = _say_what_is_broken(session, say)
    summary = report.rebuild(folder, session.options.k) if grade else {}
    cost = describe_cost(tally.cpu_s)
    if cost is not None:
        say(f"time      {cost}")
    if tally.cached:
        say(f"cache     {tally.cached:,} of {tally.graded:,} were graded before (--no-cache grades them again)")
    if grade and not tally.unfinished:
        _write_page(session, folder, summary, say)
    if tally.unfinished:
        _say_where_it_stopped(plan, tally, spending, say, grade=grade)
    defects = (*session.suite.defects, *broken)
    return RunResult(folder.name, folder.path, summary, tally, defects, before.compare() if before else Regraded())


def _say_where_it_stopped(plan: Plan, tally: Tally, spending: Spending, say: Say, *, grade: bool) -> None:
    here = plan.grades_here + tally.graded if grade else plan.total - len(plan.requests)
    done = f"stopped at {here:,} of {plan.total:,}"
    if tally.over_budget:
        assert spending.limit is not None
        limit, spent = dollars(spending.limit), dollars(spending.spent)
        say(f"{done}: --max-cost {limit} would be passed ({spent} spent); with a higher one the same command goes on")
    else:
        kept = f" ({_replies(len(plan.answers))} kept, graded then)" if grade and plan.answers else ""
        say(f"{done}; go on with the same command{kept}")


def _write_page(session: Session, folder: RunFolder, summary: Mapping[str, Any], say: Say) -> None:
    """What goes wrong here costs no figure: the page can be made again by ``harness report``."""
    try:
        page.make(folder, summary, lambda: contextlib.nullcontext(session), session.options.waveforms, say)
    except HarnessError as error:
        say(f"warning: no {page.PAGE}: {error}")


def _say_what_is_broken(session: Session, say: Say) -> tuple[str, ...]:
    """Problems that could not be graded here; for those that are known to be faulty a word is enough."""
    known = {entry.problem for entry in session.suite.quarantine}
    found = session.grader.baselines.unsolvable()
    quiet = [name for name in found if name in known]
    if quiet:
        say(f"note: known to be faulty, and without a verdict here under our rules: {', '.join(quiet)}")
    lines = tuple(line for name, line in found.items() if name not in known)
    for line in lines:
        say(f"error: {line}")
    return lines


def _say_what_is_here(plan: Plan, folder: RunFolder, say: Say, *, asking: bool, grade: bool) -> None:
    if grade and plan.total and plan.grades_here == plan.total:
        say(f"graded    all {plan.total:,} are graded already, from the same inputs ({folder.name})")
    elif plan.grades_here or (asking and plan.replies_here):
        say(f"resuming  {_replies(plan.replies_here)} and {counted(plan.grades_here, 'grade')} are here")


def _replies(count: int) -> str:
    return "1 reply" if count == 1 else f"{count:,} replies"


def report_run(
    name: str, ks: Sequence[int], say: Say, *, suite_path: str | None = None, waveforms: int = 200, quiet: bool = False
) -> RunResult:
    """Every derived file of a run again, the page among them. Nothing is asked or graded."""
    folder = RunFolder.read(find_run(name))
    summary = report.rebuild(folder, ks)
    options = page.options_of(folder.config, suite_path=suite_path, waveforms=waveforms, quiet=quiet)
    page.make(folder, summary, lambda: open_session(options), waveforms, say)
    return RunResult(folder.name, folder.path, summary, Tally(), ())
