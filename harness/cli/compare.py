"""compare: is one run better than another, and by how much?"""

import argparse
import json
import sys
from pathlib import Path

from harness.errors import ConfigError
from harness.reports.comparison import render
from harness.reports.trend import render_trend
from harness.runs.compare import CompareOptions, compare_runs, load_runs

WORSE = 4
"""Exit code where --threshold says so."""


def add_arguments(_name: str, parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "runs", nargs="+", metavar="RUN", help="names under results/runs/, or folders; the first is the base"
    )
    parser.add_argument("--metric", default="function", metavar="M", help="which metric (default: function)")
    parser.add_argument("--k", type=int, default=1, metavar="K", help="pass@K (default: 1)")
    parser.add_argument("--wish", type=float, metavar="X", help="what it would take to show a difference of X points")
    parser.add_argument(
        "--threshold",
        type=float,
        metavar="X",
        help="exit 4 where the last run is worse than the first by more than X points",
    )
    parser.add_argument(
        "--force", action="store_true", help="compare runs of unlike suites, tasks, rules or tracks, too"
    )
    parser.add_argument(
        "--trend", action="store_true", help="checkpoints of one model: each against the one before it, in this order"
    )
    parser.add_argument("--by-date", action="store_true", help="with --trend: in the order in which they were begun")
    parser.add_argument("--html", metavar="FILE", help="also write a page that opens offline")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")


def run(arguments: argparse.Namespace) -> int:
    options = _options(arguments)
    runs = load_runs(options.runs)
    found = compare_runs(options, runs)
    for line in found["warnings"]:
        print(f"warning: {line}", file=sys.stderr)
    if arguments.html:
        from harness.runs.compare_page import write_comparison

        write_comparison(found, runs, Path(arguments.html))
    shown = render_trend if options.trend else render
    print(json.dumps(found) if arguments.json else shown(found), end="\n" if arguments.json else "")
    return WORSE if found.get("threshold", {}).get("worse") else 0


def _options(arguments: argparse.Namespace) -> CompareOptions:
    """Raises ConfigError, naming the option and what it may be."""
    if arguments.k < 1:
        raise ConfigError(f"--k {arguments.k}: at least 1")
    if arguments.wish is not None and not 0 < arguments.wish <= 100:
        raise ConfigError(f"--wish {arguments.wish:g}: points, above 0 and at most 100")
    if arguments.threshold is not None and not 0 <= arguments.threshold <= 100:
        raise ConfigError(f"--threshold {arguments.threshold:g}: points, from 0 to 100")
    if arguments.by_date and not arguments.trend:
        raise ConfigError("--by-date is an order for --trend; without it the first run named is the base")
    if arguments.wish is not None and arguments.trend:
        raise ConfigError("--wish is about two runs; give it without --trend")
    return CompareOptions(
        tuple(arguments.runs),
        arguments.metric,
        arguments.k,
        arguments.wish,
        arguments.threshold,
        arguments.force,
        arguments.trend,
        arguments.by_date,
    )
