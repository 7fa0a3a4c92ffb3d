"""slang through pyslang: what a design reaches for, and its ports under given parameters, whatever its quality."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.process.job import Job, Limits, Step, StepResult
from harness.process.sandbox import CellKind

CELL = CellKind(
    "slang", packages=("pyslang", "nanobind_backend", "typing_extensions.py"), preload="harness.tools.slang_worker"
)
LIMITS = Limits(cpu_s=10, wall_s=120)


@dataclass(frozen=True, slots=True)
class FoundPort:
    name: str
    direction: str
    width: int | None
    """Bits; None for a port that is no vector of bits (an unpacked array, an interface)."""
    signed: bool


@dataclass(frozen=True, slots=True)
class Inspection:
    modules: tuple[str, ...]
    ports: tuple[FoundPort, ...] | None
    """None where the top module is not defined."""
    parameters: tuple[str, ...]
    errors: tuple[str, ...]
    calls: tuple[str, ...] = ()
    """Functions that no hardware has ($time, $random) and that the design itself calls."""


@dataclass(frozen=True, slots=True)
class Screen:
    code: str
    """The design without what is harmless to leave out, directives resolved; line breaks kept."""
    rejected: tuple[tuple[str, int], ...]
    """(construct, line): what reaches outside the design."""
    neutralised: Mapping[str, int]
    directives: Mapping[str, int]
    parse_errors: tuple[str, ...]
    for_synthesis: str
    """The same with conditionals decided as Yosys does; mostly equal to ``code``."""


@dataclass(frozen=True, slots=True)
class Examination:
    screen: Screen
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class Finding:
    """One warning of ``lint``; ``name`` is the register's, in our own classes."""

    kind: str
    line: int
    name: str
    text: str


def inspect_job(sources: Sequence[str], top: str, parameters: Mapping[str, int]) -> Job:
    arguments = {"sources": list(sources), "top": top, "parameters": dict(parameters)}
    return Job({}, (Step("inspect", LIMITS, call="inspect", args=arguments),))


def examine_job(
    code: str, given: Sequence[str], top: str, parameters: Mapping[str, int], forbidden: Sequence[str]
) -> Job:
    """``forbidden``: modules of testbench and reference, which a design may neither define nor instantiate."""
    arguments = {
        "code": code,
        "given": list(given),
        "top": top,
        "parameters": dict(parameters),
        "forbidden": sorted(forbidden),
    }
    return Job({}, (Step("examine", LIMITS, call="examine", args=arguments),))


def lint_job(
    code: str,
    given: Sequence[str],
    top: str,
    parameters: Mapping[str, int],
    resets: Sequence[str],
    registers: Mapping[str, Sequence[str]],
) -> Job:
    """``resets``: names of reset ports; ``registers``: our own class → what a netlist has of it (see slang_lint)."""
    arguments = {
        "code": code,
        "given": list(given),
        "top": top,
        "parameters": dict(parameters),
        "resets": list(resets),
        "registers": {kind: list(names) for kind, names in registers.items()},
    }
    return Job({}, (Step("lint", LIMITS, call="lint", args=arguments),))


def parse_lint(step: StepResult) -> tuple[Finding, ...] | None:
    """What ``lint`` returned; None where it crashed or ran into a limit."""
    if not step.ok or not isinstance(step.value, list):
        return None
    return tuple(Finding(found["class"], found["line"], found["name"], found["text"]) for found in step.value)


def parse_inspection(step: StepResult) -> Inspection | None:
    """What ``inspect`` returned; None where it crashed or ran into a limit."""
    return _inspection(step.value) if step.ok and isinstance(step.value, dict) else None


def parse_examination(step: StepResult) -> Examination | None:
    """What ``examine`` returned; None where it crashed or ran into a limit."""
    if not step.ok or not isinstance(step.value, dict):
        return None
    screen = step.value["screen"]
    return Examination(
        Screen(
            screen["code"],
            tuple((found["construct"], found["line"]) for found in screen["rejected"]),
            screen["neutralised"],
            screen["directives"],
            tuple(screen["parse_errors"]),
            screen.get("for_synthesis", screen["code"]),
        ),
        _inspection(step.value["inspection"]),
    )


def _inspection(value: Mapping[str, Any]) -> Inspection:
    found = value["ports"]
    ports = None if found is None else tuple(FoundPort(**port) for port in found)
    names = ("modules", "parameters", "errors", "calls")
    modules, parameters, errors, calls = (tuple(value.get(name, ())) for name in names)
    return Inspection(modules, ports, parameters, errors, calls)
