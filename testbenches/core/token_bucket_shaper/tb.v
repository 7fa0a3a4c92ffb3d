// harness-canary core/token_bucket_shaper 301b68cf-2405-4c3b-a3bc-ddcc3bd9955d
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

    reg        clk, rst, cfg_we, shape, pkt_valid;
    reg  [7:0] cfg_rate, pkt_len;
    reg  [9:0] cfg_committed, cfg_excess;
    wire       pkt_ready, out_valid;
    wire [1:0] out_color;
    wire [9:0] committed, excess;
    wire [7:0] dropped;

    token_bucket_shaper dut (
        .clk(clk), .rst(rst), .cfg_we(cfg_we), .cfg_rate(cfg_rate), .cfg_committed(cfg_committed), .cfg_excess(cfg_excess),
        .shape(shape), .pkt_valid(pkt_valid), .pkt_ready(pkt_ready), .pkt_len(pkt_len), .out_valid(out_valid),
        .out_color(out_color), .committed(committed), .excess(excess), .dropped(dropped)
    );

    // Reference model: the committed bucket counts sixteenths, so that the fraction is a part of it.
    integer sixteenths, second, rate, size_c, size_e, reds, color, spare, k, n, busy, longest;
    reg     known, glitch, m_valid, m_ready, taken;
    reg [1:0] m_color;

    task judge;
        begin
            color = (sixteenths / 16 >= pkt_len) ? 0 : (second >= pkt_len) ? 1 : 2;
            m_ready = (color < 2) || !shape;
        end
    endtask

    task model_edge;
        begin
            judge;
            m_valid = 0;
            if (rst) begin
                known = 1;
                sixteenths = 0; second = 0; rate = 0; size_c = 0; size_e = 0; reds = 0; m_color = 0;
            end
            else begin
                taken = pkt_valid && m_ready;
                m_valid = taken;
                if (taken) begin
                    m_color = color;
                    if (color == 2) begin if (reds < 255) reds = reds + 1; end
                    else if (color == 1) second = second - pkt_len;
                    else sixteenths = sixteenths - 16 * pkt_len;
                end
                sixteenths = sixteenths + rate;
                while (sixteenths / 16 > size_c) begin
                    sixteenths = sixteenths - 16;
                    if (second < size_e) second = second + 1;
                end
                if (cfg_we) begin
                    rate = cfg_rate; size_c = cfg_committed; size_e = cfg_excess;
                    sixteenths = 16 * size_c;
                    second = size_e;
                end
            end
        end
    endtask

    task compare;
        if (known) begin
            judge;
            `CHECK("pkt_ready", m_ready, pkt_ready)
            `CHECK("out_valid", m_valid, out_valid)
            `CHECK("out_color", m_color, out_color)
            `CHECK("committed", sixteenths[13:4], committed)
            `CHECK("excess", second[9:0], excess)
            `CHECK("dropped", reds[7:0], dropped)
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

    task noise;
        begin
            rst = 0; cfg_we = 0; pkt_valid = 0;
            cfg_rate = $random(state); cfg_committed = $random(state); cfg_excess = $random(state); pkt_len = $random(state);
        end
    endtask

    task set(input [7:0] r, input [9:0] c, input [9:0] e);
        begin
            noise; cfg_we = 1; cfg_rate = r; cfg_committed = c; cfg_excess = e; cycle;
        end
    endtask

    task packet(input [7:0] length, input mode);
        begin
            noise; pkt_valid = 1; pkt_len = length; shape = mode; cycle;
        end
    endtask

    task idle(input integer cycles);
        for (k = 0; k < cycles; k = k + 1) begin noise; shape = $random(state); cycle; end
    endtask

    task reset;
        begin
            noise; rst = 1; cfg_we = 1; pkt_valid = 1; shape = 0; cycle;
        end
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; sixteenths = 0; second = 0; rate = 0; size_c = 0; size_e = 0; m_valid = 0;
        clk = 0; shape = 0;
        #10;
        reset;
        reset;
        idle(3);
        packet(0, 0); packet(1, 1); packet(0, 1); packet(1, 0);
        // Empty the committed bucket exactly, then the excess bucket, then red; all with no refill.
        set(0, 20, 12);
        packet(21, 0); packet(20, 0); packet(0, 0); packet(1, 0); packet(12, 0); packet(11, 0); packet(1, 1); packet(0, 1);
        set(0, 20, 12);
        packet(13, 1); packet(8, 1); packet(9, 1); packet(7, 1); packet(5, 1); packet(4, 0);
        // Slow and odd rates, with an overflow into the excess bucket; then both are full.
        set(8'd5, 3, 4);
        packet(3, 0); packet(4, 0);
        idle(30);
        packet(2, 0);
        idle(20);
        set(8'd16, 5, 0); packet(5, 0); packet(5, 0); packet(4, 0); idle(4);
        set(8'd255, 300, 40); packet(255, 0); packet(40, 0); packet(255, 0); packet(255, 1); idle(30);
        set(8'd255, 4, 1023); packet(255, 0); packet(255, 0); packet(255, 0); idle(70); packet(4, 0); idle(2);
        set(8'd255, 1023, 1023); packet(255, 0); idle(20); packet(255, 0); packet(1, 0); idle(20);
        set(8'd255, 0, 1023); packet(0, 0); packet(255, 0); packet(255, 0); idle(40);
        set(8'd7, 0, 0); idle(5); packet(1, 0); packet(0, 1); idle(2);
        // A packet that waits for its tokens, and one that waits in vain and is shortened.
        set(8'd24, 30, 10);
        packet(30, 1); packet(10, 1);
        for (n = 0; n < 14; n = n + 1) packet(20, 1);
        for (n = 0; n < 4; n = n + 1) packet(40, 1);
        packet(9, 1);
        // Settings at the edge of a packet of each colour; the fraction starts afresh.
        set(8'd17, 9, 6); idle(3);
        for (n = 0; n < 5; n = n + 1) begin
            noise; cfg_we = 1; cfg_rate = 8'd21; cfg_committed = 9 - n; cfg_excess = 6;
            pkt_valid = 1; pkt_len = 4 * n; shape = 0; cycle;
            packet(3, 0);
            idle(n);
        end
        // More red packets than can be counted.
        set(0, 0, 0);
        for (n = 0; n < 262; n = n + 1) packet(1 + n % 7, 0);
        packet(0, 0);
        reset;
        packet(0, 0);
        // Random.
        busy = 1; longest = 30;
        for (n = 0; n < 1800; n = n + 1) begin
            if (n % 90 == 0) begin
                longest = 1 + $unsigned($random(state)) % 60;
                set($unsigned($random(state)) % (8 * longest), $unsigned($random(state)) % (2 * longest), $unsigned($random(state)) % (3 * longest));
                busy = 1 + $unsigned($random(state)) % 3;
            end
            noise;
            glitch = ($unsigned($random(state)) % 32 == 0);
            rst = ($unsigned($random(state)) % 400 == 0);
            cfg_we = ($unsigned($random(state)) % 200 == 0);
            pkt_valid = ($unsigned($random(state)) % busy == 0);
            pkt_len = pkt_len % longest;
            if ($unsigned($random(state)) % 10 == 0) shape = $random(state);
            cycle;
            glitch = 0;
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
