`timescale 1ns/1ps

`define CHECK(NAME, GOT, EXPECTED) \
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
    initial $timeformat(-9, 0, "", 1);

    integer checked, failed, state;
    time    first;

    // The lowest bits of a $random repeat its highest ones, so only the upper halves of two are used.
    function [31:0] random_word(input unused);
        reg [31:0] high, low;
        begin
            high = $random(state);
            low  = $random(state);
            random_word = {high[31:16], low[31:16]};
        end
    endfunction

    reg         clk, rst, fetch_valid, done_valid, done_taken, done_wrong;
    reg  [11:0] fetch_pc, done_pc, done_target;
    reg  [5:0]  done_history;
    wire        hit, taken;
    wire [11:0] target;
    wire [5:0]  history;

    branch_predictor_gshare dut (
        .clk(clk), .rst(rst), .fetch_valid(fetch_valid), .fetch_pc(fetch_pc), .hit(hit), .taken(taken), .target(target),
        .history(history), .done_valid(done_valid), .done_pc(done_pc), .done_history(done_history),
        .done_taken(done_taken), .done_target(done_target), .done_wrong(done_wrong)
    );

    // Reference model: counters from -2 to 1, whole addresses in the buffer (-1 for none), history as a number.
    integer     score [0:63];
    integer     known_pc [0:7];
    integer     goes_to [0:7];
    integer     past, cell_number, e_target, i, k, n, spread, loops;
    reg         e_hit, e_taken, known;
    reg  [31:0] bits, more;
    // Branches that have been predicted: where, and with which history.
    reg  [11:0] flight_pc [0:3];
    reg  [5:0]  flight_history [0:3];

    task predict;
        begin
            e_hit    = (known_pc[fetch_pc % 8] == fetch_pc);
            e_taken  = e_hit && (score[(fetch_pc % 64) ^ past] >= 0);
            e_target = e_taken ? goes_to[fetch_pc % 8] : (fetch_pc + 1) % 4096;
        end
    endtask

    task model_edge;
        begin
            predict;
            if (rst) begin
                known = 1;
                past  = 0;
                for (i = 0; i < 64; i = i + 1) score[i] = -1;
                for (i = 0; i < 8; i = i + 1) known_pc[i] = -1;
            end else begin
                if (fetch_valid && e_hit) past = (past * 2 + e_taken) % 64;
                if (done_valid) begin
                    cell_number = (done_pc % 64) ^ done_history;
                    if (done_taken && score[cell_number] < 1) score[cell_number] = score[cell_number] + 1;
                    if (!done_taken && score[cell_number] > -2) score[cell_number] = score[cell_number] - 1;
                    if (done_taken) begin
                        known_pc[done_pc % 8] = done_pc;
                        goes_to[done_pc % 8]  = done_target;
                    end else if (score[cell_number] == -2 && known_pc[done_pc % 8] == done_pc)
                        known_pc[done_pc % 8] = -1;
                    if (done_wrong) past = (done_history * 2 + done_taken) % 64;
                end
            end
        end
    endtask

    task compare;
        if (known) begin
            predict;
            `CHECK("hit", hit, e_hit)
            `CHECK("taken", taken, e_taken)
            `CHECK("target", target, e_target[11:0])
            `CHECK("history", history, past[5:0])
        end
    endtask

    task cycle(input glitch);
        begin
            #1 if (glitch) rst = 1;
            #1 if (glitch) rst = 0;
            #2 compare;
            #1 clk = 1;
            model_edge;
            #1 if (glitch) rst = 1;
            #1 if (glitch) rst = 0;
            #2 compare;
            #1 clk = 0;
        end
    endtask

    task fetch(input [11:0] pc);
        begin
            rst = 0;
            fetch_valid = 1;
            fetch_pc    = pc;
            done_valid  = 0;
            bits = random_word(0);
            {done_pc, done_taken, done_wrong, done_history, done_target} = bits;
            cycle(0);
        end
    endtask

    task done(input [11:0] pc, input [5:0] old, input went, input [11:0] where, input wrong);
        begin
            rst = 0;
            fetch_valid  = 0;
            fetch_pc     = pc;
            done_valid   = 1;
            done_pc      = pc;
            done_history = old;
            done_taken   = went;
            done_target  = where;
            done_wrong   = wrong;
            cycle(0);
        end
    endtask

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        past    = 0;
        state   = SEED ^ 32'h65a4e;
        for (i = 0; i < 64; i = i + 1) score[i] = -1;
        for (i = 0; i < 8; i = i + 1) begin
            known_pc[i] = -1;
            goes_to[i]  = 0;
        end
        for (i = 0; i < 4; i = i + 1) begin
            flight_pc[i]      = 0;
            flight_history[i] = 0;
        end
        clk = 0; rst = 1; fetch_valid = 1; fetch_pc = 12'hfff;
        done_valid = 1; done_pc = 5; done_history = 3; done_taken = 1; done_target = 77; done_wrong = 1;
        cycle(0);
        cycle(0);
        // One counter up and down over both ends, seen through its entry; the entry leaves and comes back.
        for (n = 0; n < 5; n = n + 1) done(12'h2a5, 0, 1, 12'h123 + n, 0);
        for (n = 0; n < 5; n = n + 1) done(12'h2a5, 0, 0, 12'h123, 0);
        done(12'h2a5, 6'd9, 1, 12'h777, 0);
        done(12'h2a5, 0, 1, 12'h778, 0);
        done(12'h2a5, 0, 1, 12'h779, 0);
        // A branch not taken with another tag leaves the entry alone.
        for (n = 0; n < 3; n = n + 1) done(12'h2ad, 6'd40, 0, 12'h001, 0);
        fetch(12'h2a5);
        fetch(12'hfff);
        // Every counter and every entry.
        for (n = 0; n < 64; n = n + 1) begin
            done(n * 65, n % 7, 1, n * 63, 0);
            fetch(n * 65);
        end
        for (n = 0; n < 64; n = n + 1) done(n, 6'd0, n % 3 == 0, 12'h400 + n, 1);
        for (n = 0; n < 64; n = n + 1) fetch(n);
        for (n = 0; n < 64; n = n + 1) begin
            done({6'd3, n[5:0]}, n, n[1], n, n[0]);
            fetch({6'd3, n[5:0]});
        end
        // Random: a program with a few branches whose outcomes are partly regular; predictions come back late.
        spread = 3;
        for (n = 0; n < 1500; n = n + 1) begin
            bits = random_word(0);
            more = random_word(0);
            if (n % 100 == 0) spread = bits[31:30];
            fetch_valid  = (more[1:0] != 0);
            fetch_pc     = {bits[11:9] & {3{spread[1]}}, 3'd0, bits[5:0] & {spread[0], 5'h1f}};
            done_valid   = (more[3:2] != 0);
            k            = more[5:4];
            done_pc      = flight_pc[k];
            done_history = flight_history[k];
            done_taken   = (done_pc[0] && more[6]) || (done_pc[1] ^ done_history[1]) || (more[9:7] == 0);
            done_target  = more[21:10];
            done_wrong   = (more[24:22] < 2);
            rst          = (bits[20:12] == 0);
            if (bits[22:21] == 0) begin
                // Anything at all.
                done_pc      = {bits[31:23], more[31:29]};
                done_history = bits[28:23];
                fetch_pc     = more[31] ? done_pc : {bits[8:0], done_pc[2:0]};
            end
            cycle(!rst && more[28:25] == 0);
            flight_pc[n % 4]      = fetch_pc;
            flight_history[n % 4] = past;
        end
        rst = 0;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
