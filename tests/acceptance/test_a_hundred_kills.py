"""A run that is killed a hundred times, at moments that nobody chose, ends like one that is not."""

import random
import shutil
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from as_a_user import all_ended, count_lines, descendants, has_lines, start, wait_until
from conftest import REPOSITORY, Harness, last_lines

pytestmark = [pytest.mark.tools, pytest.mark.long]
KILLS = 100
SAMPLES = 10
PROBLEMS = (
    *("barrel_rotator", "bcd_adder", "button_debouncer", "crc8_stream", "fifo_sync", "gray_counter", "lfsr_galois"),
    *("leading_zero_normalizer", "lru_tracker", "mac_pipeline", "priority_encoder", "pwm_generator", "register_file"),
    *("restoring_divider", "round_robin_arbiter", "saturating_addsub", "sequence_detector", "seven_segment"),
    *("traffic_light", "uart_transmitter"),
)


def processes_with(mark: bytes) -> Iterator[int]:
    """Every process whose environment or command line holds a text, as our temporary folder's name."""
    for folder in Path("/proc").glob("[0-9]*"):
        for name in ("environ", "cmdline"):
            try:
                if mark in (folder / name).read_bytes():
                    yield int(folder.name)
                    break
            except OSError:
                continue


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Twenty problems of core as a suite of its own."""
    for folder in ("problems", "testbenches"):
        for name in PROBLEMS:
            shutil.copytree(REPOSITORY / folder / "core" / name, tmp_path / "twenty" / folder / "twenty" / name)
    root = tmp_path / "twenty" / "problems" / "twenty"
    (root / "suite.toml").write_text('version = "1.0"\n')
    return root


def test_a_hundred_kills_change_nothing(harness: Harness, suite: Path, tmp_path: Path) -> None:
    """Half of them come soon after the start, where the run is opened; half of them after a few more grades. A run that
    is whole before a hundred is followed by another one, which does not find its grades in the cache."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    env = {"HARNESS_RESULTS": str(tmp_path / "results"), "TMPDIR": str(temporary)}
    command = ["bench", "--suite-path", str(suite), "--model", "faulty", "-n", str(SAMPLES)]
    command += ["--quiet", "--json"]
    began = time.monotonic()
    undisturbed = harness(*command, "--run", "undisturbed", "--no-cache", env=env, timeout=1800)
    assert undisturbed.code == 0, undisturbed.err
    alone = time.monotonic() - began
    runs = tmp_path / "results" / "runs"
    ours = ["--run", "killed1"]
    chance = random.Random(4)
    killed_at: list[tuple[str, int]] = []
    began = time.monotonic()
    for number in range(KILLS):
        if count_lines(runs / ours[1] / "grades.jsonl") >= len(PROBLEMS) * SAMPLES:
            ours = ["--run", f"killed{number + 1}", "--no-cache"]
        grades = runs / ours[1] / "grades.jsonl"
        log = tmp_path / "log"
        sandbox = ("auto", "rlimits")[number % 5 == 4]
        before = count_lines(grades)
        process = start(*command, *ours, "--sandbox", sandbox, cwd=tmp_path, env=env, log=log)
        if number % 2:
            wanted = before + chance.randint(1, 3)
            wait_until(partial(has_lines, grades, wanted, process))
            time.sleep(chance.random() * 0.2)
        else:
            time.sleep(chance.random() * 3)
        assert process.poll() in (None, 0), log.read_text()
        below = descendants(process.pid)
        process.kill()
        process.wait()
        assert wait_until(partial(all_ended, below), 60), "orphans"
        killed_at.append((ours[1], count_lines(grades)))
    assert len(set(killed_at)) > KILLS // 3
    print(
        f"undisturbed {alone:.0f} s, with {KILLS} kills {time.monotonic() - began:.0f} s, grades at kills {killed_at}"
    )
    for name in dict.fromkeys(name for name, _ in killed_at):
        last = harness(*command, "--run", name, env=env, timeout=1800)
        assert last.code == 0, last.err
        assert last_lines(runs / name) == last_lines(runs / "undisturbed")
        assert len(last_lines(runs / name)) == len(PROBLEMS) * SAMPLES
        assert {**last.json, "run": ""} == {**undisturbed.json, "run": ""}
    assert wait_until(lambda: not list(temporary.iterdir()), 60), "left-over folders"
    assert wait_until(lambda: not list(processes_with(str(temporary).encode())), 60), "orphans"
