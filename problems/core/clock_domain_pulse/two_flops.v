// Two flip-flops in a row: q is what d was two rising edges of clk ago. Synchronous reset to 0.
module two_flops (
    input  wire clk,
    input  wire rst,
    input  wire d,
    output reg  q
);
    reg first;

    always @(posedge clk) begin
        if (rst) begin
            first <= 1'b0;
            q     <= 1'b0;
        end else begin
            first <= d;
            q     <= first;
        end
    end
endmodule
