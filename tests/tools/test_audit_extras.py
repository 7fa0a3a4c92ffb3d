"""Real tools: what an audit tries only where it is asked to, hostile designs and load, over every kind of testbench."""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from conftest import Harness, MiniSuite, kill_group

from harness.suites.new_problem import lay_out

pytestmark = pytest.mark.tools

DATA = Path(__file__).parents[1] / "data"
ATTACKS = ("--attacks", "display_at_start,peek_upward", "--faults", "0", "--quiet")
SUITES = {
    "native": ("core", "--problems", "priority_encoder"),
    "cocotb": ("core", "--problems", "crc8_stream"),
    "verilog-eval": ("verilog-eval-v2", "--suite-path", str(DATA / "verilog_eval_lookalike"), "--problems", "*swap"),
    "rtllm": ("rtllm-2.0", "--suite-path", str(DATA / "rtllm_lookalike"), "--problems", "*"),
}


def kept_attacks(folder: Path) -> int:
    return (folder / "verdicts.jsonl").read_text().count('"kind": "attack"')


@pytest.mark.parametrize(
    "kind", ["native", "verilog-eval", *(pytest.param(k, marks=pytest.mark.long) for k in ("cocotb", "rtllm"))]
)
def test_hostile_designs_are_tried_once_over_every_kind_of_testbench(
    harness: Harness, tmp_path: Path, kind: str
) -> None:
    command = ("audit", *SUITES[kind], *ATTACKS, "--output", str(tmp_path))
    first = harness(*command)
    document = json.loads((tmp_path / "audit.json").read_text())
    tried = [audit["attacks_tried"] for audit in document["problems"] if audit["golden"]["outcome"] == "pass"]
    assert tried and set(tried) == {2}
    assert {name for audit in document["problems"] for name in audit["attacks"]} == set()
    assert f"{sum(tried)} hostile designs tried on {len(tried)} problems: none accepted" in first.out
    kept = kept_attacks(tmp_path)
    assert kept == sum(tried)
    assert harness(*command).out == first.out
    assert kept_attacks(tmp_path) == kept


def deaf(folder: Path) -> Path:
    """A suite whose one testbench compares nothing, beside one whose golden design does not pass."""
    root = folder / "problems" / "mine"
    for name, sound, broken in (("deaf", "q !== expected", "1'b0"), ("wrong", "expected = 8'd0", "expected = 8'd1")):
        lay_out(root, name, cocotb=False)
        bench = folder / "testbenches" / "mine" / name / "tb.v"
        bench.write_text(bench.read_text().replace(sound, broken))
    return root


def test_a_hostile_design_that_is_accepted_stands_in_table_page_json_and_quarantine(
    harness: Harness, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    found = harness("audit", "mine", "--suite-path", str(deaf(tmp_path)), *ATTACKS, "--load", "--output", str(out))
    assert found.code == 1
    assert "deaf: hostile designs (accepted): display_at_start" in found.out
    assert "2 hostile designs tried on 1 problems: 1 accepted or did harm" in found.out
    assert "1 golden designs ran" in found.out and "none otherwise than alone" in found.out
    audits = {audit["problem"]: audit for audit in json.loads((out / "audit.json").read_text())["problems"]}
    assert audits["deaf"]["attacks"] == {"display_at_start": "accepted"}
    assert audits["deaf"]["golden"]["loaded"] and not audits["deaf"]["golden"]["unstable"]
    assert audits["wrong"]["attacks_tried"] == 0
    assert "hostile designs (accepted): display_at_start" in (out / "audit.html").read_text()
    listed = tomllib.loads((out / "quarantine.toml").read_text())["quarantine"]
    reasons = {entry["problem"]: entry["evidence"] for entry in listed}
    assert "hostile designs (accepted): display_at_start" in reasons["deaf"]
    assert reasons["wrong"].startswith("the golden design does not pass its testbench (seed 1): ")


def test_a_name_of_a_hostile_design_that_is_none_is_said_before_anything_runs(harness: Harness, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = harness("audit", "core", "--attacks", "nonsense", "--output", str(out))
    assert (found.code, out.exists()) == (2, False)
    assert 'error: --attacks "nonsense" matches no attack' in found.err


def test_ctrl_c_ends_an_audit_within_a_problem_and_the_same_command_goes_on(
    harness: Harness, mini: MiniSuite, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = (
        "audit",
        "mini",
        "--suite-path",
        str(mini.root),
        "--problems",
        "counter",
        "--output",
        str(out),
        "--quiet",
    )
    environment = {**os.environ, "HARNESS_RESULTS": str(tmp_path / "results")}
    begin = [sys.executable, "-c", _LISTENING, *command]
    process = subprocess.Popen(begin, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    try:
        kept = out / "verdicts.jsonl"
        for _ in range(600):
            if kept.exists() and kept.stat().st_size:
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    except BaseException:
        kill_group(process)
        raise
    assert (process.returncode, (out / "audit.json").exists()) == (130, False)
    assert "go on with the same command" in said and "Traceback" not in said
    before = kept.read_bytes()
    assert harness(*command).code in (0, 1)
    assert kept.read_bytes().startswith(before)


_LISTENING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
from harness.cli.main import entry
entry()
"""
