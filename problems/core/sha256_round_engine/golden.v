// harness-canary core/sha256_round_engine 0bac5642-0744-427c-abd7-2763791b0af8
module sha256_round_engine (
    input  wire         clk,
    input  wire         rst,
    input  wire         in_valid,
    output wire         in_ready,
    input  wire [31:0]  in_word,
    input  wire         in_first,
    input  wire         abort,
    output wire [6:0]   rounds_done,
    output reg          hash_valid,
    output reg  [255:0] hash
);
    localparam [255:0] IV = 256'h6a09e667_bb67ae85_3c6ef372_a54ff53a_510e527f_9b05688c_1f83d9ab_5be0cd19;

    reg [6:0]   count;          // rounds done of the block under way
    reg [255:0] work;           // a to h
    reg [255:0] chain;          // the value that is added at the end
    reg [511:0] schedule;       // the last 16 words, the latest one in the lowest bits

    assign rounds_done = count;
    assign in_ready    = (count < 7'd16);

    wire accept = in_valid && in_ready;
    wire finish = (count == 7'd64);

    wire [255:0] initial_value = in_first ? IV : hash;
    wire [255:0] current        = (count == 7'd0) ? initial_value : work;
    wire [255:0] following;
    wire [31:0]  constant;
    wire [31:0]  derived;
    wire [31:0]  word = in_ready ? in_word : derived;

    sha256_constants constants (.index(count[5:0]), .constant(constant));
    sha256_expand    expand    (.schedule(schedule), .word(derived));
    sha256_round     round     (.current(current), .addend(constant + word), .following(following));

    integer i;

    always @(posedge clk) begin
        if (rst) begin
            count      <= 7'd0;
            hash_valid <= 1'b0;
            hash       <= 256'd0;
        end else begin
            hash_valid <= 1'b0;
            if (abort) begin
                count <= 7'd0;
            end else if (finish) begin
                count      <= 7'd0;
                hash_valid <= 1'b1;
                for (i = 0; i < 256; i = i + 32)
                    hash[i +: 32] <= chain[i +: 32] + work[i +: 32];
            end else if (accept || !in_ready) begin
                count    <= count + 7'd1;
                work     <= following;
                schedule <= {schedule[479:0], word};
                if (count == 7'd0)
                    chain <= initial_value;
            end
        end
    end
endmodule

// The next word of the message schedule from the 16 words before it.
module sha256_expand (
    input  wire [511:0] schedule,
    output wire [31:0]  word
);
    wire [31:0] w16 = schedule[511:480];
    wire [31:0] w15 = schedule[479:448];
    wire [31:0] w7  = schedule[223:192];
    wire [31:0] w2  = schedule[63:32];

    wire [31:0] sigma0 = {w15[6:0], w15[31:7]} ^ {w15[17:0], w15[31:18]} ^ {3'd0, w15[31:3]};
    wire [31:0] sigma1 = {w2[16:0], w2[31:17]} ^ {w2[18:0], w2[31:19]} ^ {10'd0, w2[31:10]};

    assign word = w16 + sigma0 + w7 + sigma1;
endmodule

// One round: a to h (a in the highest bits) with the sum of message word and round constant.
module sha256_round (
    input  wire [255:0] current,
    input  wire [31:0]  addend,
    output wire [255:0] following
);
    wire [31:0] a, b, c, d, e, f, g, h;
    assign {a, b, c, d, e, f, g, h} = current;

    wire [31:0] sum0     = {a[1:0], a[31:2]} ^ {a[12:0], a[31:13]} ^ {a[21:0], a[31:22]};
    wire [31:0] sum1     = {e[5:0], e[31:6]} ^ {e[10:0], e[31:11]} ^ {e[24:0], e[31:25]};
    wire [31:0] choice   = (e & f) ^ (~e & g);
    wire [31:0] majority = (a & b) ^ (a & c) ^ (b & c);
    wire [31:0] t1       = h + sum1 + choice + addend;

    assign following = {t1 + sum0 + majority, a, b, c, d + t1, e, f, g};
endmodule
