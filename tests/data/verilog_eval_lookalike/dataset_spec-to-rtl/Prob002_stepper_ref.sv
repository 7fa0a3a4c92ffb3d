module RefModule (
  input clk,
  input reset,
  input go,
  output reg q
);

  always @(posedge clk)
    if (reset) q <= 0;
    else if (go) q <= ~q;

endmodule
