// harness-canary core/huffman_decoder 4832e633-9f31-4652-872a-a9f1f5c0f968
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

    reg        clk, rst, len_we, in_valid, in_single, in_align, out_ready;
    reg  [3:0] len_symbol;
    reg  [2:0] len_value;
    reg  [1:0] in_bits;
    wire       in_ready, out_valid, bad_code;
    wire [1:0] out_count;
    wire [3:0] out_first, out_second;

    huffman_decoder dut (
        .clk(clk), .rst(rst), .len_we(len_we), .len_symbol(len_symbol), .len_value(len_value), .in_valid(in_valid),
        .in_ready(in_ready), .in_bits(in_bits), .in_single(in_single), .in_align(in_align), .out_valid(out_valid),
        .out_ready(out_ready), .out_count(out_count), .out_first(out_first), .out_second(out_second), .bad_code(bad_code)
    );

    // Reference model: a book of all codes, in which the bits so far are looked up.
    integer    size [0:15];
    integer    code [0:15];
    integer    bits, value, i, j, p, n, k, next_code, budget, shortest, stops;
    reg        known, glitch, m_valid, m_bad, was_ready;
    reg  [1:0] m_count;
    reg  [3:0] m_first, m_second;

    task write_book;
        begin
            next_code = 0;
            for (p = 1; p <= 7; p = p + 1) begin
                next_code = next_code * 2;
                for (i = 0; i < 16; i = i + 1)
                    if (size[i] == p) begin
                        code[i] = next_code;
                        next_code = next_code + 1;
                    end
            end
        end
    endtask

    task next_bit(input one);
        reg found;
        begin
            bits = bits + 1;
            value = value * 2 + one;
            found = 0;
            for (i = 0; i < 16; i = i + 1)
                if (size[i] == bits && code[i] == value) begin
                    found = 1;
                    if (m_count == 0) m_first = i; else m_second = i;
                end
            if (found) m_count = m_count + 1;
            else if (bits == 7) m_bad = 1;
            if (found || bits == 7) begin
                m_valid = 1;
                bits = 0;
                value = 0;
            end
        end
    endtask

    task model_edge;
        if (rst) begin
            known = 1;
            m_valid = 0; m_count = 0; m_first = 0; m_second = 0; m_bad = 0;
            bits = 0; value = 0;
            for (i = 0; i < 16; i = i + 1) size[i] = 0;
        end
        else begin
            was_ready = !m_valid || out_ready;
            if (was_ready) begin
                m_valid = 0; m_count = 0; m_first = 0; m_second = 0; m_bad = 0;
            end
            if (len_we) begin
                size[len_symbol] = len_value;
                write_book;
                bits = 0; value = 0;
            end
            else if (in_valid && was_ready) begin
                next_bit(in_bits[1]);
                if (!in_single) next_bit(in_bits[0]);
                if (in_align) begin bits = 0; value = 0; end
            end
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("in_ready", (!m_valid || out_ready), in_ready)
            `CHECK("out_valid", m_valid, out_valid)
            `CHECK("out_count", m_count, out_count)
            `CHECK("out_first", m_first, out_first)
            `CHECK("out_second", m_second, out_second)
            `CHECK("bad_code", m_bad, bad_code)
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
            #5 clk = 0;
        end
    endtask

    task quiet;
        begin
            rst = 0; len_we = 0; in_valid = 0; out_ready = 1; in_align = 0;
            len_symbol = $random(state); len_value = $random(state);
            in_bits = $random(state); in_single = $random(state);
        end
    endtask

    task set(input [3:0] symbol, input [2:0] length);
        begin
            quiet;
            len_we = 1; len_symbol = symbol; len_value = length; in_valid = $random(state); out_ready = $random(state);
            cycle;
        end
    endtask

    task feed(input [1:0] two, input single);
        begin
            quiet; in_valid = 1; in_bits = two; in_single = single; cycle;
        end
    endtask

    task random_bits(input integer cycles, input integer slow);
        for (k = 0; k < cycles; k = k + 1) begin
            quiet;
            in_valid = ($unsigned($random(state)) % 8 != 0);
            out_ready = ($unsigned($random(state)) % slow == 0);
            in_align = ($unsigned($random(state)) % 12 == 0);
            cycle;
        end
    endtask

    // Every word of seven bits, aligned, with the pairs falling in both ways.
    task all_words;
        for (k = 0; k < 256; k = k + 1) begin
            if (k[7]) feed({k[6], 1'b1}, 1);
            for (j = 0; j < (k[7] ? 3 : 4); j = j + 1) begin
                quiet;
                in_valid = 1;
                in_bits = k[7] ? k >> (4 - 2 * j) : k >> (5 - 2 * j);
                if (!k[7] && j == 3) in_bits = {k[0], 1'b0};
                in_single = (!k[7] && j == 3);
                in_align = (j == (k[7] ? 2 : 3));
                out_ready = 1;
                cycle;
            end
        end
    endtask

    task reset;
        begin
            quiet; rst = 1; len_we = 1; in_valid = 1; out_ready = $random(state); cycle;
        end
    endtask

    // Random lengths for which there are enough codes; some room may be left.
    task any_code(input integer least, input integer spare);
        begin
            budget = 128 - spare;
            for (n = 0; n < 16; n = n + 1) begin
                shortest = least + $unsigned($random(state)) % (8 - least);
                if ($unsigned($random(state)) % 8 == 0 || (128 >> shortest) > budget) shortest = 0;
                if (shortest == 0 && budget > 0 && $unsigned($random(state)) % 2) shortest = 7;
                if (shortest > 0) budget = budget - (128 >> shortest);
                set(5 * n + 3, shortest);
            end
        end
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; m_valid = 0; bits = 0; value = 0;
        for (i = 0; i < 16; i = i + 1) size[i] = 0;
        clk = 0;
        #10;
        reset;
        reset;
        // No code at all: every seventh bit ends a bad one.
        for (n = 0; n < 12; n = n + 1) feed(n, n == 4);
        // The example, then with one length changed in the middle of a code.
        set(0, 2); set(1, 1); set(2, 3); set(3, 3);
        feed(2'b01, 0); feed(2'b01, 0); feed(2'b10, 0); feed(2'b11, 0); feed(2'b10, 0); feed(2'b00, 0); feed(2'b11, 0);
        set(9, 0);
        feed(2'b11, 0); feed(2'b01, 1); feed(2'b11, 1); feed(2'b00, 0);
        // A result that waits: nothing is taken meanwhile, lengths can be set.
        for (n = 0; n < 4; n = n + 1) begin quiet; in_valid = 1; in_bits = n; in_single = 0; out_ready = 0; cycle; end
        quiet; len_we = 1; len_symbol = 0; len_value = 2; in_valid = 1; out_ready = 0; cycle;
        quiet; out_ready = 0; cycle;
        quiet; len_we = 1; len_symbol = 0; len_value = 2; in_valid = 1; out_ready = 1; cycle;
        random_bits(60, 2);
        // Two symbols with codes of one bit; a single symbol.
        reset;
        set(15, 1); set(7, 1);
        random_bits(25, 1);
        set(15, 0);
        random_bits(25, 1);
        // Sixteen codes of four bits, and a staircase down to seven bits.
        for (n = 0; n < 16; n = n + 1) set(n, n == 7 ? 0 : 4);
        set(7, 4);
        random_bits(80, 1);
        reset;
        for (n = 1; n < 8; n = n + 1) set(11 * n, n);
        all_words;
        set(2, 7);
        random_bits(80, 3);
        // Random codes.
        for (j = 0; j < 7; j = j + 1) begin
            if (j % 2) reset;
            any_code(1 + j % 3 + (j == 5), j % 4 == 3 ? 20 : 0);
            random_bits(130, 1 + j % 3);
            glitch = 1;
            random_bits(10, 1);
            glitch = 0;
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
