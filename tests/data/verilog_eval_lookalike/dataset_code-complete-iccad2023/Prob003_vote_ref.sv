module RefModule (
  input a,
  input b,
  input c,
  output y
);

  assign y = keep(a, b, c);

  function keep(input a, input b, input c);
    keep = (a & b) | (a & c) | (b & c);
  endfunction

endmodule
