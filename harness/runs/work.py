"""The loop of a run: replies in, grades out, everything on disk as it comes.

One thread (the caller's) owns the run folder and hands out work; model requests and grading run in two pools of
threads beside it, so that grading starts while generation goes on. What is on disk is never done again. The first
SIGINT finishes what is in flight, the second stops at once. A reply that has come is kept, however the run ends.
"""

import queue
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.errors import HarnessError
from harness.grading.grader import Graded
from harness.models.limiter import Abandoned
from harness.records.completion import Answer, Message
from harness.records.grade import Grade
from harness.records.outcome import Outcome
from harness.records.problem import Problem
from harness.runs.asker import Asked, Asker
from harness.runs.asking import candidate_of, messages_for, request_for
from harness.runs.folder import RunFolder
from harness.runs.plan import Ask, Plan, Reply, next_round
from harness.runs.progress import Bars
from harness.runs.session import Session
from harness.runs.spending import Spending

_AHEAD = 4
"""Jobs handed out for each thread: enough to keep it busy, few enough to finish soon after Ctrl-C."""
_Kind = Literal["reply", "abandoned", "grade", "error"]


@dataclass(slots=True)
class Tally:
    """How a pass over a plan ended."""

    graded: int = 0
    infra_errors: int = 0
    cached: int = 0
    """Of those graded: read from results/cache/grades."""
    interrupted: bool = False
    over_budget: bool = False
    """``--max-cost`` left requests unsent."""
    cpu_s: Counter[str] = field(default_factory=Counter)
    """Stage → CPU seconds; of identical candidates, which are graded once, once."""

    @property
    def unfinished(self) -> bool:
        return self.interrupted or self.over_budget


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


def grade_answer(session: Session, problem: Problem, answer: Answer) -> Graded:
    """One sample. A reply that never came is an infrastructure error, and is not graded."""
    if answer.completion.error is not None:
        message = f"no reply: {answer.completion.error}"
        grade = Grade(problem.name, answer.sample, Outcome.INFRA_ERROR, answer.round, message=message)
        return Graded(grade, "")
    return session.grader.grade(problem, candidate_of(session, problem, answer), answer.sample, answer.round)


