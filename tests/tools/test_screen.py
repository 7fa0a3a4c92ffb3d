"""The screen in its cell: what is only for simulation is cut without a trace, what reaches out is refused by name."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

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

pytestmark = pytest.mark.tools

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


@pytest.mark.parametrize(("name", "text"), NEUTRALISED)
def test_what_is_only_for_simulation_is_cut_and_nothing_else_changes(bench: Bench, name: str, text: str) -> None:
    code = AND % f"{text}\n{RIGHT} // ö"
    found = bench.screen(code)
    assert (found.report.outcome, found.parse_error) == (None, None)
    assert name in found.report.result.facts["neutralised"]
    left = found.code.splitlines()
    assert len(left) == len(code.splitlines())
    assert left[line_of(code, RIGHT) - 1].startswith(RIGHT)
    assert not re.search(r"\$(display|finish|fatal|error|dump|stop|monitor)|\bassert\b", found.code)
    assert bench.verdict(code) is Outcome.PASS


@pytest.mark.parametrize(("name", "text"), NEUTRALISED[::8])
def test_a_cut_repairs_no_wrong_design(bench: Bench, name: str, text: str) -> None:
    assert bench.verdict(AND % f"{text}\nassign y = a | b;") is Outcome.MISMATCH


def test_an_error_behind_a_cut_keeps_its_line(bench: Bench) -> None:
    code = AND % 'initial begin\n  $display("1",\n\n    a);\n  assert (a)\n    else $error;\nend\nassign y = nothing;'
    found = bench.screen(code)
    report = syntax.run(PROBLEM, found.code, found.parse_error, bench.pool.run)
    assert report.message is not None
    assert report.message.startswith(f"line {line_of(code, 'assign y')}: error: Unable to bind")


def test_a_given_module_that_is_repeated_is_the_given_one(bench: Bench) -> None:
    altered = GIVEN.replace("~i", "i")
    code = altered + AND % "wire n;\ngiven g(a, n);\nassign y = ~n & b;"
    found = bench.screen(code)
    assert found.report.result.facts["neutralised"] == ["module given (given)"]
    assert found.code.count("module given") == 0 and found.code.count("\n") == code.count("\n")
    assert bench.verdict(code) is Outcome.PASS


# What reaches out of the design


REFUSED = [
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


@pytest.mark.parametrize(("construct", "text"), REFUSED)
def test_what_reaches_out_is_refused_with_its_name_and_line(bench: Bench, construct: str, text: str) -> None:
    code = AND % f"\n{RIGHT}\n{text}"
    found = bench.screen(code).report
    assert found.outcome is Outcome.REJECTED
    line, first = bench.rejected(code)[0]
    assert (line, found.message) == (4, f"line 4: {first}")
    assert construct in first


@pytest.mark.parametrize(
    ("construct", "text"),
    [
        ("bind", "/**/bind and2 given g(a, );"),
        ("a definition of tb", "/**/module tb; endmodule"),
        ("a definition of tb", "/**/interface tb; endinterface"),
        ("a definition of tb", "/**/package tb; endpackage"),
        ("a definition of tb", "/**/primitive tb(o, i);\noutput o; input i;\ntable 0:0; 1:1; endtable\nendprimitive"),
        ("a definition of reference", "/**/module reference(input a, output y); endmodule"),
        ("a definition of tb", "module outer;\n/**/module tb; endmodule\nendmodule"),
        ("a config", "/**/config c;\ndesign and2;\nendconfig"),
        ("an extern module", "/**/extern module other(input a);"),
        ("tb.want", "module other(output o);\n/**/assign o = tb.want;\nendmodule"),
    ],
)
def test_what_stands_beside_the_module_is_screened_too(bench: Bench, construct: str, text: str) -> None:
    code = AND % RIGHT + text + "\n"
    line, first = bench.rejected(code)[0]
    assert construct in first
    assert line == line_of(code, "/**/")


@pytest.mark.parametrize(
    "text",
    [
        "generate if (1) begin : tb wire x = a; end endgenerate assign y = tb.want;",
        "generate if (1) begin : o if (1) begin : tb wire want = a; end end endgenerate assign y = tb.want;",
        "initial begin : tb reg k; k = 0; end assign y = tb.want;",
        "wire tb; assign y = tb.want;",
        "typedef struct packed {logic p;} tb; assign y = tb.want;",
        "genvar tb; generate for (tb = 0; tb < 1; tb = tb + 1) wire w; endgenerate assign y = tb.want;",
        "function tb(input want); tb = want; endfunction assign y = tb.want;",
        "module inner; wire tb; endmodule assign y = tb.want;",
    ],
)
def test_a_name_like_the_testbenchs_opens_no_way_out(bench: Bench, text: str) -> None:
    assert bench.verdict(AND % text) not in (Outcome.PASS, Outcome.INFRA_ERROR)


def test_without_the_screen_the_answer_could_be_read(bench: Bench) -> None:
    design = syntax.design_files(PROBLEM, AND % "assign y = tb.want;")
    assert simulate.run(PROBLEM, design, [4], bench.pool.run).outcome is None


@pytest.mark.parametrize(
    ("dead", "timescale"),
    [
        ("if (0)", "1ns/1ps"),
        ("if (WIDTH == 4)", "1ns/1ps"),
        ("localparam real T = 1ns; if (T < 2.0)", "1ps/1ps"),
    ],
)
def test_a_label_in_a_branch_that_is_dead_under_the_testbench_opens_no_way_out(
    bench: Bench, dead: str, timescale: str
) -> None:
    """Alone, with its own default parameter, the name is the label; under the testbench it would be the testbench's."""
    tb = f"`timescale {timescale}\n" + BENCH.replace("and2 dut", "and2 #(.WIDTH(6)) dut")
    testbench = records.Testbench("verilog", (SourceFile("tb.v", tb),), 1, 5)
    problem = replace(PROBLEM, testbench=testbench, parameters={"WIDTH": 6})
    header = AND.replace("and2(", "and2 #(parameter WIDTH = 4) (")
    assert bench.verdict(header % RIGHT, problem) is Outcome.PASS
    text = header % f"{dead} begin : tb wire want = a & b; end\nassign y = tb.want;"
    assert bench.verdict(text, problem) in (Outcome.REJECTED, Outcome.ELABORATION_ERROR)


