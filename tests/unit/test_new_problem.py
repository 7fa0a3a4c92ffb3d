"""``harness new-problem``: files that are read at once, with a canary of their own, and never over what is there."""

import ast
import json
import re
from pathlib import Path

import pytest

from harness.audit.texts import unnamed
from harness.cli.main import main
from harness.records.outcome import Task
from harness.suites.native import read_native


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_problem_is_read_for_every_task(somewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-problem", "blinker", "--suite", "mine", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["files"] == [
        *(f"problems/mine/blinker/{name}" for name in ("problem.toml", "spec.md", "golden.v")),
        *("testbenches/mine/blinker/tb.v", "problems/mine/suite.toml"),
    ]
    assert said["check"] == "harness audit mine --suite-path problems/mine --problems blinker"
    for task in Task:
        suite = read_native(somewhere / "problems" / "mine", task)
        assert (suite.defects, [problem.name for problem in suite.problems]) == ((), ["blinker"])
    [problem] = suite.problems
    assert re.fullmatch(r"harness-canary mine/blinker [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", problem.canary)
    assert problem.golden_code.startswith(f"// {problem.canary}\n")
    assert unnamed(problem)[:2] == ["clk", "rst"]


def test_a_second_one_joins_the_suite_with_a_canary_of_its_own_and_a_test_in_python(somewhere: Path) -> None:
    assert main(["new-problem", "blinker", "--suite", "mine"]) == 0
    (somewhere / "problems" / "mine" / "suite.toml").write_text('version = "3"\n')
    assert main(["new-problem", "winker", "--suite", "mine", "--cocotb"]) == 0
    suite = read_native(somewhere / "problems" / "mine", Task.SPEC_TO_RTL)
    assert (suite.version, suite.defects) == ("3", ())
    first, second = suite.problems
    assert first.canary.split()[-1] != second.canary.split()[-1]
    assert (second.testbench.kind, [file.name for file in second.testbench.files]) == ("cocotb", ["test_winker.py"])
    ast.parse(second.testbench.files[0].text)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["blinker", "--suite", "mine"], "is there already"),
        (["Blinker", "--suite", "mine"], 'problem "Blinker": it is a module, too'),
        (["../up", "--suite", "mine"], 'problem "../up"'),
        (["other", "--suite", "core"], "problems/core/suite.toml is not here: stand in a checkout"),
        (["other", "--suite", "mine", "--suite-path", "problems/yours"], 'the folder of suite "mine" is named mine'),
    ],
)
def test_what_cannot_be_laid_out_is_one_line_and_writes_nothing(
    somewhere: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["new-problem", "blinker", "--suite", "mine"]) == 0
    before = sorted(somewhere.rglob("*"))
    assert main(["new-problem", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error and len(error.splitlines()) == 1
    assert sorted(somewhere.rglob("*")) == before
