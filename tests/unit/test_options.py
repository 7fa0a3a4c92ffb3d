"""The command line of a run: what the options become, and one line with a way out for what is wrong."""

import argparse
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cli import main as command
from harness.cli.options import (
    BUILT_STAGES,
    add_grading_options,
    add_model_options,
    add_suite_options,
    parse_ks,
    parse_stages,
    to_options,
)
from harness.errors import ConfigError, HarnessError, ToolNotFound
from harness.records.outcome import Rules, Stage, Task
from harness.runs.options import RunOptions

EVERYTHING: dict[str, tuple[list[str], Any]] = {
    "suite": (["--suite", "verilog-eval-v2"], "verilog-eval-v2"),
    "suite_path": (["--suite-path", "a b"], "a b"),
    "task": (["--task", "code-completion"], Task.CODE_COMPLETION),
    "problems": (["--problems", "fifo_*"], "fifo_*"),
    "limit": (["--limit", "3"], 3),
    "rules": (["--rules", "both"], Rules.BOTH),
    "stages": (["--stages", "syntax, simulate,"], frozenset({Stage.SYNTAX, Stage.SIMULATE})),
    "workers": (["--workers", "7"], 7),
    "sandbox": (["--sandbox", "rlimits"], "rlimits"),
    "liberty": (["--liberty", "x.lib"], "x.lib"),
    "yosys": (["--yosys", "system"], "system"),
    "fpga": (["--fpga", "xilinx"], "xilinx"),
    "activity": (["--activity", "testbench"], None),
    "k": (["--k", "20,1,3,3"], (1, 3, 20)),
    "retry_errors": (["--retry-errors"], True),
    "moved": (["--moved"], True),
    "no_cache": (["--no-cache"], True),
    "waveforms": (["--waveforms", "0"], 0),
    "run": (["--run", "mine"], "mine"),
    "model": (["--model", "openai/gpt-4o"], "openai/gpt-4o"),
    "base_url": (["--base-url", "http://localhost:1/v1"], "http://localhost:1/v1"),
    "n": (["-n", "20"], 20),
    "temperature": (["--temperature", "0"], 0.0),
    "top_p": (["--top-p", "0.95"], 0.95),
    "max_tokens": (["--max-tokens", "4096"], 4096),
    "seed": (["--seed", "0"], 0),
    "shots": (["--shots", "2"], 2),
    "style": (["--style", "official"], "official"),
    "max_connections": (["--max-connections", "64"], 64),
    "rpm": (["--rpm", "30"], 30.0),
    "tpm": (["--tpm", "90000"], 90_000.0),
    "max_cost": (["--max-cost", "2.5"], 2.5),
    "feedback": (["--feedback", "test"], "test"),
    "rounds": (["--rounds", "3"], 3),
}
ELSEWHERE = {"completions", "quiet"}
"""Options of single commands, tried below."""


def parse(*argv: str) -> RunOptions:
    parser = argparse.ArgumentParser()
    for add in (add_suite_options, add_grading_options, add_model_options):
        add(parser)
    return to_options(parser.parse_args(argv))


def test_without_options_a_run_has_the_defaults_of_its_record() -> None:
    assert parse() == RunOptions()
    assert to_options(argparse.Namespace()) == RunOptions()


@pytest.mark.parametrize("field", EVERYTHING)
def test_each_option_sets_its_field_and_no_other(field: str) -> None:
    argv, value = EVERYTHING[field]
    found = parse(*argv)
    assert getattr(found, field) == value != getattr(RunOptions(), field)
    changed = {name for name in RunOptions.__dataclass_fields__ if getattr(found, name) != getattr(RunOptions(), name)}
    assert changed == {field}


