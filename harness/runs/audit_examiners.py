"""The real tools behind an audit's questions about one problem; what they answered before is not asked again."""

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from harness.audit.check import Examiners
from harness.audit.findings import GoldenFacts, Proof, Toggles
from harness.audit.mutants import Mutant
from harness.audit.stubs import stubs
from harness.audit.syntax import with_item
from harness.errors import ConfigError, HarnessError, Unsolvable
from harness.grading import equivalence, simulate, toggles
from harness.grading.equivalence import Equivalence
from harness.grading.equivalence_stage import hints_of
from harness.grading.simulate import Simulation
from harness.grading.syntax import design_files
from harness.grading.verdict import contradiction
from harness.records.grade import Candidate, Grade
from harness.records.outcome import Outcome, Stage, Status
from harness.records.problem import Port, Problem
from harness.runs.asking import messages_for
from harness.runs.audit_netlist import netlist_mutants
from harness.runs.audit_verdicts import Verdicts
from harness.runs.session import Session
from harness.tools.stimulus import Design

_FURTHER_SEEDS = 3
_MOST_FRAMES = 24
"""Rows of a telling stimulus that are kept: the last ones."""
_STILL_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Load:
    """Threads to run a golden design ``runs`` times side by side. One lot for a whole audit: each has a cell of its
    own for as long as the session lives."""

    runs: int
    threads: ThreadPoolExecutor


