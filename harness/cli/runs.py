"""bench, generate, grade, report, view, repro."""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.cli.options import (
    add_grading_options,
    add_model_options,
    add_report_options,
    add_suite_options,
    parse_ks,
    to_options,
    waveforms_of,
)
from harness.errors import ConfigError
from harness.reports.money import render_dry_run
from harness.reports.regraded import render as render_regraded
from harness.reports.table import render
from harness.runs import bench as jobs
from harness.runs import repro
from harness.runs.dry_run import dry_run
from harness.runs.folder import RunFolder
from harness.runs.page import PAGE
from harness.runs.regraded import Regraded
from harness.runs.report import TAMPERED
from harness.wording import counted

FORGED = 4
"""Exit code where a verdict has been forged: here, of a problem that no design can pass."""


def add_arguments(name: str, parser: argparse.ArgumentParser) -> None:
    if name in ("report", "repro", "view"):
        parser.add_argument("run", metavar="RUN", help="a name under results/runs/, or a folder")
    if name in ("report", "view"):
        parser.add_argument("--k", default="1,5,10", metavar="LIST")
        parser.add_argument("--suite-path", metavar="DIR", help="the suite's folder, for prompts and waveforms")
        add_report_options(parser)
    if name == "repro":
        parser.add_argument("problem", metavar="PROBLEM")
        parser.add_argument("sample", metavar="SAMPLE", type=int)
        parser.add_argument("--out", metavar="DIR", help="where to (default: repro/<run>/<problem>-<sample>)")
        parser.add_argument("--suite-path", metavar="DIR")
    if name in ("bench", "generate", "grade"):
        add_suite_options(parser)
        add_grading_options(parser)
    if name in ("bench", "generate"):
        add_model_options(parser)
    if name == "grade":
        parser.add_argument("graded_run", nargs="?", metavar="RUN", help="a run to grade again")
        parser.add_argument("--completions", metavar="FILE", help="answers as JSONL: task_id, and completion or code")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")
    if name != "repro":
        parser.add_argument("--quiet", action="store_true", help="no progress line")


def run(arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "report":
            return _report(arguments)
        case "view":
            return _view(arguments)
        case "repro":
            return _repro(arguments)
        case "grade":
            return _grade(arguments)
        case _ if arguments.dry_run:
            return _dry_run(arguments)
        case command:
            result = jobs.bench(to_options(arguments), say, grade=command == "bench")
            return finish(result, arguments)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _grade(arguments: argparse.Namespace) -> int:
    options = to_options(arguments)
    if arguments.graded_run:
        if options.completions is not None:
            raise ConfigError("grade RUN and --completions FILE are two different things; give one")
        return finish(jobs.grade_run(arguments.graded_run, options, say), arguments)
    if options.completions is None:
        raise ConfigError(
            "grade what? A run (harness grade RUN) or a file of answers (harness grade --completions FILE)"
        )
    return finish(jobs.grade_answers(options, say), arguments)


def _dry_run(arguments: argparse.Namespace) -> int:
    found = dry_run(to_options(arguments), say)
    print(json.dumps(found.to_json()) if arguments.json else render_dry_run(found.to_json()))
    return 0


def _report(arguments: argparse.Namespace) -> int:
    result = _again(arguments)
    _show(result.summary, result.path, arguments, Regraded())
    return FORGED if _tampered(result) else 0


def _again(arguments: argparse.Namespace) -> jobs.RunResult:
    ks, wanted = parse_ks(arguments.k), waveforms_of(arguments)
    quiet, path = arguments.quiet, arguments.suite_path
    return jobs.report_run(arguments.run, ks, say, suite_path=path, waveforms=wanted, quiet=quiet)


def _view(arguments: argparse.Namespace) -> int:
    """Open the page; on a machine without a screen only say where it is."""
    import webbrowser

    path = _again(arguments).path / PAGE
    shown = _has_screen() and webbrowser.open(path.resolve().as_uri())
    if arguments.json:
        print(json.dumps({"path": str(path), "opened": shown}))
    else:
        print(f"{_short(path)}{'' if shown else '   (no browser here; open it in one)'}")
    return 0


def _has_screen() -> bool:
    """Without one, webbrowser would start a browser in the terminal, or wait for one."""
    wanted = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in wanted)


def _repro(arguments: argparse.Namespace) -> int:
    out = Path(arguments.out) if arguments.out else None
    made = repro.make(arguments.run, arguments.problem, arguments.sample, out, arguments.suite_path)
    if arguments.json:
        print(json.dumps({"path": str(made), "waveform": (made / repro.WAVE).exists()}))
        return 0
    wave = "; wave.vcd is the waveform" if (made / repro.WAVE).exists() else " (it does not get as far as a waveform)"
    print(f"{_short(made)}/   run.sh shows it again{wave}")
    return 0


def finish(result: jobs.RunResult, arguments: argparse.Namespace) -> int:
    """Show what came of a job; the exit code."""
    if arguments.command == "generate" or getattr(arguments, "no_grade", False):
        if arguments.json:
            print(json.dumps({"run": result.run, "path": str(result.path), "infra_errors": result.infra_errors}))
        else:
            print(f"{_short(result.path)}/   grade it: harness grade {result.run}")
    else:
        _show(result.summary, result.path, arguments, result.regraded)
    if result.tally.unfinished:
        return 130
    if _tampered(result):
        return FORGED
    if result.infra_errors:
        first = "" if result.defects else _first_message(result.path, "infra_error")
        verb, them = ("is", "it") if result.infra_errors == 1 else ("are", "them")
        some = counted(result.infra_errors, "sample")
        say(f"{some} {verb} infra_error{first}; do {them} again with --retry-errors")
        return 3
    return 1 if result.defects else 0


def _tampered(result: jobs.RunResult) -> bool:
    found = bool(result.summary.get("tampered"))
    if found:
        say(f"error: run {result.run} is tampered: {TAMPERED}")
    return found


def _show(summary: Mapping[str, Any], path: Path, arguments: argparse.Namespace, regraded: Regraded) -> None:
    if arguments.json:
        print(json.dumps({**summary, "regraded": regraded.to_json()} if regraded.samples else summary))
        return
    print()
    print(render(summary))
    if regraded.samples:
        print(render_regraded(regraded.to_json()))
    print(f"{_short(path)}/   report.html · summary.json · problems.csv · grades.jsonl")
    print(f"look closer:  harness view {path.name}")
    failing = _first_failure(path)
    if failing and summary["tools"]:  # no tool runs a line of text
        print(f"one failure:  harness repro {path.name} {failing[0]} {failing[1]}")


def _first_message(path: Path, outcome: str) -> str:
    for grade in RunFolder.read(path).grades():
        if grade.outcome == outcome and grade.message:
            return f" (the first: {grade.problem} {grade.sample}: {grade.message})"
    return ""


def _first_failure(path: Path) -> tuple[str, int] | None:
    for grade in RunFolder.read(path).grades():
        if grade.outcome == "mismatch":
            return grade.problem, grade.sample
    return None


def _short(path: Path) -> str:
    """Relative to where the user stands, where that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)
