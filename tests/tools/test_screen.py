"""The screen in its cell: what is only for simulation is cut without a trace, what reaches out is refused by name."""

import re
from dataclasses import replace

import pytest
from screened_designs import (
    AND,
    BENCH,
    GIVEN,
    NEUTRALISED,
    PROBLEM,
    REFUSED,
    RIGHT,
    SUB,
    Bench,
    bench,  # noqa: F401 - fixtures
    line_of,
)

from harness.grading import simulate, syntax
from harness.records import problem as records
from harness.records.outcome import Outcome
from harness.records.problem import SourceFile

pytestmark = pytest.mark.tools


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
