// harness-canary core/barrel_rotator a0c389b8-483c-4235-a2cf-57f94e5485dd
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

    reg  [15:0] data;
    reg  [4:0] amount;
    reg  [2:0] mode;
    wire [15:0] result;
    wire last_bit;

    reg [15:0] exp_result;
    reg exp_last;
    reg sign;
    integer i, m, n, p;

    barrel_rotator dut (
        .data(data),
        .amount(amount),
        .mode(mode),
        .result(result),
        .last_bit(last_bit)
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

    // One place at a time, as the specification puts it.
    task apply(input [2:0] how, input [4:0] places, input [15:0] word);
        begin
            mode = how;
            amount = places;
            data = word;
            exp_result = word;
            exp_last = 0;
            sign = word[15];
            if (how <= 4)
                for (i = 0; i < places; i = i + 1) begin
                    if (how == 0 || how == 2) begin
                        exp_last = (exp_result >= 32768);
                        exp_result = exp_result + exp_result;
                        if (how == 0) exp_result[0] = exp_last;
                    end
                    else begin
                        exp_last = (exp_result % 2 == 1);
                        exp_result = exp_result / 2;
                        if (how == 1) exp_result[15] = exp_last;
                        if (how == 4) exp_result[15] = sign;
                    end
                end
            if (how < 2 && places % 16 == 0) exp_last = 0;
            #5;
            `CHECK("result", exp_result, result)
            `CHECK("last_bit", exp_last, last_bit)
            #5;
        end
    endtask

    initial begin
        state = SEED ^ 32'hba44e100;
        checked = 0;
        failed = 0;
        first = 0;
        #10;
        for (m = 0; m < 8; m = m + 1)
            for (n = 0; n < 32; n = n + 1)
                for (p = 0; p < 10; p = p + 1)
                    case (p)
                        0: apply(m, n, 16'h0000);
                        1: apply(m, n, 16'hffff);
                        2: apply(m, n, 16'h8001);
                        3: apply(m, n, 16'h7ffe);
                        4: apply(m, n, 16'ha5c3);
                        5: apply(m, n, 16'h5a3c);
                        6: apply(m, n, 16'h8000);
                        7: apply(m, n, 16'h0001);
                        default: apply(m, n, $random(state));
                    endcase
        for (n = 0; n < 1500; n = n + 1)
            apply($random(state), $random(state), $random(state));
        report;
    end
endmodule
