"""The run folder, and its only writer.

run.json            written first: parameters, versions, digests
completions.jsonl   one line a reply, appended when it arrives
grades.jsonl        one line a graded sample, appended
logs/<digest>.log   what the tools said of samples that did not pass
summary.json, summary.csv   derived; can be deleted and made again
"""

import contextlib
import errno
import fcntl
import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.errors import ConfigError, HarnessError
from harness.records.completion import Answer
from harness.records.grade import Grade
from harness.records.run import RunConfig
from harness.runs.jsonl import dump_line, mend_tail, read_line_at, read_lines

Key = tuple[str, int, int]
"""(problem, sample, round)."""

RUN, COMPLETIONS, GRADES, SUMMARY = "run.json", "completions.jsonl", "grades.jsonl", "summary.json"


def results_root() -> Path:
    return Path(os.environ.get("HARNESS_RESULTS") or "results")


def find_run(name: str) -> Path:
    """A run by its name under results/runs/ or by its folder. Raises ConfigError where neither is a run."""
    for path in (results_root() / "runs" / name, Path(name)):
        if (path / RUN).is_file():
            return path
    known = sorted(path.parent.name for path in (results_root() / "runs").glob(f"*/{RUN}"))
    shown = f" There are: {', '.join(known[:5])}{' …' if len(known) > 5 else ''}" if known else ""
    raise ConfigError(
        f'no run "{name}" under {results_root() / "runs"}, nor a folder of that name with run.json.{shown}'
    )


def runs_with(parameters: str) -> list[Path]:
    """The runs under results/runs/ that have that parameters digest, or had it before they were asked at a server.

    First those that still have it, then those that are named by it.
    """
    found = []
    for path in sorted((results_root() / "runs").glob(f"*/{RUN}")):
        with contextlib.suppress(ConfigError):
            config = RunFolder.read(path.parent).config
            if parameters in (config.parameters_digest, config.without_backend().parameters_digest):
                had = config.parameters_digest != parameters
                found.append((had, not path.parent.name.endswith(parameters), path.parent))
    return [path for _, _, path in sorted(found)]


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never half."""
    write_pieces(path, [text.encode("utf-8")])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """``write_whole`` for what is long or not text. What making a piece raises goes through, and no file is left."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}{threading.get_ident()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.writelines(pieces)
        temporary.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def cannot_write(path: Path, error: OSError) -> HarnessError:
    """One line for a disk that takes no more; what was written before stays, and the same command goes on."""
    way_out = ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        way_out = ". Make room there; the same command goes on"
    elif error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        way_out = ". HARNESS_RESULTS=DIR puts results elsewhere"
    return HarnessError(f"{path}: cannot be written: {error.strerror}{way_out}")


