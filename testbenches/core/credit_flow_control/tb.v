// harness-canary core/credit_flow_control 6192bd5c-90f7-4f0f-832a-f2ad6fbccab3
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

    localparam CREDITS = 5;
    localparam DEPTH   = 4;

    integer state, checked, failed;
    time    first;

    reg        clk, rst, in_valid, in_last;
    reg  [1:0] in_vc;
    reg  [7:0] in_data;
    reg  [2:0] credit_return;
    wire       in_ready, out_valid, out_last, locked;
    wire [1:0] out_vc;
    wire [7:0] out_data;
    wire [2:0] has_credit, credit_error;

    credit_flow_control #(.CREDITS(CREDITS), .DEPTH(DEPTH)) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_vc(in_vc), .in_last(in_last),
        .in_data(in_data), .credit_return(credit_return), .out_valid(out_valid), .out_vc(out_vc), .out_last(out_last),
        .out_data(out_data), .has_credit(has_credit), .locked(locked), .credit_error(credit_error)
    );

    // Reference model: one list for all channels in the order of arrival.
    reg  [10:0] list [0:15];            // channel, last, data
    integer     total;
    integer     held [0:2];
    integer     owed [0:2];             // flits sent whose credit has not come back
    reg         m_valid, m_last, m_locked, m_ready, known, glitch, found;
    reg  [1:0]  m_vc, candidate, order_after;
    reg  [7:0]  m_data;
    reg  [2:0]  m_error, m_has;
    integer     i, j, n, t, turn, eager, generous;

    task send(input [1:0] channel);
        reg taken;
        begin
            taken = 0;
            for (j = 0; j < total; j = j + 1) begin
                if (taken) list[j-1] = list[j];
                else if (list[j][10:9] == channel) begin
                    taken = 1;
                    {m_vc, m_last, m_data} = list[j];
                end
            end
            total = total - 1;
            m_valid = 1;
            m_locked = !m_last;
        end
    endtask

    task model_edge;
        reg     accept;
        begin
            accept = in_valid && in_vc != 3 && held[in_vc] < DEPTH;
            m_valid = 0;
            if (rst) begin
                known = 1;
                total = 0;
                for (i = 0; i < 3; i = i + 1) begin held[i] = 0; owed[i] = 0; end
                m_vc = 0; m_last = 0; m_data = 0; m_locked = 0; m_error = 0;
                order_after = 2;
            end
            else begin
                found = 0;
                for (turn = 1; turn <= 3; turn = turn + 1) begin
                    candidate = (order_after + turn) % 3;
                    if (!found && held[candidate] > 0 && owed[candidate] < CREDITS && (!m_locked || turn == 3)) begin
                        found = 1;
                        i = candidate;
                    end
                end
                if (found) begin
                    send(i);
                    held[i] = held[i] - 1;
                    owed[i] = owed[i] + 1;
                    order_after = i;
                end
                for (i = 0; i < 3; i = i + 1)
                    if (credit_return[i]) begin
                        if (owed[i] == 0) m_error[i] = 1;
                        else owed[i] = owed[i] - 1;
                    end
                if (accept) begin
                    list[total] = {in_vc, in_last, in_data};
                    total = total + 1;
                    held[in_vc] = held[in_vc] + 1;
                end
            end
        end
    endtask

    task compare;
        if (known) begin
            m_ready = 0;
            if (in_vc != 3) m_ready = (held[in_vc] < DEPTH);
            for (i = 0; i < 3; i = i + 1) m_has[i] = (owed[i] < CREDITS);
            `CHECK("in_ready", m_ready, in_ready)
            `CHECK("out_valid", m_valid, out_valid)
            `CHECK("out_vc", m_vc, out_vc)
            `CHECK("out_last", m_last, out_last)
            `CHECK("out_data", m_data, out_data)
            `CHECK("has_credit", m_has, has_credit)
            `CHECK("locked", m_locked, locked)
            `CHECK("credit_error", m_error, credit_error)
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

    task drive(input valid, input [1:0] channel, input last, input [2:0] credits);
        begin
            rst = 0;
            in_valid = valid;
            in_vc = channel;
            in_last = last;
            in_data = $random(state);
            credit_return = credits;
            cycle;
        end
    endtask

    task idle(input integer cycles);
        integer c;
        for (c = 0; c < cycles; c = c + 1) drive(0, c, c, 0);
    endtask

    task reset;
        begin
            rst = 1; in_valid = 1; in_vc = $random(state); in_last = 0; credit_return = 7;
            cycle;
        end
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; total = 0; m_valid = 0;
        for (i = 0; i < 3; i = i + 1) begin held[i] = 0; owed[i] = 0; end
        clk = 0;
        #10;
        reset;
        reset;
        idle(4);
        // One flit for each channel, also for the one that does not exist.
        for (n = 0; n < 4; n = n + 1) begin drive(1, n, 1, 0); idle(2); end
        drive(0, 0, 0, 7);
        // All credits of a channel are used up; its queue fills up; credits come back one by one.
        for (n = 0; n < 14; n = n + 1) drive(1, 1, 1, 0);
        for (n = 0; n < 4; n = n + 1) drive(1, 1, 1, 3'b010);
        idle(2);
        drive(0, 1, 0, 3'b010);
        drive(1, 1, 1, 0);
        for (n = 0; n < 9; n = n + 1) drive(n < 2, 1, 1, 3'b010);
        for (n = 0; n < 5; n = n + 1) drive(0, 1, 1, 3'b010);
        // A credit too many for each channel alone, then while a flit leaves with the count at its top.
        for (n = 0; n < 3; n = n + 1) begin
            reset;
            drive(1, n, 1, 0);
            drive(0, n, 1, 3'd1 << n);
            idle(1);
            drive(0, n, 1, 3'd1 << n);
            idle(1);
            drive(0, n, 1, 3'd6 >> n);
            // Five credits must still be there, and no more.
            for (t = 0; t < 8; t = t + 1) begin drive(1, n, 1, 0); idle(1); end
        end
        // Turns: the queues of all channels fill up behind a packet that waits, then all go in turn.
        for (n = 0; n < 3; n = n + 1) begin
            reset;
            drive(1, n, 0, 0);
            for (t = 0; t < 12; t = t + 1) drive(1, t % 3 == n ? 3 : t, 1, 0);
            idle(2);
            for (t = 0; t < 4; t = t + 1) drive(1, n, t == 2, 0);
            idle(12);
            for (t = 0; t < 8; t = t + 1) drive(1, t, t != 3, 3'b111);
            idle(8);
        end
        // A packet that is stopped by missing credits while others could send.
        reset;
        for (t = 0; t < 9; t = t + 1) drive(1, 2, t == 7, 0);
        for (t = 0; t < 6; t = t + 1) drive(1, t % 2, 1, 0);
        for (t = 0; t < 8; t = t + 1) drive(0, 2, 1, t % 2 ? 3'b100 : 0);
        idle(6);
        // Random; the receiver is generous or mean, and sends a wrong credit now and then.
        for (n = 0; n < 1500; n = n + 1) begin
            if (n % 60 == 0) begin
                eager = 1 + $unsigned($random(state)) % 3;
                generous = 1 + $unsigned($random(state)) % 5;
            end
            glitch = ($unsigned($random(state)) % 32 == 0);
            rst = ($unsigned($random(state)) % 250 == 0);
            in_valid = ($unsigned($random(state)) % eager == 0);
            in_vc = $random(state);
            in_last = ($unsigned($random(state)) % 3 != 0);
            in_data = $random(state);
            credit_return = 0;
            for (t = 0; t < 3; t = t + 1)
                if ($unsigned($random(state)) % generous == 0) credit_return[t] = (owed[t] > 0);
            if ($unsigned($random(state)) % 100 == 0) credit_return = $random(state);
            cycle;
        end
        glitch = 0;
        idle(3);
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
