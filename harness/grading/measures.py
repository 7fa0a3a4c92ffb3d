"""The measuring stages: what is found out about a design besides its verdict (timing, equivalence, lint).

They run where they are asked for, after the verdict, and never change it. A measure is one object; the figures of the
golden design, to which it is compared, are found once for each problem.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from harness.errors import CellUnusable, HarnessError
from harness.grading import screen, synthesize
from harness.grading.baseline import BaselineStore
from harness.grading.report import RunJob
from harness.grading.synthesize import Mappings, SynthesisSettings, Synthesized
from harness.records.grade import StageResult, digest_text
from harness.records.outcome import Stage, Status
from harness.records.problem import Problem


@dataclass(frozen=True, slots=True)
class Subject:
    """A design as the measuring stages see it: through the screen, and synthesised where it is hardware."""

    problem: Problem
    code: str
    for_synthesis: str
    """With the macros that synthesis defines; the given sources are not in it."""
    synthesized: Synthesized | None = None
    passed: bool = True
    """Whether the verdict is ``pass``."""


@dataclass(frozen=True, slots=True)
class Measured:
    """``figures``: those that are compared with the golden design's, under the name that the ratio has."""

    result: StageResult
    figures: Mapping[str, float] = field(default_factory=dict)
    log: str = ""
    """Kept with the sample's logs where it is not empty."""
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True)
class GoldenMeasured:
    """What a measure found of the golden design."""

    figures: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "GoldenMeasured":
        """Raises KeyError, TypeError or ValueError on another shape."""
        figures = {str(name): float(figure) for name, figure in dict(value["figures"]).items()}
        return GoldenMeasured(figures, dict(value["facts"]))

    def to_json(self) -> dict[str, Any]:
        return {"figures": dict(self.figures), "facts": dict(self.facts)}


class Measure(Protocol):
    @property
    def stage(self) -> Stage: ...

    @property
    def only_passes(self) -> bool:
        """Measure only designs whose verdict is ``pass``; else all that compile."""
        ...

    @property
    def identity(self) -> str:
        """What besides tools and library its figures depend on."""
        ...

    def run(self, subject: Subject, run_job: RunJob) -> Measured:
        """Raises HarnessError where our own surroundings failed."""
        ...


class Measures:
    """The measures of one run, and the golden design's figures under them. Thread-safe."""

    def __init__(
        self,
        measures: Sequence[Measure],
        synthesis: SynthesisSettings,
        run_job: RunJob,
        identity: str,
        store: BaselineStore | None,
        known: Mappings | None = None,
    ) -> None:
        self._measures = tuple(measures)
        self._synthesis = synthesis
        self._run_job = run_job
        self._identity = identity
        self._store = store
        self._known = known
        self._golden: dict[tuple[str, Stage], GoldenMeasured] = {}
        self._locks: dict[tuple[str, Stage], threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, subject: Subject) -> dict[Stage, tuple[Measured, dict[str, float]]]:
        """Stage → what was found, and its ratios to the golden design. Trouble of ours is the stage's."""
        found: dict[Stage, tuple[Measured, dict[str, float]]] = {}
        for measure in self._measures:
            if measure.only_passes and not subject.passed:
                continue
            try:
                measured = measure.run(subject, self._run_job)
                golden = self.golden(subject.problem, measure).figures if measured.figures else {}
            except CellUnusable:
                raise
            except HarnessError as error:
                measured = Measured(StageResult(Status.INFRA_ERROR, {"message": str(error)}))
                golden = {}
            found[measure.stage] = measured, _ratios(measured.figures, golden)
        return found

    def of_golden(self, problem: Problem) -> dict[Stage, GoldenMeasured]:
        """Stage → what the golden design has. Raises HarnessError where our own surroundings failed."""
        return {measure.stage: self.golden(problem, measure) for measure in self._measures}

    def golden(self, problem: Problem, measure: Measure) -> GoldenMeasured:
        """The golden design under one measure; without figures where it has none."""
        key = problem.name, measure.stage
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._golden:
                self._golden[key] = self._load(problem, measure)
            return self._golden[key]

    def _load(self, problem: Problem, measure: Measure) -> GoldenMeasured:
        key = digest_text(f"{problem.digest} {self._identity} {measure.stage} {measure.identity}")
        stored = self._store.get(key) if self._store else None
        if stored is not None:
            try:
                return GoldenMeasured.from_json(stored)
            except (KeyError, TypeError, ValueError):
                pass  # written by another version: measure again
        found = measure.run(golden_subject(problem, self._synthesis, self._run_job, self._known), self._run_job)
        golden = GoldenMeasured(found.figures, found.result.facts)
        if self._store:
            self._store.put(key, golden.to_json())
        return golden


def golden_subject(
    problem: Problem, synthesis: SynthesisSettings, run_job: RunJob, known: Mappings | None = None
) -> Subject:
    """The golden design, by the same way as a candidate."""
    screened = screen.run(problem, problem.golden_code, (), run_job)
    made = synthesize.run(problem, screened.for_synthesis, synthesis, mapped=True, run_job=run_job, known=known)
    return Subject(problem, screened.code, screened.for_synthesis, made)


def _ratios(figures: Mapping[str, float], golden: Mapping[str, float]) -> dict[str, float]:
    """Undefined where the golden design has no such figure, or it is 0: left out."""
    return {name: round(value / golden[name], 6) for name, value in figures.items() if golden.get(name)}
