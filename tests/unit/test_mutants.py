"""Mutants: valid, different, varied, the same for the same seed. Pure text; slang parses, nothing is run."""

import re

import pytest

from harness.audit.literals import variants
from harness.audit.mutants import OPERATORS, Mutant, mutants
from harness.audit.syntax import parse_errors

DESIGN = """\
// a + b && c: comments stay as they are (ü)
module timer #(
    parameter WIDTH = 8
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             go,
    input  wire             stop,
    input  wire       [7:0] a,
    input  wire       [7:0] b,
    input  wire       [1:0] mode,
    output reg        [7:0] count,
    output reg        [7:0] result,
    output wire             odd
);
    localparam [1:0] ADD = 2'd0;
    localparam [1:0] MIX = 2'd1;

    wire signed [7:0] turned = $signed(a) >>> 2;
    wire        [7:0] joined = {a[3:0], b[7:4]};
    wire        [7:0] masked = (a & b) | ~joined;
    wire              busy   = go && !stop;

    assign odd = ^joined;

    always @* begin
        case (mode)
            ADD:     result = a + b;
            MIX:     result = masked;
            default: result = busy ? a << 1 : turned;
        endcase
    end

    always @(posedge clk) begin
        if (rst) begin
            count <= 8'd3;
        end else if (busy) begin
            count <= count + 8'd1;
            if (count == 8'hF0)
                count <= 8'd0;
        end
    end
endmodule
"""

TWO_MODULES = """\
module unused(input wire a, output wire q);
    assign q = ~a;
endmodule
module low(input wire a, b, output wire q);
    assign q = a & b;
endmodule
module high(input wire a, b, output wire q);
    low part(.a(a), .b(b), .q(q));
endmodule
"""


def every(code: str, top: str = "m", seed: int = 1) -> list[Mutant]:
    return list(mutants(code, top, seed))


def bodies(
    body: str, operator: str, ports: str = "input [7:0] a, input [7:0] b, input c, output reg [7:0] q"
) -> set[str]:
    """The changed bodies of a one-line module, of the mutants of one class."""
    head, tail = f"module m({ports}); ", " endmodule"
    found = every(head + body + tail)
    assert all(mutant.code.startswith(head) and mutant.code.endswith(tail) for mutant in found)
    return {mutant.code[len(head) : -len(tail)] for mutant in found if mutant.operator == operator}


def test_the_same_seed_gives_the_same_mutants_in_the_same_order() -> None:
    assert every(DESIGN, "timer", 7) == every(DESIGN, "timer", 7)


def test_another_seed_gives_the_same_mutants_in_another_order() -> None:
    first, second = every(DESIGN, "timer", 1), every(DESIGN, "timer", 2)
    assert {mutant.code for mutant in first} == {mutant.code for mutant in second}
    assert [mutant.code for mutant in first[:10]] != [mutant.code for mutant in second[:10]]


def test_no_two_mutants_are_the_same_text_and_none_is_the_design() -> None:
    texts = [mutant.code for mutant in every(DESIGN, "timer")]
    assert len(set(texts)) == len(texts)
    assert DESIGN not in texts


def test_every_mutant_parses_like_the_design() -> None:
    assert all(not parse_errors(mutant.code) for mutant in every(DESIGN, "timer"))


def test_header_and_comments_stay() -> None:
    header = DESIGN[: DESIGN.index(");\n")]
    assert all(mutant.code.startswith(header) for mutant in every(DESIGN, "timer"))


def test_the_line_is_where_the_first_change_is() -> None:
    for mutant in every(DESIGN, "timer"):
        old, new = DESIGN.splitlines(), mutant.code.splitlines()
        changed = next(number for number, (a, b) in enumerate(zip(old, new, strict=False), 1) if a != b)
        # A block that is dropped whole can go on with a line like its own first one.
        assert mutant.line <= changed <= mutant.line + 1, mutant


