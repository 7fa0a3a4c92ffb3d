"""What report.html knows of each sample: a row for the lists and charts, and the texts of its page, round by round."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from harness.errors import HarnessError
from harness.grading import counterexample
from harness.prompts.feedback import Feedback, feedback_on
from harness.records.completion import Answer
from harness.records.grade import Grade
from harness.records.outcome import Stage, Status
from harness.records.problem import Problem
from harness.reports.words import explain
from harness.runs import waveforms
from harness.runs.asking import candidate_of, messages_for
from harness.runs.folder import GRADES, RunFolder
from harness.runs.jsonl import read_line_at
from harness.runs.session import Session

CAPS = {"prompt": 200_000, "reply": 200_000, "reasoning": 200_000, "code": 200_000, "log": 60_000}
"""Most characters of each text."""
_MOST_MARKS = 200
_FEEDBACK: dict[str, Feedback] = {f"{kind}-feedback": kind for kind in get_args(Feedback)}
"""By the track's name."""
_LOCATED = re.compile(r"^candidate\.sv:(\d+): (.{1,300})", re.MULTILINE)
_LINE = re.compile(r"\bline (\d+): (.{1,300})")


@dataclass(frozen=True, slots=True)
class Round:
    """Where the last lines of one round of a sample stand in grades.jsonl and completions.jsonl."""

    grade: int
    answer: int | None


@dataclass(frozen=True, slots=True)
class Sample:
    problem: str
    sample: int
    rounds: tuple[Round, ...]
    """One, and with feedback more; the last one is the sample's verdict."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """A round, read."""

    grade: Grade
    answer: Answer | None
    log: str


def grade_at(folder: RunFolder, offset: int) -> Grade:
    return Grade.from_json(read_line_at(folder.path / GRADES, offset))


class Builder:
    """Makes the row and the texts of each sample."""

    def __init__(self, folder: RunFolder, session: Session | None, waves: waveforms.Lines, share: int) -> None:
        self._folder = folder
        self._session = session
        self._waves = waves
        self._share = share

    def block(self, number: int, name: str, members: list[Sample], rows: list[dict[str, Any]]) -> dict[str, Any]:
        """The texts of one problem; its rows are appended to ``rows``."""
        problem = self._session.problem(name) if self._session else None
        left = self._share
        found: dict[str, Any] = {"prompt": self._prompt(problem), "samples": {}}
        for member in members:
            turns = [self._turn(item) for item in member.rounds]
            texts = self._texts(problem, turns[-1])
            if len(turns) > 1:
                texts["rounds"] = [self._earlier(problem, turn) for turn in turns[:-1]]
            rows.append(_row(number, turns))
            size = _size(texts)
            if size > left:
                texts = {key: value for key, value in texts.items() if key not in (*CAPS, "rounds")} | {"no_room": True}
            else:
                left -= size
            found["samples"][str(member.sample)] = texts
        return found

    def _turn(self, place: Round) -> _Turn:
        grade = grade_at(self._folder, place.grade)
        answer = None if place.answer is None else self._folder.answer_at(place.answer)
        return _Turn(grade, answer, self._log(grade))

    def _prompt(self, problem: Problem | None) -> list[dict[str, str]]:
        if problem is None or self._session is None:
            return []
        try:
            messages = messages_for(self._session, problem)
        except HarnessError:
            return []
        return [{"role": message.role, "text": _cut(message.text, CAPS["prompt"])} for message in messages]

    def _texts(self, problem: Problem | None, turn: _Turn) -> dict[str, Any]:
        grade, line = turn.grade, self._waves.get(turn.grade.key, {})
        found = self._of_round(problem, turn, line) | {
            "stages": {str(stage): _scalars(result.to_json()) for stage, result in grade.stages.items()},
            "official": None if grade.official is None else grade.official.to_json(),
            "waveform": line.get("waveform"),
            "no_waveform": line.get("reason"),
            "counterexample": _counterexample(turn),
            "measured": {name: round(value, 4) for name, value in grade.measured.items()},
        }
        return {key: value for key, value in found.items() if value not in (None, "", [], {})}

    def _earlier(self, problem: Problem | None, turn: _Turn) -> dict[str, Any]:
        """A round that another one followed: also what the model was told of it."""
        kind = _FEEDBACK.get(self._folder.config.track)
        told = feedback_on(kind, turn.grade, turn.log) if kind else None
        found = self._of_round(problem, turn, {}) | {"o": str(turn.grade.outcome), "told": told}
        return {key: value for key, value in found.items() if value not in (None, "", [], {})}

    def _of_round(self, problem: Problem | None, turn: _Turn, line: Mapping[str, Any]) -> dict[str, Any]:
        code = self._code(problem, turn.answer)
        found: dict[str, Any] = {
            "words": explain(turn.grade.to_json(), line.get("waveform")),
            "log": _cut(turn.log, CAPS["log"]),
            "code": None if code is None else _cut(code, CAPS["code"]),
            "marks": marks(turn.grade, turn.log),
        }
        if turn.answer is not None:
            reply = turn.answer.completion
            found["reply"] = _cut(reply.text, CAPS["reply"])
            found["reasoning"] = _cut(reply.reasoning, CAPS["reasoning"]) if reply.reasoning else None
            found["finish"] = reply.finish_reason
            found["is_code"] = turn.answer.is_code
            found["error"] = reply.error
        return found

    def _code(self, problem: Problem | None, answer: Answer | None) -> str | None:
        if problem is None or answer is None or self._session is None or answer.completion.error is not None:
            return None
        try:
            return candidate_of(self._session, problem, answer).code
        except HarnessError:
            return None

    def _log(self, grade: Grade) -> str:
        if grade.log is None:
            return ""
        try:
            return self._folder.log_path(grade.log).read_text("utf-8", "replace")
        except OSError:
            return ""


def _counterexample(turn: _Turn) -> dict[str, Any] | None:
    """Where a design that passed is not the golden design's equal."""
    result = turn.grade.stages.get(Stage.EQUIVALENCE)
    facts = result.facts.get("counterexample") if result and result.status is Status.REFUTED else None
    wave = counterexample.read(turn.log, facts) if isinstance(facts, Mapping) else None
    return None if wave is None else wave.to_json()


