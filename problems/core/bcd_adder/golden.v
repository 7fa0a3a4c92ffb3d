// harness-canary core/bcd_adder 635b9c1c-64b6-4235-b6e9-dc2924f4a518
module bcd_adder (
    input  wire [15:0] a,
    input  wire [15:0] b,
    input  wire        cin,
    output wire [15:0] sum,
    output wire        cout,
    output wire [3:0]  bad_digit,
    output wire        invalid
);

    wire [15:0] raw_sum;
    wire [4:0]  carry;

    assign carry[0] = cin;

    genvar i;
    generate
        for (i = 0; i < 4; i = i + 1) begin : digit
            bcd_digit_adder adder (
                .x(a[4*i +: 4]),
                .y(b[4*i +: 4]),
                .carry_in(carry[i]),
                .digit(raw_sum[4*i +: 4]),
                .carry_out(carry[i+1])
            );
            assign bad_digit[i] = (a[4*i +: 4] > 4'd9) | (b[4*i +: 4] > 4'd9);
        end
    endgenerate

    assign invalid = |bad_digit;
    assign sum     = invalid ? 16'd0 : raw_sum;
    assign cout    = carry[4] & ~invalid;

endmodule
