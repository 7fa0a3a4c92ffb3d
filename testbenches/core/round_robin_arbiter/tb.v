`timescale 1ns/1ps
module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;
    initial $timeformat(-9, 0, "", 1);  // times in ns

    localparam MAX_HOLD = 4;

    reg clk, rst;
    reg  [3:0] req, lock, urgent;
    wire [3:0] grant;
    wire [1:0] grant_idx;
    wire grant_valid, timeout;

    round_robin_arbiter #(.MAX_HOLD(MAX_HOLD)) dut (
        .clk(clk),
        .rst(rst),
        .req(req),
        .lock(lock),
        .urgent(urgent),
        .grant(grant),
        .grant_idx(grant_idx),
        .grant_valid(grant_valid),
        .timeout(timeout)
    );

    integer checked, failed, state, i, j, n, mood;
    time first;

    // The model: who has the grant (-1: nobody), for how many cycles, and who was granted last.
    integer holder, cycles, last, winner, round;
    reg exp_timeout, exp_valid;
    reg [3:0] exp_grant;
    reg [1:0] exp_idx;

    // Fresh random numbers for one cycle; drawn ahead, so that no expression has a side effect.
    reg [31:0] drawn [0:19];
    integer d;

    task draw;
        for (d = 0; d < 20; d = d + 1) drawn[d] = $random(state);
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
            exp_valid = holder >= 0;
            exp_grant = exp_valid ? 1 << holder : 0;
            exp_idx = exp_valid ? holder : 0;
            checked = checked + 4;
            if (grant !== exp_grant) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=grant expected=%b got=%b", $time, exp_grant, grant);
            end
            if (grant_idx !== exp_idx) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=grant_idx expected=%b got=%b", $time, exp_idx, grant_idx);
            end
            if (grant_valid !== exp_valid) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=grant_valid expected=%b got=%b", $time, exp_valid, grant_valid);
            end
            if (timeout !== exp_timeout) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=timeout expected=%b got=%b", $time, exp_timeout, timeout);
            end
        end
    endtask

    task model;
        begin
            exp_timeout = 0;
            if (rst) begin
                holder = -1;
                last = 3;
                cycles = 0;
            end else begin
                winner = -1;
                if (holder >= 0)
                    if (req[holder] && lock[holder]) begin
                        if (cycles < MAX_HOLD) winner = holder;
                        else exp_timeout = 1;
                    end
                if (winner >= 0) cycles = cycles + 1;
                else begin
                    // First round: urgent requests, second round: any.
                    for (round = 0; round < 2; round = round + 1)
                        for (j = 1; j <= 4; j = j + 1)
                            if (winner < 0 && req[(last + j) % 4] && (round == 1 || urgent[(last + j) % 4]))
                                winner = (last + j) % 4;
                    cycles = 1;
                    if (winner >= 0) last = winner;
                end
                holder = winner;
            end
        end
    endtask

    // One clock cycle from falling edge to falling edge. Outputs are looked at before and after the rising edge.
    // mode 1: a reset pulse in the low phase, 2: one in the high phase; both without effect
    task cycle(input integer mode);
        begin
            if (mode == 1) begin
                #1 rst = 1;
                #1 check;
                #1 rst = 0;
                #1 check;
                #1 clk = 1;
            end else begin
                #4 check;
                #1 clk = 1;
            end
            model;
            #2 check;
            if (mode == 2) begin
                rst = 1;
                #1 check;
                rst = 0;
                #2 clk = 0;
            end else
                #3 clk = 0;
        end
    endtask

    task hold(input [3:0] r, input [3:0] l, input [3:0] u, input integer count);
        begin
            req = r;
            lock = l;
            urgent = u;
            for (i = 0; i < count; i = i + 1) cycle(0);
        end
    endtask

    task reset(input integer count);
        begin
            rst = 1;
            for (i = 0; i < count; i = i + 1) cycle(0);
            rst = 0;
        end
    endtask

    initial begin
        checked = 0;
        failed = 0;
        first = 0;
        state = SEED;
        draw;
        holder = -1;
        last = 3;
        cycles = 0;

        clk = 0;
        rst = 1;
        req = 4'b1111;
        lock = 4'b1111;
        urgent = 4'b0100;
        #5 clk = 1;
        model;
        #2 check;
        #3 clk = 0;
        reset(3);
        urgent = 4'b0000;
        // All at once without locks, then with, and back to idle.
        hold(4'b1111, 4'b0000, 4'b0000, 9);
        hold(4'b1111, 4'b1111, 4'b0000, 4 * MAX_HOLD + 3);
        hold(4'b0000, 4'b1111, 4'b1111, 3);
        cycle(1);
        // From each place of the rotation: every set of requests, after an idle edge and without one.
        for (n = 0; n < 64; n = n + 1) begin
            hold(1 << (n / 16), 4'b0000, 4'b0000, 1);
            if (n[0]) hold(4'b0000, 4'b0000, 4'b0000, 1 + n[1]);
            hold(n % 16, 4'b0000, 4'b0000, 1);
            hold(1 << (n / 16), 4'b0000, 4'b0000, 1);
            hold(n % 16, 4'b0000, 4'b0000, 2);
        end
        // Urgency: every set of urgent bits against all and against some requests, from each place.
        for (n = 0; n < 64; n = n + 1) begin
            hold(1 << (n / 16), 4'b0000, 4'b0000, 1);
            hold(4'b1111, 4'b0000, n % 16, 1);
            hold(1 << (n / 16), 4'b0000, 4'b0000, 1);
            hold(4'b0101 << n[0], 4'b0000, n % 16, 2);
        end
        // One requester holds: alone, against others, against urgent others, with foreign locks.
        for (n = 0; n < 4; n = n + 1) begin
            hold(1 << n, 1 << n, 4'b0000, 2 * MAX_HOLD + 1);
            hold(4'b0000, 4'b1111, 4'b0000, 1);
            hold(1 << n, 1 << n, 4'b0000, 1);
            hold(4'b1111, 1 << n, ~(1 << n), MAX_HOLD + 3);
            hold(1 << n, 4'b1111, 4'b0000, 2);
            hold(4'b1111, ~(1 << n), 4'b0000, MAX_HOLD);
            hold(4'b0000, 4'b0000, 4'b0000, 1);
            hold(1 << n, 1 << n, 1 << n, 2);
            hold(4'b1111, 1 << n, 1 << n, 2 * MAX_HOLD);
        end
        // A lock or a request that ends after each number of cycles, also exactly at the limit.
        for (n = 1; n <= MAX_HOLD + 2; n = n + 1) begin
            hold(4'b0000, 4'b0000, 4'b0000, 1);
            hold(4'b0010, 4'b0010, 4'b0000, n);
            hold(4'b1011, 4'b0000, 4'b0000, 2);
            hold(4'b0000, 4'b0000, 4'b0000, 1);
            hold(4'b0100, 4'b0100, 4'b0000, n);
            hold(4'b0000, 4'b0100, 4'b0000, 1);
            hold(4'b1000, 4'b1000, 4'b0000, n);
            hold(4'b0101, 4'b1111, 4'b0000, MAX_HOLD + 1);
        end
        // The place of the rotation is kept while nobody requests.
        for (n = 0; n < 4; n = n + 1) begin
            hold(1 << n, 4'b0000, 4'b0000, 1);
            hold(4'b0000, 4'b0000, 4'b0000, 4);
            hold(4'b1111, 4'b0000, 4'b0000, 1);
        end
        // Reset within a hold, at its limit, and at each place; then the order starts with 0.
        for (n = 0; n <= MAX_HOLD; n = n + 1) begin
            hold(4'b0100, 4'b0100, 4'b0000, n);
            req = 4'b1110;
            lock = 4'b1111;
            urgent = n;
            reset(1 + n % 2);
            hold(n[0] ? 4'b1111 : 4'b1110, 4'b1111, 4'b0000, MAX_HOLD + 1);
        end

        for (n = 0; n < 1000; n = n + 1) begin
            draw;
            if (n % 30 == 0) mood = rnd(12, 4);
            for (j = 0; j < 4; j = j + 1) begin
                if (rnd(j, 3) == 0) req[j] = mood[0] ? rnd(16 + j, 4) != 0 : rnd(16 + j, 3) == 0;
                lock[j] = mood[1] ? rnd(4 + j, 8) != 0 : rnd(4 + j, 2);
                urgent[j] = rnd(8 + j, 4) == 0;
            end
            rst = rnd(13, 80) == 0;
            if (!rst && rnd(14, 30) == 0)
                cycle(1 + rnd(15, 2));
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
