"""Cells at every level that works here: limits, containment, and that nothing is left behind."""

import os
import secrets
import signal
import socket
import sys
from pathlib import Path

import pytest
from cell_jobs import (  # noqa: F401 - fixtures
    CONFINING,
    CONNECT,
    KILOBYTE,
    KIND,
    MEGABYTE,
    PYTHON,
    REPOSITORY,
    cell,
    level,
    limits,
    nap,
    needs,
    pool,
    processes,
    python,
    script,
    sh,
    temporary,
)

from harness.process import sandbox
from harness.process.cell import Cell
from harness.process.job import Job, Step
from harness.process.sandbox import Level

pytestmark = pytest.mark.tools


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
    outside += [Path(f"/proc/{os.getpid()}/environ"), Path("/etc/passwd")]
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