def test_every_class_of_faults_occurs_in_the_design() -> None:
    assert {mutant.operator for mutant in every(DESIGN, "timer")} == set(OPERATORS)


def test_every_line_that_does_something_has_a_fault() -> None:
    lines = {mutant.line for mutant in every(DESIGN, "timer")}
    body = range(DESIGN[: DESIGN.index("localparam")].count("\n") + 1, DESIGN.count("\n") + 1)
    does = re.compile(r"=|if|always")
    assert {number for number in body if does.search(DESIGN.splitlines()[number - 1])} - lines == {26}  # always @*


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_first_twenty_are_of_many_classes_and_lines(seed: int) -> None:
    first = every(DESIGN, "timer", seed)[:20]
    assert len({mutant.operator for mutant in first}) >= 18
    assert len({mutant.line for mutant in first}) >= 12


def test_only_what_the_top_uses_is_changed() -> None:
    lines = {mutant.line for mutant in every(TWO_MODULES, "high")}
    assert lines and 2 not in lines
    assert 5 in lines
    assert 2 in {mutant.line for mutant in every(TWO_MODULES, "somewhere_else")}


def test_a_text_out_of_a_macro_is_left_alone() -> None:
    code = "`define SUM a + b\nmodule m(input a, b, output q); assign q = `SUM & a; endmodule\n"
    assert all("`define SUM a + b" in mutant.code and "`SUM" in mutant.code for mutant in every(code))


@pytest.mark.parametrize(
    ("operator", "body", "expected"),
    [
        ("arithmetic", "assign q = a + b;", "assign q = a - b;"),
        ("arithmetic", "assign q = a - b;", "assign q = a + b;"),
        ("arithmetic", "assign q = a * b;", "assign q = a + b;"),
        ("bitwise", "assign q = a & b;", "assign q = a | b;"),
        ("bitwise", "assign q = a | b;", "assign q = a & b;"),
        ("bitwise", "assign q = a ^ b;", "assign q = a | b;"),
        ("bitwise", "assign q = ~a;", "assign q = a;"),
        ("logical", "assign q = a && b;", "assign q = a || b;"),
        ("logical", "assign q = a || b;", "assign q = !a || b;"),
        ("logical", "assign q = !a;", "assign q = a;"),
        ("relational", "assign q = a < b;", "assign q = a <= b;"),
        ("relational", "assign q = a >= b;", "assign q = a > b;"),
        ("relational", "assign q = a == b;", "assign q = a != b;"),
        ("shift", "assign q = a << b;", "assign q = a >> b;"),
        ("shift", "assign q = a >>> b;", "assign q = a >> b;"),
        ("reduction", "assign q = &a;", "assign q = |a;"),
        ("reduction", "assign q = ^a;", "assign q = ~^a;"),
        ("constant", "assign q = 4'd9;", "assign q = 4'd10;"),
        ("constant", "assign q = 1'b0;", "assign q = 1'b1;"),
        ("constant", "assign q = 8'h0f;", "assign q = 8'h8f;"),
        ("select", "assign q = a[6:3];", "assign q = a[7:4];"),
        ("select", "assign q = a[6:3];", "assign q = a[5:2];"),
        ("select", "assign q = a[b +: 2];", "assign q = a[b + 1 +: 2];"),
        ("select", "assign q = a[0];", "assign q = a[1];"),
        ("concatenation", "assign q = {a, b};", "assign q = {b, a};"),
        ("ternary", "assign q = c ? a : b;", "assign q = c ? b : a;"),
        ("signedness", "assign q = $signed(a) < b;", "assign q = (a) < b;"),
        ("signedness", "wire signed [7:0] s = a;", "wire  [7:0] s = a;"),
        ("signal", "assign q = a;", "assign q = b;"),
        ("condition", "always @* if (a) q = b;", "always @* if (!(a)) q = b;"),
        ("branch", "always @* if (a) q = b;", "always @* q = b;"),
        ("branch", "always @* if (c) q = a; else q = b;", "always @* q = b;"),
        ("branch", "always @* if (c) q = a; else q = b;", "always @* if (c) q = a;"),
        ("branch", "always @* if (c) q = a; else q = b;", "always @* if (c) begin q = b; end else begin q = a; end"),
        ("case", "always @* case (c) 0: q = a; 1: q = b; endcase", "always @* case (c) 0: q = a;  endcase"),
        ("case", "always @* case (c) 0: q = a; 1: q = b; endcase", "always @* case (c) 0: q = b; 1: q = a; endcase"),
        ("statement", "always @(posedge c) q <= a;", "always @(posedge c) ;"),
        (
            "assignment",
            "always @(posedge c) begin q <= a; if (q) q <= b; end",
            "always @(posedge c) begin q = a; if (q) q <= b; end",
        ),
        ("reset_value", "always @(posedge c) if (b) q <= 3'd0; else q <= a;", None),
        (
            "reset_statement",
            "always @(posedge c) if (b) q <= 0; else q <= a;",
            "always @(posedge c) if (b) ; else q <= a;",
        ),
        ("edge", "always @(posedge c) q <= a;", "always @(negedge c) q <= a;"),
        (
            "async_reset",
            "always @(posedge c or negedge b) if (!b) q <= 0; else q <= a;",
            "always @(posedge c) if (!b) q <= 0; else q <= a;",
        ),
        (
            "async_reset",
            "always @(posedge c) if (!b) q <= 0; else q <= a;",
            "always @(posedge c or negedge b) if (!b) q <= 0; else q <= a;",
        ),
        ("width", "reg [7:0] inner; always @* inner = a;", "reg [6:0] inner; always @* inner = a;"),
    ],
)
def test_each_class_makes_its_faults(operator: str, body: str, expected: str | None) -> None:
    found = bodies(body, operator)
    assert found if expected is None else expected in found


