"""What a user can ask of a run: one frozen record, filled by the command line or by the API."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.grading.timing import DEFAULT_ACTIVITY
from harness.prompts.feedback import Feedback
from harness.records.outcome import Rules, Stage, Task
from harness.records.run import SINGLE_SHOT
from harness.tools.yosys_mapping import Fpga


@dataclass(frozen=True, slots=True)
class RunOptions:
    suite: str = "core"
    suite_path: str | None = None
    task: Task = Task.SPEC_TO_RTL
    rules: Rules = Rules.DEFAULT
    model: str = "faulty"
    base_url: str | None = None
    n: int = 5
    k: tuple[int, ...] = (1, 5, 10)
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int = 1
    shots: int = 0
    style: str | None = None
    """None: the suite's own published prompt where it has one, else ``default``."""
    stages: frozenset[Stage] = frozenset()
    workers: int = 0
    """0: as many as there are cores."""
    completions: Path | None = None
    run: str | None = None
    sandbox: str = "auto"
    liberty: str = "neutral"
    yosys: str = "pinned"
    fpga: Fpga | None = None
    """Also count the LUTs of a design on that FPGA."""
    activity: float | None = DEFAULT_ACTIVITY
    """For power: toggles of each data input in a clock cycle; None: as under the problem's testbench."""
    max_connections: int | None = None
    """Most requests at once; None: the model's own number, else 16 that grow to 64 as long as it helps."""
    rpm: float | None = None
    """Most requests a minute."""
    tpm: float | None = None
    """Most tokens a minute, prompts and replies together."""
    max_cost: float | None = None
    """US dollars that the whole run may cost."""
    feedback: Feedback | None = None
    """What the model is told of its answer before it tries again; a track of its own."""
    rounds: int = 1
    """Most further tries of a sample with feedback."""
    moved: bool = False
    """The run's server has another address now."""
    retry_errors: bool = False
    no_cache: bool = False
    limit: int | None = None
    waveforms: int = 200
    """Most failing samples that the report shows a waveform of; each is simulated once more for it."""
    problems: str | None = None
    """A glob over problem names."""
    quiet: bool = False

    @property
    def track(self) -> str:
        return SINGLE_SHOT if self.feedback is None else f"{self.feedback}-feedback"

    def sampling(self) -> dict[str, Any]:
        """What decides the answers of a model: part of the run's identity."""
        rounds = {} if self.feedback is None else {"rounds": self.rounds}
        return {
            **rounds,
            "n": self.n,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "max_tokens": self.max_tokens,
            "shots": self.shots,
            "style": self.style,
            "limit": self.limit,
            "problems": self.problems,
        }
