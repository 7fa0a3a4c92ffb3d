"""The parser and the dispatch. Modules that cost time to import are imported by the command that needs them."""

import argparse
import difflib
import importlib
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import NoReturn

from harness import __version__
from harness.errors import HarnessError
from harness.wording import one_line

INTERRUPTED = 130
Command = Callable[[argparse.Namespace], int]

COMMANDS: dict[str, tuple[str, str]] = {
    "bench": ("harness.cli.runs", "ask a model, grade its answers, show the table"),
    "generate": ("harness.cli.runs", "only ask a model; grade later with: harness grade RUN"),
    "prompts": ("harness.cli.prompts", "the requests of a run as a batch file; harness import takes its output"),
    "grade": ("harness.cli.runs", "grade a run again, or answers from a file (--completions)"),
    "import": ("harness.cli.import_", "make a run of answers in a published format, and grade it"),
    "report": ("harness.cli.runs", "make a run's derived files again (report.html among them) and show its table"),
    "view": ("harness.cli.runs", "open a run's report in a browser"),
    "compare": ("harness.cli.compare", "is one run better than another? paired, with intervals"),
    "leaderboard": ("harness.cli.leaderboard", "many runs ranked: a static site, CSV, JSON, Markdown"),
    "verify": ("harness.cli.verify", "is a submission what it claims to be? graded again, exit 4 where it is doctored"),
    "export": ("harness.cli.export", "a run as CSV, JSON, Markdown, JUnit XML, Parquet, for the Hugging Face Hub …"),
    "repro": ("harness.cli.runs", "a folder with which anybody can see one sample's failure"),
    "list": ("harness.cli.catalog", "the problems of a suite"),
    "suites": ("harness.cli.catalog", "the suites, and where each is found"),
    "models": ("harness.cli.catalog", "the model backends, and what each needs"),
    "check-model": ("harness.cli.check_model", "is a model backend fit for a run? some ten small questions"),
    "equiv": ("harness.cli.equiv", "are two designs the same hardware: proven, or a counterexample"),
    "doctor": ("harness.cli.catalog", "every tool: version, place, purpose, what is missing"),
    "new-problem": ("harness.cli.new_problem", "lay out the files of a native problem, ready to be filled in"),
    "audit": ("harness.cli.audit", "test a suite's testbenches: stubs and seeded faults must fail"),
    "redteam": ("harness.cli.redteam", "hostile designs: none may be accepted, none may do harm"),
    "ppa": ("harness.cli.ppa", "area, delay and power of two designs, side by side"),
    "serve": ("harness.cli.serve", "rewards over HTTP, for trainers: /v1/score, health, metrics, OpenAPI"),
    "speed": ("harness.cli.speed", "ratios against the bare tools, measured side by side"),
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with the nearest right word, instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        wrong = re.search(r"(?:unrecognized arguments: |invalid choice: ')([^ =']+)", message)
        known = [option for action in self._actions for option in (*action.option_strings, *(action.choices or ()))]
        near = difflib.get_close_matches(wrong.group(1), known, 1) if wrong else []
        hint = f' Did you mean "{near[0]}"?' if near else ""
        self.exit(2, f"error: {message.replace(chr(10), ' ')}.{hint} See: {self.prog} --help\n")


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser; with ``only`` the arguments of just that command are filled in, for a quick start."""
    parser = _Parser(prog="harness", description="Measures how well language models write Verilog.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"harness {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, help_text) in COMMANDS.items():
        command = commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        command.add_argument("--debug", action="store_true", help="show the traceback of an error")
        command.set_defaults(parser=command)
        if name == only:
            importlib.import_module(module).add_arguments(name, command)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 own trouble, 2 wrong use, 3 infra errors, 4 found worse or
    forged, 130 interrupted."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = next((item for item in arguments if not item.startswith("-")), None)
    parsed, unknown = build_parser(name).parse_known_args(arguments)
    if unknown:
        parsed.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    try:
        run: Command = importlib.import_module(COMMANDS[parsed.command][0]).run
        code = run(parsed)
        sys.stdout.flush()
        return code
    except HarnessError as error:
        _say_error(str(error), parsed.debug)
        return error.exit_code
    except KeyboardInterrupt:
        print("stopped; what was finished is on disk, go on with the same command", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _let_go_of_output()
        return 0
    except OSError as error:  # of the disk mostly, and then no fault of the program
        if error.filename is None:
            _let_go_of_output()
        _say_error(f"{error.filename or 'standard output'}: {error.strerror or error}", parsed.debug)
        return 1
    except Exception as error:
        _say_error(f"internal: {type(error).__name__}: {error}. Run it again with --debug", parsed.debug)
        return 1


def _say_error(message: str, debug: bool) -> None:
    """One line; with ``debug`` the traceback before it. No key of the environment is in either."""
    from harness.models.secrets import environment_secrets, without_secrets

    said = f"{traceback.format_exc()}error: {message}" if debug else f"error: {one_line(message)}"
    print(without_secrets(said, environment_secrets(os.environ)), file=sys.stderr)


def _let_go_of_output() -> None:
    """So that Python's own flush at the end does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def entry() -> None:
    code = main()
    if code == INTERRUPTED:
        # Python would wait for the threads whose requests are still on their way: minutes, for nobody.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
