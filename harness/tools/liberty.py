"""Cell libraries by name or by path, checked before anything is mapped to them."""

import fnmatch
import functools
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import ConfigError
from harness.records.grade import digest_text
from harness.tools import liberty_parts
from harness.tools.cells.generate import LIBERTY_FILE
from harness.tools.liberty_file import LibertyCell, LibertyError, LibertyFile, parse

_DESCRIPTIONS = LIBERTY_FILE.with_name("libraries.toml")
_FANOUT = 4
"""Inverters that an output drives."""


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a library by name (``libraries.toml``); of one by path the defaults."""

    name: str
    title: str = ""
    area_unit: str = "library units"
    paths: tuple[str, ...] = ()
    driver: str = ""
    dont_use: tuple[str, ...] = ()
    parts: str = "*"
    """A glob: of the files in a folder those that make up the library."""
    period_ns: float = 10.0
    get: str = ""

    @property
    def variable(self) -> str:
        return f"HARNESS_LIBERTY_{self.name.upper()}"

    def candidates(self) -> list[Path]:
        """Where to look, in order."""
        if self.name == "neutral":
            return [LIBERTY_FILE]
        own = os.environ.get(self.variable)
        paths = [os.path.expandvars(path) for path in self.paths]
        return [Path(path) for path in ([own] if own else [*(path for path in paths if "$" not in path)])]


@functools.cache
def descriptions() -> Mapping[str, Description]:
    """The libraries that are known by name."""

    def made(name: str, table: Mapping[str, Any]) -> Description:
        lists = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
        return Description(name=name, **{**table, **lists})

    return {name: made(name, table) for name, table in tomllib.loads(_DESCRIPTIONS.read_text("utf-8")).items()}


@dataclass(frozen=True, slots=True)
class Library:
    """A Liberty file and what the recipes need to know of it."""

    name: str
    path: Path
    text: str
    driver: str
    """The inverter that drives the inputs, in abc's constraints and in timing."""
    driver_pin: str
    ties: tuple[tuple[str, str], tuple[str, str]] | None
    """((high cell, pin), (low cell, pin)) for constants; None leaves them as they are."""
    load_ff: float = 4.0
    """What every output drives, in fF: four of those inverters."""
    dont_use: tuple[str, ...] = ()
    """Names of its cells that synthesis must not take."""
    period_ns: float = 10.0
    """Of the clock, where a problem states none."""
    area_unit: str = "library units"
    voltage: float = 1.0
    """Nominal, in V."""
    time_unit_ps: float = 1.0
    capacitance_unit_ff: float = 1.0
    cells: Mapping[str, LibertyCell] = field(default_factory=dict)

    @property
    def has_energy_tables(self) -> bool:
        """Whether an energy depends on slew or load."""
        return any(energy.varies for cell in self.cells.values() for energy in cell.energies)

    @property
    def digest(self) -> str:
        return digest_text(self.text)


def load(name_or_path: str) -> Library:
    """A library that ``libraries.toml`` knows by name, or a path: a .lib file, several, or a folder of them.

    Raises ConfigError, saying the way out, where there is no such file, it is no whole Liberty library, or lacks cells
    without which synthesis would fail later: a flip-flop, an inverter, a buffer, a gate.
    """
    known = descriptions().get(name_or_path)
    about = known or Description(Path(name_or_path).stem)
    path = _find(name_or_path, about) if known else Path(name_or_path)
    text = _read(name_or_path, liberty_parts.files_of(str(path), about.parts))
    try:
        found = parse(text)
    except LibertyError as error:
        raise ConfigError(f"--liberty {path}: {error}") from error
    driver = _driver(path, found, about)
    high, low = found.tie("1"), found.tie("0")
    inverter = found.cells[driver]
    load_of_one = inverter.inputs[0].capacitance or 0.0
    return Library(
        name=about.name,
        path=path,
        text=text,
        driver=driver,
        driver_pin=inverter.outputs[0].name,
        ties=(high, low) if high and low else None,
        load_ff=round(_FANOUT * load_of_one * found.capacitance_unit_ff, 4),
        dont_use=_matching(found, about.dont_use),
        period_ns=about.period_ns,
        area_unit=about.area_unit,
        voltage=found.voltage,
        time_unit_ps=found.time_unit_ps,
        capacitance_unit_ff=found.capacitance_unit_ff,
        cells=found.cells,
    )


def _find(name: str, about: Description) -> Path:
    candidates = about.candidates()
    path = next((path for path in candidates if path.exists()), None)
    if path is None:
        looked = f"looked for {', '.join(map(str, candidates))}; " if candidates else ""
        raise ConfigError(
            f"--liberty {name}: {about.title}: not found ({looked}get it: {about.get}), or set {about.variable} "
            "to its .lib file or files"
        )
    return path


def _read(asked: str, paths: Sequence[Path]) -> str:
    try:
        return liberty_parts.read(paths)
    except OSError as error:
        names = ", ".join(descriptions())
        raise ConfigError(
            f"--liberty {asked}: {error.strerror}. Give a path to a .lib file, or a name: {names}"
        ) from error


def _driver(path: Path, found: LibertyFile, about: Description) -> str:
    """The inverter that drives inputs; checks on the way that nothing is missing that synthesis needs."""
    refused = _matching(found, about.dont_use)
    usable = [cell for cell in found.cells.values() if not cell.dont_use and cell.name not in refused]
    wanted = {
        "flip-flop, so sequential designs cannot be mapped": [cell for cell in usable if cell.sequential == "ff"],
        "inverter, without which abc crashes": [cell for cell in usable if cell.is_inverter],
        "buffer, without which abc crashes": [cell for cell in usable if cell.is_buffer],
        "gate of two inputs": [cell for cell in usable if cell.is_gate],
    }
    for what, cells in wanted.items():
        if not cells:
            raise ConfigError(f"--liberty {path}: the library {found.name} has no {what}. Use another one, or: neutral")
    inverters = [cell for cell in usable if cell.is_inverter]
    named = next((cell.name for cell in inverters if cell.name == about.driver), None)
    return named or min(inverters, key=lambda cell: (cell.area, _natural(cell.name))).name


def _matching(found: LibertyFile, patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(name for name in found.cells if any(fnmatch.fnmatchcase(name, item) for item in patterns)))


def _natural(name: str) -> list[tuple[int, str]]:
    """INVX2 before INVX10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]
