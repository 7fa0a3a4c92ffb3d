"""Does the equivalence check prove designs equal that are? For maintainers.

Usage: ``python -m harness.runs.equivalence_copies [--suite S]… [--problems GLOB]``: every golden design against a copy
of itself that Yosys made to look like something else (harness.tools.resynthesis).
"""

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase

from harness.errors import ConfigError
from harness.grading import equivalence
from harness.grading.equivalence import Equivalence
from harness.grading.equivalence_stage import hints_of
from harness.grading.report import RunJob
from harness.grading.syntax import design_files
from harness.process import sandbox
from harness.process.pool import CellPool
from harness.records.outcome import Status, Task
from harness.records.problem import Problem
from harness.reports.plain import columns
from harness.suites.locate import load_suite
from harness.tools import locate, resynthesis, yosys
from harness.tools.stimulus import Design

LIMIT_S = 10
_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Copied:
    """One golden design; ``answer`` is None where Yosys makes no copy of it."""

    problem: str
    answer: Equivalence | None

    @property
    def proven(self) -> bool:
        return self.answer is not None and self.answer.status is Status.PROVEN and self.answer.cpu_s <= LIMIT_S


def try_on(problem: Problem, run_job: RunJob) -> Copied:
    """The golden design against its copy."""
    files = design_files(problem, problem.golden_code)
    copy = _copy(problem, files, run_job)
    if copy is None:
        return Copied(problem.name, None)
    golden = Design(files, problem.top, problem.parameters)
    candidate = Design({resynthesis.COPY: copy}, problem.top, problem.parameters)
    try:
        return Copied(problem.name, equivalence.check(golden, candidate, run_job, hints_of(problem)))
    except ConfigError as error:
        return Copied(problem.name, Equivalence(Status.INCONCLUSIVE, reason=str(error)))


def _copy(problem: Problem, files: dict[str, str], run_job: RunJob) -> str | None:
    front_ends: tuple[yosys.FrontEnd, ...] = ("verilog", "slang")
    for front_end in front_ends:
        job = resynthesis.copy_job(files, problem.top, problem.parameters, front_end=front_end)
        made = run_job(yosys.CELL, job)
        if made.last.ok:
            # The copy has no parameters; those that a bench would set do nothing in it.
            return yosys.netlist(made.files, problem.top, problem.parameters, resynthesis.COPY)
    return None


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m harness.runs.equivalence_copies", description=__doc__)
    parser.add_argument("--suite", action="append", metavar="S")
    parser.add_argument("--problems", default="*", metavar="GLOB")
    parser.add_argument("--json", action="store_true")
    parsed = parser.parse_args(arguments)
    locate.require("pyosys", "iverilog", "vvp")
    suites = [load_suite(name, Task.SPEC_TO_RTL, None) for name in parsed.suite or ["core"]]
    problems = [p for suite in suites for p in suite.problems if fnmatchcase(p.name, parsed.problems)]
    roots = sorted({prefix for prefix in map(locate.prefix_of, ("iverilog", "vvp")) if prefix})
    with CellPool(sandbox.choose("auto"), roots) as pool, ThreadPoolExecutor(_WORKERS) as threads:
        found = list(threads.map(lambda problem: _reported(try_on(problem, pool.run)), problems))
    print(json.dumps(_document(found), indent=1) if parsed.json else "\n".join(_table(found)))


def _reported(one: Copied) -> Copied:
    """The same; a line on standard error, since the whole takes minutes."""
    print(f"{one.problem}: {one.answer.status if one.answer else 'no copy'}", file=sys.stderr, flush=True)
    return one


def _document(found: Sequence[Copied]) -> dict[str, object]:
    made = [one.answer for one in found if one.answer is not None]
    times = [answer.cpu_s for answer in made] or [0.0]
    return {
        "designs": len(found),
        "copied": len(made),
        "proven": sum(one.proven for one in found),
        "limit_s": LIMIT_S,
        "median_s": round(statistics.median(times), 3),
        "longest_s": max(times),
        "open": {one.problem: str(one.answer.status) for one in found if one.answer is not None and not one.proven},
    }


def _table(found: Sequence[Copied]) -> list[str]:
    rows = [["problem", "answer", "CPU s", "by"]]
    for one in found:
        if one.answer is None:
            rows.append([one.problem, "no copy", "–", ""])
        else:
            rows.append([one.problem, str(one.answer.status), f"{one.answer.cpu_s:.2f}", _by(one.answer)])
    document = _document(found)
    return [*columns(rows), f"{document['proven']} of {document['copied']} proven within {LIMIT_S} CPU seconds each"]


def _by(answer: Equivalence) -> str:
    return "; ".join(part for part in (answer.method, answer.reason) if part)


if __name__ == "__main__":
    main(sys.argv[1:])
