// harness-canary core/gray_counter ddac72d8-3654-4040-8345-3fda91ffa5f1
module gray_counter #(
    parameter WIDTH = 5
) (
    input  wire             clk,
    input  wire             rst_n,
    input  wire             load,
    input  wire [WIDTH-1:0] load_value,
    input  wire             en,
    input  wire             up,
    output reg  [WIDTH-1:0] bin,
    output reg  [WIDTH-1:0] gray
);

    reg [WIDTH-1:0] next_bin;

    always @* begin
        next_bin = bin;
        if (load)
            next_bin = load_value;
        else if (en)
            next_bin = up ? bin + 1'b1 : bin - 1'b1;
    end

    // The Gray code has flip-flops of its own, so that it never glitches.
    always @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            bin  <= {WIDTH{1'b0}};
            gray <= {WIDTH{1'b0}};
        end else begin
            bin  <= next_bin;
            gray <= next_bin ^ (next_bin >> 1);
        end
    end

endmodule
