"""What the golden design leaves open, and what a candidate may not."""

from equivalence_pairs.pair import Pair, swap

DECODER = """module dut(input [3:0] digit, output reg [6:0] seg);
  always @*
    case (digit)
      0: seg = 7'h3F; 1: seg = 7'h06; 2: seg = 7'h5B; 3: seg = 7'h4F; 4: seg = 7'h66;
      5: seg = 7'h6D; 6: seg = 7'h7D; 7: seg = 7'h07; 8: seg = 7'h7F; 9: seg = 7'h6F;
      default: seg = 7'bx;
    endcase
endmodule
"""
VALID = """module dut(input clk, input rst, input en, input [7:0] a, output reg v, output reg [7:0] y);
  always @(posedge clk) if (rst) v <= 0; else v <= en;
  always @(posedge clk) y <= en ? a + 3 : 8'bx;
endmodule
"""
VALID_HOLDS = """module dut(input clk, input rst, input en, input [7:0] a, output reg v, output [7:0] y);
  reg [7:0] held;
  always @(posedge clk) begin v <= en & ~rst; if (en) held <= a; end
  assign y = held + 3;
endmodule
"""
NO_RESET = """module dut(input clk, input [1:0] d, output reg [1:0] q);
  reg [1:0] a;
  always @(posedge clk) begin a <= d; q <= a; end
endmodule
"""
FIRST = """module dut(input clk, input d, output reg seen = 0);
  always @(posedge clk) seen <= seen | d;
endmodule
"""
TOGGLE = """module dut(input clk, input rst, input t, output q);
  reg s;
  always @(posedge clk) if (rst) s <= 0; else s <= s ^ t;
  assign q = s;
endmodule
"""

PAIRS = (
    Pair("decoder_fills_in", DECODER, swap(DECODER, "7'bx", "7'h40"), True),
    Pair("decoder_nine_wrong", DECODER, swap(DECODER, "9: seg = 7'h6F", "9: seg = 7'h67"), False),
    Pair("invalid_data_is_open", VALID, VALID_HOLDS, True, structural=True),
    Pair("invalid_data_but_one", VALID, swap(VALID_HOLDS, "if (en) held", "if (en && a != 77) held"), False, True),
    Pair(
        "no_reset_renamed", NO_RESET, NO_RESET.replace("a;", "b;").replace("a <=", "b <=").replace("<= a", "<= b"), True
    ),
    Pair("no_reset_one_late", NO_RESET, swap(NO_RESET, "q <= a", "q <= a == 3 && q == 0 && d == 1 ? 2 : a"), False),
    Pair("initial_value_missing", FIRST, swap(FIRST, "seen = 0", "seen"), False),
    Pair("candidate_needs_no_reset", TOGGLE, swap(TOGGLE, "reg s;", "reg s = 1;"), True),
    Pair("candidate_reset_too_weak", TOGGLE, swap(TOGGLE, "if (rst) s <= 0;", "if (rst) s <= s & 0 | 0;"), True),
    Pair("candidate_resets_half", TOGGLE, swap(TOGGLE, "if (rst)", "if (rst & ~t)"), False),
)
