// One processing element: multiplies what comes from the left by what comes from above, adds it up, and passes both on.
// The flags travel with a. With first, the sum begins anew; right after the edge that takes in last, done is 1.
module systolic_pe (
    input  wire               clk,
    input  wire               rst,
    input  wire               enable,
    input  wire               valid_in,
    input  wire               first_in,
    input  wire               last_in,
    input  wire signed [7:0]  a_in,
    input  wire signed [7:0]  b_in,
    output reg                valid_out,
    output reg                first_out,
    output reg                last_out,
    output reg  signed [7:0]  a_out,
    output reg  signed [7:0]  b_out,
    output reg                done,
    output reg  signed [19:0] acc
);
    wire signed [15:0] product = a_in * b_in;
    wire signed [19:0] base    = first_in ? 20'sd0 : acc;

    always @(posedge clk) begin
        if (rst) begin
            valid_out <= 1'b0;
            first_out <= 1'b0;
            last_out  <= 1'b0;
            a_out     <= 8'sd0;
            b_out     <= 8'sd0;
            done      <= 1'b0;
            acc       <= 20'sd0;
        end else if (enable) begin
            valid_out <= valid_in;
            first_out <= first_in;
            last_out  <= last_in;
            a_out     <= a_in;
            b_out     <= b_in;
            done      <= valid_in && last_in;
            if (valid_in)
                acc <= base + product;
        end
    end
endmodule
