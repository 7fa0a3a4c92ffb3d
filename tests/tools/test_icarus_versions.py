"""The texts of tests/unit/test_icarus_logs.py and a whole simulation, by every Icarus that is on this machine."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import COUNTER_GOLDEN, MiniSuite

from harness.grading import simulate, syntax
from harness.process.pool import CellPool
from harness.process.program import run_program
from harness.process.sandbox import choose
from harness.records.outcome import Outcome, Task
from harness.records.problem import Problem
from harness.suites.native import read_native
from harness.tools.locate import prefix_of

pytestmark = pytest.mark.tools

ELSEWHERE = sorted(str(path.parent) for path in Path("/opt").glob("*/bin/iverilog"))
"""An Icarus beside the system's own."""
HEAD = "module counter(input clk, input rst, output reg [3:0] q);\n"
SYNTAX = {
    "missing semicolon": HEAD.replace(");\n", ")\n") + "  always @(posedge clk) q <= 1;\nendmodule\n",
    "malformed statement": HEAD + "  always @(posedge clk) begin q <= ;\n  end\nendmodule\n",
    "bad item": HEAD + "  nonsense here now;\nendmodule\n",
    "markdown fence": "```verilog\n" + COUNTER_GOLDEN + "```\n",
    "prose": "Here is the module:\n" + COUNTER_GOLDEN,
    "no endmodule": HEAD + "  always @(posedge clk) q <= 1;\n",
    "unclosed string": HEAD + '  initial $display("abc\n);\nendmodule\n',
    "unclosed comment": HEAD + "/* on and on\nendmodule\n",
    "unclosed ifdef": "`ifdef SIMULATION\n" + COUNTER_GOLDEN,
    "missing include": '`include "nothere.vh"\n' + COUNTER_GOLDEN,
    "unknown macro": HEAD + "  always @(posedge clk) q <= `NOPE;\nendmodule\n",
}
ELABORATION = {
    "undeclared name": HEAD + "  always @(posedge clk) q <= r;\nendmodule\n",
    "unknown module": HEAD + "  helper h(.a(clk), .y());\nendmodule\n",
    "wire assigned in a process": HEAD.replace("reg ", "") + "  always @(posedge clk) q <= 1;\nendmodule\n",
    "module twice": COUNTER_GOLDEN + COUNTER_GOLDEN,
}


@pytest.fixture(scope="module", params=["11", "12"])
def pool(request: pytest.FixtureRequest) -> Iterator[CellPool]:
    """Cells in which ``iverilog`` is that version."""
    with pytest.MonkeyPatch.context() as patch:
        usual = os.environ["PATH"]
        for path in (usual, *(f"{folder}{os.pathsep}{usual}" for folder in ELSEWHERE)):
            patch.setenv("PATH", path)
            if f"version {request.param}." in run_program(["iverilog", "-V"], wall_s=20).output:
                break
        else:
            pytest.skip(f"no Icarus {request.param} here")
        prefix = prefix_of("iverilog")
        with CellPool(choose("auto"), [prefix] if prefix else []) as made:
            yield made


@pytest.fixture
def counter(mini: MiniSuite) -> Problem:
    [problem] = [found for found in read_native(mini.root, Task.SPEC_TO_RTL).problems if found.name == "counter"]
    return problem


@pytest.mark.parametrize("case", SYNTAX)
def test_broken_text_is_a_syntax_error_by_every_version(pool: CellPool, counter: Problem, case: str) -> None:
    report = syntax.run(counter, SYNTAX[case], None, pool.run)
    assert report.outcome is Outcome.SYNTAX_ERROR
    assert report.message
    assert report.message.startswith("line ")


@pytest.mark.parametrize("case", ELABORATION)
def test_a_design_that_does_not_fit_together_is_none_by_any(pool: CellPool, counter: Problem, case: str) -> None:
    report = syntax.run(counter, ELABORATION[case], None, pool.run)
    assert report.outcome is Outcome.ELABORATION_ERROR
    assert report.message
    assert report.message.startswith("line ")


def test_a_missing_top_module_is_left_to_the_next_stage(pool: CellPool, counter: Problem) -> None:
    assert syntax.run(counter, COUNTER_GOLDEN.replace("counter", "kounter"), None, pool.run).passed


def test_key_and_seed_reach_the_testbench_and_its_verdict_comes_back(pool: CellPool, counter: Problem) -> None:
    right = simulate.run(counter, syntax.design_files(counter, COUNTER_GOLDEN), (100, 100), pool.run)
    assert (right.passed, right.result.facts) == (True, {"checked": 200, "failed": 0})
    wrong = COUNTER_GOLDEN.replace("q + 1", "q + 2")
    report = simulate.run(counter, syntax.design_files(counter, wrong), (100, 100), pool.run)
    assert report.outcome is Outcome.MISMATCH
    assert report.message
    assert re.match(r"q differs first at time \d+: expected 0001, got 0010; \d+ of 100 checks failed", report.message)
