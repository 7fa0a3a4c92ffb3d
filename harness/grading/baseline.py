"""What the golden design does under the same stages: the figures that candidates are held to.

A problem whose golden design does not pass here cannot be graded here; that is the problem's or the tool's fault, never
the model's.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from harness.errors import HarnessError, Unsolvable
from harness.grading import interface, netlist, screen, simulate, synthesize
from harness.grading.report import RunJob
from harness.grading.syntax import design_files
from harness.grading.synthesize import Mappings, SynthesisSettings
from harness.grading.verdict import Verdict
from harness.records.grade import digest_text
from harness.records.problem import Port, Problem
from harness.tools import slang
from harness.tools.slang import FoundPort


@dataclass(frozen=True, slots=True)
class Baseline:
    checks: tuple[int, ...]
    """How many checks the golden design's run makes, seed by seed."""
    ports: tuple[Port, ...]
    area: float | None
    """In the cell library; None where the golden design does not synthesise."""
    netlist: bool
    """Whether the golden design's netlist passes the same testbench (of an impossible problem: whether there is one):
    then a candidate's has to pass, too."""
    forbidden: tuple[str, ...]
    """Modules of testbench and reference, which a candidate may neither define nor instantiate."""
    cpu_s: float
    """CPU seconds of its simulations."""
    luts: int | None = None
    """On an FPGA; None where none was asked for."""

    def to_json(self) -> dict[str, Any]:
        ports = [[port.name, port.direction, port.width, port.signed] for port in self.ports]
        return {
            "checks": list(self.checks),
            "ports": ports,
            "area": self.area,
            "netlist": self.netlist,
            "forbidden": list(self.forbidden),
            "cpu_s": self.cpu_s,
            "luts": self.luts,
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Baseline":
        ports = tuple(Port(*port) for port in value["ports"])
        return Baseline(
            checks=tuple(value["checks"]),
            ports=ports,
            area=value["area"],
            netlist=bool(value["netlist"]),
            forbidden=tuple(value["forbidden"]),
            cpu_s=float(value["cpu_s"]),
            luts=value.get("luts"),
        )


class BaselineStore(Protocol):
    """Where baselines are kept between runs; a missing or unreadable entry is None."""

    def get(self, key: str) -> Mapping[str, Any] | None: ...

    def put(self, key: str, value: Mapping[str, Any]) -> None: ...


class Baselines:
    """Each problem's baseline, measured once, at its first use. Thread-safe."""

    def __init__(
        self,
        run_job: RunJob,
        synthesis: SynthesisSettings,
        identity: str,
        store: BaselineStore | None,
        known: Mappings | None = None,
        seen: netlist.Verdicts | None = None,
        *,
        area: bool = True,
    ) -> None:
        """``identity`` names everything besides the problem that a baseline depends on (tool versions, library).

        Without ``area`` golden designs are not mapped to cells.
        """
        self._run_job = run_job
        self._synthesis = synthesis
        self._identity = identity if area else f"{identity} area=False"
        self._area = area
        self._seen = seen
        self._store = store
        self._known = known
        self._found: dict[str, Baseline | Unsolvable] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, problem: Problem) -> Baseline:
        """Raises Unsolvable where the golden design does not pass; CellLost where it could not be tried."""
        with self._lock:
            lock = self._locks.setdefault(problem.name, threading.Lock())
        with lock:
            if problem.name not in self._found:
                try:
                    self._found[problem.name] = self._load(problem)
                except Unsolvable as error:
                    self._found[problem.name] = error
            found = self._found[problem.name]
        if isinstance(found, HarnessError):
            raise found
        return found

    def unsolvable(self) -> dict[str, str]:
        """Problem → why its golden design does not pass here."""
        return {name: str(found) for name, found in sorted(self._found.items()) if isinstance(found, Unsolvable)}

    def _load(self, problem: Problem) -> Baseline:
        key = digest_text(f"{problem.digest} {self._identity}")
        stored = self._store.get(key) if self._store else None
        if stored is not None:
            try:
                return Baseline.from_json(stored)
            except (KeyError, TypeError, ValueError):
                pass  # written by another version: measure again
        measured = measure(problem, self._synthesis, self._run_job, self._known, self._seen, area=self._area)
        if self._store:
            self._store.put(key, measured.to_json())
        return measured


