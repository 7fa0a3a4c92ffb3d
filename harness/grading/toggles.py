"""Toggle coverage: which bits of a golden design went up and down under its testbench."""

import io
from collections.abc import Mapping

from harness.grading import simulate
from harness.grading.activity import traced
from harness.grading.report import RunJob
from harness.grading.verdict import fresh_key
from harness.process.job import MEGABYTE
from harness.records.problem import Problem
from harness.tools import vcd

_TRACE = "harness_toggles.vcd"
_LARGEST_TRACE = 6 * MEGABYTE
"""What is recorded beyond it is left out: then the figure is one of the beginning of the run."""
_MARK = "harness_recorded"
"""A variable that tells the module's own scope from what a testbench records besides."""
_NO_SIGNAL = frozenset({"integer", "parameter", "time"})


def recording(top: str) -> str:
    """A statement that, inside the module ``top``, records it and all below it."""
    begin = f'{_MARK} = 0; $dumpfile("{_TRACE}"); $dumplimit({_LARGEST_TRACE})'
    return f"reg {_MARK}; initial begin {begin}; $dumpvars(0, \\{top} ); end"


def observe(problem: Problem, design: Mapping[str, str], run_job: RunJob) -> dict[str, bool] | None:
    """Bit (with its scope below the top module) → whether it rose and fell in the first seed's run. ``design`` holds
    the statement of ``recording``; of several instances, in one of them. None where no trace comes of it."""
    cell, job = simulate.job_for(problem, design, 1, fresh_key())
    text = run_job(cell, traced(job, _TRACE)).files.get(_TRACE, "")
    try:
        dump = vcd.read(io.StringIO(text))
        tops = {variable.scope for variable in dump.variables if variable.name == _MARK}
        found = vcd.switching(dump, lambda variable: variable.kind not in _NO_SIGNAL and variable.name != _MARK)
    except vcd.VcdError:
        return None
    bits: dict[str, bool] = {}
    for (scope, name), bit in found.bits.items():
        for top in tops:
            if scope[: len(top)] == top:
                inner = ".".join((*scope[len(top) :], name))
                bits[inner] = bits.get(inner, False) or bit.toggles > 1
    return dict(sorted(bits.items())) if tops else None
