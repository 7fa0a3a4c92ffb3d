"""Which verdicts changed when samples were graded again, under other tools, rules of the suite, or testbenches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.records.outcome import Outcome
from harness.runs.folder import Key, RunFolder


@dataclass(frozen=True, slots=True)
class Change:
    """A sample whose verdict is another one now."""

    key: Key
    before: Outcome
    after: Outcome

    def to_json(self) -> dict[str, Any]:
        problem, sample, number = self.key
        found = {"problem": problem, "sample": sample, "round": number}
        return {**found, "before": str(self.before), "after": str(self.after)}


@dataclass(frozen=True, slots=True)
class Regraded:
    """What came of grading again what had a verdict."""

    samples: int = 0
    """How many were graded again."""
    changes: tuple[Change, ...] = ()
    tools: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Tool → its version before and now, where they differ."""

    def to_json(self) -> dict[str, Any]:
        return {
            "samples": self.samples,
            "tools": {name: list(versions) for name, versions in self.tools.items()},
            "verdicts": [change.to_json() for change in self.changes],
        }


class Before:
    """The verdicts of a run as they are before it is worked on."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        grades = _last(folder)
        self._grades = {key: grade for key, grade in grades.items() if grade[0] is not Outcome.INFRA_ERROR}

    def compare(self) -> Regraded:
        """With those that are there now. What was an infrastructure error had no verdict to change."""
        if not self._grades:
            return Regraded()
        now = _last(self._folder)
        again = [key for key, (_, inputs) in self._grades.items() if now[key][1] != inputs]
        changes = [Change(key, self._grades[key][0], now[key][0]) for key in sorted(again)]
        changes = [change for change in changes if change.before is not change.after]
        old, new = self._folder.tools_before, self._folder.config.tools
        tools = {name: (old[name], new[name]) for name in sorted(old) if name in new and old[name] != new[name]}
        return Regraded(len(again), tuple(changes), tools if again else {})


def _last(folder: RunFolder) -> dict[Key, tuple[Outcome, str]]:
    """Key → (outcome, digest of what it depends on) of its last line."""
    return {grade.key: (grade.outcome, grade.inputs) for grade in folder.grades()}
