"""audit.html: one file without scripts, in the style of report.html, from the JSON document of an audit."""

from collections.abc import Mapping
from typing import Any

from harness.reports.audit_table import HEAD, MEANINGS, also_tried, audit_row, missed, verdict_first
from harness.reports.page import STYLES, asset, content_hash, joined

_STATUSES = {
    "refuted": "A gap in the testbench: the solver has a stimulus that tells the two apart",
    "bounded": "Not decided: no difference within so many cycles, and no proof",
    "inconclusive": "Not decided",
}
"""What a survivor's status means."""


def render_audit(document: Mapping[str, Any]) -> str:
    from jinja2 import DictLoader, Environment, StrictUndefined  # 60 ms that other commands need not pay

    loader = DictLoader({"audit.html": asset("audit.html")})
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    style, problems = joined(STYLES), document["problems"]
    total = {name: sum(audit[name] for audit in problems) for name in ("mutants", "killed", "equivalent")}
    total["survivors"] = sum(len(audit["survivors"]) for audit in problems)
    total["missed"] = sum(map(missed, problems))
    return environment.get_template("audit.html").render(
        policy=f"default-src 'none'; style-src '{content_hash(style)}'; base-uri 'none'; form-action 'none'",
        style=style,
        found=document,
        fit=sum(audit["ok"] for audit in problems),
        total=total,
        also=also_tried(document),
        head=verdict_first(HEAD),
        meanings=MEANINGS,
        rows=[verdict_first(audit_row(audit)) for audit in problems],
        statuses=_STATUSES,
    )
