"""slang through pyslang: the ports of a design under given parameters, whatever the design's quality."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    errors: tuple[str, ...]


def inspect_job(sources: Sequence[str], top: str, parameters: Mapping[str, int]) -> Job:
    arguments = {"sources": list(sources), "top": top, "parameters": dict(parameters)}
    return Job({}, (Step("inspect", LIMITS, call="inspect", args=arguments),))


def parse_inspection(step: StepResult) -> Inspection | None:
    """What the worker returned; None where it crashed or ran into a limit."""
    if not step.ok or not isinstance(step.value, dict):
        return None
    found = step.value["ports"]
    ports = None if found is None else tuple(FoundPort(**port) for port in found)
    return Inspection(tuple(step.value["modules"]), ports, tuple(step.value["errors"]))
