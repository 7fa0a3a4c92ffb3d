"""The program inside a cell. It runs as a script, with the standard library only, single-threaded.

It reads jobs from standard input and answers on standard output, each message as four bytes of length (little-endian)
and JSON. It never looks at what a tool printed; it only starts, limits, waits, kills and reports. End of input means
that the harness is gone: whatever runs is killed, the folder removed, and the launcher ends.

    launcher.py --folder DIR [--remove DIR] [--landlock READABLE:… --listable DIR:…] [--path DIR:…] [--preload MODULE]
                [--programs JSON]
"""

import ctypes
import errno
import importlib
import json
import os
import resource
import select
import shutil
import signal
import sys
import time
from typing import Any, NoReturn

CPU_SHARE = 0.8
"""Of the limit: the accounting of a reaped child may fall short of the limit that killed it."""
GRACE_CPU_S = 2
"""Between SIGXCPU (which tells a CPU limit from other ends) and the kernel's SIGKILL."""
LEAST_ROOM = 8 << 20
"""Bytes free on the work folder's disk. With less, what a tool left may be cut short and none of its words be true: an
iverilog that cannot write exits with 0."""
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def read_exactly(fd: int, size: int) -> bytes | None:
    chunks = []
    while size:
        chunk = os.read(fd, min(size, 1 << 20))
        if not chunk:
            return None
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


def read_message() -> dict[str, Any] | None:
    head = read_exactly(0, 4)
    body = None if head is None else read_exactly(0, int.from_bytes(head, "little"))
    return None if body is None else json.loads(body)


def write_message(fd: int, message: dict[str, Any]) -> None:
    body = json.dumps(message).encode()
    data = memoryview(len(body).to_bytes(4, "little") + body)
    while data:
        data = data[os.write(fd, data) :]


def empty_folder(folder: str) -> None:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            os.unlink(entry.path)


def write_files(folder: str, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = os.path.join(folder, name)
        if "/" in name:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text.encode("utf-8", "replace"))


