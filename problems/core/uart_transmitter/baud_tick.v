// Marks the last clock cycle of every bit: after an edge with restart = 1, tick is 1 in the
// CLOCKS_PER_BIT-th cycle and then in every further CLOCKS_PER_BIT-th cycle.
module baud_tick #(
    parameter CLOCKS_PER_BIT = 8
) (
    input  wire clk,
    input  wire rst,
    input  wire restart,
    output wire tick
);
    reg [15:0] count;

    assign tick = (count == CLOCKS_PER_BIT - 1);

    always @(posedge clk) begin
        if (rst || restart || tick)
            count <= 16'd0;
        else
            count <= count + 16'd1;
    end
endmodule
