"""audit: are a suite's problems and their testbenches any good?"""

import argparse
import json
import sys
from pathlib import Path

from harness.cli.options import add_grading_options, add_suite_options, to_options
from harness.reports.audit_table import audit_table
from harness.runs.audit import AuditOptions, audit_suite


def add_arguments(_name: str, parser: argparse.ArgumentParser) -> None:
    parser.add_argument("audited", nargs="?", metavar="SUITE", help="which suite (default: core)")
    add_suite_options(parser)
    add_grading_options(parser)
    parser.add_argument(
        "--faults", type=int, default=50, metavar="N", help="mutants of each golden design (default: 50)"
    )
    parser.add_argument(
        "--proof-s", type=int, default=20, metavar="S", help="CPU seconds for an engine of the solver (default: 20)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument(
        "--attacks",
        metavar="GLOBS",
        help='try these hostile designs on every problem ("*": all; up to minutes for each problem)',
    )
    parser.add_argument("--load", action="store_true", help="also run each golden design many times side by side")
    parser.add_argument("--output", type=Path, metavar="DIR", help="the audit's folder (default: below results/audits)")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")
    parser.add_argument("--quiet", action="store_true", help="no progress line")


def run(arguments: argparse.Namespace) -> int:
    """Exit 1 where a problem may not ship."""
    arguments.suite = arguments.audited or arguments.suite
    options = AuditOptions(
        to_options(arguments),
        arguments.faults,
        arguments.attacks,
        arguments.proof_s,
        arguments.load,
        arguments.output,
    )
    found = audit_suite(options, lambda line: print(line, file=sys.stderr))
    document = found.to_json()
    if arguments.json:
        print(json.dumps(document))
    else:
        print("\n".join(audit_table(document)))
        print(f"written: {found.folder}/audit.html, audit.json, quarantine.toml")
    return 0 if found.ok else 1
