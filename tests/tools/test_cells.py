"""Cells at every level that works here: limits, containment, and that nothing is left behind."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.errors import CellLost, CellUnusable, ConfigError
from harness.process import sandbox
from harness.process.cell import Cell
from harness.process.job import Job, Limits, Step, StepResult
from harness.process.pool import CellPool
from harness.process.sandbox import LEVELS, CellKind, Level

pytestmark = pytest.mark.tools

REPOSITORY = Path(__file__).parents[2]
KIND = CellKind("test")
PYTHON = tuple(sandbox.python_command())
KILOBYTE, MEGABYTE = 1 << 10, 1 << 20
CONFINING: tuple[Level, ...] = ("bwrap", "landlock")


def needs(level: Level) -> Level:
    """Skips, with the reason, where a live probe of the level fails."""
    reason = sandbox.probe(level)
    if reason is not None:
        pytest.skip(f"{level}: {reason}")
    return level


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest) -> Level:
    return needs(request.param)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where work folders are made, so that nobody else's are counted."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def cell(level: Level, temporary: Path) -> Iterator[Cell]:
    with Cell(KIND, level) as made:
        yield made


def limits(cpu_s: int = 10, wall_s: float = 30, memory: int = 2048, file: int = 64, log: int = 1024) -> Limits:
    """Memory and file in megabytes, log in kilobytes."""
    return Limits(cpu_s, wall_s, memory * MEGABYTE, file * MEGABYTE, log * KILOBYTE)


def script(text: str, within: Limits | None = None) -> Job:
    return Job({}, (Step("step", within or limits(), argv=("/bin/sh", "-c", text)),))


def python(text: str, *arguments: str, within: Limits | None = None) -> Job:
    return Job({"main.py": text}, (Step("step", within or limits(), argv=(*PYTHON, "main.py", *arguments)),))


def sh(cell: Cell, text: str, within: Limits | None = None) -> StepResult:
    return cell.run(script(text, within)).last


def nap() -> str:
    """The argument of a sleep that no other process on this machine has."""
    return f"900.{secrets.randbelow(10**12):012}"


def processes(word: str) -> list[int]:
    """Living processes with a word on their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if word in (entry / "cmdline").read_bytes().decode("utf-8", "replace").split("\0"):
                    found.append(int(entry.name))
    return found


