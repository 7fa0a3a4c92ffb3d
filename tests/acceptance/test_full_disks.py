"""Disks that are full or read-only: one clear line, nothing lost, nobody blamed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from as_a_user import count_lines, errors, variants, wait_until
from conftest import Harness, MiniSuite, Ran, last_lines
from small_disks import Namespace, namespace

pytestmark = pytest.mark.tools
SAMPLES = 8
"""For each of the two problems."""


@pytest.fixture
def command(mini: MiniSuite, tmp_path: Path) -> list[str]:
    answers = variants(tmp_path / "answers.jsonl", SAMPLES)
    return ["bench", "--suite-path", str(mini.root), "--model", f"replay/{answers}", "-n", str(SAMPLES), "--json"]


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


@pytest.fixture
def small(disk: Path) -> Iterator[Namespace]:
    with namespace(f"mount -t tmpfs -o size=16m none '{disk}'") as made:
        yield made


@pytest.mark.long
def test_a_full_disk_stops_a_run_with_one_line_and_with_room_the_same_command_goes_on(
    harness: Harness, command: list[str], small: Namespace, disk: Path, tmp_path: Path
) -> None:
    """Again and again, each time with room for a few lines more, so that lines are torn at many places."""
    undisturbed = harness(*command, "--run", "r", "--no-cache")
    assert undisturbed.code == 0
    env = {"HARNESS_RESULTS": str(disk / "results")}
    copy, torn, said = tmp_path / "copy", 0, []
    for number in range(20):
        small.make_room(disk)
        small.fill(disk, 8192 + 1024 * number)
        ran = small.harness(*command, "--run", "r", "--quiet", cwd=tmp_path, env=env)
        if ran.code == 0:
            break
        assert (ran.code, ran.out, len(errors(ran))) == (1, "", 1), ran.err
        said += errors(ran)
        torn += _torn_files(small, disk, copy)
    assert 4 <= len(said) < 20
    assert all("No space left on device. Make room there; the same command goes on" in line for line in said), said
    assert torn >= 1
    small.make_room(disk)
    small.sh(f"cp -r '{disk}/results/runs/r' '{copy}/whole'")
    assert last_lines(copy / "whole") == last_lines(tmp_path / "results" / "runs" / "r")
    assert ran.json == undisturbed.json


def _torn_files(small: Namespace, disk: Path, copy: Path) -> int:
    """How many files of the run end in the middle of a line now."""
    small.sh(f"rm -rf '{copy}'; mkdir '{copy}'; cp '{disk}'/results/runs/r/*.jsonl '{copy}' 2>/dev/null || true")
    return sum(data[-1:] not in (b"", b"\n") for data in (path.read_bytes() for path in copy.iterdir()))


def outcomes(run: Path) -> dict[tuple[str, int], str]:
    return {(line["problem"], line["sample"]): line["outcome"] for line in last_lines(run)}


def test_no_room_for_the_work_folders_is_nobody_s_wrong_answer(
    harness: Harness, command: list[str], small: Namespace, disk: Path, tmp_path: Path
) -> None:
    """The disk fills while the run goes on. What was graded then is infra_error, and --retry-errors does only that."""
    undisturbed = harness(*command, "--run", "r", "--no-cache")
    env = {"HARNESS_RESULTS": str(tmp_path / "small"), "TMPDIR": str(disk)}
    grades = tmp_path / "small" / "runs" / "r" / "grades.jsonl"
    bench = [*command, "--run", "r", "--quiet", "--sandbox", "rlimits", "--workers", "1"]
    argv = small.command(sys.executable, "-m", "harness", *bench, cwd=tmp_path)
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdout=pipe, stderr=pipe, text=True, env={**os.environ, **env}) as process:
        assert wait_until(lambda: count_lines(grades) >= 3)
        small.fill(disk, 4096)
        out, err = process.communicate(timeout=200)
    ran = Ran(process.returncode, out, err)
    assert ran.code == 3, ran.err
    found, right = outcomes(grades.parent), outcomes(tmp_path / "results" / "runs" / "r")
    lost = {key for key, outcome in found.items() if outcome == "infra_error"}
    assert 1 <= len(lost) <= 2 * SAMPLES - 3
    assert {key: outcome for key, outcome in found.items() if key not in lost} == {
        key: outcome for key, outcome in right.items() if key not in lost
    }
    messages = [line["message"] for line in last_lines(grades.parent) if line["outcome"] == "infra_error"]
    assert all("o space left" in message for message in messages), messages
    assert ran.json["infra_errors"] == len(lost)
    assert ran.json["metrics"]["function"]["pass@1"]["value"] <= 1

    small.make_room(disk)
    written = count_lines(grades)
    redone = small.harness(*bench, "--retry-errors", cwd=tmp_path, env=env)
    assert redone.code == 0, redone.err
    assert count_lines(grades) == written + len(lost), "those and only those are done again"
    assert last_lines(grades.parent) == last_lines(tmp_path / "results" / "runs" / "r")
    assert redone.json == undisturbed.json


def test_temporary_folders_that_cannot_be_made_are_one_line(
    command: list[str], small: Namespace, disk: Path, tmp_path: Path
) -> None:
    small.sh(f"mount -o remount,ro '{disk}'")
    env = {"HARNESS_RESULTS": str(tmp_path / "results"), "TMPDIR": str(disk)}
    ran = small.harness(*command, "--quiet", "--sandbox", "rlimits", cwd=tmp_path, env=env)
    assert (ran.code, len(errors(ran))) == (1, 1), ran.err
    assert "iverilog does not run: " in errors(ran)[0] or "cell did not start: " in errors(ran)[0]


def test_a_cache_that_cannot_be_written_costs_speed_and_no_run(command: list[str], tmp_path: Path) -> None:
    cache = tmp_path / "results" / "cache"
    cache.mkdir(parents=True)
    with namespace(f"mount --bind '{cache}' '{cache}' && mount -o remount,bind,ro '{cache}'") as inside:
        ran = inside.harness(*command, "--quiet", cwd=tmp_path, env={"HARNESS_RESULTS": str(tmp_path / "results")})
    assert (ran.code, errors(ran)) == (0, [])
    assert list(cache.iterdir()) == []


def test_results_that_cannot_be_written_are_one_line(harness: Harness, command: list[str], tmp_path: Path) -> None:
    assert harness(*command, "--run", "r", "--limit", "1").code == 0
    results = tmp_path / "results"
    env = {"HARNESS_RESULTS": str(results)}
    with namespace(f"mount --bind '{results}' '{results}' && mount -o remount,bind,ro '{results}'") as inside:
        for run in ("r", "new"):
            ran = inside.harness(*command, "--run", run, "--quiet", "--limit", "1", cwd=tmp_path, env=env)
            assert (ran.code, ran.out, len(errors(ran))) == (1, "", 1)
            assert "cannot be written: Read-only file system. HARNESS_RESULTS=DIR puts results" in errors(ran)[0]
        report = inside.harness("report", "r", cwd=tmp_path, env=env)
        assert (report.code, len(errors(report))) == (1, 1)


def test_standard_output_without_room_is_one_line(harness: Harness, command: list[str], tmp_path: Path) -> None:
    assert harness(*command, "--run", "r", "--limit", "1").code == 0
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(
            [sys.executable, "-m", "harness", "report", "r"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=tmp_path,
            env={**os.environ, "HARNESS_RESULTS": str(tmp_path / "results")},
        )  # fmt: skip
    assert found.returncode == 1
    assert found.stderr.splitlines() == ["error: standard output: No space left on device"]
    json.loads((tmp_path / "results" / "runs" / "r" / "summary.json").read_text())


WHO = """
import sys
from harness.process.cell import Cell
from harness.process.job import Job, Limits, Step
from harness.process.sandbox import CellKind

limits = Limits(cpu_s=10, wall_s=60, file_bytes=4 << 20)
step = Step("write", limits, argv=("sh", "-c", "for i in 1 2 3; do head -c 4000000 /dev/zero > $i; done"))
with Cell(CellKind("test"), "rlimits") as cell:
    print(cell.run(Job({"design.v": "x" * int(sys.argv[1])}, (step,))).last.stopped)
"""


@pytest.mark.parametrize(
    ("room", "size", "stopped"), [(16 << 20, 10, "file"), (1 << 20, 10, "disk"), (4096, 99999, "disk")]
)
def test_who_filled_the_disk_is_known(
    small: Namespace, disk: Path, tmp_path: Path, room: int, size: int, stopped: str
) -> None:
    """A step that writes file after file is to blame for it; one that found no room is not."""
    if room < 16 << 20:
        small.fill(disk, room)
    argv = small.command(sys.executable, "-c", WHO, str(size), cwd=tmp_path)
    env = {**os.environ, "TMPDIR": str(disk)}
    found = subprocess.run(argv, capture_output=True, text=True, check=False, env=env)
    assert found.stdout.split() == [stopped], found.stderr
