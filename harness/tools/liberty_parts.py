"""A cell library that comes in several Liberty files, packed or not (ASAP7's five), read as one."""

import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.errors import ConfigError
from harness.tools.liberty_file import LibertyError

_ENDINGS = (".lib", ".lib.gz")
_TOKEN = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:[^"\\]|\\.)*"|(?P<open>\{)|(?P<close>\})|(?P<group>\b\w+\s*\([^(){};"]*(?:"[^"]*"[^(){};"]*)*\))(?=\s*\{)',
    re.DOTALL,
)
_UNIT = re.compile(r"\b(\w+_unit)\s*(?::\s*|\()\s*([^;{}]*?)\s*\)?\s*;")
_CELL = re.compile(r"\bcell\s*\(")
_SPACE = re.compile(r"\s+")


def files_of(where: str, pattern: str = "*") -> list[Path]:
    """The files that ``--liberty`` means: one, several with commas between, a glob, or all of a folder.

    ``pattern``: of a folder, those that belong together. Returns what was named where that is nothing of the kind, so
    that reading it says what is wrong; raises ConfigError where a folder has no such file.
    """
    found: list[Path] = []
    for name in (part.strip() for part in where.split(",")):
        path = Path(name)
        if path.is_dir():
            inside = sorted(path.glob(pattern))
            inside = [item for item in inside if item.name.endswith(_ENDINGS)]
            if not inside:
                raise ConfigError(f"--liberty {path}: no file {pattern} in it ends in .lib or .lib.gz")
            found += inside
        elif not path.exists() and any(sign in name for sign in "*?["):
            found += [*sorted(Path(path.anchor).glob(name.removeprefix(path.anchor)))] or [path]
        else:
            found.append(path)
    return found


def read(paths: Sequence[Path]) -> str:
    """Their text as one library. Raises OSError where one cannot be read, ConfigError where they do not fit."""
    texts = [(path, _unpacked(path)) for path in paths]
    if len(texts) == 1:
        return texts[0][1]
    try:
        return merged(texts)
    except LibertyError as error:
        raise ConfigError(f"--liberty {error}") from error


def merged(texts: Sequence[tuple[Path, str]]) -> str:
    """The first library, with all groups of the others that it lacks. Raises LibertyError, naming the file.

    A cell in two of them is an error: they are two corners of one library, or two versions.
    """
    units = [dict(_UNIT.findall(_CELL.split(text, maxsplit=1)[0])) for _, text in texts]
    seen: dict[str, Path] = {}
    added: list[str] = []
    head, end = "", 0
    for number, (path, text) in enumerate(texts):
        groups = list(_groups(path, text))
        if number == 0:
            head, end = text, groups[-1][2]
        other = next((name for name, unit in units[number].items() if units[0].get(name, unit) != unit), None)
        if other is not None:
            raise LibertyError(f"{path}: {other} is not that of {texts[0][0]}: they are not parts of one library")
        for name, start, stop in groups[:-1]:
            if name in seen and name.startswith("cell("):
                raise LibertyError(f"{path}: {name} is in {seen[name]}, too: choose the files of one corner")
            if number and name not in seen:
                added.append(text[start:stop])
            seen.setdefault(name, path)
    return "\n".join([head[: end - 1], *added, head[end - 1 :]])


def _groups(path: Path, text: str) -> Iterator[tuple[str, int, int]]:
    """Name, start and end of each group inside the library, and last the library itself."""
    depth, name, start = 0, "", 0
    for token in _TOKEN.finditer(text):
        if token["group"] and depth < 2:
            name, start = _SPACE.sub("", token["group"]), token.start()
        elif token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
            if depth == 1:
                yield name, start, token.end()
            elif depth == 0:
                yield "library", 0, token.end()
                return
    raise LibertyError(f"{path}: no whole Liberty library: is it cut off?")


def _unpacked(path: Path) -> str:
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise ConfigError(f"--liberty {path}: cannot be unpacked ({error}): is it cut off?") from error
    return data.decode("utf-8", "replace")
