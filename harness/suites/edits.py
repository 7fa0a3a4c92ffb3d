"""Changes of a source text at exact places of its syntax tree."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Edit:
    """The bytes ``[start, end)`` become ``text``, in which ``\\0`` stands for what was there."""

    start: int
    end: int
    text: str


def instead(node: Any, text: str) -> Edit:
    """What stands for a node."""
    return Edit(node.sourceRange.start.offset, node.sourceRange.end.offset, text)


def after(statement: Any, text: str) -> Edit:
    """A statement as a block with another one after it."""
    return instead(statement, f"begin \0 {text} end")


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits; they may lie inside one another, never across."""
    data = text.encode()  # slang counts bytes
    return _inside(data, 0, len(data), sorted(edits, key=lambda edit: (edit.start, -edit.end))).decode()


def _inside(data: bytes, start: int, end: int, edits: list[Edit]) -> bytes:
    found = b""
    while edits:
        edit, *edits = edits
        within = [other for other in edits if other.end <= edit.end and other.start < edit.end]
        edits = edits[len(within) :]
        found += data[start : edit.start]
        found += edit.text.encode().replace(b"\0", _inside(data, edit.start, edit.end, within))
        start = edit.end
    return found + data[start:end]
