"""What may stand in the tree: short functions, files of bounded length, and nothing of the machine it was written on."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("harness", "docs", "tests", "problems", "testbenches", ".ci")
LOOSE = ("README.md", "CHANGELOG.md", "Makefile", "pyproject.toml", "setup.py", "MANIFEST.in", ".gitignore")
MADE = {"__pycache__", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
SLASH = "/"
DENIED = {
    "a path of a machine": [
        SLASH + folder + SLASH
        for folder in ("work" + SLASH + "main", "work" + SLASH + "shared", "opt" + SLASH + "venv", "root", "home")
    ]
    + [SLASH + "opt" + SLASH + "iverilog", SLASH + "tmp" + SLASH + "pytest-of"],
    "a note to oneself": ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK"],
    "a conflict": ["<<<<" + "<<< ", ">>>>" + ">>> "],
    "a secret": ["BEGIN " + "PRIVATE KEY", "ghp" + "_"],
    "a debugger": ["break" + "point()", "pdb." + "set_trace"],
}


def files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and not MADE & set(path.parts):
                yield path
    yield from (ROOT / name for name in LOOSE if (ROOT / name).is_file())


def python() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Name and length in lines of every function, methods and inner ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", [path for path in python() if "testbenches" not in path.parts], ids=short)
def test_no_function_is_longer_than_70_lines(path: Path) -> None:
    """A cocotb testbench is one function by its own rule (docs/add-a-problem.md)."""
    assert [found for found in functions(ast.parse(path.read_text("utf-8"))) if found[1] > 70] == []


@pytest.mark.parametrize("path", [path for path in python() if "tests" in path.parts], ids=short)
def test_no_file_of_tests_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_lengths_are_counted_from_the_first_to_the_last_line() -> None:
    text = "def one():\n    pass\n\nclass C:\n    async def two(self):\n        def three(): pass\n        return 1\n"
    assert sorted(functions(ast.parse(text))) == [("one", 2), ("three", 1), ("two", 3)]


@pytest.mark.parametrize("kind", DENIED)
def test_no_file_holds(kind: str) -> None:
    pattern = re.compile("|".join(rf"(?<![\w.]){re.escape(word)}" for word in DENIED[kind]))
    found = []
    for path in files():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{short(path)}:{number}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    assert found == []


@pytest.mark.parametrize("kind", DENIED)
def test_the_search_finds_each_word_that_it_looks_for(kind: str) -> None:
    pattern = re.compile("|".join(rf"(?<![\w.]){re.escape(word)}" for word in DENIED[kind]))
    assert all(pattern.search(f"x = '{word}y'") for word in DENIED[kind])


def test_the_tree_that_is_searched_is_the_whole_one() -> None:
    names = {short(path) for path in files()}
    assert {"README.md", "harness/__init__.py", "tests/conftest.py", "docs/method.md", ".ci/setup"} <= names
    assert not any("__pycache__" in name for name in names)


def test_modules_are_named_for_what_they_do() -> None:
    vague = {"util", "utils", "helper", "helpers", "manager", "misc", "common"}
    assert [short(path) for path in python() if vague & set(path.stem.split("_"))] == []
