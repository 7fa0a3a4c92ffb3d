"""The terminal table of one run: at most 100 columns, every figure with its interval."""

from collections.abc import Mapping
from typing import Any

from harness.reports.measures import equivalence_lines, lint_lines, ppa_lines
from harness.reports.plain import WIDTH, clip

_MOST_KS = 3
_LABELS = {"syntax": "syntax", "simulation": "simulation", "function": "function", "synthesis": "synthesis"}


def render(summary: Mapping[str, Any]) -> str:
    """The whole table of a summary."""
    blocks = [
        _title(summary),
        _metrics(summary),
        ppa_lines(summary),
        equivalence_lines(summary),
        lint_lines(summary),
        _without_quarantine(summary),
        _official(summary),
        _breakdown(summary),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _title(summary: Mapping[str, Any]) -> list[str]:
    suite = summary["suite"]
    head = f"{suite['name']} {suite['version']} · {summary['task']} · {summary['model']} · n={summary['n']}"
    lines = [clip(f"{head} · {summary['rules']} rules", WIDTH)]
    tools = ", ".join(f"{name} {version}" for name, version in summary["tools"].items())
    lines.append(clip(f"{summary['problems']} problems, {summary['samples']} samples · {tools}", WIDTH))
    if summary["infra_errors"]:
        lines.append(f"{summary['infra_errors']} samples without a verdict (infra_error), outside every figure below")
    return lines


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _bound(value: float) -> str:
    """A bound with one decimal, without it where it is 0 or 100."""
    text = f"{100 * value:.1f}"
    return text.removesuffix(".0") if text in ("0.0", "100.0") else text


def _cell(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return " " * 18
    return f"{_percent(found['value']):>5}  {_bound(found['low'])}–{_bound(found['high'])}".ljust(18)


def _metric_rows(metrics: Mapping[str, Any]) -> list[str]:
    ks = list(next(iter(metrics.values()), {}))[:_MOST_KS]
    lines = [f"  {'metric':<13}" + "".join(f"{k:<20}" for k in ks).rstrip()]
    for name, values in metrics.items():
        lines.append((f"  {_LABELS.get(name, name):<12}" + "  ".join(_cell(values.get(k)) for k in ks)).rstrip())
    return lines


def _metrics(summary: Mapping[str, Any]) -> list[str]:
    lines = _metric_rows(summary["metrics"])
    lines[0] = f"{lines[0]:<70}95 % interval"
    evidence = " · ".join(f"{name} {count}" for name, count in summary["evidence"].items())
    if evidence:
        lines.append(f"  {'evidence:':<13}{evidence}")
    lines += _left_out(summary)
    return lines


def _left_out(summary: Mapping[str, Any]) -> list[str]:
    notes = []
    for k, found in summary["metrics"].get("function", {}).items():
        if found["left_out"]:
            notes.append(f"  {k}: {found['left_out']} problems with fewer samples are left out")
    return notes


def _without_quarantine(summary: Mapping[str, Any]) -> list[str]:
    without = summary.get("without_quarantine")
    if not without:
        return []
    count = summary["quarantined"]
    title = f"  without {count} problem{'s' if count != 1 else ''} known to be faulty ({without['problems']} left)"
    return [title, *_metric_rows(without["metrics"])]


def _official(summary: Mapping[str, Any]) -> list[str]:
    official = summary.get("official")
    if not official:
        return []
    figures = {name: value for name, value in official.items() if isinstance(value, float)}
    shown = " · ".join(f"{name} {value:.2f}" for name, value in figures.items())
    lines = [f"  official      {shown} · {official['passed']} of {summary['samples']} pass"]
    if "without_quarantine" in official:
        without = " · ".join(f"{name} {value:.2f}" for name, value in official["without_quarantine"].items())
        lines.append(f"                without quarantined: {without}")
    codes = "  ".join(f"{code} {count}" for code, count in official["codes"].items())
    lines.append(clip(f"  codes         {codes}", WIDTH))
    return lines


def _breakdown(summary: Mapping[str, Any]) -> list[str]:
    """Categories on the left, what went wrong on the right."""
    wrong = [f"{name} {count}" for name, count in summary["outcomes"].items() if name != "pass"]
    rows = []
    for name, group in summary["categories"].items():
        value = group["metrics"].get("function", {}).get("pass@1")
        rows.append(
            f"  {clip(name, 18):<20}{_percent(value['value']) if value else '–':>8}  ({group['problems']} problems)"
        )
    if not rows and not wrong:
        return []
    count = max(len(rows), len(wrong))
    rows += [""] * (count - len(rows))
    wrong = wrong or ["nothing"]
    wrong += [""] * (count - len(wrong))
    head = f"  {'category':<20}{'function@1':>10}{'':14}what went wrong"
    return [head, *(f"{left:<46}{right}".rstrip() for left, right in zip(rows, wrong, strict=False))]
