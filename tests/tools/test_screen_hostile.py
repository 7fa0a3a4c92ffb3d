"""The screen in its cell: what is only for simulation is cut without a trace, what reaches out is refused by name (continued)."""

import time

import pytest
from screened_designs import (
    AND,
    BIG_CASE,
    RIGHT,
    Bench,
    bench,  # noqa: F401 - fixtures
)

from harness.records.outcome import Outcome

pytestmark = pytest.mark.tools


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
