// harness-canary core/seven_segment 32ed3070-5ab4-494b-beb0-9c2518f5de11
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

    reg  [3:0] digit;
    reg  point, blank, lamp_test, active_low;
    wire [6:0] segments;
    wire point_out;

    reg [6:0] exp_segments;
    reg exp_point;
    reg [15:0] shown_by [0:6];     // for every segment: bit d is 1 when digit d lights it
    reg on;
    integer k, s;

    seven_segment dut (
        .digit(digit),
        .point(point),
        .blank(blank),
        .lamp_test(lamp_test),
        .active_low(active_low),
        .segments(segments),
        .point_out(point_out)
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

    task apply(input [7:0] pins);
        begin
            {active_low, lamp_test, blank, point, digit} = pins;
            for (s = 0; s < 7; s = s + 1) begin
                on = (shown_by[s] >> digit) & 1;
                on = (on && !blank) || lamp_test;
                exp_segments[s] = (on != active_low);
            end
            on = (point && !blank) || lamp_test;
            exp_point = (on != active_low);
            #5;
            `CHECK("segments", exp_segments, segments)
            `CHECK("point_out", exp_point, point_out)
            #5;
        end
    endtask

    initial begin
        state = SEED ^ 32'h7e6c0de5;
        checked = 0;
        failed = 0;
        first = 0;
        //                 FEDCBA98_76543210
        shown_by[0] = 16'b11010111_11101101;   // a
        shown_by[1] = 16'b00100111_10011111;   // b
        shown_by[2] = 16'b00101111_11111011;   // c
        shown_by[3] = 16'b01111011_01101101;   // d
        shown_by[4] = 16'b11111101_01000101;   // e
        shown_by[5] = 16'b11011111_01110001;   // f
        shown_by[6] = 16'b11101111_01111100;   // g
        #10;
        for (k = 0; k < 256; k = k + 1)
            apply(k);
        for (k = 255; k >= 0; k = k - 1)
            apply(k * 37);
        for (k = 0; k < 500; k = k + 1)
            apply($random(state));
        report;
    end
endmodule
