"""Asynchronous resets, other edges, several clocks, latches."""

from equivalence_pairs.pair import Pair, swap

ASYNC = """module dut(input clk, input rst_n, input [3:0] d, output reg [3:0] q);
  always @(posedge clk or negedge rst_n) if (!rst_n) q <= 4'd9; else q <= q + d;
endmodule
"""
ASYNC_INVERTED = """module dut(input clk, input rst_n, input [3:0] d, output [3:0] q);
  reg [3:0] z; wire rst = ~rst_n;
  always @(posedge clk, posedge rst) if (rst) z <= ~4'd9; else z <= ~(~z + d);
  assign q = ~z;
endmodule
"""
SYNC = """module dut(input clk, input rst_n, input [3:0] d, output reg [3:0] q);
  always @(posedge clk) if (!rst_n) q <= 4'd9; else q <= q + d;
endmodule
"""
NEGEDGE = """module dut(input clk, input rst, input d, output reg q);
  always @(negedge clk) if (rst) q <= 0; else q <= q ^ d;
endmodule
"""
BOTH_EDGES = """module dut(input clk, input rst, input [3:0] d, output [3:0] y);
  reg [3:0] a, b;
  always @(posedge clk) if (rst) a <= 0; else a <= d;
  always @(negedge clk) if (rst) b <= 0; else b <= a + b;
  assign y = b;
endmodule
"""
BOTH_EDGES_RENAMED = """module dut(input clk, input rst, input [3:0] d, output reg [3:0] y);
  reg [3:0] held;
  wire fall = ~clk;
  always @(posedge fall) y <= rst ? 0 : y + held;
  always @(posedge clk) held <= {4{~rst}} & d;
endmodule
"""
TWO_CLOCKS = """module dut(input ca, cb, input rst, input [1:0] d, output reg [1:0] q);
  reg [1:0] m, s;
  always @(posedge ca or posedge rst) if (rst) m <= 0; else m <= d;
  always @(posedge cb or posedge rst) if (rst) begin s <= 0; q <= 0; end else begin s <= m; q <= s; end
endmodule
"""
TWO_CLOCKS_VECTOR = """module dut(input ca, cb, input rst, input [1:0] d, output [1:0] q);
  reg [1:0] m; reg [3:0] chain;
  always @(posedge ca or posedge rst) if (rst) m <= 0; else m <= d;
  always @(posedge cb or posedge rst) if (rst) chain <= 0; else chain <= {chain[1:0], m};
  assign q = chain[3:2];
endmodule
"""
LATCH = """module dut(input en, input [7:0] d, output reg [7:0] q);
  always @* if (en) q = d;
endmodule
"""
LATCH_BITS = """module dut(input en, input [7:0] d, output [7:0] q);
  reg [3:0] h, l;
  always_latch if (en) h = d[7:4];
  always_latch if (en) l = d[3:0];
  assign q = {h, l};
endmodule
"""
LOAD = """module dut(input clk, input load, input [3:0] v, output reg [3:0] q);
  always @(posedge clk or posedge load) if (load) q <= v; else q <= q + 1;
endmodule
"""
LOAD_SPLIT = """module dut(input clk, input load, input [3:0] v, output [3:0] q);
  reg [2:0] low; reg high;
  always @(posedge clk or posedge load) if (load) low <= v[2:0]; else low <= low + 1;
  always @(posedge clk or posedge load) if (load) high <= v[3]; else high <= high ^ (&low);
  assign q = {high, low};
endmodule
"""
DIVIDED = """module dut(input clk, input rst, output reg [3:0] q, output slow);
  reg [2:0] n;
  assign slow = n[2];
  always @(posedge clk or posedge rst) if (rst) n <= 0; else n <= n + 1;
  always @(posedge slow or posedge rst) if (rst) q <= 0; else q <= q + 1;
endmodule
"""
DIVIDED_ENABLE = """module dut(input clk, input rst, output [3:0] q, output slow);
  reg [6:0] n;
  wire [6:0] next = n + 1;
  always @(posedge clk or posedge rst) if (rst) n <= 0; else n <= next;
  assign slow = n[2];
  assign q = n[6:3] + n[2];
endmodule
"""

PAIRS = (
    Pair("async_reset_inverted", ASYNC, ASYNC_INVERTED, True, structural=True),
    Pair("async_reset_made_synchronous", ASYNC, SYNC, False),
    Pair("sync_reset_made_asynchronous", SYNC, ASYNC, False),
    Pair("async_reset_other_value", ASYNC, swap(ASYNC_INVERTED, "z <= ~4'd9", "z <= ~4'd8"), False),
    Pair("negedge", NEGEDGE, swap(NEGEDGE, "q <= q ^ d", "if (d) q <= !q"), True),
    Pair("negedge_for_posedge", NEGEDGE, swap(NEGEDGE, "negedge", "posedge"), False),
    Pair("both_edges", BOTH_EDGES, BOTH_EDGES_RENAMED, True, structural=True),
    Pair("both_edges_made_one", BOTH_EDGES, swap(BOTH_EDGES, "negedge", "posedge"), False),
    Pair("two_clocks", TWO_CLOCKS, TWO_CLOCKS_VECTOR, True, structural=True),
    Pair("two_clocks_mixed_up", TWO_CLOCKS, swap(TWO_CLOCKS, "s <= m", "s <= &m & &s ? s - 1 : m"), False),
    Pair("latch_in_halves", LATCH, LATCH_BITS, True),
    Pair("latch_keeps_one_value", LATCH, swap(LATCH, "if (en)", "if (en && d != 106)"), False),
    Pair("asynchronous_load", LOAD, LOAD_SPLIT, True, structural=True),
    Pair("asynchronous_load_wraps", LOAD, swap(LOAD, "q + 1", "q == 14 ? 0 : q + 1"), False),
    Pair("divided_clock", DIVIDED, DIVIDED_ENABLE, True, structural=True),
)