def test_names_that_lead_down_into_the_design_are_its_own_business(bench: Bench) -> None:
    texts = [
        "sub s(a & b, y); wire k = s.inner;",
        "sub #(.P(1)) s(a & b, y); defparam s.P = 1;",
        "genvar i; generate for (i = 0; i < 2; i = i + 1) begin : g wire w = i ? a : b; end endgenerate\n"
        "assign y = g[0].w & g[1].w;",
        "generate if (1) begin : tb wire want = a & b; end endgenerate assign y = tb.want;",
        "typedef struct packed {logic p; logic q;} t; t v; assign v.p = a, v.q = b; assign y = v.p & v.q;",
        "wire [1:0] o; sub s[1:0]({a, b}, o); assign y = s[0].inner & s[1].inner;",
        "reg r; always @* begin : block reg t; t = a & b; r = block.t; end assign y = r;",
        "wire \\tb.want = a; assign y = \\tb.want & b;",
    ]
    assert {text: bench.verdict(SUB + AND % text) for text in texts} == dict.fromkeys(texts, Outcome.PASS)


def test_a_function_that_fills_a_structure_and_a_package_constant_are_not_refused(bench: Bench) -> None:
    structure = "typedef struct packed {logic p;} t;\nfunction t f(input logic i); f.p = i; endfunction\n"
    package = "package p; localparam ONE = 1'b1; endpackage\n" + AND % "assign y = a & b & p::ONE;"
    assert bench.rejected(AND % f"{structure}t r; assign r = f(a & b); assign y = r.p;") == []
    assert bench.rejected(package) == []


@pytest.mark.parametrize("text", ["sub t(a, y);", "wire t = a; sub s(t, y);"])
@pytest.mark.parametrize("reach", ["assign q = t.y;", "defparam t.P = 3;", "assign q = and2.y;"])
def test_names_that_lead_up_or_sideways_are_refused(bench: Bench, text: str, reach: str) -> None:
    other = f"module sub(input i, output o);\nwire q; assign o = i;\n{reach}\nendmodule\n"
    line, construct = bench.rejected(other + AND % text)[0]
    assert line == 3
    assert "out of the design" in construct


