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

    reg        src_clk, src_rst, src_event, dst_clk, dst_rst;
    reg  [7:0] src_data;
    wire       src_busy, src_full, src_toggle, dst_event, dst_toggle;
    wire [3:0] src_lost;
    wire [7:0] dst_data, dst_count;

    clock_domain_pulse dut (
        .src_clk(src_clk), .src_rst(src_rst), .src_event(src_event), .src_data(src_data), .src_busy(src_busy),
        .src_full(src_full), .src_lost(src_lost), .src_toggle(src_toggle), .dst_clk(dst_clk), .dst_rst(dst_rst),
        .dst_event(dst_event), .dst_data(dst_data), .dst_count(dst_count), .dst_toggle(dst_toggle)
    );

    // Reference model: numbers of events sent and arrived since reset, and what each side has seen of the other's number.
    integer    sent, sent_1, sent_2, arrived, arrived_1, arrived_2, lost;
    reg [7:0]  box, next_box, e_data;
    reg        e_full, e_event, known, was_busy;
    reg [31:0] bits;
    integer    src_half, dst_half, src_wait, dst_wait, odds, n, k;

    task compare_source;
        if (known) begin
            `CHECK("src_busy", src_busy, sent != arrived_2)
            `CHECK("src_full", src_full, e_full)
            `CHECK("src_lost", src_lost, lost[3:0])
            `CHECK("src_toggle", src_toggle, sent[0])
        end
    endtask

    task compare_destination;
        if (known) begin
            `CHECK("dst_event", dst_event, e_event)
            `CHECK("dst_data", dst_data, e_data)
            `CHECK("dst_count", dst_count, arrived[7:0])
            `CHECK("dst_toggle", dst_toggle, arrived[0])
        end
    endtask

    task source_edge;
        begin
            was_busy = (sent != arrived_2);
            arrived_2 = arrived_1;
            arrived_1 = arrived;
            if (!was_busy && e_full) begin
                box    = next_box;
                sent   = sent + 1;
                e_full = src_event;
                if (src_event) next_box = src_data;
            end else if (src_event) begin
                if (!was_busy) begin
                    box  = src_data;
                    sent = sent + 1;
                end else if (!e_full) begin
                    e_full   = 1;
                    next_box = src_data;
                end else if (lost < 15) lost = lost + 1;
            end
            if (src_rst) begin
                sent = 0; arrived_1 = 0; arrived_2 = 0; lost = 0; e_full = 0;
            end
        end
    endtask

    task destination_edge;
        begin
            e_event = (sent_2 != arrived);
            if (e_event) begin
                arrived = arrived + 1;
                e_data  = box;
            end
            sent_2 = sent_1;
            sent_1 = sent;
            if (dst_rst) begin
                arrived = 0; sent_1 = 0; sent_2 = 0; e_event = 0; e_data = 0;
            end
        end
    endtask

    // One nanosecond: edges of src_clk come at its begin, those of dst_clk half a nanosecond later.
    task step;
        begin
            src_wait = src_wait - 1;
            if (src_wait <= 0) begin
                src_wait = src_half;
                if (src_clk) begin
                    src_clk   = 0;
                    bits      = random_word(0);
                    src_data  = bits[7:0];
                    src_event = (bits[11:8] < odds);
                end else begin
                    compare_source;
                    src_clk = 1;
                    source_edge;
                end
            end
            #0.25 if (src_clk && src_wait == src_half) begin
                compare_source;
                compare_destination;
            end
            #0.25 dst_wait = dst_wait - 1;
            if (dst_wait <= 0) begin
                dst_wait = dst_half;
                if (dst_clk) dst_clk = 0;
                else begin
                    compare_destination;
                    dst_clk = 1;
                    destination_edge;
                end
            end
            #0.25 if (dst_clk && dst_wait == dst_half) begin
                compare_source;
                compare_destination;
            end
            #0.25 ;
        end
    endtask

    task steps(input integer count);
        for (k = 0; k < count; k = k + 1) step;
    endtask

    // One side's reset comes and goes earlier than the other's by `skew` nanoseconds; events only while the source is in reset.
    task reset(input integer skew);
        begin
            known = 0;
            odds  = 0;
            // Wait until the last event has been drawn with odds 0.
            steps(2 * src_half);
            if (skew >= 0) src_rst = 1;
            else dst_rst = 1;
            steps(skew >= 0 ? skew : -skew);
            src_rst = 1;
            dst_rst = 1;
            odds = 16;
            steps(8 * (src_half > dst_half ? src_half : dst_half));
            odds = 0;
            steps(2 * src_half);
            known = 1;
            steps(2 * (src_half > dst_half ? src_half : dst_half));
            known = 0;
            if (skew >= 0) src_rst = 0;
            else dst_rst = 0;
            steps(skew >= 0 ? skew : -skew);
            src_rst = 0;
            dst_rst = 0;
            known   = 1;
        end
    endtask

    task clocks(input integer s, input integer d);
        begin
            src_half = s;
            dst_half = d;
        end
    endtask

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        state   = SEED ^ 32'hcdc;
        sent = 0; sent_1 = 0; sent_2 = 0; arrived = 0; arrived_1 = 0; arrived_2 = 0; lost = 0;
        box = 0; next_box = 0; e_data = 0; e_full = 0; e_event = 0;
        src_clk = 0; dst_clk = 0; src_rst = 0; dst_rst = 0; src_event = 0; src_data = 0;
        src_wait = 2; dst_wait = 4;
        clocks(5, 7);
        #1 reset(0);
        steps(30);
        // Single events, far apart; then events at every edge, until the number of lost ones stays at 15.
        odds = 1;
        steps(600);
        odds = 16;
        steps(600);
        odds = 0;
        steps(200);
        reset(9);
        odds = 9;
        steps(300);
        // A reset that covers no edge of either clock: both clocks stand still for a moment.
        src_wait = 6;
        dst_wait = 6;
        src_rst = 1;
        dst_rst = 1;
        steps(3);
        src_rst = 0;
        dst_rst = 0;
        steps(50);
        reset(-6);
        // Random ratios.
        for (n = 0; n < 12; n = n + 1) begin
            bits = random_word(0);
            clocks(2 + bits[1:0] * 2 + bits[2], 2 + bits[4:3] * 2 + bits[5]);
            odds = 1 + bits[9:6];
            if (bits[10]) odds = 1 + bits[7:6];
            k = bits[17:11];
            steps(260 + k);
            if (n % 3 == 2) reset(bits[20:18] - 4);
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
