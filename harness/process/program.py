"""Trusted programs outside a cell: a version question, a probe, git, the user's own. Never for what a model wrote."""

import os
import select
import selectors
import signal
import subprocess
import threading
import time
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
    """Run to the end or to the wall limit; its process group is killed either way.

    What it says goes to memory, not to a pipe: a program that lives on when we are killed would die of the broken pipe,
    and leave its temporary files (iverilog has three while it says its version).
    """
    with open(os.memfd_create("output"), "w+b") as said:
        try:
            process = subprocess.Popen(
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=allowed_environment(env),
                start_new_session=True,
            )
        except OSError as error:
            return ProgramResult(None, f"{argv[0]}: {error.strerror}")
        try:
            code: int | None = process.wait(timeout=wall_s)
        except subprocess.TimeoutExpired:
            code = None
        _kill_group(process.pid)
        process.wait()
        said.seek(0)
        return ProgramResult(code, said.read().decode("utf-8", "replace"))


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


@dataclass(frozen=True, slots=True)
class Heard:
    """What a program answered to a text on its standard input."""

    exit_code: int | None
    """None where it was stopped; then ``trouble`` says why. Negative: the signal that ended it."""
    output: bytes
    errors: str
    """The end of what it wrote to standard error."""
    trouble: str = ""


class Talks:
    """Programs that are each given a text and heard to their end, side by side in many threads."""

    ERRORS_KEPT = 4096

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def ask(self, argv: Sequence[str], said: bytes, *, wall_s: float, env: Mapping[str, str], most: int) -> Heard:
        """The program's answer. Its process group is killed once it ends, writes more than ``most`` bytes, or takes
        longer than ``wall_s``. Raises OSError where it cannot be started."""
        question = os.memfd_create("question")
        try:
            with os.fdopen(os.dup(question), "wb") as writer:
                writer.write(said)
            os.lseek(question, 0, os.SEEK_SET)
            process = self._start(argv, question, env)
        finally:
            os.close(question)
        try:
            output, errors, trouble = _listen(process, wall_s, most)
        finally:
            with self._lock:  # killed before it is reaped, while its number is its own
                self._running.discard(process)
                _kill_group(process.pid)
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
            process.wait()
        return Heard(None if trouble else process.returncode, output, errors.decode("utf-8", "replace"), trouble)

    def _start(self, argv: Sequence[str], question: int, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise OSError("no program is started any more")
            process = subprocess.Popen(
                list(argv),
                stdin=question,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(env),
                start_new_session=True,
                bufsize=0,
            )
            self._running.add(process)
            return process

    def close(self) -> None:
        """Kill what still runs; nothing is started any more."""
        with self._lock:
            self._closed = True
            for process in self._running:
                _kill_group(process.pid)


def _listen(process: subprocess.Popen[bytes], wall_s: float, most: int) -> tuple[bytes, bytes, str]:
    """Output, the end of the errors, and why it was not heard to its end, if so.

    What a program left behind may hold its pipes open: once it has ended, only what is there already is read.
    """
    assert process.stdout is not None and process.stderr is not None
    output, errors = bytearray(), bytearray()
    deadline = time.monotonic() + wall_s
    watched = os.pidfd_open(process.pid)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, output)
        selector.register(process.stderr, selectors.EVENT_READ, errors)
        selector.register(watched, selectors.EVENT_READ)
        try:
            ended = False
            while ready := selector.select(0 if ended else max(0.0, deadline - time.monotonic())):
                for key, _ in ready:
                    data = b"" if key.data is None else os.read(key.fd, 1 << 16)
                    ended = ended or key.data is None
                    if data:
                        key.data.extend(data)
                    else:
                        selector.unregister(key.fileobj)
                del errors[: -Talks.ERRORS_KEPT]
                if len(output) > most:
                    return bytes(output[:most]), bytes(errors), f"more than {most / 2**20:g} MiB of output"
                if time.monotonic() > deadline:
                    break
        finally:
            os.close(watched)
    return bytes(output), bytes(errors), "" if ended else f"no end within {wall_s:g} s"
