module test;
  reg clk = 0, rst = 1, go = 0;
  wire [2:0] q;
  reg [2:0] wanted = 0;
  integer wrong, round;
  step_counter dut (.clk(clk), .rst(rst), .go(go), .q(q));
  always #5 clk = ~clk;
  initial begin
    wrong = 0;
    repeat (2) @(negedge clk);
    rst = 0;
    for (round = 0; round < 20; round = round + 1) begin
      go = round % 3 != 0;
      @(negedge clk);
      wanted = wanted + go;
      if (q !== wanted) begin
        wrong = wrong + 1;
      end
    end
    if (wrong > 0) $display("=========== Failed ===========");
    else $display("=========== Your Design Passed ===========");
    $stop;
  end
endmodule
