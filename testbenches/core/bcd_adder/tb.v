// harness-canary core/bcd_adder 635b9c1c-64b6-4235-b6e9-dc2924f4a518
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
    initial $timeformat(-9, 0, "", 1);  // times in ns

    integer state;
    integer checked;
    integer failed;
    time first;

    reg  [15:0] a, b;
    reg  cin;
    wire [15:0] sum;
    wire cout, invalid;
    wire [3:0] bad_digit;

    reg [15:0] exp_sum;
    reg exp_cout, exp_invalid;
    reg [3:0] exp_bad;
    reg [15:0] u, v;
    integer na, nb, total, weight, da, db, d, k, n, p;

    bcd_adder dut (
        .a(a),
        .b(b),
        .cin(cin),
        .sum(sum),
        .cout(cout),
        .bad_digit(bad_digit),
        .invalid(invalid)
    );

    task report;
        begin
            if (failed == 0)
                $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
            else
                $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
            $finish(0);
        end
    endtask

    // Reads both numbers, adds them as integers and writes the total in decimal.
    task apply(input [15:0] va, input [15:0] vb, input vc);
        begin
            a = va;
            b = vb;
            cin = vc;
            na = 0;
            nb = 0;
            weight = 1;
            exp_bad = 0;
            for (d = 0; d < 4; d = d + 1) begin
                da = (va >> (4 * d)) & 15;
                db = (vb >> (4 * d)) & 15;
                if (da >= 10 || db >= 10) exp_bad[d] = 1;
                na = na + weight * da;
                nb = nb + weight * db;
                weight = weight * 10;
            end
            exp_invalid = (exp_bad != 0);
            total = na + nb + vc;
            exp_cout = (total >= 10000);
            exp_sum = 0;
            for (d = 3; d >= 0; d = d - 1) begin
                weight = weight / 10;
                exp_sum = exp_sum * 16 + (total / weight) % 10;
            end
            if (exp_invalid) begin
                exp_sum = 0;
                exp_cout = 0;
            end
            #5;
            `CHECK("sum", exp_sum, sum)
            `CHECK("cout", exp_cout, cout)
            `CHECK("bad_digit", exp_bad, bad_digit)
            `CHECK("invalid", exp_invalid, invalid)
            #5;
        end
    endtask

    // Two legal numbers; now and then the digits of a column add up to nine, which hands a carry on.
    task pick(output [15:0] x, output [15:0] y);
        integer q, r;
        begin
            x = 0;
            y = 0;
            for (q = 0; q < 4; q = q + 1) begin
                r = $unsigned($random(state)) % 10;
                x = x * 16 + r;
                if ($unsigned($random(state)) % 3 == 0) r = 9 - r;
                else r = $unsigned($random(state)) % 10;
                y = y * 16 + r;
            end
        end
    endtask

    initial begin
        state = SEED ^ 32'hbcd0adde;
        checked = 0;
        failed = 0;
        first = 0;
        #10;
        // Every pair of digits in every position.
        for (p = 0; p < 4; p = p + 1)
            for (n = 0; n < 256; n = n + 1)
                apply((n & 15) << (4 * p), (n >> 4) << (4 * p), n % 3 == 0);
        // Long carries, and the ends of the range.
        for (n = 0; n < 2; n = n + 1) begin
            apply(16'h0000, 16'h0000, n);
            apply(16'h9999, 16'h0000, n);
            apply(16'h0000, 16'h9999, n);
            apply(16'h9999, 16'h9999, n);
            apply(16'h9999, 16'h0001, n);
            apply(16'h5555, 16'h4444, n);
            apply(16'h4321, 16'h5678, n);
            apply(16'h0999, 16'h0001, n);
            apply(16'h0999, 16'h9000, n);
            apply(16'h0099, 16'h0900, n);
            apply(16'h0009, 16'h0090, n);
            apply(16'h8888, 16'h8888, n);
            apply(16'hffff, 16'hffff, n);
            apply(16'haaaa, 16'haaaa, n);
            apply(16'h1234, 16'h5678, n);
        end
        for (n = 0; n < 1000; n = n + 1) begin
            pick(u, v);
            apply(u, v, $random(state));
        end
        // One illegal digit among legal ones.
        for (p = 0; p < 8; p = p + 1)
            for (n = 10; n < 16; n = n + 1) begin
                pick(u, v);
                k = 4 * (p % 4);
                if (p < 4) u = (u & ~(16'hf << k)) | (n << k);
                else v = (v & ~(16'hf << k)) | (n << k);
                apply(u, v, $random(state));
                apply(u, v, $random(state));
            end
        for (n = 0; n < 400; n = n + 1)
            apply($random(state), $random(state), $random(state));
        report;
    end
endmodule
