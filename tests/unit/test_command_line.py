"""Options of the command line: what is wrong ends with exit code 2 and one line that says what may stand there."""

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness import __version__
from harness.cli import main as cli
from harness.cli.main import COMMANDS, build_parser, main
from harness.cli.options import BUILT_STAGES, parse_ks, parse_stages, to_options
from harness.errors import ConfigError, ToolNotFound
from harness.records.outcome import Rules, Stage, Task
from harness.reports.audit_table import audit_table
from harness.runs.options import RunOptions


def options(*arguments: str, command: str = "bench") -> RunOptions:
    return to_options(build_parser(command).parse_args([command, *arguments]))


def test_without_options_everything_is_as_the_record_says() -> None:
    assert options() == RunOptions()
    assert options(command="generate") == RunOptions()


def test_every_option_reaches_its_field() -> None:
    given = "--suite s --suite-path p --task code-completion --rules both --model m/x --base-url http://h -n 3 --k 1,3"
    given += " --temperature 0.5 --top-p 0.9 --max-tokens 7 --seed 4 --shots 2 --style default --stages syntax,simulate"
    given += " --workers 2 --run r --sandbox rlimits --liberty l --yosys system --max-connections 8 --retry-errors"
    given += " --no-cache --limit 6 --problems fifo_* --quiet"
    assert options(*given.split()) == RunOptions(
        suite="s",
        suite_path="p",
        task=Task.CODE_COMPLETION,
        rules=Rules.BOTH,
        model="m/x",
        base_url="http://h",
        n=3,
        k=(1, 3),
        temperature=0.5,
        top_p=0.9,
        max_tokens=7,
        seed=4,
        shots=2,
        style="default",
        stages=frozenset({Stage.SYNTAX, Stage.SIMULATE}),
        workers=2,
        run="r",
        sandbox="rlimits",
        liberty="l",
        yosys="system",
        max_connections=8,
        retry_errors=True,
        no_cache=True,
        limit=6,
        problems="fifo_*",
        quiet=True,
    )
    assert options("--completions", "a.jsonl", command="grade").completions == Path("a.jsonl")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--task", "chat"], 'error: --task "chat": spec-to-rtl, code-completion, line-completion'),
        (["--rules", "none"], 'error: --rules "none": default, official, both'),
        (["-n", "0"], "error: -n 0: 1 to 1,000,000 samples"),
        (["--limit", "0"], "error: --limit 0: 1 to 1,000,000 problems"),
        (["--workers", "-1"], "error: --workers -1: 0 to 1,024 threads"),
        (["--max-connections", "-2"], "error: --max-connections -2: 1 to 4,096"),
        (["--k", "0,1"], 'error: --k "0,1": a comma list of numbers from 1 on'),
        (["--k", "one"], 'error: --k "one": a comma list of numbers from 1 on'),
        (["--k", ","], 'error: --k ",": a comma list of numbers from 1 on'),
        (["--stages", "syntax,polish"], 'error: --stages "polish": there are extract, '),
        (["--suite", "cor"], 'error: no suite "cor". Did you mean "core"? All suites: harness suites'),
        (["--suite-path", "/nowhere"], "error: suite core: /nowhere does not exist"),
        (["--problems", "zzz*"], 'error: suite core: --problems "zzz*" matches no problem'),
        (["--sandbox", "jail"], 'error: no sandbox "jail". There are: auto, bwrap, landlock, rlimits'),
        (["--liberty", "/nowhere.lib"], "error: --liberty /nowhere.lib: No such file or directory"),
        (["--rules", "official"], "error: suite core has no official rules of its own; use --rules default"),
    ],
)
def test_a_wrong_value_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["bench", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(said)
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("counts", ["many", "-1", "2000000", "1e3"])
def test_a_count_of_samples_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], counts: str) -> None:
    assert main(["speed", f"--memory={counts}"]) == 2
    assert capsys.readouterr().err.startswith(f'error: --memory "{counts}": a comma list of numbers of samples')


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["bnech"],
        ["bench", "--sand", "auto"],
        ["bench", "--no-such-option"],
        ["bench", "-n", "two"],
        ["bench", "--temperature", "hot"],
        ["bench", "--yosys", "mine"],
        ["repro", "run", "problem", "first"],
        ["report"],
    ],
)
def test_what_the_parser_does_not_know_is_exit_code_2_too(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert re.fullmatch(r"error: .*[.?] See: harness [a-z ]*--help\n", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade"], "grade what?"),
        (["grade", "run", "--completions", "f.jsonl"], "two different things; give one"),
        (["grade", "--completions", "/nowhere.jsonl"], "/nowhere.jsonl"),
        (["grade", "no-such-run"], 'no run "no-such-run"'),
        (["report", "no-such-run"], 'no run "no-such-run"'),
        (["repro", "no-such-run", "p", "0"], 'no run "no-such-run"'),
        (["bench", "--model", "no-such-backend/x"], "no-such-backend"),
    ],
)
def test_a_run_a_file_or_a_model_that_is_not_there_is_named(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.setenv("HARNESS_RESULTS", str(tmp_path))
    assert main([*arguments]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize(("text", "ks"), [("5,1,10", (1, 5, 10)), ("1", (1,)), (" 2 , 2,", (2,))])
def test_ks_are_sorted_and_told_once(text: str, ks: tuple[int, ...]) -> None:
    assert parse_ks(text) == ks


def test_stages_are_those_that_are_built() -> None:
    assert parse_stages("") == frozenset()
    assert parse_stages(",".join(BUILT_STAGES)) == frozenset(BUILT_STAGES)
    for stage in set(Stage) - set(BUILT_STAGES):
        with pytest.raises(ConfigError, match=f'"{stage}"'):
            parse_stages(stage)


def test_every_stage_of_the_verdict_is_built() -> None:
    order = list(Stage)
    assert order[: order.index(Stage.NETLIST) + 1] == list(BUILT_STAGES)[: order.index(Stage.NETLIST) + 1]
    assert list(BUILT_STAGES) == [stage for stage in order if stage in BUILT_STAGES]
    assert Stage.NETLIST in BUILT_STAGES


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    assert f"usage: harness {command}" in text
    assert COMMANDS[command][1] in text


# A service has no result.
@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"serve"}))
def test_every_command_gives_its_result_as_json_too(command: str) -> None:
    own = next(a for a in build_parser(command)._actions if isinstance(a, argparse._SubParsersAction)).choices[command]
    [action] = [action for action in own._actions if "--json" in action.option_strings]
    assert (action.nargs, action.default) == (0, False)


