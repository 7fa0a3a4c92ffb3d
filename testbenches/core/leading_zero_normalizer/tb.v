// harness-canary core/leading_zero_normalizer e0870efe-28b8-4843-bf9f-5ada624b2c0e
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

    reg  [15:0] mant;
    reg  [4:0] exp_in;
    wire [4:0] lzc, exp_out;
    wire [15:0] norm;
    wire zero, denormal, guard, sticky, round_up;

    reg [4:0] exp_lzc, exp_exp_out;
    reg [15:0] exp_norm;
    reg exp_zero, exp_denormal, exp_guard, exp_sticky, exp_round_up;
    integer value, power, below, n, e;

    leading_zero_normalizer dut (
        .mant(mant),
        .exp_in(exp_in),
        .lzc(lzc),
        .zero(zero),
        .norm(norm),
        .exp_out(exp_out),
        .denormal(denormal),
        .guard(guard),
        .sticky(sticky),
        .round_up(round_up)
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

    // Doubles the value until it is normalised or the exponent is used up; rounding is told from the remainder by 256.
    task apply(input [15:0] m, input [4:0] x);
        begin
            mant = m;
            exp_in = x;
            exp_zero = (m == 0);
            exp_lzc = 0;
            for (value = m; value < 32768 && exp_lzc < 16; value = value * 2)
                exp_lzc = exp_lzc + 1;
            value = m;
            power = x;
            while (value != 0 && value < 32768 && power > 0) begin
                value = value * 2;
                power = power - 1;
            end
            if (m == 0) power = 0;
            exp_norm = value;
            exp_exp_out = power;
            exp_denormal = (value != 0 && value < 32768);
            below = value % 256;
            exp_guard = (below >= 128);
            exp_sticky = (below % 128 != 0);
            exp_round_up = (below > 128) || (below == 128 && (value / 256) % 2 == 1);
            #5;
            `CHECK("lzc", exp_lzc, lzc)
            `CHECK("zero", exp_zero, zero)
            `CHECK("norm", exp_norm, norm)
            `CHECK("exp_out", exp_exp_out, exp_out)
            `CHECK("denormal", exp_denormal, denormal)
            `CHECK("guard", exp_guard, guard)
            `CHECK("sticky", exp_sticky, sticky)
            `CHECK("round_up", exp_round_up, round_up)
            #5;
        end
    endtask

    initial begin
        state = SEED ^ 32'h1ead0000;
        checked = 0;
        failed = 0;
        first = 0;
        #10;
        // Every single bit (and none), with every exponent.
        for (n = 0; n < 17; n = n + 1)
            for (e = 0; e < 32; e = e + 1)
                apply(65536 >> (n + 1), e);
        // Every leading one with a random tail, exponents about the count.
        for (n = 0; n < 16; n = n + 1)
            for (e = n - 2; e <= n + 2; e = e + 1)
                if (e >= 0) begin
                    apply(((16'h7fff & $random(state)) | 16'h8000) >> n, e);
                    apply(16'hffff >> n, e);
                end
        // Every single bit below the kept part on its own, guard clear and set, last kept bit clear and set.
        for (n = 0; n < 8; n = n + 1)
            for (e = 0; e < 4; e = e + 1)
                apply(16'h8000 | ((e & 1) << 7) | ((e & 2) << 7) | (1 << n), 31);
        apply(16'h8080, 0);
        apply(16'h8180, 0);
        apply(16'h0180, 0);
        apply(16'h0080, 0);
        for (n = 0; n < 1000; n = n + 1)
            case ($unsigned($random(state)) % 4)
                0: apply($random(state), $random(state));
                1: apply(($random(state) & 16'hff80) >> ($unsigned($random(state)) % 8), $random(state));
                2: apply($random(state), $unsigned($random(state)) % 4);
                default: apply(($random(state) & 16'hffff) >> ($unsigned($random(state)) % 16),
                               $unsigned($random(state)) % 18);
            endcase
        report;
    end
endmodule
