"""What test_cells and test_cells_left_behind share."""

import contextlib
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.process import sandbox
from harness.process.cell import Cell
from harness.process.job import Job, Limits, Step, StepResult
from harness.process.pool import CellPool
from harness.process.sandbox import LEVELS, CellKind, Level

REPOSITORY = Path(__file__).parents[2]
KIND = CellKind("test")
PYTHON = tuple(sandbox.python_command())
KILOBYTE, MEGABYTE = 1 << 10, 1 << 20
CONFINING: tuple[Level, ...] = ("bwrap", "landlock")


def needs(level: Level) -> Level:
    """Skips, with the reason, where a live probe of the level fails."""
    reason = sandbox.probe(level)
    if reason is not None:
        pytest.skip(f"{level}: {reason}")
    return level


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest) -> Level:
    return needs(request.param)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where work folders are made, so that nobody else's are counted."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def cell(level: Level, temporary: Path) -> Iterator[Cell]:
    with Cell(KIND, level) as made:
        yield made


def limits(cpu_s: int = 10, wall_s: float = 30, memory: int = 2048, file: int = 64, log: int = 1024) -> Limits:
    """Memory and file in megabytes, log in kilobytes."""
    return Limits(cpu_s, wall_s, memory * MEGABYTE, file * MEGABYTE, log * KILOBYTE)


def script(text: str, within: Limits | None = None) -> Job:
    return Job({}, (Step("step", within or limits(), argv=("/bin/sh", "-c", text)),))


def python(text: str, *arguments: str, within: Limits | None = None) -> Job:
    return Job({"main.py": text}, (Step("step", within or limits(), argv=(*PYTHON, "main.py", *arguments)),))


def sh(cell: Cell, text: str, within: Limits | None = None) -> StepResult:
    return cell.run(script(text, within)).last


def nap() -> str:
    """The argument of a sleep that no other process on this machine has."""
    return f"900.{secrets.randbelow(10**12):012}"


def processes(word: str) -> list[int]:
    """Living processes with a word on their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if word in (entry / "cmdline").read_bytes().decode("utf-8", "replace").split("\0"):
                    found.append(int(entry.name))
    return found


def parents() -> dict[int, int]:
    """Process → parent, without zombies."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    found[int(entry.name)] = int(parent)
    return found


def descendants(of: int) -> set[int]:
    tree = parents()
    found: set[int] = set()
    fresh = {of}
    while fresh:
        fresh = {pid for pid, parent in tree.items() if parent in fresh} - found
        found |= fresh
    return found


def launchers(of: int) -> list[int]:
    return [pid for pid in processes(str(sandbox.LAUNCHER)) if pid in descendants(of)]


def eventually(true: Callable[[], bool], within_s: float = 10) -> bool:
    until = time.monotonic() + within_s
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


CONNECT = """import socket, sys
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5).sendall(b"out")
    print("connected")
except OSError as error:
    print(error.strerror)
"""


ORPHANING = """import sys
from harness.process.cell import Cell
from harness.process.job import Job, Limits, Step
from harness.process.sandbox import CellKind

level, script = sys.argv[1:]
cell = Cell(CellKind("test"), level)
print(cell.run(Job({}, (Step("step", Limits(5, 60), argv=("/bin/sh", "-c", "echo ready")),))).last.log, flush=True)
cell.run(Job({}, (Step("step", Limits(5, 600), argv=("/bin/sh", "-c", script)),)))
"""


# The pool. Its jobs count their tries in a file outside, so they run under limits alone.


@pytest.fixture
def pool(temporary: Path) -> Iterator[CellPool]:
    with CellPool("rlimits") as made:
        yield made
