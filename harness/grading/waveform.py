"""A failing simulation once more, with the ports recorded around the first failed check, and the golden design's beside
it, under the same seed.

Nothing of it decides anything. What is recorded is a window that ends the simulation, so a long one costs no more than
the time to its first failure, and the dump stays small.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.grading import window
from harness.grading.report import RunJob
from harness.grading.simulate import job_for, simulate
from harness.grading.syntax import design_files
from harness.grading.window import Recorded
from harness.process.job import MEGABYTE, Job, Step
from harness.process.sandbox import CellKind
from harness.records.problem import Port, Problem
from harness.records.waveform import Waveform
from harness.tools import icarus, vcd
from harness.tools.plain_text import plain

VERSION = 1
"""Raised when the same failure would be recorded otherwise: waveforms that are there are then made again."""
_DUMP, _ROOT = "wave.vcd", "harness_dump"
_KEY = f"{1:016x}"
_REACH = (40, 1600)
"""Periods recorded before the first failure; the second where the first show too little."""
_OWN_DUMP = re.compile(r"\$dump(?:file|vars|on|off|all|limit|flush)\b\s*(?:\([^;]*\))?\s*;")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


GoldenRuns = dict[tuple[str, int, int, int], "Recorded | str"]
"""The golden designs' recorded runs by (problem, first, seed, reach): samples of a problem often fail at one time."""


@dataclass(frozen=True, slots=True)
class _Case:
    problem: Problem
    code: str
    ports: tuple[Port, ...]
    first: int
    """In the testbench's unit."""
    stated: bool
    """Whether the testbench said so; else it is the first difference at the ports."""
    run_job: RunJob
    golden: GoldenRuns

    @property
    def inputs(self) -> list[str]:
        return [port.name for port in self.ports if port.direction == "input"]

    @property
    def outputs(self) -> list[str]:
        return [port.name for port in self.ports if port.direction != "input"]


def record(
    problem: Problem, code: str, ports: Sequence[Port], first: int | None, run_job: RunJob, golden: GoldenRuns
) -> Waveform | str:
    """``code`` as the simulation reads it, ``first`` the time of its first failed check (None: it is looked for);
    ``golden`` is kept by the caller and filled here.

    Returns why there is no waveform where there is none. Raises HarnessError where our own surroundings failed.
    """
    stated = first if first is not None else _first_failure(problem, code, run_job)
    case = _Case(problem, code, tuple(ports), stated or 0, stated is not None, run_job, golden)
    if stated is None:
        difference = _first_difference(case)
        if not isinstance(difference, int):
            return difference
        case = replace(case, first=difference)
    found: Waveform | str = "nothing was recorded"
    for reach in _REACH:
        found = _attempt(case, reach)
        if isinstance(found, str) or found.start > 0 or reach * _period(problem) >= case.first:
            return found
    return found


def _first_failure(problem: Problem, code: str, run_job: RunJob) -> int | None:
    design = design_files(problem, code)
    for seed in range(1, problem.testbench.seeds + 1):
        verdict = simulate(problem, design, seed, run_job).verdict
        if verdict is not None and verdict.first is not None:
            return verdict.first
    return None


