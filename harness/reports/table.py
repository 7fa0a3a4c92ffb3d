"""The terminal table of one run: at most 100 columns, every figure with its interval."""

from collections.abc import Mapping
from typing import Any

from harness.reports.measures import equivalence_lines, lint_lines, ppa_lines
from harness.reports.money import cost_lines
from harness.reports.plain import WIDTH, clip
from harness.wording import counted, dollars

_MOST_KS = 3
_COLUMN = 20
_MOST_COMPLAINTS = 3
_MOST_DIFFERENCES = 8
_LABELS = {"syntax": "syntax", "simulation": "simulation", "function": "function", "synthesis": "synthesis"}


def render(summary: Mapping[str, Any]) -> str:
    """The whole table of a summary."""
    blocks = [
        _title(summary),
        _metrics(summary),
        ppa_lines(summary),
        equivalence_lines(summary),
        lint_lines(summary),
        _rounds(summary),
        cost_lines(summary),
        _repaired(summary),
        _without_quarantine(summary),
        _official(summary),
        _breakdown(summary),
        _failures(summary),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _title(summary: Mapping[str, Any]) -> list[str]:
    suite = summary["suite"]
    head = f"{suite['name']} {suite['version']} · {summary['task']} · {summary['model']} · n={summary['n']}"
    track = f" · {summary['track']}" if summary.get("rounds") else ""
    lines = [clip(f"{head} · {summary['rules']} rules{track}", WIDTH)]
    tools = ", ".join(f"{name} {version}" for name, version in summary["tools"].items())
    size = f"{counted(summary['problems'], 'problem')}, {counted(summary['samples'], 'sample')}"
    lines.append(clip(f"{size} · {tools}" if tools else size, WIDTH))
    if summary["tampered"]:
        lines += _tampered(summary)
    if summary.get("mixed_versions"):
        lines.append(clip(_mixed(summary["mixed_versions"]), WIDTH))
    if summary["infra_errors"]:
        lines.append(
            f"{counted(summary['infra_errors'], 'sample')} without a verdict (infra_error), outside every figure below"
        )
    return lines


def _tampered(summary: Mapping[str, Any]) -> list[str]:
    forged = {name: found["forged"] for name, found in summary["per_problem"].items() if found.get("forged")}
    said = f"{counted(sum(forged.values()), 'sample')} said to pass where no design can: {', '.join(forged)}"
    return [clip(f"TAMPERED: {said}", WIDTH), "          no figure of this run can be believed"]


def _mixed(found: Mapping[str, Any]) -> str:
    shown = ", ".join(f"{name} {asked} → {graded}" for name, (asked, graded) in found.items())
    return f"MIXED: {counted(len(found), 'problem')} graded in another version than asked in: {shown}"


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
    """The first pass@k, and beside them pass^k of the largest k where there is more than one."""
    found = list(next(iter(metrics.values()), {}))
    ks = [k for k in found if k.startswith("pass@")][:_MOST_KS]
    ks += [k for k in found if k.startswith("pass^") and k != "pass^1"][-1:]
    lines = [f"  {'metric':<13}" + "".join(f"{k:<{_COLUMN}}" for k in ks).rstrip()]
    for name, values in metrics.items():
        lines.append((f"  {_LABELS.get(name, name):<12}" + "  ".join(_cell(values.get(k)) for k in ks)).rstrip())
    return lines


def _metrics(summary: Mapping[str, Any]) -> list[str]:
    lines = _metric_rows(summary["metrics"])
    lines[0] = f"{lines[0]:<69} 95 % interval"
    evidence = " · ".join(f"{name} {count}" for name, count in summary["evidence"].items())
    if evidence:
        lines.append(f"  {'evidence:':<13}{evidence}")
    alike = summary.get("match", {}).get("edit_similarity")
    lines += [f"  {'similarity':<12}{_cell(alike)}".rstrip()] if alike else []
    lines += _left_out(summary)
    return lines


def _left_out(summary: Mapping[str, Any]) -> list[str]:
    notes = []
    for k, found in summary["metrics"].get("function", {}).items():
        if found["left_out"] and k.startswith("pass@"):
            notes.append(f"  {k}: {counted(found['left_out'], 'problem')} with fewer samples left out")
    return notes


def _rounds(summary: Mapping[str, Any]) -> list[str]:
    """Runs with feedback: pass@k after each round, and what it has cost by then."""
    rounds = summary.get("rounds")
    if not rounds:
        return []
    ks = [k for k in rounds[0]["metrics"]["function"] if k.startswith("pass@")][:_MOST_KS]
    lines = [f"  {'function':<13}" + "".join(f"{k:<{_COLUMN}}" for k in ks) + "asked"]
    for entry in rounds:
        values = entry["metrics"]["function"]
        cost = "" if entry["cost_usd"] is None else f"  {dollars(entry['cost_usd'])} so far"
        cells = "  ".join(_cell(values.get(k)) for k in ks)
        lines.append(f"  {'round ' + str(entry['round']):<12}{cells}  {entry['asked']:,}{cost}")
    return lines


def _repaired(summary: Mapping[str, Any]) -> list[str]:
    """That these are not the published problems; what was done to each stands in summary.json."""
    repaired = summary.get("repaired")
    if not repaired:
        return []
    title = f"  repaired      {counted(len(repaired), 'problem')}, other than as published: {', '.join(repaired)}"
    return [clip(title, WIDTH)]


def _without_quarantine(summary: Mapping[str, Any]) -> list[str]:
    without = summary.get("without_quarantine")
    if not without:
        return []
    count = summary["quarantined"]
    title = f"  without {counted(count, 'problem')} known to be faulty ({without['problems']} left)"
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
    return lines + (_differences(official) if summary["rules"] == "both" else [])


def _differences(official: Mapping[str, Any]) -> list[str]:
    """Where the suite's verdict and ours differ, and why; all of them stand in summary.json."""
    found = official["differences"]
    if not found:
        return ["  the same samples pass by both"]
    gained = sum(one["outcome"] == "pass" for one in found)
    lines = [
        f"  they differ in {counted(len(found), 'sample')}: {gained} more pass by ours, {len(found) - gained} fewer"
    ]
    for one in found[:_MOST_DIFFERENCES]:
        reason = f": {one['reason']}" if "reason" in one else ""
        place = f"{one['problem']} {one['sample']}"
        lines.append(clip(f"    {place}  {one['official']} → {one['outcome']}{reason}", WIDTH))
    left = len(found) - _MOST_DIFFERENCES
    return lines + ([f"    … and {left} more, in summary.json"] if left > 0 else [])


def _group_rows(groups: Mapping[str, Any]) -> list[str]:
    rows = []
    for name, group in groups.items():
        value = group["metrics"].get("function", {}).get("pass@1")
        shown = _percent(value["value"]) if value else "–"
        rows.append(f"  {clip(name, 18):<20}{shown:>8}  ({counted(group['problems'], 'problem')})")
    return rows


def _breakdown(summary: Mapping[str, Any]) -> list[str]:
    """Categories on the left and, behind a rule since no row of the one belongs to the other's, what went wrong."""
    wrong = [f"{name} {count}" for name, count in summary["outcomes"].items() if name != "pass"]
    rows = _group_rows(summary["categories"])
    if len(summary["difficulties"]) > 1:
        rows += ["", "  difficulty", *_group_rows(summary["difficulties"])]
    if not rows and not wrong:
        return []
    count = max(len(rows), len(wrong))
    rows += [""] * (count - len(rows))
    wrong = wrong or ["nothing"]
    wrong += [""] * (count - len(wrong))
    head = f"  {'category':<20}{'function@1':>10}{'':14}│ what went wrong, in all"
    return [head, *(f"{left:<46}│ {right}".rstrip() for left, right in zip(rows, wrong, strict=False))]


def _failures(summary: Mapping[str, Any]) -> list[str]:
    """What the compiler says most often, and what nearly passed."""
    failures = summary["failures"]
    errors, near = failures["compile_errors"], failures["near_misses"]
    lines = [
        clip(f"  {error['samples']:>6} × {error['message']} ({counted(error['problems'], 'problem')})", WIDTH)
        for error in errors["most"][:_MOST_COMPLAINTS]
    ]
    if lines:
        kinds = f", {errors['distinct']} kinds" if errors["distinct"] > len(lines) else ""
        lines.insert(0, f"  most common compile errors ({errors['samples']} samples{kinds})")
    if near["nearest"]:
        first = near["nearest"][0]
        nearest = f"{first['problem']} {first['sample']} ({first['failed']} of {first['checked']})"
        share = f"at most {100 * near['at_most']:.0f} % of the checks failed"
        lines.append(clip(f"  {near['samples']} near misses ({share}), the nearest: {nearest}", WIDTH))
    return lines
