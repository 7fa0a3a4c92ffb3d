"""Small aligned tables in plain text."""

from collections.abc import Sequence

WIDTH = 100
"""Columns of a terminal that every table fits into."""


def columns(rows: Sequence[Sequence[str]], *, indent: int = 0, gap: int = 2, width: int = WIDTH) -> list[str]:
    """Left-aligned columns as wide as their widest cell; what does not fit into ``width`` is cut at the right."""
    if not rows:
        return []
    count = max(len(row) for row in rows)
    widths = [max((len(row[i]) for row in rows if i < len(row)), default=0) for i in range(count)]
    lines = []
    for row in rows:
        cells = [cell.ljust(widths[i]) if i + 1 < len(row) else cell for i, cell in enumerate(row)]
        lines.append(clip((" " * indent + (" " * gap).join(cells)).rstrip(), width))
    return lines


def clip(text: str, width: int) -> str:
    """At most ``width`` characters, with an ellipsis where something was cut; control characters are shown as ``·``."""
    clean = "".join(char if char.isprintable() else "·" for char in text)
    return clean if len(clean) <= width else clean[: width - 1] + "…"


def ending(text: str, width: int) -> str:
    """The end of a path or address of more than ``width`` characters, which says more than its beginning."""
    return text if len(text) <= width else "…" + text[1 - width :]


def spreadsheet_safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: a quote before a first character that would start one."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
