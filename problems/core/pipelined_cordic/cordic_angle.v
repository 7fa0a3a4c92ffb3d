// The angle of one CORDIC step, arctan(2^-INDEX), where 65536 is a full turn, rounded to the nearest integer.
module cordic_angle #(
    parameter INDEX = 0
) (
    output wire [15:0] angle
);
    localparam [191:0] TABLE = {
        16'd5, 16'd10, 16'd20, 16'd41, 16'd81, 16'd163, 16'd326, 16'd651, 16'd1297, 16'd2555, 16'd4836, 16'd8192
    };

    assign angle = TABLE[16 * INDEX +: 16];
endmodule
