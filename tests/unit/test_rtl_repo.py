"""RTL-Repo: rows of JSON Lines and Parquet, the line of a reply, exact match and edit similarity, and a whole run."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Harness
from hypothesis import given
from hypothesis import strategies as some

from harness.errors import ConfigError
from harness.grading import match
from harness.prompts.line import extract_line
from harness.prompts.render import build_messages
from harness.records.grade import Official
from harness.records.outcome import Outcome, Status, Task
from harness.rules.rtl_repo import rules
from harness.rules.text_match import exact, similarity
from harness.suites.rtl_repo import reader
from harness.wording import first_code_line

TASK = Task.LINE_COMPLETION
ROW: dict[str, Any] = {
    "repo_name": "somebody/leds",
    "file_name": "rtl/top.v",
    "context": [{"path": "rtl/led.v", "snippet": "module led;\nendmodule"}],
    "cropped_code": "module top;\n\n\n\n\n// the lamp",
    "all_code": "",
    "next_line": "  led u (); \r",
    "level": "2k",
}


def rows(path: Path, *lines: object) -> Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


def test_a_row_is_a_prompt_with_its_repository_and_a_line_to_be_met(tmp_path: Path) -> None:
    suite = reader.read(rows(tmp_path / "test.jsonl", ROW), TASK)
    problem = suite.problems[0]
    assert (problem.name, problem.title, problem.difficulty) == ("00001", "somebody/leds rtl/top.v", "2k")
    assert problem.golden[0].text == "  led u (); \r"
    prompt = "// Repo Name: somebody/leds\n// Path: rtl/led.v\nmodule led;\nendmodule\n\n// Path: rtl/top.v\nmodule top;\n\n// the lamp\n"
    assert rules.messages(suite, problem, TASK, 0)[0].text == prompt
    system, asked = build_messages(problem, TASK)
    assert prompt.strip() in asked.text and "led u" not in system.text + asked.text


def test_rows_are_found_in_a_folder_and_in_its_data(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    rows(tmp_path / "data" / "test-00000.jsonl", ROW, ROW)
    rows(tmp_path / "predictions.jsonl", {"generated": "x"})
    assert [problem.name for problem in reader.read(tmp_path, TASK).problems] == ["00001", "00002"]


def test_parquet_has_the_same_rows(tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.Table.from_pylist([ROW, ROW]), tmp_path / "test.parquet")
    found = reader.read(tmp_path, TASK)
    assert found.digest == reader.read(rows(tmp_path / "rows.jsonl", ROW, ROW), TASK).digest
    (tmp_path / "test.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(ConfigError, match=r"test.parquet: no whole Parquet file"):
        reader.read(tmp_path, TASK)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not a JSON object"),
        ([1], "not a JSON object"),
        ({**ROW, "next_line": None}, "no text under next_line"),
        ({**ROW, "file_name": 3}, "no text under file_path or file_name"),
        ({**ROW, "context": "x"}, "context is no list of files"),
    ],
)
def test_a_broken_row_is_one_line_and_the_others_keep_their_names(tmp_path: Path, line: object, said: str) -> None:
    suite = reader.read(rows(tmp_path / "test.jsonl", line, ROW), TASK)
    assert suite.defects == (f"test.jsonl line 1: {said}",)
    assert [problem.name for problem in suite.problems] == ["00002"]


def test_a_folder_without_rows_is_told_where_they_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Download the data set ahmedallam/RTL-Repo from the Hugging Face Hub"):
        reader.read(tmp_path, TASK)


@pytest.mark.parametrize(
    ("found", "wanted", "alike", "same"),
    [
        ("a b", " a  b\r", 67, True),
        ("ab", "a b", 80, False),
        ("", "x", 0, False),
        ("x", "x", 100, True),
        ("", "", 100, True),
        ("abcd", "acbd", 75, False),
        ("aab", "b", 50, False),
    ],
)
def test_exact_match_and_edit_similarity(found: str, wanted: str, alike: int, same: bool) -> None:
    assert (similarity(found, wanted), exact(found, wanted)) == (alike, same)


@given(some.text("ab c", max_size=9), some.text("ab c", max_size=9))
def test_the_similarity_is_that_of_the_longest_common_subsequence(first: str, second: str) -> None:
    table = [[0] * (len(second) + 1)]
    for a in first:
        row = [0]
        for column, b in enumerate(second):
            row.append(table[-1][column] + 1 if a == b else max(row[-1], table[-1][column + 1]))
        table.append(row)
    if first and second:
        assert similarity(first, second) == round(100 * (2 * table[-1][-1] / (len(first) + len(second))))


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        ("\n// a note\n  x <= 1;\ny", "  x <= 1;"),
        ("// only\n// notes\n", "// notes"),
        ("Here it is:\n```verilog\n// lamp\nled u ();\n```\n", "led u ();"),
        ("<think>x</think>\nled u ();", "led u ();"),
    ],
)
def test_the_line_of_a_reply(reply: str, line: str) -> None:
    assert extract_line(reply, "stop").code == line
    if "```" not in reply and "<" not in reply:
        assert first_code_line(reply) == line


def test_a_reply_without_a_line_has_an_outcome() -> None:
    assert extract_line(" \n", "stop").outcome is Outcome.EMPTY
    assert extract_line("", "length").outcome is Outcome.TRUNCATED
    assert extract_line("x", "content_filter").outcome is Outcome.CONTENT_FILTER


def test_a_line_is_judged_without_any_tool_by_us_and_by_the_published_rule(tmp_path: Path) -> None:
    problem = reader.read(rows(tmp_path / "test.jsonl", ROW), TASK).problems[0]
    right, wrong = match.run(problem, "led u ();"), match.run(problem, "led v ();")
    assert (right.result.status, right.result.facts["exact"]) == (Status.PASS, True)
    assert (wrong.outcome, wrong.result.facts) == (Outcome.MISMATCH, {"exact": False, "similarity": 0.73})
    assert match.official(rules, problem, "led v ();").official == Official("R", False, None, "73")


def test_faulty_has_a_score_that_is_known_beforehand(tmp_path: Path, command: Harness) -> None:
    path = rows(tmp_path / "test.jsonl", *({**ROW, "next_line": f"assign y = a + {number};"} for number in range(4)))
    options = ["--suite", "rtl-repo", "--suite-path", str(path)]
    found = command("bench", *options, "--model", "faulty", "-n", "5", "--run", str(tmp_path / "run"), "--quiet")
    assert found.code == 0
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["outcomes"] == {"pass": 14, "mismatch": 6}
    assert "harness repro" not in found.out
    shown = command("repro", str(tmp_path / "run"), "00001", "0", "--suite-path", str(path))
    assert (shown.code, "00001 is answered by a line of text, and no tool runs it" in shown.err) == (2, True)


@pytest.mark.parametrize("words", [("audit",), ("redteam", "--quick")])
def test_what_tries_testbenches_says_that_there_are_none(
    tmp_path: Path, command: Harness, words: tuple[str, ...]
) -> None:
    path = rows(tmp_path / "test.jsonl", ROW)
    found = command(*words, "--suite", "rtl-repo", "--suite-path", str(path), "--quiet")
    said = "error: suite rtl-repo asks for lines of text: it has no testbench that could be tried"
    assert (found.code, found.err.strip()) == (2, said)


def test_the_published_figures_are_means_from_0_to_100() -> None:
    found = rules.score({"a": [Official(".", True, None, "100")], "b": [Official("R", False, None, "33")]})
    assert found == {"edit_similarity": 66.5, "exact_match": 50.0}
    assert rules.score({}) == {}
