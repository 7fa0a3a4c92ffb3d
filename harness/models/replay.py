"""Answers that were made elsewhere, read from JSONL.

Two kinds of lines: handed-in answers (``task_id``, optional ``sample``, and ``completion``, a raw reply, or ``code``,
Verilog taken as it is), and the lines of our own completions.jsonl. A line that cannot be used is left out with a
warning that names file, line and key; it never costs the other lines.
"""

import codecs
import difflib
import json
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from harness.errors import BackendError, ConfigError, HarnessError
from harness.models.offline import fenced
from harness.models.protocol import whole_text
from harness.models.stored import Key, StoredAnswers, readable_again
from harness.records.completion import Answer, Completion, Request
from harness.records.problem import Suite
from harness.wording import counted

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes. A longer line is no answer of any model, and would cost its size several times over in memory."""
MOST_LINES_NAMED = 5
MOST_SAMPLE = 1_000_000

_KEYS = ("task_id", "sample", "completion", "code")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class AnswersFile:
    """The answers of a file in the order in which their places first appear, and what was wrong with the others."""

    answers: Sequence[Answer]
    warnings: list[str] = field(default_factory=list)
    """One line each, without a ``warning:`` in front."""


def read_answers(path: Path, problems: Collection[str] | None = None) -> AnswersFile:
    """Read a file of answers; with ``problems``, answers to other tasks are left out and counted in a warning.

    The whole file is checked now; the answers are read from it again when they are asked for. Characters that no UTF-8
    text can hold (lone surrogates, foreign bytes) become U+FFFD. ConfigError where there is no such file.
    """
    try:
        there, kept = readable_again(path)
        reader = _Reader(path.name, there, kept)
        with there.open("rb") as stream:
            if stream.read(2) in _UTF16:
                raise ConfigError(f"{path} is UTF-16 text; save it as UTF-8")
            stream.seek(0)
            for number, offset, raw in _lines(stream):
                reader.take(number, offset, raw)
    except FileNotFoundError:
        raise ConfigError(f"{path} is not there. Answers are JSONL: task_id, and completion or code") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    return reader.result(problems)


def _lines(stream: Any) -> Iterator[tuple[int, int, bytes | None]]:
    """Number, offset, and bytes of each line: None for one that is longer than LONGEST_LINE. Only a line feed ends a
    line, as JSONL says."""
    number = offset = 0
    while raw := stream.readline(LONGEST_LINE):
        number += 1
        start, offset = offset, offset + len(raw)
        if len(raw) < LONGEST_LINE or raw.endswith(b"\n"):
            yield number, start, raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = stream.readline(LONGEST_LINE)
            offset += len(raw)
        yield number, start, None


class _BadLine(Exception):
    """Why one line is left out."""


class _Reader:
    def __init__(self, name: str, path: Path, kept: Any) -> None:
        """``name``: of the file for people; ``kept``: what ``path`` needs to stay there."""
        self._name = name
        self._path = path
        self._kept = kept
        self._places: dict[Key, int] = {}
        """Offset of the last line of each key."""
        self._next_sample: Counter[str] = Counter()
        self._bad: list[tuple[int, str]] = []
        self._lines = 0
        self._repeated: list[tuple[str, int]] = []
        self._mended = 0
        self._near_misses: Counter[tuple[str, str]] = Counter()

    def take(self, number: int, offset: int, raw: bytes | None) -> None:
        if raw is not None and not raw.strip():
            return
        self._lines += 1
        try:
            if raw is None:
                raise _BadLine(f"is longer than {LONGEST_LINE // 2**20} MiB")
            line, mended = _parsed(offset, raw)
            self._mended += mended
            self._places[self._key(line)] = offset
        except _BadLine as error:
            torn = str(error) == _NOT_JSON and raw is not None and not raw.endswith(b"\n")
            self._bad.append((number, f"{error} (file cut off?)" if torn else str(error)))

    def _key(self, line: dict[str, Any]) -> Key:
        """Of a line that holds an answer. Raises _BadLine where it holds none."""
        if _is_own(line):
            problem, sample, turn = _own_answer(line).key
            return sys.intern(problem), sample, turn
        task = _text(line, "task_id")
        if not task:
            raise _BadLine('key "task_id" is empty')
        if line.get("sample") is None:
            # The place is taken even where the rest of the line is wrong: the samples behind it keep their numbers.
            sample = self._next_sample[task]
            self._next_sample[task] += 1
        else:
            sample = _count(line, "sample")
        for key in line:
            near = [] if key in _KEYS else difflib.get_close_matches(key.lower(), _KEYS, 1, 0.8)
            if near and near[0] not in line:
                self._near_misses[key, near[0]] += 1
        found = _handed_in(line, task, sample).key
        if found in self._places:
            self._repeated.append((task, sample))
        return sys.intern(task), sample, 0

    def result(self, problems: Collection[str] | None) -> AnswersFile:
        places = list(self._places.items())
        warnings = self._bad_lines()
        if problems is not None:
            known = set(problems)
            warnings += unknown_tasks(self._name, Counter(key[0] for key, _ in places if key[0] not in known), known)
            places = [(key, offset) for key, offset in places if key[0] in known]
        if self._repeated:
            task, sample = self._repeated[0]
            some = f"{counted(len(self._repeated), 'answer')} given again ({_quoted(task)} sample {sample}"
            warnings.append(f"{self._name}: {some}{' …' if len(self._repeated) > 1 else ''}); the last one counts.")
        if self._mended:
            some = counted(self._mended, "line")
            warnings.append(f"{self._name}: {some} with characters that are not UTF-8; they became U+FFFD.")
        for (key, near), count in self._near_misses.items():
            some = counted(count, "line")
            warnings.append(f'{self._name}: unknown key {_quoted(key)} in {some}, ignored. Did you mean "{near}"?')
        if not self._lines:
            warnings.append(f"{self._name} holds no answers.")
        return AnswersFile(StoredAnswers(self._path, places, partial(_again, self._kept)), warnings)

    def _bad_lines(self) -> list[str]:
        named = [f"{self._name} line {number} {why}; left out." for number, why in self._bad[:MOST_LINES_NAMED]]
        more = len(self._bad) - len(named)
        if more:
            named.append(f"{self._name}: {counted(more, 'more line')} left out.")
        if named:
            named[-1] += f" {self._lines - len(self._bad)} of {self._lines} answers read."
        return named


def unknown_tasks(name: str, counts: Counter[str], known: Collection[str]) -> list[str]:
    """A warning for answers to tasks that the suite does not have, with the nearest name that it has."""
    if not counts:
        return []
    first = next(iter(counts))
    close = difflib.get_close_matches(first, known, 1)
    hint = f" Did you mean {_quoted(close[0])}?" if close else ""
    some = f"{counted(counts.total(), 'answer')} to {counted(len(counts), 'task')}"
    more = " …" if len(counts) > 1 else ""
    return [f"{name}: {some} that the suite does not have ({_quoted(first)}{more}); left out.{hint}"]


def first_line(path: Path) -> dict[str, Any]:
    """The first object of a JSONL file; empty where ``path`` is none."""
    try:
        with path.open("rb") as stream:
            for _number, _offset, raw in _lines(stream):
                if raw is None or not raw.strip():
                    continue
                line = json.loads(raw.removeprefix(codecs.BOM_UTF8), strict=False)
                return line if isinstance(line, dict) else {}
    except (OSError, ValueError, RecursionError):
        pass
    return {}


_NOT_JSON = "is not whole JSON"


def _parsed(offset: int, raw: bytes) -> tuple[dict[str, Any], bool]:
    """The object of a line, and whether characters in it had to be replaced."""
    text = raw.decode("utf-8" if offset else "utf-8-sig", "replace")
    try:
        # Control characters inside strings are forbidden by RFC 8259 and written all the same.
        line = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise _BadLine(_NOT_JSON) from None
    if not isinstance(line, dict):
        raise _BadLine(f"is a JSON {_kind(line)}, not an object")
    mended = {key: whole_text(value) for key, value in line.items() if isinstance(value, str)}
    # U+FFFD may also stand in the file itself; only the bytes tell.
    foreign = "\ufffd" in text and text.encode() != raw.removeprefix(codecs.BOM_UTF8)
    return line | mended, foreign or any(mended[key] != line[key] for key in mended)


def _again(_kept: Any, key: Key, offset: int, raw: bytes) -> Answer:
    """The answer of a line that was read before. ``_kept`` is only held, for the file to stay."""
    try:
        line, _ = _parsed(offset, raw)
        found = _own_answer(line) if _is_own(line) else _handed_in(line, _text(line, "task_id"), key[1])
    except _BadLine as error:
        raise HarnessError(f"{key[0]} sample {key[1]}: the file of answers was changed while it was read") from error
    if found.key != key:
        raise HarnessError(f"{key[0]} sample {key[1]}: the file of answers was changed while it was read")
    return found


def _is_own(line: Mapping[str, Any]) -> bool:
    """A line of completions.jsonl, and none that was handed in."""
    return "task_id" not in line and "problem" in line and "text" in line


def _handed_in(line: dict[str, Any], task: str, sample: int) -> Answer:
    given = [key for key in ("completion", "code") if line.get(key) is not None]
    if len(given) != 1:
        raise _BadLine('holds both "completion" and "code"' if given else 'has no key "completion" or "code"')
    return Answer(task, sample, Completion(text=_text(line, given[0])), is_code=given[0] == "code")


def _own_answer(line: dict[str, Any]) -> Answer:
    """A line of completions.jsonl; there, a later line for the same place is a redo and no mistake."""
    _text(line, "problem"), _text(line, "text"), _count(line, "sample")
    if "round" in line:
        _count(line, "round")
    for key in ("usage", "measured"):
        if not isinstance(line.get(key) or {}, dict):
            raise _BadLine(f'key "{key}" is a JSON {_kind(line[key])}, not an object')
    for key in ("reasoning", "finish_reason", "error", "model"):
        if line.get(key) is not None:
            _text(line, key)
    latency = (line.get("measured") or {}).get("latency")
    figures = {"cost_usd": line.get("cost_usd"), **(line.get("usage") or {}), "latency": latency}
    for key, value in figures.items():
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            raise _BadLine(f'key "{key}" is a JSON {_kind(value)}, not a number')
    try:
        return Answer.from_json(line)
    except (KeyError, TypeError, ValueError) as error:
        raise _BadLine(f"is no line of completions.jsonl: {error}") from None


def _text(line: dict[str, Any], key: str) -> str:
    if key not in line:
        raise _BadLine(f'has no key "{key}"')
    value = line[key]
    if not isinstance(value, str):
        raise _BadLine(f'key "{key}" is a JSON {_kind(value)}, not a string')
    return value


def _count(line: dict[str, Any], key: str) -> int:
    value = line.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_SAMPLE:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        shown = str(value)[:20] if number else f"a JSON {_kind(value)}"
        raise _BadLine(f'key "{key}" is {shown}, not a whole number from 0')
    return value


def _kind(value: object) -> str:
    """The JSON word for a Python value's type."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    names: list[tuple[type, str]] = [(dict, "object"), (list, "array"), (str, "string")]
    return next((name for kind, name in names if isinstance(value, kind)), "number")


