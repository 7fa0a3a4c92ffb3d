// harness-canary core/button_debouncer 8e1135ba-8c7e-4061-9e03-7518b7e33a3f
module button_debouncer #(
    parameter STABLE = 6
) (
    input  wire clk,
    input  wire rst_n,
    input  wire btn_in,
    output reg  level,
    output reg  rise,
    output reg  fall
);

    localparam [7:0] LAST = STABLE - 1;

    reg       meta;
    reg       sync;
    reg [7:0] count;  // consecutive edges at which sync differed from level

    always @(posedge clk) begin
        if (!rst_n) begin
            meta  <= 1'b0;
            sync  <= 1'b0;
            count <= 8'd0;
            level <= 1'b0;
            rise  <= 1'b0;
            fall  <= 1'b0;
        end else begin
            meta <= btn_in;
            sync <= meta;
            rise <= 1'b0;
            fall <= 1'b0;
            if (sync == level) begin
                count <= 8'd0;
            end else if (count == LAST) begin
                count <= 8'd0;
                level <= sync;
                rise  <= sync;
                fall  <= ~sync;
            end else begin
                count <= count + 8'd1;
            end
        end
    end

endmodule