# Words that mean nothing, directives


def test_comments_strings_and_escaped_names_with_these_words_are_harmless(bench: Bench) -> None:
    words = "final bind force release $fopen $system $root.x tb.want include ifdef defparam $finish"
    text = f'// {words}\n/* {words}\n {words} */\nreg [8*200:1] s = "{words} // /* \\" ";\n{RIGHT}'
    found = bench.screen(AND % text)
    assert found.report.result.facts == {}
    assert found.code.count("\n") == (AND % text).count("\n")
    assert bench.verdict(AND % text) is Outcome.PASS
    names = "wire \\final = a, \\tb = b, \\force = 1; assign y = \\final & \\tb & \\force ;"
    assert bench.verdict(AND % names) is Outcome.PASS


def test_a_directive_in_a_comment_or_a_string_is_harmless(bench: Bench) -> None:
    text = f'// `include "x" `ifdef `define\n/* `endif `else */ reg [200:1] s = "`include";\n{RIGHT}'
    assert bench.verdict(AND % text) is Outcome.PASS


def test_macros_are_resolved_before_anything_is_judged(bench: Bench) -> None:
    hidden = "`define BAD $fopen\n`define J(x, y) x``y\n" + AND % "integer f;\n%s\nassign y = 0;"
    assert bench.rejected(hidden % 'initial f = `BAD("x");')[0] == (5, "$fopen")
    assert bench.rejected(hidden % "initial `J($fo,pen)(f);")[0] == (5, "$fopen")
    assert bench.rejected(hidden % "assign f = `J(t,b).want;")[0][0] == 5
    assert bench.rejected("`define UNUSED $fopen tb.want final\n" + AND % RIGHT) == []
    honest = "`define W 1\n`define AND(x, y) \\\n  ((x) & \\\n  (y))\n`undef NOTHING\n" + AND
    found = bench.screen(honest % "wire [`W-1:0] w = `AND(a, b);\nassign y = w;")
    assert "`" not in found.code
    assert bench.verdict(honest % "wire [`W-1:0] w = `AND(a, b);\nassign y = w;") is Outcome.PASS


def test_what_icarus_or_yosys_would_read_is_screened_and_nothing_else(bench: Bench) -> None:
    good, bad = AND % RIGHT, AND % "assign y = tb.want;"
    for macro in ("__ICARUS__", "SYNTHESIS", "FOO"):
        assert bench.verdict(f"`ifdef {macro}\n{good}`else\n{good}`endif\n") is Outcome.PASS
    for macro in ("__ICARUS__", "SYNTHESIS"):
        assert bench.verdict(f"`ifdef {macro}\n{bad}`else\n{good}`endif\n") is Outcome.REJECTED
        assert bench.verdict(f"`ifndef {macro}\n{bad}`else\n{good}`endif\n") is Outcome.REJECTED
    for macro in ("FOO", "__slang__", "SV_COV_START"):
        taken = f"`ifdef {macro}\n%s`else\n%s`endif\n"
        assert {bench.verdict(taken % (good, bad)), bench.verdict(taken % (bad, good))} == {
            Outcome.PASS,
            Outcome.REJECTED,
        }
    assert bench.verdict(f"`define X\n`ifdef X\n{good}`elsif Y\n{bad}`endif\n") is Outcome.PASS


@pytest.mark.parametrize(
    ("code", "line", "construct"),
    [
        ("`ifdef FOO\n" + AND % RIGHT, 1, "an unbalanced `ifdef"),
        (AND % RIGHT + "`endif\n", 4, "an unbalanced `ifdef"),
        ("`else\n" + AND % RIGHT, 1, "an unbalanced `ifdef"),
        ('\n`include "tb.v"\n' + AND % RIGHT, 2, "`include"),
        ('`define F "tb.v"\n`include `F\n' + AND % RIGHT, 2, "`include"),
        ("`include <commands.f>\n" + AND % RIGHT, 1, "`include"),
        (AND % f"wire \\a`define K evil\n;\n{RIGHT}", 2, "escaped name"),
        (AND % f"wire w;\nwire \\a`ifdef ;\n{RIGHT}", 3, "escaped name"),
    ],
)
def test_a_directive_that_reaches_out_is_refused(bench: Bench, code: str, line: int, construct: str) -> None:
    found = bench.rejected(code)
    assert any(at == line and construct in said for at, said in found), found


