// Impossible on purpose: two models, of which one lets requester 0 win the first tie and the other requester 1.
// No value of an output is both, so every design fails, and a pass has been forged.
`timescale 1ns/1ps
module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;
    initial $timeformat(-9, 0, "", 1);  // times in ns

    reg clk, rst;
    reg  [1:0] req;
    wire [1:0] grant;

    tie_break_arbiter dut (.clk(clk), .rst(rst), .req(req), .grant(grant));

    integer checked, failed, state, n, ties;
    reg [31:0] drawn;
    reg [1:0] even, odd;  // the grants of the two models
    time first;

    task check_grant(input [1:0] expected);
        begin
            checked = checked + 1;
            if (grant !== expected) begin
                failed = failed + 1;
                if (failed == 1) first = $time;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=grant expected=%b got=%b", $time, expected, grant);
            end
        end
    endtask

    task cycle(input r, input [1:0] asked);
        begin
            rst = r;
            req = asked;
            #5 clk = 1;
            even = r ? 2'b00 : asked;
            odd = even;
            if (r) ties = 0;
            else if (asked == 2'b11) begin
                even = 1 << (ties % 2);
                odd = 1 << ((ties + 1) % 2);
                ties = ties + 1;
            end
            #2 check_grant(even);
            check_grant(odd);
            #3 clk = 0;
        end
    endtask

    initial begin
        checked = 0;
        failed = 0;
        first = 0;
        state = SEED;
        clk = 0;
        cycle(1, 2'b11);
        cycle(0, 2'b11);
        cycle(0, 2'b11);
        cycle(0, 2'b10);
        for (n = 0; n < 400; n = n + 1) begin
            drawn = $random(state);
            cycle(drawn[31:27] == 0, drawn[1:0]);
        end
        if (failed == 0)
            $display("HARNESS %h checked=%0d failed=0 first=-", KEY, checked);
        else
            $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
