module step_counter (input clk, rst, go, output reg [2:0] q);
  always @(posedge clk)
    if (rst) q <= 0;
    else if (go) q <= q + 1;
endmodule
