"""One trusted program outside a cell: a version question, a probe, git. Never for anything a model wrote."""

import os
import select
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_ALLOWED = ("PATH", "HOME", "LANG", "TMPDIR", "USER", "LOGNAME")


@dataclass(frozen=True, slots=True)
class ProgramResult:
    exit_code: int | None
    """None where it could not be started or ran out of time."""
    output: str
    """Standard output and standard error together."""

    @property
    def ok(self) -> bool:
        return self.exit_code == 0

    @property
    def last_line(self) -> str:
        lines = self.output.strip().splitlines()
        return lines[-1] if lines else ""


def allowed_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of every program: an allow-list, so that no API key ever reaches a tool."""
    return {**{name: os.environ[name] for name in _ALLOWED if name in os.environ}, **(extra or {})}


def run_program(
    argv: Sequence[str], *, wall_s: float, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> ProgramResult:
    """Run to the end or to the wall limit; its process group is killed either way."""
    try:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=allowed_environment(env),
            start_new_session=True,
        )
    except OSError as error:
        return ProgramResult(None, f"{argv[0]}: {error.strerror}")
    try:
        output, _ = process.communicate(timeout=wall_s)
        code: int | None = process.returncode
    except subprocess.TimeoutExpired:
        _kill_group(process.pid)
        output, _ = process.communicate()
        code = None
    _kill_group(process.pid)
    return ProgramResult(code, output.decode("utf-8", "replace"))


Launcher = subprocess.Popen[bytes]
"""A cell's launcher, with a pipe each way."""


def start_launcher(argv: Sequence[str]) -> Launcher:
    """Start a cell's launcher: a pipe each way, a session of its own, the allow-listed environment."""
    return subprocess.Popen(
        list(argv),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=allowed_environment(),
        start_new_session=True,
        bufsize=0,
    )


def end_launcher(process: Launcher, patience_s: float) -> None:
    """Close its input, so that it cleans up by itself; then SIGKILL to its group.

    The group is killed even where the launcher ended in time: bubblewrap's own init is in it, and would live on with
    whatever a launcher that was killed left inside. It is killed before the leader is reaped, while its number is ours.
    """
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    watched = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(watched, select.POLLIN)
        poll.poll(patience_s * 1000)
    finally:
        os.close(watched)
    _kill_group(process.pid)
    process.wait()


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
