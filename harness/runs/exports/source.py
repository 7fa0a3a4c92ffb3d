"""What every export is made from: a run as plain data, read sample by sample."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.records.completion import Answer
from harness.records.grade import Grade
from harness.records.outcome import Outcome, Stage
from harness.runs import report
from harness.runs.folder import RunFolder

Files = Iterable[tuple[str, Iterable[bytes]]]
"""Name below the folder (of no meaning where there is one file alone) → its bytes in pieces."""

METRIC_STAGES = {"syntax": Stage.SYNTAX, "simulation": Stage.SIMULATE, "synthesis": Stage.SYNTHESIZE}
RATIOS = ("area", "delay", "power", "luts")
COLUMNS: Mapping[str, type] = {
    "run": str,
    "suite": str,
    "task": str,
    "model": str,
    "problem": str,
    "category": str,
    "difficulty": str,
    "sample": int,
    "round": int,
    "outcome": str,
    "pass": bool,
    **dict.fromkeys(METRIC_STAGES, bool),
    "evidence": str,
    "message": str,
    "checked": int,
    "failed": int,
    "official_code": str,
    "official_pass": bool,
    **{f"{name}_ratio": float for name in RATIOS},
    "equivalence": str,
    "prompt_tokens": int,
    "completion_tokens": int,
    "reasoning_tokens": int,
    "cost_usd": float,
    "latency_s": float,
    "finish_reason": str,
    "candidate": str,
}
"""The columns of a sample's row in their order, and what they hold where they hold something."""
TEXTS = ("reply", "reasoning")
"""Columns that only formats with room for them have."""


@dataclass(frozen=True, slots=True)
class Format:
    """One entry of ``harness.runs.exports.FORMATS``."""

    about: str
    files: Callable[["Source"], Files]
    is_folder: bool = False
    is_binary: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A run to be exported. ``summary`` is made anew from the grades, never read."""

    folder: RunFolder
    summary: Mapping[str, Any]
    notes: Mapping[str, Mapping[str, str]]
    """Problem → title, category, difficulty."""
    suite_path: str | None = None
    """The suite's folder, for formats that need the problems themselves; None: where suites are found."""
    warnings: list[str] = field(default_factory=list)
    """What a format could not put into its files as it is, a line each; there once its files are made."""

    @staticmethod
    def of(folder: RunFolder, summary: Mapping[str, Any], suite_path: str | None = None) -> "Source":
        return Source(folder, summary, report.problem_notes(folder.path), suite_path)

    @property
    def run(self) -> dict[str, Any]:
        """run.json."""
        return self.folder.config.to_json(self.folder.name)

    def grades(self) -> Iterator[tuple[Grade, Answer | None]]:
        """Each sample's last grade, of its last round, with its reply; in the order of the suite."""
        offsets = {key: offset for key, (offset, _) in self.folder.answer_index().items()}
        last: dict[tuple[str, int], Grade] = {}
        for grade in self.folder.grades():
            there = last.get((grade.problem, grade.sample))
            if there is None or grade.round >= there.round:
                last[grade.problem, grade.sample] = grade
        place = {name: number for number, name in enumerate(self.summary["per_problem"])}
        for _, grade in sorted(last.items(), key=lambda item: (place[item[0][0]], item[0][1])):
            offset = offsets.get(grade.key)
            yield grade, None if offset is None else self.folder.answer_at(offset)

    def rows(self, *, texts: bool = False) -> Iterator[dict[str, Any]]:
        """A flat row a sample: every key of COLUMNS, and with ``texts`` of TEXTS; None where nothing is known."""
        config = self.folder.config
        about = {"run": self.folder.name, "suite": config.suite, "task": config.task, "model": config.model}
        empty: dict[str, Any] = dict.fromkeys((*COLUMNS, *(TEXTS if texts else ())))
        for grade, answer in self.grades():
            notes = self.notes.get(grade.problem, {})
            row = {**empty, **about, **_of_grade(grade)}
            row |= {"category": notes.get("category"), "difficulty": notes.get("difficulty")}
            if answer is not None:
                row |= _of_answer(answer)
                if texts:
                    row |= {"reply": answer.completion.text, "reasoning": answer.completion.reasoning}
            yield row


def _of_grade(grade: Grade) -> dict[str, Any]:
    simulated, compared = grade.stages.get(Stage.SIMULATE), grade.stages.get(Stage.EQUIVALENCE)
    judged = grade.outcome is not Outcome.INFRA_ERROR
    return {
        "problem": grade.problem,
        "sample": grade.sample,
        "round": grade.round,
        "outcome": str(grade.outcome),
        "pass": grade.outcome is Outcome.PASS if judged else None,
        **{name: grade.passed(stage) if judged else None for name, stage in METRIC_STAGES.items()},
        "evidence": None if grade.evidence is None else str(grade.evidence),
        "message": grade.message,
        "checked": simulated.facts.get("checked") if simulated else None,
        "failed": simulated.facts.get("failed") if simulated else None,
        "official_code": grade.official.code if grade.official else None,
        "official_pass": grade.official.passed if grade.official else None,
        **{f"{name}_ratio": grade.ratio.get(name) for name in RATIOS},
        "equivalence": str(compared.status) if compared else None,
        "candidate": grade.candidate or None,
    }


def _of_answer(answer: Answer) -> dict[str, Any]:
    reply = answer.completion
    return {
        "prompt_tokens": reply.usage.prompt_tokens,
        "completion_tokens": reply.usage.completion_tokens,
        "reasoning_tokens": reply.usage.reasoning_tokens,
        "cost_usd": reply.cost_usd,
        "latency_s": reply.latency,
        "finish_reason": reply.finish_reason,
    }
