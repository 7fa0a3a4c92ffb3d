"""The stage ``netlist``: what Yosys understood of a design, simulated under the same testbench.

A design that passes only as text (it prints, it peeks, it relies on what no hardware does) is found here: nothing of
that is left in a netlist of gates and registers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.grading import simulate, synthesize
from harness.grading.once import Once
from harness.grading.report import RunJob, StageReport, failed
from harness.grading.synthesize import SynthesisSettings
from harness.records.grade import digest_text
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


Verdicts = Once[StageReport]
"""Equal netlists of a problem are simulated once."""
MOST_VERDICTS = 1000


def verdicts() -> Verdicts:
    """Only passes are given to others: why another failed is looked into each time."""
    return Once(MOST_VERDICTS, lambda report: report.passed)


def run(
    problem: Problem,
    netlists: Netlists,
    expected: Sequence[int],
    settings: SynthesisSettings,
    run_job: RunJob,
    known: Verdicts | None = None,
) -> StageReport:
    """Right whatever the bits are that the text leaves open; ``known``: what was found of other netlists of the run."""
    if known is None or not netlists.filled:
        return _run(problem, netlists, expected, settings, run_job)
    key = digest_text("\0".join([problem.digest, *netlists.filled, netlists.unknown or "", netlists.circuit]))
    report, made_now = known.get(key, lambda: _run(problem, netlists, expected, settings, run_job))
    return report if made_now else replace(report, cpu_s=0.0)


def _run(
    problem: Problem, netlists: Netlists, expected: Sequence[int], settings: SynthesisSettings, run_job: RunJob
) -> StageReport:
    """The netlist with zeros has to be right, and the one in which X reaches all that depends on it: nothing open then
    matters. A design that is not right there (it may start without a reset), or of which it does not tell, has to be
    right with ones and in each mixture.

    A testbench that takes no X for right sees in the second one all that it would see in the first one.
    """
    if not netlists.filled:
        return failed(Outcome.NETLIST_MISMATCH, "yosys wrote no netlist")
    telling = netlists.telling
    extremes, cpu_s = list(netlists.filled), 0.0
    if telling is None or not problem.testbench.refuses_x:
        report = _each(problem, [extremes.pop(0)], expected, run_job)
        if netlists.unknown is None or not report.passed:
            return _as_netlist(report, 0.0)
        cpu_s = report.cpu_s
    if telling is not None:
        report = _each(problem, [telling], expected, run_job)
        if report.passed:
            return _as_netlist(report, cpu_s)
        cpu_s += report.cpu_s
    report = _each(problem, extremes, expected, run_job)
    if report.passed:
        cpu_s += report.cpu_s
        report = _mixed(problem, netlists, expected, settings, run_job)
    return _as_netlist(report, cpu_s)


def _mixed(
    problem: Problem, netlists: Netlists, expected: Sequence[int], settings: SynthesisSettings, run_job: RunJob
) -> StageReport:
    more, step = synthesize.mixed(netlists, problem.top, problem.parameters, settings, run_job)
    if not more:
        return failed(Outcome.NETLIST_MISMATCH, "yosys wrote no netlist", log=step.log, cpu_s=step.cpu_s)
    report = _each(problem, more, expected, run_job)
    return replace(report, cpu_s=report.cpu_s + step.cpu_s)


def _as_netlist(report: StageReport, cpu_s: float) -> StageReport:
    """``cpu_s``: of the simulations before."""
    cpu_s += report.cpu_s
    if report.passed:
        return replace(report, cpu_s=cpu_s)
    message = report.message if report.outcome is Outcome.NETLIST_MISMATCH else f"as netlist: {report.message}"
    return StageReport(report.result, Outcome.NETLIST_MISMATCH, message, report.log, cpu_s)


def _each(problem: Problem, netlists: Sequence[str], expected: Sequence[int], run_job: RunJob) -> StageReport:
    """Up to the first that is not right."""
    cpu_s = 0.0
    for netlist in netlists:
        report = simulate.run(problem, netlist_design(netlist), expected, run_job)
        cpu_s += report.cpu_s
        if not report.passed:
            break
    return replace(report, cpu_s=cpu_s)
