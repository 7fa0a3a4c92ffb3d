"""Memories, queues and stacks."""

from equivalence_pairs.pair import Pair, swap

FIFO = """module dut(input clk, input rst, input push, pop, input [3:0] d, output [3:0] q, output empty, full);
  reg [3:0] m [0:7]; reg [3:0] w, r;
  assign empty = w == r;
  assign full = w[2:0] == r[2:0] && w[3] != r[3];
  assign q = empty ? 0 : m[r[2:0]];
  always @(posedge clk)
    if (rst) begin w <= 0; r <= 0; end
    else begin
      if (push && !full) begin m[w[2:0]] <= d; w <= w + 1; end
      if (pop && !empty) r <= r + 1;
    end
endmodule
"""
FIFO_COUNT = """module dut(input clk, input rst, input push, pop, input [3:0] d, output [3:0] q, output empty, full);
  reg [3:0] store [0:7]; reg [2:0] head, tail; reg [3:0] count;
  wire take = pop && count != 0, put = push && count != 8;
  assign empty = count == 0;
  assign full = count[3];
  assign q = store[tail] & {4{~empty}};
  always @(posedge clk) begin
    if (put) store[head] <= d;
    if (rst) begin head <= 0; tail <= 0; count <= 0; end
    else begin
      head <= head + put;
      tail <= tail + take;
      count <= count + put - take;
    end
  end
endmodule
"""
FIFO_SHIFT = """module dut(input clk, input rst, input push, pop, input [3:0] d, output [3:0] q, output empty, full);
  reg [31:0] line; reg [3:0] count;
  wire take = pop && count != 0, put = push && count != 8;
  wire [3:0] at = count - take;
  assign empty = count == 0;
  assign full = count == 8;
  assign q = empty ? 0 : line[3:0];
  reg [31:0] next; integer i;
  always @* begin
    next = take ? line >> 4 : line;
    for (i = 0; i < 8; i = i + 1) if (put && at == i) next[4*i +: 4] = d;
  end
  always @(posedge clk) if (rst) begin count <= 0; line <= 0; end else begin count <= count + put - take; line <= next; end
endmodule
"""
REGISTER_FILE = """module dut(input clk, input we, input [3:0] wa, ra, rb, input [7:0] d, output [7:0] a, b);
  reg [7:0] m [0:15];
  always @(posedge clk) if (we) m[wa] <= d;
  assign a = ra == 0 ? 0 : m[ra];
  assign b = rb == 0 ? 0 : m[rb];
endmodule
"""
REGISTER_FILE_ZERO = """module dut(input clk, input we, input [3:0] wa, ra, rb, input [7:0] d, output [7:0] a, b);
  reg [7:0] regs [15:0];
  always @(posedge clk) if (we && |wa) regs[wa] <= d;
  assign a = {8{|ra}} & regs[ra];
  assign b = {8{|rb}} & regs[rb];
endmodule
"""
ROM = """module dut(input clk, input [3:0] a, output reg [7:0] q);
  reg [7:0] m [0:15]; integer i;
  initial for (i = 0; i < 16; i = i + 1) m[i] = i * i;
  always @(posedge clk) q <= m[a];
endmodule
"""
ROM_LOGIC = """module dut(input clk, input [3:0] a, output [7:0] q);
  reg [3:0] held;
  always @(posedge clk) held <= a;
  assign q = held * held;
endmodule
"""
RAM = """module dut(input clk, input we, input [3:0] a, input [7:0] d, output reg [7:0] q);
  reg [7:0] m [0:15];
  always @(posedge clk) begin if (we) m[a] <= d; q <= m[a]; end
endmodule
"""
RAM_TWO_BANKS = """module dut(input clk, input we, input [3:0] a, input [7:0] d, output [7:0] q);
  reg [7:0] even [0:7]; reg [7:0] odd [0:7]; reg [7:0] qe, qo; reg s;
  always @(posedge clk) begin
    if (we && !a[0]) even[a[3:1]] <= d;
    if (we && a[0]) odd[a[3:1]] <= d;
    qe <= even[a[3:1]]; qo <= odd[a[3:1]]; s <= a[0];
  end
  assign q = s ? qo : qe;
endmodule
"""
STACK = """module dut(input clk, input rst, input push, pop, input [7:0] d, output [7:0] top, output [2:0] depth);
  reg [7:0] m [0:3]; reg [2:0] n;
  assign depth = n;
  assign top = n == 0 ? 0 : m[n - 1];
  always @(posedge clk)
    if (rst) n <= 0;
    else if (push && !pop && n != 4) begin m[n] <= d; n <= n + 1; end
    else if (pop && !push && n != 0) n <= n - 1;
endmodule
"""
STACK_SHIFT = """module dut(input clk, input rst, input push, pop, input [7:0] d, output [7:0] top, output [2:0] depth);
  reg [7:0] s0, s1, s2, s3; reg [4:0] hot;
  assign depth = hot[4] ? 4 : hot[3] ? 3 : hot[2] ? 2 : hot[1];
  assign top = hot[0] ? 0 : s0;
  always @(posedge clk)
    if (rst) hot <= 1;
    else if (push && !pop && !hot[4]) begin hot <= hot << 1; s0 <= d; s1 <= s0; s2 <= s1; s3 <= s2; end
    else if (!push && pop && !hot[0]) begin hot <= hot >> 1; s0 <= s1; s1 <= s2; s2 <= s3; end
endmodule
"""
DEEP = """module dut(input clk, input rst, input push, pop, input d, output q, output full, output [6:0] level);
  reg m [0:63]; reg [5:0] w, r; reg [6:0] n;
  assign full = n == 64;
  assign level = n;
  assign q = n == 0 ? 0 : m[r];
  wire put = push && !full, take = pop && n != 0;
  always @(posedge clk)
    if (rst) begin w <= 0; r <= 0; n <= 0; end
    else begin
      if (put) begin m[w] <= d; w <= w + 1; end
      if (take) r <= r + 1;
      n <= n + put - take;
    end
endmodule
"""
DEEP_PLACE = """module dut(input clk, input rst, input push, pop, input d, output q, output full, output [6:0] level);
  reg [63:0] bits; reg [6:0] head, tail;
  assign level = head - tail;
  assign full = level == 64;
  assign q = |level & bits[tail[5:0]];
  always @(posedge clk)
    if (rst) {head, tail} <= 0;
    else begin
      if (push & ~full) begin bits[head[5:0]] <= d; head <= head + 1; end
      if (pop && head != tail) tail <= tail + 1;
    end
endmodule
"""
DELAY = """module dut(input clk, input [3:0] d, output [3:0] q);
  reg [3:0] a, b, c, e;
  always @(posedge clk) begin a <= d; b <= a; c <= b; e <= c; end
  assign q = e;
endmodule
"""
DELAY_RING = """module dut(input clk, input rst, input [3:0] d, output reg [3:0] q);
  reg [3:0] m [0:3]; reg [1:0] at = 0;
  always @(posedge clk) begin at <= at + 1; m[at] <= d; end
  always @* q = m[at];
endmodule
"""

