"""How much memory the driver takes for a large run: synthetic replies, long and all different, a few designs in them.

Each design is graded once and found in the cache from then on, so what is measured is the driver and no tool.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.errors import HarnessError
from harness.process.program import run_program
from harness.records.problem import Problem
from harness.runs.folder import write_pieces
from harness.runs.options import RunOptions
from harness.runs.speed_figure import Figure

_LIMIT_S = 7200.0
_DESIGNS = 4
_PROSE = "The counter holds its value while enable is low, so the next state depends on the current one. " * 20
"""With it a reply is some 2,000 characters of text, and the Verilog."""
_MEASURED = """
import re, sys
from harness.cli.main import main
code = main(sys.argv[1:])
print(code, re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
"""
"""Its own peak, as the kernel counts it; that of the cells, which are other processes, is not in it."""


def memory_figures(
    options: RunOptions, problems: Sequence[Problem], counts: Sequence[int], folder: Path
) -> Iterator[Figure]:
    """Peak resident memory of ``harness grade`` at each count of samples, report included; once each."""
    designs = sorted(problems, key=lambda problem: len(problem.golden_code))[:_DESIGNS]
    for count in counts:
        file = folder / "synthetic.jsonl"
        write_pieces(file, _replies(designs, count))
        target = "< 400 MB at 100,000" if count >= 10_000 else ""
        megabytes = _peak(options, file, folder, count)
        yield Figure(f"memory of the driver, {count:,} samples from the cache", "MB", (megabytes,), target=target)


def _replies(designs: Sequence[Problem], count: int) -> Iterator[bytes]:
    for number in range(count):
        problem = designs[number % len(designs)]
        text = f"Answer {number}. {_PROSE}\n```verilog\n{problem.golden_code}```\n"
        yield json.dumps({"task_id": problem.name, "completion": text}).encode() + b"\n"


def _peak(options: RunOptions, file: Path, folder: Path, count: int) -> float:
    """Megabytes."""
    command = ["grade", "--suite", options.suite, "--task", str(options.task), "--completions", str(file)]
    command += ["--run", f"memory-{count}", "--sandbox", options.sandbox, "--quiet", "--waveforms", "0"]
    command += ["--suite-path", str(Path(options.suite_path).resolve())] if options.suite_path else []
    results = {"HARNESS_RESULTS": str(folder / "results")}
    found = run_program([sys.executable, "-c", _MEASURED, *command], wall_s=_LIMIT_S, env=results)
    code, _, peak = found.last_line.partition(" ")
    if not found.ok or code not in ("0", "3") or not peak.isdigit():
        raise HarnessError(f"speed: memory at {count:,} samples: {found.last_line}")
    return int(peak) / 1000
