"""A busy machine changes no verdict.

With HARNESS_SUITE_VERILOG_EVAL_V2 (a checkout) and HARNESS_ANSWERS_VERILOG_EVAL_V2 (a JSONL of real answers to it) this is
shown on real answers, the problems whose simulations take longest among them; HARNESS_LOAD_PROBLEMS=156 takes them all.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from as_a_user import lines
from conftest import Harness, last_lines

pytestmark = [pytest.mark.tools, pytest.mark.long]
BUSY = 8
ANSWERS = os.environ.get("HARNESS_ANSWERS_VERILOG_EVAL_V2", "")
CHECKOUT = os.environ.get("HARNESS_SUITE_VERILOG_EVAL_V2", "")
PROBLEMS = int(os.environ.get("HARNESS_LOAD_PROBLEMS", "40"))
SLOW = ("Prob082", "Prob108", "Prob124", "Prob141", "Prob144")
"""Long simulations: the first that a limit on wall time would hit."""


@contextmanager
def busy_machine() -> Iterator[None]:
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def twice(harness: Harness, command: list[str], tmp_path: Path) -> tuple[Path, Path]:
    """The same command on the machine as it is, and on a busy one."""
    runs = tmp_path / "results" / "runs"
    taken = []
    for name in ("quiet", "busy"):
        began = time.monotonic()
        if name == "busy":
            with busy_machine():
                ran = harness(*command, "--run", name, "--no-cache", timeout=7200)
        else:
            ran = harness(*command, "--run", name, "--no-cache", timeout=7200)
        taken.append(time.monotonic() - began)
        assert ran.code in (0, 1), ran.err
    print(f"{len(lines(runs / 'quiet' / 'grades.jsonl'))} samples: {taken[0]:.0f} s, busy {taken[1]:.0f} s")
    return runs / "quiet", runs / "busy"


def test_faults_of_the_native_suite_are_found_alike(harness: Harness, tmp_path: Path) -> None:
    command = ["bench", "--suite", "core", "--problems", "*r", "--limit", "6", "--model", "faulty/share=0.5", "-n", "3"]
    quiet, busy = twice(harness, [*command, "--quiet", "--json"], tmp_path)
    assert last_lines(quiet) == last_lines(busy)


@pytest.mark.skipif(
    not (ANSWERS and CHECKOUT),
    reason="HARNESS_SUITE_VERILOG_EVAL_V2 and HARNESS_ANSWERS_VERILOG_EVAL_V2 name no checkout and no answers",
)
def test_real_answers_get_the_same_verdicts(harness: Harness, tmp_path: Path) -> None:
    given = [json.loads(line) for line in Path(ANSWERS).read_text("utf-8").splitlines()]
    names = sorted({answer["task_id"] for answer in given})
    slow = [name for name in names if name.startswith(SLOW)]
    chosen = {*slow, *[name for name in names if name not in slow][: max(0, PROBLEMS - len(slow))]}
    file = tmp_path / "answers.jsonl"
    file.write_text("".join(json.dumps(answer) + "\n" for answer in given if answer["task_id"] in chosen))
    command = ["grade", "--suite", "verilog-eval-v2", "--completions", str(file), "--quiet", "--json"]
    quiet, busy = twice(harness, command, tmp_path)
    assert len({line["problem"] for line in last_lines(quiet)}) == len(chosen)
    assert last_lines(quiet) == last_lines(busy)
