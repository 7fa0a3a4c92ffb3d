"""Is a problem fit to judge by? Its golden design must pass, its stubs and the faults of its golden design must not.

This room knows no grader: the caller hands in the one that grades real candidates, so that the audit sees what a
candidate would see.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from itertools import islice
from typing import Any

from harness.audit.mutants import Mutant, mutants
from harness.audit.stubs import stubs
from harness.records.grade import Grade
from harness.records.outcome import Outcome
from harness.records.problem import Port, Problem

REQUIRED_KILL_RATE = 0.95
"""What a problem must reach before it ships (docs/add-a-problem.md)."""
NO_DESIGN = frozenset(
    {Outcome.REJECTED, Outcome.SYNTAX_ERROR, Outcome.INTERFACE_ERROR, Outcome.ELABORATION_ERROR, Outcome.INFRA_ERROR}
)
"""Outcomes after which no testbench has seen the mutant; it is not counted."""

_TRIES = 4
"""Mutants looked at for each one wanted, so that a grader that is out of order ends soon."""

GradeCode = Callable[[str], Grade]
"""Grades one candidate text for the problem under audit."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that passed: an equivalent design, or a gap in the testbench."""

    line: int
    operator: str
    description: str
    diff: str
    """Unified, without context; line numbers are those of the golden design's sources one after the other."""

    def to_json(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "operator": self.operator,
            "description": self.description,
            "diff": self.diff,
        }


@dataclass(frozen=True, slots=True)
class ProblemAudit:
    """What the audit of one problem found."""

    problem: str
    golden: Outcome
    stubs: Mapping[str, Outcome] = field(default_factory=dict)
    """By name; empty where the golden design fails or the problem states no ports."""
    mutants: int = 0
    """Mutants that reached the testbench."""
    killed: int = 0
    equivalent: int = 0
    """Survivors that were proven equivalent to the golden design (nothing proves that yet)."""
    not_counted: Mapping[Outcome, int] = field(default_factory=dict)
    """Mutants that no testbench saw, by outcome."""
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    """How the counted mutants ended."""
    survivors: tuple[Survivor, ...] = ()

    @property
    def kill_rate(self) -> float | None:
        """Killed over mutants that are not proven equivalent; None where there are none."""
        relevant = self.mutants - self.equivalent
        return self.killed / relevant if relevant > 0 else None

    @property
    def passed_stubs(self) -> tuple[str, ...]:
        return tuple(name for name, outcome in self.stubs.items() if outcome is Outcome.PASS)

    @property
    def ok(self) -> bool:
        """Whether the problem may ship: golden passes, no stub does, and the kill rate is high enough."""
        rate = self.kill_rate
        sharp = rate is None or rate >= REQUIRED_KILL_RATE
        ran = Outcome.INFRA_ERROR not in (*self.stubs.values(), *self.not_counted)
        return self.golden is Outcome.PASS and not self.passed_stubs and sharp and ran

    def to_json(self) -> dict[str, Any]:
        return {
            "problem": self.problem,
            "ok": self.ok,
            "golden": str(self.golden),
            "stubs": {name: str(outcome) for name, outcome in self.stubs.items()},
            "mutants": self.mutants,
            "killed": self.killed,
            "equivalent": self.equivalent,
            "kill_rate": None if self.kill_rate is None else round(self.kill_rate, 4),
            "not_counted": {str(outcome): count for outcome, count in sorted(self.not_counted.items())},
            "outcomes": {str(outcome): count for outcome, count in sorted(self.outcomes.items())},
            "survivors": [survivor.to_json() for survivor in self.survivors],
        }


def check_problem(
    problem: Problem, grade: GradeCode, *, faults: int, seed: int, ports: Callable[[], Sequence[Port]] | None = None
) -> ProblemAudit:
    """Grade the golden design, the stubs, and mutants until ``faults`` of them reached the testbench or none is left.

    ``seed`` chooses the mutants and nothing else. Only for problems whose golden design is trusted (see ``mutants``).
    Where the golden design itself does not pass, nothing else is graded. ``ports``: those of the golden design, for
    suites that state none.
    """
    code = problem.golden_code
    golden = grade(code).outcome
    if golden is not Outcome.PASS:
        return ProblemAudit(problem.name, golden)
    stated = problem.ports or tuple(ports() if ports else ())
    designs = stubs(replace(problem, ports=stated)) if stated else {}
    stub_outcomes = {name: grade(text).outcome for name, text in designs.items()}
    outcomes: Counter[Outcome] = Counter()
    unseen: Counter[Outcome] = Counter()
    survivors: list[Survivor] = []
    for mutant in islice(mutants(code, problem.top, seed), _TRIES * faults):
        outcome = grade(mutant.code).outcome
        if outcome in NO_DESIGN:
            unseen[outcome] += 1
            continue
        outcomes[outcome] += 1
        if outcome is Outcome.PASS:
            survivors.append(Survivor(mutant.line, mutant.operator, mutant.description, difference(code, mutant)))
        if outcomes.total() >= faults:
            break
    return ProblemAudit(
        problem.name,
        golden,
        stub_outcomes,
        mutants=outcomes.total(),
        killed=outcomes.total() - len(survivors),
        not_counted=dict(unseen),
        outcomes=dict(outcomes),
        survivors=tuple(survivors),
    )


def difference(code: str, mutant: Mutant) -> str:
    """The lines in which a mutant differs from its design."""
    lines = list(unified_diff(code.splitlines(), mutant.code.splitlines(), n=0, lineterm=""))
    return "\n".join(lines[2:])  # without the two lines of file names
