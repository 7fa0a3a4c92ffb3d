"""The stage ``netlist``: what Yosys understood of a design, simulated under the same testbench.

A design that passes only as text (it prints, it peeks, it relies on what no hardware does) is found here: nothing of
that is left in a netlist of gates and registers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.grading import simulate
from harness.grading.once import Once
from harness.grading.report import RunJob, StageReport, failed
from harness.records.grade import digest_text
from harness.records.outcome import Outcome
from harness.records.problem import Problem

NETLIST_FILE = "netlist.v"


def netlist_design(netlist: str) -> Mapping[str, str]:
    """The design is flat: given sources are inside it."""
    return {NETLIST_FILE: netlist}


def simulation_only(calls: Sequence[str]) -> StageReport:
    """A design that passed, and that may know the time or throw dice: right for the length of a test says nothing."""
    return failed(Outcome.NETLIST_MISMATCH, f"as netlist: the design itself calls {calls[0]}, which no hardware has")


Verdicts = Once[StageReport]
"""Equal netlists of a problem are simulated once."""
MOST_VERDICTS = 1000


def verdicts() -> Verdicts:
    """Only passes are given to others: why another failed is looked into each time."""
    return Once(MOST_VERDICTS, lambda report: report.passed)


def run(
    problem: Problem, netlists: Sequence[str], expected: Sequence[int], run_job: RunJob, known: Verdicts | None = None
) -> StageReport:
    """``netlists``: none where a design that synthesised could not be written back; where there are two, both count.

    ``known``: what was found of other netlists of the same run.
    """
    if known is None or not netlists:
        return _run(problem, netlists, expected, run_job)
    key = digest_text("\0".join([problem.digest, *netlists]))
    report, made_now = known.get(key, lambda: _run(problem, netlists, expected, run_job))
    return report if made_now else replace(report, cpu_s=0.0)


def _run(problem: Problem, netlists: Sequence[str], expected: Sequence[int], run_job: RunJob) -> StageReport:
    if not netlists:
        return failed(Outcome.NETLIST_MISMATCH, "yosys wrote no netlist")
    cpu_s = 0.0
    for netlist in netlists:
        report = simulate.run(problem, netlist_design(netlist), expected, run_job)
        cpu_s += report.cpu_s
        if not report.passed:
            break
    report = replace(report, cpu_s=cpu_s)
    if report.passed:
        return report
    message = f"as netlist: {report.message}"
    return StageReport(report.result, Outcome.NETLIST_MISMATCH, message, report.log, report.cpu_s)
