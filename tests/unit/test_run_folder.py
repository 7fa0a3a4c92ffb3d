"""The run folder: locked, of one set of parameters, append-only, and whole after a crash."""

import json
import multiprocessing
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigError, HarnessError
from harness.records.completion import Answer, Completion
from harness.records.grade import Grade, digest_text
from harness.records.outcome import Outcome
from harness.records.run import RunConfig
from harness.runs.folder import RunFolder, find_run, write_whole

CONFIG = RunConfig(
    *("core", "1.0", "sha256:s", "spec-to-rtl", "default", "openai/m", {"n": 4, "temperature": 0.8}, "sha256:p"),
    *(("synthesize",), {"iverilog": "11.0"}, "bwrap", 1, "0.1"),
)


def answer(problem: str = "a", sample: int = 0, text: str = "x", error: str | None = None) -> Answer:
    return Answer(problem, sample, Completion(text, error=error))


def graded(outcome: Outcome = Outcome.PASS, log: str | None = None, sample: int = 0) -> Grade:
    return Grade("a", sample, outcome, log=None if log is None else digest_text(log))


def run_json(path: Path) -> dict[str, Any]:
    found = json.loads((path / "run.json").read_text())
    assert isinstance(found, dict)
    return found


def test_run_json_is_there_before_anything_else(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path / "deep" / "run", CONFIG) as folder:
        assert run_json(folder.path) == CONFIG.to_json("run")
        assert sorted(path.name for path in folder.path.iterdir()) == [".lock", "run.json"]
    assert RunFolder.read(folder.path).config == CONFIG


def test_a_second_writer_is_refused_until_the_first_one_closes(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path, CONFIG), pytest.raises(HarnessError, match="another harness process works on this"):
        RunFolder.create(tmp_path, CONFIG)
    RunFolder.create(tmp_path, CONFIG).close()


def _hold(path: Path, ready: Any) -> None:
    RunFolder.create(path, CONFIG)
    ready.set()
    time.sleep(60)


def test_a_writer_that_was_killed_holds_no_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    process = context.Process(target=_hold, args=(tmp_path, ready))
    process.start()
    try:
        assert ready.wait(20)
        with pytest.raises(HarnessError, match="another harness process"):
            RunFolder.create(tmp_path, CONFIG)
    finally:
        process.kill()
        process.join()
    RunFolder.create(tmp_path, CONFIG).close()


def test_reading_needs_no_lock(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path, CONFIG) as folder:
        folder.append_grade(graded(), "")
        assert [grade.outcome for grade in RunFolder.read(tmp_path).grades()] == [Outcome.PASS]


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("model", "openai/other", "model: openai/m, now openai/other"),
        ("params_requested", {"n": 5}, "params_requested: "),
        ("suite_digest", "sha256:t", "suite_digest: sha256:s, now sha256:t"),
        ("seed", 2, "seed: 1, now 2"),
        ("prompt_digest", "sha256:q", "prompt_digest: "),
        ("rules", "both", "rules: default, now both"),
        ("answers", "sha256:f", "answers: None, now sha256:f"),
    ],
)
def test_a_run_of_other_parameters_is_refused_and_left_as_it_is(
    tmp_path: Path, field: str, value: Any, shown: str
) -> None:
    RunFolder.create(tmp_path, CONFIG).close()
    before = (tmp_path / "run.json").read_bytes()
    for _ in range(2):  # the lock is free again after the refusal
        with pytest.raises(ConfigError, match="other parameters") as caught:
            RunFolder.create(tmp_path, replace(CONFIG, **{field: value}))
        assert shown in str(caught.value)
        assert "--run" in str(caught.value)
    assert (tmp_path / "run.json").read_bytes() == before


def test_other_tools_and_stages_go_on_with_the_same_run(tmp_path: Path) -> None:
    RunFolder.create(tmp_path, CONFIG).close()
    with RunFolder.create(tmp_path, replace(CONFIG, tools={"iverilog": "12.0"}, sandbox="rlimits", stages=())):
        assert run_json(tmp_path)["tools"] == {"iverilog": "12.0"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"suite": {}}', '{"suite": "core"}'])
def test_a_broken_run_json_is_refused_by_name_and_the_lock_is_free_again(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"run\.json: not a whole run\.json"):
            RunFolder.create(tmp_path, CONFIG)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HarnessError, match="file/run: cannot be written: Not a directory"):
        RunFolder.create(tmp_path / "file" / "run", CONFIG)


