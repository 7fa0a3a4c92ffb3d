"""Verilator, where it is installed: the warnings of its linter. Tested on 5.006."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from harness.process.job import Job, Limits, Step
from harness.process.sandbox import CellKind

CELL = CellKind("verilator")
LIMITS = Limits(cpu_s=20, wall_s=240)
_ABOUT_FILES = ("DECLFILENAME", "EOFNEWLINE")
"""Warnings about the file that a design is in, whose name is ours."""
_WARNING = re.compile(r"^%Warning-([A-Z0-9_]+): ([^:\n]+):\d+:\d+: ", re.MULTILINE)
_FIRST_WITH_TIMING = 5


def lint_argv(sources: Sequence[str], top: str, parameters: Mapping[str, int], version: str) -> tuple[str, ...]:
    """The verilator line. ``version`` as it says itself: from 5 on it asks what to do about delays."""
    argv = ["verilator", "--lint-only", "-Wall", "-Wno-fatal", *(f"-Wno-{name}" for name in _ABOUT_FILES)]
    argv += ["--bbox-sys", "--top-module", top]
    argv += ["--no-timing"] if int(version.split(".", maxsplit=1)[0]) >= _FIRST_WITH_TIMING else []
    argv += [f"-G{name}={value}" for name, value in sorted(parameters.items())]
    return (*argv, *sources)


def lint_job(sources: Mapping[str, str], top: str, parameters: Mapping[str, int], version: str) -> Job:
    return Job(sources, (Step("verilator", LIMITS, argv=lint_argv(list(sources), top, parameters, version)),))


def telling(log: str) -> str:
    """What it found, without the lines that differ from run to run (times, memory)."""
    return "".join(f"{line}\n" for line in log.splitlines() if line.startswith("%"))


def parse_lint(log: str, file: str) -> dict[str, int]:
    """Class → how many warnings there are in one of the files."""
    return dict(sorted(Counter(kind for kind, where in _WARNING.findall(log) if where == file).items()))
