"""audit.html: a file without scripts, in which every text of a suite is text."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from harness.audit.findings import GoldenFacts, ProblemAudit, Proof, Survivor, Tally, Toggles
from harness.records.outcome import Outcome, Status
from harness.reports.audit_page import render_audit

HOSTILE = "</pre></style></title><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %}&\"'\u202e"
TAGS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "span",
        "main",
        "div",
        "h1",
        "h2",
        "h3",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "details",
        "summary",
        "pre",
        "code",
        "ul",
        "li",
    ]
)


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def audited(text: str, **more: Any) -> dict[str, Any]:
    proof = Proof(Status.REFUTED, "bmc", text, ((text, "a"), ("0", text)))
    survivor = Survivor("text", 3, "bitwise", text, f"@@ -1 +1 @@\n-{text}\n+{text}", proof)
    return ProblemAudit(
        problem=text,
        golden=GoldenFacts(
            Outcome.PASS, text, synthesizes=True, netlist=True, seeds=3, unstable=(text,), checks=(9, 9)
        ),
        empty=Outcome.NO_CODE,
        stubs={text: Outcome.PASS},
        official_stubs=(text,),
        tallies={("text", text): Tally(4, 2, 1)},
        survivors=(survivor,),
        unnamed=(text,),
        toggles=Toggles(9, 7, (text,)),
        attacks={text: text},
        **more,
    ).to_json()


def page(text: str, **more: Any) -> str:
    about = {"suite": text, "version": text, "digest": text, "task": text, "seed": 1, "tools": {text: text}}
    return render_audit({**about, "defects": [text], "problems": [audited(text, **more)]})


def test_no_text_of_a_suite_becomes_anything_but_text() -> None:
    html = page(HOSTILE, impossible=True, contradiction=HOSTILE)
    seen = Seen()
    seen.feed(html)
    assert seen.tags <= TAGS
    assert not {name for name in seen.attributes if name.startswith("on")} and "src" not in seen.attributes
    assert "<script" not in html and "<img" not in html
    assert "{{ 7*7 }}" in html and "49" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    assert "".join(seen.texts).count("<script>alert(1)</script>") > 10


def test_nothing_is_loaded_and_nothing_runs() -> None:
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', page("plain"))
    assert "default-src 'none'" in policy.replace("&#39;", "'")
    assert "script-src" not in policy


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "2 of 3 mutants killed"),
        ({"attacks_tried": 5}, "5 hostile designs tried on 1 problems: 1 accepted or did harm."),
        (
            {"impossible": True, "contradiction": "q at time 7: expected 0, and 1"},
            "It asks for q at time 7: expected 0, and 1.",
        ),
        ({"without_line": Outcome.PASS}, "1 golden designs without the line that is asked for: 1 pass."),
        ({"without_line": Outcome.MISMATCH}, "Without the line that is asked for: mismatch."),
    ],
)
def test_what_was_found_stands_on_the_page(more: dict[str, Any], said: str) -> None:
    assert said in page("plain", **more)
