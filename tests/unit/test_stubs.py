"""Stubs: one module with exactly the problem's interface, whose outputs say nothing."""

from dataclasses import replace

import pytest

from harness.audit.stubs import stubs
from harness.audit.syntax import parse_errors
from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.records.problem import Clock, Port, Problem, Testbench

PROBLEM = Problem(
    name="adder",
    title="Adder",
    category="arithmetic",
    difficulty="easy",
    top="adder",
    language="verilog",
    spec="",
    golden=(),
    given=(),
    tasks=(Task.SPEC_TO_RTL,),
    ports=(
        Port("clk", "input", 1),
        Port("a", "input", 8, signed=True),
        Port("sum", "output", 9, signed=True),
        Port("carry", "output", 1),
    ),
    testbench=Testbench("verilog", (), 1, 1),
    parameters={"WIDTH": 8, "DEPTH": 4},
    clocks=(Clock("clk", "posedge", 10),),
    origin="problems/adder/problem.toml",
)
HEADER = """\
module adder #(
    parameter WIDTH = 8,
    parameter DEPTH = 4
) (
    input wire clk,
    input wire signed [7:0] a,
    output wire signed [8:0] sum,
    output wire carry
);
"""


def test_there_are_five_stubs() -> None:
    assert set(stubs(PROBLEM)) == {"zero", "ones", "x", "z", "hold"}


def test_each_has_the_interface_of_the_problem_and_parses() -> None:
    for text in stubs(PROBLEM).values():
        assert text.startswith(HEADER)
        assert text.endswith("endmodule\n")
        assert not parse_errors(text)


@pytest.mark.parametrize(("name", "bit"), [("zero", "1'b0"), ("ones", "1'b1"), ("x", "1'bx"), ("z", "1'bz")])
def test_constant_stubs_drive_every_bit_of_every_output(name: str, bit: str) -> None:
    body = stubs(PROBLEM)[name].removeprefix(HEADER)
    assert body == f"    assign sum = {{9{{{bit}}}}};\n    assign carry = {{1{{{bit}}}}};\nendmodule\n"


def test_hold_keeps_the_inputs_of_the_first_clock_edge() -> None:
    body = stubs(PROBLEM)["hold"].removeprefix(HEADER)
    assert "always @(posedge clk)" in body
    assert "harness_held <= {a};" in body
    assert "assign carry = harness_held;" in body


def test_hold_of_a_combinational_problem_keeps_the_first_inputs() -> None:
    body = stubs(replace(PROBLEM, clocks=()))["hold"]
    assert "always @*" in body
    assert "harness_held = {clk, a};" in body


def test_hold_without_inputs_is_a_register_that_is_never_written() -> None:
    body = stubs(replace(PROBLEM, ports=(Port("q", "output", 2),), clocks=(), parameters={}))["hold"]
    assert (
        body
        == "module adder (\n    output wire [1:0] q\n);\n    reg [1:0] harness_q;\n    assign q = harness_q;\nendmodule\n"
    )


def test_a_problem_without_ports_is_an_error_that_names_its_file() -> None:
    with pytest.raises(ConfigError, match=r"problems/adder/problem\.toml"):
        stubs(replace(PROBLEM, ports=()))
