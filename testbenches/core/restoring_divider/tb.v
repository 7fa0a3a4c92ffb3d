// harness-canary core/restoring_divider d43725ec-9adb-4c48-9e86-4aecf14e1ffb
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

    reg  clk, rst, start;
    reg  [15:0] dividend;
    reg  [7:0] divisor;
    wire busy, done, div_by_zero;
    wire [15:0] quotient;
    wire [7:0] remainder;

    reg exp_busy, exp_done, exp_dbz;
    reg [15:0] exp_quotient;
    reg [7:0] exp_remainder;
    reg known;                      // a reset has been seen
    integer wait_left;              // edges until the result of the division under way, 0 for none
    integer num, den;
    integer k, n, p;
    reg glitch;
    reg r, s;

    restoring_divider dut (
        .clk(clk),
        .rst(rst),
        .start(start),
        .dividend(dividend),
        .divisor(divisor),
        .busy(busy),
        .done(done),
        .quotient(quotient),
        .remainder(remainder),
        .div_by_zero(div_by_zero)
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

    task compare;
        if (known) begin
            `CHECK("busy", exp_busy, busy)
            `CHECK("done", exp_done, done)
            `CHECK("quotient", exp_quotient, quotient)
            `CHECK("remainder", exp_remainder, remainder)
            `CHECK("div_by_zero", exp_dbz, div_by_zero)
        end
    endtask

    task model_edge;
        begin
            exp_done = 0;
            if (rst) begin
                known = 1;
                wait_left = 0;
                exp_quotient = 0;
                exp_remainder = 0;
                exp_dbz = 0;
            end
            else if (wait_left > 0) begin
                wait_left = wait_left - 1;
                if (wait_left == 0) begin
                    exp_done = 1;
                    exp_dbz = (den == 0);
                    exp_quotient = (den == 0) ? 65535 : num / den;
                    exp_remainder = (den == 0) ? num % 256 : num % den;
                end
            end
            else if (start) begin
                num = dividend;
                den = divisor;
                wait_left = 16;
            end
            exp_busy = (wait_left > 0);
        end
    endtask

    // One cycle from falling edge to falling edge. The inputs change at the falling edge. The outputs are compared just
    // before the rising edge and again before the falling edge.
    task cycle(input r, input s, input [15:0] x, input [7:0] y);
        begin
            rst = r;
            start = s;
            dividend = x;
            divisor = y;
            if (glitch) begin
                #1 rst = ~r;
                #1 rst = r;
                #2;
            end
            else #4;
            compare;
            #1 clk = 1;
            model_edge;
            #3 compare;
            #2 clk = 0;
        end
    endtask

    // Operands: all values, small ones, and ones near the ends of the range.
    function [15:0] any_dividend(input integer unused);
        case ($unsigned($random(state)) % 5)
            0: any_dividend = $unsigned($random(state)) % 300;
            1: any_dividend = 16'hffff - $unsigned($random(state)) % 300;
            default: any_dividend = $random(state);
        endcase
    endfunction

    function [7:0] any_divisor(input integer unused);
        case ($unsigned($random(state)) % 8)
            0: any_divisor = 0;
            1: any_divisor = $unsigned($random(state)) % 6;
            2: any_divisor = 255 - $unsigned($random(state)) % 6;
            3: any_divisor = 128 | $random(state);
            default: any_divisor = $random(state);
        endcase
    endfunction

    // A division from start to result and `idle` cycles more; the operand inputs change while it is under way.
    task divide(input [15:0] x, input [7:0] y, input integer idle);
        integer c;
        begin
            cycle(0, 1, x, y);
            for (c = 0; c < 16 + idle; c = c + 1)
                cycle(0, 0, $random(state), $random(state));
        end
    endtask

    initial begin
        state = SEED ^ 32'hd1f1de00;
        checked = 0;
        failed = 0;
        first = 0;
        known = 0;
        wait_left = 0;
        glitch = 0;
        exp_busy = 0;
        clk = 0;
        rst = 0;
        start = 0;
        dividend = 0;
        divisor = 0;
        #10;
        // Reset with everything active, then without.
        cycle(1, 1, 16'hffff, 8'hff);
        cycle(1, 1, 16'h1234, 8'h00);
        cycle(1, 0, 16'h0000, 8'h00);
        cycle(0, 0, 16'hffff, 8'h01);
        // Single divisions, with pauses of different length.
        divide(16'd1000, 8'd7, 3);
        divide(16'd300, 8'd0, 2);
        divide(16'd0, 8'd0, 0);
        divide(16'd0, 8'd1, 1);
        divide(16'hffff, 8'd1, 0);
        divide(16'hffff, 8'hff, 0);
        divide(16'hff00, 8'hff, 1);
        divide(16'hfeff, 8'hff, 0);
        divide(16'hffff, 8'h00, 0);
        divide(16'hffff, 8'h80, 0);
        divide(16'h8000, 8'hff, 0);
        divide(16'h7fff, 8'h81, 0);
        divide(16'd254, 8'hff, 0);
        divide(16'd255, 8'hff, 0);
        divide(16'd1, 8'd1, 0);
        divide(16'h8000, 8'd1, 0);
        divide(16'd1, 8'd2, 2);
        // Start held for five divisions on end, with new operands in every cycle.
        for (n = 0; n < 5 * 17; n = n + 1)
            cycle(0, 1, any_dividend(0), any_divisor(0));
        for (n = 0; n < 18; n = n + 1)
            cycle(0, 0, any_dividend(0), any_divisor(0));
        // A second start in one single cycle of a division under way.
        for (p = 1; p <= 16; p = p + 5) begin
            cycle(0, 1, 16'd54321 + p, 8'd123);
            for (n = 1; n <= 18; n = n + 1)
                cycle(0, (n == p), 16'd999, 8'd10);
        end
        cycle(0, 0, 16'd0, 8'd0);
        cycle(0, 0, 16'd0, 8'd0);
        // Reset at every point of a division, the result registers not being 0, start held or not.
        for (p = 0; p < 19; p = p + 1) begin
            if (p % 4 == 0) divide(16'hfedc, 8'd0, 1);
            if (p % 4 == 2) divide(16'hfedc, 8'd201, 1);
            cycle(0, 1, 16'hbeef, 8'd3);
            for (n = 0; n < p; n = n + 1)
                cycle(0, 0, 16'hffff, 8'd1);
            cycle(1, p % 2, 16'hffff, 8'd1);
            if (p % 3 == 0) cycle(1, p % 2, 16'hffff, 8'd2);
            if (p % 6 == 0)
                for (n = 0; n < 18; n = n + 1)
                    cycle(0, 0, 16'd5, 8'd1);
        end
        // A short pulse of reset between two edges, at rest and under way, and a short gap in a long reset.
        glitch = 1;
        for (n = 0; n < 18; n = n + 1)
            cycle(0, (n == 0), 16'd60000, 8'd77);
        cycle(0, 0, 16'd60000, 8'd77);
        cycle(1, 1, 16'd60000, 8'd77);
        glitch = 0;
        cycle(0, 0, 16'd0, 8'd0);
        // Random.
        for (n = 0; n < 600; n = n + 1) begin
            glitch = ($unsigned($random(state)) % 32 == 0);
            r = (n == 211) || (n == 433) || ($unsigned($random(state)) % 128 == 0);
            s = ($unsigned($random(state)) % 4 != 0);
            cycle(r, s, any_dividend(0), any_divisor(0));
        end
        glitch = 0;
        cycle(1, 1, 16'd1, 8'd1);
        for (n = 0; n < 300; n = n + 1)
            cycle(0, $unsigned($random(state)) % 16 == 0, any_dividend(0), any_divisor(0));
        cycle(1, 0, 16'd1, 8'd1);
        cycle(0, 0, 16'd1, 8'd1);
        report;
    end
endmodule
