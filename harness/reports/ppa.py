"""The table of ``harness ppa``: golden beside candidate, and their ratios."""

import textwrap
from collections.abc import Mapping
from typing import Any

from harness.reports.plain import WIDTH, columns

_PATHS = {
    "reg_reg": "register to register",
    "in_reg": "input to register",
    "reg_out": "register to output",
    "in_out": "input to output",
}


def render(found: Mapping[str, Any]) -> str:
    """From ``Ppa.to_json``; what is undefined is shown as –."""
    golden, candidate = found["golden"], found["candidate"]
    ratio: Mapping[str, float] = found["ratio"]
    rows = [["", "golden", "candidate", "ratio"]]

    def add(label: str, name: str, digits: int = 0, *, timing: bool = False, compared: str = "") -> None:
        values = [(item["timing"] if timing else item).get(name) for item in (golden, candidate)]
        if any(value is not None for value in values):
            rows.append([label, *(_figure(value, digits) for value in values), _figure(ratio.get(compared), 3)])

    add(f"area ({found['area_unit']})", "area", 2, compared="area")
    add("  of that sequential", "sequential_area", 2, compared="sequential_area")
    add("cells", "cells", compared="cells")
    add("flip-flops and latches", "registers", compared="registers")
    if found.get("fpga"):
        add(f"LUTs ({found['fpga']})", "luts", compared="luts")
        add("flip-flops there", "fpga_ffs", compared="fpga_ffs")
    add("delay (ps)", "delay_ps", 1, timing=True, compared="delay")
    for kind, label in _PATHS.items():
        values = [item["timing"].get("paths_ps", {}).get(kind) for item in (golden, candidate)]
        if any(value is not None for value in values):
            rows.append([f"  {label}", *(_figure(value, 1) for value in values), ""])
    add("  cells on it", "levels", timing=True)
    add(f"slack at {found['period_ns']:g} ns (ps)", "slack_ps", 1, timing=True)
    add("leakage (nW)", "leakage_nw", 2, timing=True)
    add("dynamic (nW)", "dynamic_nw", 1, timing=True)
    rows.append(["power", "", "", _figure(ratio.get("power"), 3)])
    tools = ", ".join(f"{name} {version}" for name, version in found["tools"].items())
    clocks = [", ".join(item["timing"]["clocks"]) or "none" for item in (golden, candidate)]
    clock = clocks[0] if clocks[0] == clocks[1] else f"{clocks[0]} / {clocks[1]}"
    head = (
        f"library {found['library']} · clock {clock} · {found['activity']:g} toggles of each input in a cycle · {tools}"
    )
    return "\n".join([*textwrap.wrap(head, WIDTH), "", *columns(rows), ""])


def _figure(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
