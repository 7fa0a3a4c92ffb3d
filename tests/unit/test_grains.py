"""--grain: the same problems with other texts, a suite of its own in a run's identity; a clear word where there is none."""

import json
from pathlib import Path

import pytest
import v1_checkout
import vgen_checkout
from conftest import Harness, MiniSuite

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.runs.imports import choose
from harness.suites.locate import load_suite, with_grain


@pytest.fixture
def brief(mini: MiniSuite) -> MiniSuite:
    for name in ("counter", "and2"):
        (mini.problem(name) / "spec.brief.md").write_text("In brief.\n")
    return mini


def test_a_native_suite_has_the_grains_of_its_files(brief: MiniSuite) -> None:
    standard, other = (load_suite(f"mini{grain}", Task.SPEC_TO_RTL, str(brief.root)) for grain in ("", "+brief"))
    assert (standard.name, other.name) == ("mini", "mini+brief")
    assert {problem.spec for problem in other.problems} == {"In brief.\n"}
    assert [problem.golden for problem in other.problems] == [problem.golden for problem in standard.problems]
    assert standard.digest != other.digest
    assert load_suite("mini+standard", Task.SPEC_TO_RTL, str(brief.root)).digest == standard.digest
    with pytest.raises(ConfigError, match=r'suite "mini" has no grain "long". It has: brief, standard'):
        load_suite("mini+long", Task.SPEC_TO_RTL, str(brief.root))


def test_a_problem_without_the_text_is_a_defect_and_the_others_run(brief: MiniSuite) -> None:
    (brief.problem("and2") / "spec.brief.md").unlink()
    found = load_suite("mini+brief", Task.SPEC_TO_RTL, str(brief.root))
    assert [problem.name for problem in found.problems] == ["counter"]
    assert len(found.defects) == 1
    assert "and2/spec.brief.md: No such file or directory" in found.defects[0]


def test_the_option_and_the_name_ask_the_same_in_a_run_of_its_own(
    brief: MiniSuite, command: Harness, tmp_path: Path
) -> None:
    out = tmp_path / "requests.jsonl"
    asked = []
    for words in (("mini", "--grain", "brief"), ("mini+brief",), ("mini",)):
        options = ["--suite-path", str(brief.root), "--model", "openai/x", "-n", "1", "--out", str(out)]
        assert command("prompts", "--suite", *words, *options).code == 0
        asked.append(out.read_text())
    assert asked[0] == asked[1]
    assert ["In brief." in text for text in asked] == [True, True, False]
    runs = {json.loads(text.splitlines()[0])["custom_id"].partition("/")[0] for text in asked}
    assert len(runs) == 2  # the digest of the parameters stands ahead


@pytest.mark.parametrize(("grain", "number"), [("low", 1), ("medium", 2), ("high", 3)])
def test_vgen_asks_in_three_grains(tmp_path: Path, command: Harness, grain: str, number: int) -> None:
    root = vgen_checkout.make(tmp_path)
    found = command("list", "--suite", "vgen", "--grain", grain, "--suite-path", str(root), "--json")
    suite = load_suite(with_grain("vgen", grain), Task.CODE_COMPLETION, str(root))
    assert suite.problems[0].official["prompt"].name == f"prompt{number}_my-gate.v"
    assert [row["digest"] for row in found.json] == [problem.digest for problem in suite.problems]


@pytest.mark.parametrize(
    ("suite", "grain", "said"),
    [
        ("core", "low", 'suite "core" has no grain "low". It has: standard'),
        ("vgen", "brief", 'suite "vgen" has no grain "brief". It has: medium, low, high'),
        ("vgen+low", "high", '--grain "high": suite "vgen+low" names one already'),
        ("core", "a+b", '--grain "a+b": suite "core" has no such grain'),
    ],
)
def test_a_grain_that_is_not_there_is_wrong_use(
    tmp_path: Path, command: Harness, suite: str, grain: str, said: str
) -> None:
    path = ["--suite-path", str(vgen_checkout.make(tmp_path))] if suite.startswith("vgen") else []
    found = command("list", "--suite", suite, "--grain", grain, *path)
    assert (found.code, found.err.strip()) == (2, f"error: {said}")


def test_a_suite_with_one_text_a_problem_says_so() -> None:
    lookalike = Path(__file__).parents[1] / "data" / "verilog_eval_lookalike"
    with pytest.raises(ConfigError, match=r'suite "verilog-eval-v2" has no grain "brief". It has one text a problem'):
        load_suite("verilog-eval-v2+brief", Task.SPEC_TO_RTL, str(lookalike))


def test_answers_to_a_grain_are_recognised_as_those_of_its_suite(tmp_path: Path) -> None:
    v1_checkout.make(tmp_path, "Machine")
    (tmp_path / "a.jsonl").write_text('{"task_id": "swap", "completion": "endmodule"}\n')
    assert choose(tmp_path / "a.jsonl", "verilog-eval-v1-machine+simple", None).name == "verilog-eval-v1"
