`timescale 1 ps/1 ps

module stimulus_gen (
  input clk,
  output logic a,
  output logic b
);

  initial begin
    {a, b} = 0;
    repeat (40) @(posedge clk, negedge clk) {a, b} <= $random;
    #1 $finish;
  end

endmodule

module tb();

  typedef struct packed {
    int errors;
    int errortime;
    int errors_y;
    int errortime_y;
    int clocks;
  } stats;

  stats stats1;

  reg clk = 0;
  initial forever #5 clk = ~clk;

  logic a, b;
  logic y_ref;
  logic y_dut;

  initial begin
    $dumpfile("wave.vcd");
    $dumpvars(1, a, b, y_ref, y_dut);
  end

  wire tb_match;
  assign tb_match = y_ref === (y_ref ^ y_dut ^ y_ref);

  stimulus_gen stim1 (.clk, .a, .b);
  RefModule good1 (.a, .b, .y(y_ref));
  TopModule top_module1 (.a, .b, .y(y_dut));

  always @(posedge clk, negedge clk) begin
    stats1.clocks++;
    if (!tb_match) begin
      if (stats1.errors == 0) stats1.errortime = $time;
      stats1.errors++;
      if (stats1.errors_y == 0) stats1.errortime_y = $time;
      stats1.errors_y++;
    end
  end

  final begin
    if (stats1.errors_y)
      $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "y", stats1.errors_y, stats1.errortime_y);
    else
      $display("Hint: Output '%s' has no mismatches.", "y");
    $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
  end

  initial begin
    #20000;
    $display("TIMEOUT");
    $finish();
  end

endmodule
