"""What test_screen and test_screen_hostile share."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from conftest import AND_TB

from harness.grading import screen, simulate, syntax
from harness.grading.screen import Screened
from harness.process.pool import CellPool
from harness.process.sandbox import choose
from harness.records import problem as records
from harness.records.outcome import Outcome, Task
from harness.records.problem import Port, Problem, SourceFile
from harness.tools.locate import prefix_of

AND = "module and2(input a, input b, output y);\n%s\nendmodule\n"
RIGHT = "assign y = a & b;"
GIVEN = "module given(input i, output o);\n  assign o = ~i;\nendmodule\n"
SUB = "module sub #(parameter P = 1) (input i, output o);\n  wire inner = i & P; assign o = inner;\nendmodule\n"
BENCH = (
    AND_TB.replace("integer i", "reg want = 0; event e; integer i")
    .replace("initial begin", "task check; want = 1; endtask\n  initial begin", 1)
    .replace("#1 if (y", "want = a & b; #1 if (y")
)
"""Whoever can read ``tb.want`` has the answer."""
PROBLEM = Problem(
    name="and2",
    title="",
    category="",
    difficulty="easy",
    top="and2",
    language="verilog",
    spec="",
    golden=(SourceFile("golden.v", AND % RIGHT),),
    given=(SourceFile("given.v", GIVEN),),
    tasks=(Task.SPEC_TO_RTL,),
    ports=(Port("a", "input", 1), Port("b", "input", 1), Port("y", "output", 1)),
    testbench=records.Testbench("verilog", (SourceFile("tb.v", BENCH),), 1, 5),
)


@dataclass(frozen=True)
class Bench:
    """Screens a design, and tells what comes of what is left of it."""

    pool: CellPool

    def screen(self, code: str, problem: Problem = PROBLEM) -> Screened:
        return screen.run(problem, code, ["tb", "reference"], self.pool.run)

    def rejected(self, code: str) -> list[tuple[int, str]]:
        found = self.screen(code).report
        assert (found.outcome is Outcome.REJECTED) == bool(found.result.facts.get("rejected"))
        return [(item["line"], item["construct"]) for item in found.result.facts.get("rejected", [])]

    def verdict(self, code: str, problem: Problem = PROBLEM) -> Outcome:
        """Screen, syntax and the simulation's own verdict."""
        found = self.screen(code, problem)
        if found.report.outcome is not None:
            return found.report.outcome
        compiled = syntax.run(problem, found.code, found.parse_error, self.pool.run)
        if compiled.outcome is not None:
            return compiled.outcome
        design = syntax.design_files(problem, found.code)
        return simulate.run(problem, design, [4], self.pool.run).outcome or Outcome.PASS


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    prefix = prefix_of("iverilog")
    with CellPool(choose("auto"), () if prefix is None else (prefix,)) as made:
        yield Bench(made)


def line_of(code: str, mark: str) -> int:
    return code[: code.index(mark)].count("\n") + 1


# What is only for simulation


