"""The blocks of the terminal table for what is measured besides the verdict: area, delay, power; lint."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.reports.plain import WIDTH, clip
from harness.wording import counted

_MOST_KS = 2
_SHOWN_P = "1.1"
"""The one p of ``area_p@k`` that fits into the table; summary.json has all of them."""


def ppa_lines(summary: Mapping[str, Any]) -> list[str]:
    """A row a figure: the ratio given correct, how many problems have one, and the efficiency with wrong as 0."""
    if not summary["ppa"]:
        return []
    ks = list(dict.fromkeys(k for found in summary["ppa"].values() for k in _ks(found)))[:_MOST_KS]
    head = ["hardware", "given correct", "best", "problems", *(f"overall@{k}" for k in ks)]
    lines = [_line([*head, *(f"≤{_SHOWN_P}@{k}" for k in ks[:1])])]
    notes = []
    for figure, found in summary["ppa"].items():
        lines.append(_ppa_row(figure, found, ks))
        notes += _notes(figure, found)
    turtle = [f"{figure} {found['turtle']:.1f}" for figure, found in summary["ppa"].items() if "turtle" in found]
    if turtle:
        notes.append(clip(f"  by TuRTLe's formula (golden 100, twice golden 0): {' · '.join(turtle)}", WIDTH))
    return lines + notes


def _ks(found: Mapping[str, Any]) -> list[str]:
    return [name.removeprefix("overall@") for name in found if name.startswith("overall@")]


def _ppa_row(figure: str, found: Mapping[str, Any], ks: list[str]) -> str:
    coverage = f"{found['coverage']}/{found['problems'] - found['undefined']}"
    cells = [f"{figure}/golden", _with_interval(found, "given_correct"), _number(found.get("best")), coverage]
    cells += [_with_interval(found, f"overall@{k}") for k in ks]
    within = [found.get(f"{figure}_{_SHOWN_P}@{k}") for k in ks[:1]]
    return _line([*cells, *("–" if value is None else f"{100 * value:.1f}" for value in within)])


def _line(cells: Sequence[str]) -> str:
    widths = (17, 17, 7, 9, 17, 17)
    padded = [f"{cell:<{width}}" for cell, width in zip(cells[:-1], widths, strict=False)]
    return clip(("  " + "".join([*padded, cells[-1]])).rstrip(), WIDTH)


def _with_interval(found: Mapping[str, Any], name: str) -> str:
    if name not in found:
        return "–"
    low, high = found["intervals"].get(name, (None, None))
    interval = "" if low is None else f"  {_number(low)}–{_number(high)}"
    return _number(found[name]) + interval


def _number(value: float | None) -> str:
    """Four characters where the value is usual, seven at most."""
    if value is None:
        return "–"
    return f"{value:.2f}" if value < 1000 else f"{value:.1g}".replace("e+0", "e")


def _notes(figure: str, found: Mapping[str, Any]) -> list[str]:
    """What is left out."""
    parts = []
    if found["undefined"]:
        parts.append(f"{counted(found['undefined'], 'problem')} whose golden design has none left out")
    if found["unmeasured"]:
        parts.append(f"{found['unmeasured']} right samples have none")
    return [clip(f"  {figure}: {', '.join(parts)}", WIDTH)] if parts else []


def lint_lines(summary: Mapping[str, Any]) -> list[str]:
    """Warnings a sample beside the golden designs', and the most frequent classes."""
    lint = summary.get("lint")
    if not lint:
        return []
    lines = [_linter("lint", lint)]
    golden = lint.get("golden")
    if golden and golden["problems"]:
        each = golden["warnings"] / golden["problems"]
        classes = ", ".join(f"{name} {count}" for name, count in golden["classes"].items())
        lines.append(clip(f"  {'':<13}golden designs {each:.1f} each{': ' if classes else ''}{classes}", WIDTH))
    if "verilator" in lint:
        lines.append(_linter("verilator", lint["verilator"]))
    return lines


def _linter(name: str, found: Mapping[str, Any]) -> str:
    each = found["warnings"] / found["samples"]
    clean = 100 * found["clean"] / found["samples"]
    classes = ", ".join(f"{kind} {one['warnings']}" for kind, one in found["classes"].items())
    return clip(f"  {name:<13}{each:.1f} warnings a sample, {clean:.0f} % without: {classes or 'none'}", WIDTH)
