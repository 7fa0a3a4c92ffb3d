"""Cells at every level that works here: limits, containment, and that nothing is left behind (continued)."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cell_jobs import (  # noqa: F401 - fixtures
    KIND,
    ORPHANING,
    PYTHON,
    REPOSITORY,
    cell,
    descendants,
    eventually,
    launchers,
    level,
    limits,
    nap,
    parents,
    pool,
    processes,
    script,
    sh,
    temporary,
)

from harness.errors import CellLost, CellUnusable, ConfigError
from harness.process import sandbox
from harness.process.cell import Cell
from harness.process.job import Job
from harness.process.pool import CellPool
from harness.process.sandbox import LEVELS, CellKind, Level

pytestmark = pytest.mark.tools


def test_a_step_that_forks_on_and_on_is_ended(cell: Cell) -> None:
    mark = nap()
    found = sh(cell, f"while :; do setsid sleep {mark} & sleep 0.01; done", limits(wall_s=0.4))
    assert found.stopped == "wall"
    assert processes(mark) == []
    assert sh(cell, "echo alive").log == "alive\n"


def test_close_leaves_no_process_and_no_folder(level: Level, temporary: Path) -> None:
    cell = Cell(KIND, level)
    assert sh(cell, "echo kept > file").ok
    before = descendants(os.getpid())
    assert launchers(os.getpid())
    cell.close()
    assert launchers(os.getpid()) == []
    assert eventually(lambda: not before & set(parents()))
    assert eventually(lambda: list(temporary.iterdir()) == [])
    cell.close()


def test_nothing_outlives_a_harness_that_is_killed(level: Level, temporary: Path) -> None:
    mark = nap()
    sleeping = f"echo > file; sleep {mark} & setsid sleep {mark} & sleep {mark}"
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(REPOSITORY)}
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHANING, level, sleeping], stdout=subprocess.PIPE, env=environment
    )
    with parent:
        assert eventually(lambda: len(processes(mark)) == 3, within_s=30)
        below = descendants(parent.pid)
        assert len(below) >= 5
        parent.send_signal(signal.SIGKILL)
    assert eventually(lambda: not below & set(parents()))
    assert processes(mark) == []
    assert eventually(lambda: list(temporary.iterdir()) == [])


def test_a_launcher_that_was_killed_while_idle_is_replaced(cell: Cell, temporary: Path) -> None:
    assert sh(cell, "echo first > file").ok
    for pid in launchers(os.getpid()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with pytest.raises(CellLost, match="the test cell was lost"):
        sh(cell, "echo second")
    assert eventually(lambda: list(temporary.iterdir()) == [])
    assert sh(cell, "ls; echo third").log == "third\n"


def test_a_launcher_that_is_killed_during_a_job_takes_the_step_with_it(cell: Cell) -> None:
    mark, lost = nap(), []

    def run() -> None:
        try:
            sh(cell, f"exec sleep {mark}", limits(wall_s=300))
        except CellLost as error:
            lost.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    assert eventually(lambda: bool(processes(mark)))
    for pid in launchers(os.getpid()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    thread.join(20)
    assert len(lost) == 1
    assert eventually(lambda: processes(mark) == [])
    assert sh(cell, "echo alive").log == "alive\n"


def test_a_cell_that_cannot_start_says_why(temporary: Path) -> None:
    with (
        Cell(CellKind("odd", packages=("pyslang",), preload="harness.tools.no_such_worker"), "rlimits") as cell,
        pytest.raises(CellLost, match=r"the odd cell did not start: .*no_such_worker"),
    ):
        sh(cell, "true")
    assert eventually(lambda: list(temporary.iterdir()) == [])


def test_an_unknown_or_broken_level_is_refused_and_auto_takes_the_best() -> None:
    best = next(level for level in LEVELS if sandbox.probe(level) is None)
    assert sandbox.choose("auto") == best
    assert sandbox.choose("rlimits") == "rlimits"
    with pytest.raises(ConfigError, match=r'no sandbox "docker"\. There are: auto, bwrap, landlock, rlimits'):
        sandbox.choose("docker")


@pytest.mark.parametrize(
    "trouble", ["sleep 900", "kill -SEGV $$", "kill -9 $PPID; sleep 900"], ids=["wall", "signal", "lost"]
)
def test_a_doubtful_result_is_tried_once_more_and_then_believed(pool: CellPool, tmp_path: Path, trouble: str) -> None:
    tries = tmp_path / "tries"
    once = f"echo >> {tries}; if [ $(wc -l < {tries}) = 1 ]; then {trouble}; fi; echo fine"
    assert pool.run(KIND, script(once, limits(wall_s=1))).last.log == "fine\n"
    assert tries.read_text() == "\n\n"


def test_trouble_that_comes_again_is_the_result(pool: CellPool, tmp_path: Path) -> None:
    crash, sleeper, lost = tmp_path / "crash", tmp_path / "sleeper", tmp_path / "lost"
    assert pool.run(KIND, script(f"echo >> {crash}; kill -SEGV $$")).last.signal == signal.SIGSEGV
    assert pool.run(KIND, script(f"echo >> {sleeper}; sleep 900", limits(wall_s=0.2))).last.stopped == "wall"
    with pytest.raises(CellLost):
        pool.run(KIND, script(f"echo >> {lost}; kill -9 $PPID; sleep 900"))
    assert [path.read_text() for path in (crash, sleeper, lost)] == ["\n\n"] * 3


def test_a_kind_of_cell_that_never_worked_is_told_from_one_that_was_lost(pool: CellPool) -> None:
    lost = script("kill -9 $PPID; sleep 900")
    with pytest.raises(CellUnusable, match="See: harness doctor"):
        pool.run(CellKind("never"), lost)
    assert pool.run(KIND, script("kill -SEGV $$")).last.signal == signal.SIGSEGV
    with pytest.raises(CellLost):
        pool.run(KIND, lost)


@pytest.mark.parametrize("clear", ["exit 1", "exec yes", f"exec {' '.join(PYTHON)} -c 'while True: pass'"])
def test_a_clear_result_is_not_tried_again(pool: CellPool, tmp_path: Path, clear: str) -> None:
    tries = tmp_path / "tries"
    assert not pool.run(KIND, script(f"echo >> {tries}; {clear}", limits(cpu_s=1, file=1))).last.ok
    assert tries.read_text() == "\n"


def test_the_second_try_runs_while_nothing_else_does(pool: CellPool, tmp_path: Path) -> None:
    log = tmp_path / "log"

    def job(number: int, end: str, seconds: float) -> Job:
        """Notes begin and end of each of its tries, as ``begin <try>``."""
        count = f"{tmp_path}/tries{number}"
        return script(
            f"echo >> {count}; n=$(wc -l < {count}); echo b$n >> {log}; sleep {seconds}; echo e$n >> {log}; {end}"
        )

    jobs = [job(n, "kill -SEGV $$" if n in (2, 4) else "true", 0.1 if n in (2, 4) else 0.15) for n in range(8)]
    threads = [threading.Thread(target=pool.run, args=(KIND, one)) for one in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    lines = log.read_text().split()
    assert sorted(lines) == ["b1"] * 8 + ["b2"] * 2 + ["e1"] * 8 + ["e2"] * 2
    at_once = [lines[:n].count("b1") - lines[:n].count("e1") for n in range(len(lines))]
    assert max(at_once) > 1
    second = [n for n, line in enumerate(lines) if line == "b2"]
    assert [(at_once[n], lines[n + 1]) for n in second] == [(0, "e2")] * 2


def test_each_thread_has_a_cell_of_its_own_and_close_ends_them_all(temporary: Path) -> None:
    pool = CellPool("rlimits")
    parents_seen: list[str] = []
    barrier = threading.Barrier(3)

    def work() -> None:
        barrier.wait(20)
        parents_seen.extend(pool.run(KIND, script("echo $PPID")).last.log for _ in range(3))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(parents_seen), len(set(parents_seen))) == (9, 3)
    pool.close()
    assert launchers(os.getpid()) == []
    assert eventually(lambda: list(temporary.iterdir()) == [])
