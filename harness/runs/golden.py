"""golden.json: what the golden designs of a run have, kept with it.

A summary has to know of each problem whether a figure is defined at all, also where no sample is right; and it shows
the golden designs' own lint beside the samples'.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from harness.errors import HarnessError, Unsolvable
from harness.records import shape
from harness.records.grade import digest_text
from harness.records.outcome import Stage
from harness.records.problem import Problem
from harness.runs.folder import RunFolder, write_whole
from harness.runs.session import Session

GOLDEN = "golden.json"
SCHEMA = 1
_BEHIND = frozenset({Stage.SYNTHESIZE, Stage.TIMING, Stage.EQUIVALENCE, Stage.LINT})
"""Stages that have figures of the golden design behind them."""


def keep_golden(session: Session, folder: RunFolder) -> None:
    """Write golden.json for the problems of the session that were graded; what is there from the same inputs stays.

    Where no sample came as far as a figure there is nothing to compare, and no golden design is run for it.
    """
    graded, reached = set(), False
    for grade in folder.grades():
        graded.add(grade.problem)
        reached = reached or not _BEHIND.isdisjoint(grade.stages)
    if not reached:
        return
    there = _read(folder.path)
    keys = {problem.name: _key(session, problem) for problem in session.problems if problem.name in graded}
    missing = [
        problem
        for problem in session.problems
        if problem.name in keys and there.get(problem.name, {}).get("key") != keys[problem.name]
    ]
    if not missing:
        return
    with ThreadPoolExecutor(session.workers, "golden") as threads:
        found = list(threads.map(lambda problem: _golden(session, problem), missing))
    for problem, entry in zip(missing, found, strict=True):
        there.pop(problem.name, None)
        if entry is not None:
            there[problem.name] = {"key": keys[problem.name], **entry}
    text = json.dumps({"schema": SCHEMA, "problems": dict(sorted(there.items()))}, indent=1)
    write_whole(folder.path / GOLDEN, text + "\n")


def read_golden(path: Path) -> dict[str, dict[str, Any]]:
    """Problem → the fields of ``ProblemFacts`` that come from golden.json; empty where there is none that is whole."""
    try:
        return {name: _facts(entry) for name, entry in _read(path).items()}
    except ValueError:
        return {}


def golden_entries(path: Path) -> dict[str, dict[str, Any]]:
    """Problem → what golden.json says of its golden design, without the digest of what that depends on."""
    return {name: {key: value for key, value in entry.items() if key != "key"} for name, entry in _read(path).items()}


def _facts(entry: Mapping[str, Any]) -> dict[str, Any]:
    figures, lint = entry.get("figures"), entry.get("lint")
    golden = None if figures is None else frozenset(shape.table(figures))
    return {"golden": golden, "golden_lint": None if lint is None else shape.counts(lint)}


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads((path / GOLDEN).read_text("utf-8"))["problems"]
        return {name: shape.table(entry) for name, entry in shape.table(found).items()}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _key(session: Session, problem: Problem) -> str:
    return digest_text(f"{problem.digest} {session.settings.identity}")


def _golden(session: Session, problem: Problem) -> dict[str, Any] | None:
    """Without figures where the golden design does not pass here; None where it could not be tried."""
    try:
        golden = session.grader.golden(problem)
    except Unsolvable:
        return {}
    except HarnessError:
        return None
    entry: dict[str, Any] = {"figures": dict(sorted(golden.figures.items()))}
    if Stage.LINT in golden.facts:
        entry["lint"] = dict(golden.facts[Stage.LINT].get("classes", {}))
    return entry
