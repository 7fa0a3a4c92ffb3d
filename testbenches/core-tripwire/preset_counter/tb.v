// Impossible on purpose: one model in which `preset` goes before `clear`, and one in which `clear` goes before `preset`.
// No value of an output is both, so every design fails, and a pass has been forged.
`timescale 1ns/1ps
module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;
    initial $timeformat(-9, 0, "", 1);  // times in ns

    reg clk, rst, clear, preset;
    reg  [5:0] start;
    wire [5:0] count;

    preset_counter dut (.clk(clk), .rst(rst), .clear(clear), .preset(preset), .start(start), .count(count));

    integer checked, failed, state, n, preset_first, clear_first;
    reg [31:0] drawn;
    time first;

    task check_count(input [5:0] expected);
        begin
            checked = checked + 1;
            if (count !== expected) begin
                failed = failed + 1;
                if (failed == 1) first = $time;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=count expected=%b got=%b", $time, expected, count);
            end
        end
    endtask

    task cycle(input r, input c, input p, input [5:0] s);
        begin
            rst = r;
            clear = c;
            preset = p;
            start = s;
            #5 clk = 1;
            if (r) begin
                preset_first = 0;
                clear_first = 0;
            end else begin
                preset_first = p ? s : c ? 0 : (preset_first + 1) % 64;
                clear_first = c ? 0 : p ? s : (clear_first + 1) % 64;
            end
            #2 check_count(preset_first);
            check_count(clear_first);
            #3 clk = 0;
        end
    endtask

    initial begin
        checked = 0;
        failed = 0;
        first = 0;
        state = SEED;
        clk = 0;
        cycle(1, 1, 1, 6'd9);
        cycle(0, 1, 1, 6'd40);
        cycle(0, 0, 0, 6'd3);
        cycle(0, 0, 1, 6'd62);
        for (n = 0; n < 400; n = n + 1) begin
            drawn = $random(state);
            cycle(drawn[31:27] == 0, drawn[26:24] == 0, drawn[23:22] == 0, drawn[5:0]);
        end
        if (failed == 0)
            $display("HARNESS %h checked=%0d failed=0 first=-", KEY, checked);
        else
            $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
