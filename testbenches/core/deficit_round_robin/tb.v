// harness-canary core/deficit_round_robin 4c70242e-577d-4902-90ef-8beb8e6292e6
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

    reg         clk, rst, enq_valid, grant_ready;
    reg  [1:0]  enq_queue;
    reg  [5:0]  enq_len;
    reg  [3:0]  flush;
    reg  [23:0] quantum;
    wire        enq_ready, grant_valid;
    wire [1:0]  grant_queue, turn;
    wire [5:0]  grant_len;
    wire [3:0]  empty;
    wire [23:0] deficit;

    deficit_round_robin dut (
        .clk(clk), .rst(rst), .enq_valid(enq_valid), .enq_ready(enq_ready), .enq_queue(enq_queue), .enq_len(enq_len),
        .flush(flush), .quantum(quantum), .grant_valid(grant_valid), .grant_ready(grant_ready),
        .grant_queue(grant_queue), .grant_len(grant_len), .empty(empty), .turn(turn), .deficit(deficit)
    );

    // Reference model: lists of lengths in which place 0 is the oldest.
    integer list [0:15];                // queue * 4 + place
    integer count [0:3];
    integer owed [0:3];
    integer visited, i, j, n, k, busy, slow, longest;
    reg     fresh, m_valid, known, glitch, accept;
    reg [1:0]  m_queue;
    reg [5:0]  m_len;
    reg [3:0]  m_empty;
    reg [23:0] m_deficit;

    task next_queue;
        begin
            visited = (visited == 3) ? 0 : visited + 1;
            fresh = 1;
            m_valid = 0;
        end
    endtask

    task model_edge;
        if (rst) begin
            known = 1;
            for (i = 0; i < 4; i = i + 1) begin count[i] = 0; owed[i] = 0; end
            visited = 0; fresh = 1; m_valid = 0; m_queue = 0; m_len = 0;
        end
        else begin
            accept = enq_valid && count[enq_queue] < 4;
            if (accept) list[4 * enq_queue + count[enq_queue]] = enq_len;
            if (!m_valid || grant_ready) begin
                if (count[visited] == 0) begin
                    owed[visited] = 0;
                    next_queue;
                end
                else begin
                    if (fresh) owed[visited] = owed[visited] + ((quantum >> (6 * visited)) & 63);
                    if (list[4 * visited] > owed[visited]) next_queue;
                    else begin
                        m_valid = 1;
                        m_queue = visited;
                        m_len = list[4 * visited];
                        owed[visited] = owed[visited] - list[4 * visited];
                        for (i = 0; i < 3; i = i + 1) list[4 * visited + i] = list[4 * visited + i + 1];
                        count[visited] = count[visited] - 1;
                        fresh = 0;
                    end
                end
            end
            if (accept) count[enq_queue] = count[enq_queue] + 1;
            for (i = 0; i < 4; i = i + 1) if (flush[i]) begin count[i] = 0; owed[i] = 0; end
        end
    endtask

    task compare;
        if (known) begin
            for (i = 0; i < 4; i = i + 1) begin
                m_empty[i] = (count[i] == 0);
                m_deficit[6*i +: 6] = owed[i];
            end
            `CHECK("enq_ready", (count[enq_queue] < 4), enq_ready)
            `CHECK("grant_valid", m_valid, grant_valid)
            `CHECK("grant_queue", m_queue, grant_queue)
            `CHECK("grant_len", m_len, grant_len)
            `CHECK("empty", m_empty, empty)
            `CHECK("turn", visited[1:0], turn)
            `CHECK("deficit", m_deficit, deficit)
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

    task drive(input valid, input [1:0] queue, input [5:0] length, input ready, input [3:0] clean);
        begin
            rst = 0;
            enq_valid = valid;
            enq_queue = queue;
            enq_len = length;
            grant_ready = ready;
            flush = clean;
            cycle;
        end
    endtask

    task idle(input integer cycles, input ready);
        for (k = 0; k < cycles; k = k + 1) drive(0, k, $random(state), ready, 0);
    endtask

    task reset(input [23:0] quanta);
        begin
            rst = 1; enq_valid = 1; enq_queue = $random(state); enq_len = 1; grant_ready = $random(state); flush = 0;
            quantum = quanta;
            cycle;
        end
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; m_valid = 0; visited = 0;
        for (i = 0; i < 4; i = i + 1) begin count[i] = 0; owed[i] = 0; end
        for (i = 0; i < 16; i = i + 1) list[i] = 0;
        clk = 0;
        #10;
        reset({6'd63, 6'd20, 6'd10, 6'd5});
        reset({6'd63, 6'd20, 6'd10, 6'd5});
        idle(6, 0);
        // A packet exactly as long as the quantum, one longer; one that needs many visits; a length of 0.
        drive(1, 0, 5, 0, 0);
        idle(7, 0);
        idle(2, 1);
        drive(1, 0, 6, 0, 0);
        idle(12, 0);
        idle(2, 1);
        drive(1, 0, 63, 1, 0);
        drive(1, 3, 63, 1, 0);
        drive(1, 3, 0, 1, 0);
        idle(70, 1);
        // Full queues; the output is taken only now and then.
        for (n = 0; n < 20; n = n + 1) drive(1, n / 5, 12 + n, 0, 0);
        for (n = 0; n < 60; n = n + 1) drive(n % 7 == 0, n / 7, 3 * n, n % 3 == 0, 0);
        idle(50, 1);
        // Small packets: several in one visit, also ones that arrive during the visit, and an unused rest that is lost.
        for (n = 0; n < 24; n = n + 1) drive(1, 3, 15, 1, 0);
        for (n = 0; n < 24; n = n + 1) drive(n % 3 == 0, 2, 7, 1, 0);
        idle(10, 1);
        // Flush of each queue: while it is visited and granted, at the edge of an arrival, several at once.
        for (n = 0; n < 12; n = n + 1) begin
            for (k = 0; k < 8; k = k + 1) drive(1, k, 4 + k, 0, 0);
            for (j = 0; j < n; j = j + 1) drive(0, 0, 0, 1, 0);
            drive(1, n, 9, n[0], n < 4 ? 4'd1 << n : n < 8 ? 4'd15 : $random(state));
            idle(6, n[1]);
            if (n % 4 == 3) idle(20, 1);
        end
        // Quanta of 0, which never grant more than lengths of 0.
        reset({6'd0, 6'd1, 6'd63, 6'd0});
        for (n = 0; n < 12; n = n + 1) drive(1, n, n % 3 == 0 ? 0 : 63 - n, 1, 0);
        idle(100, 1);
        // Random, with quanta that change at each reset.
        busy = 1; slow = 1; longest = 64;
        for (n = 0; n < 1900; n = n + 1) begin
            if (n % 150 == 149) begin
                reset($random(state));
                busy = 1 + $unsigned($random(state)) % 4;
                slow = 1 + $unsigned($random(state)) % 3;
                longest = (n % 300 < 150) ? 64 : 16;
            end
            glitch = ($unsigned($random(state)) % 32 == 0);
            rst = 0;
            enq_valid = ($unsigned($random(state)) % busy == 0);
            enq_queue = $random(state);
            enq_len = $unsigned($random(state)) % longest;
            grant_ready = ($unsigned($random(state)) % slow == 0);
            flush = 0;
            if ($unsigned($random(state)) % 40 == 0) flush = $random(state);
            if ($unsigned($random(state)) % 50 == 0) quantum = $random(state);
            cycle;
            glitch = 0;
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
