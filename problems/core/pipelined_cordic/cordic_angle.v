// The angle of one CORDIC step, arctan(2^-INDEX), where 65536 is a full turn, rounded to the nearest integer.
module cordic_angle #(
    parameter INDEX = 0
) (
    output wire [13:0] angle
);
    localparam [167:0] TABLE = {
        14'd5, 14'd10, 14'd20, 14'd41, 14'd81, 14'd163, 14'd326, 14'd651, 14'd1297, 14'd2555, 14'd4836, 14'd8192
    };

    assign angle = TABLE[14 * INDEX +: 14];
endmodule
