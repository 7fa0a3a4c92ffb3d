"""Quarantine lists: problems known to be faulty, why, and what was seen; data in TOML beside the rules.

Each ``[[quarantine]]`` has ``problem``, ``tasks``, ``reason``, ``evidence``, ``tools`` (``iverilog 11.0``, or ``*``);
in lists for folders of any name ``texts``, too: a digest of reference and testbench.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from harness.records.outcome import Task
from harness.records.problem import Problem, Quarantine
from harness.records.toml_file import read_toml


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    problem: str = Field(min_length=1)
    tasks: tuple[Task, ...] = Field(min_length=1)
    reason: str = Field(min_length=1)
    evidence: str = Field(min_length=1)
    tools: str = Field(min_length=1)
    texts: str = ""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    quarantine: tuple[_Entry, ...] = ()


def load_quarantine(path: Path) -> tuple[Quarantine, ...]:
    """The entries of a list, in its order. Raises ConfigError that names the file and the key."""
    found = read_toml(path, _File)
    return tuple(
        Quarantine(entry.problem, entry.tasks, entry.reason, entry.evidence, entry.tools, entry.texts)
        for entry in found.quarantine
    )


def texts_digest(problem: Problem) -> str:
    """What names the reference and the testbench of a problem as published, wherever they lie: 16 hex digits."""
    digest = hashlib.sha256()
    for role in ("reference", "test"):
        if role in problem.official:
            digest.update(problem.official[role].text.encode("utf-8", "replace") + b"\0")
    return digest.hexdigest()[:16]


def dump_quarantine(entries: Iterable[Quarantine]) -> str:
    """A list that ``load_quarantine`` reads, in the given order."""
    return "\n".join(_dumped(entry) for entry in entries)


def _dumped(entry: Quarantine) -> str:
    lines = ["[[quarantine]]", f"problem = {json.dumps(entry.problem)}"]
    lines.append(f"tasks = {json.dumps([str(task) for task in entry.tasks])}")
    for name in ("reason", "evidence", "tools", *(("texts",) if entry.texts else ())):
        lines.append(f"{name} = {json.dumps(getattr(entry, name))}")
    return "\n".join(lines) + "\n"
