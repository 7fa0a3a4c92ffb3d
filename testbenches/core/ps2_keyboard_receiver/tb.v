// harness-canary core/ps2_keyboard_receiver ba3c1f9b-b3c8-41c7-b2a0-e08d042da3d3
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

    localparam TIMEOUT = 26;

    integer state, checked, failed;
    time    first;

    reg        clk, rst, ps2_clk, ps2_data;
    wire       key_valid, key_extended, key_released, frame_error, shift_down, caps_on;
    wire [7:0] key_code;

    ps2_keyboard_receiver #(.TIMEOUT(TIMEOUT)) dut (
        .clk(clk), .rst(rst), .ps2_clk(ps2_clk), .ps2_data(ps2_data), .key_valid(key_valid), .key_code(key_code),
        .key_extended(key_extended), .key_released(key_released), .frame_error(frame_error), .shift_down(shift_down),
        .caps_on(caps_on)
    );

    // Reference model: samples of the lines by their age, and a frame as a row of bits.
    reg        clk_1, clk_2, clk_3, data_1, data_2;
    reg        frame [0:10];
    integer    length, silence, ones, i, n, k, half;
    reg        known, glitch, m_valid, m_extended, m_released, m_error, m_caps, error_now;
    reg        prefix_e0, prefix_f0, down_left, down_right, down_caps;
    reg  [7:0] m_code, code;

    task receive;
        if (code == 8'he0) prefix_e0 = 1;
        else if (code == 8'hf0) prefix_f0 = 1;
        else begin
            m_valid = 1;
            m_code = code;
            m_extended = prefix_e0;
            m_released = prefix_f0;
            prefix_e0 = 0;
            prefix_f0 = 0;
            if (!m_extended)
                case (code)
                    8'h12: down_left = !m_released;
                    8'h59: down_right = !m_released;
                    8'h58: begin
                        if (!m_released && !down_caps) m_caps = !m_caps;
                        down_caps = !m_released;
                    end
                    default: ;
                endcase
        end
    endtask

    task model_edge;
        begin
            m_valid = 0;
            error_now = 0;
            if (rst) begin
                known = 1;
                {clk_1, clk_2, clk_3, data_1, data_2} = 5'b11111;
                length = 0;
                {prefix_e0, prefix_f0, down_left, down_right, down_caps} = 0;
                m_code = 0; m_extended = 0; m_released = 0; m_caps = 0;
            end
            else begin
                silence = silence + 1;
                if (clk_3 && !clk_2) begin
                    silence = 0;
                    frame[length] = data_2;
                    length = length + 1;
                    if (frame[0]) begin
                        error_now = 1;
                        length = 0;
                    end
                    if (length == 11) begin
                        length = 0;
                        ones = 0;
                        for (i = 1; i <= 9; i = i + 1) ones = ones + frame[i];
                        for (i = 0; i < 8; i = i + 1) code[i] = frame[i + 1];
                        if (ones % 2 == 1 && frame[10]) receive;
                        else error_now = 1;
                    end
                end
                else if (length > 0 && silence == TIMEOUT) begin
                    error_now = 1;
                    length = 0;
                end
                if (error_now) begin prefix_e0 = 0; prefix_f0 = 0; end
                clk_3 = clk_2; clk_2 = clk_1; clk_1 = ps2_clk;
                data_2 = data_1; data_1 = ps2_data;
            end
            m_error = error_now;
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("key_valid", m_valid, key_valid)
            `CHECK("key_code", m_code, key_code)
            `CHECK("key_extended", m_extended, key_extended)
            `CHECK("key_released", m_released, key_released)
            `CHECK("frame_error", m_error, frame_error)
            `CHECK("shift_down", (down_left || down_right), shift_down)
            `CHECK("caps_on", m_caps, caps_on)
        end
    endtask

    // One cycle from falling edge to falling edge; with glitch, rst is pulsed in the low phase.
    task cycle(input c, input d);
        begin
            ps2_clk = c;
            ps2_data = d;
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

    task idle(input integer cycles);
        for (k = 0; k < cycles; k = k + 1) cycle(1, $random(state));
    endtask

    // A bit: high phase with other data, then low; the data is right only when the falling line is first sampled.
    task send_bit(input b, input integer high, input integer low);
        begin
            for (k = 0; k < high; k = k + 1) cycle(1, $random(state));
            cycle(0, b);
            for (k = 1; k < low; k = k + 1) cycle(0, $random(state));
        end
    endtask

    // The first `bits` bits of a frame; `wrong` bit 0 inverts the parity, bit 1 the stop bit, bit 2 the start bit.
    task send(input [7:0] octet, input integer bits, input [2:0] wrong);
        reg [10:0] row;
        begin
            row = {~wrong[1], ~(^octet) ^ wrong[0], octet, wrong[2]};
            for (n = 0; n < bits; n = n + 1) send_bit(row[n], half, half);
        end
    endtask

    task good(input [7:0] octet);
        send(octet, 11, 0);
    endtask

    task reset(input integer cycles);
        begin
            rst = 1;
            for (k = 0; k < cycles; k = k + 1) cycle($random(state), $random(state));
            rst = 0;
        end
    endtask

    integer t;
    reg [7:0] pick;
    reg [31:0] dice;

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; length = 0; silence = 0; m_caps = 0;
        clk = 0; rst = 0; ps2_clk = 1; ps2_data = 1;
        half = 1;
        #10;
        reset(3);
        idle(5);
        // Codes of all kinds of parity; a released and an extended key.
        good(8'h1c); good(8'h00); good(8'hff); good(8'h01);
        half = 2;
        good(8'hf0); good(8'h1c);
        half = 1;
        good(8'he0); good(8'h75);
        good(8'he0); good(8'hf0); good(8'h75);
        good(8'hf0); good(8'he0); good(8'he0); good(8'h6b); good(8'h6b);
        idle(TIMEOUT + 5);
        // Errors: parity, stop, both, start; prefixes are forgotten.
        for (t = 1; t < 4; t = t + 1) begin
            good(t[0] ? 8'he0 : 8'hf0);
            send(8'h12, 11, t);
            good(8'h14);
        end
        good(8'hf0);
        send_bit(1, 2, 2); send_bit(1, 1, 1);
        good(8'h15);
        // Timeouts: one edge too late, just in time, at different places of a frame.
        for (t = 1; t < 11; t = t + 9) begin
            good(8'hf0);
            send(8'h33, t, 0);
            cycle(1, 1);
            for (n = 0; n < TIMEOUT - 3; n = n + 1) cycle(1, 1);
            good(8'h24);
            send(8'h33, t, 0);
            for (n = 0; n < TIMEOUT + 2; n = n + 1) cycle(1, 1);
            good(8'h25);
        end
        for (t = -1; t < 2; t = t + 1) begin
            good(8'hf0);
            send_bit(0, 1, 1);
            for (n = 0; n < 8; n = n + 1) send_bit(n == 1, n == 4 ? TIMEOUT - 1 + t : 1, 1);
            send_bit(0, 1, 1); send_bit(1, 1, 1);
            idle(TIMEOUT + 2);
            good(8'h26);
        end
        // A clock line that stays low for long.
        send_bit(0, 1, TIMEOUT + 4);
        good(8'h29);
        // Shift keys in all orders, with prefixes; caps lock with repeats.
        good(8'h12); good(8'h59); good(8'hf0); good(8'h12); good(8'hf0); good(8'h59);
        good(8'h59); good(8'h12); good(8'hf0); good(8'h59); good(8'he0); good(8'hf0); good(8'h12); good(8'hf0); good(8'h12);
        good(8'he0); good(8'h12); good(8'he0); good(8'h59); good(8'he0); good(8'h58);
        good(8'h58); good(8'h58); good(8'he0); good(8'hf0); good(8'h58); good(8'h58); good(8'hf0); good(8'h58);
        good(8'h58); good(8'hf0); good(8'h58); good(8'h58);
        // Resets: within a frame, behind a prefix, with keys down and caps lock on.
        for (t = 0; t < 4; t = t + 1) begin
            good(8'h12); good(8'h59); good(8'h58);
            good(t[0] ? 8'he0 : 8'hf0);
            send(8'h58, 3 * t, 0);
            reset(1 + t % 2);
            if (t == 2) begin glitch = 1; good(8'h1b); glitch = 0; end
            good(8'h58);
        end
        // Random, from few codes, with errors, lost bits and resets.
        for (t = 0; t < 5; t = t + 1) begin
            half = ($unsigned($random(state)) % 4 == 0) ? 2 : 1;
            case ($unsigned($random(state)) % 7)
                0: pick = 8'he0;
                1, 2: pick = 8'hf0;
                3: pick = 8'h12;
                4: pick = 8'h59;
                5: pick = 8'h58;
                default: pick = $random(state);
            endcase
            dice = $random(state);
            if (dice[3:0] == 0) begin send(pick, dice[6:4], 0); idle(dice[7] ? TIMEOUT : 5); end
            else if (dice[3:0] == 1) send(pick, 11, dice[6:4]);
            else good(pick);
            if (dice[11:8] == 0) reset(1);
            if (dice[13:12] == 0) idle(dice[16:14]);
        end
        idle(TIMEOUT + 2);
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