def test_the_last_line_of_a_key_counts(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path, CONFIG) as folder:
        folder.append_answer(answer(text="first", error="timeout"))
        folder.append_answer(answer(sample=1, text="other"))
        folder.append_answer(answer(text="second"))
        folder.append_answer(answer(sample=2, error="refused"))
        index = folder.answer_index()
        assert list(index) == [("a", 0, 0), ("a", 1, 0), ("a", 2, 0)]
        assert [failed for _, failed in index.values()] == [False, False, True]
        assert [folder.answer_at(offset).completion.text for offset, _ in index.values()] == ["second", "other", "x"]


def test_a_run_goes_on_after_a_crash_in_the_middle_of_a_line(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path, CONFIG) as folder:
        folder.append_answer(answer(sample=0))
        folder.append_grade(graded(sample=0), "")
    for name in ("completions.jsonl", "grades.jsonl"):
        with (tmp_path / name).open("ab") as file:
            file.write(b'{"schema": 1, "problem": "a", "sam')
    with RunFolder.create(tmp_path, CONFIG) as folder:
        folder.append_answer(answer(sample=1))
        folder.append_grade(graded(sample=1), "")
        broken: list[int] = []
        assert [key[1] for key in folder.answer_index(broken)] == [0, 1]
        assert [grade.sample for grade in folder.grades(broken)] == [0, 1]
        assert broken == []


def test_whole_lines_that_are_no_answers_or_grades_are_passed_over(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path, CONFIG) as folder:
        folder.append_answer(answer(sample=0))
        folder.append_grade(graded(sample=0), "")
        with (tmp_path / "completions.jsonl").open("a") as answers, (tmp_path / "grades.jsonl").open("a") as grades:
            answers.write('{"problem": "a", "sample": 1}\n{"problem": "a", "sample": "x", "text": ""}\nnonsense\n')
            grades.write('{"problem": "a", "sample": 1}\n{"problem": "a", "sample": 1, "outcome": "superb"}\n')
        assert list(folder.answer_index()) == [("a", 0, 0)]
        assert [grade.sample for grade in folder.grades()] == [0]


def test_a_log_is_kept_once_under_its_digest_before_the_line_that_names_it(tmp_path: Path) -> None:
    log = "== simulate\nMISMATCH \ud800\n"
    with RunFolder.create(tmp_path, CONFIG) as folder:
        folder.append_grade(graded(Outcome.MISMATCH, log, 0), log)
        folder.append_grade(graded(Outcome.MISMATCH, log, 1), log)
        folder.append_grade(graded(), "not kept")
        [path] = (tmp_path / "logs").iterdir()
        assert path == folder.log_path(digest_text(log))
        assert path.name == digest_text(log)[7:39] + ".log"
        assert path.read_text() == "== simulate\nMISMATCH ?\n"


def test_what_was_really_sent_is_noted_but_no_sample_s_own_seed(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path, CONFIG) as folder:
        folder.note_params_sent({"temperature": 0.8, "seed": 1})
        folder.note_params_sent({"temperature": 0.8, "seed": 2})
        assert run_json(tmp_path)["params_sent"] == {"temperature": 0.8}
    with RunFolder.create(tmp_path, CONFIG) as folder:
        assert folder.config.params_sent == {"temperature": 0.8}
        folder.note_params_sent({"seed": 3})
        assert run_json(tmp_path)["params_sent"] == {"temperature": 0.8}


def test_what_a_killed_writer_could_not_rename_is_swept_up(tmp_path: Path) -> None:
    (tmp_path / ".summary.json.4711").write_text("{")
    (tmp_path / ".hidden").write_text("mine")
    RunFolder.create(tmp_path, CONFIG).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hidden", ".lock", "run.json"]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.json"
    write_whole(path, "one")
    write_whole(path, "two")
    assert [found.name for found in path.parent.iterdir()] == ["x.json"]
    assert path.read_text() == "two"
    (tmp_path / "folder").mkdir()
    with pytest.raises(HarnessError, match="folder: cannot be written"):
        write_whole(tmp_path / "folder", "x")
    assert [found.name for found in (tmp_path / "folder").iterdir()] == []
    assert not list(tmp_path.glob(".folder*"))


def test_a_run_is_found_by_name_or_by_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_RESULTS", str(tmp_path / "results"))
    path = tmp_path / "results" / "runs" / "my-run"
    RunFolder.create(path, CONFIG).close()
    assert find_run("my-run") == path
    assert find_run(str(path)) == path
    with pytest.raises(ConfigError, match=r'no run "other" under .*\. There are: my-run'):
        find_run("other")
