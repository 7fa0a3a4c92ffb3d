"""Yosys: the latches of a design and its registers without reset, by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.process.job import Job
from harness.tools.yosys import FrontEnd, read_passes, script_job

LATCHES, FREE, HELD = "latches.txt", "free.txt", "held.txt"
_LATCH = ("$dlatch", "$adlatch", "$dlatchsr", "$sr")
_WITHOUT_RESET = ("$dff", "$dffe")
_WITH_RESET = ("$adff", "$adffe", "$sdff", "$sdffe", "$sdffce", "$aldff", "$aldffe", "$dffsr", "$dffsre")


@dataclass(frozen=True, slots=True)
class Registers:
    """Hierarchical names below the top module, sorted."""

    latches: tuple[str, ...]
    free: tuple[str, ...]
    """Flip-flops that no reset and no initial value gives a state, in a design in which others have one."""


def register_passes() -> list[str]:
    """After ``read_passes``. ``opt_dff`` makes a flip-flop with reset of a multiplexer before its input."""
    return [
        *("opt_expr", "opt_dff", "opt_clean"),
        f"tee -q -o {LATCHES} select -list {_outputs(_LATCH)}",
        f"tee -q -o {FREE} select -list {_outputs(_WITHOUT_RESET)} a:init %d",
        f"tee -q -o {HELD} select -list {_outputs(_WITH_RESET)} a:init %u",
    ]


def _outputs(cells: Sequence[str]) -> str:
    """A selection: the wires at the outputs of cells of some types."""
    kinds = " ".join(f"t:{cell}" for cell in cells)
    return f"{kinds} {' '.join(['%u'] * (len(cells) - 1))} %co1:+[Q] w:* %i"


def registers_job(
    sources: Mapping[str, str], top: str, parameters: Mapping[str, int], *, front_end: FrontEnd, system: bool
) -> Job:
    passes = [*read_passes(list(sources), top, parameters, front_end), *register_passes()]
    return script_job("registers", sources, passes, (LATCHES, FREE, HELD), system=system)


def parse_registers(files: Mapping[str, str]) -> Registers:
    """Read what a finished script left. Raises KeyError where it is not whole."""
    free = _names(files[FREE]) if _names(files[HELD]) else ()
    return Registers(_names(files[LATCHES]), free)


def _names(text: str) -> tuple[str, ...]:
    """Lines are ``module/wire``; wires that Yosys made have a ``$`` in front."""
    wires = (line.partition("/")[2] for line in text.splitlines())
    return tuple(sorted(wire for wire in wires if wire and not wire.startswith("$")))
