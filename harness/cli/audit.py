"""audit: are a suite's testbenches any good?"""

import argparse
import json
import sys

from harness.cli.options import add_grading_options, add_suite_options, to_options
from harness.reports.plain import clip, columns
from harness.runs.audit import audit_suite


def add_arguments(_name: str, parser: argparse.ArgumentParser) -> None:
    parser.add_argument("audited", nargs="?", metavar="SUITE", help="which suite (default: core)")
    add_suite_options(parser)
    add_grading_options(parser)
    parser.add_argument(
        "--faults", type=int, default=40, metavar="N", help="faults of each golden design (default: 40)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")
    parser.add_argument("--quiet", action="store_true", help="no progress line")


def run(arguments: argparse.Namespace) -> int:
    """Exit 1 where a problem may not ship."""
    arguments.suite = arguments.audited or arguments.suite
    found = audit_suite(to_options(arguments), arguments.faults, lambda line: print(line, file=sys.stderr))
    if arguments.json:
        print(json.dumps([audit.to_json() for audit in found]))
    else:
        rows = [["problem", "golden", "stubs that pass", "faults", "killed", "rate", ""]]
        for audit in found:
            rate = "–" if audit.kill_rate is None else f"{100 * audit.kill_rate:.1f}"
            stubs = ", ".join(audit.passed_stubs) or "none"
            rows.append(
                [
                    audit.problem,
                    str(audit.golden),
                    stubs,
                    str(audit.mutants),
                    str(audit.killed),
                    rate,
                    "" if audit.ok else "NOT OK",
                ]
            )
        print("\n".join(columns(rows)))
        for audit in found:
            for survivor in audit.survivors:
                print(clip(f"survivor: {audit.problem} line {survivor.line}: {survivor.description}", 100))
    return 0 if all(audit.ok for audit in found) else 1