def test_directives_that_stay_inside_the_file_are_kept_and_counted(bench: Bench) -> None:
    code = "`resetall\n`timescale 1ps/1ps\n`default_nettype none\n`celldefine\n" + AND % RIGHT + "`endcelldefine\n"
    found = bench.screen(code).report
    assert set(found.result.facts["directives"]) >= {"TimeScale", "DefaultNetType", "ResetAll", "CellDefine"}
    assert bench.verdict(code) is Outcome.PASS
    strict = "`default_nettype none\n" + AND % "assign w = a & b; assign y = w;"
    assert bench.verdict(strict.replace("none", "wire")) is Outcome.PASS
    assert bench.verdict(strict) is Outcome.ELABORATION_ERROR
    assert bench.verdict("`define X 1\n" + strict) is Outcome.ELABORATION_ERROR


# Text of any size and shape


BIG_CASE = "".join(f"    16'd{n}: r = 1'b{n % 2};\n" for n in range(44_000))


def test_a_megabyte_of_honest_text_is_screened_in_time(bench: Bench) -> None:
    code = AND % (
        f"reg r; wire [15:0] n = {{a, b}};\nalways @* case (n)\n{BIG_CASE}    default: r = 0;\n  endcase\n"
        f"initial $display;\n{RIGHT}"
    )
    assert len(code) > 1_000_000
    found = bench.screen(code)
    assert (found.report.outcome, found.parse_error) == (None, None)
    assert found.report.result.facts["neutralised"] == ["$display"]
    assert found.code.count("\n") == code.count("\n")
    assert found.report.cpu_s < 9


@pytest.mark.parametrize(
    "text",
    [
        "assign y = " + "(" * 400 + "a & b" + ")" * 400 + ";",
        "reg r; always @* " + "begin " * 300 + "r = a & b; " + "end " * 300 + "\nassign y = r;",
        "assign y = " + "".join(f"{{a, b}} == {n % 3} ? 1'b0 :\n" for n in range(600)) + "a & b;",
        "reg r; always @* if (0) r = 0;\n" + "else if (0) r = 1;\n" * 600 + "else r = a & b;\nassign y = r;",
        "assign y = " + " & ".join(["a", "b"] * 400) + ";",
    ],
    ids=["parentheses", "blocks", "ternaries", "else-ifs", "terms"],
)
def test_a_design_that_nests_as_deep_as_a_long_table_passes(bench: Bench, text: str) -> None:
    assert bench.verdict(AND % text) is Outcome.PASS


@pytest.mark.parametrize(
    "code",
    [
        AND % ("assign y = " + "(" * 100_000 + "a" + ")" * 100_000 + ";"),
        AND % ("initial " + "begin " * 20_000 + "end " * 20_000),
        AND % ("assign y = " + "~" * 100_000 + "a;"),
        AND % ("assign y = " + "{" * 200_000),
        AND % ("wire " * 50_000),
        "`define A `A\n" + AND % "assign y = `A;",
        AND % "and2 again(a, b, y);",
        AND % "wire [1000000000:0] w;",
        '"' * 10_001,
        "/*" * 50_000,
        "\\" * 100_000,
        "`" * 100_000,
        "\ufeff\u2028\x7f\x01\r\v\f",
        "module " * 20_000,
        "x" * 1_000_000,
    ],
    ids=lambda code: repr(code[-12:]),
)
def test_hostile_text_harms_nobody_but_its_author(bench: Bench, code: str) -> None:
    began = time.monotonic()
    assert bench.verdict(code) not in (Outcome.PASS, Outcome.INFRA_ERROR)
    assert time.monotonic() - began < 60
    assert bench.verdict(AND % RIGHT) is Outcome.PASS
