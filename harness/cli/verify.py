"""verify: is a submission what it claims to be?"""

import argparse
import json
import sys
from pathlib import Path

from harness.cli.options import to_options
from harness.cli.runs import FORGED
from harness.reports.verification import render
from harness.runs.verify import Verification, VerifyOptions, verify


def add_arguments(_name: str, parser: argparse.ArgumentParser) -> None:
    parser.add_argument("submission", metavar="SUBMISSION", help="a run's folder, or a name under results/runs/")
    parser.add_argument("--limit", type=int, metavar="N", help="grade N problems again, drawn by --seed (default: all)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="one that the submitter cannot know")
    parser.add_argument("--suite-path", metavar="DIR", help="the suite's folder, where it is not found by itself")
    parser.add_argument("--liberty", metavar="L", help="cell library (default: the one that the submission names)")
    parser.add_argument("--workers", type=int, default=0, metavar="N", help="grading threads (default: the cores)")
    parser.add_argument("--sandbox", default="auto", metavar="S", help="auto, bwrap, landlock or rlimits")
    parser.add_argument("--out", metavar="DIR", help="where verified.json lies (default: results/leaderboard)")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")
    parser.add_argument("--quiet", action="store_true", help="no progress line")


def run(arguments: argparse.Namespace) -> int:
    checked = to_options(arguments)  # their ranges
    options = VerifyOptions(
        submission=arguments.submission,
        suite_path=arguments.suite_path,
        limit=checked.limit,
        seed=checked.seed,
        workers=checked.workers,
        sandbox=checked.sandbox,
        liberty=arguments.liberty,
        out=Path(arguments.out) if arguments.out else None,
        quiet=checked.quiet,
    )
    found = verify(options, lambda line: print(line, file=sys.stderr, flush=True))
    for line in found.warnings:
        print(f"warning: {line}", file=sys.stderr)
    document = found.to_json()
    print(json.dumps(document) if arguments.json else render(document), end="\n" if arguments.json else "")
    return _code(found)


def _code(found: Verification) -> int:
    if found.findings:
        return FORGED
    if found.interrupted:
        return 130
    return 3 if found.unjudged else 0
