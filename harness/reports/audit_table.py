"""The table of ``harness audit``, from its JSON document."""

import textwrap
from collections.abc import Mapping
from typing import Any

from harness.reports.plain import WIDTH, clip, columns

HEAD = ["problem", "golden", "stubs", "mutants", "equal", "killed", "rate", "missed", "toggles", "CPU s", ""]


def audit_table(document: Mapping[str, Any]) -> list[str]:
    """A row a problem, then a line for each survivor and each thing that is wrong."""
    rows = [HEAD, *(audit_row(audit) for audit in document["problems"])]
    # What is wrong comes before what can be cut off at the right.
    lines = columns([[row[0], row[-1], *row[1:-1]] for row in rows], gap=1)
    for audit in document["problems"]:
        name = audit["problem"]
        lines += [line for said in (*audit["wrong"], *audit["weak"]) for line in _wrapped(f"{name}: {said}")]
        for one in audit["survivors"]:
            status = one["proof"]["status"]
            lines += _wrapped(f"survivor ({status}): {name} line {one['line']}: {one['description']}")
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(clip(text, 4 * WIDTH), WIDTH, subsequent_indent="  ")


def audit_row(audit: Mapping[str, Any]) -> list[str]:
    """``stubs``: those that pass. ``missed``: survivors for which the solver has a telling stimulus."""
    toggles, rate = audit["toggles"], audit["kill_rate"]
    return [
        audit["problem"],
        audit["golden"]["outcome"],
        ", ".join(name for name, outcome in audit["stubs"].items() if outcome == "pass") or "none",
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
