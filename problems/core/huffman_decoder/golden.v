// harness-canary core/huffman_decoder 4832e633-9f31-4652-872a-a9f1f5c0f968
module huffman_decoder (
    input  wire       clk,
    input  wire       rst,
    input  wire       len_we,
    input  wire [3:0] len_symbol,
    input  wire [2:0] len_value,
    input  wire       in_valid,
    output wire       in_ready,
    input  wire [1:0] in_bits,
    input  wire       in_single,
    input  wire       in_align,
    output reg        out_valid,
    input  wire       out_ready,
    output reg  [1:0] out_count,
    output reg  [3:0] out_first,
    output reg  [3:0] out_second,
    output reg        bad_code
);
    reg [47:0] lengths;         // of all symbols, 3 bits each
    reg [2:0]  depth;           // bits of the code under way
    reg [5:0]  rest;            // its value, counted from the first code of its length that is longer still

    assign in_ready = !out_valid || out_ready;

    // First bit, then the second one with what the first one left.
    wire       hit0, hit1, bad0, bad1;
    wire [3:0] symbol0, symbol1;
    wire [2:0] depth0, depth1;
    wire [5:0] rest0, rest1;

    huffman_step step0 (
        .lengths(lengths), .depth(depth), .rest(rest), .code_bit(in_bits[1]),
        .hit(hit0), .bad(bad0), .symbol(symbol0), .depth_next(depth0), .rest_next(rest0)
    );

    huffman_step step1 (
        .lengths(lengths), .depth(depth0), .rest(rest0), .code_bit(in_bits[0]),
        .hit(hit1), .bad(bad1), .symbol(symbol1), .depth_next(depth1), .rest_next(rest1)
    );

    wire take      = in_valid && in_ready && !len_we;
    wire both      = !in_single;
    wire hit_later = both && hit1;

    always @(posedge clk) begin
        if (rst) begin
            lengths    <= 48'd0;
            depth      <= 3'd0;
            rest       <= 6'd0;
            out_valid  <= 1'b0;
            out_count  <= 2'd0;
            out_first  <= 4'd0;
            out_second <= 4'd0;
            bad_code   <= 1'b0;
        end else begin
            if (in_ready) begin
                out_valid  <= take && (hit0 || bad0 || hit_later || (both && bad1));
                out_count  <= take ? {1'b0, hit0} + {1'b0, hit_later} : 2'd0;
                out_first  <= !take ? 4'd0 : hit0 ? symbol0 : hit_later ? symbol1 : 4'd0;
                out_second <= (take && hit0 && hit_later) ? symbol1 : 4'd0;
                bad_code   <= take && (bad0 || (both && bad1));
            end
            if (len_we) begin
                lengths[3*len_symbol +: 3] <= len_value;
                depth <= 3'd0;
                rest  <= 6'd0;
            end else if (take) begin
                depth <= in_align ? 3'd0 : both ? depth1 : depth0;
                rest  <= in_align ? 6'd0 : both ? rest1 : rest0;
            end
        end
    end
endmodule

// One bit further in a code: it ends with a symbol, is bad after 7 bits, or goes on.
module huffman_step (
    input  wire [47:0] lengths,
    input  wire [2:0]  depth,
    input  wire [5:0]  rest,
    input  wire        code_bit,
    output reg         hit,
    output reg         bad,
    output reg  [3:0]  symbol,
    output reg  [2:0]  depth_next,
    output reg  [5:0]  rest_next
);
    wire [2:0] length = depth + 3'd1;
    wire [6:0] value  = {rest, code_bit};

    reg [3:0] ones_with_length;
    integer i;

    always @* begin
        ones_with_length = 4'd0;
        hit    = 1'b0;
        symbol = 4'd0;
        for (i = 0; i < 16; i = i + 1) begin
            if (lengths[3*i +: 3] == length) begin
                if (value == {3'd0, ones_with_length}) begin
                    hit    = 1'b1;
                    symbol = i;
                end
                ones_with_length = ones_with_length + 4'd1;
            end
        end
        bad        = !hit && (length == 3'd7);
        depth_next = (hit || bad) ? 3'd0 : length;
        rest_next  = (hit || bad) ? 6'd0 : value[5:0] - {2'd0, ones_with_length};
    end
endmodule
