"""Real tools: what an audit tries only where it is asked to, hostile designs and load, over every kind of testbench."""

import json
import tomllib
from pathlib import Path

import pytest
from conftest import Harness

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


def test_a_name_of_a_hostile_design_that_is_none_is_said_before_anything_runs(harness: Harness, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = harness("audit", "core", "--attacks", "nonsense", "--output", str(out))
    assert (found.code, out.exists()) == (2, False)
    assert 'error: --attacks "nonsense" matches no attack' in found.err
