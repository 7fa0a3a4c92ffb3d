"""The modules that belong to the answer, put together as one source text.

What is kept is kept byte by byte. Left out are prose outside the fences, test benches (modules that instantiate the
top module), superseded definitions, and a semicolon after ``endmodule``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from harness.prompts.segments import Reading, Segment, Unit

_BLANK_LINES = re.compile(r"(?:[ \t\r]*+\n)*+")
_SEMICOLON = re.compile(r"[ \t]*+;")
"""What stands behind many an ``endmodule``; Icarus 12 takes it, Icarus 11 and Yosys do not."""
_SPACE = re.compile(r"\s*+")
_DIRECTIVE = re.compile(
    r"`(?:timescale|default_nettype|define|undef|undefineall|ifdef|ifndef|elsif|else|endif|include|resetall|celldefine"
    r"|endcelldefine|line|pragma|begin_keywords|end_keywords|unconnected_drive|nounconnected_drive)\b(?!`)"
    r"(?:[^\n\\]++|\\\r?\n?)*+",
    re.ASCII,
)
_ATTRIBUTE = re.compile(r"\(\*[^()\n]{0,400}\*\)")
_DECLARATION = re.compile(
    r"(?:import\s+[\w$]+\s*::|(?:typedef|parameter|localparam|timeunit|timeprecision)\b)", re.ASCII
)
_SUBROUTINE = re.compile(r"(function|task)\b", re.ASCII)
_BRACE = re.compile(r"[{};]")
_IDENTIFIER = re.compile(r"[A-Za-z_][\w$]*", re.ASCII)
_CODE_LINE = re.compile(
    r"^[ \t]*(?:(?:always(?:_comb|_ff|_latch)?|assign|wire|reg|logic|tri|integer|genvar|generate|localparam|parameter"
    r"|initial|function|task|input|output|inout|typedef|for|if|case|begin)\b"
    r"|`(?:define|ifdef|ifndef|timescale|default_nettype)\b(?!`)|[a-z_]\w*[ \t]+(?:#[ \t]*\(|[A-Za-z_]\w*[ \t]*\())",
    re.MULTILINE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A unit and the segment that holds it."""

    segment: int
    unit: Unit


def is_sketch(reading: Reading, unit: Unit) -> bool:
    """An outline with nothing in it, or with ``...`` where the code should be."""
    body = reading.mask[unit.body : unit.end].strip().removesuffix("endmodule")
    return "..." in body or not body.strip()


class Definitions:
    """All units of a reply by name."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.complete: dict[str, list[Place]] = {}
        self.incomplete: dict[str, list[Place]] = {}
        for index, segment in enumerate(reading.segments):
            for unit in segment.units:
                group = self.complete if unit.complete else self.incomplete
                group.setdefault(unit.name, []).append(Place(index, unit))

    def best(self, name: str) -> Place | None:
        """The last complete definition that is no sketch, else the last complete one."""
        places = self.complete.get(name, [])
        solid = (place for place in reversed(places) if not is_sketch(self.reading, place.unit))
        return next(solid, places[-1] if places else None)

    def uses(self, start: int, end: int) -> set[str]:
        """Names of the reply's own units that a stretch of code mentions."""
        found = (match.group() for match in _IDENTIFIER.finditer(self.reading.mask, start, end))
        return {name for name in found if name in self.complete or name in self.incomplete}

    def needed(self, names: Iterable[str], home: int) -> tuple[dict[str, Place], set[str]]:
        """What is instantiated from ``names`` on, transitively: the definition of each (in the segment ``home`` where
        there is one), and the names of which no complete definition is there."""
        chosen: dict[str, Place] = {}
        missing: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in chosen or name in missing:
                continue
            at_home = [place for place in self.complete.get(name, []) if place.segment == home]
            place = at_home[-1] if at_home else self.best(name)
            if place is None:
                missing.add(name)
                continue
            chosen[name] = place
            waiting += self.uses(place.unit.body, place.unit.end)
        return chosen, missing


