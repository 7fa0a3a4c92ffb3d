"""Formal equivalence of a candidate with the golden design: for all inputs, for all time, or a counterexample.

Compared are the outputs, wherever the golden design's are defined, from the end of a reset on (RESET_CYCLES of the
miter), which may come back at any time. A counterexample counts only when the two texts show it in simulation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.errors import ConfigError
from harness.grading.equivalence_engines import CALL_LIMITS, CELL, Engines, Finding, Graph
from harness.grading.report import ICARUS_CELL, RunJob
from harness.process.job import Job, JobResult, Step
from harness.records.outcome import Status
from harness.tools import miter, stimulus, yosys
from harness.tools.miter import Interface, Role, Time, View
from harness.tools.netlist_survey import Edge, ResetPin, Survey, read_survey
from harness.tools.stimulus import Design, Difference, Responses

DEFAULT_BUDGET_S = 60
_RANDOM_FRAMES = 2000
_FEWER_FRAMES = 200
_LARGE = 400_000
"""Characters of both netlists as Yosys writes them, beyond which simulation is slow and gets fewer frames."""
_LONG_FRAMES = 70_000
"""More than a counter of 16 bits needs to come round."""
_MOST_GATES = 400_000
_ROLES: tuple[Role, ...] = ("golden", "candidate")
_VIEWS: tuple[View, ...] = ("filled", "exact")


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Inputs from the first frame on, and the first output that differs in the last one."""

    interface: Interface
    time: Time
    rows: tuple[tuple[int, ...], ...]
    difference: Difference
    responses: Responses

    def facts(self) -> dict[str, Any]:
        found = self.difference
        return {
            self.time: found.frame + 1,
            "output": found.output,
            "golden": found.golden,
            "candidate": found.candidate,
        }

    def inputs(self) -> list[dict[str, str]]:
        """Port → bits, frame by frame; in the view *cycles* without the clock."""
        kept = [(i, p) for i, p in enumerate(self.interface.inputs) if self.time == "steps" or not self._is_clock(i)]
        return [{port.name: f"{row[i]:0{port.width}b}" for i, port in kept} for row in self.rows]

    def _is_clock(self, index: int) -> bool:
        return self.interface.inputs[index].name in self.interface.clocks

    def table(self) -> list[list[str]]:
        """A head and a row for each frame: inputs, and the differing output of both designs."""
        output = self.difference.output
        column = [port.name for port in self.interface.outputs].index(output)
        inputs = self.inputs()
        head = [self.time[:-1], *inputs[0], f"{output}: golden", f"{output}: candidate"]
        rows = []
        for frame, values in enumerate(inputs):
            outputs = [self.responses.golden[frame][column], self.responses.candidate[frame][column]]
            rows.append([str(frame), *values.values(), *outputs])
        return [head, *rows]

    def waveform(self) -> str:
        return stimulus.waveform(self.interface, self.rows, self.responses)


@dataclass(frozen=True, slots=True)
class Equivalence:
    """``status``: PROVEN, REFUTED, BOUNDED or INCONCLUSIVE."""

    status: Status
    method: str = ""
    """The view of time and of X, and the engine that decided."""
    reason: str = ""
    """Why nothing was decided."""
    depth: int = 0
    """Frames after the reset in which the designs cannot differ, where it is BOUNDED."""
    counterexample: Counterexample | None = None
    clocks: tuple[str, ...] = ()
    resets: tuple[ResetPin, ...] = ()
    cpu_s: float = 0.0

    def facts(self) -> dict[str, Any]:
        """What a grade keeps."""
        found: dict[str, Any] = {}
        if self.status is Status.BOUNDED:
            found["depth"] = self.depth
        if self.method:
            found["method"] = self.method
        if self.reason:
            found["reason"] = self.reason
        if self.counterexample is not None:
            found["counterexample"] = self.counterexample.facts()
        return found


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known beforehand of clock and resets; what is not is read from the golden design's netlist."""

    clocks: tuple[str, ...] = ()
    resets: tuple[ResetPin, ...] = ()
    no_reset: bool = False


class NotReadable(ConfigError):
    """Yosys reads one of the two designs in no way. ``role`` says which."""

    def __init__(self, role: Role, message: str) -> None:
        super().__init__(f"{role}: {message}")
        self.role = role


