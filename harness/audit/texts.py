"""What a problem's texts say without running anything: names that a specification lacks, text that it gives away."""

import re
from collections.abc import Sequence

from harness.records.problem import Problem

_COMMENTS = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z_$][\w$]*|\d+'[sS]?[bodhBODH][0-9a-fA-FxXzZ_?]+|\d+|[^\w\s]")
_KINDS = {"sync": r"\bsynchronous", "async": r"\basynchronous"}
_LEVELS = {"high": ("high", "1"), "low": ("low", "0")}
_NUMBER_CELL = re.compile(r"\|\s*`?[\d:\[\]]+`?\s*(?=\|)")
"""A width in a table of ports: no level."""


def unnamed(problem: Problem) -> list[str]:
    """Ports and parameters that the specification does not name, and resets whose kind or level it does not say."""
    text = problem.spec
    names = [*(port.name for port in problem.ports), *problem.parameters]
    given = "\n".join([text, problem.header])
    found = [name for name in names if not re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", given)]
    for reset in problem.resets:
        about = "\n".join(_passages(text, rf"\breset|(?<![\w$]){re.escape(reset.port)}(?![\w$])"))
        word, value = _LEVELS[reset.active]
        level = rf"\b{word}\b|(?<![\w$]){re.escape(reset.port)}`?\s+(?:=+|is|at|to|being|stays)\s+`?(?:1'b)?{value}\b"
        for what, pattern in ((reset.kind, _KINDS[reset.kind]), (reset.active, level)):
            if not re.search(pattern, about, re.IGNORECASE):
                found.append(f"{reset.port} ({what})")
    return found


def _passages(text: str, pattern: str) -> list[str]:
    """The rows of tables, list items and paragraphs in which it is found; rows without their numbers."""
    lines = [_NUMBER_CELL.sub("", line) + "\n" if line.lstrip().startswith("|") else line for line in text.splitlines()]
    parts = re.split(r"\n\s*\n|\n(?=\s*[-*|#])", "\n".join(lines))
    return [part for part in parts if re.search(pattern, part, re.IGNORECASE)]


def tokens(text: str) -> list[str]:
    """Verilog's tokens, roughly: names, numbers, single signs; comments are left out."""
    return _TOKEN.findall(_COMMENTS.sub(" ", text))


def longest_run(problem: Problem, prompt: str) -> int:
    """How many tokens of the golden design, behind its header, stand in the prompt in one run."""
    code = _COMMENTS.sub(" ", problem.golden_code)
    header = re.search(rf"\bmodule\s+{re.escape(problem.top)}\b[^;]*;", code)
    parts = [code[: header.start()], code[header.end() :]] if header else [code]
    found = tokens(prompt)
    return max(common_run(tokens(part), found) for part in parts)


def common_run(first: Sequence[str], second: Sequence[str]) -> int:
    """The length of the longest run of tokens that both have."""
    low, high = 0, min(len(first), len(second))
    while low < high:  # a run of n has one of n - 1 in it
        length = (low + high + 1) // 2
        there = {tuple(first[i : i + length]) for i in range(len(first) - length + 1)}
        if any(tuple(second[i : i + length]) in there for i in range(len(second) - length + 1)):
            low = length
        else:
            high = length - 1
    return low
