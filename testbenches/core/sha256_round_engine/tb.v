// harness-canary core/sha256_round_engine 0bac5642-0744-427c-abd7-2763791b0af8
`timescale 1ns/1ps

`define CHECK(NAME, EXPECTED, GOT) \
    begin \
        checked = checked + 1; \
        if ((GOT) !== (EXPECTED)) begin \
            failed = failed + 1; \
            if (failed == 1) first = $time; \
            if (failed <= 10) \
                $display("MISMATCH time=%0t signal=%0s expected=%b got=%b", $time, NAME, EXPECTED, GOT); \
        end \
    end

module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;

    integer state, checked, failed;
    time    first;

    reg          clk, rst, in_valid, in_first, abort;
    reg  [31:0]  in_word;
    wire         in_ready, hash_valid;
    wire [6:0]   rounds_done;
    wire [255:0] hash;

    sha256_round_engine dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_word(in_word), .in_first(in_first),
        .abort(abort), .rounds_done(rounds_done), .hash_valid(hash_valid), .hash(hash)
    );

    // Reference model. The constants are worked out from the primes; a block is hashed at once when it is due.
    reg [31:0]  k_table [0:63];
    reg [31:0]  w [0:63];
    reg [31:0]  v [0:7];
    reg [255:0] seed_hash, chain, m_hash;
    reg         m_valid, m_ready, known;
    reg [6:0]   m_count;
    integer     i, j, n, p, gap;
    reg         glitch;

    function [127:0] root(input [127:0] of, input integer degree);
        integer       bit_number;
        reg   [127:0] guess;
        begin
            root = 0;
            for (bit_number = 40; bit_number >= 0; bit_number = bit_number - 1) begin
                guess = root | (128'd1 << bit_number);
                if ((degree == 2 ? guess * guess : guess * guess * guess) <= of) root = guess;
            end
        end
    endfunction

    task make_constants;
        reg     prime;
        integer candidate;
        begin
            n = 0;
            for (candidate = 2; n < 64; candidate = candidate + 1) begin
                prime = 1;
                for (j = 2; j * j <= candidate; j = j + 1) if (candidate % j == 0) prime = 0;
                if (prime) begin
                    k_table[n] = root({96'd0, candidate} << 96, 3);
                    if (n < 8) seed_hash = {seed_hash[223:0], 32'd0} | (root({96'd0, candidate} << 64, 2) & 128'hffffffff);
                    n = n + 1;
                end
            end
        end
    endtask

    function [31:0] turn(input [31:0] x, input integer by);
        turn = (x >> by) | (x << (32 - by));
    endfunction

    task compress;
        reg [31:0] t1, t2;
        begin
            for (i = 16; i < 64; i = i + 1)
                w[i] = w[i - 16] + (turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >> 3)) + w[i - 7]
                     + (turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >> 10));
            for (i = 0; i < 8; i = i + 1) v[i] = chain >> (32 * (7 - i));
            for (i = 0; i < 64; i = i + 1) begin
                t1 = v[7] + (turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25)) + k_table[i] + w[i];
                for (j = 0; j < 32; j = j + 1) t2[j] = v[4][j] ? v[5][j] : v[6][j];
                t1 = t1 + t2;
                for (j = 0; j < 32; j = j + 1) t2[j] = (v[0][j] + v[1][j] + v[2][j] > 1);
                t2 = t2 + (turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22));
                for (j = 7; j > 0; j = j - 1) v[j] = v[j - 1];
                v[4] = v[4] + t1;
                v[0] = t1 + t2;
            end
            for (i = 0; i < 8; i = i + 1) begin
                v[i] = v[i] + (chain >> (32 * (7 - i)));
                m_hash = {m_hash[223:0], v[i]};
            end
        end
    endtask

    task model_edge;
        begin
            m_valid = 0;
            if (rst) begin
                known   = 1;
                m_count = 0;
                m_hash  = 0;
            end
            else if (abort) m_count = 0;
            else if (m_count < 16) begin
                if (in_valid) begin
                    if (m_count == 0) chain = in_first ? seed_hash : m_hash;
                    w[m_count] = in_word;
                    m_count = m_count + 1;
                end
            end
            else if (m_count < 64) m_count = m_count + 1;
            else begin
                compress;
                m_valid = 1;
                m_count = 0;
            end
            m_ready = (m_count < 16);
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("in_ready", m_ready, in_ready)
            `CHECK("rounds_done", m_count, rounds_done)
            `CHECK("hash_valid", m_valid, hash_valid)
            `CHECK("hash", m_hash, hash)
        end
    endtask

    // One cycle from falling edge to falling edge; with glitch, rst is pulsed in the low phase.
    task cycle;
        begin
            if (glitch) begin
                #1 rst = ~rst;
                #1 rst = ~rst;
                #2;
            end
            else #4;
            compare;
            #1 clk = 1;
            model_edge;
            #3 compare;
            #2 clk = 0;
        end
    endtask

    task drive(input valid, input [31:0] word, input begins, input stop);
        begin
            rst = 0;
            in_valid = valid;
            in_word = word;
            in_first = begins;
            abort = stop;
            cycle;
        end
    endtask

    task noise(input integer cycles, input valid);
        integer c;
        for (c = 0; c < cycles; c = c + 1) drive(valid, $random(state), $random(state), 0);
    endtask

    // Sixteen words, in_first being right with the first word only, with up to `most` idle cycles before each.
    task block(input [511:0] words, input begins, input integer most);
        for (p = 0; p < 16; p = p + 1) begin
            gap = most == 0 ? 0 : $unsigned($random(state)) % (most + 1);
            if (gap > 0) noise(gap, 0);
            drive(1, words >> (32 * (15 - p)), p == 0 ? begins : ~begins, 0);
        end
    endtask

    function [511:0] any_block(input integer kind);
        integer t;
        begin
            any_block = 0;
            for (t = 0; t < 16; t = t + 1) any_block = {any_block[479:0], 32'd0} | {480'd0, $random(state)};
            if (kind == 1) any_block = ~512'd0;
            if (kind == 2) any_block = 0;
        end
    endfunction

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; m_count = 0; m_valid = 0; m_ready = 1; m_hash = 0; seed_hash = 0; chain = 0;
        clk = 0; rst = 0; in_valid = 0; in_word = 0; in_first = 0; abort = 0;
        make_constants;
        #10;
        for (n = 0; n < 3; n = n + 1) begin
            rst = 1; in_valid = 1; in_first = n; abort = (n == 1); in_word = $random(state);
            cycle;
        end
        noise(3, 0);
        // "abc", whose hash is known; words offered all the time while the engine computes.
        block({32'h61626380, 448'd0, 32'd24}, 1, 0);
        noise(48, 1);
        drive(1, 32'h12345678, 1, 0);
        `CHECK("hash", 256'hba7816bf_8f01cfea_414140de_5dae2223_b00361a3_96177a9c_b410ff61_f20015ad, hash)
        // Two blocks of one message on end, then one that begins a new message, with gaps between the words.
        block(any_block(0), 1, 0);
        noise(49, 1);
        block(any_block(0), 0, 0);
        noise(52, 0);
        block(any_block(1), 0, 3);
        noise(49, 0);
        block(any_block(2), 1, 2);
        noise(49, 1);
        // Abort at telling points: without a block, with the first word, within the intake, at E0, E1, E48, E49, E50.
        for (n = 0; n < 10; n = n + 1) begin
            drive(0, $random(state), 0, 0);
            case (n)
                0: ;
                1: noise(1, 1);
                2: noise(15, 1);
                3: noise(16, 1);
                4: noise(17, 1);
                5: noise(63, 1);
                6: noise(64, 1);
                7: noise(65, 1);
                8: noise(7, 1);
                default: noise(40, 1);
            endcase
            drive(1, $random(state), 1, 1);
            if (n == 6) drive(0, $random(state), 1, 1);
            block(any_block(0), n, 0);
            noise(49 + n % 2, 0);
        end
        // Reset within intake, rounds, the last addition and while hash_valid is 1; the next block chains to 0.
        for (n = 0; n < 5; n = n + 1) begin
            noise(n == 0 ? 5 : n == 1 ? 30 : n == 2 ? 64 : n == 3 ? 65 : 16, 1);
            rst = 1; in_valid = 1; in_first = 1; abort = 0;
            cycle;
            if (n % 2 == 1) cycle;
            block(any_block(0), 0, 0);
            glitch = 1;
            noise(49, n);
            glitch = 0;
        end
        // Random.
        for (n = 0; n < 600; n = n + 1) begin
            glitch = ($unsigned($random(state)) % 32 == 0);
            if (n % 100 == 0) gap = $unsigned($random(state)) % 3;
            rst = ($unsigned($random(state)) % 256 == 0);
            abort = ($unsigned($random(state)) % 128 == 0);
            in_valid = ($unsigned($random(state)) % (gap + 1) == 0);
            in_first = $random(state);
            in_word = $random(state);
            cycle;
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
