`timescale 1ns/1ps
module parity_sum_tb;
  parameter W = 4;
  reg [W-1:0] a, b;
  wire [W:0] s;
  wire odd;
  reg [7:0] pairs [0:7];
  integer i;
  integer error = 0;
  parity_sum #(.WIDTH(W)) uut (.a(a), .b(b), .s(s), .odd(odd));
  initial begin
    $readmemh("pairs.dat", pairs);
    for (i = 0; i < 8; i = i + 1) begin
      {a, b} = pairs[i];
      #5;
      error = (s == a + b && odd == s[0]) ? error : error + 1;
    end
    // The words that decide.
    if (error == 0) begin
      $display("===========Your Design Passed===========");
    end
    else begin
      $display("===========Test completed with %d /8 failures===========", error);
    end
    $finish;
  end
endmodule
