"""The verdicts that changed when a run was graded again."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from harness.reports.plain import WIDTH, clip, columns

_MOST = 10


def render(found: Mapping[str, Any]) -> str:
    """A line for each kind of change and for the first ten samples; ``--json`` has all."""
    verdicts = found["verdicts"]
    versions = ", ".join(f"{tool} {old} → {new}" for tool, (old, new) in found["tools"].items())
    lines = [f"graded again: {found['samples']:,} samples; verdicts that changed: {len(verdicts) or 'none'}"]
    lines += [clip(f"  {versions}", WIDTH)] if versions else []
    kinds = Counter(f"{change['before']} → {change['after']}" for change in verdicts)
    lines += [clip(f"  {count:>6} × {kind}", WIDTH) for kind, count in kinds.most_common()]
    shown = [[c["problem"], str(c["sample"]), f"{c['before']} → {c['after']}"] for c in verdicts[:_MOST]]
    lines += columns(shown, indent=2)
    if len(verdicts) > _MOST:
        lines.append(f"  … and {len(verdicts) - _MOST:,} more: --json lists all")
    return "\n".join(lines) + "\n"
