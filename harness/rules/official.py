"""What official rules are: the published prompt, extraction, verdict and score of one suite, reproduced exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from harness.process.job import Job, JobResult
from harness.records.completion import Message
from harness.records.grade import Official
from harness.records.outcome import Outcome, Stage, Task
from harness.records.problem import Problem, Suite


@dataclass(frozen=True, slots=True)
class OfficialVerdict:
    """The suite's own verdict and what it means in our words."""

    official: Official
    outcome: Outcome
    """``pass`` exactly where ``official.passed``, else the nearest word of ours."""
    message: str | None
    """The first telling line of the log."""
    syntax_passed: bool
    """Whether the suite's one compile went through."""
    log: str
    cpu_s: Mapping[Stage, float] = field(default_factory=dict)


class OfficialRules(Protocol):
    name: str

    def messages(self, suite: Suite, problem: Problem, task: Task, shots: int) -> tuple[Message, ...]:
        """The published prompt, character for character, from texts of the user's checkout."""

    def extract(self, problem: Problem, task: Task, reply: str) -> str | None:
        """The published extraction of Verilog from a reply; None where none is published, and ours is taken."""

    def job(self, problem: Problem, code: str) -> Job:
        """The published compile and run commands over one candidate."""

    def judge(self, problem: Problem, code: str, result: JobResult) -> OfficialVerdict:
        """The published reading of the log."""

    def score(self, rows: Mapping[str, Sequence[Official]]) -> dict[str, float]:
        """The published figures over problem → samples in order, by the published names."""

    def summary_csv(self, rows: Mapping[str, Sequence[Official]]) -> str:
        """The published summary file; empty where the suite has none."""
