// Two flip-flops in a row for each bit: q is what d was two rising edges of clk ago.
module sync_2ff #(
    parameter WIDTH = 1
) (
    input  wire             clk,
    input  wire             rst_n,
    input  wire [WIDTH-1:0] d,
    output reg  [WIDTH-1:0] q
);
    reg [WIDTH-1:0] first;

    always @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            first <= {WIDTH{1'b0}};
            q     <= {WIDTH{1'b0}};
        end else begin
            first <= d;
            q     <= first;
        end
    end
endmodule
