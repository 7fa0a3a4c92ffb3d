// harness-canary core/mac_pipeline 00dc30f0-8c1e-43c5-844c-c05a72862c2e
module mac_pipeline (
    input  wire               clk,
    input  wire               rst,
    input  wire               in_valid,
    input  wire               clear,
    input  wire signed [7:0]  a,
    input  wire signed [7:0]  b,
    output wire               out_valid,
    output wire signed [19:0] acc,
    output wire               saturated
);
    reg signed [7:0]  a_q;
    reg signed [7:0]  b_q;
    reg               valid_q;
    reg               clear_q;

    reg signed [15:0] product_q;
    reg               product_valid;
    reg               product_clear;

    always @(posedge clk) begin
        if (rst) begin
            a_q           <= 8'sd0;
            b_q           <= 8'sd0;
            valid_q       <= 1'b0;
            clear_q       <= 1'b0;
            product_q     <= 16'sd0;
            product_valid <= 1'b0;
            product_clear <= 1'b0;
        end else begin
            a_q           <= a;
            b_q           <= b;
            valid_q       <= in_valid;
            clear_q       <= clear;
            product_q     <= a_q * b_q;
            product_valid <= valid_q;
            product_clear <= clear_q;
        end
    end

    mac_stage stage (
        .clk(clk),
        .rst(rst),
        .valid(product_valid),
        .clear(product_clear),
        .product(product_q),
        .out_valid(out_valid),
        .acc(acc),
        .saturated(saturated)
    );
endmodule

module mac_stage (
    input  wire               clk,
    input  wire               rst,
    input  wire               valid,
    input  wire               clear,
    input  wire signed [15:0] product,
    output reg                out_valid,
    output reg  signed [19:0] acc,
    output reg                saturated
);
    localparam signed [20:0] MAX = 21'sd524287;
    localparam signed [20:0] MIN = -21'sd524288;

    wire signed [20:0] sum = acc + product;

    // Out of 20 bits where the two upper bits differ.
    wire too_high = (sum[20:19] == 2'b01);
    wire too_low  = (sum[20:19] == 2'b10);

    always @(posedge clk) begin
        if (rst) begin
            out_valid <= 1'b0;
            acc       <= 20'sd0;
            saturated <= 1'b0;
        end else begin
            out_valid <= valid;
            if (clear) begin
                acc       <= valid ? product : 20'sd0;
                saturated <= 1'b0;
            end else if (valid) begin
                if (too_high)
                    acc <= MAX;
                else if (too_low)
                    acc <= MIN;
                else
                    acc <= sum;
                if (too_high || too_low)
                    saturated <= 1'b1;
            end
        end
    end
endmodule
