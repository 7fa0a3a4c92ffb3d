"""Large runs: a hundred thousand samples from the cache, and ten thousand designs that nobody has graded before."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from as_a_user import all_ended, count_lines, descendants, start
from conftest import MiniSuite

from harness.runs.options import RunOptions
from harness.runs.speed_memory import memory_figures
from harness.suites.locate import load_suite

pytestmark = [pytest.mark.tools, pytest.mark.long]
DISTINCT = 10_000
EVERY = 500


def test_a_hundred_thousand_samples_take_less_than_400_megabytes(mini: MiniSuite, tmp_path: Path) -> None:
    options = RunOptions(suite="mini", suite_path=str(mini.root))
    problems = load_suite("mini", options.task, options.suite_path).problems
    few, many = memory_figures(options, problems, (1000, 100_000), tmp_path)
    print(f"\n1,000 samples: {few.values[0]:.0f} MB; 100,000 samples: {many.values[0]:.0f} MB")
    assert many.values[0] < 400


@dataclass(frozen=True)
class Seen:
    """At one moment of the run."""

    grades: int
    at: float
    """Seconds since the start."""
    driver: int
    """Resident memory in kB."""
    others: int
    """That of all its descendants."""
    processes: int


def resident(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(found[0]) if found else 0


def designs() -> Iterator[str]:
    """Each a circuit of its own: no two have the same constants, and every third is wrong."""
    for number in range(DISTINCT):
        wrong = " ^ (a ^ b)" if number % 3 == 2 else ""
        mask = f"wire [15:0] m = {{16{{a}}}} ^ 16'd{number};"
        code = f"module and2(input a, input b, output y);\n  {mask}\n"
        code += f"  assign y = (a & b & ((m ^ 16'd{number}) == {{16{{a}}}})){wrong};\nendmodule\n"
        yield json.dumps({"task_id": "and2", "sample": number, "code": code}) + "\n"


def test_ten_thousand_distinct_designs_leave_nothing_and_the_last_cost_what_the_first_did(
    mini: MiniSuite, tmp_path: Path
) -> None:
    temporary, log = tmp_path / "tmp", tmp_path / "log"
    temporary.mkdir()
    answers = tmp_path / "answers.jsonl"
    answers.write_text("".join(designs()))
    env = {"HARNESS_RESULTS": str(tmp_path / "results"), "TMPDIR": str(temporary)}
    command = ["grade", "--suite", "mini", "--suite-path", str(mini.root), "--completions", str(answers)]
    began = time.monotonic()
    ours = start(
        *command, "--run", "many", "--stages", "netlist", "--quiet", "--waveforms", "0", cwd=tmp_path, env=env, log=log
    )
    grades = tmp_path / "results" / "runs" / "many" / "grades.jsonl"
    seen: list[Seen] = []
    started: set[tuple[int, str]] = set()
    while ours.poll() is None:
        done = count_lines(grades)
        if done >= EVERY * (len(seen) + 1):
            below = descendants(ours.pid)
            started |= below
            memory = sum(resident(pid) for pid, _ in below)
            seen.append(Seen(done, time.monotonic() - began, resident(ours.pid), memory, len(below)))
        time.sleep(0.2)
    assert ours.returncode == 0, log.read_text()
    assert count_lines(grades) == DISTINCT
    outcomes = [json.loads(line)["outcome"] for line in grades.read_text().splitlines()]
    assert outcomes.count("pass") == DISTINCT - DISTINCT // 3
    assert outcomes.count("mismatch") == DISTINCT // 3
    for one in seen:
        print(
            f"{one.grades:6} after {one.at:6.1f} s: driver {one.driver / 1e3:.0f} MB, {one.processes} others {one.others / 1e3:.0f} MB"
        )
    early, late = seen[1], seen[-2]
    assert late.driver < early.driver + 80_000
    assert late.others < early.others * 1.5 + 80_000
    assert late.processes <= early.processes + 4
    quarter = len(seen) // 4
    first, last = seen[quarter].at - seen[0].at, seen[-1].at - seen[-1 - quarter].at
    assert last < first * 1.5
    assert all_ended(started)
    assert list(temporary.iterdir()) == []
