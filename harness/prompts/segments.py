"""A reply cut at its fences, with the modules that stand in each piece.

Nothing here parses Verilog. Comments and strings are blanked first (same length, same line breaks), so that what they
say fools nobody; then one regular expression finds fences and the keywords that open and close design units. Every
step is linear in the length of the reply, whatever the reply is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(r'//[^\n]*|/\*|"(?:[^"\\\n]++|\\[^\n])*+"?|\\[!-~]+')
_FENCE_LINE = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})", re.MULTILINE)
_NOT_NEWLINE = re.compile(r"[^\n]+")
_KINDS = r"module|macromodule|package|interface|program|primitive"
_STRUCTURE = re.compile(
    rf"""
    (?P<fence> `{{3,}} | ^[ \t>]*+~{{3,}}+ (?=[ \t]*+[\w.+\#:-]*+[ \t\r]*+$) )
    | ^[ \t]* (?P<mark> \[(?:BEGIN|DONE)\] ) (?=\s|$)
    | (?<![\w$.']) (?P<open> {_KINDS} ) (?![\w$])
    | (?<![\w$.'`]) end(?P<close> module|package|interface|program|primitive ) (?![\w$])
    """,
    re.MULTILINE | re.VERBOSE | re.ASCII,
)
_TAG = re.compile(
    r"""
    [ \t]*+ \{?\.? (?P<bare> (?!(?:end)?module\b) [\w.+\#:-]*+ ) \}? [ \t\r]*+ $
    | [ \t]*+ \{?\.? (?P<known> verilog|systemverilog|sv )\b (?: (?![^\n`]*\b(?:module|assign)\b) [^\n`]*+ $ | [ \t]*+ )
    """,
    re.MULTILINE | re.VERBOSE | re.ASCII | re.IGNORECASE,
)
"""A fence's tag alone on its line; or a tag that we know, with attributes behind it or code on the same line."""
_NAME = re.compile(r"\s+(?:(?:automatic|static)\s+)?([A-Za-z_][\w$]*)", re.ASCII)
_LOOSE = re.compile(r"[ \t\r]*(?:[(#;]|$)", re.MULTILINE)
_LABEL = re.compile(r"[ \t]*:[ \t]*[A-Za-z_][\w$]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Unit:
    """A module (or package, interface, program, primitive): ``[start, end)`` in the text."""

    kind: str
    name: str
    start: int
    body: int
    """Where its header ends."""
    end: int
    complete: bool


@dataclass(slots=True)
class Segment:
    """A piece of a reply between two fences (or marks, or an end of the reply)."""

    start: int
    end: int
    fenced: bool
    tag: str
    closed: bool = False
    """It was opened as a block and ended as one; else prose may follow its code."""
    units: list[Unit] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)
    """Where an ``endmodule`` ends that no header belongs to: the end of a completed body."""

    @property
    def is_verilog(self) -> bool:
        return self.fenced and (self.tag.startswith(("verilog", "systemverilog")) or self.tag in ("sv", "v", "vlog"))


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, its mask (comments blank, strings and escaped names filled), and its segments in order, no blank ones."""

    text: str
    mask: str
    segments: tuple[Segment, ...]


def read(text: str) -> Reading:
    mask = blank_comments(text)
    segments = (segment for segment in _segments(text, mask) if text[segment.start : segment.end].strip())
    return Reading(text, mask, tuple(segments))


def blank_comments(text: str) -> str:
    """The text at the same length with comments as spaces, strings as quotes and escaped names as letters.

    A block comment that is never closed is none; one that swallows a fence line and then another ``/*`` was left open
    in its own block, and ends at the fence.
    """
    parts: list[str] = []
    position, close = 0, 0
    while token := _TOKEN.search(text, position):
        start, end = token.span()
        parts.append(text[position:start])
        first = text[start]
        if first == '"':
            parts.append('"' * (end - start))
        elif first == "\\":
            parts.append("x" * (end - start))
        elif text[start + 1] == "/":
            parts.append(" " * (end - start))
        else:
            if 0 <= close < end:
                close = text.find("*/", end)
            comment_end = _comment_end(text, end, close)
            parts.append(_NOT_NEWLINE.sub(lambda run: " " * len(run.group()), text[start:comment_end]))
            end = comment_end
        position = end
    parts.append(text[position:])
    return "".join(parts)


def _comment_end(text: str, inside: int, close: int) -> int:
    """``close`` is where the next ``*/`` stands, or -1."""
    if close < 0:
        return inside
    fence = _FENCE_LINE.search(text, inside, close)
    if fence and text.find("/*", fence.end(), close) >= 0:
        return fence.start()
    return close + 2


def _segments(text: str, mask: str) -> Iterator[Segment]:
    segment = Segment(0, len(text), fenced=False, tag="")
    opened: Unit | None = None
    found = _STRUCTURE.search(mask)
    while found:
        following = _STRUCTURE.search(mask, found.end())
        if kind := found["open"]:
            # A header holds none of these words, so the next of them bounds the look at it.
            limit = following.start() if following else len(mask)
            unit = _header(text, mask, found, limit, inside=opened is not None)
            if unit and (opened is None or kind.endswith("module")):
                if opened:
                    segment.units.append(_closed(opened, found.start(), complete=False))
                opened = unit
        elif kind := found["close"]:
            if opened and opened.kind == kind:
                label = _LABEL.match(mask, found.end())
                segment.units.append(_closed(opened, label.end() if label else found.end(), complete=True))
                opened = None
            elif opened is None and kind == "module":
                segment.orphans.append(found.end())
        else:
            yield _finished(segment, opened, found.start())
            opened = None
            segment = _next_segment(mask, found, segment)
        found = following
    yield _finished(segment, opened, len(text))


def _finished(segment: Segment, opened: Unit | None, end: int) -> Segment:
    if opened:
        segment.units.append(_closed(opened, end, complete=False))
    segment.end = end
    return segment


def _closed(unit: Unit, end: int, *, complete: bool) -> Unit:
    return Unit(unit.kind, unit.name, unit.start, unit.body, end, complete)


def _next_segment(mask: str, delimiter: re.Match[str], previous: Segment) -> Segment:
    if mark := delimiter["mark"]:
        previous.closed = previous.fenced and mark == "[DONE]"
        return Segment(delimiter.end(), len(mask), fenced=mark == "[BEGIN]", tag="")
    start, tag = delimiter.end(), ""
    if label := _TAG.match(mask, start):
        start, tag = label.end(), (label["bare"] or label["known"] or "").lower()
    previous.closed = previous.fenced and not tag
    return Segment(start, len(mask), fenced=bool(tag) or not previous.fenced, tag=tag)


def _header(text: str, mask: str, keyword: re.Match[str], limit: int, *, inside: bool) -> Unit | None:
    """A unit that opens here. Prose says "module" too: what counts is a whole header up to its semicolon, anywhere,
    or (so that a header with a mistake is a syntax error, not missing code) the beginning of one on its own line."""
    name = _NAME.match(mask, keyword.end(), limit)
    if name is None:
        return None
    kind = keyword["open"].removeprefix("macro")
    start, after = keyword.start(), name.end()
    semicolon = mask.find(";", after, limit)
    while semicolon >= 0 and mask[after:semicolon].lstrip().startswith("import"):
        after, semicolon = semicolon + 1, mask.find(";", semicolon + 1, limit)
    ports = mask[after:semicolon].strip() if semicolon >= 0 else "?"
    whole = not ports or (ports[0] in "(#" and ports[-1] == ")" and ports.count("(") == ports.count(")"))
    if not whole:
        before = mask[max(0, start - 200) : start].rpartition("\n")[2]
        if kind != "module" or before.strip(" \t>") or not _LOOSE.match(mask, name.end()):
            return None
        semicolon = name.end() - 1
    elif inside and kind != "module":
        return None
    label = text[name.start(1) : name.end(1)].lstrip("\\")
    return Unit(kind, label, start, semicolon + 1, start, complete=False)
