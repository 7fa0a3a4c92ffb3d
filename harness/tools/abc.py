"""ABC, the copy that comes with pyosys: scripts for its engines, and strict readers of what they answer.

Whatever is not word for word a proof or a counterexample counts as no answer. Known traps: plain ``cec`` on a miter
compares the file with itself; ``reach`` stops at 1,000 iterations unless told otherwise; ``pdr`` without latches gives
no answer; the seconds of ``-T`` are wall time, so limits are frames, rounds, and the CPU limit of the step.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.errors import ToolNotFound
from harness.process.job import Limits, Step, StepResult
from harness.process.sandbox import site_folders

TRACE = "trace.cex"
REDUCED = "reduced.aig"

_ASSERTED = re.compile(r'^Output \d+ of miter "[^"]*" was asserted in frame (\d+)\.', re.MULTILINE)
_ONE_ASSERTED = re.compile(r"^Output +(\d+) was asserted in frame", re.MULTILINE)
_QUIET = re.compile(r"^No output asserted in (\d+) frames\.", re.MULTILINE)
_PROVED = re.compile(r"^Property proved\.", re.MULTILINE)
_ALL = re.compile(r"^Properties:  All = (\d+)\. Proved = (\d+)\. Disproved = (\d+)\. Undecided = (\d+)\.", re.MULTILINE)
_UNREACHABLE = re.compile(r"^The miter is proved unreachable after \d+ iterations\.", re.MULTILINE)
_EQUIVALENT = re.compile(r"^Networks are equivalent\.", re.MULTILINE)
_UNSATISFIABLE = re.compile(r"^UNSATISFIABLE ", re.MULTILINE)


def program() -> str:
    """The path of yosys-abc. Raises ToolNotFound where the pyosys package has none."""
    for folder in site_folders():
        path = folder / "pyosys" / "yosys-abc"
        if path.is_file():
            return str(path)
    raise ToolNotFound("not found: yosys-abc, which comes with the package pyosys: pip install pyosys")


def step(name: str, script: str, cpu_s: int) -> Step:
    """One run of ABC under limits."""
    limits = Limits(cpu_s=cpu_s, wall_s=20.0 * cpu_s + 60, memory_bytes=3 << 30)
    return Step(name, limits, argv=(program(), "-c", script))


def unroll(graph: str, frames: int) -> str:
    """Bounded model checking; a counterexample is one of the shortest."""
    return f"read_aiger {graph}; orpos; bmc3 -F {frames}; write_cex -s -a {TRACE}"


def simulate(graph: str, frames: int, rounds: int) -> str:
    """Random simulation, 512 runs at a time."""
    return f"read_aiger {graph}; orpos; sim3 -F {frames} -W 8 -R {rounds}; write_cex -s -a {TRACE}"


def simulate_outputs(graph: str) -> str:
    """Random simulation that says of each output whether it was ever true."""
    return f"read_aiger {graph}; sim3 -a -F 500 -W 8 -R 4"


def reduce(graph: str) -> str:
    """Merge signals that are equal in all reachable states, by induction; leaves REDUCED."""
    return f"read_aiger {graph}; orpos; scorr; write_aiger {REDUCED}"


def reach_invariant(graph: str) -> str:
    """Property-directed reachability (IC3); its counterexample, too, is one of the graph that it is given."""
    return f"read_aiger {graph}; orpos; pdr -s -f; write_cex -s -a {TRACE}"


def reach_states(graph: str) -> str:
    """Reachability by decision diagrams: for few latches and late differences."""
    return f"read_aiger {graph}; orpos; reach -F 1000000"


def reach_outputs(graph: str) -> str:
    """Each output for itself, after more reduction."""
    return f"read_aiger {graph}; scorr; dc2; scorr -F 2; pdr -a -s -f"


def sweep(graph: str) -> str:
    """Combinational equivalence of a miter (``-m``)."""
    return f"read_aiger {graph}; orpos; &get; &cec -m -C 100000"


def solve(graph: str) -> str:
    """One satisfiability question for a graph without latches."""
    return f"read_aiger {graph}; orpos; iprove; write_cex -s -a {TRACE}"


@dataclass(frozen=True, slots=True)
class Answer:
    proved: bool = False
    asserted: bool = False
    """A counterexample was found; TRACE has it where the script writes one."""
    quiet_frames: int = 0
    """Frames in which no output can be true; 0 where that was not shown."""


def parse(found: StepResult, outputs: int) -> Answer:
    """Read an engine's log. ``outputs``: of the graph, which an answer about each of them has to name."""
    if not found.ok:
        return Answer()
    log = found.log
    if _ASSERTED.search(log) or re.search(r"^SATISFIABLE \(output", log, re.MULTILINE):
        return Answer(asserted=True)
    counted = _ALL.findall(log)
    every = any(tuple(map(int, item)) == (int(item[0]), int(item[0]), 0, 0) for item in counted)
    proofs = (_PROVED, _UNREACHABLE, _EQUIVALENT, _UNSATISFIABLE)
    proved = any(pattern.search(log) for pattern in proofs) or (every and int(counted[-1][0]) == outputs)
    if "NOT EQUIVALENT" in log:
        return Answer()
    quiet = _QUIET.findall(log)
    return Answer(proved=proved, quiet_frames=int(quiet[-1]) if quiet else 0)


def parse_asserted(log: str) -> frozenset[int]:
    """The outputs that were true at some time, of an engine that looks at each."""
    return frozenset(int(number) for number in _ONE_ASSERTED.findall(log))


def parse_trace(text: str, inputs: int, latches: int) -> list[list[int]]:
    """The input bits of each frame. Raises ValueError where the file is not whole."""
    lines = text.split("\n")
    if "# DONE" not in lines:
        raise ValueError("the counterexample is not whole")
    rows = lines[: lines.index("# DONE")]
    if len(rows) < 2 or len(rows[0]) != latches or any(len(row) != inputs or set(row) - {"0", "1"} for row in rows[1:]):
        raise ValueError("the counterexample is none of this graph")
    return [[int(bit) for bit in row] for row in rows[1:]]


def port_values(rows: Sequence[Sequence[int]], ports: Mapping[int, tuple[str, int]]) -> list[dict[str, int]]:
    """Frame by frame the value of each port of the wrapper; ``ports``: input → (port, bit)."""
    found = []
    for row in rows:
        values: dict[str, int] = {}
        for index, (name, bit) in ports.items():
            values[name] = values.get(name, 0) | row[index] << bit
        found.append(values)
    return found
