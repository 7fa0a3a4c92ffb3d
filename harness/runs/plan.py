"""What of a run is still to do: requests to send, replies to grade."""

from collections import deque
from dataclasses import dataclass, field, replace

from harness.prompts.feedback import Turn, feedback_on
from harness.records.completion import Answer
from harness.records.grade import Grade
from harness.records.outcome import Outcome
from harness.records.problem import Problem
from harness.runs.asking import candidate_of
from harness.runs.folder import Key, RunFolder
from harness.runs.session import Session
from harness.runs.waiting import Waiting


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that is to be sent; with ``turns`` the rounds before it."""

    problem: Problem
    sample: int
    round: int = 0
    turns: tuple[Turn, ...] = ()

    def next(self, reply: str, feedback: str) -> "Ask":
        return replace(self, round=self.round + 1, turns=(*self.turns, Turn(reply, feedback)))


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that is to be graded, and the request that it answers."""

    ask: Ask
    offset: int
    """Of its line in completions.jsonl: a run can have a hundred thousand long ones."""


@dataclass(slots=True)
class Plan:
    requests: deque[Ask] = field(default_factory=deque)
    answers: Waiting[Reply] = field(default_factory=Waiting)
    replies_here: int = 0
    grades_here: int = 0
    total: int = 0

    @property
    def problems(self) -> int:
        """How many of them there is something to do for."""
        return len({ask.problem.name for ask in self.requests} | self.answers.names)


def plan_grading(session: Session, folder: RunFolder, wanted: list[Key] | None) -> Plan:
    """What of a run is not there yet, or was graded from other inputs.

    ``wanted``: the samples that the run is to have, in order; None: those that have a reply. An infrastructure error
    is done again only with ``--retry-errors``. Of a run with feedback, the rounds that follow from the grades.
    """
    return _Planner(session, folder, asking=wanted is not None).plan(wanted)


class _Planner:
    def __init__(self, session: Session, folder: RunFolder, *, asking: bool) -> None:
        self.session = session
        self.folder = folder
        self.retry = session.options.retry_errors
        self.replies = folder.answer_index()
        self.ask_again = asking and self.retry
        self.feedback = session.options.feedback if asking else None
        # A run can have a hundred thousand grades; whole ones are needed for feedback alone.
        self.grades = {grade.key: grade if self.feedback else _small(grade) for grade in folder.grades()}

    def plan(self, wanted: list[Key] | None) -> Plan:
        problems = {problem.name: problem for problem in self.session.problems}
        keys = [key for key in (self.replies if wanted is None else wanted) if key[0] in problems]
        plan = Plan()
        for name, sample, number in keys:
            ask: Ask | None = Ask(problems[name], sample, number)
            while ask is not None:
                plan.total += 1
                ask = self._place(plan, ask)
        return plan

    def _place(self, plan: Plan, ask: Ask) -> Ask | None:
        """Put one sample of one round where it belongs; the next round's where this one is over and shows a way on."""
        key = ask.problem.name, ask.sample, ask.round
        offset, failed = self.replies.get(key, (-1, False))
        if offset < 0 or (failed and self.ask_again):
            plan.requests.append(ask)
            return None
        plan.replies_here += 1
        grade = self.grades.get(key)
        if grade is not None and grade.outcome is Outcome.INFRA_ERROR and not self.retry:
            plan.grades_here += 1
            return None
        answer = self.folder.answer_at(offset)
        if grade is None or grade.outcome is Outcome.INFRA_ERROR or not self._is_current(ask.problem, answer, grade):
            plan.answers.append(ask.problem.name, Reply(ask, offset))
            return None
        plan.grades_here += 1
        return self._next_round(ask, answer, grade)

    def _next_round(self, ask: Ask, answer: Answer, grade: Grade) -> Ask | None:
        if self.feedback is None:
            return None
        path = None if grade.log is None else self.folder.log_path(grade.log)
        log = path.read_text("utf-8", "replace") if path is not None and path.is_file() else ""
        return next_round(self.session, ask, answer, grade, log)

    def _is_current(self, problem: Problem, answer: Answer, grade: Grade) -> bool:
        if not grade.inputs:
            return False
        return self.session.grader.inputs(problem, candidate_of(self.session, problem, answer)) == grade.inputs


def next_round(session: Session, ask: Ask, answer: Answer, grade: Grade, log: str) -> Ask | None:
    """The request that follows from a grade; None where the sample is done."""
    kind = session.options.feedback
    if kind is None or ask.round >= session.options.rounds:
        return None
    told = feedback_on(kind, grade, log)
    return None if told is None else ask.next(answer.completion.text, told)


def _small(grade: Grade) -> Grade:
    return Grade(grade.problem, grade.sample, grade.outcome, grade.round, inputs=grade.inputs)
