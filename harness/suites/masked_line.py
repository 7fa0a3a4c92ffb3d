"""The line that a line-completion problem leaves out of its golden design, chosen by a seed."""

import random
import re
from collections.abc import Iterator

from harness.records.problem import MaskedLine

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_STATEMENT = re.compile(r"(?!(?:local)?param|for\b|typedef\b|genvar\b).*?[^=!<>](?:<=|=)(?!=)(.*);", re.DOTALL)
"""An assignment, whatever stands before it: ``assign``, a condition, the label of a case; its right side."""
_LITERAL = re.compile(r"(?:\d+\s*)?'s?[bodhBODH]\s*[\da-fA-FxXzZ_?]+|'[01xzXZ]|\d[\d_]*")
_BLOCKS = re.compile(r"\b(?:begin|end\w*|case\w*|fork|join\w*|function|task|module)\b")
_BEGINS_ANEW = re.compile(r"(?:[;:)]|\b(?:begin|else|generate|end\w*))\s*\Z")
"""What a line of code ends with where the next one begins a statement; or nothing at all."""
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"))
_SHORTEST = 10
"""Characters without white space: a line with something in it to be found out."""


def mask_line(code: str, seed: int, name: str) -> MaskedLine | None:
    """One of the lines that can be left out; None where there is none. ``name`` of the problem, so that two problems
    are not asked for the same place."""
    lines = list(maskable_lines(code))
    return random.Random(f"line/{seed}/{name}").choice(lines) if lines else None


def maskable_lines(code: str) -> Iterator[MaskedLine]:
    """Lines that hold one whole assignment, and no text that stands on another line, too."""
    plain = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), code)
    texts = [" ".join(line.split()) for line in plain.split("\n")]
    start, before = 0, ""
    for line, text in zip(code.split("\n"), texts, strict=True):
        anew = not before or _BEGINS_ANEW.search(before) is not None
        if anew and texts.count(text) == 1 and _is_whole(text):
            yield _masked(code, start, line)
        start += len(line) + 1
        before = text or before


def _masked(code: str, start: int, line: str) -> MaskedLine:
    """The line without the white space around it, and without a comment behind it: that stays in its place."""
    end = _COMMENT.search(line)
    text = line[: end.start() if end else len(line)].rstrip()
    indent = len(text) - len(text.lstrip())
    return MaskedLine(code[: start + indent], text.lstrip(), code[start + len(text) :])


def _is_whole(text: str) -> bool:
    statement = _STATEMENT.fullmatch(text)
    if statement is None or len(text.replace(" ", "")) < _SHORTEST or _BLOCKS.search(text):
        return False
    if not re.search(r"[A-Za-z_]", _LITERAL.sub("", statement[1])):
        return False  # a constant: nothing to be worked out
    return text.count(";") == 1 and all(text.count(opening) == text.count(closing) for opening, closing in _PAIRS)
