"""The stage ``netlist``: what Yosys understood of a design, simulated under the same testbench.

A design that passes only as text (it prints, it peeks, it relies on what no hardware does) is found here: nothing of
that is left in a netlist of gates and registers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.grading import simulate
from harness.grading.report import RunJob, StageReport, failed
from harness.records.outcome import Outcome
from harness.records.problem import Problem
from harness.tools.two_state import Netlists

NETLIST_FILE = "netlist.v"


def netlist_design(netlist: str) -> Mapping[str, str]:
    """The design is flat: given sources are inside it."""
    return {NETLIST_FILE: netlist}


def simulation_only(calls: Sequence[str]) -> StageReport:
    """A design that passed, and that may know the time or throw dice: right for the length of a test says nothing."""
    return failed(Outcome.NETLIST_MISMATCH, f"as netlist: the design itself calls {calls[0]}, which no hardware has")


def contended(nets: int) -> StageReport:
    """Two drivers of one net are a short circuit. A simulation makes an X of it, or lets the last one win."""
    what = "1 net has" if nets == 1 else f"{nets} nets have"
    return failed(Outcome.NETLIST_MISMATCH, f"as netlist: {what} more than one driver")


def run(problem: Problem, netlists: Netlists, expected: Sequence[int], run_job: RunJob) -> StageReport:
    """The netlists with zeros and ones have to be right. Where the one with X is not, each mixture has to be, too."""
    if not netlists.filled:
        return failed(Outcome.NETLIST_MISMATCH, "yosys wrote no netlist")
    report = _each(problem, netlists.filled, expected, run_job)
    if report.passed and netlists.unknown is not None:
        unknown = _each(problem, (netlists.unknown,), expected, run_job)
        cpu_s = report.cpu_s + unknown.cpu_s
        if not unknown.passed:
            report = _each(problem, netlists.mixed, expected, run_job)
            cpu_s += report.cpu_s
        report = replace(report, cpu_s=cpu_s)
    if report.passed:
        return report
    message = f"as netlist: {report.message}"
    return StageReport(report.result, Outcome.NETLIST_MISMATCH, message, report.log, report.cpu_s)


def _each(problem: Problem, netlists: Sequence[str], expected: Sequence[int], run_job: RunJob) -> StageReport:
    """Up to the first that is not right."""
    cpu_s = 0.0
    for netlist in netlists:
        report = simulate.run(problem, netlist_design(netlist), expected, run_job)
        cpu_s += report.cpu_s
        if not report.passed:
            break
    return replace(report, cpu_s=cpu_s)
