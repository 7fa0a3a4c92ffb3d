"""Without state."""

from equivalence_pairs.pair import Pair, swap

MULTIPLY = "module dut(input [7:0] a, b, output [15:0] p); assign p = a * b; endmodule\n"
SHIFT_ADD = """module dut(input [7:0] a, b, output reg [15:0] p);
  integer i;
  always @* begin p = 0; for (i = 0; i < 8; i = i + 1) if (b[i]) p = p + (a << i); end
endmodule
"""
WIDE_MULTIPLY = "module dut(input [15:0] a, b, output [31:0] p); assign p = a * b; endmodule\n"
COUNT_ONES = """module dut(input [15:0] x, output reg [4:0] n);
  integer i;
  always @* begin n = 0; for (i = 0; i < 16; i = i + 1) n = n + x[i]; end
endmodule
"""
COUNT_TREE = """module dut(input [15:0] x, output [4:0] n);
  function [2:0] four(input [3:0] v); four = v[0] + v[1] + v[2] + v[3]; endfunction
  assign n = (four(x[3:0]) + four(x[7:4])) + (four(x[11:8]) + {2'b0, four(x[15:12])});
endmodule
"""
FIRST_ONE = """module dut(input [31:0] r, output reg [4:0] i, output any);
  integer k;
  assign any = |r;
  always @* begin i = 0; for (k = 31; k >= 0; k = k - 1) if (r[k]) i = k; end
endmodule
"""
FIRST_ONE_TREE = """module dut(input [31:0] r, output [4:0] i, output any);
  wire [31:0] lone = r & (~r + 1);
  assign any = r != 0;
  assign i[0] = |(lone & 32'hAAAAAAAA);
  assign i[1] = |(lone & 32'hCCCCCCCC);
  assign i[2] = |(lone & 32'hF0F0F0F0);
  assign i[3] = |(lone & 32'hFF00FF00);
  assign i[4] = |(lone & 32'hFFFF0000);
endmodule
"""
ADD = "module dut(input [31:0] a, b, input c, output [32:0] s); assign s = a + b + c; endmodule\n"
CARRY_SELECT = """module dut(input [31:0] a, b, input c, output [32:0] s);
  wire [16:0] low = a[15:0] + b[15:0] + c;
  wire [16:0] high0 = a[31:16] + b[31:16], high1 = a[31:16] + b[31:16] + 1;
  assign s = {low[16] ? high1 : high0, low[15:0]};
endmodule
"""
GRAY = """module dut(input [11:0] g, output reg [11:0] b);
  integer i;
  always @* begin b[11] = g[11]; for (i = 10; i >= 0; i = i - 1) b[i] = b[i + 1] ^ g[i]; end
endmodule
"""
GRAY_PREFIX = """module dut(input [11:0] g, output [11:0] b);
  wire [11:0] x = g ^ (g >> 1), y = x ^ (x >> 2), z = y ^ (y >> 4);
  assign b = z ^ (z >> 8);
endmodule
"""
SATURATE = """module dut(input signed [11:0] a, b, output reg signed [11:0] s);
  reg signed [12:0] t;
  always @* begin t = a + b; s = t > 2047 ? 2047 : t < -2048 ? -2048 : t; end
endmodule
"""
SATURATE_BITS = """module dut(input [11:0] a, b, output [11:0] s);
  wire [11:0] t = a + b;
  wire over = a[11] == b[11] && t[11] != a[11];
  assign s = over ? {a[11], {11{~a[11]}}} : t;
endmodule
"""
WIDTHS = """module dut #(parameter W = 4, parameter D = 2)(input [W-1:0] a, output [W*D-1:0] y);
  assign y = {D{a ^ {{W-1{1'b0}}, 1'b1}}};
endmodule
"""
WIDTHS_LOOP = """module dut #(parameter W = 4, parameter D = 2)(input [W-1:0] a, output [W*D-1:0] y);
  genvar i;
  generate for (i = 0; i < D; i = i + 1) begin : copy assign y[i*W +: W] = {a[W-1:1], ~a[0]}; end endgenerate
endmodule
"""
CELL = "module full(input a, b, c, output s, k); assign {k, s} = a + b + c; endmodule\n"
RIPPLE = """module dut(input [3:0] a, b, output [4:0] s);
  wire [4:0] k;
  assign k[0] = 0;
  full f0(a[0], b[0], k[0], s[0], k[1]);
  full f1(a[1], b[1], k[1], s[1], k[2]);
  full f2(a[2], b[2], k[2], s[2], k[3]);
  full f3(a[3], b[3], k[3], s[3], k[4]);
  assign s[4] = k[4];
endmodule
"""

PAIRS = (
    Pair("multiply_shift_add", MULTIPLY, SHIFT_ADD, True),
    Pair("multiply_one_vector_wrong", MULTIPLY, swap(SHIFT_ADD, "p = 0;", "p = a == 201 && b == 77 ? 1 : 0;"), False),
    Pair("wide_multiply_commutes", WIDE_MULTIPLY, swap(WIDE_MULTIPLY, "a * b;", "b * a;"), True),
    Pair("wide_multiply_one_wrong", WIDE_MULTIPLY, swap(WIDE_MULTIPLY, "a * b;", "a * b ^ (a == 40503);"), False),
    Pair("count_ones", COUNT_ONES, COUNT_TREE, True),
    Pair("count_ones_wraps", COUNT_ONES, swap(COUNT_TREE, "assign n =", "assign n = &x ? 0 :"), False),
    Pair("first_one", FIRST_ONE, FIRST_ONE_TREE, True),
    Pair("first_one_top_only", FIRST_ONE, swap(FIRST_ONE_TREE, "r != 0", "r[30:0] != 0"), False),
    Pair("carry_select", ADD, CARRY_SELECT, True),
    Pair("carry_select_lost_carry", ADD, swap(CARRY_SELECT, "low[16] ?", "low[16] && ~&b ?"), False),
    Pair("gray_prefix", GRAY, GRAY_PREFIX, True),
    Pair("gray_one_code_wrong", GRAY, swap(GRAY_PREFIX, "b = z", "b = g == 12'h5A5 ? 0 : z"), False),
    Pair("saturate", SATURATE, SATURATE_BITS, True),
    Pair("saturate_corner", SATURATE, swap(SATURATE_BITS, "wire over =", "wire over = ~(a[11] & ~|t) &"), False),
    Pair("parameters", WIDTHS, WIDTHS_LOOP, True, parameters={"W": 7, "D": 3}),
    Pair("given_module", swap(RIPPLE, "k[0] = 0", "k[0] = 1'b0"), RIPPLE, True, given=CELL),
)
