"""What ``harness compare --trend`` shows: a line for each checkpoint, its step from the one before; at most 100
columns."""

from collections.abc import Mapping
from typing import Any

from harness.reports.comparison import p_value, signed, threshold_line
from harness.reports.plain import WIDTH, clip, columns
from harness.wording import dollars

_NAME = 32


def render_trend(found: Mapping[str, Any]) -> str:
    """The text of a trend."""
    trend, key = found["trend"], f"pass@{found['k']}"
    head = f"{found['suite']['name']} {found['suite']['version']} · {found['task']} · {found['rules']} rules"
    head += f" · {found['metric']} {key}"
    rows = [["checkpoint", key, "95 %", "step, points", "", "area", "cost"]]
    for number, point in enumerate(trend["points"]):
        step = found["comparisons"][number - 1] if number else None
        rows.append(_row(point, found, step))
    lines = columns(_without_empty(rows), indent=2)
    whole = trend["whole"]
    change = whole["difference"]
    sure = "beyond chance" if whole["different"] else "no difference is shown"
    lines += ["", clip(f"  {whole['first']} → {whole['second']}", WIDTH)]
    lines.append(
        f"  {signed(change['value'])} points (95 %: {signed(change['low'])} … {signed(change['high'])})"
        f"   {p_value(whole['p'])} (paired, {whole['problems']} problems), {sure}"
    )
    if "threshold" in found:
        lines += ["", threshold_line(found["threshold"], whole)]
    return "\n".join([clip(head, WIDTH), "", *lines]) + "\n"


def _row(point: Mapping[str, Any], found: Mapping[str, Any], step: Mapping[str, Any] | None) -> list[str]:
    figure = point["metrics"].get(found["metric"], {}).get(f"pass@{found['k']}")
    row = [clip(point["run"], _NAME)]
    if figure:
        row += [f"{100 * figure['value']:.1f}", f"{100 * figure['low']:.1f}–{100 * figure['high']:.1f}"]
    else:
        row += ["–", ""]
    if step is None:
        row += ["", ""]
    else:
        change = step["difference"]
        p = step.get("p_holm", step["p"])
        row.append(f"{signed(change['value'])} ({signed(change['low'])} … {signed(change['high'])})")
        row.append(p_value(p) + (" *" if step["different"] else ""))
    cost = point["cost_usd"]
    return [*row, f"{point['area']:.2f}" if "area" in point else "", "–" if cost is None else dollars(cost)]


def _without_empty(rows: list[list[str]]) -> list[list[str]]:
    """Columns that no checkpoint has are left out."""
    kept = [i for i in range(len(rows[0])) if any(row[i] for row in rows[1:])]
    return [[row[i] for i in kept] for row in rows]
