"""The problems of a suite as rows for a trainer: a prompt, and the name by which the reward finds the problem."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.rules import find_rules
from harness.runs.asking import prompt_of
from harness.runs.folder import write_whole
from harness.runs.options import RunOptions
from harness.runs.session import select
from harness.suites.locate import load_suite


def problem_rows(
    suite: str = "core",
    *,
    suite_path: str | None = None,
    task: str = "spec-to-rtl",
    style: str | None = None,
    shots: int = 0,
    problems: str | None = None,
    limit: int | None = None,
    quarantined: bool = False,
) -> list[dict[str, Any]]:
    """One row a problem: ``prompt`` (chat messages: ``role``, ``content``), ``problem``, ``suite``, ``category``,
    ``difficulty``. It needs no tool.

    Args:
        suite, suite_path, task, style, shots, problems, limit: as on the command line.
        quarantined: also problems that the suite's quarantine list calls faulty.

    Raises ConfigError on wrong use, and where no problem is left.
    """
    if task not in list(Task):
        raise ConfigError(f'task "{task}": {", ".join(Task)}')
    options = RunOptions(suite=suite, suite_path=suite_path, task=Task(task), style=style, shots=shots)
    found = select(load_suite(suite, options.task, suite_path), problems, None, suite_path)
    faulty = set() if quarantined else {entry.problem for entry in found.quarantine if options.task in entry.tasks}
    rules = find_rules(found.official_rules) if found.official_rules else None
    kept = [problem for problem in found.problems if problem.name not in faulty][:limit]
    if not kept:
        raise ConfigError(f"suite {suite}: every problem that was asked for is in quarantine (quarantined=True)")
    return [
        {
            "prompt": [{"role": m.role, "content": m.text} for m in prompt_of(options, found, rules, problem)],
            "problem": problem.name,
            "suite": found.name,
            "category": problem.category,
            "difficulty": problem.difficulty,
        }
        for problem in kept
    ]


def write_rows(rows: Iterable[Mapping[str, Any]], path: Path | str) -> None:
    """As JSON Lines, whole or not at all. Raises HarnessError where the disk does not take it."""
    write_whole(Path(path), "".join(json.dumps(row) + "\n" for row in rows))