class Worker:
    """Carries a plan out. ``asker`` may be None where nothing is to be asked."""

    def __init__(
        self,
        session: Session,
        folder: RunFolder,
        asker: Asker | None,
        spending: Spending | None = None,
        *,
        grade: bool = True,
        source: RunFolder | None = None,
    ) -> None:
        """``source``: where the replies of the plan are, if that is another folder than the one for the grades."""
        self.session = session
        self.folder = folder
        self.source = source or folder
        self.asker = asker
        self.spending = spending or Spending()
        self.grade = grade
        self.interrupt = Interrupt()
        self._done: queue.SimpleQueue[tuple[_Kind, Any]] = queue.SimpleQueue()
        self._asking = self._grading = 0
        self._counted: set[tuple[str, str]] = set()
        self._prompts: dict[str, tuple[Message, ...]] = {}
        """By problem: rendering costs more than sending."""
        self._stop = threading.Event()

    def run(self, plan: Plan) -> Tally:
        """Raises what a model or the folder raised where it concerns every sample; what is on disk stays."""
        tally = Tally()
        askers = ThreadPoolExecutor(self.asker.connections if self.asker else 1, "ask")
        graders = ThreadPoolExecutor(self.session.workers, "grade")
        bars = Bars(plan, asking=self.asker is not None, grading=self.grade, quiet=self.session.options.quiet)
        patient = True
        try:
            with self.interrupt.watching(self._in_flight), bars:
                self._loop(plan, tally, askers, graders, bars)
        except KeyboardInterrupt:
            patient = False
            raise
        finally:
            self._stop.set()
            if self.asker is not None:
                self.asker.limiter.stop()
            try:
                askers.shutdown(wait=patient, cancel_futures=True)
                graders.shutdown(wait=patient, cancel_futures=True)
            finally:
                self._keep_what_came()
        return tally

    def _in_flight(self) -> int:
        return self._grading + (self.asker.limiter.in_flight if self.asker else 0)

    def _loop(
        self, plan: Plan, tally: Tally, askers: ThreadPoolExecutor, graders: ThreadPoolExecutor, bars: Bars
    ) -> None:
        while True:
            if not self.interrupt.asked:
                self._hand_out(plan, askers, graders)
            if not self._asking and not self._grading:
                tally.interrupted = bool(self.interrupt.asked and (plan.requests or plan.answers))
                tally.over_budget = bool(plan.requests and self.asker) and not tally.interrupted
                return
            kind, value = self._next()
            match kind:
                case "error":
                    raise value
                case "abandoned":
                    self._asking -= 1
                    plan.requests.appendleft(value)
                case "reply":
                    ask, asked = value
                    self._take_reply(ask, asked, plan, tally, bars)
                case "grade":
                    ask, answer, graded = value
                    self._take_grade(ask, answer, graded, plan, tally, bars)

    def _take_reply(self, ask: Ask, asked: Asked, plan: Plan, tally: Tally, bars: Bars) -> None:
        self._asking -= 1
        offset = self._keep(ask, asked)
        if self.grade:
            plan.answers.append(ask.problem.name, Reply(ask, offset))
        else:
            tally.infra_errors += asked.reply.error is not None
        assert self.asker is not None
        limiter = self.asker.limiter
        left = len(plan.requests) + self._asking
        bars.reply(limiter.in_flight, self.spending.describe(left), limiter.failures)
        if not asked.reply.cached and asked.reply.error is None:
            self.spending.check(self.folder.config.model)

    def _keep(self, ask: Ask, asked: Asked) -> int:
        """Returns the offset of the reply's line."""
        offset = self.folder.append_answer(Answer(ask.problem.name, ask.sample, asked.reply, ask.round))
        self.folder.note_params_sent(asked.reply.sent)
        self.spending.add(asked.reply)
        if self.asker is not None:
            self.asker.keep(asked)
        return offset

    def _keep_what_came(self) -> None:
        """Replies that arrived while the run was ending: they are paid, and the next start grades them."""
        with suppress(HarnessError, queue.Empty):  # a full disk was said already
            while True:
                kind, value = self._done.get_nowait()
                if kind == "reply" and value[1].reply.error is None:
                    self._keep(*value)

    def _take_grade(self, ask: Ask, answer: Answer, graded: Graded, plan: Plan, tally: Tally, bars: Bars) -> None:
        self._grading -= 1
        grade = graded.grade
        self.folder.append_grade(grade, graded.log)
        infra = grade.outcome is Outcome.INFRA_ERROR
        tally.graded += 1
        tally.infra_errors += infra
        self._count(graded, tally)
        plan.answers.learn(grade.problem, sum(grade.measured.values()))
        bars.grade(grade.outcome is Outcome.PASS, infra)
        again = next_round(self.session, ask, answer, grade, graded.log) if self.asker else None
        if again is not None:
            plan.requests.append(again)
            plan.total += 1
            bars.one_more()

    def _count(self, graded: Graded, tally: Tally) -> None:
        grade = graded.grade
        tally.cached += graded.cached
        work = grade.problem, grade.inputs
        if not graded.cached and work not in self._counted:
            self._counted.add(work)
            tally.cpu_s.update(grade.measured)

    def _next(self) -> tuple[_Kind, Any]:
        """The next result. Wakes up now and then, since a blocked main thread would not see a signal."""
        while True:
            if self.interrupt.asked and self.asker is not None:
                self.asker.limiter.stop()
            with suppress(queue.Empty):
                return self._done.get(timeout=0.5)

    def _hand_out(self, plan: Plan, askers: ThreadPoolExecutor, graders: ThreadPoolExecutor) -> None:
        while self._may_ask(plan):
            ask = plan.requests.popleft()
            self._asking += 1
            askers.submit(self._guard, "reply", self._ask, ask)
        while self.grade and plan.answers and self._grading < self.session.workers * _AHEAD:
            self._grading += 1
            graders.submit(self._guard, "grade", self._grade, plan.answers.popleft())

    def _may_ask(self, plan: Plan) -> bool:
        if self.asker is None or not plan.requests:
            return False
        return self._asking < self.asker.limiter.limit * 2 and self.spending.allows(self._asking)

    def _guard(self, kind: _Kind, work: Callable[..., Any], item: Any) -> None:
        """Run in a pool's thread; whatever comes of it reaches the caller's thread."""
        if self._stop.is_set():
            return
        try:
            self._done.put((kind, work(item)))
        except Abandoned:
            self._done.put(("abandoned", item))
        except BaseException as error:
            self._done.put(("error", error))

    def _ask(self, ask: Ask) -> tuple[Ask, Asked]:
        assert self.asker is not None
        name = ask.problem.name
        if name not in self._prompts:  # two threads may both render it, and get the same
            self._prompts[name] = messages_for(self.session, ask.problem)
        request = request_for(self.session, ask.problem, ask.sample, ask.turns, self._prompts[name])
        return ask, self.asker.ask(request)

    def _grade(self, reply: Reply) -> tuple[Ask, Answer, Graded]:
        answer = self.source.answer_at(reply.offset)
        return reply.ask, answer, grade_answer(self.session, reply.ask.problem, answer)
