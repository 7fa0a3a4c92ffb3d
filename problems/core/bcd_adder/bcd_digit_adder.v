// Adds two decimal digits and a carry. The digits must be 0 to 9.
module bcd_digit_adder (
    input  wire [3:0] x,
    input  wire [3:0] y,
    input  wire       carry_in,
    output wire [3:0] digit,
    output wire       carry_out
);

    wire [4:0] total   = {1'b0, x} + {1'b0, y} + {4'b0000, carry_in};
    wire [4:0] reduced = total - 5'd10;

    assign carry_out = (total >= 5'd10);
    assign digit     = carry_out ? reduced[3:0] : total[3:0];

endmodule
