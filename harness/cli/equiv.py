"""equiv: are two designs the same hardware?"""

import argparse
import json
import re
import sys
from pathlib import Path

from harness.cli.options import DEFAULTS
from harness.errors import ConfigError
from harness.grading.equivalence import DEFAULT_BUDGET_S, Equivalence
from harness.reports.plain import columns
from harness.runs import equiv
from harness.tools.netlist_survey import ResetPin

_MOST_FRAMES_SHOWN = 40


def add_arguments(_name: str, parser: argparse.ArgumentParser) -> None:
    parser.add_argument("golden", metavar="GOLDEN", help="a Verilog file; what it leaves X is not compared")
    parser.add_argument("candidate", metavar="CANDIDATE", help="a Verilog file with the same top module and ports")
    parser.add_argument("--top", required=True, metavar="T", help="the top module of both")
    parser.add_argument("--given", action="append", default=[], metavar="FILE", help="a source that both need")
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=N", help="of the top module")
    parser.add_argument("--clock", action="append", default=[], metavar="PORT", help="(default: from the netlists)")
    parser.add_argument(
        "--reset",
        action="append",
        default=[],
        metavar="PORT[:LEVEL]",
        help="asserted at the start; LEVEL high or low; none: no reset (default: from the golden netlist)",
    )
    parser.add_argument(
        "--seconds", type=int, default=DEFAULT_BUDGET_S, metavar="N", help="CPU seconds for the engines (default: 60)"
    )
    parser.add_argument("--trace", metavar="FILE", help="write a counterexample there, as VCD")
    parser.add_argument("--sandbox", default=DEFAULTS.sandbox, metavar="S", help="auto, bwrap, landlock or rlimits")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 whatever the answer is; 2 where the two cannot be compared."""
    if arguments.seconds < 1:
        raise ConfigError(f"--seconds {arguments.seconds}: at least 1")
    options = equiv.EquivOptions(
        golden=Path(arguments.golden),
        candidate=Path(arguments.candidate),
        top=arguments.top,
        given=tuple(map(Path, arguments.given)),
        parameters=dict(map(_parameter, arguments.parameter)),
        clocks=tuple(arguments.clock),
        resets=tuple(arguments.reset),
        budget_s=arguments.seconds,
        sandbox=arguments.sandbox,
    )
    found, seconds = equiv.compare(options)
    if arguments.trace and found.counterexample is not None:
        _save(Path(arguments.trace), found.counterexample.waveform())
    if arguments.json:
        print(json.dumps(_document(found, seconds)))
    else:
        print("\n".join(_lines(found, seconds)))
    return 0


def _parameter(text: str) -> tuple[str, int]:
    matched = re.fullmatch(r"([A-Za-z_][\w$]*)=(-?\d+)", text)
    if matched is None:
        raise ConfigError(f'--parameter "{text}": NAME=NUMBER')
    return matched[1], int(matched[2])


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as error:
        raise ConfigError(f"--trace {path}: {error.strerror}") from error
    print(f"wrote {path}", file=sys.stderr)


def _document(found: Equivalence, seconds: float) -> dict[str, object]:
    document: dict[str, object] = {"equivalence": str(found.status), "seconds": round(seconds, 3), **found.facts()}
    if found.counterexample is not None:
        document["counterexample"] = {**found.counterexample.facts(), "inputs": found.counterexample.inputs()}
    document["clocks"] = list(found.clocks)
    document["resets"] = [
        {
            "port": pin.port,
            "active": "high" if pin.active_high else "low",
            "kind": "async" if pin.asynchronous else "sync",
        }
        for pin in found.resets
    ]
    return document


def _lines(found: Equivalence, seconds: float) -> list[str]:
    depth = f" for {found.depth} frames" if found.depth else ""
    lines = [f"{found.status}{depth}   {seconds:.1f} s   {found.method}".rstrip()]
    if found.reason:
        lines.append(f"  {found.reason}")
    lines.append(f"  clock {', '.join(found.clocks) or '–'} · reset {_resets(found)}")
    trace = found.counterexample
    if trace is not None:
        head, *rows = trace.table()
        left_out = len(rows) - _MOST_FRAMES_SHOWN
        difference = trace.difference
        lines.append(
            f"  {difference.output} differs in {trace.time[:-1]} {difference.frame}:"
            f" {difference.golden} in the golden design, {difference.candidate} in the candidate"
        )
        if left_out > 0:
            lines.append(
                f"  the first {left_out} of {len(rows)} frames are left out here; --json and --trace have them"
            )
        shown = [head, *rows[-_MOST_FRAMES_SHOWN:]]  # outputs first: a wide table is cut at the right
        lines += columns([[row[0], *row[-2:], *row[1:-2]] for row in shown], indent=2)
    return lines


def _level(pin: ResetPin) -> str:
    return "high" if pin.active_high else "low"


def _resets(found: Equivalence) -> str:
    return ", ".join(f"{pin.port} (active {_level(pin)})" for pin in found.resets) or "–"
