"""Which testbenches are known to take an X for wrong."""

import pytest

from harness.suites.verilog_eval_compares import refuses_x

BENCH = """module stim(input clk, output logic a, input [3:0] q_dut, input tb_match);
  always @(posedge clk) if (!tb_match) $display("q_dut is %b", q_dut);
endmodule
module tb();
  wire tb_match;
  logic [3:0] q_ref;
  logic [3:0] q_dut;  // what q_dut says
  logic z_ref;
  logic z_dut;
  stim stim1 (.clk, .*, .a);
  TopModule top_module1 (
    .a,
    .q(q_dut),
    .z(z_dut) );
  initial $dumpvars(1, stim1.clk, q_ref, q_dut);
  assign tb_match = ( { q_ref, z_ref } === ( { q_ref, z_ref } ^ { q_dut, z_dut } ^ { q_ref, z_ref } ) );
  always @(posedge clk) begin
    if (!tb_match) stats1.errors++;
    if (q_ref !== ( q_ref ^ q_dut ^ q_ref )) stats1.errors_q++;
  end
endmodule
"""


def test_the_published_comparison_does() -> None:
    assert refuses_x(BENCH)
    assert refuses_x(BENCH.replace("TopModule", "top_module"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("===", "==", id="an X is neither equal nor not"),
        pytest.param("!==", "!=", id="an X is not unequal"),
        pytest.param("^ { q_dut, z_dut } ^", "^ { z_dut, q_dut } ^", id="another order"),
        pytest.param("( { q_ref, z_ref } ^ {", "( { z_ref, q_ref } ^ {", id="another reference"),
        pytest.param("if (!tb_match) stats", "if (q_dut[0]) a <= 1; if (!tb_match) stats", id="a second use"),
        pytest.param("stim1 (.clk,", "stim1 (.clk, .b(q_dut),", id="the stimulus is given it under another name"),
        pytest.param("$display(", "a <= q_dut[0]; $display(", id="the stimulus follows it"),
        pytest.param("q_ref ^ q_dut ^ q_ref", "q_ref & q_dut ^ q_ref", id="another operator"),
    ],
)
def test_whatever_else_it_does_with_the_design_counts_against_it(old: str, new: str) -> None:
    assert old in BENCH
    assert not refuses_x(BENCH.replace(old, new))
