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

    localparam COLUMNS = 10 + 2 + 3 + 4;
    localparam LINES   = 6 + 1 + 2 + 2;

    reg         clk, rst, ce, restart, hsync_neg, vsync_neg;
    wire        hsync, vsync, visible, border, line_start, frame_start;
    wire [11:0] x, y;
    wire [7:0]  frames;

    vga_timing #(
        .H_VISIBLE(10), .H_FRONT(2), .H_SYNC(3), .H_BACK(4), .V_VISIBLE(6), .V_FRONT(1), .V_SYNC(2), .V_BACK(2)
    ) dut (
        .clk(clk), .rst(rst), .ce(ce), .restart(restart), .hsync_neg(hsync_neg), .vsync_neg(vsync_neg), .hsync(hsync),
        .vsync(vsync), .visible(visible), .border(border), .x(x), .y(y), .line_start(line_start),
        .frame_start(frame_start), .frames(frames)
    );

    // Reference model: the number of the pixel in its frame; the pulse of vsync is a range of these numbers.
    integer    pixel, begun, column, row, n, odds, rest;
    reg        e_visible, e_hsync, e_vsync, e_border, old_h, old_v, known;
    reg [31:0] bits;

    task model_edge;
        if (rst) begin
            known = 1;
            pixel = 0;
            begun = 0;
        end else if (ce) begin
            pixel = restart ? 0 : (pixel + 1) % (COLUMNS * LINES);
            if (pixel == 0) begun = begun + 1;
        end
    endtask

    task compare;
        if (known) begin
            column    = pixel % COLUMNS;
            row       = pixel / COLUMNS;
            e_visible = column < 10 && row < 6;
            e_border  = e_visible && (column % 9 == 0 || row % 5 == 0);
            e_hsync   = (column >= 12 && column < 15) ? !hsync_neg : hsync_neg;
            e_vsync   = (pixel >= 7 * COLUMNS + 12 && pixel < 9 * COLUMNS + 12) ? !vsync_neg : vsync_neg;
            if (!e_visible) begin
                column = 0;
                row    = 0;
            end
            `CHECK("hsync", hsync, e_hsync)
            `CHECK("vsync", vsync, e_vsync)
            `CHECK("visible", visible, e_visible)
            `CHECK("border", border, e_border)
            `CHECK("x", x, column[11:0])
            `CHECK("y", y, row[11:0])
            `CHECK("line_start", line_start, pixel % COLUMNS == 0)
            `CHECK("frame_start", frame_start, pixel == 0)
            `CHECK("frames", frames, begun[7:0])
        end
    endtask

    // From falling edge to falling edge; the polarities change with the clock low and act at once.
    task cycle(input glitch);
        begin
            bits = random_word(0);
            {old_h, old_v} = {hsync_neg, vsync_neg};
            {hsync_neg, vsync_neg} = bits[1:0];
            #2 if (glitch) begin
                rst = 1;
                compare;
                #1 rst = 0;
                #1 ;
            end else begin
                // The polarity acts at once, with the position as it was.
                if (known) begin
                    `CHECK("hsync", hsync, e_hsync ^ old_h ^ hsync_neg)
                    `CHECK("vsync", vsync, e_vsync ^ old_v ^ vsync_neg)
                end
                #2 ;
            end
            #1 clk = 1;
            model_edge;
            #4 compare;
            #1 clk = 0;
        end
    endtask

    task run(input integer count, input enable);
        for (n = 0; n < count; n = n + 1) begin
            rst     = 0;
            ce      = enable;
            restart = !enable;
            cycle(0);
        end
    endtask

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        pixel   = 0;
        begun   = 0;
        state   = SEED ^ 32'h64a;
        clk = 0; rst = 1; ce = 1; restart = 0; hsync_neg = 0; vsync_neg = 1;
        cycle(0);
        ce = 0;
        cycle(0);
        // Two whole frames and the beginning of a third one.
        run(COLUMNS * LINES * 2 + 3, 1);
        run(5, 0);
        // Restarts: at the first pixel, in the middle, at the last pixel of a frame; one that comes without enable.
        rst = 0; ce = 1; restart = 1;
        cycle(0);
        cycle(0);
        cycle(0);
        run(1, 0);
        run(COLUMNS * 2 + 5, 1);
        ce = 1; restart = 1;
        cycle(0);
        run(COLUMNS * LINES - 1, 1);
        ce = 1; restart = 1;
        cycle(0);
        run(COLUMNS * 7 + 13, 1);
        rst = 1; ce = 0; restart = 0;
        cycle(0);
        run(2, 1);
        // Many short frames: the number of frames wraps.
        for (rest = 0; rest < 256; rest = rest + 1) begin
            rst = 0; ce = 1; restart = 1;
            cycle(0);
        end
        // Random; restarts are rare, so that frames come to their ends.
        odds = 7;
        for (n = 0; n < 700; n = n + 1) begin
            bits = random_word(0);
            if (n % 90 == 0) odds = bits[31:29] | 4;
            ce      = (bits[2:0] <= odds);
            restart = (bits[11:3] == 0) || (!ce && bits[3]);
            rst     = (bits[21:12] == 0);
            cycle(!rst && bits[27:22] == 0);
        end
        rst = 0;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
