"""Pages, report.html first of all: one file that opens offline and is safe against whatever a model wrote.

The figures and one row a sample stand in it as JSON; the texts (prompts, replies, Verilog, logs, waveforms) as one
compressed block a problem, opened by the page when somebody looks. No text of a model is ever part of the markup: the
script sets it as text, and the policy of the page lets nothing run but the page's own script.
"""

import base64
import functools
import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any

from harness.reports.plain import clip

SCRIPTS: tuple[str, ...] = (
    "dom.js",
    "data.js",
    "charts.js",
    "steps.js",
    "heatmap.js",
    "money.js",
    "overview.js",
    "problems.js",
    "verilog.js",
    "wave.js",
    "sample.js",
    "main.js",
)
"""In the order in which they are put together; they share one scope."""
STYLES: tuple[str, ...] = ("page.css", "sample.css")
_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@dataclass(frozen=True, slots=True)
class Assets:
    """What a kind of page is put together from, and what it says while it is."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    waiting: str


REPORT = Assets(STYLES, SCRIPTS, "Reading the run …")
LEADERBOARD = Assets(("page.css", "board.css"), ("dom.js", "charts.js", "board.js"), "Reading the runs …")
COMPARISON = Assets(
    ("page.css", "compare.css"), ("dom.js", "charts.js", "pairs.js", "compare.js"), "Reading the runs …"
)
TREND = Assets(
    ("page.css", "compare.css", "trend.css"),
    ("dom.js", "charts.js", "steps.js", "pairs.js", "trend.js"),
    "Reading the runs …",
)


@dataclass(frozen=True, slots=True)
class Block:
    """The texts of one problem, compressed."""

    number: int
    """The problem's place in the index."""
    text: str


def script_json(value: Any) -> str:
    """JSON that can stand in a script element: pure ASCII, no ``<``, ``>`` or ``&``."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).translate(_ESCAPED)


def compressed(value: Any) -> str:
    """JSON, gzip, base64; the same value gives the same text."""
    data = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return base64.b64encode(gzip.compress(data, 6, mtime=0)).decode("ascii")


def render(title: str, inputs: str, index: Any, blocks: Iterable[Block], assets: Assets = REPORT) -> str:
    """``inputs``: digest of what the page is made from, by which a later report knows that it is current."""
    from jinja2 import DictLoader, Environment, StrictUndefined  # 60 ms that other commands need not pay

    environment = Environment(
        loader=DictLoader({"page.html": asset("page.html")}), autoescape=True, undefined=StrictUndefined
    )
    style, script = joined(assets.styles), '"use strict";\n(() => {\n' + joined(assets.scripts) + "})();\n"
    return environment.get_template("page.html").render(
        title=clip(title, 200),
        inputs=inputs,
        waiting=assets.waiting,
        policy=f"default-src 'none'; script-src '{content_hash(script)}'; style-src '{content_hash(style)}'; "
        "base-uri 'none'; form-action 'none'",
        style=style,
        script=script,
        index=script_json(index),
        blocks=blocks,
    )


def meta(inputs: str) -> str:
    """The line of the page that names its inputs."""
    return f'<meta name="harness-inputs" content="{inputs}">'


@functools.cache
def assets_digest() -> str:
    names = ("page.html", *STYLES, *SCRIPTS)
    return hashlib.sha256("\0".join(asset(name) for name in names).encode()).hexdigest()


def joined(names: Iterable[str]) -> str:
    return "".join(f"{asset(name).rstrip()}\n" for name in names)


@functools.cache
def asset(name: str) -> str:
    return resources.files("harness.reports").joinpath("web", name).read_text("utf-8")


def content_hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
