"""Cell libraries by name or by path."""

import re
from dataclasses import dataclass
from pathlib import Path

from harness.errors import ConfigError
from harness.records.grade import digest_text
from harness.tools.cells.generate import LIBERTY_FILE

_KNOWN = {
    "osu018": (
        "/usr/share/qflow/tech/osu018/osu018_stdcells.lib",
        "/usr/local/share/qflow/tech/osu018/osu018_stdcells.lib",
    )
}
_DRIVERS = ("INV_X1", "INVX1", "INV_X1M", "sky130_fd_sc_hd__inv_1")


@dataclass(frozen=True, slots=True)
class Library:
    """A Liberty file and what the mapping recipe needs to know of it."""

    name: str
    path: Path
    text: str
    driver: str
    """The inverter that drives inputs in abc's constraints; empty where none is known: nothing is buffered then."""
    ties: tuple[tuple[str, str], tuple[str, str]] | None
    """((high cell, pin), (low cell, pin)) for constants; None leaves them as they are."""

    @property
    def digest(self) -> str:
        return digest_text(self.text)


def load(name_or_path: str) -> Library:
    """``neutral`` (shipped), ``osu018`` where it is installed, or a path to a .lib file.

    Raises ConfigError where there is no such file, or it is no Liberty file with cells.
    """
    if name_or_path == "neutral":
        path = LIBERTY_FILE
    elif name_or_path in _KNOWN:
        candidates = [Path(candidate) for candidate in _KNOWN[name_or_path]]
        path = next((candidate for candidate in candidates if candidate.is_file()), candidates[0])
    else:
        path = Path(name_or_path)
    try:
        text = path.read_text("utf-8", "replace")
    except OSError as error:
        raise ConfigError(
            f"--liberty {name_or_path}: {path}: {error.strerror}. Give `neutral`, `osu018`, or a path to a .lib file"
        ) from error
    cells = set(re.findall(r"^\s*cell\s*\(\s*\"?([\w$]+)\"?\s*\)", text, re.MULTILINE))
    if not re.search(r"^\s*library\s*\(", text, re.MULTILINE) or not cells:
        raise ConfigError(f"--liberty {path}: no Liberty library with cells (is it gzipped, or another format?)")
    if not re.search(r"\bff\s*\(", text):
        raise ConfigError(f"--liberty {path}: the library has no flip-flop, so sequential designs cannot be mapped")
    driver = next((cell for cell in _DRIVERS if cell in cells), "")
    ties = (("TIE1", "Y"), ("TIE0", "Y")) if {"TIE0", "TIE1"} <= cells else None
    name = name_or_path if name_or_path in ("neutral", *_KNOWN) else path.stem
    return Library(name, path, text, driver, ties)
