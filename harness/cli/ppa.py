"""ppa: area, delay and power of two designs in one cell library."""

import argparse
import json
from pathlib import Path

from harness.cli.options import add_library_options, to_options
from harness.errors import ConfigError
from harness.reports.ppa import render
from harness.runs.ppa import PpaOptions, compare


def add_arguments(_name: str, parser: argparse.ArgumentParser) -> None:
    parser.add_argument("golden", metavar="GOLDEN", help="a Verilog file")
    parser.add_argument("candidate", metavar="CANDIDATE", help="another one, with the same top module")
    parser.add_argument("--top", required=True, metavar="T", help="the module to measure")
    parser.add_argument(
        "--clock", action="append", default=[], metavar="PORT", help="a clock (default: what clocks the registers)"
    )
    parser.add_argument("--period", type=float, metavar="NS", help="clock period (default: the library's)")
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=N", help="a parameter of the module")
    parser.add_argument("--sandbox", default="auto", metavar="S", help="auto, bwrap, landlock or rlimits")
    add_library_options(parser)
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")


def run(arguments: argparse.Namespace) -> int:
    if arguments.period is not None and not 0 < arguments.period < 1e6:
        raise ConfigError(f"--period {arguments.period}: a time in ns, above 0")
    options = PpaOptions(
        top=arguments.top,
        run=to_options(arguments),
        clocks=tuple(arguments.clock),
        period_ns=arguments.period,
        parameters=dict(_parameter(item) for item in arguments.parameter),
    )
    found = compare(Path(arguments.golden), Path(arguments.candidate), options).to_json()
    print(json.dumps(found) if arguments.json else render(found), end="\n" if arguments.json else "")
    return 0


def _parameter(text: str) -> tuple[str, int]:
    name, _, value = text.partition("=")
    try:
        return name, int(value)
    except ValueError:
        raise ConfigError(f'--parameter "{text}": NAME=N, with a whole number') from None