PAIRS = (
    Pair("fifo_with_a_count", FIFO, FIFO_COUNT, True, structural=True),
    Pair("fifo_as_shift_register", FIFO, FIFO_SHIFT, True, structural=True),
    Pair("fifo_full_ignores_pop", FIFO, swap(FIFO_COUNT, "count != 8;", "(count != 8 || pop);"), False, True),
    Pair("fifo_last_slot_lost", FIFO, swap(FIFO_COUNT, "if (put) store", "if (put && count != 7) store"), False, True),
    Pair("register_file_zero", REGISTER_FILE, REGISTER_FILE_ZERO, True, structural=True),
    Pair("register_file_15_is_0", REGISTER_FILE, swap(REGISTER_FILE_ZERO, "we && |wa", "we && wa != 15"), False, True),
    Pair("rom_as_logic", ROM, ROM_LOGIC, True, structural=True),
    Pair("rom_last_word_wrong", ROM, swap(ROM_LOGIC, "held * held;", "held * held ^ (&held);"), False, True),
    Pair("ram_in_two_banks", RAM, RAM_TWO_BANKS, True, structural=True),
    Pair("ram_writes_through", RAM, swap(RAM, "q <= m[a];", "q <= we && a == 9 && d == 3 ? d : m[a];"), False, True),
    Pair("stack_as_shift_register", STACK, STACK_SHIFT, True, structural=True),
    Pair("stack_bottom_lost", STACK, swap(STACK_SHIFT, "s2 <= s3;", "s2 <= s2;"), False, True),
    Pair("deep_fifo_by_place", DEEP, DEEP_PLACE, True, structural=True),
    Pair("deep_fifo_never_full", DEEP, swap(DEEP, "n == 64;", "n == 64 && w != 17;"), False, True),
    Pair("delay_as_ring", swap(DELAY, "input clk,", "input clk, input rst,"), DELAY_RING, True, structural=True),
)
