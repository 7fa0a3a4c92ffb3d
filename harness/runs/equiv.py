"""``harness equiv``: two files by hand, through the same comparison that grades a sample."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import ConfigError
from harness.grading import equivalence
from harness.grading.equivalence import Equivalence, Hints
from harness.process import sandbox
from harness.process.pool import CellPool
from harness.tools import locate
from harness.tools.netlist_survey import ResetPin
from harness.tools.stimulus import Design

_ACTIVE = {"": None, "high": True, "low": False}


@dataclass(frozen=True, slots=True)
class EquivOptions:
    golden: Path
    candidate: Path
    top: str
    given: tuple[Path, ...]
    parameters: Mapping[str, int]
    clocks: tuple[str, ...]
    resets: tuple[str, ...]
    """PORT, PORT:high or PORT:low; the single word ``none``: no reset."""
    budget_s: int
    sandbox: str


def compare(options: EquivOptions) -> tuple[Equivalence, float]:
    """The answer, and the wall seconds that it took. Raises ConfigError where the two cannot be compared."""
    locate.require("pyosys", "iverilog", "vvp")
    given = {f"given_{number}_{_plain(path)}": _read(path) for number, path in enumerate(options.given)}
    golden, candidate = (
        Design({**given, _plain(path): _read(path)}, options.top, options.parameters)
        for path in (options.golden, options.candidate)
    )
    none = options.resets == ("none",)
    hints = Hints(options.clocks, () if none else tuple(map(_reset, options.resets)), none)
    roots = [prefix for prefix in (locate.prefix_of("iverilog"), locate.prefix_of("vvp")) if prefix]
    with CellPool(sandbox.choose(options.sandbox), sorted(set(roots))) as pool:
        began = time.monotonic()
        found = equivalence.check(golden, candidate, pool.run, hints, options.budget_s)
        return found, time.monotonic() - began


def _reset(text: str) -> ResetPin:
    port, _, level = text.partition(":")
    if level not in _ACTIVE:
        raise ConfigError(f'--reset "{text}": PORT, PORT:high, PORT:low or none')
    active = _ACTIVE[level]
    low = port.lower().endswith(("_n", "_b", "_l")) or port.lower() in ("rstn", "resetn", "arstn", "nrst", "nreset")
    return ResetPin(port, not low if active is None else active, False)


def _plain(path: Path) -> str:
    """The file's name as a tool's script can hold it."""
    return re.sub(r"[^\w.]", "_", path.name, flags=re.ASCII)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: no text in UTF-8") from error
