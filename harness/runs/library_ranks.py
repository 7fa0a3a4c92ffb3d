"""Do two cell libraries put the golden designs of suites in the same order? For maintainers.

Usage: ``python -m harness.runs.library_ranks [--library L]… [--suite S]… [--save FILE]``: area, delay and power of
every golden design in each library (by default neutral and osu018; any that ``--liberty`` takes), and the rank
correlation of the first library with each of the others. ``make libraries`` runs it.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from harness.analysis.rank import spearman
from harness.errors import HarnessError
from harness.grading.measures import golden_subject
from harness.grading.report import RunJob
from harness.grading.synthesize import SynthesisSettings
from harness.grading.timing import TimingMeasure
from harness.process import sandbox
from harness.process.pool import CellPool
from harness.records.outcome import Task
from harness.records.problem import Problem
from harness.suites.locate import load_suite
from harness.tools import liberty, locate

FIGURES = ("area", "delay", "power")
_WORKERS = 2


def figures(problem: Problem, measure: TimingMeasure, run_job: RunJob) -> dict[str, float]:
    """Those that are defined and above 0; none of a design that cannot be measured here."""
    try:
        subject = golden_subject(problem, measure.synthesis, run_job)
        found = dict(measure.run(subject, run_job).figures)
    except HarnessError as error:
        print(f"warning: {problem.name}: {error}", file=sys.stderr)
        return {}
    if subject.synthesized is not None and found:
        found["area"] = float(subject.synthesized.report.result.facts["area"])
    return {name: value for name, value in found.items() if value > 0}


def rank(suites: Sequence[str], libraries: Sequence[str]) -> dict[str, Any]:
    """Raises HarnessError where a suite, a library or a tool is not here."""
    tools = locate.require("pyosys", "pyslang", "sta")
    problems = [problem for suite in suites for problem in load_suite(suite, Task.SPEC_TO_RTL, None).problems]
    names, rows = [], []
    with CellPool(sandbox.choose("auto")) as pool, ThreadPoolExecutor(_WORKERS) as threads:
        for library in map(liberty.load, libraries):
            measure = TimingMeasure(SynthesisSettings(library, netlist=True))
            names.append(library.name)
            rows.append(list(threads.map(lambda problem, by=measure: figures(problem, by, pool.run), problems)))
    against = {name: _correlations(rows[0], row) for name, row in zip(names[1:], rows[1:], strict=True)}
    return {"library": names[0], "suites": list(suites), "tools": tools, "against": against}


def _correlations(first: Sequence[dict[str, float]], second: Sequence[dict[str, float]]) -> dict[str, Any]:
    """Over the designs that have the figure in both libraries."""
    found = {}
    for name in FIGURES:
        pairs = [(one[name], two[name]) for one, two in zip(first, second, strict=True) if name in one and name in two]
        value = spearman([one for one, _ in pairs], [two for _, two in pairs])
        found[name] = {"designs": len(pairs)} | ({} if value is None else {"spearman": round(value, 4)})
    return found


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m harness.runs.library_ranks", description=__doc__)
    parser.add_argument("--library", action="append", metavar="L", help="a name or path, as --liberty takes")
    parser.add_argument("--suite", action="append", metavar="S")
    parser.add_argument("--save", metavar="FILE", help="also write the figures there, as JSON")
    parsed = parser.parse_args(arguments)
    text = json.dumps(rank(parsed.suite or ["core"], parsed.library or ["neutral", "osu018"]), indent=1) + "\n"
    if parsed.save:
        Path(parsed.save).write_text(text, "utf-8")
    print(text, end="")


if __name__ == "__main__":
    main(sys.argv[1:])