def parents() -> dict[int, int]:
    """Process → parent, without zombies."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    found[int(entry.name)] = int(parent)
    return found


def descendants(of: int) -> set[int]:
    tree = parents()
    found: set[int] = set()
    fresh = {of}
    while fresh:
        fresh = {pid for pid, parent in tree.items() if parent in fresh} - found
        found |= fresh
    return found


def launchers(of: int) -> list[int]:
    return [pid for pid in processes(str(sandbox.LAUNCHER)) if pid in descendants(of)]


def eventually(true: Callable[[], bool], within_s: float = 10) -> bool:
    until = time.monotonic() + within_s
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


# Limits


def test_a_step_that_burns_cpu_time_meets_the_cpu_limit(cell: Cell) -> None:
    found = cell.run(python("while True: pass", within=limits(cpu_s=1))).last
    assert (found.stopped, found.ok) == ("cpu", False)
    assert 0.5 <= found.cpu_s < 4


def test_a_driver_that_survives_its_burning_child_is_over_the_cpu_limit_too(temporary: Path) -> None:
    with Cell(KIND, sandbox.choose("auto")) as cell:
        found = sh(cell, f"{' '.join(PYTHON)} -c 'while True: pass'; exit 7", limits(cpu_s=1))
    assert (found.stopped, found.exit_code) == ("cpu", 7)


def test_a_step_that_ignores_the_cpu_signal_is_killed(temporary: Path) -> None:
    stubborn = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    with Cell(KIND, sandbox.choose("auto")) as cell:
        found = cell.run(python(stubborn, within=limits(cpu_s=1))).last
    assert (found.stopped, found.signal) == ("cpu", signal.SIGKILL)


def test_a_sleeper_meets_the_wall_limit_and_hardly_a_cpu_second(cell: Cell) -> None:
    mark = nap()
    found = sh(cell, f"echo before; sleep {mark}", limits(wall_s=0.3))
    assert (found.stopped, found.log) == ("wall", "before\n")
    assert 0.3 <= found.wall_s < 10
    assert found.cpu_s < 1
    assert processes(mark) == []


def test_endless_output_meets_the_file_limit_and_comes_back_capped(cell: Cell) -> None:
    found = sh(cell, "exec yes flood", limits(file=1, log=4))
    assert (found.stopped, found.signal) == ("file", signal.SIGXFSZ)
    head, gap, tail = found.log.partition(f"[... {MEGABYTE - 4 * KILOBYTE} bytes left out ...]")
    assert gap and head.startswith("flood\n") and tail.endswith("flood\n"[: MEGABYTE % 6])
    assert len(found.log) < 5 * KILOBYTE


def test_a_huge_file_beside_the_log_meets_the_file_limit(cell: Cell) -> None:
    assert sh(cell, "yes > huge; exit 1", limits(file=1)).stopped == "file"


def test_a_step_that_takes_too_much_memory_meets_the_memory_limit(cell: Cell) -> None:
    grow = "kept = []\nwhile True: kept.append(bytearray(1 << 24))"
    found = cell.run(python(grow, within=limits(memory=256))).last
    assert (found.stopped, found.ok) == ("memory", False)
    assert found.max_rss_bytes < 300 * MEGABYTE


def test_a_crash_is_no_limit(cell: Cell) -> None:
    found = sh(cell, "kill -SEGV $$")
    assert (found.stopped, found.signal, found.exit_code, found.ok) == (None, signal.SIGSEGV, None, False)


def test_an_exit_code_is_handed_back_and_ends_the_job(cell: Cell) -> None:
    steps = tuple(Step(name, limits(), argv=("/bin/sh", "-c", text)) for name, text in [("a", "exit 3"), ("b", "")])
    stopping, going = cell.run(Job({}, steps)), cell.run(Job({}, steps, keep_going=True))
    assert [(step.name, step.exit_code) for step in stopping.steps] == [("a", 3)]
    assert [(step.name, step.exit_code) for step in going.steps] == [("a", 3), ("b", 0)]


def test_a_program_that_is_not_there_is_named(cell: Cell) -> None:
    found = cell.run(Job({}, (Step("step", limits(), argv=("no-such-tool",)),))).last
    assert (found.ok, found.stopped) == (False, None)
    assert found.error == "no-such-tool: No such file or directory"


def test_files_go_in_by_their_names_and_come_back_when_asked_for(cell: Cell) -> None:
    step = Step("step", limits(), argv=("/bin/sh", "-c", "cat 'a b.v' deep/c.v > both; ln -s /etc/hostname link"))
    found = cell.run(Job({"a b.v": "ä\n", "deep/c.v": "c\n"}, (step,), fetch=("both", "missing", "link")))
    assert found.last.ok
    assert found.files == {"both": "ä\nc\n"}


def test_the_verdict_pipe_carries_what_the_log_does_not(cell: Cell) -> None:
    text = 'echo logged; eval "echo verdict >&$HARNESS_VERDICT_FD"'
    step = Step("step", limits(), argv=("/bin/bash", "-c", text), verdict_pipe=True)
    found = cell.run(Job({}, (step,))).last
    assert (found.piped, found.log) == ("verdict\n", "logged\n")


# Containment


def test_no_key_of_a_model_provider_is_visible(level: Level, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "MY_TOKEN"):
        monkeypatch.setenv(name, "sk-very-secret")
    with Cell(KIND, level) as cell:
        found = sh(cell, "env; tr '\\0' '\\n' < /proc/$PPID/environ; true")
    names = {line.partition("=")[0] for line in found.log.splitlines()}
    assert "very-secret" not in found.log
    assert {"PATH", "HOME", "TMPDIR"} <= names
    assert names <= {"PATH", "LANG", "HOME", "TMPDIR", "USER", "LOGNAME", "PWD", "SHLVL", "OLDPWD", "_"}


def test_only_the_environment_of_a_step_is_added_to_the_list(cell: Cell) -> None:
    step = Step("step", limits(), argv=("/bin/sh", "-c", "echo $WANTED $HOME"), env={"WANTED": "here"})
    assert cell.run(Job({}, (step,))).last.log.startswith("here /")
    assert "here" not in sh(cell, "echo $WANTED").log


@pytest.mark.parametrize("level", CONFINING)
def test_files_outside_cannot_be_read(level: Level, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("sk-very-secret\n")
    outside = [secret, REPOSITORY / "harness/grading/grader.py", REPOSITORY / "problems/core/fifo_sync/golden.v"]
    outside += [Path(f"/proc/{os.getpid()}/environ"), Path("/etc/passwd"), Path("/etc/hosts")]
    with Cell(KIND, needs(level)) as cell:
        for path in outside:
            assert path.is_file()
            assert sh(cell, f"cat '{path}' && echo readable").log.endswith(("No such file or directory\n", "denied\n"))
        assert "secret.txt" not in sh(cell, f"ls -a '{tmp_path}'").log


@pytest.mark.parametrize("level", CONFINING)
def test_nothing_can_be_written_outside(level: Level, tmp_path: Path) -> None:
    mark = f"mark-{secrets.token_hex(8)}"
    folders = [tmp_path, Path("/usr/lib"), Path("/var/tmp"), sandbox.LAUNCHER.parent, Path(sys.base_prefix)]
    with Cell(KIND, needs(level)) as cell:
        assert sh(cell, f"echo x > {mark}").ok
        for folder in folders:
            assert not sh(cell, f"echo x > '{folder}/{mark}'").ok
            assert not (folder / mark).exists()
        assert not sh(cell, f"rm -f '{sandbox.LAUNCHER}' || exit 1").ok
    assert sandbox.LAUNCHER.is_file()


def test_two_cells_do_not_see_each_others_files(temporary: Path) -> None:
    with Cell(KIND, needs("landlock")) as one, Cell(KIND, "landlock") as other:
        folder = sh(one, "echo mine > design.v; pwd").log.strip()
        assert "mine" in Path(folder, "design.v").read_text()
        assert "mine" not in sh(other, f"cat {folder}/design.v").log


CONNECT = """import socket, sys
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5).sendall(b"out")
    print("connected")
