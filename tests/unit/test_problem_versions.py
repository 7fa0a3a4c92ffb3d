"""Versions of problems: what was wrong with earlier ones, and runs that hold two of them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import synthetic_run
from conftest import MiniSuite

from harness.cli.main import main
from harness.errors import ConfigError
from harness.records.grade import Grade
from harness.records.outcome import Outcome, Task
from harness.records.problem import Suite
from harness.reports.table import render
from harness.runs import report
from harness.runs.compare import CompareOptions, compare_runs
from harness.runs.folder import RunFolder
from harness.runs.leaderboard import LeaderboardOptions, leaderboard
from harness.runs.versions import in_words, merged_facts, mixed_versions, unlike_problems
from harness.suites.locate import load_suite
from harness.suites.native import native_root, read_native

OLD, NEW = {"version": 1, "digest": "sha256:a"}, {"version": 2, "digest": "sha256:b"}


def test_a_problem_that_is_another_one_keeps_which_it_was_asked_as() -> None:
    mixed = merged_facts({"a": OLD, "b": OLD}, {"a": NEW})
    assert mixed == {"a": {**NEW, "asked": OLD}, "b": OLD}
    assert merged_facts(mixed, {"a": {"version": 3, "digest": "sha256:c"}})["a"]["asked"] == OLD
    assert merged_facts(mixed, {"a": OLD})["a"] == OLD
    assert merged_facts({"a": {"title": "of an older harness"}, "b": "damaged"}, {"a": NEW, "b": NEW}) == {
        "a": NEW,
        "b": NEW,
    }
    assert mixed_versions({**mixed, "c": {**NEW, "asked": {"version": []}}}, ["a", "b", "c", "d"]) == {
        "a": [1, 2],
        "c": [0, 2],
    }


def test_unlike_problems_are_named_and_what_has_no_digest_says_nothing() -> None:
    one, other = {"a": OLD, "b": OLD, "c": {}}, {"a": NEW, "b": OLD, "c": NEW, "d": NEW}
    assert unlike_problems(one, other) == {"a": (1, 2)}
    assert in_words({"a": (1, 2)}, "{} in r, {} in s") == "a 1 in r, 2 in s"
    assert in_words(dict.fromkeys("abcdefg", (1, 2)), "{} → {}").endswith("e 1 → 2; and 2 more")


@pytest.fixture
def suite(mini: MiniSuite) -> Suite:
    return read_native(mini.root, Task.SPEC_TO_RTL)


def graded(path: Path, *suites: Suite) -> RunFolder:
    """A run that was opened with one suite after the other."""
    with RunFolder.create(path, synthetic_run.CONFIG) as folder:
        for one in suites:
            report.write_problem_facts(folder, one, "spec-to-rtl")
        for name in ("and2", "counter"):
            folder.append_grade(Grade(name, 0, Outcome.PASS), "")
    return folder


def mended(suite: Suite) -> Suite:
    """The suite with only its first problem, which is another one now."""
    return replace(suite, problems=(replace(suite.problems[0], spec="Otherwise.", version=2),))


def test_a_part_that_is_graded_in_another_version_is_said_and_not_ranked(tmp_path: Path, suite: Suite) -> None:
    folder = graded(tmp_path / "r", suite, mended(suite))
    facts = json.loads((folder.path / "problems.json").read_text())["problems"]
    assert list(facts) == ["and2", "counter"] and "asked" not in facts["counter"]
    summary = report.rebuild(folder, (1,))
    assert summary["mixed_versions"] == {"and2": [1, 2]}
    assert "MIXED: 1 problem graded in another version than asked in: and2 1 → 2" in render(summary)
    [apart] = leaderboard(LeaderboardOptions((str(folder.path),)))["not_ranked"]
    assert apart["reason"] == "asked and graded in different versions: and2 1 → 2"


def test_runs_with_different_problems_of_one_name_compare_by_force_alone(tmp_path: Path, suite: Suite) -> None:
    runs = (str(graded(tmp_path / "a", suite).path), str(graded(tmp_path / "b", suite, mended(suite)).path))
    with pytest.raises(ConfigError, match=r"problems: and2 1 in a, 2 in b\. --force"):
        compare_runs(CompareOptions(runs))
    forced = compare_runs(CompareOptions(runs, force=True))
    assert "problems: and2 1 in a, 2 in b" in forced["warnings"]


ERRATUM = """[[erratum]]
problem = "and2"
versions = [1]
suite = ["0.9"]
what = "It was an or."
effect = "none of the verdicts hold."
"""


def test_errata_are_listed_with_the_problems_they_are_of(mini: MiniSuite, capsys: pytest.CaptureFixture[str]) -> None:
    (mini.root / "errata.toml").write_text(ERRATUM)
    asked = ["list", "--suite", "mini", "--suite-path", str(mini.root)]
    assert main(asked) == 0
    said = "erratum: and2 1: It was an or. Runs of 0.9: none of the verdicts hold."
    assert said in capsys.readouterr().out
    assert main([*asked, "--problems", "counter"]) == 0
    assert said not in capsys.readouterr().out
    assert main([*asked, "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert (first["version"], second["errata"]) == (1, [])
    assert first["errata"][0]["suite"] == ["0.9"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ERRATUM.replace("what", "wat"), '[[erratum]] 1 "what": Field required'),
        (ERRATUM.replace("[1]", "1"), '[[erratum]] 1 "versions": '),
        ("[[erratum", "not TOML"),
    ],
)
def test_broken_errata_are_one_line_with_file_and_key(mini: MiniSuite, text: str, said: str) -> None:
    (mini.root / "errata.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_native(mini.root, Task.SPEC_TO_RTL)
    assert said in str(caught.value) and "errata.toml" in str(caught.value)


@pytest.mark.parametrize("name", ["core", "core-tripwire"])
def test_the_shipped_suites_changelog_begins_with_its_version_and_its_errata_are_of_versions_before(name: str) -> None:
    suite: Any = load_suite(name, Task.SPEC_TO_RTL)
    changes = (native_root(name) / "CHANGELOG.md").read_text()
    assert changes.split("\n## ")[1].splitlines()[0] == suite.version
    for erratum in suite.errata:
        problem = suite.problem(erratum.problem)
        assert problem is not None and max(erratum.versions) < problem.version
        assert suite.version not in erratum.suite
        assert all(f"## {version}\n" in changes for version in erratum.suite)
