"""How often the nets of a mapped netlist switch under a problem's own testbench.

The netlist is simulated with models that Yosys makes of the library; it records itself, so that the testbench need not
know of it. What does not pass the testbench there says nothing about the design's use, and is no activity.
"""

import io
import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from harness.grading import simulate
from harness.grading.report import RunJob
from harness.grading.verdict import fresh_key, read_verdict
from harness.process.job import MEGABYTE, Job
from harness.records.problem import Problem
from harness.tools import vcd, yosys, yosys_mapping
from harness.tools.cell_function import Switching
from harness.tools.liberty import Library
from harness.tools.mapped import Bit, ClockSources, MappedNetlist

_TRACE = "harness_activity.vcd"
_LARGEST_TRACE = 16 * MEGABYTE
"""What is recorded beyond it is left out: the beginning of a long run stands for all of it."""
_DUMPFILE = re.compile(r'\$dumpfile\s*\(\s*"[^"]*"\s*\)')


@dataclass(frozen=True, slots=True)
class Observed:
    """``reason``: why nothing could be observed; empty where it was."""

    switching: Mapping[Bit, Switching]
    reason: str = ""


class Models:
    """The library's cells as Verilog for simulation, made once. Thread-safe."""

    def __init__(self, library: Library, *, system: bool = False) -> None:
        self._library = library
        self._system = system
        self._lock = threading.Lock()
        self._text: str | None = None

    def text(self, run_job: RunJob) -> str:
        """Raises ToolCrashed where Yosys cannot make them of this library."""
        with self._lock:
            if self._text is None:
                cell = yosys.SYSTEM_CELL if self._system else yosys.CELL
                self._text = yosys_mapping.parse_models(
                    run_job(cell, yosys_mapping.models_job(self._library, system=self._system))
                )
            return self._text


def observe(problem: Problem, netlist: MappedNetlist, clocks: ClockSources, models: str, run_job: RunJob) -> Observed:
    """Run the first seed."""
    key = fresh_key()
    text = yosys.with_parameters(netlist.verilog, netlist.top, problem.parameters)
    if text is None:
        return Observed({}, "the mapped netlist has no header")
    design = {"mapped.v": _recording(text, netlist.top), "models.v": models}
    cell, job = simulate.job_for(problem, design, 1, key)
    result = run_job(cell, traced(job, _TRACE))
    ran = result.last
    if ran.name != "run":
        return Observed({}, "the mapped netlist does not compile with the testbench")
    verdict = read_verdict(ran.piped if problem.testbench.kind == "cocotb" else ran.log, key) if ran.ok else None
    if verdict is None or verdict.failed or not verdict.checked:
        return Observed({}, "the mapped netlist does not pass the testbench")
    try:
        return switching_of(result.files.get(_TRACE, ""), netlist, clocks)
    except vcd.VcdError as error:
        return Observed({}, f"its trace cannot be read: {error}")


def _recording(verilog: str, top: str) -> str:
    record = f'initial begin $dumpfile("{_TRACE}"); $dumplimit({_LARGEST_TRACE}); $dumpvars(1, \\{top} ); end'
    head, _, tail = verilog.rpartition("endmodule")
    return f"{head}  {record}\nendmodule{tail}"


def traced(job: Job, trace: str) -> Job:
    """A simulation that writes waveforms, into the one file ``trace``, and hands it back."""
    files = {name: _DUMPFILE.sub(f'$dumpfile("{trace}")', text) for name, text in job.files.items()}
    steps = tuple(replace(step, argv=tuple(word for word in step.argv if word != "-none")) for step in job.steps)
    return replace(job, files=files, steps=steps, fetch=(trace,))


def switching_of(trace: str, netlist: MappedNetlist, clocks: ClockSources) -> Observed:
    """Toggles of each net in a cycle of the fastest clock; without a clock, for each time at which an input changes.

    Raises VcdError where the text is no dump.
    """
    dump = vcd.read(io.StringIO(trace))
    inputs = {re.sub(r"\[\d+\]$", "", name) for name in netlist.inputs}
    scope = _scope(dump, {re.sub(r"\[\d+\]$", "", name) for name in netlist.names})
    own = vcd.switching(dump, lambda v: v.scope == scope, lambda v: v.name in inputs)
    bits = {name: found for (_, name), found in own.bits.items()}
    cycles = max((bits[name].toggles / 2 for name in clocks.ports if name in bits), default=0.0) or own.moments
    if not cycles:
        return Observed({}, "nothing switches under the testbench")
    used = {bit for item in netlist.instances for bit in item.pins.values()}
    known = {name: bits[name].known for name, bit in sorted(netlist.names.items()) if name in bits and bit in used}
    unknown = next((name for name, time in known.items() if not time), None)
    if unknown is not None:
        return Observed({}, f"{unknown} is never known under the testbench")
    found = {
        bit: Switching(bits[name].toggles / cycles, bits[name].high)
        for name, bit in netlist.names.items()
        if name in bits
    }
    return Observed(found)


def _scope(dump: vcd.Trace, names: set[str]) -> tuple[str, ...] | None:
    """Where the netlist lies in the trace: a testbench may record signals of the same names elsewhere."""
    known = Counter(variable.scope for variable in dump.variables if variable.name in names)
    return known.most_common(1)[0][0] if known else None
