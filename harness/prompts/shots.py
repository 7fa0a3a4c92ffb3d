"""Worked examples shown before the question: examples/<task>.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.errors import ConfigError
from harness.records.outcome import Task

FOLDER = Path(__file__).parent / "examples"


@dataclass(frozen=True, slots=True)
class Example:
    top: str
    spec: str
    header: str
    answer: str
    """Verilog; for code-completion what follows the header."""


@cache
def examples(task: Task) -> tuple[Example, ...]:
    path = FOLDER / f"{task}.toml"
    if not path.is_file():
        return ()
    return tuple(Example(**table) for table in tomllib.loads(path.read_text(encoding="utf-8"))["example"])


def first_examples(task: Task, shots: int) -> tuple[Example, ...]:
    """The first ``shots`` examples of a task, in their fixed order. Raises ConfigError where there are not so many."""
    there = examples(task)
    if shots and not there:
        raise ConfigError(f"--shots {shots}: the task {task} has no worked examples")
    if not 0 <= shots <= len(there):
        raise ConfigError(f"--shots {shots}: {task} has {len(there)} worked examples (0 to {len(there)} can be shown)")
    return there[:shots]
