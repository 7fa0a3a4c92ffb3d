"""What a stage hands back, and the one place where a limit or a crash becomes an outcome."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.process.job import Job, JobResult, StepResult
from harness.process.sandbox import CellKind
from harness.records.grade import StageResult
from harness.records.outcome import Outcome, Status

RunJob = Callable[[CellKind, Job], JobResult]
"""How a stage gets a job done: ``CellPool.run``."""

ICARUS_CELL = CellKind("icarus")


@dataclass(frozen=True, slots=True)
class StageReport:
    """``outcome`` is set where this stage decides the sample's fate."""

    result: StageResult
    outcome: Outcome | None = None
    message: str | None = None
    log: str = ""
    cpu_s: float = 0.0

    @property
    def passed(self) -> bool:
        return self.result.status is Status.PASS


def failed(
    outcome: Outcome, message: str, *, log: str = "", cpu_s: float = 0.0, facts: dict[str, object] | None = None
) -> StageReport:
    return StageReport(StageResult(Status.FAIL, facts or {}), outcome, message, log, cpu_s)


def ended_by_force(step: StepResult, what: str) -> tuple[Outcome, str] | None:
    """The outcome of a step that did not end by itself; None where it did.

    Limits of ours are the candidate's doing. Any other signal was already tried again, alone (CellPool), while the
    golden design ran clean in the same surroundings (baseline): a crash of the tool, which counts as a failure.
    """
    match step.stopped:
        case "cpu":
            return Outcome.TIMEOUT, f"{what}: CPU limit reached after {step.cpu_s:.1f} s"
        case "wall":
            return Outcome.TIMEOUT, f"{what}: no end after {step.wall_s:.0f} s of waiting"
        case "file":
            return Outcome.RESOURCE_LIMIT, f"{what}: wrote more than it may"
        case "memory":
            return Outcome.RESOURCE_LIMIT, f"{what}: memory limit reached"
    if step.signal is not None:
        return Outcome.TOOL_CRASH, f"{what}: ended by signal {step.signal}"
    return None
