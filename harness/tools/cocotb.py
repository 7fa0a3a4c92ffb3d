"""cocotb on Icarus without its runner: the vvp line and the environment of one test module.

Source: cocotb 2.1, cocotb_tools/runner.py (class Icarus). The verdict travels over an inherited pipe with the key;
results.xml, which a design could rewrite, is not looked at.
"""

import functools
import importlib.util
import sys
from pathlib import Path

from harness.errors import ToolNotFound
from harness.process.sandbox import CellKind

CELL = CellKind("cocotb", packages=("cocotb", "cocotb_tools", "pygpi", "find_libpython"))
COMMANDS_FILE, COMMANDS = "commands.f", "+timescale+1ns/1ps\n"
SCOREBOARD_FILE = "harness_scoreboard.py"


def scoreboard_source() -> str:
    return Path(__file__).with_name("cocotb_scoreboard.py").read_text("utf-8")


@functools.cache
def library_folder() -> Path:
    """Where cocotb's simulator libraries lie. Raises ToolNotFound where cocotb is not installed."""
    spec = importlib.util.find_spec("cocotb")
    if spec is None or spec.origin is None:
        raise ToolNotFound("not found: cocotb (testbenches in Python): pip install cocotb")
    return Path(spec.origin).parent / "libs"


@functools.cache
def libpython() -> str:
    """The shared library of this Python. Raises ToolNotFound where only a static one is there."""
    import find_libpython

    found = find_libpython.find_libpython()
    if found is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise ToolNotFound(f"not found: libpython{version}.so (cocotb needs it): apt install libpython{version}")
    return str(found)


def run_argv(binary: str) -> tuple[str, ...]:
    return ("vvp", "-n", "-M", str(library_folder()), "-m", "libcocotbvpi_icarus", binary, "-none")


def environment(module: str, top: str, seed: int, key: str) -> dict[str, str]:
    """What the test needs; PYTHONPATH names the work folder as ``.`` and the packages of this installation."""
    return {
        "COCOTB_TEST_MODULES": module,
        "COCOTB_TOPLEVEL": top,
        "TOPLEVEL_LANG": "verilog",
        "COCOTB_RANDOM_SEED": str(seed),
        "COCOTB_ANSI_OUTPUT": "0",
        "LIBPYTHON_LOC": libpython(),
        "PYGPI_PYTHON_BIN": sys.executable,
        "PYTHONPATH": ":".join([".", str(library_folder().parents[1])]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HARNESS_KEY": key,
    }
