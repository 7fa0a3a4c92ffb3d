"""``harness compare --trend``: the checkpoints of one model, one point each, and the way from the first to the last."""

from collections.abc import Mapping
from typing import Any

from harness.analysis.compare import compare
from harness.errors import ConfigError
from harness.runs import report
from harness.runs.basis import unlike
from harness.runs.loaded import Loaded


def by_date(runs: Mapping[str, Loaded]) -> dict[str, Loaded]:
    """In the order of the days on which they were begun; those of one day as they were named. Raises ConfigError."""
    without = next((name for name, run in runs.items() if not run.config.created), None)
    if without is not None:
        raise ConfigError(f'{without}: its run.json has no "created"; name the runs in their order, without --by-date')
    return dict(sorted(runs.items(), key=lambda item: item[1].config.created))


def section(runs: Mapping[str, Loaded], metric: str, k: int) -> dict[str, Any]:
    """``points``: the figures of each run by itself, over all its problems. ``whole``: the last against the first."""
    (first, base), (last, end) = next(iter(runs.items())), list(runs.items())[-1]
    [whole] = compare({first: base.rows, last: end.rows}, metric, k)
    if unlike(base.config, end.config, "area"):
        whole.pop("area", None)
    return {"points": [_point(name, run, k) for name, run in runs.items()], "whole": whole}


def _point(name: str, run: Loaded, k: int) -> dict[str, Any]:
    summary = report.summarised(run.folder, sorted({1, k}))
    figures = {
        metric: {key: value for key, value in found.items() if key.startswith("pass@")}
        for metric, found in summary["metrics"].items()
    }
    point = {
        "run": name,
        "date": run.config.created or None,
        "problems": summary["problems"],
        "samples": summary["samples"],
        "metrics": figures,
        "cost_usd": summary["cost_usd"],
    }
    area = summary["ppa"].get("area", {}).get("given_correct")
    return point if area is None else {**point, "area": area}