def _quoted(text: str) -> str:
    """In quotes, cut short, and without a character that a terminal would act on."""
    return ascii(text[:80]) if not text.isprintable() else f'"{text[:80]}"'


class Replay:
    """The answers of a file as a model: sample k of a problem is its answer k."""

    connections = 16

    def __init__(self, path: Path, suite: Suite | None) -> None:
        self._path = path
        self._languages = {problem.name: problem.language for problem in suite.problems} if suite is not None else {}
        file = read_answers(path, self._languages if suite is not None else None)
        self.warnings = file.warnings
        assert isinstance(file.answers, StoredAnswers)
        self._answers = file.answers
        self._places = {key: index for index, key in enumerate(file.answers.keys)}

    def describe(self) -> str:
        said = f"replay: {counted(len(self._answers), 'answer')} from {self._path}. No language model."
        return "\n".join([said, *(f"warning: {warning}" for warning in self.warnings)])

    def complete(self, request: Request) -> Completion:
        place = self._places.get((request.problem, request.sample, request.round))
        if place is None:
            raise BackendError(f"{self._path.name} has no answer for {request.problem} sample {request.sample}")
        answer = self._answers[place]
        if not answer.is_code or "```" in answer.completion.text:
            return answer.completion
        language = self._languages.get(request.problem, "verilog")
        return replace(answer.completion, text=fenced(answer.completion.text, language))


def create(model: str, suite: Suite | None = None, completions: Path | None = None) -> Replay:
    """``replay/<path>``: answers from that file, or from ``--completions``."""
    if not model and completions is None:
        raise ConfigError("replay needs a file: replay/answers.jsonl")
    return Replay(Path(model) if model else Path(completions or ""), suite)
