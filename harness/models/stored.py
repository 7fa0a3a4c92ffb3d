"""Answers that stay in their file: a hundred thousand long replies are no reason to hold them all in memory."""

import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, overload

from harness.records.completion import Answer

Key = tuple[str, int, int]


class StoredAnswers(Sequence[Answer]):
    """Each answer is read from its line when it is asked for. Thread-safe."""

    def __init__(
        self, path: Path, places: Sequence[tuple[Key, int]], parse: Callable[[Key, int, bytes], Answer]
    ) -> None:
        """``places``: key and offset of each line; ``parse`` makes an answer of key, offset and line."""
        self._path = path
        self._places = places
        self._parse = parse

    @property
    def keys(self) -> list[Key]:
        return [key for key, _ in self._places]

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Answer]:
        with self._path.open("rb") as file:
            for place in self._places:
                yield self._at(file, place)

    @overload
    def __getitem__(self, index: int) -> Answer: ...
    @overload
    def __getitem__(self, index: slice) -> "StoredAnswers": ...
    def __getitem__(self, index: int | slice) -> "Answer | StoredAnswers":
        if isinstance(index, slice):
            return StoredAnswers(self._path, self._places[index], self._parse)
        with self._path.open("rb") as file:
            return self._at(file, self._places[index])

    def _at(self, file: IO[bytes], place: tuple[Key, int]) -> Answer:
        key, offset = place
        file.seek(offset)
        return self._parse(key, offset, file.readline())


def readable_again(path: Path) -> tuple[Path, Any]:
    """A path that can be read more than once, and what to keep alive meanwhile: a pipe is copied to a file."""
    if stat.S_ISREG(path.stat().st_mode):
        return path, None
    copy = tempfile.NamedTemporaryFile(prefix="harness-answers-")  # noqa: SIM115 (it lives as long as the answers)
    with path.open("rb") as pipe:
        shutil.copyfileobj(pipe, copy)
    copy.flush()
    return Path(copy.name), copy
