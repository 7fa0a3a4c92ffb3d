// harness-canary core/token_bucket_shaper 301b68cf-2405-4c3b-a3bc-ddcc3bd9955d
module token_bucket_shaper (
    input  wire        clk,
    input  wire        rst,
    input  wire        cfg_we,
    input  wire [7:0]  cfg_rate,
    input  wire [9:0]  cfg_committed,
    input  wire [9:0]  cfg_excess,
    input  wire        shape,
    input  wire        pkt_valid,
    output wire        pkt_ready,
    input  wire [7:0]  pkt_len,
    output reg         out_valid,
    output reg  [1:0]  out_color,
    output reg  [9:0]  committed,
    output reg  [9:0]  excess,
    output reg  [7:0]  dropped
);
    localparam GREEN  = 2'd0;
    localparam YELLOW = 2'd1;
    localparam RED    = 2'd2;

    reg [7:0] rate;             // sixteenths of a token per edge
    reg [9:0] committed_max;
    reg [9:0] excess_max;
    reg [3:0] fraction;

    wire fits_committed = ({2'b00, pkt_len} <= committed);
    wire fits_excess    = ({2'b00, pkt_len} <= excess);

    assign pkt_ready = !shape || fits_committed || fits_excess;

    wire [1:0] color  = fits_committed ? GREEN : fits_excess ? YELLOW : RED;
    wire       accept = pkt_valid && pkt_ready;

    // Refill behind the packet of this edge; what the first bucket cannot hold goes to the second one.
    wire [8:0]  grown     = {5'd0, fraction} + {1'b0, rate};
    wire [9:0]  left_c    = committed - ((accept && (color == GREEN)) ? {2'b00, pkt_len} : 10'd0);
    wire [9:0]  left_e    = excess - ((accept && (color == YELLOW)) ? {2'b00, pkt_len} : 10'd0);
    wire [10:0] filled_c  = {1'b0, left_c} + {6'd0, grown[8:4]};
    wire [11:0] over_c    = {1'b0, filled_c} - {2'b00, committed_max};
    wire        room_c    = over_c[11];             // a negative difference
    wire [10:0] spill     = room_c ? 11'd0 : over_c[10:0];
    wire [10:0] filled_e  = {1'b0, left_e} + spill;
    wire [11:0] over_e    = {1'b0, filled_e} - {2'b00, excess_max};
    wire        room_e    = over_e[11];

    // A reset is like settings that are all 0.
    wire [27:0] settings = {cfg_rate, cfg_committed, cfg_excess} & {28{!rst}};

    always @(posedge clk) begin
        if (rst || cfg_we) begin
            {rate, committed_max, excess_max} <= settings;
            fraction  <= 4'd0;
            committed <= settings[19:10];
            excess    <= settings[9:0];
        end else begin
            fraction  <= grown[3:0];
            committed <= room_c ? filled_c[9:0] : committed_max;
            excess    <= room_e ? filled_e[9:0] : excess_max;
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            out_valid <= 1'b0;
            out_color <= GREEN;
            dropped   <= 8'd0;
        end else begin
            out_valid <= accept;
            if (accept) begin
                out_color <= color;
                if ((color == RED) && (dropped != 8'hff))
                    dropped <= dropped + 8'd1;
            end
        end
    end
endmodule