def measure(
    problem: Problem,
    synthesis: SynthesisSettings,
    run_job: RunJob,
    known: Mappings | None = None,
    seen: netlist.Verdicts | None = None,
    *,
    area: bool = True,
) -> Baseline:
    """Run the golden design as a candidate. Raises Unsolvable, naming file and key, where it does not pass."""
    ports = _check_ports(problem, run_job)
    forbidden = _bench_modules(problem, run_job)
    screened = _screened(problem, forbidden, run_job)
    checks, cpu_s = [], 0.0
    design = design_files(problem, screened.code)
    for seed in range(1, problem.testbench.seeds + 1):
        found = simulate.simulate(problem, design, seed, run_job)
        cpu_s += found.cpu_s
        if found.ran is None:
            said = found.compiled.error or found.compiled.log.strip().split("\n")[0]
            raise Unsolvable(f"{_bench(problem)}: the golden design does not compile with the testbench: {said[:300]}")
        if found.verdict is None:
            last = (found.output.strip().splitlines() or ["nothing"])[-1]
            why = found.ran.stopped or f"exit {found.ran.exit_code}, the last line is {last[:100]!r}"
            raise Unsolvable(
                f"{_bench(problem)}: the golden design's run (seed {seed}) ends without a verdict line "
                f'"HARNESS <key> checked=… failed=… first=…" ({why})'
            )
        _check_verdict(problem, found.verdict, seed)
        checks.append(found.verdict.checked)
    made = synthesize.run(problem, screened.for_synthesis, synthesis, mapped=area, run_job=run_job, known=known)
    right = made.report.passed
    if right and not problem.impossible:
        right = netlist.run(problem, made.netlists, checks, synthesis, run_job, seen).passed
    facts = made.report.result.facts
    right = right and not facts.get("conflicts")
    return Baseline(
        checks=tuple(checks),
        ports=ports,
        area=facts.get("area"),
        netlist=right,
        forbidden=forbidden,
        cpu_s=round(cpu_s, 4),
        luts=facts.get("luts"),
    )


def _check_verdict(problem: Problem, verdict: Verdict, seed: int) -> None:
    """The golden design has to pass; of an impossible problem it has to fail, as every design does."""
    if verdict.checked and bool(verdict.failed) is problem.impossible:
        return
    said = f"{verdict.failed} of {verdict.checked} checks fail" if verdict.checked else "nothing is checked"
    if problem.impossible and verdict.checked:
        raise Unsolvable(f"{_bench(problem)}: impossible = true, and the golden design passes (seed {seed})")
    raise Unsolvable(f"{_bench(problem)}: the golden design does not pass its testbench (seed {seed}): {said}")


def _screened(problem: Problem, forbidden: Sequence[str], run_job: RunJob) -> screen.Screened:
    found = screen.run(problem, problem.golden_code, forbidden, run_job)
    if not found.report.passed or found.parse_error:
        said = found.report.message or found.parse_error
        raise Unsolvable(f"{problem.origin or problem.name}: the golden design does not pass the screen: {said}")
    return found


def _bench_modules(problem: Problem, run_job: RunJob) -> tuple[str, ...]:
    """What the testbench's own files define."""
    if problem.testbench.kind == "cocotb":
        return ()
    sources = [source.text for source in problem.testbench.files]
    found = slang.parse_inspection(run_job(slang.CELL, slang.inspect_job(sources, "tb", {})).last)
    if found is None:
        raise Unsolvable(f"{_bench(problem)}: slang cannot read the testbench")
    return tuple(sorted({"tb", *found.modules} - {problem.top}))


def _bench(problem: Problem) -> str:
    name = problem.testbench.files[0].name if problem.testbench.files else "testbench"
    return f"{problem.origin}: {name}" if problem.origin else f"{problem.name}: {name}"


def _check_ports(problem: Problem, run_job: RunJob) -> tuple[Port, ...]:
    golden = interface.golden_ports(problem, run_job)
    if not problem.ports:
        return golden
    found = [FoundPort(port.name, port.direction, port.width, port.signed) for port in golden]
    difference = interface.compare(problem.ports, found)
    if difference is None:
        known = {port.name for port in problem.ports}
        extra = next((port.name for port in golden if port.name not in known), None)
        difference = f"port {extra} has no [[port]] table" if extra else None
    if difference is not None:
        origin = problem.origin or problem.name
        raise Unsolvable(f"{origin}: [[port]] and the golden design differ: in the golden design, {difference}")
    return problem.ports