def test_bounds_never_leave_what_is_declared() -> None:
    assert bodies("assign q = a[7:4];", "select") == {"assign q = a[6:3];"}
    assert bodies("assign q = a[0];", "select") == {"assign q = a[1];"}


def test_the_step_of_a_loop_is_left_alone() -> None:
    body = "integer i; always @* for (i = 0; i < 8; i = i + 1) q[i] = a[i] ^ b[i];"
    assert all(
        "i = i + 1)" in mutant.code
        for mutant in every(f"module m(input [7:0] a, b, output reg [7:0] q); {body} endmodule")
    )


def test_a_state_code_becomes_only_one_that_is_taken() -> None:
    code = "localparam X = 2'd0; localparam Y = 2'd1; always @* case (a) X: q = 1; Y: q = 2; default: q = 3; endcase"
    changed = {body.split(" always")[0] for body in bodies(code, "constant")}
    assert changed - {code.split(" always", maxsplit=1)[0]} == {
        "localparam X = 2'd1; localparam Y = 2'd1;",
        "localparam X = 2'd0; localparam Y = 2'd0;",
    }


def test_an_else_never_changes_hands() -> None:
    body = "always @* if (a) if (b) q = 1; else q = 2; else q = 3;"
    assert "always @* if (a) begin q = 2; end else q = 3;" in bodies(body, "branch")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("0", ["1"]),
        ("7", ["8", "6"]),
        ("'0", ["'1"]),
        ("1'b1", ["1'b0"]),
        ("2'b11", ["2'b00", "2'b10", "2'b01"]),
        ("4'sd7", ["4'sd8", "4'sd6", "4'sd5", "4'sd3", "4'sd15"]),
        ("12'hFF", ["12'h100", "12'hFE", "12'hBF", "12'h8FF"]),
        ("3'b1?0", ["3'b0?0", "3'b110", "3'b1?1"]),
        ("8'hx0", []),
        ('"text"', []),
    ],
)
def test_numbers_keep_width_and_base(number: str, expected: list[str]) -> None:
    assert variants(number) == expected
