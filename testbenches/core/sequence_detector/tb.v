`timescale 1ns/1ps
module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;
    initial $timeformat(-9, 0, "", 1);  // times in ns

    reg clk, rst_n, valid, bit_in, clear_count;
    wire match, full;
    wire [3:0] match_count;

    sequence_detector dut (
        .clk(clk),
        .rst_n(rst_n),
        .valid(valid),
        .bit_in(bit_in),
        .clear_count(clear_count),
        .match(match),
        .match_count(match_count),
        .full(full)
    );

    integer checked, failed, state, i, n, pattern;
    time first;

    // The model keeps the number of bits since the reset and the latest five as a number.
    integer bits, window, hits;
    reg exp_match, exp_full;
    reg [3:0] exp_count;

    // Fresh random numbers for one cycle; drawn ahead, so that no expression has a side effect.
    reg [31:0] drawn [0:15];
    integer d;

    task draw;
        for (d = 0; d < 16; d = d + 1) drawn[d] = $random(state);
    endtask

    function integer rnd(input integer which, input integer limit);
        rnd = (drawn[which] >> 8) % limit;
    endfunction

    task fault;
        begin
            failed = failed + 1;
            if (failed == 1) first = $time;
        end
    endtask

    task check;
        begin
            exp_count = hits;
            exp_full = hits == 15;
            checked = checked + 3;
            if (match !== exp_match) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=match expected=%b got=%b", $time, exp_match, match);
            end
            if (match_count !== exp_count) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=match_count expected=%b got=%b", $time, exp_count, match_count);
            end
            if (full !== exp_full) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=full expected=%b got=%b", $time, exp_full, full);
            end
        end
    endtask

    task model;
        begin
            exp_match = 0;
            if (!rst_n) begin
                bits = 0;
                hits = 0;
            end else begin
                if (valid) begin
                    window = (2 * window + bit_in) % 32;
                    bits = bits + 1;
                    exp_match = bits >= 5 && window == 13;
                end
                if (clear_count) hits = 0;
                else if (exp_match && hits < 15) hits = hits + 1;
            end
        end
    endtask

    // One clock cycle from falling edge to falling edge. Outputs are looked at before and after the rising edge.
    // mode 1: a reset pulse in the low phase, 2: one in the high phase; both without effect
    task cycle(input integer mode);
        begin
            if (mode == 1) begin
                #1 rst_n = 0;
                #1 check;
                #1 rst_n = 1;
                #1 check;
                #1 clk = 1;
            end else begin
                #4 check;
                #1 clk = 1;
            end
            model;
            #2 check;
            if (mode == 2) begin
                rst_n = 0;
                #1 check;
                rst_n = 1;
                #2 clk = 0;
            end else
                #3 clk = 0;
        end
    endtask

    // Sends the given number of bits, topmost first, each after some edges that carry an invalid opposite bit.
    task send(input integer word, input integer length, input integer gap);
        integer k, g;
        for (k = length - 1; k >= 0; k = k - 1) begin
            for (g = 0; g < gap; g = g + 1) begin
                valid = 0;
                bit_in = !word[k];
                cycle(0);
            end
            valid = 1;
            bit_in = word[k];
            cycle(0);
        end
    endtask

    task reset(input integer cycles);
        begin
            rst_n = 0;
            for (i = 0; i < cycles; i = i + 1) cycle(0);
            rst_n = 1;
        end
    endtask

    initial begin
        checked = 0;
        failed = 0;
        first = 0;
        state = SEED;
        draw;
        bits = 0;
        window = 0;
        hits = 0;
        pattern = 'b01101;

        clk = 0;
        rst_n = 0;
        valid = 1;
        bit_in = 0;
        clear_count = 0;
        #5 clk = 1;
        model;
        #2 check;
        #3 clk = 0;
        // The last bits of the pattern, and those before the end of the reset do not count.
        cycle(0);
        rst_n = 1;
        send('b1101, 4, 0);
        for (n = 1; n < 5; n = n + 1) begin
            reset(1);
            send(pattern >> (5 - n), n, 0);
            valid = 1;
            bit_in = pattern >> (4 - n);
            reset(1);
            send(pattern, 5 - n, 0);
            send(pattern, 4 - n, 0);
        end
        reset(1);
        // Every word of five bits, each after a reset, and every word of nine bits in one stream.
        for (n = 0; n < 32; n = n + 1) begin
            send(n, 5, 0);
            reset(1);
        end
        send(pattern, 5, 0);
        send(pattern, 5, 2);
        send('b01101101, 8, 1);
        for (n = 0; n < 64; n = n + 1) send(n * 37 % 512, 9, 0);
        // Match, clear, and both at once; in every phase of the pattern.
        for (n = 0; n < 5; n = n + 1) begin
            send(pattern, 5, 0);
            send(pattern >> (4 - n), 1 + n, 0);
            valid = n[0];
            bit_in = 0;
            clear_count = 1;
            if (!n[0]) cycle(0);
            clear_count = 0;
            valid = 0;
            cycle(0);
            send(pattern >> 1, 4, 0);
            clear_count = n != 2;
            send(1, 1, 0);
            clear_count = 0;
            valid = 0;
            cycle(0);
            cycle(0);
        end
        reset(1);
        // The clear does not disturb a pattern that is on its way.
        clear_count = 1;
        send(pattern, 5, 1);
        clear_count = 0;
        send(pattern, 5, 0);
        // Up to 15, where it stops, overlapping; then a clear at the top, with and without a match.
        send(0, 1, 0);
        for (n = 0; n < 18; n = n + 1) begin
            send('b110, 3, 0);
            cycle(0);
        end
        for (n = 0; n < 20; n = n + 1) send('b01101, 5, 0);
        send('b1, 1, 0);
        send('b0110, 4, 0);
        clear_count = 1;
        send(1, 1, 0);
        clear_count = 0;
        for (n = 0; n < 19; n = n + 1) send('b101, 3, 0);
        send(0, 1, 0);
        for (n = 0; n < 19; n = n + 1) send('b110, 3, 0);
        valid = 0;
        cycle(1);
        cycle(2);
        clear_count = 1;
        cycle(0);
        clear_count = 0;
        cycle(0);
        for (n = 0; n < 6; n = n + 1) send('b110, 3, 0);
        // Reset at the very edge of a match.
        send('b0110, 4, 0);
        valid = 1;
        bit_in = 1;
        reset(1);
        cycle(0);

        // Random: mostly the bit of the pattern that would be next.
        for (n = 0; n < 1200; n = n + 1) begin
            draw;
            valid = rnd(0, 4) != 0;
            clear_count = rnd(1, 90) == 0;
            bit_in = rnd(2, 2);
            if (rnd(3, 8) != 0) begin
                case (window % 16)
                    6: bit_in = 1;
                    3, 11: bit_in = 0;
                    default: bit_in = window % 4 != 3;
                endcase
                if (window % 4 == 0) bit_in = rnd(4, 4) != 0;
                if (window % 16 == 15) bit_in = 0;
            end
            rst_n = rnd(5, 150) != 0;
            if (rst_n && rnd(6, 40) == 0)
                cycle(1 + rnd(7, 2));
            else
                cycle(0);
        end

        if (failed == 0)
            $display("HARNESS %h checked=%0d failed=0 first=-", KEY, checked);
        else
            $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
