"""A whole module as a completion: the text that goes on from the header that a problem gives."""

import re

from harness.prompts.segments import Unit, read

_WORD = re.compile(r"\w+|\S")


def completion_of(header: str, top: str, code: str) -> tuple[str, bool]:
    """The text behind ``header``, and whether header and text together are the same design as ``code``.

    They are where the code begins with the header, or its module ``top`` with the same words; other modules then come
    behind it. Else the code's own header is cut off, if it has one, and its body goes on from the given one.
    """
    start = header.rstrip()
    if not code.strip():
        return "", True
    if code.startswith(f"{header}\n"):
        return code[len(header) + 1 :], True
    if code.startswith(start):
        return code[len(start) :].removeprefix("\n"), True
    reading = read(code)
    units = [unit for segment in reading.segments for unit in segment.units]
    own = next((unit for unit in reversed(units) if unit.name == top), None)
    if own is None:
        return code, False
    before, alone = _before(code, reading.mask, units, own)
    end = _behind(read(header).mask, reading.mask, own)
    same = end is not None and alone
    body = code[own.body if end is None else end :].removeprefix("\n")
    return (body.rstrip("\n") + f"\n{before}" if alone else f"{before}\n{body}").rstrip("\n") + "\n", same


def _before(code: str, mask: str, units: list[Unit], own: Unit) -> tuple[str, bool]:
    """What stands ahead of a module, and whether it is whole modules and nothing else."""
    rest = mask[: own.start]
    for unit in reversed([unit for unit in units if unit.end <= own.start and unit.complete]):
        rest = rest[: unit.start] + rest[unit.end :]
    return code[: own.start].strip("\n"), not rest.strip()


def _behind(header: str, mask: str, own: Unit) -> int | None:
    """Where the header's words end at the beginning of a module; None where its words are others."""
    end = own.start
    for word in _WORD.findall(header):
        found = _WORD.search(mask, end)
        if found is None or found.group() != word:
            return None
        end = found.end()
    return end
