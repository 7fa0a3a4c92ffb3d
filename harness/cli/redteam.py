"""redteam: can a hostile design get itself believed?"""

import argparse
import json

from harness.cli.options import add_grading_options, add_suite_options, to_options
from harness.reports.plain import clip, columns
from harness.runs.redteam import RedteamOptions, RedteamRow, run_redteam


def add_arguments(_name: str, parser: argparse.ArgumentParser) -> None:
    add_suite_options(parser)
    add_grading_options(parser)
    parser.add_argument("--attacks", default="*", metavar="GLOBS", help='only these, such as "peek_*,force_*"')
    parser.add_argument("--quick", action="store_true", help="without those that are meant to run into limits")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")
    parser.add_argument("--quiet", action="store_true", help="no progress line")


def run(arguments: argparse.Namespace) -> int:
    """Exit 1 where a hostile design was accepted, did harm, or could not be judged."""
    rows = run_redteam(RedteamOptions(to_options(arguments), arguments.attacks, not arguments.quick))
    if arguments.json:
        print(json.dumps([row.to_json() for row in rows]))
    else:
        print("\n".join(columns([["attack", "problem", "outcome", "seconds", ""], *map(_cells, rows)])))
        accepted, harmed = sum(row.accepted for row in rows), sum(bool(row.harm) for row in rows)
        print(f"{len(rows)} hostile designs: {accepted} accepted, {harmed} did harm to the machine")
    return 0 if all(row.ok for row in rows) else 1


def _cells(row: RedteamRow) -> list[str]:
    said = "ACCEPTED" if row.accepted else row.harm.upper() or clip(row.message, 60)
    return [row.attack, row.problem, str(row.outcome), f"{row.seconds:.1f}", said]
