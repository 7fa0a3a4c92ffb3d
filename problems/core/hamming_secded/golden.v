// harness-canary core/hamming_secded df503433-e04c-475b-9a97-3ef7a1a42cc9
module hamming_secded (
    input  wire [25:0] data,
    output wire [31:0] code,
    input  wire [31:0] received,
    output wire [25:0] decoded,
    output wire        corrected,
    output wire        double,
    output wire [4:0]  position
);
    // Places of the check bits of each weight, position 0 apart.
    localparam [31:0] ONES     = 32'haaaaaaaa;
    localparam [31:0] TWOS     = 32'hcccccccc;
    localparam [31:0] FOURS    = 32'hf0f0f0f0;
    localparam [31:0] EIGHTS   = 32'hff00ff00;
    localparam [31:0] SIXTEENS = 32'hffff0000;

    wire [31:0] spread = {data[25:11], 1'b0, data[10:4], 1'b0, data[3:1], 1'b0, data[0], 3'b000};
    wire [31:0] filled = spread | {15'd0, ^(spread & SIXTEENS), 7'd0, ^(spread & EIGHTS), 3'd0, ^(spread & FOURS), 1'b0,
                                   ^(spread & TWOS), ^(spread & ONES), 1'b0};

    assign code = {filled[31:1], ^filled};

    wire [4:0] syndrome = {^(received & SIXTEENS), ^(received & EIGHTS), ^(received & FOURS), ^(received & TWOS),
                           ^(received & ONES)};

    assign corrected = ^received;
    assign double    = !corrected && (syndrome != 5'd0);
    assign position  = corrected ? syndrome : 5'd0;

    wire [31:0] mended = received ^ (32'd1 << position);

    assign decoded = {mended[31:17], mended[15:9], mended[7:5], mended[3]};
endmodule
