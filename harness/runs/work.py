"""The loop of a run: replies in, grades out, everything on disk as it comes.

One thread (the caller's) owns the run folder and hands out work; model requests and grading run in two pools of
threads beside it, so that grading starts while generation goes on. What is on disk is never done again. The first
SIGINT finishes what is in flight, the second stops at once.
"""

import os
import queue
import random
import signal
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from harness.grading.grader import Graded
from harness.models.protocol import Model
from harness.models.retry import complete_with_retries
from harness.models.secrets import environment_secrets
from harness.records.completion import Answer
from harness.records.grade import Grade
from harness.records.outcome import Outcome
from harness.records.problem import Problem
from harness.runs.asking import candidate_of, request_for
from harness.runs.folder import Key, RunFolder
from harness.runs.progress import Progress
from harness.runs.session import Session

ATTEMPTS = 6
"""Tries of one request before it is an infrastructure error."""
_AHEAD = 4
"""Jobs handed out for each thread: enough to keep it busy, few enough to finish soon after Ctrl-C."""


@dataclass(slots=True)
class Plan:
    """What is still to do."""

    requests: deque[tuple[Problem, int]] = field(default_factory=deque)
    answers: deque[tuple[Problem, Answer]] = field(default_factory=deque)
    """Replies that are here and not graded."""
    replies_here: int = 0
    grades_here: int = 0
    total: int = 0


@dataclass(slots=True)
class Tally:
    """How a pass over a plan ended."""

    graded: int = 0
    infra_errors: int = 0
    interrupted: bool = False
    cpu_s: Counter[str] = field(default_factory=Counter)
    """Stage → CPU seconds; of identical candidates, which are graded once, once."""


class Interrupt:
    """SIGINT once: hand out nothing more. Twice: KeyboardInterrupt, now."""

    def __init__(self) -> None:
        self.asked = False

    @contextmanager
    def watching(self, in_flight: Callable[[], int]) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def first(_signal: int, _frame: object) -> None:
            if self.asked:
                raise KeyboardInterrupt
            self.asked = True
            print(f"\nfinishing {in_flight()} in flight, again to stop now", file=sys.stderr)

        before = signal.signal(signal.SIGINT, first)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def plan_grading(session: Session, folder: RunFolder, wanted: list[Key] | None) -> Plan:
    """What of a run is not there yet, or was graded from other inputs.

    ``wanted``: the samples that the run is to have, in order; None: those that have a reply. An infrastructure error
    is done again only with ``--retry-errors``.
    """
    retry = session.options.retry_errors
    replies = folder.answer_index()
    grades = {grade.key: (grade.inputs, grade.outcome) for grade in folder.grades()}
    problems = {problem.name: problem for problem in session.problems}
    keys = [key for key in (replies if wanted is None else wanted) if key[0] in problems]
    plan = Plan(total=len(keys))
    for key in keys:
        problem = problems[key[0]]
        offset, failed = replies.get(key, (-1, False))
        if offset < 0 or (failed and retry):
            plan.requests.append((problem, key[1]))
            continue
        plan.replies_here += 1
        inputs, outcome = grades.get(key, ("", Outcome.PASS))
        if outcome is Outcome.INFRA_ERROR and not retry:
            plan.grades_here += 1
            continue
        answer = folder.answer_at(offset)
        if outcome is not Outcome.INFRA_ERROR and _is_current(session, problem, answer, inputs):
            plan.grades_here += 1
        else:
            plan.answers.append((problem, answer))
    return plan


def _is_current(session: Session, problem: Problem, answer: Answer, inputs: str) -> bool:
    if not inputs:
        return False
    return session.grader.inputs(problem, candidate_of(session, problem, answer)) == inputs


def grade_answer(session: Session, problem: Problem, answer: Answer) -> Graded:
    """One sample. A reply that never came is an infrastructure error, and is not graded."""
    if answer.completion.error is not None:
        message = f"no reply: {answer.completion.error}"
        grade = Grade(problem.name, answer.sample, Outcome.INFRA_ERROR, answer.round, message=message)
        return Graded(grade, "")
    return session.grader.grade(problem, candidate_of(session, problem, answer), answer.sample, answer.round)


