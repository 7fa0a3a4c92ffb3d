"""Where each external tool is, which version it has, and what to do where it is missing."""

import functools
import importlib.metadata
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from harness.errors import ToolNotFound
from harness.process.program import run_program


@dataclass(frozen=True, slots=True)
class Tool:
    """A program or Python package that the harness uses."""

    name: str
    purpose: str
    version_argv: tuple[str, ...] = ()
    """Empty for a Python package."""
    version_pattern: str = r"(\d+\.\d+(?:\.\d+)?)"
    apt: str = ""
    pip: str = ""
    required: bool = True


TOOLS: tuple[Tool, ...] = (
    Tool("iverilog", "compiles Verilog for simulation", ("iverilog", "-V"), r"version (\S+)", apt="iverilog"),
    Tool("vvp", "runs simulations", ("vvp", "-V"), r"version (\S+)", apt="iverilog"),
    Tool("pyosys", "synthesis, the same version on every machine", pip="pyosys"),
    Tool("pyslang", "ports, parse trees", pip="pyslang"),
    Tool("cocotb", "testbenches in Python", pip="cocotb"),
    Tool("openai", "models behind an OpenAI-compatible server", pip="openai"),
    Tool("bwrap", "containment (--sandbox bwrap)", ("bwrap", "--version"), apt="bubblewrap", required=False),
    Tool("yosys", "synthesis by --yosys system", ("yosys", "-V"), r"Yosys (\S+)", apt="yosys", required=False),
    Tool(
        "verilator",
        "warnings (--stages lint)",
        ("verilator", "--version"),
        apt="verilator",
        required=False,
    ),
    Tool(
        "sta",
        "paths and delays (--stages timing, ppa)",
        ("sta", "-version"),
        r"(\d+\.\d+\.\d+)",
        apt="opensta",
        required=False,
    ),
    Tool("git", "fetches published suites (make suites)", ("git", "--version"), apt="git", required=False),
)


@dataclass(frozen=True, slots=True)
class Found:
    tool: Tool
    version: str | None
    """None where it is missing."""
    where: str
    said: str = ""
    """The last line of one that is there and does not run."""

    @property
    def way_out(self) -> str:
        tool = self.tool
        if self.where and self.version is None:
            return f"{self.where} does not run: {self.said or 'it says nothing'}"
        return f"apt install {tool.apt}" if tool.apt else f"pip install {tool.pip}"


@functools.cache
def find(name: str) -> Found:
    """Look a tool up once. A program that is there but does not run counts as missing."""
    tool = next(tool for tool in TOOLS if tool.name == name)
    if not tool.version_argv:
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            return Found(tool, None, "")
        return Found(tool, distribution.version, str(distribution.locate_file(name)))
    path = shutil.which(tool.version_argv[0])
    if path is None:
        return Found(tool, None, "")
    ran = run_program((path, *tool.version_argv[1:]), wall_s=20)
    matched = re.search(tool.version_pattern, ran.output)
    return Found(tool, matched.group(1), path) if matched else Found(tool, None, path, ran.last_line[:200])


def require(*names: str) -> dict[str, str]:
    """The versions of the named tools. Raises ToolNotFound, naming each that is missing and the way out."""
    found = [find(name) for name in names]
    missing = [item for item in found if item.version is None]
    if missing:
        wanted = "; ".join(f"{item.tool.name} ({item.tool.purpose}): {item.way_out}" for item in missing)
        setup = " Or let `make setup` install it." if all(item.tool.required for item in missing) else ""
        what = "not usable" if any(item.where for item in missing) else "not found"
        raise ToolNotFound(f"{what}: {wanted}.{setup} See: harness doctor")
    return {item.tool.name: item.version or "" for item in found}


def places(*programs: str) -> dict[str, str]:
    """Name → path of those that are there, links resolved: the ones whose versions a run names."""
    found = {name: shutil.which(name) for name in programs}
    return {name: os.path.realpath(path) for name, path in found.items() if path}


def prefix_of(program: str) -> str | None:
    """The installation prefix of a program outside the system's folders, which a sandbox has to show; else None."""
    path = shutil.which(program)
    if path is None:
        return None
    prefix = Path(os.path.realpath(path)).parents[1]
    return None if prefix in (Path("/usr"), Path("/")) else str(prefix)
