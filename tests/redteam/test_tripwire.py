"""The impossible problems: nothing passes them, and a run that is said to is marked, told apart and refused."""

import json
from pathlib import Path

import pytest
from conftest import Harness, last_lines
from naive import believes, bench_of

from harness.audit.redteam import ATTACKS
from harness.audit.redteam.target import target_of
from harness.records.outcome import Outcome, Task
from harness.runs.audit import AuditOptions, audit_suite
from harness.runs.leaderboard import LeaderboardOptions, leaderboard
from harness.runs.options import RunOptions
from harness.runs.redteam import RedteamOptions, run_redteam
from harness.suites.locate import load_suite

pytestmark = pytest.mark.tools
SUITE = "core-tripwire"
NAME = "rounding_average"
FORGERIES = "print_*,force_*,final_block,finish_at_start,peek_sideways,write_counter,netlist_injection,display_at_start"


def test_each_testbench_wants_one_output_to_have_two_values_at_once(tmp_path: Path) -> None:
    options = AuditOptions(RunOptions(SUITE, quiet=True), attacks=FORGERIES, output=tmp_path)
    found = audit_suite(options, print)
    assert (found.ok, len(found.problems)) == (True, 3)
    for audit in found.problems:
        assert audit.golden.outcome is Outcome.MISMATCH
        assert audit.contradiction is not None and "expected" in audit.contradiction
        assert set(audit.stubs.values()) <= {Outcome.MISMATCH, Outcome.NOT_SYNTHESIZABLE}
        assert audit.attacks_tried > 10 and not audit.attacks


@pytest.mark.long
def test_no_hostile_design_passes_an_impossible_problem() -> None:
    rows = run_redteam(RedteamOptions(RunOptions(SUITE, problems="*", quiet=True), heavy=False))
    assert len({row.problem for row in rows}) == 3
    assert [(row.attack, row.problem) for row in rows if not row.ok] == []


def test_a_pass_that_was_written_into_the_grades_marks_the_run(harness: Harness, tmp_path: Path) -> None:
    run = tmp_path / "results" / "runs" / "r"
    made = harness("bench", "--suite", SUITE, "--model", "reference", "-n", "1", "--run", str(run), "--waveforms", "0")
    assert (made.code, json.loads((run / "summary.json").read_text())["tampered"]) == (0, False)
    assert {line["outcome"] for line in last_lines(run)} == {"mismatch"}
    grades = run / "grades.jsonl"
    lines = [json.loads(line) for line in grades.read_text().splitlines()]
    line = next(line for line in lines if line["problem"] == NAME)
    grades.write_text(grades.read_text() + json.dumps({**line, "outcome": "pass", "evidence": "netlist"}) + "\n")

    again = harness("report", str(run), "--json", "--waveforms", "0")
    assert (again.code, again.json["tampered"], again.json["per_problem"][NAME]["forged"]) == (4, True, 1)
    assert "is tampered" in again.err
    table = harness("report", str(run), "--waveforms", "0").out
    assert f"TAMPERED: 1 sample said to pass where no design can: {NAME}" in table
    checked = harness("verify", str(run), "--json", "--quiet")
    assert checked.code == 4
    assert ("tampered", NAME) in {(found["kind"], found["problem"]) for found in checked.json["findings"]}
    board = leaderboard(LeaderboardOptions((str(run),)))
    assert (board["boards"], [apart["reason"][:8] for apart in board["not_ranked"]]) == ([], ["tampered"])


def test_a_verdict_that_believes_what_is_printed_passes_what_no_design_can(tmp_path: Path) -> None:
    """Such a rule is what the suite is there to show."""
    problem = next(problem for problem in load_suite(SUITE, Task.SPEC_TO_RTL).problems if problem.name == NAME)
    target = target_of(problem, problem.ports, "/nonexistent/mark", "/nonexistent/mark")
    forgery = next(attack for attack in ATTACKS if "native" in attack.fooled)
    assert believes("native", forgery.template(target), bench_of(problem), tmp_path)
    assert not believes("native", target.golden, bench_of(problem), tmp_path)
