"""What of a submission can be held against its own files, without any tool."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import synthetic_run

from harness.records.completion import Answer, Completion
from harness.records.grade import Grade, StageResult
from harness.records.outcome import Evidence, Outcome, Stage, Status, Task
from harness.records.problem import Suite
from harness.runs import report
from harness.runs.claims import (
    Likeness,
    file_findings,
    first_absence,
    first_difference,
    grade_finding,
    line_findings,
    parameter_findings,
)
from harness.runs.folder import RunFolder
from harness.runs.golden import GOLDEN
from harness.runs.submission import note_verified, read_verified, submission_digest
from harness.suites.locate import load_suite

ALL = Likeness(True, frozenset())
RIGHT = Grade(
    *("p", 0, Outcome.PASS, 0, Evidence.NETLIST),
    stages={Stage.SYNTHESIZE: StageResult(Status.PASS, {"cells": 12})},
    ratio={"area": 1.0},
    candidate="sha256:c",
)


@pytest.fixture(scope="module")
def suite() -> Suite:
    whole = load_suite("core", Task.SPEC_TO_RTL)
    return replace(whole, problems=whole.problems[:2])


def run(path: Path, suite: Suite, n: int, **config: Any) -> RunFolder:
    """A whole run of a model: n samples of each problem."""
    about = {"params_requested": {"n": n}, **config}
    with RunFolder.create(path, replace(synthetic_run.CONFIG, **about)) as folder:
        for problem in suite.problems:
            for sample in range(n):
                folder.append_answer(Answer(problem.name, sample, Completion("x")))
                folder.append_grade(Grade(problem.name, sample, Outcome.PASS), "")
    return RunFolder.read(path)


def kinds(folder: RunFolder, suite: Suite) -> list[tuple[str, Any]]:
    found = line_findings(folder, suite, [grade.key for grade in folder.grades()])
    return [(finding.kind, finding.key) for finding in found]


def test_a_whole_run_has_every_line_that_its_parameters_ask_for(tmp_path: Path, suite: Suite) -> None:
    folder = run(tmp_path / "r", suite, 2)
    assert kinds(folder, suite) == []
    assert list(parameter_findings(folder, False)) == []


def test_ratios_without_a_cell_library_are_named(tmp_path: Path, suite: Suite) -> None:
    [finding] = parameter_findings(run(tmp_path / "r", suite, 1), True)
    assert "names no cell library" in finding.what
    cells = {"name": "neutral", "digest": "sha256:1"}
    assert list(parameter_findings(run(tmp_path / "said", suite, 1, library=cells), True)) == []


def test_lines_that_are_missing_too_many_damaged_or_of_no_problem_are_named(tmp_path: Path, suite: Suite) -> None:
    folder = run(tmp_path / "r", suite, 2)
    one, two = (problem.name for problem in suite.problems)
    path = folder.path / "grades.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    more = [Grade(one, 2, Outcome.PASS), Grade("nand", 0, Outcome.PASS)]
    path.write_text("".join([*lines[:-1], "{torn\n", *(json.dumps(grade.to_json()) + "\n" for grade in more)]))
    assert kinds(folder, suite) == [
        ("damaged", None),
        ("unknown_problem", ("nand", 0, 0)),
        ("extra", (one, 2, 0)),
        ("missing", (two, 1, 0)),
    ]


def test_a_later_round_is_asked_for_only_by_runs_with_feedback(tmp_path: Path, suite: Suite) -> None:
    folder = run(tmp_path / "r", suite, 1)
    name = suite.problems[0].name
    with RunFolder.create(folder.path, folder.config) as opened:
        opened.append_answer(Answer(name, 0, Completion("x"), 1))
        opened.append_grade(Grade(name, 0, Outcome.PASS, 1), "")
    assert kinds(folder, suite) == [("extra", (name, 0, 1))]
    folder.config = replace(folder.config, params_requested={"n": 1, "rounds": 2})
    assert kinds(folder, suite) == []


@pytest.mark.parametrize("n", [0, 3, 10**12, "2", True, None])
def test_another_n_than_there_are_samples_is_named(tmp_path: Path, suite: Suite, n: Any) -> None:
    folder = run(tmp_path / "r", suite, 1)
    folder.config = replace(folder.config, params_requested={"n": n})
    assert kinds(folder, suite) == [("parameters", None)]
    assert [finding.kind for finding in parameter_findings(folder, False)] == ["parameters"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"evidence": Evidence.TEXT}, 'evidence is "text", and should be "netlist"'),
        ({"stages": {Stage.SYNTHESIZE: StageResult(Status.PASS, {"cells": 9})}}, "stages.synthesize.cells is 9"),
        ({"ratio": {"area": 0.9}}, "ratio.area is 0.9, and should be 1.0"),
        ({"ratio": {}}, "lacks figures"),
        ({"candidate": ""}, "not the one that was graded"),
        ({"outcome": Outcome.MISMATCH}, "is said to be mismatch; graded again it is pass"),
    ],
)
def test_a_grade_is_held_against_the_one_that_is_found(change: dict[str, Any], said: str) -> None:
    assert grade_finding(RIGHT, RIGHT, ALL) is None
    finding = grade_finding(replace(RIGHT, **change), RIGHT, ALL)
    assert finding is not None
    assert said in finding.what


def test_under_other_tools_verdicts_are_compared_and_figures_are_not() -> None:
    stages = {Stage.SYNTHESIZE: StageResult(Status.PASS, {"cells": 9})}
    elsewhere = replace(RIGHT, stages=stages, ratio={"area": 0.9}, message="in other words", log="sha256:l")
    assert grade_finding(elsewhere, RIGHT, Likeness(False, frozenset({"area"}))) is None
    failed = replace(elsewhere, stages={Stage.SYNTHESIZE: StageResult(Status.FAIL)})
    assert grade_finding(failed, RIGHT, Likeness(False, frozenset({"area"}))) is not None


def test_how_far_a_proof_got_is_no_forgery() -> None:
    proven, given_up = (
        replace(RIGHT, stages={Stage.EQUIVALENCE: StageResult(status)})
        for status in (Status.PROVEN, Status.INCONCLUSIVE)
    )
    assert grade_finding(proven, given_up, ALL) is None


def test_the_first_difference_of_two_documents_is_shown_with_its_place() -> None:
    assert first_difference({"a": [1, {"b": 0.1 + 0.2}]}, {"a": [1, {"b": 0.3}], "new": 1}) is None
    assert first_difference({"a": [1, 2]}, {"a": [1]}) == "a is [1, 2], and should be [1]"
    assert first_difference({"old": 1}, {}) == "old is 1, and should be null"
    assert first_difference("not whole", {}) == 'it is "not whole", and should be {}'


def test_what_only_the_other_document_has_is_named_where_it_is_asked_for() -> None:
    assert first_absence({"a": {"b": 1}, "more": 2}, {"a": {"b": 3}}) is None
    assert first_absence({"a": {}}, {"a": {"b": 3}}) == "lacks a.b"
    assert first_absence("not whole", {}) is None


def facts_of(folder: RunFolder, suite: Suite) -> dict[str, Any]:
    report.write_problem_facts(folder, suite, "spec-to-rtl")
    found: dict[str, Any] = json.loads((folder.path / report.FACTS).read_text())
    return found


def test_a_doctored_shortened_or_missing_problems_json_is_named_and_changes_the_digest(
    tmp_path: Path, suite: Suite
) -> None:
    folder = run(tmp_path / "r", suite, 1, suite_digest=suite.digest)
    honest, path = facts_of(folder, suite), folder.path / report.FACTS
    name = suite.problems[0].name
    digests = {submission_digest(folder)}
    assert list(file_findings(folder, suite)) == []
    about = honest["problems"][name]
    forgeries = [
        {**honest, "problems": {**honest["problems"], name: {**about, "quarantined": True}}},
        {**honest, "problems": {key: facts for key, facts in honest["problems"].items() if key != name}},
        {**honest, "problems": {**honest["problems"], name: {k: v for k, v in about.items() if k != "category"}}},
    ]
    said = []
    for forgery in forgeries:
        path.write_text(json.dumps(forgery))
        digests.add(submission_digest(folder))
        said += [finding.what for finding in file_findings(folder, suite)]
    path.unlink()
    digests.add(submission_digest(folder))
    said += [finding.what for finding in file_findings(folder, suite)]
    assert said == [
        f"problems.json: problems.{name}.quarantined is true, and should be false",
        f"problems.json: lacks problems.{name}",
        f"problems.json: lacks problems.{name}.category",
        "problems.json: is not there; harness grade RUN writes it",
    ]
    assert len(digests) == 5


def test_the_digest_covers_what_golden_json_says_and_not_the_keys_of_its_entries(tmp_path: Path, suite: Suite) -> None:
    folder = run(tmp_path / "r", suite, 1)
    entry = {"key": "sha256:a", "figures": {"area": 12.0}}
    digests = []
    changes: list[dict[str, Any]] = [{}, {"key": "sha256:b"}, {"figures": {"area": 13.0}}, {"figures": {}}]
    for change in changes:
        (folder.path / GOLDEN).write_text(json.dumps({"schema": 1, "problems": {"p": {**entry, **change}}}))
        digests.append(submission_digest(folder))
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_grading_a_part_of_a_run_keeps_the_facts_of_the_other_problems(tmp_path: Path, suite: Suite) -> None:
    folder = run(tmp_path / "r", suite, 1, suite_digest=suite.digest)
    whole = facts_of(folder, suite)
    part = replace(suite, problems=suite.problems[1:])
    assert facts_of(folder, part) == whole
    more = load_suite("core", Task.SPEC_TO_RTL)
    assert facts_of(folder, more)["problems"] == whole["problems"], "a run does not get problems that it has not"
    renamed = replace(suite, problems=(replace(suite.problems[0], title="another"),))
    found = facts_of(folder, renamed)["problems"]
    assert [facts["title"] for facts in found.values()] == ["another", suite.problems[1].title]
    (folder.path / report.FACTS).write_text("torn")
    assert facts_of(folder, part)["problems"].keys() == {suite.problems[1].name}


def test_of_two_checks_of_a_submission_the_larger_one_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "verified.json"
    for checked in (20, 5):
        note_verified(path, "sha256:a", {"run": "a", "checked": checked, "samples": 20, "date": "2026-01-02"})
    note_verified(path, "sha256:b", {"run": "b", "checked": 1, "samples": 1, "date": "2026-01-02"})
    assert {digest: entry["checked"] for digest, entry in read_verified(path).items()} == {
        "sha256:a": 20,
        "sha256:b": 1,
    }