def read_log(path: str, cap: int) -> str:
    """The text of a log; of a longer one its first and last halves, with a line between that says so."""
    try:
        size = os.stat(path, follow_symlinks=False).st_size
        with open(path, "rb") as file:
            if size <= cap:
                data = file.read()
            else:
                head = file.read(cap // 2)
                file.seek(size - cap // 2)
                data = head + b"\n[... %d bytes left out ...]\n" % (size - cap) + file.read(cap // 2)
    except OSError:
        return ""
    return data.decode("utf-8", "replace")


def limit_self(step: dict[str, Any]) -> None:
    """In the child, before it becomes the tool: limits, its own session, default signals, death with the launcher."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    for name in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(name, signal.SIG_DFL)
    limits = (
        (resource.RLIMIT_CPU, step["cpu"], step["cpu"] + GRACE_CPU_S),
        (resource.RLIMIT_AS, step["memory"], step["memory"]),
        (resource.RLIMIT_FSIZE, step["file"], step["file"]),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, 256, 256),
    )
    for kind, soft, hard in limits:
        ceiling = resource.getrlimit(kind)[1]
        most = hard if ceiling == resource.RLIM_INFINITY else min(hard, ceiling)
        resource.setrlimit(kind, (min(soft, most), most))


ERRORS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def become_step(step: dict[str, Any], folder: str, log_fd: int, result_fd: int, pipe_fd: int | None) -> NoReturn:
    """The forked child: never returns."""
    try:
        limit_self(step)
        os.chdir(folder)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(log_fd, 1)
        os.dup2(os.open(step["errors"], ERRORS, 0o600) if step["errors"] else log_fd, 2)
        environment = {**BASE_ENVIRONMENT, **step["env"]}
        if pipe_fd is not None:
            os.set_inheritable(pipe_fd, True)
            environment["HARNESS_VERDICT_FD"] = str(pipe_fd)
        if "argv" in step:
            os.execvpe(PROGRAMS.get(step["argv"][0], step["argv"][0]), step["argv"], environment)
        value = getattr(PRELOADED, step["call"])(**step["args"])
        write_message(result_fd, {"value": value})
        os._exit(0)
    except MemoryError:
        write_message(result_fd, {"error": "MemoryError"})
    except OSError as error:
        write_message(result_fd, {"error": f"{step.get('argv', ['call'])[0]}: {error.strerror}"})
    except BaseException as error:
        write_message(result_fd, {"error": f"{type(error).__name__}: {error}"[:2000]})
    os._exit(127)


def wait_for(pid: int, wall: float) -> bool:
    """Wait until the child ends, the wall limit is over, or the harness hangs up. Returns whether time ran out."""
    watched = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(watched, select.POLLIN)
    poll.register(0, 0)  # POLLHUP is always reported: the harness is gone
    try:
        events = poll.poll(wall * 1000)
    finally:
        os.close(watched)
    if any(fd == 0 for fd, _ in events):
        kill_all(pid)
        raise SystemExit(0)
    return not events


def kill_all(pid: int) -> tuple[int, resource.struct_rusage]:
    """SIGKILL to the step's process group and to all that left it; returns the leader's end when all are reaped."""
    leader: tuple[int, resource.struct_rusage] | None = None
    give_up = time.monotonic() + 5
    os.killpg(pid, signal.SIGKILL)  # the leader is not reaped yet, so the group cannot be somebody else's
    while True:
        try:
            found, status, usage = os.wait4(-1, 0 if leader is None else os.WNOHANG)
        except ChildProcessError:
            assert leader is not None
            return leader
        if found == pid:
            leader = (status, usage)
        elif found == 0:
            # A process left the group. As an orphan it is our child (we are its subreaper), so it can be found.
            for child in children():
                os.kill(child, signal.SIGKILL)
            if time.monotonic() > give_up:
                raise SystemExit("a process of the step outlived its group")
            time.sleep(0.001)


def children() -> list[int]:
    """Our own children; their numbers are theirs until we reap them."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return []


def drain(fd: int, cap: int = 1 << 26) -> bytes:
    """All that a pipe holds now; its writers are dead."""
    chunks, size = [], 0
    while size < cap:
        chunk = os.read(fd, 1 << 16)
        if not chunk:
            break
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)


def why_stopped(step: dict[str, Any], found: dict[str, Any], timed_out: bool) -> str | None:
    """Which limit ended a step. A driver such as iverilog survives its child, so time and words count too."""
    if timed_out:
        return "wall"
    if found["exit"] == 0 and not found.get("error"):
        return None
    if found["signal"] == signal.SIGXCPU or found["cpu"] >= step["cpu"] * CPU_SHARE:
        return "cpu"
    words = found["log"][-4096:] + str(found.get("error", ""))
    if "CPU time limit exceeded" in words:  # what a shell says of a child of its own
        return "cpu"
    if found["signal"] == signal.SIGXFSZ or "File size limit exceeded" in words:
        return "file"
    if any(word in words for word in ("bad_alloc", "Cannot allocate memory", "MemoryError", "out of memory")):
        return "memory"
    return "memory" if found["signal"] == signal.SIGABRT and found["rss"] > step["memory"] // 2 else None


def run_step(step: dict[str, Any], folder: str, number: int) -> dict[str, Any]:
    """One step from fork to the last reaped process."""
    log_path = os.path.join(folder, f".log{number}")
    log_fd = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    is_call = "call" in step
    result_path = os.path.join(folder, f".value{number}")
    result_fd = os.open(result_path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    pipe = os.pipe() if step["pipe"] else None
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        become_step(step, folder, log_fd, result_fd, pipe[1] if pipe else None)
    os.close(log_fd)
    if pipe:
        os.close(pipe[1])
    timed_out = wait_for(pid, step["wall"])
    status, usage = kill_all(pid)
    wall = time.monotonic() - began
    found = {
        "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "cpu": usage.ru_utime + usage.ru_stime,
        "rss": usage.ru_maxrss * 1024,
        "wall": wall,
        "log": read_log(log_path, step["log"]),
    }
    if pipe:
        found["piped"] = drain(pipe[0]).decode("utf-8", "replace")
        os.close(pipe[0])
    os.lseek(result_fd, 0, os.SEEK_SET)
    answer = drain(result_fd)
    os.close(result_fd)
    if answer[4:] and (is_call or found["exit"] == 127):
        try:
            found.update(json.loads(answer[4:]))
        except ValueError:
            found["error"] = "the answer of the call is not whole"
    found["stopped"] = why_stopped(step, found, timed_out)
    return found


def has_no_room(folder: str) -> bool:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize < LEAST_ROOM or (disk.f_files > 0 and disk.f_favail == 0)


def size_of(folder: str) -> int:
    """Bytes on disk of everything in a folder."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            total += os.stat(os.path.join(where, name), follow_symlinks=False).st_blocks * 512
    return total


def who_filled_it(step: dict[str, Any], folder: str) -> str:
    """Of a full disk: the step, where it wrote more than one file of it may hold; else somebody else."""
    return "file" if size_of(folder) >= step["file"] else "disk"


def not_begun() -> dict[str, Any]:
    """The result of a step for whose files there was no room."""
    nothing = {"exit": None, "signal": None, "cpu": 0.0, "rss": 0, "wall": 0.0, "log": ""}
    return {**nothing, "stopped": "disk"}


def run_job(job: dict[str, Any], folder: str) -> dict[str, Any]:
    empty_folder(folder)
    try:
        write_files(folder, job["files"])
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        return {"steps": [not_begun()], "files": {}}
    results = []
    for number, step in enumerate(job["steps"]):
        found = run_step(step, folder, number)
        if has_no_room(folder):
            found["stopped"] = who_filled_it(step, folder)
        results.append(found)
        if not job["keep_going"] and (found["exit"] != 0 or found.get("error")):
            break
    fetched = {}
    for name in job["fetch"]:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and not os.path.islink(path):
            fetched[name] = read_log(path, 1 << 26)
    return {"steps": results, "files": fetched}


def parse_arguments(arguments: list[str]) -> dict[str, str]:
    names = ("--folder", "--remove", "--landlock", "--listable", "--path", "--preload", "--programs")
    options = dict.fromkeys(names, "")
    for name, value in zip(arguments[::2], arguments[1::2], strict=True):
        if name not in options:
            raise SystemExit(f"unknown option {name}")
        options[name] = value
    return options


def preload(options: dict[str, str]) -> Any:
    if not options["--preload"]:
        return None
    sys.path.extend(path for path in options["--path"].split(":") if path)
    return importlib.import_module(options["--preload"])


def leave_janitor(folder: str) -> None:
    """Start a process that removes a folder when this one is gone, however it went; no restriction holds for it."""
    watched, held = os.pipe()
    parent = os.fork()
    if parent:
        os.close(watched)  # `held` stays open as long as we live; a step closes it when it becomes a tool
        os.waitpid(parent, 0)
        return
    if os.fork():
        os._exit(0)  # so that it is not our child: we wait for all of those
    os.close(held)
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for fd in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), fd)
    os.chdir("/")
    while os.read(watched, 1):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def serve(folder: str, answers: int) -> None:
    write_message(answers, {"ready": True})
    while (job := read_message()) is not None:
        write_message(answers, run_job(job, folder))


if __name__ == "__main__":
    LIBC = ctypes.CDLL(None, use_errno=True)
    OPTIONS = parse_arguments(sys.argv[1:])
    if OPTIONS["--remove"]:
        leave_janitor(OPTIONS["--remove"])
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    PROGRAMS: dict[str, str] = json.loads(OPTIONS["--programs"] or "{}")
    """Name → path, as they were when the run began: another one further down PATH is another version."""
    FOLDER = OPTIONS["--folder"]
    os.makedirs(FOLDER, exist_ok=True)
    os.chdir(FOLDER)
    BASE_ENVIRONMENT = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "LANG": "C.UTF-8",
        "HOME": FOLDER,
        "TMPDIR": FOLDER,
    }
    if OPTIONS["--path"]:
        BASE_ENVIRONMENT["PYTHONPATH"] = OPTIONS["--path"]
    os.environ.clear()
    os.environ.update(BASE_ENVIRONMENT)
    if OPTIONS["--landlock"]:
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
        import landlock  # type: ignore[import-not-found, unused-ignore]  # beside this script

        landlock.restrict(OPTIONS["--landlock"].split(":"), [FOLDER], OPTIONS["--listable"].split(":"))
        sys.path.pop(0)
    ANSWERS = os.dup(1)  # what a preloaded library prints must not reach the protocol
    os.dup2(2, 1)
    PRELOADED = preload(OPTIONS)
    serve(FOLDER, ANSWERS)