class NotComparable(ConfigError):
    """The two designs have different ports."""


def check(
    golden: Design, candidate: Design, run_job: RunJob, hints: Hints | None = None, budget_s: int = DEFAULT_BUDGET_S
) -> Equivalence:
    """Raises NotReadable or NotComparable (ConfigError) where there is nothing to compare."""
    return _Comparison(golden, candidate, run_job, hints or Hints(), budget_s).run()


@dataclass(slots=True)
class _Attempt:
    """One view of time, as far as it is known."""

    interface: Interface
    time: Time
    defined: frozenset[tuple[str, int]] | None
    """Bits of the golden design that random simulation saw with a value; None where Icarus does not run them."""
    engines: dict[View, Engines] = field(default_factory=dict)
    unreal: set[View] = field(default_factory=set)
    """Where a counterexample was none in simulation: asking the same engines again would give it again."""
    reasons: list[str] = field(default_factory=list)
    depth: int = 0


class _Comparison:
    def __init__(self, golden: Design, candidate: Design, run_job: RunJob, hints: Hints, budget_s: int) -> None:
        self._designs: dict[Role, Design] = {"golden": golden, "candidate": candidate}
        self._run_job = run_job
        self._hints = hints
        self._budget_s = budget_s
        self._spent = 0.0
        self._netlists: dict[str, str] = {}

    def run(self) -> Equivalence:
        surveys = self._read()
        interface, time = _interface(surveys["golden"], surveys["candidate"], self._hints)
        found = self._decide(interface, time)
        if time == "cycles" and interface.clocks and found.status is Status.PROVEN and _asynchronous(surveys):
            # Cycles know nothing of what happens between two edges: the proof counts only when steps agree.
            in_steps = self._decide(replace(interface, edge=None), "steps")
            if in_steps.status in (Status.INCONCLUSIVE, Status.BOUNDED):
                reason = f"proven for whole cycles; between clock edges: {in_steps.reason or 'not decided'}"
                in_steps = replace(in_steps, reason=reason)
            found = in_steps
        return replace(found, clocks=interface.clocks, resets=interface.resets, cpu_s=round(self._spent, 3))

    def _read(self) -> dict[Role, Survey]:
        result = self._reading_job(dict.fromkeys(_ROLES, "verilog"))
        failed = [role for role, step in zip(_ROLES, result.steps, strict=True) if not step.ok]
        if failed:
            front_ends: dict[Role, yosys.FrontEnd] = {r: "slang" if r in failed else "verilog" for r in _ROLES}
            second = self._reading_job(front_ends)
            for role, first, again in zip(_ROLES, result.steps, second.steps, strict=True):
                if not again.ok:
                    raise NotReadable(role, yosys.parse_error(first))
            result = second
        self._netlists = {name: text for name, text in result.files.items() if name.endswith(".il")}
        return {
            role: read_survey(result.files[f"{role}.json"], result.files[f"{role}.inferred.json"]) for role in _ROLES
        }

    def _reading_job(self, front_ends: dict[Role, yosys.FrontEnd]) -> JobResult:
        files, steps, wanted = {}, [], []
        for role in _ROLES:
            design = self._designs[role]
            named = {f"{role}/{name}": text for name, text in (design.for_synthesis or design.sources).items()}
            files.update(named)
            passes = miter.reading_passes(role, list(named), design.top, design.parameters, front_ends[role])
            steps.append(Step(role, CALL_LIMITS, call="run_scripts", args={"scripts": [passes]}))
            wanted += [f"{role}.il", f"{role}.json", f"{role}.inferred.json"]
        return self._run(Job(files, tuple(steps), keep_going=True, fetch=tuple(wanted)))

    def _run(self, job: Job) -> JobResult:
        result = self._run_job(CELL, job)
        self._spent += sum(step.cpu_s for step in result.steps)
        return result

    def _decide(self, interface: Interface, time: Time) -> Equivalence:
        """One view of time: random simulation, which also guards the proofs; then filled X, then exact X."""
        large = sum(map(len, self._netlists.values())) > _LARGE
        frames = _FEWER_FRAMES if large else _RANDOM_FRAMES
        shown = self._replay(interface, time, stimulus.random_rows(interface, time, frames, seed=1))
        if isinstance(shown, Counterexample):
            return self._shortened(interface, time, shown)
        state = _Attempt(interface, time, defined=shown)
        for view in _VIEWS:
            graph = self._graph(interface, time, view)
            if isinstance(graph, str):
                state.reasons.append(graph)
            else:
                state.engines[view] = Engines(graph, self._run_job, self._budget_s)
                answer = self._judge(state, view, state.engines[view].quick())
                if answer is not None:
                    return answer
        rows = stimulus.random_rows(interface, time, _LONG_FRAMES, seed=2, mood_frames=_LONG_FRAMES)
        last = None if large or shown is None else self._replay(interface, time, rows)
        if isinstance(last, Counterexample):
            return Equivalence(Status.REFUTED, f"{time}: long random simulation", counterexample=last)
        for view, engines in state.engines.items():
            answer = self._judge(state, view, engines.slow()) if view not in state.unreal else None
            if answer is not None:
                return answer
        reason = "; ".join(dict.fromkeys(state.reasons)) or "no engine decides in time"
        if state.depth > 0:
            return Equivalence(Status.BOUNDED, f"{time}: bmc", reason, state.depth)
        return Equivalence(Status.INCONCLUSIVE, reason=reason)

    def _judge(self, state: "_Attempt", view: View, found: Finding) -> Equivalence | None:
        """An answer, where the engines' finding is one; else what can be learned from it."""
        self._spent += found.cpu_s
        interface, time = state.interface, state.time
        method = f"{time}, {view} X: {found.engine}"
        if found.proven:
            return self._proven(interface, time, view, method, state.defined)
        if found.rows:
            trace = self._replay(interface, time, miter.used_inputs(interface, time, found.rows))
            if isinstance(trace, Counterexample):
                return Equivalence(Status.REFUTED, method, counterexample=trace)
            state.unreal.add(view)
            if view == "exact":
                state.reasons.append("the solver's counterexample does not show in simulation")
        state.depth = max(state.depth, found.quiet_frames - interface.frames_of_reset(time))
        return None

    def _shortened(self, interface: Interface, time: Time, known: Counterexample) -> Equivalence:
        """A difference found by random simulation, or a shorter one where a solver finds it soon."""
        graph = self._graph(interface, time, "exact")
        if not isinstance(graph, str):
            found = Engines(graph, self._run_job, self._budget_s).first_difference()
            self._spent += found.cpu_s
            if found.rows and len(found.rows) < len(known.rows):
                trace = self._replay(interface, time, miter.used_inputs(interface, time, found.rows))
                if isinstance(trace, Counterexample):
                    return Equivalence(Status.REFUTED, f"{time}, exact X: {found.engine}", counterexample=trace)
        return Equivalence(Status.REFUTED, f"{time}: random simulation", counterexample=known)

    def _proven(
        self, interface: Interface, time: Time, view: View, method: str, defined: frozenset[tuple[str, int]] | None
    ) -> Equivalence:
        """A proof, unless it is one about nothing."""
        covered = self._covered(interface, time) if view == "exact" or defined is None else None
        if not (covered if defined is None else defined) and interface.outputs:
            return Equivalence(Status.INCONCLUSIVE, method, "no output of the golden design is ever defined")
        if covered is not None and defined is not None:
            missing = defined - covered
            if missing:
                name, bit = min(missing)
                reason = (
                    f"{name}[{bit}] of the golden design is defined in simulation, but not from X as hardware has it"
                )
                return Equivalence(Status.INCONCLUSIVE, method, reason)
        return Equivalence(Status.PROVEN, method)

    def _covered(self, interface: Interface, time: Time) -> frozenset[tuple[str, int]]:
        """(output, bit) of the exact golden design that is defined at some time."""
        graph = self._graph(interface, time, "cover")
        if isinstance(graph, str):
            return frozenset()
        found = Engines(graph, self._run_job, self._budget_s).ever_true()
        bits = [(port.name, bit) for port in interface.outputs for bit in reversed(range(port.width))]
        return frozenset(bits[position] for position in found)

    def _graph(self, interface: Interface, time: Time, kind: miter.GraphKind) -> Graph | str:
        """The miter's graph, or why there is none."""
        view: View = "filled" if kind == "filled" else "exact"
        scripts = [miter.golden_passes(time, view), miter.candidate_passes(time), miter.graph_passes(kind)]
        files = {**self._netlists, miter.WRAPPER: miter.wrapper(interface, time, kind)}
        build = Step("build", CALL_LIMITS, call="run_scripts", args={"scripts": scripts})
        pack = Step("pack", CALL_LIMITS, call="pack", args={"graph": miter.GRAPH, "names": miter.MAP})
        last = self._run(Job(files, (build, pack))).last
        if last.name != "pack" or not last.ok:
            return f"no miter ({kind} X): {yosys.parse_error(last)}"
        graph = Graph.of(last.value["graph"], last.value["map"], shared=kind == "filled")
        return graph if len(graph.aig.ands) <= _MOST_GATES else f"the miter has {len(graph.aig.ands)} gates"

    def _replay(
        self, interface: Interface, time: Time, rows: Sequence[Sequence[int]]
    ) -> "Counterexample | frozenset[tuple[str, int]] | None":
        """The difference that a simulation shows; without one, the bits that the golden design ever defines. None where
        Icarus does not compile or run one of the designs."""
        if not interface.outputs:
            return frozenset()
        job = stimulus.job(self._designs["golden"], self._designs["candidate"], interface, time, rows)
        result = self._run_job(ICARUS_CELL, job)
        self._spent += sum(step.cpu_s for step in result.steps)
        responses = stimulus.parse(result.files, interface)
        if responses is None:
            return None
        outputs = [port.name for port in interface.outputs]
        first = interface.frames_of_reset(time)
        difference = responses.difference(outputs, first)
        if difference is None:
            return responses.defined(outputs, first)
        kept = tuple(tuple(row) for row in rows[: difference.frame + 1])
        return Counterexample(interface, time, kept, difference, responses)


