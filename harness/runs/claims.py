"""What a submission claims, held against its own files: no tool is needed for it. And one grade against another."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from harness.analysis.summary import Row, is_forged
from harness.records.grade import Grade
from harness.records.outcome import Outcome, Stage
from harness.records.problem import Suite
from harness.runs import report
from harness.runs.bench import answers_digest
from harness.runs.folder import RUN, SUMMARY, Key, RunFolder

_CLOSE = 1e-6
"""Relative; figures are rounded, and another machine may round the last digit otherwise."""
_BUDGETED = (Stage.EQUIVALENCE,)
"""How far a proof gets depends on the machine."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it is claimed: of a sample, or of a file."""

    kind: str
    what: str
    key: Key | None = None

    def to_json(self) -> dict[str, Any]:
        problem, sample, number = self.key or (None, None, None)
        return {"kind": self.kind, "problem": problem, "sample": sample, "round": number, "what": self.what}


def parameter_findings(folder: RunFolder, ratios: bool) -> Iterator[Finding]:
    """run.json against itself, completions.jsonl against its digest; ``ratios``: whether grades have any."""
    claimed = json.loads((folder.path / RUN).read_text("utf-8")).get("parameters_digest")
    if claimed != folder.config.parameters_digest:
        yield Finding("parameters", f"{RUN}: parameters_digest is not that of the parameters")
    if ratios and not folder.config.library:
        yield Finding(
            "parameters", f"{RUN}: names no cell library, on which ratios depend; harness grade RUN writes it"
        )
    if folder.config.answers not in (None, answers_digest(folder.answers())):
        yield Finding("answers", "completions.jsonl: not the answers that run.json names by their digest")


def line_findings(folder: RunFolder, suite: Suite, grades: Iterable[Key]) -> Iterator[Finding]:
    """Lines that are damaged, missing, too many, or of problems that the suite does not have."""
    broken: dict[str, list[int]] = {"completions": [], "grades": []}
    replies, graded = set(folder.answer_index(broken["completions"])), set(grades)
    list(folder.grades(broken["grades"]))
    for name, numbers in broken.items():
        if numbers:
            yield Finding("damaged", f"line {numbers[0]} of {name}.jsonl is damaged")
    problems = [problem.name for problem in suite.problems]
    there = sorted(replies | graded)
    for key in there:
        if key[0] not in problems:
            yield Finding("unknown_problem", f"the run's part of suite {suite.name} has no such problem", key)
    known = [key for key in there if key[0] in problems]
    n: Any = folder.config.params_requested.get("n")
    wanted: Iterable[Key] = there
    if folder.config.answers is None:
        if not _is_count(n, len(there)):
            yield Finding("parameters", f"{RUN}: n is {n!r}, and there are {len(there)} samples")
            return
        rounds = _rounds(folder.config.params_requested.get("rounds"))
        extra = [key for key in known if key[1] >= n or key[2] > rounds]
        later = sorted({key for key in known if key[2]} - set(extra))
        wanted = chain(((problem, sample, 0) for problem in problems for sample in range(n)), later)
        yield from (Finding("extra", "is none of the samples that the run's parameters ask for", key) for key in extra)
    for key in wanted:
        for name, have in (("reply", replies), ("grade", graded)):
            if key not in have:
                yield Finding("missing", f"there is no {name}", key)


def _is_count(n: Any, most: int) -> bool:
    return isinstance(n, int) and not isinstance(n, bool) and 0 < n <= most


def _rounds(value: Any) -> int:
    """After the first one; with feedback there are as many as were needed."""
    return value if isinstance(value, int) else 0


def tamper_findings(suite: Suite, grades: Iterable[Grade]) -> Iterator[Finding]:
    """Samples that are said to be right where no design can be; grading again may well be deceived in the same way."""
    impossible = {problem.name for problem in suite.problems if problem.impossible}
    for grade in grades:
        if grade.problem in impossible and is_forged(Row.of(grade)):
            yield Finding("tampered", report.TAMPERED, grade.key)


