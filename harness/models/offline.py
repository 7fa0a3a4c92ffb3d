"""Models that are no language models: for demonstrations, and for tests of the harness itself.

``reference`` answers with the golden design, ``empty`` with nothing, ``faulty`` with the golden design in which a
known share of the samples carries a fault. What they score is known beforehand, so they show whether the harness
measures right; they say so wherever they are named.
"""

import random
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Protocol

from harness.errors import ConfigError, HarnessError
from harness.models.registry import ProveWrong
from harness.records.completion import Completion, Request
from harness.records.problem import MaskedLine, Problem, Suite

SHARE = 0.3
MOST_TRIES = 400
"""Mutants that are tried for one problem before it counts as one in which no fault can be seen."""


class Mutation(Protocol):
    """The part of harness.audit.faults.Fault that is needed here."""

    @property
    def code(self) -> str: ...


MutantSource = Callable[[str, str, int], Iterable[Mutation]]
"""``mutants(code, top, seed)``: edited designs, in an order that the seed fixes."""


def fenced(code: str, language: str) -> str:
    """Code as a chat model delivers it."""
    return f"```{language}\n{code.rstrip()}\n```\n"


class Offline:
    """What the offline models share; ``sampling parameters`` mean nothing to them and none is sent."""

    name = ""
    what = ""
    connections = 16
    """``faulty`` runs the tools, and each thread of a run has cells of its own."""

    def __init__(self, suite: Suite | None) -> None:
        self._problems = {problem.name: problem for problem in suite.problems} if suite is not None else {}

    def describe(self) -> str:
        return f"{self.name}: {self.what}. No language model."

    def _problem(self, request: Request) -> Problem:
        problem = self._problems.get(request.problem)
        if problem is None:
            raise ConfigError(f'{self.name}: the suite has no problem "{request.problem}"')
        return problem

    def _answer(self, problem: Problem, code: str) -> Completion:
        line = None if problem.masked is None else problem.masked.taken_out(code)
        return Completion(text=fenced(code if line is None else line, problem.language), model=self.name)


class Reference(Offline):
    name = "reference"
    what = "the golden designs"

    def complete(self, request: Request) -> Completion:
        problem = self._problem(request)
        return self._answer(problem, problem.golden_code)


class Empty(Offline):
    name = "empty"
    what = "an empty reply to everything"

    def complete(self, request: Request) -> Completion:  # noqa: ARG002 - the protocol's
        return Completion(text="", model=self.name)


class Faulty(Offline):
    """The golden designs, of which ``round(share * problems * n)`` samples carry a fault that was proven.

    Which samples and which faults follows from the seed alone. Faults are made when a problem is first asked for.
    """

    name = "faulty"

    def __init__(
        self, suite: Suite, *, seed: int, n: int, prove_wrong: ProveWrong, share: float, mutants: MutantSource
    ) -> None:
        super().__init__(suite)
        self.share = share
        self.what = f"the golden designs with a fault in {share * 100:g} % of the samples"
        self._suite = suite.name
        self._seed = seed
        self._prove_wrong = prove_wrong
        self._mutants = mutants
        self._wrong = choose_samples([problem.name for problem in suite.problems], n, share, seed)
        self._faults: dict[str, tuple[str, ...]] = {}
        self._locks = {problem.name: threading.Lock() for problem in suite.problems}

    def describe(self) -> str:
        return f"{super().describe()} Try\n--model openai/gpt-…, or make bench MODEL=openai/gpt-…"

    def complete(self, request: Request) -> Completion:
        problem = self._problem(request)
        wrong = self._wrong[problem.name]
        if request.sample not in wrong:
            return self._answer(problem, problem.golden_code)
        faults = self._faults_of(problem, len(wrong))
        return self._answer(problem, faults[wrong.index(request.sample) % len(faults)])

    def _faults_of(self, problem: Problem, count: int) -> tuple[str, ...]:
        """Proven faults, ``count`` different ones where the design has as many; made once."""
        with self._locks[problem.name]:
            if problem.name not in self._faults:
                self._faults[problem.name] = self._found(problem, count)
            return self._faults[problem.name]

    def _found(self, problem: Problem, count: int) -> tuple[str, ...]:
        """The golden design itself where it has no verdict here: then no sample of the problem has one."""
        try:
            faults = tuple(islice(self._proven(problem), count))
        except HarnessError:
            if self._has_verdict(problem):
                raise
            return (problem.golden_code,)
        if faults:
            return faults
        told = f"What its tests miss: harness audit {self._suite} --problems '{problem.name}'"
        raise ConfigError(f"faulty: {problem.name}: no fault that its testbench can see. {told}")

    def _has_verdict(self, problem: Problem) -> bool:
        try:
            self._prove_wrong(problem, problem.golden_code)
        except HarnessError:
            return False
        return True

    def _proven(self, problem: Problem) -> Iterator[str]:
        seed = random.Random(f"faulty/{self._seed}/{problem.name}").getrandbits(32)
        seen: set[str] = set()
        mutants = (mutant.code for mutant in self._mutants(problem.golden_code, problem.top, seed))
        codes = mutants if problem.masked is None else _lines_instead(problem.masked, mutants)
        for code in islice(codes, MOST_TRIES):
            if code in seen:
                continue
            seen.add(code)
            if self._prove_wrong(problem, code):
                yield code


