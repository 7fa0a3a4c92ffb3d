"""Which engines look at a miter's graph, in which order, and for how long.

The limits are CPU seconds, frames and rounds, so that a busy machine changes no answer. First what finds a difference
in a moment, then what proves most designs, then longer turns of both.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.grading.report import RunJob
from harness.process.job import Job, Limits, Step
from harness.process.sandbox import CellKind
from harness.tools import abc, aiger, miter

CELL = CellKind("equivalence", packages=("pyosys",), preload="harness.tools.equivalence_worker")
CALL_LIMITS = Limits(cpu_s=60, wall_s=900, memory_bytes=4 << 30)
_MOST_ENUMERATED = 22
"""Inputs of a combinational graph that are enumerated: 4 million vectors."""
_FEW_LATCHES = 60
_PACKED = "packed.b64"


@dataclass(frozen=True, slots=True)
class Graph:
    """A miter as the engines read it."""

    packed: str
    """The AIGER file in base64."""
    aig: aiger.Aig
    names: aiger.NameMap
    """Of the wrapper's ports."""

    @staticmethod
    def of(packed: str, names: str, *, shared: bool) -> "Graph":
        """``shared``: initial values that the golden design leaves open follow the candidate's."""
        aig = aiger.read_binary(base64.b64decode(packed))
        found = aiger.read_map(names)
        if shared and found.initial:
            aig = aiger.tie_inputs(aig, miter.shared_initial_values(found))
            packed = base64.b64encode(aiger.write_binary(aig)).decode()
        return Graph(packed, aig, found)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the engines say of one graph."""

    proven: bool = False
    rows: tuple[dict[str, int], ...] = ()
    """A counterexample: the values of the wrapper's ports, frame by frame."""
    quiet_frames: int = 0
    """Frames in which no output can differ."""
    engine: str = ""
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Reduced:
    """The graph after equal signals are merged. Its counterexamples have no trace in the whole graph."""

    packed: str
    latches: int
    proven: bool
    """All its outputs are 0."""


@dataclass(frozen=True, slots=True)
class _Turn:
    engine: str
    script: str
    cpu_s: int
    reduced: _Reduced | None = None
    """What it runs on instead of the whole graph."""


