"""``harness compare --html``: the comparison, or the trend, as a page that leads to the runs' own reports."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from harness import __version__
from harness.analysis.compare import Count
from harness.reports.comparison import to_page
from harness.runs import report
from harness.runs.folder import write_whole
from harness.runs.loaded import Loaded
from harness.runs.page import PAGE


def write_comparison(found: Mapping[str, Any], runs: Mapping[str, Loaded], out: Path) -> None:
    """``found``: what compare_runs says of ``runs``. Raises HarnessError where the file cannot be written."""
    index = {
        "found": found,
        "counts": _counts(runs, found["metric"]),
        "runs": {name: _about(run, found, out) for name, run in runs.items()},
        "harness_version": __version__,
    }
    write_whole(out, to_page(index))


def _counts(runs: Mapping[str, Loaded], metric: str) -> dict[str, list[tuple[int, int] | None]]:
    """Problem → for each run the right samples and those with a verdict; None where it does not have the problem."""
    names = sorted({name for run in runs.values() for name in run.rows})
    found: dict[str, list[tuple[int, int] | None]] = {}
    for name in names:
        found[name] = [_count(run, name, metric) for run in runs.values()]
    return found


def _count(run: Loaded, problem: str, metric: str) -> tuple[int, int] | None:
    if problem not in run.rows:
        return None
    count = Count.of(run.rows[problem], metric)
    return count.right, count.n


def _about(run: Loaded, found: Mapping[str, Any], out: Path) -> dict[str, Any]:
    figures = report.summarised(run.folder, (found["k"],))["metrics"].get(found["metric"], {})
    page = run.folder.path / PAGE
    link = quote(os.path.relpath(page.resolve(), out.resolve().parent)) if page.is_file() else None
    return {"figure": figures.get(f"pass@{found['k']}"), "date": run.config.created or None, "report": link}
