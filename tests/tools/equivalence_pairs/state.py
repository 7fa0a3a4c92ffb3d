"""One clock; renamed and re-encoded state, registers moved through logic."""

from equivalence_pairs.pair import Pair, swap

COUNTER = """module dut(input clk, input rst, input en, output reg [7:0] q, output last);
  always @(posedge clk) if (rst) q <= 0; else if (en) q <= q + 1;
  assign last = q == 255;
endmodule
"""
COUNTER_DOWN = """module dut(input clk, input rst, input en, output [7:0] q, output last);
  reg [7:0] left;
  always @(posedge clk) if (rst) left <= 8'hFF; else if (en) left <= left - 1;
  assign q = ~left;
  assign last = ~|left;
endmodule
"""
LONG_COUNTER = """module dut(input clk, input rst, output tick);
  reg [15:0] q;
  always @(posedge clk) if (rst) q <= 0; else q <= q + 1;
  assign tick = q == 16'd40000;
endmodule
"""
SEQUENCE = """module dut(input clk, input rst, input x, output y);
  reg [2:0] s;
  always @(posedge clk)
    if (rst) s <= 0;
    else case (s)
      0: s <= x ? 1 : 0;
      1: s <= x ? 1 : 2;
      2: s <= x ? 3 : 0;
      3: s <= x ? 4 : 2;
      4: s <= x ? 1 : 2;
      default: s <= 0;
    endcase
  assign y = s == 4;
endmodule
"""
SEQUENCE_ONE_HOT = """module dut(input clk, input rst, input x, output y);
  reg [4:0] h;
  always @(posedge clk)
    if (rst) h <= 5'b00001;
    else begin
      h[0] <= ~x & (h[0] | h[2]);
      h[1] <= x & (h[0] | h[1] | h[4]);
      h[2] <= ~x & (h[1] | h[3] | h[4]);
      h[3] <= x & h[2];
      h[4] <= x & h[3];
    end
  assign y = h[4];
endmodule
"""
SEQUENCE_WINDOW = """module dut(input clk, input rst, input x, output y);
  reg [3:0] w; reg [2:0] n;
  always @(posedge clk)
    if (rst) {w, n} <= 0;
    else begin w <= {w[2:0], x}; if (n != 4) n <= n + 1; end
  assign y = n == 4 && w == 4'b1011;
endmodule
"""
ACCUMULATE = """module dut(input clk, input rst, input [7:0] a, b, output reg [15:0] s);
  reg [7:0] x, y;
  always @(posedge clk) if (rst) begin x <= 0; y <= 0; s <= 0; end
    else begin x <= a; y <= b; s <= s + {8'b0, x + y}; end
endmodule
"""
ACCUMULATE_EARLY = """module dut(input clk, input rst, input [7:0] a, b, output reg [15:0] s);
  reg [7:0] t;
  always @(posedge clk) if (rst) begin t <= 0; s <= 0; end
    else begin t <= a + b; s <= s + t; end
endmodule
"""
PIPELINE = """module dut(input clk, input [5:0] a, b, c, output reg [12:0] y);
  reg [11:0] p; reg [5:0] d;
  always @(posedge clk) begin p <= a * b; d <= c; y <= p + d; end
endmodule
"""
PIPELINE_RETIMED = """module dut(input clk, input [5:0] a, b, c, output [12:0] y);
  reg [11:0] p, q; reg [5:0] d, e;
  always @(posedge clk) begin p <= b * a; d <= c; q <= p; e <= d; end
  assign y = q + e;
endmodule
"""
LIGHTS = """module dut(input clk, input rst, input car, output reg [2:0] main, output reg [2:0] side);
  localparam GREEN = 3'b001, YELLOW = 3'b010, RED = 3'b100;
  reg [1:0] s; reg [3:0] t;
  always @(posedge clk)
    if (rst) begin s <= 0; t <= 0; end
    else case (s)
      0: if (car && t >= 9) begin s <= 1; t <= 0; end else if (t != 15) t <= t + 1;
      1: if (t == 2) begin s <= 2; t <= 0; end else t <= t + 1;
      2: if (t == 6) begin s <= 3; t <= 0; end else t <= t + 1;
      3: if (t == 2) begin s <= 0; t <= 0; end else t <= t + 1;
    endcase
  always @* begin
    main = s == 0 ? GREEN : s == 1 ? YELLOW : RED;
    side = s == 2 ? GREEN : s == 3 ? YELLOW : RED;
  end
endmodule
"""
LIGHTS_DOWN = """module dut(input clk, input rst, input car, output [2:0] main, output [2:0] side);
  reg [3:0] phase; reg [3:0] left;
  always @(posedge clk)
    if (rst) begin phase <= 4'b0001; left <= 9; end
    else if (phase[0]) begin
      if (left != 0) left <= left - 1;
      else if (car) begin phase <= 4'b0010; left <= 2; end
    end else if (left != 0) left <= left - 1;
    else begin
      phase <= {phase[2:0], phase[3]};
      left <= phase[1] ? 6 : phase[2] ? 2 : 9;
    end
  assign main = {~phase[0] & ~phase[1], phase[1], phase[0]};
  assign side = {~phase[2] & ~phase[3], phase[3], phase[2]};
endmodule
"""
DIVIDE = """module dut(input clk, input rst, input x, output r);
  reg [2:0] m;
  always @(posedge clk) if (rst) m <= 0; else m <= ({m, x}) % 5;
  assign r = m == 0;
endmodule
"""
DIVIDE_TABLE = """module dut(input clk, input rst, input x, output r);
  reg [4:0] at;
  always @(posedge clk)
    if (rst) at <= 1;
    else at <= x ? {at[2], at[4], at[1], at[3], at[0]} & 0 | {at[4], at[1], at[3], at[0], at[2]}
                 : {at[2], at[4], at[1], at[3], at[0]};
  assign r = at[0];
endmodule
"""
LFSR = """module dut(input clk, input rst, output reg [9:0] q, output match);
  always @(posedge clk) if (rst) q <= 1; else q <= {q[8:0], q[9] ^ q[6]};
  assign match = q == 10'h2F3;
endmodule
"""
LFSR_REVERSED = """module dut(input clk, input rst, output [9:0] q, output match);
  reg [0:9] z;
  always @(posedge clk) if (rst) z <= 10'b1000000000; else z <= {z[9] ^ z[6], z[0:8]};
  genvar i;
  generate for (i = 0; i < 10; i = i + 1) begin : bits assign q[i] = z[i]; end endgenerate
  assign match = z[0:9] == 10'b1100111101;
endmodule
"""
EDGE = """module dut(input clk, input rst, input [7:0] d, output reg [7:0] up);
  reg [7:0] old;
  always @(posedge clk) if (rst) begin old <= 0; up <= 0; end else begin old <= d; up <= d & ~old; end
endmodule
"""
EDGE_INVERTED = """module dut(input clk, input rst, input [7:0] d, output [7:0] up);
  reg [7:0] low, was_not;
  always @(posedge clk) if (rst) begin was_not <= 8'hFF; low <= 8'hFF; end
    else begin was_not <= ~d; low <= ~(d & was_not); end
  assign up = ~low;
endmodule
"""

