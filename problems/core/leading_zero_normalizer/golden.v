// harness-canary core/leading_zero_normalizer e0870efe-28b8-4843-bf9f-5ada624b2c0e
module leading_zero_normalizer (
    input  wire [15:0] mant,
    input  wire [4:0]  exp_in,
    output reg  [4:0]  lzc,
    output wire        zero,
    output wire [15:0] norm,
    output wire [4:0]  exp_out,
    output wire        denormal,
    output wire        guard,
    output wire        sticky,
    output wire        round_up
);

    integer i;

    // The highest 1 is met last and decides.
    always @* begin
        lzc = 5'd16;
        for (i = 0; i < 16; i = i + 1)
            if (mant[i])
                lzc = 5'd15 - i[4:0];
    end

    wire       too_small = (lzc > exp_in);
    wire [4:0] shift     = too_small ? exp_in : lzc;

    assign zero     = (mant == 16'd0);
    assign norm     = mant << shift;
    assign exp_out  = zero ? 5'd0 : exp_in - shift;
    assign denormal = too_small & ~zero;
    assign guard    = norm[7];
    assign sticky   = |norm[6:0];
    assign round_up = guard & (sticky | norm[8]);

endmodule
