// harness-canary core/saturating_addsub 87f3b5ea-0cf0-49d9-bb2b-72ea58e0881a
module saturating_addsub #(
    parameter WIDTH = 8
) (
    input  wire signed [WIDTH-1:0] a,
    input  wire signed [WIDTH-1:0] b,
    input  wire                    sub,
    output wire signed [WIDTH-1:0] result,
    output wire                    pos_overflow,
    output wire                    neg_overflow
);

    localparam [WIDTH-1:0] MAX = {1'b0, {(WIDTH-1){1'b1}}};
    localparam [WIDTH-1:0] MIN = {1'b1, {(WIDTH-1){1'b0}}};

    // One more bit holds the exact result; its top two bits tell whether it fits.
    wire [WIDTH:0] a_ext = {a[WIDTH-1], a};
    wire [WIDTH:0] b_ext = {b[WIDTH-1], b};
    wire [WIDTH:0] exact = sub ? a_ext - b_ext : a_ext + b_ext;

    assign pos_overflow = ~exact[WIDTH] & exact[WIDTH-1];
    assign neg_overflow = exact[WIDTH] & ~exact[WIDTH-1];
    assign result       = pos_overflow ? MAX
                        : neg_overflow ? MIN
                        : exact[WIDTH-1:0];

endmodule
