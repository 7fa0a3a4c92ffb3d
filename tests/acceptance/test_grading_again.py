"""A run graded again by another Icarus: the verdicts that changed are listed, and no other."""

import os
from pathlib import Path

import pytest
from as_a_user import write_answers
from conftest import COUNTER_GOLDEN, Harness, MiniSuite, last_lines

pytestmark = pytest.mark.tools
OTHER = Path(os.environ.get("HARNESS_OTHER_ICARUS", "/nonexistent"))
"""The folder of another version's iverilog and vvp."""
CAST = """module counter(input clk, input rst, output reg [3:0] q);
  typedef enum logic [3:0] {ZERO = 4'd0, ONE = 4'd1} step_t;
  wire step_t step = step_t'(4'd1);
  always @(posedge clk) if (rst) q <= 0; else q <= q + step;
endmodule
"""
"""Icarus 11 has no cast to an enumeration."""


@pytest.mark.skipif(
    not (OTHER / "iverilog").exists(), reason="HARNESS_OTHER_ICARUS names no folder with a second Icarus"
)
def test_another_icarus_lists_the_verdicts_that_it_changes(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    codes = [COUNTER_GOLDEN, CAST]
    answers = write_answers(tmp_path / "a.jsonl", [{"task_id": "counter", "code": code} for code in codes])
    options = ("--suite-path", str(mini.root), "--problems", "counter")
    first = harness("grade", "--completions", str(answers), "--run", "r", *options, "--json")
    assert "regraded" not in first.json
    usual = first.json["tools"]["iverilog"]
    run = tmp_path / "results" / "runs" / "r"
    before = outcomes(run)
    path = {"PATH": f"{OTHER}{os.pathsep}{os.environ['PATH']}"}
    again = harness("grade", "r", *options, "--json", env=path).json["regraded"]
    after = outcomes(run)
    assert again["samples"] == 2
    assert again["tools"]["iverilog"][0] == usual != again["tools"]["iverilog"][1]
    assert again["verdicts"] == [
        {"problem": "counter", "sample": number, "round": 0, "before": old, "after": new}
        for number, (old, new) in enumerate(zip(before, after, strict=True))
        if old != new
    ]
    assert len(again["verdicts"]) == (1 if usual.startswith("11.") else 0)
    back = harness("grade", "r", *options)
    assert f"graded again: 2 samples; verdicts that changed: {len(again['verdicts']) or 'none'}" in back.out
    assert f"  iverilog 12.0 → {usual}" in back.out


def outcomes(run: Path) -> list[str]:
    return [grade["outcome"] for grade in last_lines(run)]
