"""What gives rewards, wherever the grading is done."""

from collections.abc import Iterable
from typing import Protocol

from harness.records.completion import Completion
from harness.reward.components import Reward


class Scorer(Protocol):
    """A ``Grader``, or anything that answers as one does. Thread-safe."""

    def score_many(self, items: Iterable[tuple[str, str | Completion]], *, code: bool = False) -> list[Reward]:
        """The rewards of (problem, completion) pairs, in their order; ``code``: completions are Verilog as it is."""
        ...