@dataclass(frozen=True, slots=True)
class ProblemExaminer:
    session: Session
    problem: Problem
    verdicts: Verdicts
    proof_s: int
    """CPU seconds for an engine of the solver."""
    load: Load | None = None
    """To see the golden design on a busy machine, too; None: it is not asked for."""

    def examiners(self) -> Examiners:
        return Examiners(
            golden=self.golden,
            grade=self.grade,
            judge=self.judge,
            prove=self.prove,
            netlist_mutants=self.mutants_of_netlist,
            ports=self.ports,
            prompt=lambda: "\n".join(message.text for message in messages_for(self.session, self.problem)),
            toggles=self.toggles,
            contradiction=self.contradiction,
        )

    def golden(self) -> GoldenFacts:
        problem, grade = self.problem, self.grade(self.problem.golden_code)
        official = None if grade.official is None else grade.official.passed
        if grade.outcome is not Outcome.PASS:
            return self._failing(grade, official)
        baseline = self.session.grader.baselines.of(problem)
        seeds = [problem.testbench.seeds + more for more in range(1, _FURTHER_SEEDS + 1)]
        if not problem.testbench.seeded:
            seeds = [1] * _FURTHER_SEEDS
        checks = None if problem.testbench.seeded else baseline.checks[0]
        unstable = _otherwise(map(self._simulated, seeds), seeds, checks)
        if self.load is not None and not unstable:
            at_once = [1] * self.load.runs
            runs = self.load.threads.map(self._simulated, at_once)
            unstable = [f"{what}, under load" for what in _otherwise(runs, at_once, baseline.checks[0])]
        synthesizes = grade.stages[Stage.SYNTHESIZE].status is Status.PASS
        return GoldenFacts(
            grade.outcome,
            official=official,
            synthesizes=synthesizes,
            netlist=baseline.netlist,
            seeds=len(seeds),
            loaded=0 if self.load is None else self.load.runs,
            unstable=tuple(unstable),
            cpu_s=baseline.cpu_s,
            checks=baseline.checks,
        )

    def _failing(self, grade: Grade, official: bool | None) -> GoldenFacts:
        try:
            self.session.grader.baselines.of(self.problem)
        except Unsolvable as error:
            said = re.sub(r"^\S+: ", "", str(error).split(": ", 1)[-1])  # without problem.toml and the testbench's file
            return GoldenFacts(grade.outcome, said[:200], unsolvable=True, official=official)
        except HarnessError as error:
            return GoldenFacts(grade.outcome, str(error)[:200], official=official)
        return GoldenFacts(grade.outcome, (grade.message or "")[:200], official=official)

    def _simulated(self, seed: int) -> Simulation:
        design = design_files(self.problem, self.problem.golden_code)
        return simulate.simulate(self.problem, design, seed, self.session.run_job)

    def grade(self, code: str) -> Grade:
        def graded() -> dict[str, Any] | None:
            grade = self.session.grader.grade(self.problem, Candidate(code), 0).grade
            return None if grade.outcome is Outcome.INFRA_ERROR else {"grade": grade.to_json()}

        kept = self.verdicts.once("grade", self._question(code), graded)
        if kept is None:
            return self.session.grader.grade(self.problem, Candidate(code), 0).grade
        return Grade.from_json(kept["grade"])

    def judge(self, code: str) -> Outcome:
        """One seed after the other until a check fails; only what passes them all is graded in full."""

        def judged() -> dict[str, Any] | None:
            baseline, design = self.session.grader.baselines.of(self.problem), design_files(self.problem, code)
            try:
                report = simulate.run(self.problem, design, baseline.checks, self.session.run_job)
            except HarnessError:
                return None
            outcome = report.outcome or self.grade(code).outcome
            return None if outcome is Outcome.INFRA_ERROR else {"outcome": str(outcome)}

        kept = self.verdicts.once("judge", self._question(code), judged)
        return Outcome.INFRA_ERROR if kept is None else Outcome(kept["outcome"])

    def prove(self, code: str) -> Proof:
        def proven() -> Proof:
            golden, mutant = (Design(design_files(p, text), p.top, p.parameters) for text in (p.golden_code, code))
            try:
                found = equivalence.check(golden, mutant, self.session.run_job, hints_of(p), self.proof_s)
            except ConfigError as error:
                found = Equivalence(Status.INCONCLUSIVE, reason=str(error)[:200])
            return Proof(found.status, found.method, found.reason, _stimulus(found))

        p = self.problem
        return self.verdicts.proof(self._question(code), self.proof_s, proven)

    def mutants_of_netlist(self, wanted: int, seed: int) -> Iterator[Mutant]:
        def passes(code: str) -> bool:
            return self.judge(code) is Outcome.PASS

        return netlist_mutants(self.problem, wanted, seed, self.session.run_job, passes)

    def ports(self) -> Sequence[Port]:
        return self.session.grader.baselines.of(self.problem).ports

    def toggles(self) -> Toggles | None:
        problem = self.problem
        code = with_item(problem.golden_code, problem.top, toggles.recording(problem.top))
        if code is None:
            return None

        def observed() -> dict[str, Any]:
            bits = toggles.observe(problem, design_files(problem, code), self.session.run_job)
            still = [name for name, went in (bits or {}).items() if not went]
            return {"bits": len(bits or {}), "still": still[:_STILL_SHOWN], "toggled": len(bits or {}) - len(still)}

        kept = self.verdicts.once("toggles", self._question(code), observed)
        if kept is None or not kept["bits"]:
            return None
        return Toggles(int(kept["bits"]), int(kept["toggled"]), tuple(kept["still"]))

    def contradiction(self) -> str | None:
        """As it shows in the run of a design whose outputs are never defined."""
        design = design_files(self.problem, stubs(self.problem)["x"])
        return contradiction(simulate.simulate(self.problem, design, 1, self.session.run_job).output)

    def _question(self, code: str) -> str:
        return f"{self.problem.digest}\n{code}"


def _otherwise(runs: Iterable[Simulation], seeds: Sequence[int], checks: int | None) -> list[str]:
    """What went otherwise in runs of the golden design than that all ``checks`` (None: any number) pass."""
    said = []
    for seed, run in zip(seeds, runs, strict=True):
        verdict = run.verdict
        if verdict is None:
            said.append(f"seed {seed}: no verdict")
        elif verdict.failed or not verdict.checked:
            said.append(f"seed {seed}: {verdict.failed} of {verdict.checked} checks fail")
        elif checks is not None and verdict.checked != checks:
            said.append(f"seed {seed}: {verdict.checked} checks, not {checks}")
    return list(dict.fromkeys(said))


def _stimulus(found: Equivalence) -> tuple[tuple[str, ...], ...]:
    if found.counterexample is None:
        return ()
    head, *rows = found.counterexample.table()
    return tuple(map(tuple, [head, *rows[-_MOST_FRAMES:]]))
