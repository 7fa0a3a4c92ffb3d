"""The stage ``equivalence``: is a design that passed the golden design's equal? It changes no outcome.

A design that is refuted passed a testbench that does not see the difference; the counterexample shows it.
"""

from dataclasses import dataclass, field

from harness.errors import ConfigError
from harness.grading import counterexample, equivalence, screen, synthesize
from harness.grading.equivalence import Equivalence, Hints
from harness.grading.measures import Measured, Subject
from harness.grading.once import Once
from harness.grading.report import RunJob
from harness.grading.syntax import design_files
from harness.grading.synthesize import SynthesisSettings
from harness.records.grade import StageResult
from harness.records.outcome import Stage, Status
from harness.records.problem import Problem
from harness.tools.netlist_survey import ResetPin
from harness.tools.stimulus import Design

VERSION = 2
"""Raised when the same two designs would get another answer from the same tools."""
_MOST_CIRCUITS = 10_000


@dataclass(frozen=True, slots=True)
class EquivalenceMeasure:
    """The measure (see harness.grading.measures)."""

    synthesis: SynthesisSettings
    budget_s: int = equivalence.DEFAULT_BUDGET_S

    stage = Stage.EQUIVALENCE
    only_passes = True
    _golden: Once[str | None] = field(default_factory=lambda: Once(_MOST_CIRCUITS), repr=False, compare=False)
    """Problem → the golden design's circuit."""

    @property
    def identity(self) -> str:
        return f"equivalence {VERSION} {self.budget_s} s"

    def run(self, subject: Subject, run_job: RunJob) -> Measured:
        """Raises CellLost where the tools cannot be run."""
        problem = subject.problem
        golden = screen.run(problem, problem.golden_code, (), run_job)
        if golden.code == subject.code:
            return Measured(StageResult(Status.PROVEN, {"method": "the same text"}))
        if subject.synthesized is not None and subject.synthesized.circuit is not None:
            circuit, _ = self._golden.get(problem.digest, lambda: self._circuit(problem, golden.for_synthesis, run_job))
            if circuit == subject.synthesized.circuit:
                return Measured(StageResult(Status.PROVEN, {"method": "the same circuit"}))
        texts = ((golden.code, golden.for_synthesis), (subject.code, subject.for_synthesis))
        first, second = (
            Design(design_files(problem, code), problem.top, problem.parameters, design_files(problem, synthesis))
            for code, synthesis in texts
        )
        try:
            found = equivalence.check(first, second, run_job, hints_of(problem), self.budget_s)
        except ConfigError as error:
            found = Equivalence(Status.INCONCLUSIVE, reason=str(error)[:300])
        log = "" if found.counterexample is None else counterexample.write(found.counterexample)
        return Measured(StageResult(found.status, found.facts()), log=log, cpu_s=found.cpu_s)

    def _circuit(self, problem: Problem, code: str, run_job: RunJob) -> str | None:
        return synthesize.run(problem, code, self.synthesis, mapped=False, run_job=run_job).circuit


def hints_of(problem: Problem) -> Hints:
    """What the problem states of clocks and resets; without a statement they are read from the golden netlist."""
    resets = tuple(ResetPin(pin.port, pin.active == "high", pin.kind == "async") for pin in problem.resets)
    return Hints(tuple(clock.port for clock in problem.clocks), resets)
