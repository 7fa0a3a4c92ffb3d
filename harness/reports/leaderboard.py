"""The leaderboard as a terminal shows it, as CSV, as Markdown and as a page, from the document of leaderboard.json."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from harness.reports import page
from harness.reports.markdown import cell, table
from harness.reports.plain import WIDTH, clip, columns, spreadsheet_safe
from harness.wording import counted

_ABOUT = ("suite", "version", "task", "rules", "track", "problems")
_PLAIN = ("rank", "model", "name", "organisation", "kind", "size_b", "open", "released", "run", "date", "n", "samples")
_MOST_ROWS = 20
_NAME = 34


def render(found: Mapping[str, Any]) -> str:
    """At most 100 columns; of each table the first rows."""
    blocks = [_block(board, found) for board in found["boards"]]
    apart = [clip(f"  {item['run']}: {item['reason']}", WIDTH) for item in found["not_ranked"]]
    blocks += [["not ranked", *apart]] if apart else []
    return "\n\n".join("\n".join(block) for block in blocks) + "\n" if blocks else "no run to show\n"


def _block(board: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    rows = [["rank", "model", f"{found['metric']}@{found['k']}", "95 % interval", "area", "USD", "n", "date", ""]]
    for row in board["rows"][:_MOST_ROWS]:
        figure = headline(row, found)
        shown = [str(row["rank"]), clip(row["name"] or row["model"], _NAME), percent(figure["value"]), span(figure)]
        shown += [_area(row), _cost(row["cost_usd"]), str(row["n"]), row["date"] or "–", _mark(row)]
        rows.append(shown)
    lines = [clip(title(board), WIDTH), *columns(rows, indent=2)]
    left = len(board["rows"]) - _MOST_ROWS
    return [*lines, f"  and {counted(left, 'run')} more"] if left > 0 else lines


def title(board: Mapping[str, Any]) -> str:
    suite = board["suite"]
    size = counted(board["problems"], "problem")
    return f"{suite['name']} {suite['version']} · {board['task']} · {board['track']} · {board['rules']} rules · {size}"


def headline(row: Mapping[str, Any], found: Mapping[str, Any]) -> Mapping[str, float]:
    figure: Mapping[str, float] = row["metrics"][found["metric"]][f"pass@{found['k']}"]
    return figure


def percent(value: float) -> str:
    return f"{100 * value:.1f}"


def span(figure: Mapping[str, float]) -> str:
    return f"{percent(figure['low'])}–{percent(figure['high'])}"


def _area(row: Mapping[str, Any]) -> str:
    value = row["ppa"].get("area", {}).get("given_correct")
    return "–" if value is None else f"{value:.2f}"


def _cost(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _mark(row: Mapping[str, Any]) -> str:
    checked = row["verified"]
    if not checked:
        return "*" if row["other_tools"] else ""
    whole = checked.get("checked") == checked.get("samples")
    return ("verified" if whole else "verified in part") + ("*" if row["other_tools"] else "")


def to_csv(found: Mapping[str, Any]) -> str:
    """One row a ranked run, the tables below each other; rates in parts of 1."""
    rows = [(board, row) for board in found["boards"] for row in board["rows"]]
    metrics = _seen((metric, key) for _, row in rows for metric, ks in row["metrics"].items() for key in ks)
    ppa = _seen((figure, key) for _, row in rows for figure, scores in row["ppa"].items() for key in scores)
    head = [*_ABOUT, *_PLAIN]
    head += [f"{metric}_{key}{side}" for metric, key in metrics for side in ("", "_low", "_high")]
    head += [f"{figure}_{key}" for figure, key in ppa]
    head += ["cost_usd", "usd_per_pass", "verified", "digest", "tools"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    for board, row in rows:
        about = {**board, **board["suite"], "suite": board["suite"]["name"]}
        cells = [about[name] for name in _ABOUT] + [row[name] for name in _PLAIN]
        for metric, key in metrics:
            figure = row["metrics"].get(metric, {}).get(key, {})
            cells += [figure.get(side) for side in ("value", "low", "high")]
        cells += [row["ppa"].get(figure, {}).get(key) for figure, key in ppa]
        tools = " ".join(f"{name}={version}" for name, version in row["tools"].items())
        cells += [row["cost_usd"], row["usd_per_pass"], (row["verified"] or {}).get("checked"), row["digest"], tools]
        writer.writerow([spreadsheet_safe(item) if isinstance(item, str) else item for item in cells])
    return text.getvalue()


def _seen(pairs: Any) -> Sequence[tuple[str, str]]:
    """Each once, in the order of first sight."""
    return list(dict.fromkeys(pairs))


def to_markdown(found: Mapping[str, Any]) -> str:
    metric = f"{found['metric']} pass@{found['k']}"
    lines = ["# Leaderboard", "", "In per cent, with 95 % intervals; runs whose intervals overlap can share a rank."]
    for board in found["boards"]:
        lines += ["", f"## {cell(title(board))}", ""]
        head = ["model", "rank", metric, "95 %", "area/golden", "USD", "n", "date", "verified", "other tools"]
        rows = []
        for row in board["rows"]:
            figure = headline(row, found)
            shown = [row["name"] or row["model"], row["rank"], percent(figure["value"]), span(figure), _area(row)]
            shown += [_cost(row["cost_usd"]), row["n"], row["date"] or "–", _checked(row)]
            rows.append([*shown, ", ".join(row["other_tools"]) or "–"])
        lines += table(head, rows)
        lines += ["", f"Tools: {cell(', '.join(f'{name} {version}' for name, version in board['tools'].items()))}"]
    if found["not_ranked"]:
        lines += ["", "## Not ranked", ""]
        lines += table(["run", "reason"], [[item["run"], item["reason"]] for item in found["not_ranked"]])
    return "\n".join(lines) + "\n"


def _checked(row: Mapping[str, Any]) -> str:
    checked = row["verified"]
    return "–" if not checked else f"{checked.get('checked')} of {checked.get('samples')}"


def to_page(found: Mapping[str, Any], reports: Sequence[str], version: str) -> str:
    """``reports``: runs whose report.html lies in the site's folder ``reports/``."""
    index = {**found, "reports": sorted(reports), "harness_version": version}
    return page.render("Leaderboard · harness", "leaderboard", index, [], page.LEADERBOARD)