def test_every_field_of_the_record_can_be_set_from_the_command_line() -> None:
    assert set(RunOptions.__dataclass_fields__) == set(EVERYTHING) | ELSEWHERE
    found = to_options(argparse.Namespace(completions="a.jsonl", quiet=True))
    assert (found.completions, found.quiet) == (Path("a.jsonl"), True)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["-n", "0"], "-n 0: 1 to 1,000,000 samples"),
        (["--n", "-3"], "-n -3: 1 to 1,000,000 samples"),
        (["--workers", "-1"], "--workers -1: 0 to 1,024 threads (0: as many as cores)"),
        (["--max-connections", "-1"], "--max-connections -1: 1 to 4,096"),
        (["--limit", "0"], "--limit 0: 1 to 1,000,000 problems"),
        (["-n", "99999999"], "-n 99999999: 1 to 1,000,000 samples"),
        (["--workers", "100000"], "--workers 100000: 0 to 1,024 threads (0: as many as cores)"),
        (["--max-connections", "0"], "--max-connections 0: 1 to 4,096"),
        (["--temperature", "-0.1"], "--temperature -0.1: 0 to 100"),
        (["--temperature", "nan"], "--temperature nan: 0 to 100"),
        (["--temperature", "inf"], "--temperature inf: 0 to 100"),
        (["--top-p", "1.01"], "--top-p 1.01: 0 to 1"),
        (["--max-tokens", "0"], "--max-tokens 0: 1 to 10,000,000"),
        (["--seed", "-1"], "--seed -1: 0 to 2,147,483,647"),
        (["--shots", "-1"], "--shots -1: 0 to 4 examples"),
        (["--run", ".."], '--run "..": a name for a folder under results/runs/, or a path with a / in it'),
        (["--task", "spec2rtl"], '--task "spec2rtl": spec-to-rtl, code-completion, line-completion'),
        (["--rules", "mine"], '--rules "mine": default, official, both'),
        (["--activity", "0"], '--activity "0": toggles of an input in a cycle (above 0, at most 2), or testbench'),
        (
            ["--activity", "much"],
            '--activity "much": toggles of an input in a cycle (above 0, at most 2), or testbench',
        ),
        (["--k", ""], '--k "": a comma list of numbers from 1 on'),
        (["--k", "0,1"], '--k "0,1": a comma list of numbers from 1 on'),
        (["--k", "1;5"], '--k "1;5": a comma list of numbers from 1 on'),
        (["--k", "1.5"], '--k "1.5": a comma list of numbers from 1 on'),
        (["--stages", "syntax,polish"], f'--stages "polish": there are {", ".join(BUILT_STAGES)}'),
    ],
)
def test_a_value_that_cannot_be_is_wrong_use_that_names_option_value_and_what_may_be(
    argv: list[str], said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(*argv)
    assert str(caught.value) == said
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("stage", sorted(set(Stage) - set(BUILT_STAGES)))
def test_a_stage_that_is_only_a_name_so_far_cannot_be_asked_for(stage: Stage) -> None:
    with pytest.raises(ConfigError, match=f'--stages "{stage}"'):
        parse_stages(stage)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_ks_come_sorted_and_once_each_however_they_are_written(ks: list[int]) -> None:
    assert parse_ks(", ".join(map(str, ks)) + ",") == tuple(sorted(set(ks)))


@given(st.text(max_size=12))
def test_any_text_is_a_list_of_ks_or_wrong_use(text: str) -> None:
    try:
        found = parse_ks(text)
    except ConfigError as error:
        assert "--k" in str(error)
    else:
        assert found == tuple(sorted(set(found)))
        assert found[0] >= 1


def test_the_sampling_that_names_a_run_leaves_out_what_decides_no_answer() -> None:
    plain = parse().sampling()
    for field in ("n", "temperature", "top_p", "max_tokens", "shots", "style", "limit", "problems"):
        assert parse(*EVERYTHING[field][0]).sampling() != plain
    for field in (
        "workers",
        "max_connections",
        "sandbox",
        "liberty",
        "yosys",
        "k",
        "retry_errors",
        "no_cache",
        "run",
        "moved",
    ):
        assert parse(*EVERYTHING[field][0]).sampling() == plain


# The command


def refused(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """What argparse says; nothing is run."""
    with pytest.raises(SystemExit) as caught:
        command.main(argv)
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    return captured.err.strip()


@pytest.mark.parametrize(
    ("argv", "near", "help_of"),
    [
        (["benhc"], "bench", "harness"),
        (["bench", "--modle", "x"], "--model", "harness bench"),
        (["bench", "--temprature=0.8"], "--temperature", "harness bench"),
        (["grade", "--completion", "x"], "--completions", "harness grade"),
        (["bench", "--yosys", "systm"], "system", "harness bench"),
        (["report", "r", "--jsn"], "--json", "harness report"),
    ],
)
def test_a_misspelt_word_is_one_line_with_the_nearest_right_one(
    capsys: pytest.CaptureFixture[str], argv: list[str], near: str, help_of: str
) -> None:
    said = refused(capsys, *argv)
    assert said.startswith("error: ")
    assert said.endswith(f' Did you mean "{near}"? See: {help_of} --help')


@pytest.mark.parametrize(
    ("argv", "about"),
    [
        (["bench", "-n", "many"], "argument -n/--n: invalid int value: 'many'"),
        (["bench", "--temperature", "hot"], "argument --temperature: invalid float value: 'hot'"),
        (["bench", "--limit"], "argument --limit: expected one argument"),
        (["repro", "run"], "the following arguments are required: PROBLEM, SAMPLE"),
        (["repro", "run", "p", "one"], "argument SAMPLE: invalid int value: 'one'"),
        (["report"], "the following arguments are required: RUN"),
        (["bench", "--zzzzzzzz"], "unrecognized arguments: --zzzzzzzz"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_what_cannot_be_parsed_is_one_line_that_says_what_and_where_to_look(
    capsys: pytest.CaptureFixture[str], argv: list[str], about: str
) -> None:
    said = refused(capsys, *argv)
    assert about in said
    assert re.search(r"See: harness( \w+)? --help$", said)
    assert "Did you mean" not in said


@pytest.mark.parametrize("name", command.COMMANDS)
def test_every_command_has_a_help_text(capsys: pytest.CaptureFixture[str], name: str) -> None:
    with pytest.raises(SystemExit) as caught:
        command.main([name, "--help"])
    assert caught.value.code == 0
    said = capsys.readouterr().out
    assert f"usage: harness {name}" in said
    assert " ".join(command.COMMANDS[name][1].split()) in " ".join(said.split())


def test_an_option_may_not_be_shortened(capsys: pytest.CaptureFixture[str]) -> None:
    assert "unrecognized arguments: --temp" in refused(capsys, "bench", "--temp", "0.8")


class Played:
    """In place of a command's module."""

    def __init__(self, outcome: int | BaseException) -> None:
        self.outcome = outcome

    def add_arguments(self, name: str, parser: argparse.ArgumentParser) -> None:
        parser.set_defaults(name=name)

    def run(self, arguments: argparse.Namespace) -> int:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        (0, 0, ""),
        (3, 3, ""),
        (HarnessError("disk full"), 1, "error: disk full\n"),
        (ConfigError("no such suite"), 2, "error: no such suite\n"),
        (ToolNotFound("not found: vvp"), 1, "error: not found: vvp\n"),
        (KeyboardInterrupt(), 130, "stopped; what was finished is on disk, go on with the same command\n"),
        (KeyError("x"), 1, "error: internal: KeyError: 'x'. Run it again with --debug\n"),
    ],
)
def test_how_a_command_ends_is_its_exit_code_and_at_most_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    outcome: int | BaseException,
    code: int,
    said: str,
) -> None:
    monkeypatch.setattr("importlib.import_module", lambda name: Played(outcome))
    assert command.main(["doctor"]) == code
    assert (capsys.readouterr().err, code) == (said, code)


@pytest.mark.parametrize("error", [ConfigError("x"), KeyError("x")])
def test_with_debug_an_error_keeps_its_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    monkeypatch.setattr("importlib.import_module", lambda name: Played(error))
    assert command.main(["doctor", "--debug"]) in (1, 2)
    assert f"{type(error).__name__}: " in capsys.readouterr().err
