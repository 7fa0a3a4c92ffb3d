"""Rules of the house that a program can check: who starts programs, who knows whom, and maps that do not go stale."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "harness"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
ROOMS = sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))
STARTER = PACKAGE / "process" / "program.py"
LAUNCHER = PACKAGE / "process" / "launcher.py"

ALLOWED: dict[str, set[str]] = {
    "records": set(),
    "process": set(),
    "suites": {"records", "process", "rules"},
    "rules": {"records", "process", "analysis"},
    "prompts": {"records"},
    "models": {"records", "prompts", "audit", "process"},
    "tools": {"process", "records"},
    "grading": {"records", "process", "tools", "rules"},
    "audit": {"records"},
    "analysis": {"records"},
    "reports": set(),
}
"""What the README's table allows, and the exceptions that were made (suites fetch and quarantine, offline faults, commands)."""


def short(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def docstring(path: Path) -> str:
    found = ast.get_docstring(ast.parse(path.read_text()))
    assert found, short(path)
    return found


def headwords(text: str) -> set[str]:
    """Names at the start of a line (``native, schema   …``), and those that a line explains in brackets."""
    found: set[str] = set()
    for line in text.splitlines()[1:]:
        head = re.match(r"((?:\w+, )*\w+)(?:/| +)(?=\S)", line)
        if head:
            found |= set(head[1].split(", "))
        found |= set(re.findall(r"[(;] ?(\w+)(?=[):;])", line))
    return found


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_no_file_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert len(docstring(path)) > 20


@pytest.mark.parametrize("path", [path for path in MODULES if path != STARTER], ids=short)
def test_only_one_module_starts_programs(path: Path) -> None:
    assert not {"subprocess", "multiprocessing", "pty"} & {name.split(".")[0] for name in imports(path)}
    if path == LAUNCHER:
        return  # it forks and becomes the tool
    called = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert not {
        name
        for name in called
        if re.fullmatch(r"os\.(system|popen|fork|forkpty|exec\w+|spawn\w+|posix_spawn\w*)", name)
    }


@pytest.mark.parametrize("path", [LAUNCHER, PACKAGE / "process" / "landlock.py"], ids=short)
def test_what_runs_inside_a_cell_needs_the_standard_library_only(path: Path) -> None:
    assert not any(name.startswith("harness") for name in imports(path))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_rooms_map_lists_the_modules_that_there_are_and_no_other(room: Path) -> None:
    if room.name == "cells":
        return
    there = {path.stem for path in room.glob("*.py")} | {path.parent.name for path in room.glob("*/__init__.py")}
    listed = headwords(docstring(room / "__init__.py"))
    assert there - {"__init__"} - listed == set()
    stale = {line.split()[0] for line in docstring(room / "__init__.py").splitlines() if re.match(r"\w+ {2,}\S", line)}
    assert stale - there == set()


def test_the_map_of_the_package_lists_every_room_and_no_other() -> None:
    there = {room.name for room in ROOMS} | {path.stem for path in PACKAGE.glob("[a-z]*.py")}
    listed = {
        line.split()[0] for line in docstring(PACKAGE / "__init__.py").splitlines() if re.match(r"\w+ {2,}\S", line)
    }
    assert listed == there


def test_the_readme_lists_every_room() -> None:
    text = (REPOSITORY / "README.md").read_text()
    rooms = text[text.index("Rooms of the package") : text.index("## Documents")]
    assert set(re.findall(r"^\| `(\w+)` \|", rooms, re.MULTILINE)) == {room.name for room in ROOMS}


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_knows_only_rooms_before_it(room: str) -> None:
    known = {
        parts[1]
        for path in (PACKAGE / room).rglob("*.py")
        for parts in (name.split(".") for name in imports(path))
        if parts[0] == "harness" and len(parts) > 1 and parts[1] not in (room, "errors", "wording")
    }
    assert known - ALLOWED[room] == set()


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_nothing_shipped_ends_the_program_or_swallows_everything(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), f"bare except in line {node.lineno}"
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "sys.exit":
            assert path.name in ("main.py", "__main__.py")
