"""``make suites``: check published suites out at their pinned commits, into ``.suites/<name>`` (ignored by git).

What was read there is recorded in ``.suites/digests.json``: commit, number of problems, and the suite's digest for each
of its tasks, the one that run.json names.
"""

import contextlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import ConfigError, HarnessError
from harness.process.program import run_program
from harness.records.outcome import Task
from harness.suites.reader import Source, SuiteReader

SUITES = Path(".suites")
DIGESTS = SUITES / "digests.json"
SCHEMA = 1
CLONE_S = 900.0


@dataclass(frozen=True, slots=True)
class Fetched:
    root: Path
    commit: str
    problems: int
    digests: dict[Task, str]
    defects: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        digests = {str(task): digest for task, digest in self.digests.items()}
        return {
            "commit": self.commit,
            "problems": self.problems,
            "digests": digests,
            **({"defects": list(self.defects)} if self.defects else {}),
        }


def fetch(reader: SuiteReader, origin: str | None) -> Fetched:
    """Clone from ``origin`` (a URL or a local path; default: where the suite is published), check the commit out, and
    record what is read there.

    What is there already at that commit stays. Raises ConfigError or HarnessError, saying what git said.
    """
    source = reader.source
    if source is None:
        raise ConfigError(f"suite {reader.name} travels with the harness; there is nothing to fetch")
    target = SUITES / reader.name
    if not target.exists():
        _clone(origin or source.url, source, target)
    elif not (target / ".git").exists():  # git would go on in the repository around it
        raise ConfigError(f"{target} is there and is no checkout; move it away, and `make suites` fetches the suite")
    elif _head(target) != source.commit:
        _git(["-C", str(target), "checkout", "--quiet", "--detach", source.commit])
    found = _read(reader, target, source.commit)
    _record(reader.name, found)
    return found


def _clone(origin: str, source: Source, target: Path) -> None:
    """Under another name until it is whole: what a killed clone left is not taken for a suite."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    _git(["clone", "--quiet", "--no-checkout", origin, str(part)])
    _git(["-C", str(part), "checkout", "--quiet", "--detach", source.commit])
    part.rename(target)


def _head(target: Path) -> str:
    return run_program(["git", "-C", str(target), "rev-parse", "HEAD"], wall_s=20).output.strip()


def _git(arguments: list[str]) -> None:
    found = run_program(["git", *arguments], wall_s=CLONE_S)
    if not found.ok:
        said = found.last_line or "no answer in time"
        command = " ".join(word for word in arguments if not word.startswith("-"))
        raise HarnessError(f"git {command}: {said}. A local copy will do as well: see `make help`")


def _read(reader: SuiteReader, root: Path, commit: str) -> Fetched:
    suites = {task: reader.read(root, task) for task in reader.tasks}
    defects = dict.fromkeys(defect for suite in suites.values() for defect in suite.defects)
    digests = {task: suite.digest for task, suite in suites.items()}
    return Fetched(root, commit, max(len(suite.problems) for suite in suites.values()), digests, tuple(defects))


def recorded() -> dict[str, dict[str, Any]]:
    """Suite → what digests.json says of it; empty where there is no such file."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return dict(json.loads(DIGESTS.read_text("utf-8"))["suites"])
    return {}


def _record(name: str, found: Fetched) -> None:
    suites = recorded() | {name: found.to_json()}
    text = json.dumps({"schema": SCHEMA, "suites": dict(sorted(suites.items()))}, indent=1) + "\n"
    part = DIGESTS.with_name(f".{DIGESTS.name}.{os.getpid()}")
    part.write_text(text, "utf-8")
    part.replace(DIGESTS)
