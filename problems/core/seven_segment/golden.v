// harness-canary core/seven_segment 32ed3070-5ab4-494b-beb0-9c2518f5de11
module seven_segment (
    input  wire [3:0] digit,
    input  wire       point,
    input  wire       blank,
    input  wire       lamp_test,
    input  wire       active_low,
    output wire [6:0] segments,
    output wire       point_out
);

    reg [6:0] glyph;    // {g, f, e, d, c, b, a}
    reg [7:0] lit;      // {point, segments}

    always @* begin
        case (digit)
            4'h0:    glyph = 7'b0111111;
            4'h1:    glyph = 7'b0000110;
            4'h2:    glyph = 7'b1011011;
            4'h3:    glyph = 7'b1001111;
            4'h4:    glyph = 7'b1100110;
            4'h5:    glyph = 7'b1101101;
            4'h6:    glyph = 7'b1111101;
            4'h7:    glyph = 7'b0000111;
            4'h8:    glyph = 7'b1111111;
            4'h9:    glyph = 7'b1101111;
            4'ha:    glyph = 7'b1110111;
            4'hb:    glyph = 7'b1111100;
            4'hc:    glyph = 7'b0111001;
            4'hd:    glyph = 7'b1011110;
            4'he:    glyph = 7'b1111001;
            default: glyph = 7'b1110001;
        endcase
    end

    always @* begin
        if (lamp_test)
            lit = 8'hff;
        else if (blank)
            lit = 8'h00;
        else
            lit = {point, glyph};
    end

    assign {point_out, segments} = active_low ? ~lit : lit;

endmodule
