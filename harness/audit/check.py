"""Is a problem fit to judge by? Its golden design must pass; designs of nothing and faults of it must not.

This room knows no grader: the caller hands in the one that grades real candidates, so that the audit sees what a
candidate would see.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from itertools import islice

from harness.audit.findings import GoldenFacts, ProblemAudit, Proof, Survivor, Tally, Toggles
from harness.audit.mutants import NETLIST, TEXT, Mutant, mutants
from harness.audit.stubs import stubs
from harness.audit.texts import longest_run, unnamed
from harness.records.grade import Grade
from harness.records.outcome import Outcome, Status
from harness.records.problem import Port, Problem

NO_DESIGN = frozenset(
    {Outcome.REJECTED, Outcome.SYNTAX_ERROR, Outcome.INTERFACE_ERROR, Outcome.ELABORATION_ERROR, Outcome.INFRA_ERROR}
)
"""Outcomes after which no testbench has seen the mutant; it is not counted."""

_TRIES = 4
"""Mutants looked at for each one wanted, so that a grader that is out of order ends soon."""


@dataclass(frozen=True, slots=True)
class Examiners:
    """What the audit asks of the rest of the harness, about the one problem."""

    golden: Callable[[], GoldenFacts]
    grade: Callable[[str], Grade]
    """A candidate's text, in full."""
    judge: Callable[[str], Outcome]
    """The same verdict, without what a grade has besides, and over at the first check that fails."""
    prove: Callable[[str], Proof]
    """Is it equivalent to the golden design?"""
    netlist_mutants: Callable[[int, int], Iterable[Mutant]]
    """So many, of a seed; fewer where there are no more."""
    ports: Callable[[], Sequence[Port]]
    """Those of the golden design, for suites that state none."""
    prompt: Callable[[], str]
    toggles: Callable[[], Toggles | None]
    contradiction: Callable[[], str | None]
    """Of an impossible problem: an output that has to have two values at one moment; None where none is seen."""


def check_problem(problem: Problem, ask: Examiners, *, faults: int, seed: int) -> ProblemAudit:
    """Grade the golden design, designs of nothing, and ``faults`` mutants that reach the testbench: half of them of the
    netlist, or as many as there are, the others of the text.

    ``seed`` chooses the mutants and nothing else. Only for problems whose golden design is trusted (see ``mutants``).
    Where the golden design itself does not pass, nothing else is graded. Of a problem that asks for a line, only
    whether the design fails without it: all else is the audit of the same problem as a whole.
    """
    golden = ask.golden()
    if problem.impossible:
        return _check_impossible(problem, golden, ask)
    if golden.outcome is not Outcome.PASS:
        return ProblemAudit(problem.name, golden)
    if problem.masked is not None:
        without = ask.grade(problem.masked.put_back("")).outcome
        return ProblemAudit(problem.name, golden, empty=ask.grade("").outcome, without_line=without)
    stated = replace(problem, ports=problem.ports or tuple(ask.ports()))
    graded = {name: ask.grade(text) for name, text in stubs(stated).items()} if stated.ports else {}
    accepted = [name for name, grade in graded.items() if grade.official is not None and grade.official.passed]
    found = _Mutations(problem.golden_code, ask)
    found.take(ask.netlist_mutants(faults // 2, seed), faults // 2)
    found.take(mutants(problem.golden_code, problem.top, seed), faults - found.counted)
    return ProblemAudit(
        problem.name,
        golden,
        empty=ask.grade("").outcome,
        stubs={name: grade.outcome for name, grade in graded.items()},
        official_stubs=tuple(accepted),
        tallies=found.tallies(),
        not_counted=dict(found.unseen),
        survivors=tuple(found.survivors),
        unnamed=tuple(unnamed(stated)),
        longest_run=longest_run(stated, ask.prompt()),
        toggles=ask.toggles(),
    )


def _check_impossible(problem: Problem, golden: GoldenFacts, ask: Examiners) -> ProblemAudit:
    """Mutants would say nothing more: where one output is to have two values at once, no design passes."""
    return ProblemAudit(
        problem.name,
        golden,
        empty=ask.grade("").outcome,
        stubs={name: ask.grade(text).outcome for name, text in stubs(problem).items()},
        unnamed=tuple(unnamed(problem)),
        longest_run=longest_run(problem, ask.prompt()),
        impossible=True,
        contradiction=ask.contradiction(),
    )


class _Mutations:
    """The mutants graded so far."""

    def __init__(self, code: str, ask: Examiners) -> None:
        self._code, self._ask = code, ask
        self._mutants: Counter[tuple[str, str]] = Counter()
        self._killed: Counter[tuple[str, str]] = Counter()
        self._equivalent: Counter[tuple[str, str]] = Counter()
        self.unseen: Counter[Outcome] = Counter()
        self.survivors: list[Survivor] = []

    @property
    def counted(self) -> int:
        return self._mutants.total()

    def take(self, source: Iterable[Mutant], wanted: int) -> None:
        """Grade mutants until so many more of them reached the testbench."""
        end = self.counted + wanted
        for mutant in self._until(source, _TRIES * wanted, end):
            outcome = self._ask.judge(mutant.code)
            if outcome in NO_DESIGN:
                self.unseen[outcome] += 1
                continue
            place = mutant.source, mutant.operator
            self._mutants[place] += 1
            if outcome is not Outcome.PASS:
                self._killed[place] += 1
                continue
            proof = self._ask.prove(mutant.code)
            if proof.status is Status.PROVEN:
                self._equivalent[place] += 1
            else:
                self.survivors.append(_survivor(self._code, mutant, proof))

    def _until(self, source: Iterable[Mutant], tries: int, end: int) -> Iterator[Mutant]:
        for mutant in islice(source, tries):
            if self.counted >= end:
                return
            yield mutant

    def tallies(self) -> dict[tuple[str, str], Tally]:
        return {
            place: Tally(count, self._killed[place], self._equivalent[place])
            for place, count in sorted(self._mutants.items())
        }


def _survivor(code: str, mutant: Mutant, proof: Proof) -> Survivor:
    shown = mutant.command if mutant.source == NETLIST else difference(code, mutant)
    return Survivor(mutant.source, mutant.line, mutant.operator, mutant.description, shown, proof)


def difference(code: str, mutant: Mutant) -> str:
    """The lines in which a mutant of the text differs from its design."""
    assert mutant.source == TEXT
    lines = list(unified_diff(code.splitlines(), mutant.code.splitlines(), n=0, lineterm=""))
    return "\n".join(lines[2:])  # without the two lines of file names