NEUTRALISED = [
    ("init", "(* init = 1'b1 *) reg z;"),
    ("keep, mark", "(* keep = 1, mark *)\nwire z = a;"),
    ("$display", 'initial $display("x");'),
    ("$display", 'initial $display(\n  "x",\n  a\n);'),
    ("$display", 'initial if (a) $display("a"); else $display("b");'),
    ("$display", 'always @(a) case (a) 0: $display("zero"); default: ; endcase'),
    ("$display", 'integer i; initial for (i = 0; i < 3; i = i + 1) $display("%d", i);'),
    ("$display", 'function f(input i); begin $display("é"); f = i; end endfunction\nwire z = f(a);'),
    ("$display", 'task t; $display("in a task"); endtask\ninitial t;'),
    ("$display", 'initial /* ü */ $display("ü€😀"); // ä\n'),
    ("$write", "initial begin $write; $write(a); end"),
    ("$strobe", "always @(a) $strobe(a);"),
    ("$monitor", 'initial begin $monitor("%b", y); $monitoroff; end'),
    ("$displayb", "initial $displayb(a);"),
    ("$finish", "initial $finish;"),
    ("$finish", "initial #2 $finish(0);"),
    ("$finish", "always @(posedge a) begin : stop $finish; end"),
    ("$stop", "initial wait (a) $stop;"),
    ("$fatal", 'initial $fatal(1, "x");'),
    ("$error", 'initial begin $error("x"); $warning("y"); $info("z"); end'),
    ("$dumpfile", 'initial begin $dumpfile("x.vcd"); $dumpvars(0, and2); end'),
    ("$dumpvars", "initial begin\n  $dumpvars;\n  #1 $dumpoff;\nend"),
    ("$timeformat", 'initial $timeformat(-9, 0, "ns", 8);'),
    ("assertion", "assert property (@(posedge a) b);"),
    ("assertion", "label: assert property (@(posedge a) disable iff (b) 1 |-> b) else $error;"),
    ("assertion", 'always @(a) begin assert (a === 1\'b0) else $fatal(1, "x"); end'),
    ("assertion", "initial assume (a);\ninitial cover (b);"),
    ("assertion", "cover property (@(posedge a) a ##1 b);"),
    ("assertion", "generate if (1) assert property (@(posedge a) b); endgenerate"),
    ("$error", 'generate if (0) $error("bad"); endgenerate'),
    ("$error", 'if (1) $info("good"); else $error("bad");'),
    ("$error", 'case (3) 3: $info("three"); default: $error("bad"); endcase'),
]


# What reaches out of the design


REFUSED = [
    ("the attribute blackbox", "(* keep, blackbox *) wire z;"),
    ("a final block", "final $display;"),
    ("a DPI import", 'import "DPI-C" function int f();'),
    ("a DPI export", 'export "DPI-C" function f;\nfunction f(); f = 0; endfunction'),
    ("force", "initial force y = 1;"),
    ("release", "initial release y;"),
    ("$root", "assign y = $root.tb.want;"),
    ("$unit", "assign y = $unit::want;"),
    ("$fopen", 'integer f; initial f = $fopen("x");'),
    ("$fdisplay", 'initial $fdisplay(1, "HARNESS");'),
    ("$fwrite", 'initial $fwrite(32\'h80000001, "x");'),
    ("$readmemh", 'reg m [0:3]; initial $readmemh("tb.v", m);'),
    ("$writememb", 'reg m [0:3]; initial $writememb("tb.v", m);'),
    ("$system", 'initial $system("true");'),
    ("$test$plusargs", 'wire w = $test$plusargs("KEY");'),
    ("$value$plusargs", 'integer k; initial k = $value$plusargs("KEY=%d", k);'),
    ("$save", 'initial $save("x");'),
    ("$nosuchtask", "initial $nosuchtask;"),
    ("$finish", "initial if ($finish) ;"),
    ("tb", "tb t();"),
    ("tb", "tb #(.KEY(64'd3)) t();"),
    ("reference", "reference r(.y(y));"),
    ("tb", "generate if (0) begin tb t(); end endgenerate"),
    ("tb.want", "assign y = tb.want;"),
    ("tb.want", "wire [1:0] v; assign y = v[tb.want];"),
    ("tb.want", "genvar i; for (i = 0; i < 2; i = i + 1) begin : g wire w = a; end assign y = g[tb.want].w;"),
    ("tb.want", "typedef struct packed {logic p;} t; t [1:0] v; assign y = v[tb.want].p;"),
    ("tb.want", "wire w = a; given g(.i(tb.want), .o(y));"),
    ("tb.want", "(* keep = tb.want *) wire w;"),
    ("tb.want", "localparam P = tb.want;"),
    ("tb.want", "generate if (tb.want) wire w; endgenerate"),
    ("tb.want", "initial tb.want = 1;"),
    ("tb.want", "initial $display(a); always @(tb.want) ;"),
    ("tb.want", "let f(x) = x & tb.want; assign y = f(a);"),
    ("tb.check", "initial tb.check;"),
    ("tb.e", "initial -> tb.e;"),
    ("tb.x", "initial disable tb.x;"),
    ("dut.y", "assign y = dut.y;"),
    ("defparam of tb.KEY", "defparam tb.KEY = 0;"),
    ("defparam of dut.P", "defparam dut.P = 0;"),
]


# Text of any size and shape


BIG_CASE = "".join(f"    16'd{n}: r = 1'b{n % 2};\n" for n in range(44_000))