PAIRS = (
    Pair("counter_counts_down", COUNTER, COUNTER_DOWN, True, structural=True),
    Pair("counter_stops_at_the_end", COUNTER, swap(COUNTER_DOWN, "if (en)", "if (en && |left)"), False, True),
    Pair("long_counter_off_by_one", LONG_COUNTER, swap(LONG_COUNTER, "40000", "40001"), False),
    Pair("long_counter_other_way", LONG_COUNTER, swap(LONG_COUNTER, "q == 16'd40000", "(q ^ 16'h9C40) == 0"), True),
    Pair("sequence_one_hot", SEQUENCE, SEQUENCE_ONE_HOT, True, structural=True),
    Pair("sequence_window", SEQUENCE, SEQUENCE_WINDOW, True, structural=True),
    Pair("sequence_no_overlap", SEQUENCE, swap(SEQUENCE_ONE_HOT, "h[1] | h[3] | h[4]", "h[1] | h[3]"), False, True),
    Pair("accumulate_early", ACCUMULATE, ACCUMULATE_EARLY, True, structural=True),
    Pair("accumulate_keeps_the_carry", ACCUMULATE, swap(ACCUMULATE_EARLY, "reg [7:0] t", "reg [8:0] t"), False, True),
    Pair("pipeline_retimed", PIPELINE, PIPELINE_RETIMED, True, structural=True),
    Pair("pipeline_one_sum_wrong", PIPELINE, swap(PIPELINE_RETIMED, "q + e", "q + (q == 961 ? 0 : e)"), False, True),
    Pair("lights_count_down", LIGHTS, LIGHTS_DOWN, True, structural=True),
    Pair("lights_one_early", LIGHTS, swap(LIGHTS_DOWN, "phase[2] ? 2 : 9", "phase[2] ? 2 : 8"), False, True),
    Pair("remainder_one_hot", DIVIDE, DIVIDE_TABLE, True, structural=True),
    Pair("lfsr_reversed", LFSR, LFSR_REVERSED, True, structural=True),
    Pair("lfsr_late_match", LFSR, swap(LFSR_REVERSED, "10'b1100111101", "10'b1100111100"), False, True),
    Pair("registers_inverted", EDGE, EDGE_INVERTED, True, structural=True),
    Pair("registers_one_value_wrong", EDGE, swap(EDGE_INVERTED, "up = ~low", "up = &(~low) ? 0 : ~low"), False, True),
)
