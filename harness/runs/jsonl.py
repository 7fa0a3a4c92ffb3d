"""JSONL as a crashed writer may leave it: the last line can be torn, and no other line is lost for it."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One whole line: its value, and where it stands in the file."""

    value: dict[str, Any]
    offset: int


def read_lines(path: Path, broken: list[int] | None = None) -> Iterator[Line]:
    """Every whole line that holds a JSON object; the numbers of the others are appended to ``broken``."""
    if not path.exists():
        return
    offset = 0
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            try:
                value = json.loads(raw)
                if not isinstance(value, dict):
                    raise ValueError("not an object")
                yield Line(value, offset)
            except (ValueError, RecursionError):
                if broken is not None and raw.strip():
                    broken.append(number)
            offset += len(raw)


def read_line_at(path: Path, offset: int) -> dict[str, Any]:
    with path.open("rb") as file:
        file.seek(offset)
        found = json.loads(file.readline())
        assert isinstance(found, dict)
        return found


def mend_tail(path: Path) -> bool:
    """Drop a torn last line, so that the next one starts on a line of its own. Returns whether one was there."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(-1, os.SEEK_END)
        if file.read(1) == b"\n":
            return False
        position = size
        while position > 0:
            step = min(1 << 16, position)
            file.seek(position - step)
            found = file.read(step).rfind(b"\n")
            if found >= 0:
                file.truncate(position - step + found + 1)
                return True
            position -= step
        file.truncate(0)
        return True


def dump_line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(", ", ": ")).encode("ascii") + b"\n"