def _size(texts: Mapping[str, Any]) -> int:
    own = sum(len(text) for text in texts.values() if isinstance(text, str))
    return own + sum(_size(item) for item in texts.get("rounds", ()))


def _row(number: int, turns: list[_Turn]) -> dict[str, Any]:
    """What lists and charts need, under short names, since a run can have thousands: problem, sample, outcome, message,
    statuses, ratios, tokens (prompt, completion, reasoning), cost, latency. The last round is judged; tokens, cost and
    latency are those of all rounds together."""
    grade = turns[-1].grade
    row: dict[str, Any] = {"p": number, "s": grade.sample, "o": str(grade.outcome)}
    row["t"] = {str(stage): str(result.status) for stage, result in grade.stages.items()}
    if grade.message:
        row["m"] = grade.message[:160]
    if grade.evidence is not None:
        row["e"] = str(grade.evidence)
    if grade.ratio:
        row["r"] = {name: value for name, value in grade.ratio.items() if value > 0}
    if grade.official is not None:
        row["f"] = grade.official.code
    replies = [turn.answer.completion for turn in turns if turn.answer is not None]
    if replies:
        tokens = ("prompt_tokens", "completion_tokens", "reasoning_tokens")
        row["u"] = [_sum([getattr(reply.usage, name) for reply in replies]) for name in tokens]
        costs = {"c": _sum([reply.cost_usd for reply in replies]), "l": _sum([reply.latency for reply in replies])}
        row |= {name: round(value, 8) for name, value in costs.items() if value is not None}
    return row


def _sum(values: list[float | None]) -> float | None:
    """Of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _scalars(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a stage; lists of what was found are marked in the Verilog."""
    return {name: value for name, value in facts.items() if not isinstance(value, list | dict)}


def marks(grade: Grade, log: str) -> list[list[Any]]:
    """(line of the candidate, what a tool said of it), from the log, the message and what the screen refused."""
    found = {int(line): text for line, text in reversed(_LOCATED.findall(log))}
    for stage in grade.stages.values():
        for entry in stage.facts.get("rejected", ()):
            if isinstance(entry, Mapping) and entry.get("line"):
                found.setdefault(int(entry["line"]), str(entry.get("construct", "")))
    if grade.message and (said := _LINE.search(grade.message)) and not grade.message.startswith("with the testbench"):
        found.setdefault(int(said[1]), said[2])
    return [[line, text] for line, text in sorted(found.items())[:_MOST_MARKS]]


def _cut(text: str, most: int) -> str:
    """The beginning and the end of a text that is longer than ``most`` characters."""
    if len(text) <= most:
        return text
    kept = most // 2
    return f"{text[:kept]}\n[… {len(text) - 2 * kept:,} characters are left out here …]\n{text[-kept:]}"
