// Impossible on purpose: `average` is held to halves that are rounded up and, at the same moment, rounded down.
// No value of an output is both, so every design fails, and a pass has been forged.
`timescale 1ns/1ps
module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;
    initial $timeformat(-9, 0, "", 1);  // times in ns

    reg clk, rst, load;
    reg  [7:0] a, b;
    wire [7:0] average;

    rounding_average dut (.clk(clk), .rst(rst), .load(load), .a(a), .b(b), .average(average));

    integer checked, failed, state, n, up, down;
    reg [31:0] drawn;
    time first;

    task check_average(input [7:0] expected);
        begin
            checked = checked + 1;
            if (average !== expected) begin
                failed = failed + 1;
                if (failed == 1) first = $time;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=average expected=%b got=%b", $time, expected, average);
            end
        end
    endtask

    task cycle(input r, input l, input [7:0] x, input [7:0] y);
        begin
            rst = r;
            load = l;
            a = x;
            b = y;
            #5 clk = 1;
            if (r) begin
                up = 0;
                down = 0;
            end else if (l) begin
                up = (x + y + 1) / 2;
                down = (x + y) / 2;
            end
            #2 check_average(up);
            check_average(down);
            #3 clk = 0;
        end
    endtask

    initial begin
        checked = 0;
        failed = 0;
        first = 0;
        state = SEED;
        clk = 0;
        cycle(1, 1, 8'd9, 8'd12);
        cycle(0, 1, 8'd3, 8'd4);
        cycle(0, 1, 8'd255, 8'd254);
        cycle(0, 0, 8'd7, 8'd7);
        for (n = 0; n < 400; n = n + 1) begin
            drawn = $random(state);
            cycle(drawn[31:27] == 0, drawn[26] | drawn[25], drawn[15:8], drawn[7:0]);
        end
        if (failed == 0)
            $display("HARNESS %h checked=%0d failed=0 first=-", KEY, checked);
        else
            $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
