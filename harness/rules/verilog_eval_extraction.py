"""VerilogEval v2's own way from a reply to the file that it compiles, written anew from what it does.

A reply is a list of lines. Two ways lead to code: the lines between ``[BEGIN]`` and ``[DONE]`` (spec-to-rtl), else the
lines that the fences or the module's own first and last line mark. Around them stand the blank lines and the remarks
that the published files have, so that files agree byte for byte. Known to lose good answers: see the default extractor.
"""

from collections.abc import Callable, Iterable, Sequence

_FENCE = "```"
_HEADER = "module TopModule"
_FOOTER = "endmodule"
_BEGIN, _DONE = "[BEGIN]", "[DONE]"
_REMARK = "// VERILOG-EVAL: "


def extract_spec_to_rtl(reply: str) -> str:
    """The file for a spec-to-rtl reply; empty but for blank lines where ``[BEGIN]`` has no ``[DONE]``."""
    lines = reply.splitlines()
    start = _first(lines, lambda line: line.lstrip().startswith(_BEGIN))
    if start is None:
        remark = f"{_REMARK}response did not use <CODE></CODE> correctly"
        return _text(["", *_marked_lines(lines), "", remark, ""])
    return _text(["", *_enclosed_lines(lines[start:]), ""])


def extract_code_completion(reply: str, interface: str) -> str:
    """The file for a code-completion reply: the interface before it, unless the reply has the module's header."""
    lines = reply.splitlines()
    head = [] if _has_own_header(lines) else [f"{interface}\n"]
    return _text(["", *head, *_marked_lines(lines), "", *_remarks(lines), ""])


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _first(lines: Sequence[str], wanted: Callable[[str], bool]) -> int | None:
    return next((number for number, line in enumerate(lines) if wanted(line)), None)


def _is_header(line: str) -> bool:
    return line.strip().startswith(_HEADER)


def _is_footer(line: str) -> bool:
    return line.strip().startswith(_FOOTER)


def _enclosed_lines(lines: Sequence[str]) -> list[str]:
    """What stands between the markers, of which the first line holds the first. Nothing where the second is missing."""
    done = _first(lines[1:], lambda line: line.rstrip().endswith(_DONE))
    if done is None:
        return []
    opening, body, closing = lines[0], lines[1 : done + 1], lines[done + 1]
    first = [] if opening.strip() == _BEGIN else [opening.lstrip().replace(_BEGIN, "")]
    last = [] if closing.strip() == _DONE else [closing.rstrip().replace(_DONE, "")]
    return [*first, *body, *last]


def _has_own_header(lines: Sequence[str]) -> bool:
    """Whether the first line at the margin that opens or closes a module opens the asked one."""
    return next((line for line in lines if line.startswith((_HEADER, _FOOTER))), "").startswith(_HEADER)


def _marked_lines(lines: Sequence[str]) -> list[str]:
    """Between the first two fences; with fewer fences from the module's header, if any, to the first ``endmodule``."""
    fences = [number for number, line in enumerate(lines) if line.startswith(_FENCE)]
    if len(fences) >= 2:
        return list(lines[fences[0] + 1 : fences[1]])
    start = (_first(lines, _is_header) or 0) if _has_own_header(lines) else 0
    end = _first(lines, _is_footer)
    kept = lines[start:] if end is None else lines[start : end + 1]
    return [line for line in kept if not line.startswith(_FENCE)]


def _remarks(lines: Sequence[str]) -> list[str]:
    """What the published flow notes about a code-completion reply, each remark with a blank line after it."""
    fences = sum(line.startswith(_FENCE) for line in lines)
    noted = {
        "abnormal backticks count": fences not in (0, 2),
        "errant inclusion of module definition": any(map(_is_header, lines)),
        "endmodule not found": not any(map(_is_footer, lines)),
    }
    return [line for remark, holds in noted.items() if holds for line in (f"{_REMARK}{remark}", "")]
