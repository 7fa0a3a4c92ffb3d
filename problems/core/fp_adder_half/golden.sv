// harness-canary core/fp_adder_half 3c40edaf-5fdf-46bf-a69e-080ac7da8242
module fp_adder_half (
    input  logic        clk,
    input  logic        rst,
    input  logic        in_valid,
    input  logic        subtract,
    input  logic [15:0] a,
    input  logic [15:0] b,
    output logic        out_valid,
    output logic [15:0] result,
    output logic        invalid,
    output logic        overflow,
    output logic        inexact
);
    typedef struct packed {
        logic       sign;
        logic [4:0] exponent;
        logic [9:0] fraction;
    } half_t;

    // After the first stage: the terms in order of magnitude.
    typedef struct packed {
        logic        valid;
        logic        nan;
        logic        invalid;
        logic        infinite;
        logic        sign;
        logic        zero_sign;
        logic        opposite;
        logic [4:0]  exponent;      // of the larger term, at least 1
        logic [4:0]  distance;
        logic [10:0] larger;
        logic [10:0] smaller;
    } ordered_t;

    // After the second stage: the sum with guard, round and sticky bit.
    typedef struct packed {
        logic        valid;
        logic        nan;
        logic        invalid;
        logic        infinite;
        logic        sign;
        logic [4:0]  exponent;
        logic [14:0] sum;
    } summed_t;

    ordered_t stage1, next1;
    summed_t  stage2, next2;

    // Order and classify.
    half_t term_a, term_b, high, low;
    logic [4:0] high_exponent, low_exponent;
    logic nan_a, nan_b, inf_a, inf_b;

    assign term_a = a;
    assign term_b = {b[15] ^ subtract, b[14:0]};
    assign nan_a  = (a[14:10] == 5'd31) && (a[9:0] != 10'd0);
    assign nan_b  = (b[14:10] == 5'd31) && (b[9:0] != 10'd0);
    assign inf_a  = (a[14:0] == 15'h7c00);
    assign inf_b  = (b[14:0] == 15'h7c00);
    assign high   = (a[14:0] >= b[14:0]) ? term_a : term_b;
    assign low    = (a[14:0] >= b[14:0]) ? term_b : term_a;
    assign high_exponent = (high.exponent == 5'd0) ? 5'd1 : high.exponent;
    assign low_exponent  = (low.exponent == 5'd0) ? 5'd1 : low.exponent;

    always_comb begin
        next1.valid     = in_valid;
        next1.nan       = nan_a || nan_b || (inf_a && inf_b && term_a.sign != term_b.sign);
        next1.invalid   = (nan_a && !a[9]) || (nan_b && !b[9]) || (inf_a && inf_b && term_a.sign != term_b.sign);
        next1.infinite  = inf_a || inf_b;
        next1.sign      = high.sign;
        next1.zero_sign = term_a.sign && term_b.sign;
        next1.opposite  = (term_a.sign != term_b.sign);
        next1.exponent  = high_exponent;
        next1.distance  = high_exponent - low_exponent;
        next1.larger    = {high.exponent != 5'd0, high.fraction};
        next1.smaller   = {low.exponent != 5'd0, low.fraction};
    end

    // Align and add. Shifting by 14 or more leaves the sticky bit only.
    wire [27:0] spread  = {stage1.smaller, 17'd0} >> stage1.distance;
    wire [13:0] aligned = {spread[27:15], |spread[14:0] || (stage1.distance > 5'd17 && stage1.smaller != 11'd0)};
    wire [14:0] wide    = {1'b0, stage1.larger, 3'd0};
    wire [14:0] sum     = stage1.opposite ? wide - aligned : wide + aligned;

    always_comb begin
        next2.valid    = stage1.valid;
        next2.nan      = stage1.nan;
        next2.invalid  = stage1.invalid;
        next2.infinite = stage1.infinite;
        next2.exponent = stage1.exponent;
        next2.sum      = sum;
        next2.sign     = (sum == 15'd0) ? stage1.zero_sign : stage1.sign;
    end

    // Normalise and round.
    wire  [14:0] total = stage2.sum;
    logic [4:0]  leading;           // zeros above the highest 1 of total[13:0], 31 where there is none
    logic [4:0]  room;              // how far the exponent can go down
    logic [13:0] scaled;
    logic [4:0]  exponent;
    integer      i;

    always_comb begin
        leading = 5'd31;
        for (i = 0; i < 14; i = i + 1)
            if (total[i])
                leading = 5'd13 - i[4:0];
        room     = stage2.exponent - 5'd1;
        scaled   = total[13:0];
        exponent = 5'd0;
        if (total[14]) begin
            scaled   = {total[14:2], |total[1:0]};
            exponent = stage2.exponent + 5'd1;
        end else if (leading <= room) begin
            scaled   = total[13:0] << leading;
            exponent = stage2.exponent - leading;
        end else begin
            scaled = total[13:0] << room;
        end
    end

    wire        up      = scaled[2] && (scaled[3] || scaled[1:0] != 2'd0);
    wire [14:0] rounded = {exponent, scaled[12:3]} + {14'd0, up};
    wire        finite  = !stage2.nan && !stage2.infinite;
    wire        too_big = (rounded[14:10] == 5'd31);

    always_ff @(posedge clk) begin
        if (rst) begin
            {stage1, stage2, out_valid, result, invalid, overflow, inexact} <= 84'd0;
        end else begin
            stage1    <= next1;
            stage2    <= next2;
            out_valid <= stage2.valid;
            if (!stage2.valid)
                result <= 16'd0;
            else if (stage2.nan)
                result <= 16'h7e00;
            else if (stage2.infinite || too_big)
                result <= {stage2.sign, 15'h7c00};
            else
                result <= {stage2.sign, rounded};
            invalid  <= stage2.valid && stage2.invalid;
            overflow <= stage2.valid && finite && too_big;
            inexact  <= stage2.valid && finite && (too_big || scaled[2:0] != 3'd0);
        end
    end
endmodule
