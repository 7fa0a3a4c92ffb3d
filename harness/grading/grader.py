"""The order of the stages, and the outcome of a sample."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.errors import CellUnusable, HarnessError
from harness.grading import interface, match, netlist, official, screen, simulate, surroundings, syntax, synthesize
from harness.grading.baseline import Baseline, Baselines, BaselineStore
from harness.grading.measures import Measure, Measures, Subject
from harness.grading.once import Once
from harness.grading.report import RunJob, StageReport
from harness.grading.synthesize import SynthesisSettings, Synthesized
from harness.records.grade import Candidate, Grade, Official, StageResult, digest_text
from harness.records.outcome import Evidence, Outcome, Rules, Stage, Status
from harness.records.problem import Problem
from harness.rules.official import OfficialRules

MOST_REMEMBERED = 1000
"""Grades kept for identical candidates: these come close together, and a run of 100,000 must not fill the memory."""
LONGEST_KEPT_LOG = 1 << 16
"""Characters: a grade with a longer log is neither remembered nor stored, and made again."""
GRADING_VERSION = 11
"""Raised when the same inputs would be graded otherwise: old grades are then made again."""

_OF_THE_VERDICT = frozenset(
    (Stage.EXTRACT, Stage.SCREEN, Stage.SYNTAX, Stage.INTERFACE, Stage.SIMULATE, Stage.SYNTHESIZE, Stage.NETLIST)
)


@dataclass(frozen=True, slots=True)
class GradingSettings:
    """Everything besides problem and candidate that a grade depends on."""

    rules: Rules
    stages: frozenset[Stage]
    """The stages asked for; under default rules those of the verdict always run."""
    synthesis: SynthesisSettings
    tools: Mapping[str, str]
    """Tool name → version."""
    sandbox: str
    official: OfficialRules | None = None
    measures: tuple[Measure, ...] = ()
    """Those of the stages asked for that never change an outcome."""
    to_netlist: bool = True
    """False: stop after the simulation of the text. Quicker, and a design that is right only as text passes."""
    near_misses: bool = False
    """Simulate the netlist of designs that fail checks as text, too: how near a design came counts as hardware only."""

    @property
    def area(self) -> bool:
        """Whether right designs are mapped to cells: not where the stages asked for are some of the verdict's only."""
        return not self.stages & _OF_THE_VERDICT or bool(self.stages & {Stage.SYNTHESIZE, Stage.TIMING})

    @property
    def baseline_identity(self) -> str:
        """Of these, what a golden design's own figures depend on: neither rules nor stages."""
        parts = [str(GRADING_VERSION), self.synthesis.liberty.digest, f"system_yosys={self.synthesis.system}"]
        parts += [f"fpga={self.synthesis.fpga}"] if self.synthesis.fpga else []
        return " ".join([*parts, *(f"{name}={version}" for name, version in sorted(self.tools.items()))])

    @property
    def identity(self) -> str:
        measures = [measure.identity for measure in self.measures]
        measures += [] if self.to_netlist else ["to_netlist=False"]
        measures += ["near_misses=True"] if self.near_misses else []
        return " ".join([str(self.rules), ",".join(sorted(self.stages)), self.baseline_identity, *measures])


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade and the log behind it, which the run folder keeps under the log's digest."""

    grade: Grade
    log: str
    cached: bool = False
    """Read from the store of an earlier run, so that no tool was run for it now."""


@dataclass(frozen=True, slots=True)
class Golden:
    """A golden design's figures, by the names that ratios have, without those that are undefined; facts by stage."""

    figures: Mapping[str, float]
    facts: Mapping[Stage, Mapping[str, Any]]


@dataclass(slots=True)
class _Progress:
    """What is known so far of one candidate while its stages run."""

    stages: dict[Stage, StageResult] = field(default_factory=dict)
    measured: dict[str, float] = field(default_factory=dict)
    logs: list[str] = field(default_factory=list)
    outcome: Outcome | None = None
    message: str | None = None
    ratio: dict[str, float] = field(default_factory=dict)

    def take(self, stage: Stage, report: StageReport) -> None:
        """Record a stage; the first failure decides."""
        self.stages[stage] = report.result
        self.measured[str(stage)] = report.cpu_s
        if not report.passed and report.log.strip():
            self.logs.append(f"== {stage}\n{report.log.rstrip()}\n")
        if self.outcome is None and report.outcome is not None:
            self.outcome, self.message = report.outcome, report.message

    def infra(self, message: str) -> None:
        self.outcome, self.message = Outcome.INFRA_ERROR, message