def file_findings(folder: RunFolder, suite: Suite) -> Iterator[Finding]:
    """problems.json against the suite, summary.json against the grades.

    A summary that is absent claims nothing; without problems.json nobody knows which problems are known to be faulty.
    """
    facts = report.problem_facts(suite, folder.config.task)
    claimed = _read(folder.path / report.FACTS)
    what = "is not there; harness grade RUN writes it" if claimed is None else None
    what = what or first_difference(claimed, facts) or first_absence(claimed, facts)
    if what:
        yield Finding("problems", f"{report.FACTS}: {what}")
    claimed = _read(folder.path / SUMMARY)
    if claimed is None:
        return
    found = report.summarised(folder, _ks(claimed))
    what = first_difference({**claimed, "run": found["run"]} if isinstance(claimed, dict) else claimed, found)
    if what:
        yield Finding("summary", f"{SUMMARY}: {what}")


def _read(path: Path) -> Any:
    """None where there is no such file; a text, which equals nothing, where it is not whole."""
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return "not whole"


def _ks(claimed: Any) -> list[int]:
    try:
        names = [name.partition("@")[2] for found in claimed["metrics"].values() for name in found]
        return sorted({int(k) for k in names if k.isdecimal() and len(k) < 7})
    except (TypeError, KeyError, AttributeError):
        return [1]


def first_difference(claimed: Any, found: Any, where: str = "") -> str | None:
    """Where two documents differ first, in words; what only ``found`` has is no difference."""
    if isinstance(claimed, Mapping) and isinstance(found, Mapping):
        steps = ((f"{where}.{key}" if where else str(key), value, found.get(key)) for key, value in claimed.items())
    elif isinstance(claimed, list) and isinstance(found, list | tuple) and len(claimed) == len(found):
        steps = ((f"{where}[{i}]", one, other) for i, (one, other) in enumerate(zip(claimed, found, strict=True)))
    else:
        return None if _same(claimed, found) else f"{where or 'it'} is {_shown(claimed)}, and should be {_shown(found)}"
    return next(filter(None, (first_difference(one, other, path) for path, one, other in steps)), None)


def first_absence(claimed: Any, found: Any, where: str = "") -> str | None:
    """The first thing that only ``found`` has, in words."""
    if not (isinstance(claimed, Mapping) and isinstance(found, Mapping)):
        return None
    for key, value in found.items():
        path = f"{where}.{key}" if where else str(key)
        what = first_absence(claimed[key], value, path) if key in claimed else f"lacks {path}"
        if what:
            return what
    return None


def _same(one: Any, other: Any) -> bool:
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other))
    return math.isclose(one, other, rel_tol=_CLOSE) if numbers else bool(one == other)


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What of two grades must be the same, as far as both were made under the same tools."""

    facts: bool
    """Whether the figures of the stages must."""
    ratios: frozenset[str]
    """Ratios that must not be compared, since they depend on something else here."""


def grade_finding(claimed: Grade, found: Grade, like: Likeness) -> Finding | None:
    """The first thing in which a grade is not what grading again found; None where it is the same.

    Messages and logs are no figures and are not compared.
    """
    kind, what = "grade", None
    if claimed.outcome is not found.outcome:
        what = f"is said to be {claimed.outcome}; graded again it is {found.outcome}"
    elif found.outcome is not Outcome.INFRA_ERROR and claimed.candidate != found.candidate:
        kind, what = "completion", "its reply is not the one that was graded"
    else:
        one, other = _judged(claimed, like), _judged(found, like)
        what = first_difference(one, other)
        if what is None and first_difference(other, one):
            what = "lacks figures that grading again finds"
    return Finding(kind, what, claimed.key) if what else None


def _judged(grade: Grade, like: Likeness) -> dict[str, Any]:
    line = grade.to_json()
    stages = {name: facts for name, facts in line["stages"].items() if name not in _BUDGETED}
    if not like.facts:
        stages = {name: {"status": facts["status"]} for name, facts in stages.items()}
    ratios = {name: value for name, value in line["ratio"].items() if name not in like.ratios}
    return {"evidence": line["evidence"], "official": line["official"], "stages": stages, "ratio": ratios}
