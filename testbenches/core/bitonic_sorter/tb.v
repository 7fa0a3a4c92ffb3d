// harness-canary core/bitonic_sorter 2284b494-8c0c-43c8-b981-df85ac8e3d6b
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

    localparam DEPTH = 6;

    integer state, checked, failed;
    time    first;

    reg         clk, rst_n, in_valid, in_descending, in_signed, out_ready;
    reg  [63:0] in_keys;
    reg  [7:0]  in_present;
    wire        in_ready, out_valid;
    wire [63:0] out_keys;
    wire [23:0] out_indices;
    wire [3:0]  out_count;

    bitonic_sorter dut (
        .clk(clk), .rst_n(rst_n), .in_valid(in_valid), .in_ready(in_ready), .in_keys(in_keys),
        .in_present(in_present), .in_descending(in_descending), .in_signed(in_signed), .out_valid(out_valid),
        .out_ready(out_ready), .out_keys(out_keys), .out_indices(out_indices), .out_count(out_count)
    );

    // Reference model: a row of places; a set is sorted by insertion when it enters.
    reg         place_valid [1:DEPTH];
    reg  [91:0] place_data  [1:DEPTH];      // count, indices, keys
    reg         known, m_valid;
    reg  [63:0] m_keys;
    reg  [23:0] m_indices;
    reg  [3:0]  m_count;
    integer     i, j, n, burst, style, moves_left, stop;
    integer     value [0:7];
    integer     number [0:7];

    function [91:0] sort(input [63:0] keys, input [7:0] present, input descending, input is_signed);
        integer a, b, k, total;
        reg     later;
        begin
            total = 0;
            for (a = 0; a < 8; a = a + 1) if (present[a]) begin
                k = keys[8*a +: 8];
                if (is_signed && k > 127) k = k - 256;
                b = total;
                later = 1;
                while (later && b > 0) begin
                    later = descending ? (value[b-1] < k) : (value[b-1] > k);
                    if (later) begin
                        value[b] = value[b-1];
                        number[b] = number[b-1];
                        b = b - 1;
                    end
                end
                value[b] = k;
                number[b] = a;
                total = total + 1;
            end
            sort = 0;
            sort[91:88] = total;
            for (a = 0; a < total; a = a + 1) begin
                sort[8*a +: 8] = value[a];
                sort[64 + 3*a +: 3] = number[a];
            end
        end
    endfunction

    task empty_all;
        for (j = 1; j <= DEPTH; j = j + 1) begin
            place_valid[j] = 0;
            place_data[j] = 0;
        end
    endtask

    task model_edge;
        if (rst_n && (!place_valid[DEPTH] || out_ready)) begin
            for (j = DEPTH; j > 1; j = j - 1) begin
                place_valid[j] = place_valid[j-1];
                place_data[j] = place_data[j-1];
            end
            place_valid[1] = in_valid;
            place_data[1] = sort(in_keys, in_present, in_descending, in_signed);
        end
    endtask

    task compare;
        if (known) begin
            m_valid = place_valid[DEPTH];
            {m_count, m_indices, m_keys} = m_valid ? place_data[DEPTH] : 92'd0;
            `CHECK("out_valid", m_valid, out_valid)
            `CHECK("in_ready", (!m_valid || out_ready), in_ready)
            `CHECK("out_keys", m_keys, out_keys)
            `CHECK("out_indices", m_indices, out_indices)
            `CHECK("out_count", m_count, out_count)
        end
    endtask

    // One cycle from falling edge to falling edge, the inputs being set already.
    task cycle;
        begin
            #4 compare;
            #1 clk = 1;
            model_edge;
            #3 compare;
            #2 clk = 0;
        end
    endtask

    // A reset that falls and rises between two edges.
    task pulse_reset;
        begin
            #1 rst_n = 0;
            known = 1;
            empty_all;
            #1 compare;
            rst_n = 1;
            #1 compare;
            #1 ;
        end
    endtask

    task any_set(input integer kind);
        begin
            in_keys[31:0]  = $random(state);
            in_keys[63:32] = $random(state);
            in_present     = $random(state);
            in_descending  = $random(state);
            in_signed      = $random(state);
            case (kind)
                0: in_present = 8'hff;
                1: begin in_keys = in_keys & 64'h8181818181818181; in_present = 8'hff; end
                2: in_keys = in_keys & 64'h8080808080808080;
                3: begin in_keys = in_keys & 64'h0303030303030303; in_present = in_present | 8'h81; end
                4: in_keys = {8{in_keys[7:0]}};
                5: in_present = in_present & (8'd1 << in_keys[2:0]);
                default: ;
            endcase
        end
    endtask

    task one(input [63:0] keys, input [7:0] present, input descending, input is_signed);
        begin
            in_valid = 1;
            in_keys = keys;
            in_present = present;
            in_descending = descending;
            in_signed = is_signed;
            cycle;
        end
    endtask

    task noise(input integer cycles, input valid);
        integer c;
        for (c = 0; c < cycles; c = c + 1) begin
            any_set(c % 8);
            in_valid = valid;
            cycle;
        end
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0;
        clk = 0; rst_n = 1; in_valid = 1; out_ready = 0;
        empty_all;
        any_set(0);
        #10;
        rst_n = 0;
        known = 1;
        noise(2, 1);
        out_ready = 1;
        noise(2, 1);
        rst_n = 1;
        noise(2, 0);
        // The example, one set in an empty pipeline, then all four orders on end.
        one(64'h7f00000080_05ff05, 8'h8f, 1, 1);
        noise(8, 0);
        for (n = 0; n < 4; n = n + 1) one(64'h00_ff_7f_80_01_fe_81_7e, 8'hff, n & 1, n >> 1);
        for (n = 0; n < 4; n = n + 1) one(64'h00_ff_80_80_00_ff_7f_80, 8'h5a, n & 1, n >> 1);
        for (n = 0; n < 4; n = n + 1) one(64'h0102030405060708, 8'hff, n & 1, n >> 1);
        for (n = 0; n < 4; n = n + 1) one(64'h0807060504030201, 8'hff, n & 1, n >> 1);
        for (n = 0; n < 4; n = n + 1) one(64'h7f7f7f7f7f7f7f7f, 8'h00 - n, n & 1, n >> 1);
        // Every pattern of ones and noughts: a network that sorts these sorts all.
        for (n = 0; n < 256; n = n + 1) begin
            for (i = 0; i < 8; i = i + 1) in_keys[8*i +: 8] = n[i] ? 8'h41 : 8'h40;
            one(in_keys, 8'hff, n % 3 == 0, n % 5 == 0);
        end
        for (n = 0; n < 256; n = n + 7) one(64'h0080ff7f40c02000 ^ {8{n[7:0]}}, n, n % 2, n % 3 == 0);
        noise(6, 0);
        // Stop with every filling of the pipeline; also with the output empty, which does not stop.
        for (n = 0; n <= DEPTH + 1; n = n + 1) begin
            out_ready = 0;
            noise(n, 1);
            noise(DEPTH - n > 0 ? DEPTH - n : 0, 0);
            noise(4, 1);
            out_ready = 1;
            noise(1, 0);
            out_ready = 0;
            noise(2, n % 2);
            out_ready = 1;
            noise(DEPTH, 0);
        end
        // Reset between edges and over edges, with a full pipeline that is stopped or not.
        for (n = 0; n < 6; n = n + 1) begin
            out_ready = ~n;
            noise(DEPTH + 1 - n / 2, 1);
            if (n < 3) pulse_reset;
            else begin
                #1 rst_n = 0;
                empty_all;
                #1 compare;
                #2;
                noise(n - 2, 1);
                rst_n = 1;
            end
            noise(DEPTH + 1, n % 3 == 0);
        end
        // Random.
        for (n = 0; n < 700; n = n + 1) begin
            if (n % 50 == 0) begin
                burst = 1 + $unsigned($random(state)) % 4;
                stop  = 1 + $unsigned($random(state)) % 4;
            end
            style = $unsigned($random(state)) % 9;
            any_set(style);
            style = $random(state);
            in_valid = ($unsigned(style) % burst == 0) || style[20];
            style = $random(state);
            out_ready = ($unsigned(style) % stop == 0);
            style = $random(state);
            if ($unsigned(style) % 100 == 0) pulse_reset;
            cycle;
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
