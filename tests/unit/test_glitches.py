"""Which nets of a written netlist are watched for pulses of no width; and that Icarus ends at one."""

import shutil
import subprocess
from pathlib import Path

import pytest

from harness.tools import glitches

NETLIST = """module m(clk, \\a.b , d, q);
  input clk;
  wire clk;
  input \\a.b ;
  input [1:0] d;
  output q;
  reg q;
  wire [3:0] _0_;
  always @(posedge clk, negedge \\a.b )
    if (!\\a.b ) q <= 1'h0;
    else q <= d[0];
  always @(posedge _0_[2], posedge \\x.y )
    if (\\x.y ) _1_ <= 1'h1;
    else _1_ <= d[1];
  always_latch
    if (!_2_) _3_ = _1_;
  always @(posedge d[1]) _4_ <= _3_;
endmodule
"""


def test_clocks_sets_resets_and_enables_that_are_no_inputs_are_watched() -> None:
    assert glitches.own_clocks(NETLIST) == ("\\x.y ", "_0_[2]", "_2_")


def test_a_netlist_without_such_a_net_stays_as_it_is() -> None:
    text = "module m(clk, q);\n  input clk;\n  always @(posedge clk) q <= ~q;\nendmodule\n"
    assert glitches.watched(text) == text


BENCH = """module tb;
  reg clk = 0, en = 0; wire q;
  m dut(clk, en, q);
  initial begin repeat (6) begin #5 clk = 1; #5 clk = 0; en = ~en; end $display("the end"); end
endmodule
"""
GATED = """module m(clk, en, q);
  input clk;
  input en;
  output q;
  wire g, h;
  reg q = 0, l = 0, half = 0;
  always @(posedge clk) half <= ~half;
  always_latch
    if (!clk) l = en;
  assign g = clk & l;
  assign h = %s;
  always @(posedge g) q <= ~q;
  always @(posedge half) q <= ~q;
  always @(posedge h) q <= ~q;
endmodule
"""


@pytest.mark.tools
@pytest.mark.skipif(shutil.which("iverilog") is None, reason="needs Icarus Verilog")
@pytest.mark.parametrize(("clock", "said"), [("~clk", "the end"), ("clk & ~(clk ^ 1'b0)", glitches.SAID)])
def test_gated_and_divided_clocks_go_on_and_a_pulse_of_no_width_ends_it(tmp_path: Path, clock: str, said: str) -> None:
    source, binary = tmp_path / "x.sv", tmp_path / "x.vvp"
    source.write_text(BENCH + glitches.watched(GATED % clock))
    subprocess.run(["iverilog", "-g2012", "-o", binary, source], check=True, timeout=60)
    done = subprocess.run(["vvp", "-n", binary], check=True, timeout=60, capture_output=True, text=True)
    assert done.stdout.splitlines()[0] == said
