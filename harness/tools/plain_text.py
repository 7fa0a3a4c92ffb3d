"""A design's text in a spelling that every reader cuts into the same tokens.

slang, Icarus and Yosys disagree about where a comment begins and ends: Icarus 11 takes the rest of a `default_nettype
line as its argument, a vertical tab ends an escaped name for slang only, a lone carriage return ends a line for all but
Yosys. What one of them hides from the screen another would run. So before anything reads a design its comments are
taken out and its white space is made plain. Line numbers stay.

Standard library only: it runs inside a slang cell.
"""

import re

_STRING = r'"(?:[^"\\\n]|\\[^\n])*"'
_BLOCK = r"/\*.*?\*/"
_ESCAPED = r"\\[!-~]+"
_LINE_IN_MACRO = r"//(?:[^\\\n]|\\(?!\n))*"
_PIECE = re.compile(
    rf"(?P<string>{_STRING})|(?P<line>//[^\n]*)|(?P<block>{_BLOCK})|(?P<escaped>{_ESCAPED})"
    rf"|(?P<macro>`define\b(?:{_LINE_IN_MACRO}|{_BLOCK}|{_STRING}|\\\n|{_ESCAPED}|[^\n])*)",
    re.DOTALL,
)
_MACRO_PIECE = re.compile(
    rf"(?P<string>{_STRING})|(?P<line>{_LINE_IN_MACRO})|(?P<block>{_BLOCK})|(?P<escaped>\\\n|{_ESCAPED})", re.DOTALL
)
_PRAGMA = re.compile(r"\s*(?:synopsys|synthesis)\s+(?:translate_off|translate_on)\s*")
_SPACES = str.maketrans({"\v": " ", "\f": " ", "\r": "\n"})


def plain(code: str) -> tuple[str, list[tuple[str, int]]]:
    """The text without its comments, and what is refused in it (construct, line).

    Comments by which a synthesis tool is told what to leave out are kept: they hide text from Yosys alone, whose
    netlist has to be right by itself. Those that make it a promise (full_case, parallel_case) go like all others.
    """
    text = code.removeprefix("\ufeff").replace("\r\n", "\n").translate(_SPACES)
    suspicious = "\\$" in text or '"""' in text
    return _PIECE.sub(_replaced, text), _refused(text) if suspicious else []


def _replaced(found: re.Match[str]) -> str:
    text, kind = found.group(), found.lastgroup
    if kind == "macro":
        return _MACRO_PIECE.sub(_replaced_in_macro, text)
    if kind == "line":
        words = _PRAGMA.fullmatch(text, 2)
        return f"// {' '.join(text[2:].split())}" if words else ""
    if kind == "block":
        words = _PRAGMA.fullmatch(text, 2, len(text) - 2)
        kept = f"/* {' '.join(text[2:-2].split())} */" if words else " "
        return kept + "\n" * text.count("\n")
    return text


def _replaced_in_macro(found: re.Match[str]) -> str:
    text, kind = found.group(), found.lastgroup
    return " " + "\\\n" * text.count("\n") if kind in ("line", "block") else text


def _refused(text: str) -> list[tuple[str, int]]:
    """A name ``\\$finish`` is a plain name for slang and a system task for Icarus."""
    refused = []
    for found in _PIECE.finditer(text):
        piece, kind = found.group(), found.lastgroup
        system = kind == "escaped" and piece.startswith("\\$")
        system |= kind == "macro" and bool(re.search(r"(?<!\\)\\\$", piece))
        tripled = piece == '""' and text.startswith('"', found.end())
        if system or tripled:
            construct = "a string in triple quotes" if tripled else f"the escaped name {piece[:40]}"
            refused.append((construct, text.count("\n", 0, found.start()) + 1))
    return refused