class Engines:
    """The engines on one graph. ``budget_s``: CPU seconds for all of them together; 60 gives the turns their full
    length, and a part of it gives each the same part."""

    def __init__(self, graph: Graph, run_job: RunJob, budget_s: int) -> None:
        self._graph = graph
        self._run_job = run_job
        self._share = budget_s / 60
        self._cpu_s = 0.0
        self._reduced: _Reduced | None = None

    def ever_true(self) -> frozenset[int]:
        """The outputs, by position, that random simulation finds true at some time."""
        step = abc.step("cover", abc.simulate_outputs(miter.GRAPH), self._limit(4))
        return abc.parse_asserted(self._run_job(CELL, Job({}, (self._unpack(), step))).last.log)

    def first_difference(self) -> Finding:
        """Only a counterexample, and only where it is found soon."""
        if not self._graph.aig.latches:
            return self.quick()
        return self._first(iter([_Turn("bmc", abc.unroll(miter.GRAPH, 40), 3)]))

    def quick(self) -> Finding:
        """The engines that decide most designs, within some seconds."""
        if not any(self._graph.aig.outputs):
            return Finding(proven=True, engine="structure")
        return self._first(self._quick_turns() if self._graph.aig.latches else self._combinational())

    def slow(self) -> Finding:
        """More of the same, for what is still open; nothing where there is no state."""
        return self._first(self._slow_turns() if self._graph.aig.latches else iter(()))

    def _first(self, turns: Iterator[_Turn | Finding]) -> Finding:
        """The first answer, and how far the turns before it came."""
        quiet, before = 0, self._cpu_s
        for turn in turns:
            found = self._take(turn) if isinstance(turn, _Turn) else turn
            quiet = max(quiet, found.quiet_frames)
            if found.proven or found.rows:
                return replace(found, quiet_frames=quiet, cpu_s=self._cpu_s - before)
        return Finding(quiet_frames=quiet, cpu_s=self._cpu_s - before)

    def _quick_turns(self) -> Iterator[_Turn | Finding]:
        graph = miter.GRAPH
        yield _Turn("bmc", abc.unroll(graph, 12), 3)
        yield _Turn("simulation", abc.simulate(graph, 500, 4), 3)
        self._reduced = self._reduce()
        if self._reduced is None:
            yield _Turn("pdr", abc.reach_invariant(graph), 8)
        elif self._reduced.proven:
            yield Finding(proven=True, engine="scorr")
        elif not self._reduced.latches:
            yield _Turn("scorr, sweep", abc.sweep(graph), 10, self._reduced)
        else:
            yield _Turn("scorr, pdr", abc.reach_invariant(graph), 8, self._reduced)

    def _slow_turns(self) -> Iterator[_Turn | Finding]:
        graph = miter.GRAPH
        yield _Turn("simulation", abc.simulate(graph, 4000, 4), 4)
        if self._reduced is not None and 0 < self._reduced.latches <= _FEW_LATCHES:
            yield _Turn("scorr, reach", abc.reach_states(graph), 8, self._reduced)
        yield _Turn("bmc", abc.unroll(graph, 40), 6)
        yield _Turn("pdr", abc.reach_outputs(graph), 20)
        yield _Turn("bmc", abc.unroll(graph, 150), 8)

    def _combinational(self) -> Iterator[_Turn | Finding]:
        if len(aiger.support(self._graph.aig)) <= _MOST_ENUMERATED:
            yield self._enumerate()
            return
        yield _Turn("sat", abc.solve(miter.GRAPH), 3)
        yield _Turn("sweep", abc.sweep(miter.GRAPH), 20)
        yield _Turn("sat", abc.solve(miter.GRAPH), 30)

    def _limit(self, cpu_s: int) -> int:
        return max(1, round(cpu_s * self._share))

    def _unpack(self, reduced: _Reduced | None = None) -> Step:
        data = self._graph.packed if reduced is None else reduced.packed
        return Step("unpack", CALL_LIMITS, call="unpack", args={"data": data, "graph": miter.GRAPH})

    def _take(self, turn: _Turn) -> Finding:
        step = abc.step(turn.engine, turn.script, self._limit(turn.cpu_s))
        result = self._run_job(CELL, Job({}, (self._unpack(turn.reduced), step), fetch=(abc.TRACE,)))
        self._cpu_s += sum(found.cpu_s for found in result.steps)
        if result.last.name != step.name:
            return Finding()
        if turn.reduced is not None:
            return Finding(abc.parse(result.last, 1).proved, engine=turn.engine)
        answer = abc.parse(result.last, len(self._graph.aig.outputs))
        rows: tuple[dict[str, int], ...] = ()
        if answer.asserted and abc.TRACE in result.files:
            rows = self._rows(result.files[abc.TRACE])
        return Finding(answer.proved, rows, answer.quiet_frames, turn.engine)

    def _rows(self, trace: str) -> tuple[dict[str, int], ...]:
        try:
            rows = abc.parse_trace(trace, self._graph.aig.inputs, len(self._graph.aig.latches))
        except ValueError:
            return ()
        return tuple(abc.port_values(rows, self._graph.names.ports))

    def _reduce(self) -> _Reduced | None:
        step = abc.step("reduce", abc.reduce(miter.GRAPH), self._limit(6))
        look = Step("shape", CALL_LIMITS, call="shape", args={"graph": abc.REDUCED})
        result = self._run_job(CELL, Job({}, (self._unpack(), step, look)))
        self._cpu_s += sum(found.cpu_s for found in result.steps)
        value = result.last.value
        if result.last.name != "shape" or not result.last.ok or not isinstance(value, dict):
            return None
        return _Reduced(value["graph"], value["latches"], value["false"])

    def _enumerate(self) -> Finding:
        step = Step("enumerate", CALL_LIMITS, call="enumerate_inputs", args={"graph": miter.GRAPH})
        result = self._run_job(CELL, Job({}, (self._unpack(), step)))
        self._cpu_s += sum(found.cpu_s for found in result.steps)
        if result.last.name != "enumerate" or not result.last.ok:
            return Finding()
        found = result.last.value["found"]
        if found is None:
            return Finding(proven=True, engine="all inputs")
        row = [int(found.get(str(index + 1), 0)) for index in range(self._graph.aig.inputs)]
        return Finding(rows=tuple(abc.port_values([row], self._graph.names.ports)), engine="all inputs")
