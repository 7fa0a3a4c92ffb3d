// harness-canary core/manchester_decoder a9d24f2e-6e6c-4484-8475-a2bfc10a8cb4
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

    reg        clk, rst, line_in;
    wire       byte_valid, frame_end, frame_error, receiving;
    wire [7:0] byte_data;

    manchester_decoder dut (
        .clk(clk), .rst(rst), .line_in(line_in), .byte_valid(byte_valid), .byte_data(byte_data), .frame_end(frame_end),
        .frame_error(frame_error), .receiving(receiving)
    );

    // Reference model: a history of the line and times, all as numbers of edges.
    reg  [2:0] history;                 // [2] is the latest sample
    integer    now, middle_at, edges_between, quiet, count, i, n, k, drift;
    reg        known, glitch, level, change, in_frame, at_rest, well, broken;
    reg        m_valid, m_end, m_error;
    reg  [7:0] m_data, gathered;

    task model_edge;
        begin
            m_valid = 0; m_end = 0; m_error = 0;
            now = now + 1;
            if (rst) begin
                known = 1;
                history = 0;
                in_frame = 0; at_rest = 0; quiet = 0;
                m_data = 0;
            end
            else begin
                level = history[1];
                change = history[1] ^ history[0];
                if (in_frame) begin
                    well = 0; broken = 0;
                    if (now - middle_at == 11) begin
                        well = level && (count % 8 == 0);
                        broken = !well;
                    end
                    else if (change && now - middle_at >= 6) begin
                        middle_at = now;
                        edges_between = 0;
                        gathered[count % 8] = level;
                        count = count + 1;
                        if (count % 8 == 0) begin
                            m_valid = 1;
                            m_data = gathered;
                        end
                    end
                    else if (change) begin
                        edges_between = edges_between + 1;
                        broken = (edges_between == 2);
                    end
                    if (well || broken) in_frame = 0;
                    at_rest = well;
                    quiet = 0;
                    m_end = well;
                    m_error = broken;
                end
                else if (at_rest) begin
                    if (!level) begin
                        in_frame = 1;
                        middle_at = now;
                        edges_between = 0;
                        count = 0;
                    end
                end
                else begin
                    quiet = level ? quiet + 1 : 0;
                    at_rest = (quiet == 15);
                end
                history = {line_in, history[2:1]};
            end
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("byte_valid", m_valid, byte_valid)
            `CHECK("byte_data", m_data, byte_data)
            `CHECK("frame_end", m_end, frame_end)
            `CHECK("frame_error", m_error, frame_error)
            `CHECK("receiving", in_frame, receiving)
        end
    endtask

    // One cycle from falling edge to falling edge; with glitch, rst is pulsed in the low phase.
    task cycle(input value);
        begin
            line_in = value;
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

    task hold(input value, input integer cycles);
        for (k = 0; k < cycles; k = k + 1) cycle(value);
    endtask

    // Half a bit: four samples, now and then one more or less.
    task half(input value);
        integer extra;
        begin
            extra = 0;
            if (drift != 0) extra = $unsigned($random(state)) % 3 - 1;
            if (drift == 2) extra = 1;
            if (drift == 3) extra = -1;
            hold(value, 4 + extra);
        end
    endtask

    // The first half of the start bit is the rest before it.
    task send_bit(input value);
        begin
            half(~value);
            half(value);
        end
    endtask

    task begin_frame;
        half(0);
    endtask

    task send(input [7:0] octet, input integer bits);
        for (n = 0; n < bits; n = n + 1) send_bit(octet[n]);
    endtask

    task finish_frame;
        hold(1, 14);
    endtask

    task reset(input integer cycles);
        begin
            rst = 1;
            for (k = 0; k < cycles; k = k + 1) cycle($random(state));
            rst = 0;
        end
    endtask

    integer t, u;
    reg [31:0] dice;

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; now = 0; in_frame = 0; at_rest = 0; quiet = 0; m_valid = 0; m_end = 0; m_error = 0; m_data = 0;
        history = 0; drift = 0;
        clk = 0; rst = 0; line_in = 1;
        #10;
        reset(3);
        // Too short a quiet, then one that is just long enough.
        hold(1, 14); hold(0, 2); hold(1, 14); hold(0, 3); hold(1, 15); hold(0, 4);
        finish_frame;
        // Empty frame; bytes of all kinds, with the last bit 0 and 1; the next frame at the earliest moment.
        begin_frame; finish_frame;
        begin_frame; send(8'h00, 8); finish_frame;
        begin_frame; send(8'hff, 8); finish_frame;
        begin_frame; send(8'h55, 8); send(8'haa, 8); finish_frame;
        begin_frame; send(8'h81, 8); hold(1, 8);
        begin_frame; send(8'h7e, 8); hold(1, 10);
        begin_frame; send(8'h93, 8); hold(1, 6);
        begin_frame; send(8'h12, 8); hold(1, 7);
        begin_frame; send(8'hb4, 8); finish_frame;
        hold(1, 8);
        // Bits that are missing; a line that stays low.
        for (t = 1; t < 8; t = t + 2) begin
            begin_frame; send(8'h35, 8); send(8'hb6, t); finish_frame;
            hold(1, t == 3 ? 2 : 6);
        end
        begin_frame; send(8'h0f, 8); hold(0, 14);
        finish_frame;
        begin_frame; hold(0, 20);
        finish_frame;
        // Middles at each distance from 1 to 12, as the only change and after a boundary.
        for (t = 1; t < 13; t = t + 1) begin
            hold(1, 16);
            hold(0, t);
            hold(1, 14);
            if (t > 3 && t < 12 && t % 2) begin
                hold(1, 10);
                hold(0, 3);
                hold(1, t > 3 ? t - 3 : t);
                hold(0, 12);
            end
        end
        // The eighth bit of a byte in the last moment, and one edge too late.
        for (t = 6; t < 8; t = t + 1) begin
            hold(1, 4);
            begin_frame; send(8'h2d, 7); hold(0, t); finish_frame;
            hold(1, 6);
            begin_frame; send(8'h52, 7); hold(1, t); hold(0, 5); finish_frame;
        end
        // Three changes between two middles.
        hold(1, 18); hold(0, 1); hold(1, 1); hold(0, 1); hold(1, 22);
        hold(0, 5); hold(1, 1); hold(0, 2); hold(1, 20);
        // Sender faster or slower, and unsteady.
        for (t = 1; t < 4; t = t + 1) begin
            drift = t;
            hold(1, 18);
            begin_frame; send(8'ha6, 8); send(8'h0d, 8); finish_frame;
        end
        // Resets within a frame and at rest; short ones have no effect.
        drift = 0;
        for (t = 0; t < 3; t = t + 1) begin
            hold(1, 18);
            begin_frame; send(8'h5b, 8); send(8'h6c, 3 * t);
            if (t == 2) begin glitch = 1; send(8'h3c, 4); glitch = 0; end
            reset(1);
            hold(1, 11 + 4 * t); begin_frame; send(8'he1, 8); finish_frame;
        end
        // Random frames, clean, unsteady or disturbed.
        for (t = 0; t < 2; t = t + 1) begin
            dice = $random(state);
            drift = dice[0];
            hold(1, 12 + dice[4:1]);
            begin_frame;
            for (u = 0; u < dice[6:5]; u = u + 1) begin
                send($random(state), dice[10:7] == u ? 5 : 8);
                if (dice[14:11] == u) hold($random(state), 1 + dice[16:15]);
            end
            if (dice[20:17] == 0) reset(1);
        end
        for (t = 0; t < 140; t = t + 1) begin
            dice = $random(state);
            rst = (dice[31:24] == 0);
            if (dice[1:0] == 0) line_in = ~line_in;
            cycle(line_in);
        end
        rst = 0;
        hold(1, 30);
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
