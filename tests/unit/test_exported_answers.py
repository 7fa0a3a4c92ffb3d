"""harness export of answers: what others grade is what was graded here, and comes back as the same candidates."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from synthetic_run import CONFIG
from v1_checkout import make as v1_checkout

from harness.cli.main import main
from harness.errors import ConfigError
from harness.records.completion import Answer, Completion
from harness.records.grade import Grade, Official, digest_text
from harness.records.outcome import Outcome, Rules, Task
from harness.records.problem import Suite
from harness.runs.asking import Extraction
from harness.runs.exports import FORMATS
from harness.runs.exports.completion import completion_of
from harness.runs.exports.source import Source
from harness.runs.folder import RunFolder
from harness.runs.imports import choose
from harness.suites.locate import load_suite

DATA = Path(__file__).parents[1] / "data"
V1 = "verilog-eval-v1-human"
HEADER = "module top_module (\n\tinput a, // one\n\toutput y\n);"
BODY = "assign y = a;\nendmodule\n"


@pytest.mark.parametrize(
    ("code", "completion", "same"),
    [
        (f"{HEADER}\n{BODY}", BODY, True),
        (f"{HEADER}{BODY}", BODY, True),
        (f"module top_module(input a,\n  output y);\n  {BODY}", f"  {BODY}", True),
        (f"module h; endmodule\n{HEADER[:6]} {HEADER[7:]}\n{BODY}", f"{BODY}module h; endmodule\n", True),
        (f"`define X 1\n{HEADER}\n{BODY}", f"`define X 1\n{BODY}", False),
        (f"module top_module(input a, output reg y);\n{BODY}", BODY, False),
        ("no module", "no module", False),
        ("", "", True),
    ],
)
def test_a_module_as_the_text_behind_a_header(code: str, completion: str, same: bool) -> None:
    assert completion_of(HEADER, "top_module", code) == (completion, same)


def run_of(path: Path, suite: Suite, task: Task, answers: list[Answer], grades: list[Grade] | None = None) -> RunFolder:
    config = dataclasses.replace(CONFIG, suite=suite.name, task=str(task), rules="both")
    with RunFolder.create(path, config) as folder:
        for answer in answers:
            folder.append_answer(answer)
        for grade in grades or []:
            folder.append_grade(grade, "")
    return RunFolder.read(path)


def exported(folder: RunFolder, name: str, root: Path) -> tuple[str, list[str]]:
    source = Source(folder, {}, {}, str(root))
    [(_, pieces)] = FORMATS[name].files(source)
    return b"".join(pieces).decode(), source.warnings


def candidates(suite: Suite, task: Task, answers: Sequence[Answer]) -> dict[tuple[str, int], list[str]]:
    """The words of each candidate: blank lines may be others."""
    taken = Extraction(task, Rules.DEFAULT, None)
    problems = {problem.name: problem for problem in suite.problems}
    return {(a.problem, a.sample): taken.candidate_of(problems[a.problem], a).code.split() for a in answers}


@pytest.fixture
def v1(tmp_path: Path) -> Suite:
    return load_suite(V1, Task.CODE_COMPLETION, str(v1_checkout(tmp_path / "v1")))


def replies(suite: Suite) -> list[Answer]:
    """A completion, a whole module in a fence, nothing, and Verilog as it is."""
    found = []
    for problem in suite.problems:
        whole = problem.golden_code
        body = whole.removeprefix(problem.header)
        texts = [body, f"Here.\n```verilog\n{whole}```\n", "I cannot.", ""]
        found += [Answer(problem.name, number, Completion(text)) for number, text in enumerate(texts)]
        found.append(Answer(problem.name, len(texts), Completion(whole), is_code=True))
    return found


@pytest.mark.parametrize("out", ["verilog-eval-v1", "turtle-generations"])
def test_answers_come_back_as_the_same_candidates(tmp_path: Path, v1: Suite, out: str) -> None:
    answers = replies(v1)
    folder = run_of(tmp_path / "run", v1, Task.CODE_COMPLETION, answers)
    text, warnings = exported(folder, out, v1.root)
    (tmp_path / "answers").write_text(text)
    again = choose(tmp_path / "answers", v1.name, None).read(tmp_path / "answers", v1)
    assert (warnings, again.warnings) == ([], [])
    before, after = (candidates(v1, Task.CODE_COMPLETION, found) for found in (answers, again.answers))
    empty = {key: words for key, words in after.items() if not before[key]}
    assert {key: words for key, words in after.items() if before[key]} == {k: w for k, w in before.items() if w}
    assert all(words in ([], v1.problem(name).header.split()) for (name, _), words in empty.items())  # type: ignore[union-attr]


def test_v1_results_say_what_the_official_rules_said(tmp_path: Path, v1: Suite) -> None:
    name = v1.problems[0].name
    answers = [Answer(name, 0, Completion("endmodule"), is_code=True), Answer(name, 1, Completion("x"), is_code=True)]
    verdict = Official("S", False, None, "failed: syntax error.")
    grade = Grade(name, 0, Outcome.SYNTAX_ERROR, official=verdict, candidate=digest_text("other"))
    text, warnings = exported(
        run_of(tmp_path / "run", v1, Task.CODE_COMPLETION, answers, [grade]), "verilog-eval-v1", v1.root
    )
    first, second = map(json.loads, text.splitlines())
    assert first == {"task_id": name, "completion": "endmodule", "result": "failed: syntax error.", "passed": False}
    assert list(second) == ["task_id", "completion"]
    assert [warning.partition(" ")[0] for warning in warnings] == ["1", "2"]  # another candidate, no header


def test_the_last_round_counts_and_what_has_no_reply_is_left_out(tmp_path: Path, v1: Suite) -> None:
    name = v1.problems[0].name
    rounds = [Answer(name, 0, Completion(text), number, is_code=True) for number, text in enumerate(("a", "b"))]
    lost = Answer(name, 1, Completion("", error="no answer"))
    text, warnings = exported(
        run_of(tmp_path / "run", v1, Task.CODE_COMPLETION, [*rounds, lost]), "turtle-generations", v1.root
    )
    assert [[sample["generation"] for sample in row] for row in json.loads(text)] == [["b"]]
    assert warnings == ["1 sample without a reply left out; those behind them move up"]


@pytest.mark.parametrize(
    ("suite", "folder", "test"),
    [
        ("rtllm-2.0", "rtllm_lookalike", "turtle/tasks/RTLLM/Arithmetic/Odd_Sums/parity_sum/testbench.v"),
        (
            "verilog-eval-v2",
            "verilog_eval_lookalike",
            "turtle/tasks/verilog-eval/dataset_spec-to-rtl/Prob001_swap_test.sv",
        ),
    ],
)
def test_turtles_evaluator_is_told_where_it_has_the_tests(tmp_path: Path, suite: str, folder: str, test: str) -> None:
    read = load_suite(suite, Task.SPEC_TO_RTL, str(DATA / folder))
    answer = Answer(read.problems[0].name, 0, Completion("module m; endmodule", "thought"), is_code=True)
    text, _ = exported(run_of(tmp_path / "run", read, Task.SPEC_TO_RTL, [answer]), "turtle-generations", read.root)
    [[row]] = json.loads(text)
    assert (row["test_path"], row["reasoning"]) == (test, "thought")
    assert Path(row["ref_path"]).parent == Path(test).parent
    with pytest.raises(ConfigError, match=r"go on from a module header, and the problems of .* have none"):
        exported(RunFolder.read(tmp_path / "run"), "verilog-eval-v1", read.root)


def test_a_run_of_lines_has_no_modules_to_hand_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {"repo_name": "r", "file_name": "f.v", "context": [], "cropped_code": "a", "next_line": "b", "level": "1"}
    (tmp_path / "test.jsonl").write_text(json.dumps(rows))
    suite = load_suite("rtl-repo", Task.LINE_COMPLETION, str(tmp_path))
    run_of(tmp_path / "run", suite, Task.LINE_COMPLETION, [Answer("00001", 0, Completion("b"))])
    argv = ["export", str(tmp_path / "run"), "--format", "turtle-generations", "--suite-path", str(tmp_path)]
    assert main(argv) == 2
    assert "asks for lines of text" in capsys.readouterr().err
