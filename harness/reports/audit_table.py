"""The table of ``harness audit``, from its JSON document."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from harness.reports.plain import WIDTH, clip, columns

MEANINGS = {
    "problem": "",
    "golden": "outcome of the golden design",
    "stubs": "designs of nothing that pass",
    "mutants": "faults of the golden design that reached the testbench",
    "equal": "mutants that are proven equivalent",
    "killed": "mutants that fail",
    "rate": "killed of those that are not proven equivalent, in percent",
    "missed": "survivors for which a telling stimulus is known",
    "toggles": "bits of the golden design's signals that went up and down",
    "CPU s": "time of all runs of the testbench over the golden design",
    "": "",
}
"""The columns, and what is in them."""
HEAD = [*MEANINGS]


def audit_table(document: Mapping[str, Any]) -> list[str]:
    """A row a problem, then a line for each survivor and each thing that is wrong."""
    rows = [HEAD, *(audit_row(audit) for audit in document["problems"])]
    lines = columns([verdict_first(row) for row in rows], gap=1)
    for audit in document["problems"]:
        name = audit["problem"]
        lines += [line for said in (*audit["wrong"], *audit["weak"]) for line in _wrapped(f"{name}: {said}")]
        for one in audit["survivors"]:
            status = one["proof"]["status"]
            lines += _wrapped(f"survivor ({status}): {name} line {one['line']}: {one['description']}")
    return lines + also_tried(document)


def verdict_first(row: Sequence[str]) -> list[str]:
    """What is wrong comes before what can be cut off, or scrolled away, at the right."""
    return [row[0], row[-1], *row[1:-1]]


def also_tried(document: Mapping[str, Any]) -> list[str]:
    """A sentence each about what is tried only where it is asked for: a missing line, load, hostile designs."""
    problems = document["problems"]
    loaded = [audit for audit in problems if audit["golden"]["loaded"]]
    said, masked = [], [audit["without_line"] for audit in problems if audit["without_line"]]
    if masked:
        said.append(f"{len(masked)} golden designs without the line that is asked for: {masked.count('pass')} pass")
    if loaded:
        swayed = sum(any("under load" in what for what in audit["golden"]["unstable"]) for audit in loaded)
        runs, found = loaded[0]["golden"]["loaded"], f"{swayed} otherwise" if swayed else "none otherwise"
        said.append(f"{len(loaded)} golden designs ran {runs} times side by side: {found} than alone")
    tried = [audit for audit in problems if audit["attacks_tried"]]
    if tried:
        count, got = sum(audit["attacks_tried"] for audit in tried), sum(len(audit["attacks"]) for audit in tried)
        open_ones = sum(audit["attacks_open"] for audit in tried)
        said.append(
            f"{count} hostile designs tried on {len(tried)} problems: {got or 'none'} accepted or did harm"
            + (f", {open_ones} without a verdict" if open_ones else "")
        )
    return said


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(clip(text, 4 * WIDTH), WIDTH, subsequent_indent="  ")


def audit_row(audit: Mapping[str, Any]) -> list[str]:
    """``stubs``: those that pass. ``missed``: survivors for which the solver has a telling stimulus."""
    toggles, rate = audit["toggles"], audit["kill_rate"]
    return [
        audit["problem"],
        audit["golden"]["outcome"],
        ", ".join(name for name, outcome in audit["stubs"].items() if outcome == "pass")
        or ("none" if audit["stubs"] else "–"),
        str(audit["mutants"]),
        str(audit["equivalent"]),
        str(audit["killed"]),
        "–" if rate is None else f"{100 * rate:.2f}",
        str(missed(audit)),
        f"{100 * toggles['toggled'] / toggles['bits']:.0f} %" if toggles else "–",
        f"{audit['measured']['cpu_s']:.2f}",
        "" if audit["ok"] else "NOT OK",
    ]


def missed(audit: Mapping[str, Any]) -> int:
    return sum(one["proof"]["status"] == "refuted" for one in audit["survivors"])