class Grader:
    """Grades candidates of one suite. Thread-safe; identical candidates of a problem are graded once."""

    def __init__(
        self,
        settings: GradingSettings,
        run_job: RunJob,
        store: BaselineStore | None = None,
        grades: BaselineStore | None = None,
    ) -> None:
        """``store`` keeps what is measured of golden designs, ``grades`` what candidates were found to be worth."""
        self.settings = settings
        self._identity = settings.identity  # settled once: it holds the digest of a library of many megabytes
        self._grades = grades
        self._run_job = run_job
        synthesis, identity = settings.synthesis, settings.baseline_identity
        self._mappings = synthesize.mappings()
        self._netlists = netlist.verdicts()
        self._once: Once[Graded] = Once(MOST_REMEMBERED, _may_be_kept)
        self.baselines = Baselines(
            run_job, synthesis, identity, store, self._mappings, self._netlists, area=settings.area
        )
        self._measures = Measures(settings.measures, synthesis, run_job, identity, store, self._mappings)

    def inputs(self, problem: Problem, candidate: Candidate) -> str:
        """Digest of everything that the grade depends on."""
        other = digest_text(candidate.official_code or "")
        parts = (problem.digest, candidate.digest, str(candidate.outcome), candidate.message or "", other)
        return digest_text("\n".join((*parts, self._identity)))

    def forget_circuits(self) -> None:
        """Map and simulate as if no circuit had been seen before."""
        self._mappings.clear()
        self._netlists.clear()

    def golden(self, problem: Problem) -> Golden:
        """What the golden design itself has. Raises HarnessError where it cannot be found out here."""
        baseline = self.baselines.of(problem)
        measured = self._measures.of_golden(problem)
        figures = {name: value for found in measured.values() for name, value in found.figures.items() if value}
        if baseline.area and (baseline.netlist or self.settings.rules is Rules.OFFICIAL):
            figures["area"] = baseline.area
        return Golden(figures, {stage: found.facts for stage, found in measured.items()})

    def grade(self, problem: Problem, candidate: Candidate, sample: int, round_number: int = 0) -> Graded:
        """The grade of one sample. Trouble of our own becomes the outcome ``infra_error``."""
        inputs = self.inputs(problem, candidate)
        graded, _ = self._once.get(f"{problem.name} {inputs}", lambda: self._graded(problem, candidate, inputs))
        return replace(graded, grade=replace(graded.grade, sample=sample, round=round_number))

    def _graded(self, problem: Problem, candidate: Candidate, inputs: str) -> Graded:
        graded = self._stored(inputs) or self._grade(problem, candidate, inputs)
        if self._grades is not None and not graded.cached and _may_be_kept(graded):
            self._grades.put(inputs, {"grade": graded.grade.to_json(), "log": graded.log})
        return graded

    def _stored(self, inputs: str) -> Graded | None:
        """A grade of an earlier run, or of another process; None where there is none that is whole."""
        stored = self._grades.get(inputs) if self._grades is not None else None
        if stored is None:
            return None
        try:
            grade, log = Grade.from_json(stored["grade"]), stored["log"]
        except (KeyError, TypeError, ValueError):
            return None
        whole = grade.inputs == inputs and grade.log == (digest_text(log) if log else None)
        return Graded(grade, log, cached=True) if whole and grade.outcome is not Outcome.INFRA_ERROR else None

    def _grade(self, problem: Problem, candidate: Candidate, inputs: str) -> Graded:
        if problem.testbench.kind == "text":
            return self._line(problem, candidate, inputs)
        progress = _Progress()
        found_official: Official | None = None
        if candidate.outcome is not None:
            progress.stages[Stage.EXTRACT] = StageResult(Status.FAIL)
            progress.outcome, progress.message = candidate.outcome, candidate.message
        try:
            found_official = self._official(problem, candidate, progress)
            if candidate.outcome is None:
                if problem.masked is not None:
                    progress.take(Stage.MATCH, match.beside(problem.masked, candidate.code))
                self._stages(problem, candidate.code, progress)
        except CellUnusable:
            raise
        except HarnessError as error:
            progress.infra(str(error))
        if surroundings.doubtful(progress.outcome, "".join(progress.logs)) and not self._tools_work(progress):
            found_official = None
        return self._finish(problem, candidate, progress, found_official, inputs)

    def _line(self, problem: Problem, candidate: Candidate, inputs: str) -> Graded:
        """A line of text: one stage, under whichever rules."""
        progress, verdict, rules = _Progress(), None, self.settings.official
        if candidate.outcome is None:
            progress.take(Stage.MATCH, match.run(problem, candidate.code))
        else:
            progress.stages[Stage.EXTRACT] = StageResult(Status.FAIL)
            progress.outcome, progress.message = candidate.outcome, candidate.message
        if rules is not None and self.settings.rules is not Rules.DEFAULT:
            code = candidate.code if candidate.official_code is None else candidate.official_code
            verdict = match.official(rules, problem, code).official
        return self._finish(problem, candidate, progress, verdict, inputs)

    def _tools_work(self, progress: _Progress) -> bool:
        """Ask the tools themselves; where they fail, what they said of the candidate is no verdict."""
        try:
            surroundings.check(self.settings.synthesis if Stage.SYNTHESIZE in progress.stages else None, self._run_job)
        except HarnessError as error:
            progress.infra(str(error))
            progress.stages.clear()
            progress.ratio.clear()
            return False
        return True

    def _official(self, problem: Problem, candidate: Candidate, progress: _Progress) -> Official | None:
        """The published verdict where it is asked for; under ``official`` rules it is the outcome."""
        rules = self.settings.official
        if rules is None or self.settings.rules is Rules.DEFAULT:
            return None
        code = candidate.code if candidate.official_code is None else candidate.official_code
        verdict = official.judge(rules, problem, code, self._run_job)
        if self.settings.rules is Rules.OFFICIAL:
            progress.stages.update(official.stage_results(verdict))
            progress.measured.update({str(stage): cpu for stage, cpu in verdict.cpu_s.items()})
            if candidate.outcome is None or verdict.official.passed:
                progress.outcome, progress.message = verdict.outcome, verdict.message
            if not verdict.official.passed:
                progress.logs.append(verdict.log)
        else:
            progress.measured["official"] = sum(verdict.cpu_s.values())
        return verdict.official

    def _stages(self, problem: Problem, code: str, progress: _Progress) -> None:
        """Our own stages, and after them what is only measured."""
        if self.settings.rules is Rules.OFFICIAL:
            if progress.stages[Stage.SYNTAX].status is Status.PASS:
                self._after_official(problem, code, progress)
            return
        baseline = self.baselines.of(problem)
        screened = self._front(problem, code, progress, baseline)
        if progress.outcome is not None:
            return
        design = syntax.design_files(problem, screened.code)
        progress.take(Stage.SIMULATE, simulate.run(problem, design, baseline.checks, self._run_job))
        made = None
        if self.settings.to_netlist:
            made = self._synthesize(problem, screened.for_synthesis, progress, baseline)
        calls = screened.inspection.calls if screened.inspection is not None else ()
        if progress.outcome is None and calls:
            progress.take(Stage.NETLIST, netlist.simulation_only(calls))
            progress.ratio.clear()
        self._measure(Subject(problem, screened.code, screened.for_synthesis, made), progress)

    def _after_official(self, problem: Problem, code: str, progress: _Progress) -> None:
        """What is asked for besides the suite's own verdict."""
        made = None
        if Stage.SYNTHESIZE in self.settings.stages or self.settings.measures:
            made = self._synthesize(problem, code, progress, self.baselines.of(problem))
        self._measure(Subject(problem, code, code, made), progress)

    def _measure(self, subject: Subject, progress: _Progress) -> None:
        """The measuring stages asked for: they add figures and change no outcome."""
        passed = progress.outcome in (None, Outcome.PASS)
        for stage, (measured, ratio) in self._measures.of(replace(subject, passed=passed)).items():
            progress.stages[stage] = measured.result
            progress.measured[str(stage)] = measured.cpu_s
            progress.ratio.update(ratio)
            if measured.log:
                progress.logs.append(f"== {stage}\n{measured.log.rstrip()}\n")

    def _front(self, problem: Problem, code: str, progress: _Progress, baseline: Baseline) -> screen.Screened:
        """Screen, syntax, interface; returns the design as the later stages read it."""
        screened = screen.run(problem, code, baseline.forbidden, self._run_job)
        progress.take(Stage.SCREEN, screened.report)
        if progress.outcome is None:
            # A parameter that the design lacks is for `interface` to say; Icarus 12 would not compile with it.
            known = screened.inspection.parameters if screened.inspection else None
            report = syntax.run(problem, screened.code, screened.parse_error, self._run_job, known)
            progress.take(Stage.SYNTAX, report)
        if progress.outcome is None and screened.inspection is not None:
            progress.take(Stage.INTERFACE, interface.run(problem, baseline.ports, screened.inspection))
        return screened

    def _synthesize(self, problem: Problem, code: str, progress: _Progress, baseline: Baseline) -> Synthesized:
        """Whether it is hardware is asked of wrong designs too; netlist and area only of those right as text.

        Where the golden design's own netlist is missing or fails, text is enough, and neither netlist nor area is
        asked for: the area would be that of whatever hardware the text happens to be.
        """
        right = progress.outcome in (None, Outcome.PASS)
        near_miss = self.settings.near_misses and progress.outcome is Outcome.MISMATCH
        made = synthesize.run(
            problem,
            code,
            self.settings.synthesis,
            mapped=right and self.settings.area,
            run_job=self._run_job,
            known=self._mappings,
            netlists=right or near_miss,
        )
        if made.doubtful:
            surroundings.check(self.settings.synthesis, self._run_job)
        decides = self.settings.rules is not Rules.OFFICIAL and baseline.netlist
        report = made.report if decides else replace(made.report, outcome=None)
        progress.take(Stage.SYNTHESIZE, report)
        if decides and report.passed and (right or near_miss):
            settings = self.settings.synthesis
            found = netlist.run(problem, made.netlists, baseline.checks, settings, self._run_job, self._netlists)
            progress.take(Stage.NETLIST, found)
        conflicts = report.result.facts.get("conflicts", 0)
        if decides and right and conflicts and progress.outcome is None:
            progress.take(Stage.NETLIST, netlist.contended(conflicts))
        area = report.result.facts.get("area")
        right = progress.outcome in (None, Outcome.PASS)  # the netlist may have said otherwise
        if not decides and self.settings.rules is not Rules.OFFICIAL:
            right, made = False, replace(made, mapped=None)
        if right and area is not None and baseline.area:
            progress.ratio["area"] = round(area / baseline.area, 6)
        luts = report.result.facts.get("luts")
        if right and luts is not None and baseline.luts:
            progress.ratio["luts"] = round(luts / baseline.luts, 6)
        return made

    def _evidence(self, progress: _Progress) -> Evidence:
        if self.settings.rules is Rules.OFFICIAL:
            return Evidence.OFFICIAL
        return Evidence.NETLIST if Stage.NETLIST in progress.stages else Evidence.TEXT

    def _finish(
        self,
        problem: Problem,
        candidate: Candidate,
        progress: _Progress,
        found_official: Official | None,
        inputs: str,
    ) -> Graded:
        outcome = progress.outcome or Outcome.PASS
        evidence = None
        if outcome is Outcome.PASS:
            evidence = self._evidence(progress)
        log = "".join(progress.logs)
        grade = Grade(
            problem=problem.name,
            sample=0,
            outcome=outcome,
            evidence=evidence,
            message=progress.message,
            official=found_official,
            stages=dict(sorted(progress.stages.items(), key=lambda item: list(Stage).index(item[0]))),
            ratio=dict(sorted(progress.ratio.items())),
            candidate=candidate.digest,
            inputs=inputs,
            log=digest_text(log) if log else None,
            sandbox=self.settings.sandbox,
            measured=dict(progress.measured),
        )
        return Graded(grade, log)


def _may_be_kept(graded: Graded) -> bool:
    """Trouble of ours is never remembered: the next sample tries again."""
    return graded.grade.outcome is not Outcome.INFRA_ERROR and len(graded.log) <= LONGEST_KEPT_LOG