@dataclass(frozen=True, slots=True)
class Assembled:
    code: str
    incomplete: frozenset[str] = frozenset()
    """Modules that the code instantiates and of which the reply holds only a beginning."""


def with_top(definitions: Definitions, top: Place) -> Assembled:
    """The block that holds the top module, and what the top needs from elsewhere ahead of it."""
    home, name = top.segment, top.unit.name
    segment = definitions.reading.segments[home]
    chosen, missing = definitions.needed(definitions.uses(top.unit.body, top.unit.end) - {name}, home)
    chosen[name] = top
    dropped = _superseded(segment, chosen) | _benches(definitions, segment, chosen, name)
    kept = [unit for unit in segment.units if unit not in dropped]
    code = _elsewhere(definitions, chosen, home) + _finish(_slices(definitions.reading, segment, kept))
    return Assembled(code, frozenset(missing))


def whole_segment(definitions: Definitions, index: int) -> Assembled:
    """A segment as it is (without the prose around its modules), and what these need from elsewhere."""
    reading = definitions.reading
    segment = reading.segments[index]
    if not segment.units:
        return Assembled(_finish(reading.text[segment.start : segment.end]))
    own = {unit.name for unit in segment.units}
    uses: set[str] = set().union(*(definitions.uses(unit.body, unit.end) for unit in segment.units))
    chosen, missing = definitions.needed(uses - own, index)
    winners = {unit.name: unit for unit in segment.units if unit.complete}
    kept = [unit for unit in segment.units if winners.get(unit.name, unit) is unit]
    code = _elsewhere(definitions, chosen, index) + _finish(_slices(reading, segment, kept))
    return Assembled(code, frozenset(missing))


def with_header(definitions: Definitions, index: int, header: str) -> Assembled:
    """A body that goes on from a given header; modules before and after it in its segment stay around it."""
    reading = definitions.reading
    segment = reading.segments[index]
    end = segment.orphans[0] if segment.orphans else segment.end
    before = [unit for unit in segment.units if unit.end <= end and unit.complete]
    after = [unit for unit in segment.units if unit.start >= end and unit.complete]
    start = body_start(reading, before[-1].end if before else segment.start, end, fenced=segment.fenced or bool(before))
    chosen, missing = definitions.needed(definitions.uses(start, end), index)
    if not segment.fenced:  # a base model that does not stop goes on with modules of other questions
        after = [unit for unit in after if unit.name in chosen]
    code = _elsewhere(definitions, chosen, index)
    if before:
        ahead = replace(segment, end=before[-1].end, units=before)
        code += _finish(_slices(reading, ahead, before)) + "\n"
    code += header.rstrip() + "\n" + reading.text[start:end].strip("\r\n") + "\n"
    code += "\n".join(reading.text[unit.start : unit.end] for unit in after)
    return Assembled(_finish(code), frozenset(missing - {unit.name for unit in before + after}))


def body_start(reading: Reading, start: int, end: int, *, fenced: bool) -> int:
    """Where the code of a body begins: in a fence at once, in prose at the first line that reads like code."""
    if fenced:
        return start
    line = _CODE_LINE.search(reading.mask, start, end)
    return line.start() if line else start


def reads_like_code(reading: Reading, segment: Segment) -> bool:
    return _CODE_LINE.search(reading.mask, segment.start, segment.end) is not None


def starts_like_code(reading: Reading, segment: Segment) -> bool:
    first = _SPACE.match(reading.mask, segment.start, segment.end)
    line = reading.mask.rfind("\n", segment.start, first.end()) + 1 if first else segment.start
    return _CODE_LINE.match(reading.mask, max(line, segment.start), segment.end) is not None


def _superseded(segment: Segment, chosen: dict[str, Place]) -> set[Unit]:
    """All but the chosen (else the last complete) definition of every name in a segment."""
    winners = {unit.name: unit for unit in segment.units if unit.complete}
    winners |= {name: place.unit for name, place in chosen.items()}
    return {unit for unit in segment.units if winners.get(unit.name) is not unit}


