"""What test_grading and test_grading_outcomes share."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from conftest import MiniSuite, problem_toml

from harness.errors import CellLost
from harness.grading.grader import Graded, Grader, GradingSettings
from harness.grading.synthesize import SynthesisSettings
from harness.process.job import Job, JobResult
from harness.process.pool import CellPool
from harness.process.sandbox import CellKind, choose
from harness.records.grade import Candidate, Grade
from harness.records.outcome import Rules, Task
from harness.records.problem import Problem
from harness.suites.locate import load_suite
from harness.suites.native import read_native
from harness.tools import liberty
from harness.tools.locate import prefix_of

AND = "module and2(input a, input b, output y);\n%s\nendmodule\n"
COUNTER = "module counter(input clk, input rst, output reg [3:0] q);\n%s\nendmodule\n"
RIGHT = "assign y = a & b;"
ADDER = """module adder #(parameter WIDTH = 4) (input [WIDTH-1:0] a, input [WIDTH-1:0] b, output [WIDTH:0] s);
  assign s = a + b;
endmodule
"""
ADDER_TB = """module tb;
  parameter [63:0] KEY = 64'd0;
  parameter [31:0] SEED = 32'd1;
  reg [5:0] a, b; wire [6:0] s; integer i, state, failed = 0;
  adder #(.WIDTH(6)) dut(.a(a), .b(b), .s(s));
  initial begin
    state = SEED;
    for (i = 0; i < 50; i = i + 1) begin a = $random(state); b = $random(state); #1 if (s !== a + b) failed = failed + 1; end
    if (failed == 0) $display("HARNESS %h checked=50 failed=0 first=-", KEY);
    else $display("HARNESS %h checked=50 failed=%0d first=1", KEY, failed);
    $finish(0);
  end
endmodule
"""
WAITING_TB = """module tb;
  parameter [63:0] KEY = 64'd0;
  parameter [31:0] SEED = 32'd1;
  reg a = 1, b = 0; wire y; and2 dut(.a(a), .b(b), .y(y));
  integer rounds = 0;
  always @(posedge y) rounds = rounds + 1;
  initial begin
    repeat (3) begin #1 b = 1; #1 b = 0; end
    wait (rounds > 0);
    $display("HARNESS %h checked=%0d failed=0 first=-", KEY, rounds);
    $finish(0);
  end
endmodule
"""
"""Counts what the design does, and waits for it: without the golden design's count it would believe anything."""


@dataclass
class Memory:
    """Baselines by content, so that each is measured once for the whole file."""

    found: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def get(self, key: str) -> Mapping[str, Any] | None:
        return self.found.get(key)

    def put(self, key: str, value: Mapping[str, Any]) -> None:
        self.found[key] = value


@dataclass
class Tools:
    """The pool as the stages see it; counts jobs by cell, and can fail or change one."""

    pool: CellPool
    jobs: list[str] = field(default_factory=list)
    lose: int = 0
    crash: str = ""
    """Name of the step that is said to have died of signal 11."""

    def __call__(self, kind: CellKind, job: Job) -> JobResult:
        self.jobs.append(kind.name)
        if self.lose:
            self.lose -= 1
            raise CellLost("the cell was lost")
        found = self.pool.run(kind, job)
        if any(step.name == self.crash for step in found.steps):
            steps = [s if s.name != self.crash else replace(s, exit_code=None, signal=11) for s in found.steps]
            return JobResult(tuple(steps), found.files)
        return found


SETTINGS = GradingSettings(
    rules=Rules.DEFAULT,
    stages=frozenset(),
    synthesis=SynthesisSettings(liberty.load("neutral")),
    tools={},
    sandbox=choose("auto"),
)
MEMORY = Memory()


@pytest.fixture(scope="module")
def pool() -> Iterator[CellPool]:
    prefix = prefix_of("iverilog")
    with CellPool(choose("auto"), () if prefix is None else (prefix,)) as made:
        yield made


@pytest.fixture
def tools(pool: CellPool) -> Tools:
    return Tools(pool)


@pytest.fixture
def grader(tools: Tools) -> Grader:
    return Grader(SETTINGS, tools, MEMORY)


@pytest.fixture
def mini(mini: MiniSuite) -> MiniSuite:
    ports = [("a", "input", 6), ("b", "input", 6), ("s", "output", 7)]
    mini.add("adder", problem_toml("adder", ports, "parameters = { WIDTH = 6 }\n"), ADDER, ADDER_TB)
    return mini


def problem(mini: MiniSuite, name: str) -> Problem:
    suite = read_native(mini.root, Task.SPEC_TO_RTL)
    assert suite.defects == ()
    return next(found for found in suite.problems if found.name == name)


def graded(grader: Grader, mini: MiniSuite, name: str, code: str) -> Graded:
    return grader.grade(problem(mini, name), Candidate(code), 0)


def grade(grader: Grader, mini: MiniSuite, name: str, code: str) -> Grade:
    return graded(grader, mini, name, code).grade


def hasty(found: Problem) -> Problem:
    return replace(found, testbench=replace(found.testbench, cpu_s=1))


# cocotb


@pytest.fixture(scope="module")
def crc8() -> Problem:
    suite = load_suite("core", Task.SPEC_TO_RTL)
    found = next(problem for problem in suite.problems if problem.name == "crc8_stream")
    return replace(found, testbench=replace(found.testbench, seeds=1, cpu_s=4))