class Worker:
    """Carries a plan out. ``model`` may be None where nothing is to be asked."""

    def __init__(self, session: Session, folder: RunFolder, model: Model | None, *, grade: bool = True) -> None:
        self.session = session
        self.folder = folder
        self.model = model
        self.grade = grade
        self.interrupt = Interrupt()
        self._done: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._asking = self._grading = 0
        self._counted: set[tuple[str, str]] = set()
        self._stop = threading.Event()
        self._secrets = environment_secrets(os.environ)

    def run(self, plan: Plan) -> Tally:
        """Raises what a model or the folder raised where it concerns every sample; what is on disk stays."""
        tally = Tally()
        options = self.session.options
        connections = max(1, min(options.max_connections, len(plan.requests) or 1))
        askers = ThreadPoolExecutor(connections, "ask")
        graders = ThreadPoolExecutor(self.session.workers, "grade")
        label = "grading" if self.grade else "generate"
        here = plan.grades_here if self.grade else plan.replies_here
        try:
            with (
                self.interrupt.watching(lambda: self._asking + self._grading),
                Progress(label, plan.total, here, quiet=options.quiet) as progress,
            ):
                self._loop(plan, tally, askers, graders, connections, progress)
        finally:
            self._stop.set()
            askers.shutdown(wait=True, cancel_futures=True)
            graders.shutdown(wait=True, cancel_futures=True)
        return tally

    def _loop(
        self,
        plan: Plan,
        tally: Tally,
        askers: ThreadPoolExecutor,
        graders: ThreadPoolExecutor,
        connections: int,
        progress: Progress,
    ) -> None:
        while True:
            if not self.interrupt.asked:
                self._hand_out(plan, askers, graders, connections)
            if not self._asking and not self._grading:
                tally.interrupted = bool(self.interrupt.asked and (plan.requests or plan.answers))
                return
            kind, value = self._next()
            if kind == "error":
                raise value
            if kind == "answer":
                self._asking -= 1
                problem, answer = value
                self.folder.append_answer(answer)
                self.folder.note_params_sent(answer.completion.sent)
                if self.grade:
                    plan.answers.append((problem, answer))
                else:
                    tally.infra_errors += answer.completion.error is not None
                    progress.step()
            else:
                self._grading -= 1
                graded: Graded = value
                self.folder.append_grade(graded.grade, graded.log)
                infra = graded.grade.outcome is Outcome.INFRA_ERROR
                tally.graded += 1
                tally.infra_errors += infra
                self._count(graded.grade, tally)
                progress.grade(graded.grade.outcome is Outcome.PASS, infra)

    def _count(self, grade: Grade, tally: Tally) -> None:
        work = grade.problem, grade.inputs
        if work not in self._counted:
            self._counted.add(work)
            tally.cpu_s.update(grade.measured)

    def _next(self) -> tuple[str, Any]:
        """The next result. Wakes up now and then, since a blocked main thread would not see a signal."""
        while True:
            try:
                return self._done.get(timeout=0.5)
            except queue.Empty:
                continue

    def _hand_out(self, plan: Plan, askers: ThreadPoolExecutor, graders: ThreadPoolExecutor, connections: int) -> None:
        while plan.requests and self._asking < connections * 2:
            problem, sample = plan.requests.popleft()
            self._asking += 1
            askers.submit(self._guard, "answer", self._ask, problem, sample)
        while self.grade and plan.answers and self._grading < self.session.workers * _AHEAD:
            problem, answer = plan.answers.popleft()
            self._grading += 1
            graders.submit(self._guard, "grade", grade_answer, self.session, problem, answer)

    def _guard(self, kind: str, work: Callable[..., Any], *arguments: Any) -> None:
        """Run in a pool's thread; whatever comes of it reaches the caller's thread."""
        if self._stop.is_set():
            return
        try:
            self._done.put((kind, work(*arguments)))
        except BaseException as error:
            self._done.put(("error", error))

    def _ask(self, problem: Problem, sample: int) -> tuple[Problem, Answer]:
        assert self.model is not None
        completion = complete_with_retries(
            self.model,
            request_for(self.session, problem, sample),
            attempts=ATTEMPTS,
            sleep=lambda seconds: (self._stop.wait(seconds), None)[1],
            clock=time.monotonic,
            random=random.random,
            secrets=self._secrets,
        )
        return problem, Answer(problem.name, sample, completion)
