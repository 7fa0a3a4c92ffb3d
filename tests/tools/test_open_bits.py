"""How many netlists of a design are simulated until it is right whatever its open bits are."""

from dataclasses import replace

import pytest
from conftest import COUNTER_GOLDEN, MiniSuite
from graded_designs import COUNTER, SETTINGS, Tools, mini, pool, problem, tools  # noqa: F401 - fixtures

from harness.grading import netlist, synthesize
from harness.grading.report import StageReport

pytestmark = pytest.mark.tools
CHECKED = 100
RIGHT = COUNTER_GOLDEN
NO_RESET = COUNTER % "reg n; always @(posedge clk) begin n <= ~n; q <= rst ? 0 : q + 1 + (n ^ n); end"
"""Right whatever ``n`` starts from; an X in it hides that."""
OPEN = COUNTER % "reg n; always @(posedge clk) begin n <= n; q <= rst ? 0 : q + 1 + n; end"
OPEN_ONE = COUNTER % "reg n; always @(posedge clk) begin n <= n; q <= rst ? 0 : q + 1 + ~n; end"
OWN_CLOCK = COUNTER % "wire c = clk & ~(rst & clk & ~rst); always @(posedge c) if (rst) q <= 0; else q <= q + 1;"
MEMORY = (
    COUNTER.replace("output reg", "output")
    % """reg [3:0] r; reg m [0:1]; reg [0:0] a; wire last = m[a];
  always @(posedge clk) begin r <= rst ? 0 : r + 1; a <= rst ? 0 : ~a; if (rst | r[1]) m[a] <= 0; end
  assign q = r;"""
)
LOST = (
    COUNTER.replace("output reg", "output")
    % """reg n, c; reg [3:0] r; reg m [0:1];
  initial begin m[0] = 0; m[1] = 0; c = 0; end
  always @(posedge clk) begin n <= n; c <= 1; r <= rst ? 0 : r + 1; m[c ? 1'b1 : ~n] <= ~c; end
  assign q = r ^ {3'b0, c & m[r[0] & ~r[0]]};"""
)
"""Where ``n`` is 1 the first write goes to word 0; where it is X a simulation writes nothing."""
LOST_AT_ZERO = LOST.replace("~n;", "n;").replace(": ~n", ": n")
TWO_PULSES = (
    COUNTER.replace("output reg", "output")
    % """reg n, o; reg [2:0] c; reg e; reg [3:0] r;
  initial begin c = 0; e = 0; end
  wire k = (c == 1) & n | (c == 3) & o;
  always @(posedge k) e <= ~e;
  always @(posedge clk) begin n <= n; o <= o; if (c < 5) c <= c + 1; r <= rst ? 0 : r + 1; end
  assign q = r ^ {3'b0, e & (c == 5)};"""
)
"""Right where both pulses come or none, and an X is a pulse as well."""
SILENT = COUNTER % "always @(posedge clk) if (rst) q <= 0; else q <= 4'bx;"


def judged(mini: MiniSuite, tools: Tools, code: str, *, refuses_x: bool) -> tuple[StageReport, int]:
    """The stage's report, and the simulations that it took."""
    found = problem(mini, "counter")
    bench = replace(found.testbench, refuses_x=refuses_x, seeds=1)
    found = replace(found, testbench=bench)
    made = synthesize.run(found, code, SETTINGS.synthesis, mapped=False, run_job=tools)
    assert made.report.passed
    tools.jobs.clear()
    report = netlist.run(found, made.netlists, [CHECKED], SETTINGS.synthesis, tools)
    return report, tools.jobs.count("icarus")


@pytest.mark.parametrize(
    ("code", "passes", "once", "twice"),
    [
        pytest.param(RIGHT, True, 1, 2, id="open bits do not matter"),
        pytest.param(NO_RESET, True, 10, 10, id="an X spreads where no value matters"),
        pytest.param(OPEN, False, 3, 3, id="wrong where an open bit is 1"),
        pytest.param(OPEN_ONE, False, 2, 1, id="wrong where an open bit is 0"),
        pytest.param(MEMORY, True, 1, 2, id="a memory that nobody sees"),
        pytest.param(LOST, False, 3, 3, id="a write that may have gone elsewhere"),
        pytest.param(LOST_AT_ZERO, False, 2, 1, id="the other way round"),
        pytest.param(TWO_PULSES, False, 3, 3, id="a clock that may have had a pulse"),
        pytest.param(OWN_CLOCK, True, 9, 9, id="a clock of its own"),
        pytest.param(SILENT, False, 2, 1, id="says nothing"),
    ],
)
def test_where_a_testbench_refuses_x_the_netlist_with_x_comes_first_and_may_be_all(
    mini: MiniSuite, tools: Tools, code: str, passes: bool, once: int, twice: int
) -> None:
    first, simulations = judged(mini, tools, code, refuses_x=True)
    second, more = judged(mini, tools, code, refuses_x=False)
    assert (first.passed, second.passed) == (passes, passes)
    assert (first.outcome, first.message) == (second.outcome, second.message)
    assert (simulations, more) == (once, twice)


def test_a_log_holds_nothing_of_what_the_worker_read_before(tools: Tools) -> None:
    logs = []
    for _ in range(2):
        found = synthesize.synthesize(
            {"d.v": "module m; x y(); endmodule\n"}, "m", {}, SETTINGS.synthesis, mapped=False, run_job=tools
        )
        assert not found.report.passed
        logs.append(found.report.log)
    assert logs[0] == logs[1]
    assert "read_verilog -sv -nodpi d.v" in logs[0].splitlines()[1]
    assert "two_state" not in logs[0] and "nooverwrite" not in logs[0]