def _first_difference(case: _Case) -> int | str:
    """For testbenches that do not say when: both runs recorded from their start, as far as that is allowed to go."""
    for seed in range(1, case.problem.testbench.seeds + 1):
        actual = _run(case, case.code, seed, None)
        expected = _golden(case, seed, None) if isinstance(actual, Recorded) else actual
        if isinstance(actual, str) or isinstance(expected, str):
            return actual if isinstance(actual, str) else str(expected)
        found = window.first_difference(expected, actual, case.outputs)
        if found is not None:
            return -(-found // _per_unit(case.problem))
    return "no difference is to be seen at the ports, as far as they were recorded"


def _attempt(case: _Case, reach: int) -> Waveform | str:
    """The first seed whose outputs differ from the golden design's before the failed check, else the first seed."""
    fallback: Waveform | str = "nothing was recorded"
    for seed in range(1, case.problem.testbench.seeds + 1):
        actual = _run(case, case.code, seed, reach)
        if isinstance(actual, str):
            return actual
        expected = _golden(case, seed, reach)
        if isinstance(expected, str):
            return expected
        differs = window.first_difference(expected, actual, case.outputs)
        if differs is not None and differs <= case.first * _per_unit(case.problem):
            return _waveform(case, seed, actual, expected, None)
        if seed == 1:
            note = "at the ports no difference is to be seen before the failed check"
            fallback = _waveform(case, seed, actual, expected, note)
    return fallback


def _golden(case: _Case, seed: int, reach: int | None) -> Recorded | str:
    key = case.problem.name, case.first, seed, reach or 0
    if key not in case.golden:
        case.golden[key] = _run(case, case.problem.golden_code, seed, reach)
    return case.golden[key]


def _waveform(case: _Case, seed: int, actual: Recorded, expected: Recorded, note: str | None) -> Waveform:
    clocks = case.problem.clocks
    clock = window.clock_of(actual, case.ports, clocks[0].port if clocks else None)
    edge = clocks[0].edge if clocks else "posedge"
    per_unit = _per_unit(case.problem)
    first = case.first * per_unit
    same = window.in_step(expected, actual, case.inputs, first)
    if not same:
        note = "the testbench reacts to the design, so the golden design's run is not in step with this one"
    found = window.marks(actual, case.inputs, clock, edge)
    start, end = window.cut(actual, found, first)
    shown = window.signals(case.ports, actual, expected if same else None, start, end)
    tick = icarus.timescale(_own(case.problem))[1]
    return Waveform(tick, per_unit, start, end, first, seed, clock, edge, shown, case.stated, note)


def _own(problem: Problem) -> dict[str, str]:
    bench = problem.testbench
    return {source.name: source.text for source in bench.files} if bench.kind == "verilog" else {}


def _timescale_ps(problem: Problem) -> tuple[float, float]:
    """Unit and precision of the testbench."""
    unit, precision = map(vcd.picoseconds, icarus.timescale(_own(problem)))
    return unit, precision


def _per_unit(problem: Problem) -> int:
    unit, precision = _timescale_ps(problem)
    return max(1, round(unit / precision))


def _period(problem: Problem) -> int:
    """A clock's period in the testbench's unit; ten where none is stated."""
    if not problem.clocks:
        return 10
    return max(1, round(problem.clocks[0].period_ns * 1000 / _timescale_ps(problem)[0]))


def _run(case: _Case, code: str, seed: int, reach: int | None) -> Recorded | str:
    """One design under one seed, so many periods around the first failure (None: all of it); or why there is none."""
    instances = dut_instances(case.problem)
    if not instances:
        return f"the testbench has no instance of {case.problem.top} that is found in its text"
    span = (reach or 0) * _period(case.problem)
    begin, end = max(0, case.first - span), case.first + span if reach else None
    cell, job = dump_job(case.problem, code, instances, [port.name for port in case.ports], seed, begin, end)
    result = case.run_job(cell, job)
    text = result.files.get(_DUMP)
    if not text:
        return icarus.parse_compile_log(result.last.log).message if not result.last.ok else "nothing was recorded"
    try:
        return window.read_ports(text, instances[0], _timescale_ps(case.problem)[1])
    except vcd.VcdError as error:
        return str(error)


def dut_instances(problem: Problem) -> list[str]:
    """Full names of the design's instances in the testbench; of a cocotb test the design is the root itself."""
    if problem.testbench.kind == "cocotb":
        return [problem.top]
    name = re.compile(rf"(?<![\w$.]){re.escape(problem.top)}\b\s*(?=[#\w\\])")
    found = []
    for source in problem.testbench.files:
        text = _STRING.sub('""', plain(source.text)[0])
        for match in name.finditer(text):
            instance = re.match(r"\s*(\w+)\s*\(", text[_after_parameters(text, match.end()) :])
            if instance:
                found.append(f"tb.{instance[1]}")
    return found


def _after_parameters(text: str, position: int) -> int:
    """Behind ``#(…)``, where it is there."""
    opened = re.compile(r"#\s*\(").match(text, position)
    if opened is None:
        return position
    depth = 1
    for place in range(opened.end(), len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return position


def dump_job(
    problem: Problem, code: str, instances: Sequence[str], ports: Sequence[str], seed: int, begin: int, end: int | None
) -> tuple[CellKind, Job]:
    """The job of grading, with a second root module that records the ports from ``begin`` on and ends at ``end``."""
    cell, job = job_for(problem, design_files(problem, code), seed, _KEY)
    names = ", ".join(f"{instance}.{port}" for instance in instances for port in ports)
    body = f'#(64\'d{begin}) $dumpfile("{_DUMP}"); $dumpvars(0, {names});'
    body += f" #(64'd{end - begin}) $finish(0);" if end is not None else ""
    bench = {source.name for source in (*problem.testbench.files, *problem.testbench.support)}
    files = {name: _OWN_DUMP.sub(";", text) if name in bench else text for name, text in job.files.items()}
    files[f"{_ROOT}.v"] = f"module {_ROOT}; initial begin {body} end endmodule\n"
    return cell, replace(job, files=files, steps=tuple(map(_recording, job.steps)), fetch=(_DUMP,))


def _recording(step: Step) -> Step:
    argv = tuple(part for part in step.argv if part != "-none")
    if argv[0] == "iverilog":
        argv += ("-s", _ROOT, f"{_ROOT}.v")
    return replace(step, argv=argv, limits=replace(step.limits, file_bytes=16 * MEGABYTE))