def _interface(golden: Survey, candidate: Survey, hints: Hints) -> tuple[Interface, Time]:
    """Raises NotComparable where the ports differ, and ConfigError where a hint names no input."""
    _compare_ports(golden, candidate)
    inputs = {port.name: port.width for port in golden.inputs()}
    for name in (*hints.clocks, *(pin.port for pin in hints.resets)):
        if inputs.get(name) != 1:
            raise ConfigError(f"{name}: no input of one bit. There are: {', '.join(inputs) or 'none'}")
    resets = () if hints.no_reset else hints.resets or golden.resets
    singles = {survey.single_clock for survey in (golden, candidate) if survey.state}
    one = singles.pop() if len(singles) == 1 else None
    cycles = not (golden.state or candidate.state) or (one is not None and hints.clocks in ((), (one[0],)))
    found = dict.fromkeys((*hints.clocks, *golden.clocks, *candidate.clocks))
    clocks = (one[0],) if one is not None and cycles else tuple(found)
    taken = {pin.port for pin in resets}
    clocks = tuple(name for name in clocks if name not in taken)
    edge: Edge | None = one[1] if one is not None and cycles else None
    return Interface(golden.inputs(), golden.outputs(), clocks, edge, resets), "cycles" if cycles else "steps"


def _compare_ports(golden: Survey, candidate: Survey) -> None:
    wanted = {port.name: port for port in golden.ports}
    found = {port.name: port for port in candidate.ports}
    for name, port in wanted.items():
        if name not in found:
            raise NotComparable(f"candidate: no port {name}")
        if found[name] != port:
            is_now = f"{found[name].direction} of {found[name].width} bits"
            raise NotComparable(f"candidate: port {name} is an {is_now}, not an {port.direction} of {port.width}")
        if port.direction not in ("input", "output"):
            raise NotComparable(f"port {name} is an {port.direction}: only inputs and outputs can be compared")
    extra = next((name for name in found if name not in wanted), None)
    if extra is not None:
        raise NotComparable(f"candidate: port {extra} is none of the golden design's")


def _asynchronous(surveys: Mapping[Role, Survey]) -> bool:
    return any(survey.asynchronous for survey in surveys.values())
