"""The same command again: after the end, after kill -9, after Ctrl-C, with torn files, twice at once."""

import fcntl
import json
import os
import random
import shutil
import signal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from as_a_user import (
    alive,
    all_ended,
    count_lines,
    descendants,
    has_lines,
    run_folder,
    start,
    variants,
    wait_until,
)
from conftest import Harness, MiniSuite, kill_group, last_lines

pytestmark = pytest.mark.tools
SAMPLES = 15
"""For each of the two problems: enough for five kills on the way."""


@pytest.fixture
def command(mini: MiniSuite, tmp_path: Path) -> list[str]:
    """A bench of many different designs, so that none is graded for another."""
    answers = variants(tmp_path / "answers.jsonl", SAMPLES)
    return ["bench", "--suite-path", str(mini.root), "--model", f"replay/{answers}", "-n", str(SAMPLES)]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "tmp"
    folder.mkdir()
    return {"HARNESS_RESULTS": str(tmp_path / "results"), "TMPDIR": str(folder)}


def parameters(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run / "run.json").read_text())
    return {key: value for key, value in found.items() if key not in ("run", "sandbox")}


def test_the_same_command_again_does_nothing_again(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    arguments = ("bench", "--suite-path", str(mini.root), "--model", "faulty", "-n", "4", "--json")
    first = harness(*arguments)
    run = run_folder(first, tmp_path / "results")
    files = [run / name for name in ("completions.jsonl", "grades.jsonl", "run.json", "summary.json", "problems.csv")]
    before = [path.read_bytes() for path in files]
    again = harness(*arguments)
    assert (first.code, again.code) == (0, 0)
    assert f"graded    all 8 are graded already, from the same inputs ({run.name})" in again.err
    assert [path.read_bytes() for path in files] == before
    assert again.json == first.json


def test_more_samples_are_another_run(harness: Harness, mini: MiniSuite) -> None:
    arguments = ("bench", "--suite-path", str(mini.root), "--model", "reference", "--json")
    assert harness(*arguments, "-n", "1").json["run"] != harness(*arguments, "-n", "2").json["run"]
    fixed = harness("bench", "--suite-path", str(mini.root), "--model", "reference", "-n", "1", "--run", "mine")
    other = harness("bench", "--suite-path", str(mini.root), "--model", "reference", "-n", "2", "--run", "mine")
    assert (fixed.code, other.code) == (0, 2)
    assert "holds a run with other parameters (params_requested: " in other.err
    assert "choose another --run" in other.err


@pytest.mark.long
def test_a_run_that_is_killed_five_times_ends_like_one_that_is_not(
    harness: Harness, command: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    undisturbed = harness(*command, "--run", "undisturbed", "--quiet", "--json", "--no-cache")
    assert undisturbed.code == 0
    run = tmp_path / "results" / "runs" / "killed"
    chance = random.Random(20260)
    grades = run / "grades.jsonl"
    for number in range(5):
        moment = count_lines(grades) + chance.randint(1, 4)
        sandbox = ("rlimits", "auto")[number % 2]
        process = start(
            *command, "--run", "killed", "--quiet", "--sandbox", sandbox,
            cwd=tmp_path, env=environment, log=tmp_path / "log",
        )  # fmt: skip
        assert wait_until(partial(has_lines, grades, moment, process))
        assert process.poll() is None, (tmp_path / "log").read_text()
        below = descendants(process.pid)
        assert any("launcher.py" in _command_line(pid) for pid, _ in below)
        kill_group(process)
        assert wait_until(partial(all_ended, below), 20), "orphans"
        assert wait_until(lambda: not list((tmp_path / "tmp").iterdir()), 20), "left-over folders"
    assert count_lines(grades) < 2 * SAMPLES
    last = harness(*command, "--run", "killed", "--quiet", "--json", env=environment)
    assert last.code == 0
    assert "resuming  " in last.err
    assert last_lines(run) == last_lines(run.with_name("undisturbed"))
    assert len(last_lines(run)) == 2 * SAMPLES
    assert parameters(run) == parameters(run.with_name("undisturbed"))
    assert {**last.json, "run": ""} == {**undisturbed.json, "run": ""}
    assert count_lines(grades) == 2 * SAMPLES, "nothing that is on disk is done twice"
    assert sorted(path.name for path in run.iterdir()) == sorted(p.name for p in run.with_name("undisturbed").iterdir())


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


LONG = pytest.mark.long


@pytest.mark.parametrize(
    "torn", ["grades.jsonl", pytest.param("completions.jsonl", marks=LONG), pytest.param("both", marks=LONG)]
)
def test_a_torn_last_line_costs_that_sample_only(harness: Harness, mini: MiniSuite, tmp_path: Path, torn: str) -> None:
    arguments = ("bench", "--suite-path", str(mini.root), "--model", "faulty", "-n", "4", "--run", "r", "--json")
    first = harness(*arguments)
    run = tmp_path / "results" / "runs" / "r"
    before = last_lines(run)
    for name in ("grades.jsonl", "completions.jsonl"):
        if torn in (name, "both"):
            data = (run / name).read_bytes()
            (run / name).write_bytes(data[: -len(data.splitlines()[-1]) // 2])
    report = harness("report", "r", "--json")
    assert report.code == 0, "reading stands a torn line too"
    again = harness(*arguments)
    assert again.code == 0
    assert "resuming  " in again.err
    assert last_lines(run) == before
    assert again.json == first.json
    for name in ("grades.jsonl", "completions.jsonl"):
        for line in (run / name).read_text().splitlines():
            json.loads(line)


def test_ctrl_c_finishes_what_is_in_flight_and_the_same_command_goes_on(
    harness: Harness, command: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    run = tmp_path / "results" / "runs" / "stopped"
    log = tmp_path / "log"
    process = start(*command, "--run", "stopped", cwd=tmp_path, env=environment, log=log)
    assert wait_until(lambda: count_lines(run / "grades.jsonl") >= 4)
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(60) == 130
    said = log.read_text()
    assert "Traceback" not in said
    assert "in flight, again to stop now" in said
    done = count_lines(run / "grades.jsonl")
    assert 4 <= done < 2 * SAMPLES
    assert f"stopped at {done} of {2 * SAMPLES}; go on with the same command" in said
    assert (run / "summary.json").is_file()
    assert wait_until(lambda: not list((tmp_path / "tmp").iterdir()), 20)
    last = harness(*command, "--run", "stopped", "--json", env=environment)
    assert last.code == 0
    assert f"{done} grades are here" in last.err
    assert count_lines(run / "grades.jsonl") == 2 * SAMPLES
    assert last.json["outcomes"] == {"pass": 2 * SAMPLES * 2 // 3, "mismatch": 2 * SAMPLES // 3}


@pytest.mark.long
def test_ctrl_c_twice_stops_at_once_and_loses_nothing(
    harness: Harness, command: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    run = tmp_path / "results" / "runs" / "stopped"
    log = tmp_path / "log"
    process = start(*command, "--run", "stopped", cwd=tmp_path, env=environment, log=log)
    assert wait_until(lambda: count_lines(run / "grades.jsonl") >= 2)
    below = descendants(process.pid)
    os.kill(process.pid, signal.SIGINT)
    wait_until(lambda: "again to stop now" in log.read_text(), 10)
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(60) == 130
    assert "Traceback" not in log.read_text()
    assert wait_until(lambda: not any(map(alive, below)), 20)
    assert wait_until(lambda: not list((tmp_path / "tmp").iterdir()), 20)
    last = harness(*command, "--run", "stopped", "--json", env=environment)
    assert last.code == 0
    undisturbed = harness(*command, "--run", "undisturbed", "--json", env=environment)
    assert last_lines(run) == last_lines(run.with_name("undisturbed"))
    assert {**last.json, "run": ""} == {**undisturbed.json, "run": ""}


def test_a_second_process_on_the_same_run_is_refused(
    harness: Harness, command: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    run = tmp_path / "results" / "runs" / "shared"
    process = start(*command, "--run", "shared", cwd=tmp_path, env=environment, log=tmp_path / "log")
    try:
        assert wait_until(lambda: count_lines(run / "grades.jsonl") >= 1)
        os.kill(process.pid, signal.SIGSTOP)  # or it may be done before the second one is there
        second = harness(*command, "--run", "shared")
        assert second.code == 2
        assert second.err.splitlines()[-1] == (
            f"error: {run}: another harness process works on this run; wait for it, or choose another --run"
        )
        assert second.out == ""
        assert harness("report", "shared", "--json").code == 0, "reading is no trouble"
    finally:
        kill_group(process)


def test_the_one_that_is_refused_writes_nothing(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    suite = ("--suite-path", str(mini.root))
    assert harness("bench", *suite, "--model", "empty", "-n", "1", "--run", "r").code == 0
    run = tmp_path / "results" / "runs" / "r"

    def contents() -> dict[str, tuple[bytes, int]]:
        return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in run.rglob("*") if p.is_file()}

    before = contents()
    with (run / ".lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for arguments in (("bench", *suite, "--model", "empty", "-n", "1", "--run", "r"), ("grade", "r", *suite)):
            refused = harness(*arguments)
            assert (refused.code, refused.out) == (2, "")
            assert refused.err.splitlines()[-1].endswith("works on this run; wait for it, or choose another --run")
    assert contents() == before


def test_a_deleted_cache_and_a_run_folder_that_moved_are_no_trouble(
    harness: Harness, mini: MiniSuite, tmp_path: Path
) -> None:
    arguments = ("bench", "--suite-path", str(mini.root), "--model", "reference", "-n", "1", "--json")
    first = harness(*arguments)
    run = run_folder(first, tmp_path / "results")
    shutil.rmtree(tmp_path / "results" / "cache")
    moved = tmp_path / "else where" / "my run"
    shutil.move(run, moved)
    again = harness("grade", str(moved), "--suite-path", str(mini.root), "--json")
    assert again.code == 0
    assert "are graded already" in again.err
    assert {**again.json, "run": ""} == {**first.json, "run": ""}