class RunFolder:
    """One run on disk, locked while it is open for writing. Not thread-safe: one thread writes."""

    def __init__(self, path: Path, config: RunConfig) -> None:
        self.path = path
        self.config = config
        self.tools_before: Mapping[str, str] = {}
        """The versions that the run was graded with last, before it was opened for writing."""
        self._files: dict[str, int] = {}
        self._lock_fd: int | None = None

    @property
    def name(self) -> str:
        return self.path.name

    @staticmethod
    def read(path: Path) -> "RunFolder":
        """Open for reading. Raises ConfigError where run.json is not whole."""
        try:
            return RunFolder(path, RunConfig.from_json(json.loads((path / RUN).read_text("utf-8"))))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ConfigError(f"{path / RUN}: not a whole run.json ({error})") from error

    @staticmethod
    def create(path: Path, config: RunConfig, *, moved: bool = False) -> "RunFolder":
        """Open for writing: a new run, or one of the same parameters to go on with.

        Raises ConfigError where the folder holds a run of other parameters, or another process works on it: that
        one writes nothing. HarnessError where the folder cannot be written. ``moved``: another address is no other
        server.
        """
        folder = RunFolder(path, config)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise ConfigError(f"{path}: is a file; --run wants a name or a folder") from error
        except OSError as error:
            raise cannot_write(path, error) from error
        folder._lock()
        try:
            folder._go_on(moved)
        except OSError as error:
            folder.close()
            raise cannot_write(path, error) from error
        except BaseException:
            folder.close()
            raise
        return folder

    def _go_on(self, moved: bool) -> None:
        """With the lock held: check that the run is the same, write run.json, mend what a crash left."""
        path = self.path
        if (path / RUN).is_file():
            there = RunFolder.read(path).config
            if moved:
                self.config = self.config.moved_from(there)
            if not self.config.goes_on(there):
                raise ConfigError(
                    f"{path} holds a run with other parameters ({_difference(there, self.config)}); choose another"
                    f" --run{_or_moved(there, self.config)}"
                )
            self.config = replace(self.config, params_sent=there.params_sent, created=there.created)
            if not moved:
                self.config = replace(self.config, moved=there.moved)
            if not self.config.backend:
                self.config = replace(self.config, backend=there.backend)
            self.tools_before = there.tools
        for left_over in path.glob(".*.json.[0-9]*"):  # written by a process that was killed before it could rename
            left_over.unlink(missing_ok=True)
        write_whole(path / RUN, json.dumps(self.config.to_json(path.name), indent=2) + "\n")
        for name in (COMPLETIONS, GRADES):
            mend_tail(path / name)

    def close(self) -> None:
        for fd in self._files.values():
            os.close(fd)
        self._files.clear()
        if self._lock_fd is not None:
            os.close(self._lock_fd)
            self._lock_fd = None

    def __enter__(self) -> "RunFolder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # reading

    def answer_index(self, broken: list[int] | None = None) -> dict[Key, tuple[int, bool]]:
        """Key → (offset of its last line, whether that reply is an infrastructure error)."""
        index: dict[Key, tuple[int, bool]] = {}
        for line in read_lines(self.path / COMPLETIONS, broken):
            with contextlib.suppress(KeyError, TypeError, ValueError):
                answer = Answer.from_json(line.value)
                index[answer.key] = line.offset, answer.completion.error is not None
        return index

    def answer_at(self, offset: int) -> Answer:
        return Answer.from_json(read_line_at(self.path / COMPLETIONS, offset))

    def answers(self) -> Iterator[Answer]:
        """Every reply line in the order of writing; the last of a key counts."""
        for line in read_lines(self.path / COMPLETIONS):
            with contextlib.suppress(KeyError, TypeError, ValueError):
                yield Answer.from_json(line.value)

    def grades(self, broken: list[int] | None = None) -> Iterator[Grade]:
        """Every grade line in the order of writing; the last of a key counts."""
        for line in read_lines(self.path / GRADES, broken):
            with contextlib.suppress(KeyError, TypeError, ValueError):
                yield Grade.from_json(line.value)

    def log_path(self, digest: str) -> Path:
        return self.path / "logs" / f"{digest.removeprefix('sha256:')[:32]}.log"

    # writing

    def append_answer(self, answer: Answer) -> int:
        """Returns the offset of its line."""
        return self._append(COMPLETIONS, answer.to_json())

    def note_params_sent(self, sent: Mapping[str, Any]) -> None:
        """Keep in run.json what a backend really sent, once, and again where it changes (a refused parameter)."""
        steady = {name: value for name, value in sent.items() if name != "seed"}  # each sample has a seed of its own
        if steady and steady != dict(self.config.params_sent):
            self.config = replace(self.config, params_sent=steady)
            write_whole(self.path / RUN, json.dumps(self.config.to_json(self.path.name), indent=2) + "\n")

    def append_grade(self, grade: Grade, log: str) -> None:
        """The log is written before the line that names it."""
        if grade.log is not None and not self.log_path(grade.log).exists():
            write_whole(self.log_path(grade.log), log.encode("utf-8", "replace").decode())
        self._append(GRADES, grade.to_json())

    def _append(self, name: str, value: dict[str, Any]) -> int:
        """One write call a line: after a crash every line but the last is whole. Returns where it begins."""
        try:
            if name not in self._files:
                self._files[name] = os.open(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            offset = os.fstat(self._files[name]).st_size
            data = memoryview(dump_line(value))
            while data:
                data = data[os.write(self._files[name], data) :]
            return offset
        except OSError as error:
            raise cannot_write(self.path / name, error) from error

    def _lock(self) -> None:
        try:
            self._lock_fd = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise cannot_write(self.path, error) from error
        try:
            fcntl.flock(self._lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.close()
            raise ConfigError(
                f"{self.path}: another harness process works on this run; wait for it, or choose another --run"
            ) from error


_BACKEND = {"base_url": "asked at", "package": "package of the model", "file": "file of the model"}
"""What of a run's ``backend`` differs, in words."""


def _or_moved(one: RunConfig, other: RunConfig) -> str:
    """The other way out, where only the address is another one."""
    return ", or --moved if that is the same server" if other.moved_from(one).goes_on(one) else ""


def _difference(one: RunConfig, other: RunConfig) -> str:
    """The first field in which two runs differ, for people."""
    for name, words in _BACKEND.items() if one.backend else ():
        have, want = one.backend.get(name, "none"), other.backend.get(name, "none")
        if have != want:
            return f"{words}: {have[:80]}, now {want[:80]}"
    for field in (
        "suite",
        "suite_digest",
        "task",
        "rules",
        "model",
        "params_requested",
        "prompt_digest",
        "seed",
        "answers",
    ):
        have, want = getattr(one, field), getattr(other, field)
        if have != want:
            return f"{field}: {str(have)[:40]}, now {str(want)[:40]}"
    return "another track"