LISTINGS = (["list"], ["suites"], ["models"], ["doctor"], ["prompts", "--limit", "2", "-n", "1", "--model", "openai/m"])


@pytest.mark.parametrize("arguments", LISTINGS, ids=lambda arguments: arguments[0])
def test_with_json_there_is_one_document_and_nothing_else(
    capsys: pytest.CaptureFixture[str], arguments: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HARNESS_RESULTS", str(tmp_path))
    main([*arguments, "--json"])
    assert json.loads(capsys.readouterr().out)


def test_what_a_backend_lacks_is_said_in_full_where_no_terminal_ends_the_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    main(["models"])
    text = capsys.readouterr().out
    assert "ANTHROPIC_API_KEY is not set\n" in text
    assert "…" not in text


@pytest.mark.parametrize("arguments", LISTINGS[:-1], ids=lambda arguments: arguments[0])
def test_a_listing_fits_the_terminal_and_has_no_colours(
    capsys: pytest.CaptureFixture[str], arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    main(arguments)
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 100
    assert "\x1b" not in text


def test_the_table_of_an_audit_fits_too_and_says_first_what_is_wrong() -> None:
    proof = {"status": "refuted"}
    audit = {
        "problem": "p" * 30, "stubs": {"zeros": "pass", "counter": "pass"},
        "mutants": 50, "equivalent": 10, "killed": 39, "kill_rate": 0.975, "toggles": {"toggled": 90, "bits": 100},
        "survivors": [{"line": 7, "description": "x " * 90, "proof": proof}], "wrong": ["it " * 60], "weak": [],
        "golden": {"outcome": "netlist_mismatch", "loaded": 0, "unstable": []}, "without_line": None,
        "attacks": {}, "attacks_tried": 0, "attacks_open": 0, "measured": {"cpu_s": 12.5}, "ok": False,
    }  # fmt: skip
    lines = audit_table({"problems": [audit]})
    assert max(map(len, lines)) <= 100
    assert lines[1].startswith(f"{'p' * 30} NOT OK netlist_mismatch")
    assert sum("survivor (refuted)" in line for line in lines) == 1


def test_the_requests_stand_in_the_document_unless_a_file_has_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HARNESS_RESULTS", str(tmp_path))
    command = ["prompts", "--limit", "2", "-n", "1", "--model", "openai/m", "--json"]
    main(command)
    found = json.loads(capsys.readouterr().out)
    assert (found["requests"], found["here"], found["file"], len(found["lines"])) == (2, 0, None, 2)
    main([*command, "--out", str(tmp_path / "r.jsonl")])
    short = json.loads(capsys.readouterr().out)
    assert short == {**{k: v for k, v in found.items() if k != "lines"}, "file": str(tmp_path / "r.jsonl")}
    assert [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()] == found["lines"]


def test_help_lists_every_command_and_loads_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(re.search(rf"^ +{command}( |$)", text, re.MULTILINE) for command in COMMANDS)
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"harness {__version__}\n"


class Stub:
    """Stands in for the module of a command."""

    def __init__(self, run: Callable[[object], int]) -> None:
        self.run = run

    def add_arguments(self, name: str, parser: object) -> None: ...


def raising(error: BaseException) -> Callable[[object], int]:
    def run(arguments: object) -> int:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ToolNotFound("not found: vvp"), 1, "error: not found: vvp"),
        (ConfigError("wrong"), 2, "error: wrong"),
        (KeyboardInterrupt(), 130, "stopped; what was finished is on disk"),
        (ValueError("odd"), 1, "error: internal: ValueError: odd. Run it again with --debug"),
    ],
)
def test_an_error_is_one_line_and_its_exit_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    monkeypatch.setitem(sys.modules, "stub_command", Stub(raising(error)))
    monkeypatch.setitem(cli.COMMANDS, "doctor", ("stub_command", "x"))
    assert main(["doctor"]) == code
    assert capsys.readouterr().err.startswith(said)
    if isinstance(error, Exception):
        assert main(["doctor", "--debug"]) == code
        assert capsys.readouterr().err.startswith("Traceback (most recent call last):")
