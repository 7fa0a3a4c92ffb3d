`timescale 1 ps/1 ps

module stimulus_gen (
  input clk,
  output logic reset,
  output logic go
);

  initial begin
    reset = 1;
    go = 0;
    repeat (2) @(posedge clk);
    #1 reset = 0;
    repeat (60) @(posedge clk) go <= $random;
    #1 $finish;
  end

endmodule

module tb();

  typedef struct packed {
    int errors;
    int errortime;
    int errors_q;
    int errortime_q;
    int clocks;
  } stats;

  stats stats1;

  reg clk = 0;
  initial forever #5 clk = ~clk;

  logic reset, go;
  logic q_ref;
  logic q_dut;

  initial begin
    $dumpfile("wave.vcd");
    $dumpvars(1, reset, go, q_ref, q_dut);
  end

  wire tb_match;
  assign tb_match = q_ref === (q_ref ^ q_dut ^ q_ref);

  stimulus_gen stim1 (.clk, .reset, .go);
  RefModule good1 (.clk, .reset, .go, .q(q_ref));
  TopModule top_module1 (.clk, .reset, .go, .q(q_dut));

  always @(posedge clk, negedge clk) begin
    stats1.clocks++;
    if (!tb_match) begin
      if (stats1.errors == 0) stats1.errortime = $time;
      stats1.errors++;
      if (stats1.errors_q == 0) stats1.errortime_q = $time;
      stats1.errors_q++;
    end
  end

  final begin
    if (stats1.errors_q)
      $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "q", stats1.errors_q, stats1.errortime_q);
    else
      $display("Hint: Output '%s' has no mismatches.", "q");
    $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
  end

  initial begin
    #20000;
    $display("TIMEOUT");
    $finish();
  end

endmodule
