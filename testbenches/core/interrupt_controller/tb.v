// harness-canary core/interrupt_controller e1ed4d53-3493-443f-9331-dd65442c006e
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

    reg        clk, rst, cfg_we, cfg_enable, cfg_edge, ack, eoi;
    reg  [7:0] irq;
    reg  [2:0] cfg_index, cfg_priority, threshold;
    wire       int_req, spurious;
    wire [2:0] int_id, int_level, running_level, running_id;
    wire [7:0] pending;

    interrupt_controller dut (
        .clk(clk), .rst(rst), .irq(irq), .cfg_we(cfg_we), .cfg_index(cfg_index), .cfg_enable(cfg_enable),
        .cfg_edge(cfg_edge), .cfg_priority(cfg_priority), .threshold(threshold), .ack(ack), .eoi(eoi), .int_req(int_req),
        .int_id(int_id), .int_level(int_level), .pending(pending), .running_level(running_level),
        .running_id(running_id), .spurious(spurious)
    );

    // Reference model: a stack of the interrupts in service, the most urgent one on top.
    integer    level [0:7];
    reg        enabled [0:7];
    reg        by_edge [0:7];
    reg  [7:0] prior, edges, m_pending;
    integer    stack_level [0:8];
    integer    stack_id [0:8];
    integer    depth, i, k, n, best, best_level, running, quiet_lines;
    reg        known, glitch, m_req, m_spurious, acked, ended;
    reg  [2:0] m_id, m_level, m_running_id;

    // What is shown, from the state and the threshold.
    task view;
        begin
            for (i = 0; i < 8; i = i + 1) m_pending[i] = by_edge[i] ? edges[i] : prior[i];
            running = depth > 0 ? stack_level[depth-1] : 0;
            m_running_id = depth > 0 ? stack_id[depth-1] : 0;
            best = -1;
            best_level = 0;
            for (i = 0; i < 8; i = i + 1)
                if (m_pending[i] && enabled[i] && level[i] > best_level) begin
                    best = i;
                    best_level = level[i];
                end
            m_req = (best >= 0) && best_level > threshold && best_level > running;
            m_id = m_req ? best : 0;
            m_level = m_req ? best_level : 0;
        end
    endtask

    task model_edge;
        begin
            view;
            if (rst) begin
                known = 1;
                depth = 0; prior = 0; edges = 0; m_spurious = 0;
                for (i = 0; i < 8; i = i + 1) begin level[i] = 0; enabled[i] = 0; by_edge[i] = 0; end
            end
            else begin
                acked = ack && m_req;
                ended = eoi && depth > 0;
                m_spurious = (ack && !acked) || (eoi && !ended);
                if (ended) depth = depth - 1;
                if (acked) begin
                    stack_level[depth] = m_level;
                    stack_id[depth] = m_id;
                    depth = depth + 1;
                    edges[m_id] = 0;
                end
                edges = edges | (irq & ~prior);
                prior = irq;
                if (cfg_we) begin
                    enabled[cfg_index] = cfg_enable;
                    by_edge[cfg_index] = cfg_edge;
                    level[cfg_index] = cfg_priority;
                    edges[cfg_index] = 0;
                end
            end
        end
    endtask

    task compare;
        if (known) begin
            view;
            `CHECK("int_req", m_req, int_req)
            `CHECK("int_id", m_id, int_id)
            `CHECK("int_level", m_level, int_level)
            `CHECK("pending", m_pending, pending)
            `CHECK("running_level", running[2:0], running_level)
            `CHECK("running_id", m_running_id, running_id)
            `CHECK("spurious", m_spurious, spurious)
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

    task drive(input [7:0] lines, input a, input e);
        begin
            rst = 0; cfg_we = 0; irq = lines; ack = a; eoi = e;
            cfg_index = $random(state); cfg_enable = $random(state); cfg_edge = $random(state); cfg_priority = $random(state);
            cycle;
        end
    endtask

    task set(input [2:0] index, input en, input ed, input [2:0] prio, input [7:0] lines);
        begin
            rst = 0; cfg_we = 1; irq = lines; ack = 0; eoi = 0;
            cfg_index = index; cfg_enable = en; cfg_edge = ed; cfg_priority = prio;
            cycle;
        end
    endtask

    task reset;
        begin
            rst = 1; cfg_we = 1; irq = $random(state); ack = 1; eoi = 1;
            cfg_index = $random(state); cfg_enable = 1; cfg_edge = 1; cfg_priority = 7;
            cycle;
        end
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; depth = 0; prior = 0; edges = 0; threshold = 0; m_spurious = 0;
        for (i = 0; i < 8; i = i + 1) begin level[i] = 0; enabled[i] = 0; by_edge[i] = 0; end
        clk = 0;
        #10;
        reset;
        irq = 8'hff;
        reset;
        drive(8'hff, 0, 0);
        drive(8'h00, 1, 0);
        drive(8'h00, 0, 1);
        drive(8'h00, 1, 1);
        drive(8'h00, 0, 0);
        // Level-triggered sources with levels 0 to 7, one at a time and all at once; each threshold.
        for (n = 0; n < 8; n = n + 1) set(n, 1, 0, (3 * n) % 8, 0);
        for (n = 0; n < 8; n = n + 1) begin
            drive(8'd1 << n, 0, 0);
            threshold = level[n];
            drive(8'd1 << n, 0, 0);
            threshold = level[n] - 1;
            drive(8'd1 << n, 0, 0);
            threshold = 0;
        end
        for (n = 0; n < 16; n = n + 1) begin threshold = n; drive(8'hff, 0, 0); end
        threshold = 0;
        // The same level: the lowest number first; disabled ones are pending only.
        for (n = 0; n < 8; n = n + 1) set(n, n != 2, 0, 5, 8'hff);
        for (n = 0; n < 9; n = n + 1) drive(8'hff << n, 0, 0);
        // Nesting up to level 7 and back; acknowledged in one go with an end of interrupt.
        for (n = 0; n < 8; n = n + 1) set(n, 1, 0, n, 0);
        for (n = 1; n < 8; n = n + 1) begin drive(8'd1 << n, 0, 0); drive(8'd1 << n, 1, 0); end
        drive(8'hff, 1, 0);
        for (n = 7; n > 0; n = n - 1) drive(8'hff >> (8 - n), 0, 1);
        drive(0, 0, 0);
        drive(8'h0c, 0, 0);
        drive(8'h1c, 1, 0);
        drive(8'h3c, 1, 1);
        drive(8'h3c, 1, 1);
        drive(8'h00, 0, 1);
        drive(8'h00, 0, 1);
        drive(8'h00, 0, 1);
        drive(8'h00, 0, 1);
        drive(8'h00, 0, 0);
        // Edge-triggered: caught once, kept until acknowledged, caught again at the edge of the acknowledgement.
        for (n = 0; n < 8; n = n + 1) set(n, 1, 1, 7 - n, 0);
        drive(8'h21, 0, 0);
        drive(8'h21, 1, 0);
        drive(8'h21, 0, 1);
        drive(8'h20, 1, 0);
        drive(8'h00, 0, 1);
        drive(8'h04, 0, 0);
        drive(8'h00, 0, 0);
        drive(8'h04, 1, 0);
        drive(8'h04, 0, 1);
        drive(8'h00, 1, 0);
        drive(8'h00, 0, 1);
        // Edges while disabled, while level-triggered, and at the edge of a write; a line that is high during a reset.
        set(3, 0, 1, 4, 8'h00);
        drive(8'h08, 0, 0);
        drive(8'h00, 0, 0);
        set(3, 1, 1, 4, 8'h00);
        set(3, 1, 1, 4, 8'h08);
        drive(8'h08, 0, 0);
        set(3, 1, 0, 4, 8'h00);
        drive(8'h08, 0, 0);
        set(3, 1, 1, 4, 8'h08);
        drive(8'h00, 0, 0);
        drive(8'h08, 0, 0);
        set(2, 1, 1, 6, 8'h08);
        drive(8'h00, 1, 0);
        set(3, 1, 1, 1, 8'h00);
        drive(8'h00, 0, 0);
        set(3, 1, 1, 7, 8'h00);
        drive(8'h00, 0, 1);
        rst = 1; irq = 8'hff; cycle;
        set(0, 1, 1, 3, 8'hff);
        set(1, 1, 1, 3, 8'hfd);
        drive(8'hff, 0, 0);
        drive(8'h00, 1, 0);
        // Resets within service and with edges caught.
        for (n = 0; n < 6; n = n + 1) begin
            for (k = 0; k < 4; k = k + 1) set(k + n, 1, k[0], k + 2, 0);
            drive(8'hff, 0, 0);
            for (k = 0; k < n; k = k + 1) drive(8'hff, k < 2, 0);
            reset;
            if (n % 2) drive(8'h00, 0, 1); else drive(8'hff, 1, 0);
        end
        // Random, with settings that change seldom or often.
        quiet_lines = 3;
        for (n = 0; n < 1900; n = n + 1) begin
            if (n % 100 == 0) begin
                quiet_lines = $unsigned($random(state)) % 4;
                threshold = $unsigned($random(state)) % 4;
                if (n % 300 == 0) reset;
            end
            glitch = ($unsigned($random(state)) % 32 == 0);
            rst = ($unsigned($random(state)) % 300 == 0);
            cfg_we = (n % 100 < 16) || ($unsigned($random(state)) % 24 == 0);
            cfg_index = $random(state);
            if (n % 100 < 8) cfg_index = n % 100;
            cfg_enable = ($unsigned($random(state)) % 8 != 0);
            cfg_edge = $random(state);
            cfg_priority = $random(state);
            irq = irq ^ ($random(state) & $random(state) & (quiet_lines > 0 ? $random(state) : 255));
            if (quiet_lines == 3) irq = irq & $random(state);
            if ($unsigned($random(state)) % 20 == 0) threshold = $unsigned($random(state)) % 5;
            ack = ($unsigned($random(state)) % 3 == 0);
            eoi = ($unsigned($random(state)) % 4 == 0);
            cycle;
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
