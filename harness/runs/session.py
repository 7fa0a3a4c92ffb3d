"""What one command needs, put together once: suite, tools, sandbox, cell library, grader."""

import dataclasses
import fnmatch
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness.errors import ConfigError
from harness.grading.equivalence_stage import EquivalenceMeasure
from harness.grading.grader import Grader, GradingSettings
from harness.grading.lint import Lint
from harness.grading.measures import Measure
from harness.grading.report import RunJob
from harness.grading.synthesize import SynthesisSettings
from harness.grading.timing import TimingMeasure
from harness.process import sandbox
from harness.process.pool import CellPool
from harness.records.outcome import Rules, Stage
from harness.records.problem import Problem, Suite
from harness.rules import find_rules
from harness.rules.official import OfficialRules
from harness.runs.cache import JsonStore
from harness.runs.options import RunOptions
from harness.suites.locate import load_suite
from harness.tools import cocotb, liberty, locate


@dataclass(frozen=True, slots=True)
class Session:
    options: RunOptions
    suite: Suite
    problems: tuple[Problem, ...]
    """Those of the suite that ``--problems`` and ``--limit`` leave."""
    rules: OfficialRules | None
    grader: Grader
    settings: GradingSettings
    run_job: RunJob
    workers: int
    tool_roots: tuple[str, ...]
    """Folders of tools that do not stand in the system's own."""

    def problem(self, name: str) -> Problem | None:
        return next((problem for problem in self.problems if problem.name == name), None)


def select(suite: Suite, pattern: str | None, limit: int | None, suite_path: str | None = None) -> Suite:
    """The suite with only the problems of a glob, and of those the first ``limit``. ConfigError where none is left.

    ``suite_path``: as the user gave it, since the hint has to repeat it.
    """
    problems = [p for p in suite.problems if pattern is None or fnmatch.fnmatchcase(p.name, pattern)]
    problems = problems[:limit]
    if not problems:
        what = f'--problems "{pattern}" matches' if pattern else "there is"
        broken = next((line for line in suite.defects if _is_about(line, pattern or "*")), None)
        if broken is not None:
            raise ConfigError(f"suite {suite.name}: {what} no problem that can be run. {broken}")
        raise ConfigError(
            f"suite {suite.name}: {what} no problem that can be run. All problems: harness list --suite {suite.name}"
            + (f" --suite-path {shlex.quote(suite_path)}" if suite_path else "")
        )
    return dataclasses.replace(suite, problems=tuple(problems))


def _is_about(defect: str, pattern: str) -> bool:
    """Whether a line about a broken problem names one that the glob asks for: its path does."""
    return any(fnmatch.fnmatchcase(part, pattern) for part in defect.partition(": ")[0].split("/"))


def needs_testbenches(suite: Suite) -> None:
    """Raises ConfigError for a text task: its answers are compared, and no testbench judges them."""
    if any(problem.testbench.kind == "text" for problem in suite.problems):
        raise ConfigError(f"suite {suite.name} asks for lines of text: it has no testbench that could be tried")


@contextmanager
def open_session(options: RunOptions, *, to_netlist: bool = True, near_misses: bool = False) -> Iterator[Session]:
    """Raises ConfigError or ToolNotFound before anything is run or asked.

    ``to_netlist``, ``near_misses``: as in GradingSettings.
    """
    whole = load_suite(options.suite, options.task, options.suite_path)
    suite = select(whole, options.problems, options.limit, options.suite_path)
    rules = find_rules(suite.official_rules) if suite.official_rules else None
    if options.rules is not Rules.DEFAULT and rules is None:
        raise ConfigError(f"suite {suite.name} has no official rules of its own; use --rules default")
    level = sandbox.choose(options.sandbox)
    synthesis = synthesis_settings(options)
    settings = GradingSettings(
        rules=options.rules,
        stages=options.stages,
        synthesis=synthesis,
        tools=tool_versions(options, suite),
        sandbox=level,
        official=rules,
        measures=measures(options, synthesis),
        to_netlist=to_netlist,
        near_misses=near_misses,
    )
    programs = ("iverilog", "vvp", "sta", "verilator")
    roots = tuple(sorted({prefix for prefix in map(locate.prefix_of, programs) if prefix}))
    workers = options.workers or os.cpu_count() or 1
    with CellPool(level, roots, locate.places(*programs, "yosys")) as pool:
        baselines, grades = (None if options.no_cache else JsonStore(name) for name in ("baselines", "grades"))
        grader = Grader(settings, pool.run, baselines, grades)
        yield Session(options, suite, suite.problems, rules, grader, settings, pool.run, workers, roots)


def synthesis_settings(options: RunOptions) -> SynthesisSettings:
    """Raises ConfigError where the cell library is of no use."""
    library = liberty.load(options.liberty)
    timed = Stage.TIMING in options.stages
    return SynthesisSettings(library, system=options.yosys == "system", fpga=options.fpga, netlist=timed)


def synthesizes(options: RunOptions) -> bool:
    """Whether samples are mapped to cells. The stages of the verdict always run under rules of ours."""
    return options.rules is not Rules.OFFICIAL or bool(options.stages & {Stage.SYNTHESIZE, Stage.TIMING})


def tool_versions(options: RunOptions, suite: Suite) -> dict[str, str]:
    """The versions of what this run will use. Raises ToolNotFound where one is missing. Text needs none."""
    if all(problem.testbench.kind == "text" for problem in suite.problems):
        return {}
    names = ["iverilog", "vvp"]
    if options.rules is not Rules.OFFICIAL or Stage.LINT in options.stages:
        names += ["pyslang"]
    if synthesizes(options) or Stage.LINT in options.stages:
        names += ["yosys" if options.yosys == "system" else "pyosys"]
    names += ["pyosys"] if Stage.EQUIVALENCE in options.stages and "pyosys" not in names else []
    names += ["sta"] if Stage.TIMING in options.stages else []
    if any(problem.testbench.kind == "cocotb" for problem in suite.problems):
        names += ["cocotb"]
        cocotb.libpython()
    if Stage.LINT in options.stages and locate.find("verilator").version:
        names += ["verilator"]
    return locate.require(*names)


def measures(options: RunOptions, synthesis: SynthesisSettings) -> tuple[Measure, ...]:
    """Of the stages asked for those that only measure."""
    found: list[Measure] = []
    if Stage.TIMING in options.stages:
        found.append(TimingMeasure(synthesis, options.activity))
    if Stage.EQUIVALENCE in options.stages:
        found.append(EquivalenceMeasure(synthesis))
    if Stage.LINT in options.stages:
        found.append(Lint(locate.find("verilator").version, options.yosys == "system"))
    return tuple(found)