def _benches(definitions: Definitions, segment: Segment, chosen: dict[str, Place], top: str) -> set[Unit]:
    """Modules of a segment that instantiate the top module, directly or through each other."""
    users: dict[str, list[Unit]] = {}
    for unit in segment.units:
        if unit.name not in chosen:
            for name in definitions.uses(unit.body, unit.end):
                users.setdefault(name, []).append(unit)
    found: set[Unit] = set()
    waiting = [top]
    while waiting:
        for unit in users.pop(waiting.pop(), ()):
            if unit not in found:
                found.add(unit)
                waiting.append(unit.name)
    return found


def _elsewhere(definitions: Definitions, chosen: dict[str, Place], home: int) -> str:
    places = sorted((place.unit.start, place.unit.end) for place in chosen.values() if place.segment != home)
    return "".join(definitions.reading.text[start:end] + "\n\n" for start, end in places)


def _slices(reading: Reading, segment: Segment, kept: list[Unit]) -> str:
    """The kept units of a segment and what stands between them, without prose and without what is dropped."""
    return "".join(_pieces(reading, segment, kept))


def _pieces(reading: Reading, segment: Segment, kept: list[Unit]) -> Iterator[str]:
    text, mask, keep = reading.text, reading.mask, set(kept)
    position = segment.start
    for unit in segment.units:
        if mask[position : unit.start].strip():
            yield _without_prose(reading, segment, position, unit.start)
        elif unit in keep:
            yield text[position : unit.start]
        if unit in keep:
            yield text[unit.start : unit.end]
        elif not unit.complete:
            yield "\n"  # it reached to the next unit, and what is on either side of it must not grow together
        position = unit.end
        if stray := _SEMICOLON.match(mask, position, segment.end):
            position = stray.end()
            yield "" if mask[position : position + 1].isspace() else "\n"
    end = segment.end if segment.closed else _preamble(mask, position, segment.end)[0]
    yield text[position:end].rstrip()


def _without_prose(reading: Reading, segment: Segment, start: int, end: int) -> str:
    """What stands before a unit. In a fence it is code, whatever it is; elsewhere only what can be code is kept."""
    if segment.fenced:
        return reading.text[start:end]
    stop, since = _preamble(reading.mask, start, end)
    if since <= stop:
        return reading.text[start:end]
    return ("" if start == segment.start else reading.text[start:stop] + "\n") + reading.text[since:end]


def _preamble(mask: str, start: int, end: int) -> tuple[int, int]:
    """How far from ``start`` on only directives, declarations and comments stand, and from where on to ``end``.

    ``(end, start)`` where nothing else stands there at all.
    """
    position, since, until, unterminated = start, start, -1, False
    while True:
        blank = _SPACE.match(mask, position, end)
        position = blank.end() if blank else position
        if position >= end:
            return (end if until < 0 else until), since
        after = _item(mask, position, end, unterminated)
        if after > 0:
            position = after
            continue
        unterminated = unterminated or after < 0
        until = position if until < 0 else until
        line_end = mask.find("\n", position, end)
        if line_end < 0:
            return until, end
        position = since = line_end + 1


def _item(mask: str, start: int, end: int, unterminated: bool) -> int:
    """Where the directive or declaration at ``start`` ends; 0 where there is none, -1 where it does not end."""
    simple = _DIRECTIVE.match(mask, start, end) or _ATTRIBUTE.match(mask, start, end)
    if simple:
        return simple.end()
    if unterminated:
        return 0
    if _DECLARATION.match(mask, start, end):
        depth = 0
        for brace in _BRACE.finditer(mask, start, end):
            depth += {"{": 1, "}": -1, ";": 0}[brace.group()]
            if brace.group() == ";" and depth <= 0:
                return brace.end()
        return -1
    if subroutine := _SUBROUTINE.match(mask, start, end):
        close = mask.find("end" + subroutine[1], start, end)
        return -1 if close < 0 else close + len("end" + subroutine[1])
    return 0


def _finish(code: str) -> str:
    """Without blank lines around, with one line break at the end."""
    blank = _BLANK_LINES.match(code)
    return code[blank.end() if blank else 0 :].rstrip() + "\n"
