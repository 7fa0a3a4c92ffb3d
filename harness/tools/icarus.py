"""Icarus Verilog: compile with iverilog, run with vvp. Tested on 11.0 and 12.0."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.process.job import StepResult

COMMANDS_FILE = "commands.f"
"""A file beside the sources with the default timescale, for sources that bring none."""
_TIMESCALE = re.compile(r"^\s*`timescale\s+(1(?:00?)?\s*[munpf]?s)\s*/\s*(1(?:00?)?\s*[munpf]?s)", re.MULTILINE)
_MISSING_ROOT = re.compile(r'error: Unable to find the root module "([^"]*)"')
_UNKNOWN_MODULE = re.compile(r"error: Unknown module type: (\S+)")
_LOCATED = re.compile(r"^(?P<file>[^:\s][^:]*):(?P<line>\d+): (?P<text>.*)$", re.MULTILINE)
_SYNTAX = re.compile(
    r"syntax error|[Mm]alformed|invalid module item|Unterminated|unterminated|macro .* undefined|Invalid |parse error"
    r"|Errors in|Error in|I give up|error: .*[Kk]eyword"
)
_PREPROCESSOR = re.compile(
    r"lacks an `endif|Include file .* not found|Missing clos(e|ing) quote|Preprocessor failed", re.IGNORECASE
)
"""Icarus 11 goes on after these, with what is left of the text, and then misses its modules."""
_TELLING = rf"error|sorry|assert|Unable|failed|{_PREPROCESSOR.pattern}"


def compile_argv(
    sources: Sequence[str],
    *,
    output: str,
    top: str | None = None,
    parameters: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """The iverilog line; ``parameters`` are those of the root module (``tb.KEY``), literal as Verilog writes them.

    ``-u`` compiles each file as a unit of its own: no macro and no directive of one reaches another. The files are
    expected to hold COMMANDS_FILE.
    """
    argv = ["iverilog", "-g2012", "-u", "-Wno-timescale", "-f", COMMANDS_FILE, "-o", output]
    argv += ["-s", top] if top else []
    argv += [f"-P{name}={value}" for name, value in (parameters or {}).items()]
    return (*argv, *sources)


def timescale(sources: Mapping[str, str]) -> tuple[str, str]:
    """Unit and precision: the first that a source states is every source's default, else 1ns/1ps."""
    found = next((match for text in sources.values() if (match := _TIMESCALE.search(text))), None)
    unit, precision = (found[1], found[2]) if found else ("1ns", "1ps")
    return unit.replace(" ", ""), precision.replace(" ", "")


def commands(sources: Mapping[str, str]) -> str:
    """COMMANDS_FILE, with the default timescale."""
    unit, precision = timescale(sources)
    return f"+timescale+{unit}/{precision}\n"


def run_argv(binary: str) -> tuple[str, ...]:
    """The vvp line: ``-n`` makes ``$stop`` an end, ``-none`` writes no waveform."""
    return ("vvp", "-n", binary, "-none")


@dataclass(frozen=True, slots=True)
class CompileLog:
    """What iverilog said about a failed compile."""

    syntax_error: bool
    """False: the text was read, but the design could not be put together."""
    missing_root: str | None
    unknown_module: str | None
    message: str
    """The first telling line, without the file's name."""


def parse_compile_log(log: str) -> CompileLog:
    """Tell a syntax error from an elaboration error and find the first telling line."""
    root = _MISSING_ROOT.search(log)
    unknown = _UNKNOWN_MODULE.search(log)
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(_TELLING, line, re.IGNORECASE)]
    first = (telling or lines or ["iverilog said nothing"])[0]
    located = _LOCATED.match(first)
    message = f"line {located['line']}: {located['text']}" if located else first
    return CompileLog(
        syntax_error=bool(_PREPROCESSOR.search(log) or (_SYNTAX.search(log) and not root)),
        missing_root=root.group(1) if root else None,
        unknown_module=unknown.group(1) if unknown else None,
        message=message[:300],
    )


def crashed(step: StepResult) -> bool:
    """Whether the compiler itself fell over (a signal, or the driver's word that a child died of one)."""
    if step.stopped is not None:
        return False
    return step.signal is not None or bool(
        re.search(r"Aborted|Segmentation fault|core dumped|[Aa]ssert.*failed", step.log)
    )
