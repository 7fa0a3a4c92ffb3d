"""speed: ratios against the bare tools."""

import argparse
import json
import statistics
import sys
from pathlib import Path

from harness.cli.options import add_grading_options, add_suite_options, to_options
from harness.errors import ConfigError
from harness.reports.plain import columns
from harness.reward.latency import latency_figures
from harness.runs import speed


def add_arguments(_name: str, parser: argparse.ArgumentParser) -> None:
    add_suite_options(parser)
    add_grading_options(parser)
    parser.add_argument("--completions", metavar="FILE", help="answers to grade (default: the golden designs, n times)")
    parser.add_argument("-n", "--n", type=int, default=5, metavar="N", help="copies of each golden design (default: 5)")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="pairs of runs (default: 3)")
    parser.add_argument("--full", action="store_true", help="2,000 requests to a local server, 256 at once, not a few")
    parser.add_argument(
        "--memory",
        default="1000,10000",
        metavar="LIST",
        help="measure memory at so many synthetic samples (default: 1000,10000; 100000 takes minutes; 0: not)",
    )
    parser.add_argument("--save", metavar="FILE", help="also write the figures there, as JSON")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")


def run(arguments: argparse.Namespace) -> int:
    options = speed.with_defaults(to_options(arguments))
    counts, full = _counts(arguments.memory), arguments.full
    figures = speed.measure(options, arguments.repeat, lambda line: print(line, file=sys.stderr), counts, full=full)
    figures += latency_figures(options)
    if arguments.save:
        speed.save(figures, options, Path(arguments.save))
    if arguments.json:
        print(json.dumps({"machine": speed.machine(), "figures": [figure.to_json() for figure in figures]}))
        return 0
    where = speed.machine()
    print(f"\n{where['cpu']}, {where['cores']} cores; medians, ratios pair by pair\n")
    rows = [["ours", "baseline", "ratio", "target", ""]]
    for figure in figures:
        ours = f"{statistics.median(figure.values):.2f} {figure.unit}"
        theirs = f"{statistics.median(figure.baseline):.2f} {figure.unit}" if figure.baseline else "–"
        ratio = f"{figure.ratio:.2f} ×" if figure.ratio is not None else "–"
        rows.append([ours, theirs, ratio, figure.target or "–", figure.name])
    print("\n".join(columns(rows)))
    return 0


def _counts(value: str) -> list[int]:
    items = [item.strip() for item in value.split(",") if item.strip()]
    if not all(item.isascii() and item.isdigit() and int(item) <= 1_000_000 for item in items):
        raise ConfigError(f'--memory "{value}": a comma list of numbers of samples, up to 1,000,000; 0: none')
    return sorted({int(item) for item in items} - {0})
