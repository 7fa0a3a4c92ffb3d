module verified_parity_sum #(parameter WIDTH = 4) (
    input [WIDTH-1:0] a, b, output [WIDTH:0] s, output odd);
  assign s = a + b;
  low_bit #(.N(WIDTH + 1)) low (.value(s), .bit0(odd));
endmodule
module low_bit #(parameter N = 2) (input [N-1:0] value, output bit0);
  assign bit0 = value[0];
endmodule
