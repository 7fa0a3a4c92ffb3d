"""Other values for a Verilog number, in the same width and base (IEEE 1800-2017, 5.7.1)."""

import re

_SIZED = re.compile(r"(?P<size>\d[\d_]*)?\s*'(?P<base>[sS]?[bodhBODH])\s*(?P<digits>[0-9a-fA-F_xXzZ?]+)")
_PLAIN = re.compile(r"\d[\d_]*")
_RADIX = {"b": 2, "o": 8, "d": 10, "h": 16}
_EVERY_BIT = 8
"""Up to this width each bit is flipped in turn; in wider numbers the first, the middle and the last."""


def variants(text: str) -> list[str]:
    """Numbers one more, one less and one bit off; empty where the text is no number that can be changed."""
    if text in ("'0", "'1"):
        return ["'1" if text == "'0" else "'0"]
    if _PLAIN.fullmatch(text):
        value = int(text.replace("_", ""))
        return [str(other) for other in (value + 1, value - 1) if other >= 0]
    match = _SIZED.fullmatch(text)
    if match is None:
        return []
    digits = match["digits"].replace("_", "")
    if re.search(r"[xXzZ?]", digits):
        return _patterns(text, match)
    return [text[: match.start("digits")] + value for value in _values(match, digits)]


def _values(match: re.Match[str], digits: str) -> list[str]:
    base = match["base"].lower().removeprefix("s")
    value = int(digits, _RADIX[base])
    width = int(match["size"].replace("_", "")) if match["size"] else 32
    if width == 0:
        return []
    flips = range(width) if width <= _EVERY_BIT else (0, width // 2, width - 1)
    others = [value + 1, value - 1, *(value ^ (1 << bit) for bit in flips)]
    found = dict.fromkeys(other % (1 << width) for other in others)
    return [_write(other, base, digits) for other in found if other != value % (1 << width)]


def _write(value: int, base: str, like: str) -> str:
    if base == "d":
        return str(value)
    text = format(value, {"b": "b", "o": "o", "h": "X" if like.upper() == like else "x"}[base])
    return text.zfill(len(like))


def _patterns(text: str, match: re.Match[str]) -> list[str]:
    """One digit of a number with unknown or any digits turned; only in base two, where digits are bits."""
    if match["base"].lower() not in ("b", "sb"):
        return []
    turned = {"0": "1", "1": "0", "?": "1", "z": "1", "Z": "1"}
    first = match.start("digits")
    return [
        text[:place] + turned[text[place]] + text[place + 1 :]
        for place in range(first, len(text))
        if text[place] in turned
    ]