except OSError as error:
    print(error.strerror)
"""


def test_the_network_is_out_of_reach_where_the_level_says_so(cell: Cell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        said = cell.run(python(CONNECT, str(server.getsockname()[1]))).last.log
    expected = {"bwrap": "Connection refused\n", "landlock": "Permission denied\n", "rlimits": "connected\n"}
    assert said == expected[cell.level]


def test_bubblewrap_shows_no_network_device_no_process_and_no_shared_memory() -> None:
    with Cell(KIND, needs("bwrap")) as cell:
        devices = sh(cell, "tail -n +3 /proc/net/dev | cut -d: -f1").log.split()
        seen = sh(cell, "ls /proc | grep -c '^[0-9]'").log
        name = sh(cell, "cat /proc/sys/kernel/hostname; ls /dev/shm").log
        datagram = "import socket\nsocket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))"
        assert "unreachable" in cell.run(python(datagram)).last.log
    assert devices == ["lo"]
    assert int(seen) < 8
    assert len(name.splitlines()) == 1


# Nothing is left behind


def test_every_job_finds_a_folder_with_its_own_files_only(cell: Cell) -> None:
    sh(cell, "mkdir -p a/b .hidden; echo 1 > a/b/file; ln -s / root; echo 2 > .hidden/x; touch -- -rf; chmod 500 a/b")
    found = cell.run(Job({"own.v": ""}, script("find . -mindepth 1 ! -name '.log*' ! -name '.value*'").steps)).last
    assert found.log == "./own.v\n"
    assert Path("/usr/bin").is_dir()


def test_what_a_step_leaves_running_is_dead_before_its_output_is_read(cell: Cell) -> None:
    mark = nap()
    found = sh(cell, f"sleep {mark} & setsid sleep {mark} & setsid sh -c 'sleep {mark} & sleep {mark}' & echo started")
    assert (found.ok, found.log, found.stopped) == (True, "started\n", None)
    assert found.wall_s < 10
    assert processes(mark) == []


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


ORPHANING = """import sys
from harness.process.cell import Cell
from harness.process.job import Job, Limits, Step
from harness.process.sandbox import CellKind

level, script = sys.argv[1:]
cell = Cell(CellKind("test"), level)
print(cell.run(Job({}, (Step("step", Limits(5, 60), argv=("/bin/sh", "-c", "echo ready")),))).last.log, flush=True)
cell.run(Job({}, (Step("step", Limits(5, 600), argv=("/bin/sh", "-c", script)),)))
"""


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


# The pool. Its jobs count their tries in a file outside, so they run under limits alone.


@pytest.fixture
def pool(temporary: Path) -> Iterator[CellPool]:
    with CellPool("rlimits") as made:
        yield made


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
