"""prompts: the requests of a run as a file for OpenAI's Batch API or vLLM's run-batch."""

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import Any

from harness.cli.options import add_model_options, add_suite_options, to_options
from harness.cli.runs import say
from harness.models.openai_batch import MOST_REQUESTS
from harness.runs.batch import Requests, batch_requests
from harness.runs.folder import write_whole
from harness.wording import counted


def add_arguments(name: str, parser: argparse.ArgumentParser) -> None:  # noqa: ARG001 (one command)
    parser.add_argument("--out", metavar="FILE", help="where to (default: standard output)")
    parser.add_argument("--run", metavar="RUN", help="name or folder of the run (default: made from its parameters)")
    add_suite_options(parser)
    parser.add_argument("--rules", default="default", metavar="R", help="those that the run will be graded by")
    add_model_options(parser)
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")


def run(arguments: argparse.Namespace) -> int:
    found = batch_requests(to_options(arguments))
    text = "".join(json.dumps(line, ensure_ascii=True) + "\n" for line in found.lines)
    if arguments.out is not None:
        write_whole(Path(arguments.out), text)
    if arguments.json:
        print(json.dumps(_document(found, arguments.out)))
    elif arguments.out is None:
        sys.stdout.write(text)
    here = f", {counted(found.here, 'sample')} answered already" if found.here else ""
    say(f"{counted(len(found.lines), 'request')}{here} · run {found.run}")
    if len(found.lines) > MOST_REQUESTS:
        say(f"warning: OpenAI takes {MOST_REQUESTS:,} requests a file; split it by lines")
    suite = shlex.join(("--suite-path", arguments.suite_path)) if arguments.suite_path else ""
    say(f"with its output: harness import OUTPUT {suite}".rstrip())
    return 0


def _document(found: Requests, out: str | None) -> dict[str, Any]:
    """The requests themselves stand in it where they are written to no file."""
    about = {"run": found.run, "requests": len(found.lines), "here": found.here, "file": out}
    return about if out is not None else {**about, "lines": found.lines}
