"""report.html as a user gets it: at the end of bench and grade, again by report, opened by view."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from as_a_user import AND, COUNTER, OR, write_answers
from conftest import Harness, MiniSuite

pytestmark = pytest.mark.tools


def blocks(page: Path) -> list[Any]:
    found = re.findall(r'<script type="application/gzip" id="block-\d+">([^<]*)</script>', page.read_text())
    return [json.loads(gzip.decompress(base64.b64decode(text))) for text in found]


@pytest.fixture
def graded(harness: Harness, mini: MiniSuite, tmp_path: Path) -> tuple[Path, str]:
    """One right, one wrong and one broken answer, and a run of them."""
    wrong = COUNTER.replace("+ 1", "+ 2")
    answers = [
        {"task_id": "and2", "sample": 0, "code": AND},
        {"task_id": "and2", "sample": 1, "code": OR},
        {"task_id": "counter", "sample": 0, "completion": f"```verilog\n{wrong}```"},
        {"task_id": "counter", "sample": 1, "code": wrong.replace("reg [3:0]", "rag [3:0]")},
    ]
    file = write_answers(tmp_path / "answers.jsonl", answers)
    suite = ("--suite", "mini", "--suite-path", str(mini.root))
    ran = harness("grade", *suite, "--completions", str(file), "--run", "mine", "--k", "1")
    assert ran.code == 0, ran.err
    assert "look closer:  harness view mine" in ran.out
    return tmp_path / "results" / "runs" / "mine", str(mini.root)


def test_the_page_holds_prompts_verilog_errors_and_waveforms_and_is_made_again_from_what_is_there(
    harness: Harness, graded: tuple[Path, str]
) -> None:
    run, suite = graded
    counter, gate = sorted(blocks(run / "report.html"), key=lambda block: "waveform" not in block["samples"]["0"])
    assert gate["prompt"][-1]["role"] == "user"
    assert gate["samples"]["0"]["words"].startswith("Right as text and as the netlist that Yosys wrote: all ")
    wave = counter["samples"]["0"]["waveform"]
    assert wave["clock"] == "clk"
    assert {signal["name"] for signal in wave["signals"]} == {"clk", "rst", "q"}
    assert "`q` differs first at time" in counter["samples"]["0"]["words"]
    assert counter["samples"]["0"]["code"].startswith("module counter")
    assert counter["samples"]["1"]["marks"][0][0] == 1
    assert len((run / "waveforms.jsonl").read_text().splitlines()) == 2
    before = (run / "report.html").read_bytes(), (run / "waveforms.jsonl").stat().st_mtime_ns
    (run / "report.html").unlink()
    ran = harness("report", "mine", "--k", "1", "--suite-path", suite)
    assert ran.code == 0, ran.err
    assert ((run / "report.html").read_bytes(), (run / "waveforms.jsonl").stat().st_mtime_ns) == before


def test_view_opens_the_page_and_a_report_without_the_suite_says_what_is_left_out(
    harness: Harness, graded: tuple[Path, str]
) -> None:
    run, suite = graded
    screen = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}
    ran = harness("view", "mine", "--k", "1", "--suite-path", suite, env=screen)
    assert (ran.code, ran.err) == (0, "")
    assert re.search(r"runs/mine/report\.html   \(no browser here", ran.out)
    shown = harness("view", "mine", "--k", "1", "--json", env={**screen, "BROWSER": "true"})
    assert shown.json["opened"] is True
    bare = harness("report", "mine", "--k", "1", "--json", "--waveforms", "7")
    assert (bare.code, bare.json["samples"]) == (0, 4)
    assert "note: the report has no prompts, Verilog or waveforms:" in bare.err
    found = blocks(run / "report.html")
    assert [block["prompt"] for block in found] == [[], []]
    assert any("waveform" in block["samples"]["0"] for block in found)  # recorded before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["view", "nothing"], 'no run "nothing"'),
        (["report", "nothing"], 'no run "nothing"'),
        (["grade", "--completions", "a", "--waveforms", "-1"], "--waveforms -1: 0 (none) or more"),
    ],
)
def test_wrong_use_is_one_line(harness: Harness, arguments: list[str], message: str) -> None:
    ran = harness(*arguments)
    assert ran.code == 2
    assert message in ran.err
