"""The stage ``lint``: warnings of a design by class. They inform; they change no outcome.

slang's warnings, and beside them what a netlist shows: latches, registers that a reset leaves out, registers without
reset. Where Verilator is installed, its own classes stand apart, so that counts compare between machines.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from harness.grading.measures import Measured, Subject
from harness.grading.report import RunJob
from harness.grading.syntax import CANDIDATE, design_files
from harness.records.grade import StageResult
from harness.records.outcome import Stage, Status
from harness.tools import slang, verilator, yosys, yosys_registers
from harness.tools.lint_classes import INCOMPLETE_RESET, LATCH, NO_RESET
from harness.tools.slang import Finding
from harness.tools.yosys_registers import Registers

VERSION = 1
"""Raised when the same design would get other warnings from the same tools."""
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Lint:
    """The measure (see harness.grading.measures)."""

    verilator: str | None = None
    """Its version; None where it is not installed."""
    system_yosys: bool = False

    stage = Stage.LINT
    only_passes = False

    @property
    def identity(self) -> str:
        return f"lint {VERSION} verilator={self.verilator}"

    def run(self, subject: Subject, run_job: RunJob) -> Measured:
        """Raises CellLost where slang cannot be run; a design on which it crashes has no figures, and says so."""
        registers, cpu_s = self._registers(subject, run_job)
        known = {} if registers is None else {LATCH: registers.latches, NO_RESET: registers.free}
        problem = subject.problem
        resets = [reset.port for reset in problem.resets]
        given = [source.text for source in problem.given]
        step = run_job(
            slang.CELL, slang.lint_job(subject.code, given, problem.top, problem.parameters, resets, known)
        ).last
        cpu_s += step.cpu_s
        findings = slang.parse_lint(step)
        if findings is None:
            message = step.error or f"slang did not finish ({step.stopped or f'signal {step.signal}'})"
            return Measured(StageResult(Status.SKIPPED, {"message": message[:300]}), log=step.log, cpu_s=cpu_s)
        facts = _facts(findings)
        log = "".join(f"line {found.line}: {found.text} [{found.kind}]\n" for found in findings)
        if self.verilator is not None:
            classes, said, spent = self._verilator(subject, self.verilator, run_job)
            cpu_s += spent
            facts |= {} if classes is None else {"verilator": classes}
            log += said
        return Measured(StageResult(Status.PASS, facts), log=log, cpu_s=cpu_s)

    def _registers(self, subject: Subject, run_job: RunJob) -> tuple[Registers | None, float]:
        """None where the design is no hardware: then nothing is known of its registers."""
        made = subject.synthesized
        if made is None or not made.report.passed:
            return None, 0.0
        problem = subject.problem
        job = yosys_registers.registers_job(
            design_files(problem, subject.for_synthesis),
            problem.top,
            problem.parameters,
            front_end="slang" if made.report.result.facts.get("front_end") == "slang" else "verilog",
            system=self.system_yosys,
        )
        result = run_job(yosys.SYSTEM_CELL if self.system_yosys else yosys.CELL, job)
        if not result.last.ok:
            return None, result.last.cpu_s
        return yosys_registers.parse_registers(result.files), result.last.cpu_s

    def _verilator(self, subject: Subject, version: str, run_job: RunJob) -> tuple[dict[str, int] | None, str, float]:
        problem = subject.problem
        files = design_files(problem, subject.code)
        step = run_job(verilator.CELL, verilator.lint_job(files, problem.top, problem.parameters, version)).last
        return (verilator.parse_lint(step.log, CANDIDATE) if step.ok else None), verilator.telling(step.log), step.cpu_s


def _facts(findings: tuple[Finding, ...]) -> dict[str, Any]:
    classes = Counter(found.kind for found in findings)
    facts: dict[str, Any] = {"warnings": len(findings), "classes": dict(sorted(classes.items()))}
    for kind in (LATCH, INCOMPLETE_RESET, NO_RESET):
        names = sorted({found.name for found in findings if found.kind == kind})
        if names:
            facts.setdefault("names", {})[kind] = names[:_MOST_NAMES]
    return facts
