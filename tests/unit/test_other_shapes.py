"""Lines of any shape: a hand edit or another program's file never stops the reading of a run."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.errors import ConfigError
from harness.records.completion import Answer, Completion
from harness.records.grade import Grade
from harness.records.outcome import Outcome
from harness.records.run import RunConfig
from harness.runs.folder import RunFolder

CONFIG = RunConfig(
    *("core", "1.0", "sha256:s", "spec-to-rtl", "default", "m", {"n": 1}, "sha256:p"),
    *((), {"iverilog": "11.0"}, "bwrap", 1, "0.1"),
)
GRADE = Grade("a", 0, Outcome.PASS).to_json()
ANSWER = Answer("a", 0, Completion("x")).to_json()
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
READ = (KeyError, TypeError, ValueError)
"""What ``from_json`` may raise, by its docstring."""


@given(st.sampled_from(sorted(GRADE)), VALUE)
@example("stages", ["syntax"])
@example("stages", {"syntax": "pass"})
@example("ratio", "area")
@example("measured", 1)
@example("official", "R")
@example("sample", float("inf"))
def test_a_grade_with_any_value_in_any_key_is_read_or_refused_as_documented(key: str, value: Any) -> None:
    try:
        found = Grade.from_json({**GRADE, key: value})
    except READ:
        return
    assert isinstance(found.outcome, Outcome)


@given(st.sampled_from(sorted(ANSWER)), VALUE)
@example("usage", "12 tokens")
@example("measured", [1])
@example("sample", float("inf"))
def test_an_answer_with_any_value_in_any_key_is_read_or_refused_as_documented(key: str, value: Any) -> None:
    try:
        found = Answer.from_json({**ANSWER, key: value})
    except READ:
        return
    assert isinstance(found.completion, Completion)


def test_lines_of_another_shape_are_passed_over_and_the_rest_of_the_run_is_read(tmp_path: Path) -> None:
    odd_grades = [{"stages": ["syntax"]}, {"sample": float("inf")}, {"measured": 1}, {"official": "R"}, {"outcome": {}}]
    odd_answers = [{"usage": "12 tokens"}, {"measured": [1]}, {"sample": float("inf")}, {"round": None}]
    with RunFolder.create(tmp_path, CONFIG) as folder:
        for name, line, changes in (
            ("grades.jsonl", GRADE, odd_grades),
            ("completions.jsonl", ANSWER, odd_answers),
        ):
            lines = [{**line, "sample": 1, **change} for change in changes]  # type: ignore[dict-item]
            (tmp_path / name).write_text("".join(json.dumps(item) + "\n" for item in [*lines, line]))
        assert [grade.key for grade in folder.grades()] == [("a", 0, 0)]
        assert list(folder.answer_index()) == [("a", 0, 0)]


def test_a_line_nested_deeper_than_python_can_read_is_broken_and_no_more(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path, CONFIG) as folder:
        folder.append_grade(Grade("a", 0, Outcome.PASS), "")
        with (tmp_path / "grades.jsonl").open("a") as file:
            file.write("[" * 200_000 + "\n")
        folder.append_grade(Grade("a", 1, Outcome.PASS), "")
        broken: list[int] = []
        assert [grade.sample for grade in folder.grades(broken)] == [0, 1]
        assert broken == [2]


@pytest.mark.parametrize("change", [{"suite": None}, {"suite": []}, {"stages": 1}, {"seed": "one"}, {"seed": None}])
def test_a_run_json_of_another_shape_is_wrong_use(tmp_path: Path, change: dict[str, Any]) -> None:
    (tmp_path / "run.json").write_text(json.dumps({**CONFIG.to_json("r"), **change}))
    with pytest.raises(ConfigError, match=r"run\.json: not a whole run\.json") as caught:
        RunFolder.read(tmp_path)
    assert len(str(caught.value).splitlines()) == 1
