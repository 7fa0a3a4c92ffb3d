"""prompts: the requests of a run as a file for OpenAI's Batch API or vLLM's run-batch, or as a task of lm-eval."""

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import Any

from harness.cli.options import add_model_options, add_suite_options, to_options
from harness.cli.runs import say
from harness.errors import ConfigError
from harness.models.openai_batch import MOST_REQUESTS
from harness.runs.batch import Requests, batch_requests
from harness.runs.folder import write_whole
from harness.runs.lm_eval_task import write_task
from harness.wording import counted

FORMATS = ("batch", "lm-eval")


def add_arguments(name: str, parser: argparse.ArgumentParser) -> None:  # noqa: ARG001 (one command)
    parser.add_argument(
        "--format", choices=FORMATS, default="batch", help="batch (default), or lm-eval: a task's folder, for --out"
    )
    parser.add_argument("--out", metavar="PATH", help="where to (default: standard output)")
    parser.add_argument("--run", metavar="RUN", help="name or folder of the run (default: made from its parameters)")
    add_suite_options(parser)
    parser.add_argument("--rules", default="default", metavar="R", help="those that the run will be graded by")
    add_model_options(parser)
    parser.add_argument("--k", default="1,5,10", metavar="LIST", help="pass@k of a task for these k, cut to n")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")


def run(arguments: argparse.Namespace) -> int:
    return _task(arguments) if arguments.format == "lm-eval" else _batch(arguments)


def _task(arguments: argparse.Namespace) -> int:
    if arguments.out is None:
        raise ConfigError("--format lm-eval writes a folder; give --out")
    name = write_task(to_options(arguments), Path(arguments.out))
    if arguments.json:
        print(json.dumps({"task": name, "out": arguments.out}))
    say(f"lm_eval run --model … --include_path {shlex.quote(arguments.out)} --tasks {name}")
    return 0


def _batch(arguments: argparse.Namespace) -> int:
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
