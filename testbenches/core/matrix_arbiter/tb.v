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

    reg        clk, rst, accept;
    reg  [5:0] req, lock, block;
    wire [5:0] grant;
    wire [2:0] index, owner, oldest;
    wire       owned;

    matrix_arbiter dut (
        .clk(clk), .rst(rst), .req(req), .lock(lock), .block(block), .accept(accept), .grant(grant), .index(index),
        .owned(owned), .owner(owner), .oldest(oldest)
    );

    // Reference model: the order as a list, and the owner's number, -1 for none.
    integer    order [0:5];
    integer    holder, chosen, place, i, k, n, odds;
    reg        known;
    reg [5:0]  e_grant;
    reg [31:0] bits;

    task choose;
        begin
            chosen = -1;
            for (i = 5; i >= 0; i = i - 1)
                if (req[order[i]] && !block[order[i]] && (holder < 0 || holder == order[i])) begin
                    chosen = order[i];
                    place  = i;
                end
            e_grant = (chosen < 0) ? 0 : 1 << chosen;
        end
    endtask

    task model_edge;
        begin
            choose;
            if (rst) begin
                known  = 1;
                holder = -1;
                for (i = 0; i < 6; i = i + 1) order[i] = i;
            end else begin
                if (holder >= 0) begin
                    if (!lock[holder]) holder = -1;
                end else if (accept && chosen >= 0 && lock[chosen])
                    holder = chosen;
                if (accept && chosen >= 0) begin
                    for (i = place; i < 5; i = i + 1) order[i] = order[i + 1];
                    order[5] = chosen;
                end
            end
        end
    endtask

    task compare;
        if (known) begin
            choose;
            `CHECK("grant", grant, e_grant)
            `CHECK("index", index, (chosen < 0) ? 3'd0 : chosen[2:0])
            `CHECK("owned", owned, (holder < 0) ? 1'b0 : 1'b1)
            `CHECK("owner", owner, (holder < 0) ? 3'd0 : holder[2:0])
            `CHECK("oldest", oldest, order[0][2:0])
        end
    endtask

    // From falling edge to falling edge; the inputs that act at once also change between two edges.
    task cycle(input glitch);
        begin
            #1 if (glitch) begin
                rst = 1;
                #1 compare;
                rst = 0;
                req = ~req;
                #1 compare;
                req = ~req;
                #1 ;
            end else
                #3 ;
            compare;
            #1 clk = 1;
            model_edge;
            #4 compare;
            #1 clk = 0;
        end
    endtask

    task drive(input [5:0] r, input [5:0] l, input [5:0] b, input a);
        begin
            rst = 0;
            {req, lock, block, accept} = {r, l, b, a};
            cycle(0);
        end
    endtask

    task reset;
        begin
            rst = 1;
            {req, lock, accept, block} = {13'h1fff, 6'd0};
            cycle(0);
        end
    endtask

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        holder  = -1;
        chosen  = -1;
        place   = 0;
        for (i = 0; i < 6; i = i + 1) order[i] = i;
        state   = SEED ^ 32'ha4b;
        clk = 0;
        reset;
        reset;
        // All ask: round and round; then without accept; then single ones and pairs in every order.
        for (n = 0; n < 8; n = n + 1) drive(63, 0, 0, 1);
        drive(63, 63, 0, 0);
        drive(0, 63, 0, 1);
        for (n = 0; n < 64; n = n + 1) drive(n, 0, 0, 1);
        for (n = 0; n < 64; n = n + 1) drive(63, 0, n, 1);
        for (n = 0; n < 30; n = n + 1) drive(63 ^ (1 << (n % 6)) ^ (1 << (n % 5)), 0, 0, n[0] | n[2]);
        // Each one becomes owner; asks, does not ask, is blocked; ends it with and without a grant.
        for (n = 0; n < 12; n = n + 1) begin
            k = n % 6;
            drive(1 << k, 63 ^ (1 << k), 0, 1);
            drive(1 << k, 1 << k, 0, 0);
            drive(1 << k, 1 << k, 0, 1);
            drive(63, 1 << k, 0, 0);
            drive(63, 1 << k, 0, 1);
            drive(63 ^ (1 << k), 63, 0, 1);
            drive(63, 63, 1 << k, 1);
            drive(63, 63, 0, 1);
            if (n < 6) drive(63, 63 ^ (1 << k), 0, n[0]);
            else drive(63 ^ (1 << k), 63 ^ (1 << k), 0, n[0]);
            drive(63, 0, 1 << n[2:0], 1);
            if (n == 8) begin
                drive(4, 4, 0, 1);
                reset;
            end
        end
        // Random.
        odds = 3;
        for (n = 0; n < 1300; n = n + 1) begin
            bits = random_word(0);
            if (n % 50 == 0) odds = bits[1:0];
            rst    = (bits[9:3] == 0);
            req    = bits[15:10];
            if (bits[16]) req = 63;
            accept = (bits[18:17] <= odds);
            k      = (bits[23:19] == 0);
            bits   = random_word(0);
            block  = bits[5:0] & bits[11:6] & bits[17:12];
            lock   = bits[23:18];
            if (bits[31]) lock = lock | bits[29:24];
            cycle(!rst && k[0]);
        end
        rst = 0;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