def _lines_instead(masked: MaskedLine, mutants: Iterable[str]) -> Iterator[str]:
    """Designs with another line in the masked one's place: its mutants, and where these are few the design's other
    lines."""
    lines = (line for line in map(masked.taken_out, mutants) if line is not None and "\n" not in line)
    others = (line.strip() for line in (masked.before + masked.after).split("\n"))
    for line in chain(lines, (line for line in others if line.endswith(";") and "=" in line)):
        if line.strip(" ;"):
            yield masked.put_back(line)


def choose_samples(problems: list[str], n: int, share: float, seed: int) -> dict[str, tuple[int, ...]]:
    """Which samples of each problem are to be wrong: ``round(share * problems * n)`` in all.

    Every problem gets the same number, or one more where the total does not divide; the seed says which.
    """
    chance = random.Random(f"faulty/{seed}")
    each, more = divmod(round(share * len(problems) * n), len(problems)) if problems else (0, 0)
    one_more = set(chance.sample(problems, more))
    return {name: tuple(sorted(chance.sample(range(n), each + (name in one_more)))) for name in problems}


def create_reference(model: str, suite: Suite) -> Reference:
    """``reference``: the golden design of every problem."""
    _no_model(model, "reference")
    return Reference(suite)


def create_empty(model: str) -> Empty:
    """``empty``: a reply without a character in it."""
    _no_model(model, "empty")
    return Empty(None)


def create_faulty(
    model: str,
    suite: Suite,
    *,
    seed: int,
    n: int,
    prove_wrong: ProveWrong,
    share: float = SHARE,
    mutants: MutantSource | None = None,
) -> Faulty:
    """``faulty`` or ``faulty/share=0.5``: golden designs, a share of the samples with a proven fault."""
    if model:
        share = _share_of(model)
    if not 0.0 <= share <= 1.0:
        raise ConfigError(f"faulty: share={share:g} is not between 0 and 1")
    if mutants is None:
        from harness.audit.faults import faults as of_audit

        mutants = of_audit
    return Faulty(suite, seed=seed, n=n, prove_wrong=prove_wrong, share=share, mutants=mutants)


def _share_of(model: str) -> float:
    key, _, value = model.partition("=")
    try:
        if key == "share":
            return float(value)
    except ValueError:
        pass
    raise ConfigError(f'faulty/{model}: not understood. Write "faulty" or "faulty/share=0.3"')


def _no_model(model: str, backend: str) -> None:
    if model:
        raise ConfigError(f'"{backend}/{model}": {backend} takes no model name. Write "{backend}"')
