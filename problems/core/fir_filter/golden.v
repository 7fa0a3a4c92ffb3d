// harness-canary core/fir_filter 68dd4c27-826e-4626-bf85-0ca652f6f047
module fir_filter (
    input  wire              clk,
    input  wire              rst,
    input  wire              coef_we,
    input  wire [2:0]        coef_addr,
    input  wire signed [7:0] coef_data,
    input  wire              clear,
    input  wire              in_valid,
    input  wire signed [9:0] x,
    input  wire [1:0]        round_mode,
    output reg               out_valid,
    output reg  signed [9:0] y,
    output reg               limited
);
    localparam TAPS = 6;
    localparam ACC  = 20;

    localparam signed [ACC-1:0] ZERO = 0;

    // Transposed form: partial[k] waits for k more samples, partial[0] is complete.
    reg signed [7:0]     coef    [0:TAPS-1];
    reg signed [ACC-1:0] partial [0:TAPS-1];
    reg                  sum_valid;
    reg [1:0]            sum_mode;

    integer k;

    always @(posedge clk) begin
        if (rst) begin
            for (k = 0; k < TAPS; k = k + 1)
                coef[k] <= 8'sd0;
        end else if (coef_we) begin
            for (k = 0; k < TAPS; k = k + 1)
                if (coef_addr == k)
                    coef[k] <= coef_data;
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            for (k = 0; k < TAPS; k = k + 1)
                partial[k] <= ZERO;
            sum_valid <= 1'b0;
            sum_mode  <= 2'd0;
        end else begin
            sum_valid <= in_valid;
            sum_mode  <= round_mode;
            if (in_valid) begin
                for (k = 0; k < TAPS - 1; k = k + 1)
                    partial[k] <= (clear ? ZERO : partial[k+1]) + coef[k] * x;
                partial[TAPS-1] <= coef[TAPS-1] * x;
            end else if (clear) begin
                for (k = 0; k < TAPS; k = k + 1)
                    partial[k] <= ZERO;
            end
        end
    end

    wire signed [9:0] rounded;
    wire              overflow;

    fir_round_saturate #(.IN(ACC), .OUT(10), .FRACTION(7)) finish (
        .sum(partial[0]), .mode(sum_mode), .value(rounded), .limited(overflow)
    );

    always @(posedge clk) begin
        if (rst) begin
            out_valid <= 1'b0;
            y         <= 10'sd0;
            limited   <= 1'b0;
        end else begin
            out_valid <= sum_valid;
            if (sum_valid) begin
                y       <= rounded;
                limited <= overflow;
            end
        end
    end
endmodule

module fir_round_saturate #(
    parameter IN       = 20,
    parameter OUT      = 10,
    parameter FRACTION = 7
) (
    input  wire signed [IN-1:0]  sum,
    input  wire [1:0]            mode,
    output wire signed [OUT-1:0] value,
    output wire                  limited
);
    localparam WHOLE = IN - FRACTION;

    wire signed [WHOLE:0] floor_value = sum >>> FRACTION;
    wire                  half_bit    = sum[FRACTION-1];
    wire                  is_half     = half_bit && (sum[FRACTION-2:0] == 0);

    reg up;
    always @* begin
        case (mode)
            2'd0:    up = 1'b0;                             // down
            2'd1:    up = half_bit;                         // half up
            2'd2:    up = half_bit && !(is_half && !floor_value[0]);
            default: up = half_bit && !(is_half && sum[IN-1]);
        endcase
    end

    wire signed [WHOLE:0] integer_value = floor_value + $signed({1'b0, up});

    wire too_high = !integer_value[WHOLE] && (integer_value[WHOLE-1:OUT-1] != 0);
    wire too_low  = integer_value[WHOLE] && !(&integer_value[WHOLE-1:OUT-1]);

    assign limited = too_high || too_low;
    assign value   = too_high ? {1'b0, {(OUT-1){1'b1}}} : too_low ? {1'b1, {(OUT-1){1'b0}}} : integer_value[OUT-1:0];
endmodule
