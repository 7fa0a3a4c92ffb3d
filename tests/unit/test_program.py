"""Programs outside a cell."""

import subprocess
import sys
import time
from pathlib import Path

from harness.process.program import run_program

ASK = "from harness.process.program import run_program; print('asking', flush=True); run_program({argv!r}, wall_s=20)"


def test_both_streams_and_the_exit_code_come_back() -> None:
    found = run_program(["sh", "-c", "echo out; echo err >&2; exit 3"], wall_s=20)
    assert (found.exit_code, found.output, found.last_line) == (3, "out\nerr\n", "err")


def test_a_limit_ends_it_with_what_it_said_so_far() -> None:
    found = run_program(["sh", "-c", "echo begun; sleep 60"], wall_s=0.5)
    assert (found.exit_code, found.output) == (None, "begun\n")


def test_what_is_not_there_is_said() -> None:
    assert run_program(["no_such_program"], wall_s=1).last_line == "no_such_program: No such file or directory"


def test_a_program_outlives_our_death_long_enough_to_clean_up(tmp_path: Path) -> None:
    begun, left = tmp_path / "begun", tmp_path / "left"
    script = f"touch {left} {begun}; sleep 1; echo version; rm {left}"
    ours = subprocess.Popen([sys.executable, "-c", ASK.format(argv=["sh", "-c", script])])
    until = time.monotonic() + 20
    while not begun.exists() and time.monotonic() < until:
        time.sleep(0.01)
    ours.kill()
    ours.wait()
    assert left.exists()
    while left.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not left.exists()
