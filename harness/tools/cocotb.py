"""cocotb on Icarus without its runner: the vvp line and the environment of one test module.

Source: cocotb 2.1, cocotb_tools/runner.py (class Icarus). The verdict travels over an inherited pipe with the key;
results.xml, which a design could rewrite, is not looked at.
"""

import functools
import sys
from pathlib import Path

from harness.errors import ToolNotFound
from harness.process.sandbox import CellKind, python_command

_NEEDED = ("cocotb", "cocotb-*.dist-info", "cocotb_tools", "pygpi", "find_libpython")
_PYTEST = ("pytest", "pytest-*.dist-info", "_pytest", "py.py", "pluggy", "iniconfig", "packaging", "pygments")
CELL = CellKind("cocotb", packages=(*_NEEDED, *_PYTEST))
"""cocotb 2.1 imports pytest without saying so in its metadata."""
SCOREBOARD_FILE = "harness_scoreboard.py"


def scoreboard_source() -> str:
    return Path(__file__).with_name("cocotb_scoreboard.py").read_text("utf-8")


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
    from cocotb_tools import config

    return ("vvp", "-n", "-m", str(config.lib_entry("vpi", "icarus")), binary, "-none")


def environment(module: str, top: str, seed: int, key: str) -> dict[str, str]:
    """What the test needs. The test itself is found in the work folder, packages where the cell's PYTHONPATH says."""
    from cocotb_tools import config

    return {
        "GPI_USERS": f"{libpython()};{config.pygpi_entry_point()}",
        "COCOTB_TEST_MODULES": module,
        "COCOTB_TOPLEVEL": top,
        "TOPLEVEL_LANG": "verilog",
        "COCOTB_RANDOM_SEED": str(seed),
        "COCOTB_ANSI_OUTPUT": "0",
        "COCOTB_LOG_LEVEL": "ERROR",  # what else it says holds times, and two honest runs leave the same log
        "GPI_LOG_LEVEL": "ERROR",
        "PYGPI_PYTHON_BIN": python_command()[0],
        "PYTHONDONTWRITEBYTECODE": "1",
        "HARNESS_KEY": key,
    }
