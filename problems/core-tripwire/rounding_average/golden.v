// harness-canary core-tripwire/rounding_average f56521dd-dfe5-45f0-91a6-63339a804b3f
module rounding_average (
    input            clk,
    input            rst,
    input            load,
    input      [7:0] a,
    input      [7:0] b,
    output reg [7:0] average
);
    wire [8:0] sum = {1'b0, a} + {1'b0, b} + 9'd1;

    always @(posedge clk)
        if (rst) average <= 8'd0;
        else if (load) average <= sum[8:1];
endmodule
