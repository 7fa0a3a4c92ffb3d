// harness-canary core/aes_round 1f408548-e7ac-4054-837c-71ebfd7f7630
module aes_round (
    input  wire         clk,
    input  wire         rst,
    input  wire         in_valid,
    output wire         in_ready,
    input  wire [127:0] state_in,
    input  wire [127:0] key_in,
    input  wire [7:0]   rcon,
    input  wire         last,
    output wire         out_valid,
    input  wire         out_ready,
    output wire [127:0] state_out,
    output wire [127:0] key_out
);
    localparam IDLE = 3'd0;
    localparam KEY  = 3'd5;     // steps 1 to 4 are the columns 0 to 3
    localparam DONE = 3'd6;

    reg [2:0]   step;
    reg [127:0] state;
    reg [127:0] key;
    reg [127:0] result;
    reg [31:0]  key_word;       // SubWord(RotWord(w3)) xor rcon
    reg [7:0]   rcon_q;
    reg         last_q;

    assign out_valid = (step == DONE);
    assign in_ready  = (step == IDLE) || (out_valid && out_ready);

    // The four bytes that go through the S-boxes in this step: a column behind ShiftRows, or the rotated key word.
    wire [31:0] selected;
    wire [31:0] substituted;

    aes_row_select rows (.state(state), .column(step[1:0] - 2'd1), .bytes(selected));

    wire [31:0] sbox_in = (step == KEY) ? {key[23:0], key[31:24]} : selected;

    aes_sbox s0 (.byte_in(sbox_in[31:24]), .byte_out(substituted[31:24]));
    aes_sbox s1 (.byte_in(sbox_in[23:16]), .byte_out(substituted[23:16]));
    aes_sbox s2 (.byte_in(sbox_in[15:8]),  .byte_out(substituted[15:8]));
    aes_sbox s3 (.byte_in(sbox_in[7:0]),   .byte_out(substituted[7:0]));

    wire [31:0] mixed;

    aes_mix_column mix (.column(substituted), .mixed(mixed));

    // step alone needs a reset: the others are loaded before they are used.
    always @(posedge clk) begin
        if (rst) begin
            step <= IDLE;
        end else if (in_ready) begin
            step <= in_valid ? 3'd1 : IDLE;
            state  <= state_in;
            key    <= key_in;
            rcon_q <= rcon;
            last_q <= last;
        end else if (step == KEY) begin
            step     <= DONE;
            key_word <= substituted ^ {rcon_q, 24'd0};
        end else if (step != DONE) begin
            step   <= step + 3'd1;
            result <= {result[95:0], last_q ? substituted : mixed};
        end
    end

    wire [31:0] w0 = key[127:96] ^ key_word;
    wire [31:0] w1 = key[95:64] ^ w0;
    wire [31:0] w2 = key[63:32] ^ w1;
    wire [31:0] w3 = key[31:0] ^ w2;

    assign state_out = out_valid ? result ^ key : 128'd0;
    assign key_out   = out_valid ? {w0, w1, w2, w3} : 128'd0;
endmodule

// The bytes that ShiftRows moves into one column: row r comes from the column r places further on.
module aes_row_select (
    input  wire [127:0] state,
    input  wire [1:0]   column,
    output wire [31:0]  bytes
);
    function [7:0] pick(input [127:0] from, input [1:0] col, input [1:0] row);
        reg [6:0] lowest;
        begin
            lowest = 7'd120 - {col, row, 3'b000};
            pick   = from[lowest +: 8];
        end
    endfunction

    assign bytes[31:24] = pick(state, column, 2'd0);
    assign bytes[23:16] = pick(state, column + 2'd1, 2'd1);
    assign bytes[15:8]  = pick(state, column + 2'd2, 2'd2);
    assign bytes[7:0]   = pick(state, column + 2'd3, 2'd3);
endmodule

module aes_mix_column (
    input  wire [31:0] column,
    output wire [31:0] mixed
);
    function [7:0] twice(input [7:0] x);
        twice = {x[6:0], 1'b0} ^ (x[7] ? 8'h1b : 8'h00);
    endfunction

    wire [7:0] a = column[31:24];
    wire [7:0] b = column[23:16];
    wire [7:0] c = column[15:8];
    wire [7:0] d = column[7:0];

    assign mixed[31:24] = twice(a ^ b) ^ b ^ c ^ d;
    assign mixed[23:16] = twice(b ^ c) ^ c ^ d ^ a;
    assign mixed[15:8]  = twice(c ^ d) ^ d ^ a ^ b;
    assign mixed[7:0]   = twice(d ^ a) ^ a ^ b ^ c;
endmodule
