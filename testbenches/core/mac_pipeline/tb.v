`timescale 1ns/1ps
`define CHECK(NAME, GOT, EXP) \
    begin \
        checked = checked + 1; \
        if ((GOT) !== (EXP)) begin \
            if (failed == 0) first = $time; \
            failed = failed + 1; \
            if (failed <= 10) \
                $display("MISMATCH time=%0t signal=%0s expected=%b got=%b", $time, NAME, EXP, GOT); \
        end \
    end

module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;

    reg               clk;
    reg               rst;
    reg               in_valid;
    reg               clear;
    reg  signed [7:0] a;
    reg  signed [7:0] b;
    wire              out_valid;
    wire [19:0]       acc;
    wire              saturated;

    mac_pipeline dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .clear(clear), .a(a), .b(b),
        .out_valid(out_valid), .acc(acc), .saturated(saturated)
    );

    integer checked, failed, state, i, mode;
    time    first;

    // Reference model: a log of all accepted inputs, which is worked off two edges later.
    integer    log_product [0:4095];
    reg        log_valid   [0:4095];
    reg        log_clear   [0:4095];
    integer    edges, start, total;
    reg        known, e_valid, e_sat;
    reg [19:0] e_acc;

    task model_edge;
        begin
            log_product[edges] = a * b;
            log_valid[edges]   = in_valid;
            log_clear[edges]   = clear;
            edges = edges + 1;
            if (rst) begin
                known   = 1;
                start   = edges;
                total   = 0;
                e_valid = 0;
                e_sat   = 0;
            end else if (edges - 3 < start) e_valid = 0;
            else begin
                e_valid = log_valid[edges - 3];
                if (log_clear[edges - 3]) begin
                    total = 0;
                    e_sat = 0;
                end
                if (e_valid) total = total + log_product[edges - 3];
                if (total > 524287) begin
                    total = 524287;
                    e_sat = 1;
                end
                if (total < -524288) begin
                    total = -524288;
                    e_sat = 1;
                end
            end
            e_acc = total;
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("out_valid", out_valid, e_valid)
            `CHECK("acc", acc, e_acc)
            `CHECK("saturated", saturated, e_sat)
        end
    endtask

    // One clock cycle. Inputs were set 1 ns before the falling edge.
    task cycle;
        begin
            #1 clk = 0;
            #4 compare;
            #1 clk = 1; model_edge;
            #3 compare;
            #1 ;
        end
    endtask

    task short_reset_cycle;
        begin
            rst = 0;
            #1 clk = 0;
            #1 rst = 1;
            #1 rst = 0;
            #2 compare;
            #1 clk = 1; model_edge;
            #1 rst = 1;
            #1 rst = 0;
            #1 compare;
            #1 ;
        end
    endtask

    task drive(input v, input c, input integer x, input integer y);
        begin
            rst      = 0;
            in_valid = v;
            clear    = c;
            a        = x;
            b        = y;
            cycle;
        end
    endtask

    task idle(input integer n);
        repeat (n) drive(0, 0, $random(state), $random(state));
    endtask

    task reset(input integer n);
        repeat (n) begin
            rst      = 1;
            in_valid = 1;
            clear    = $random(state);
            a        = $random(state);
            b        = $random(state);
            cycle;
        end
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        edges   = 0;
        start   = 0;
        total   = 0;
        e_valid = 0;
        e_sat   = 0;
        state   = SEED;
        clk = 0; rst = 0; in_valid = 0; clear = 0; a = 0; b = 0;
        #1 ;
        reset(4);
        idle(4);
        // One pair; a burst; sign combinations.
        drive(1, 0, 3, 5);
        idle(4);
        drive(1, 0, -128, -128);
        drive(1, 0, -128, 127);
        drive(1, 0, 127, -128);
        drive(1, 0, 127, 127);
        drive(1, 0, -1, 1);
        drive(1, 0, -1, -1);
        drive(1, 0, 1, -128);
        drive(1, 0, 0, 77);
        idle(3);
        // Clear alone, clear with a pair, clear right after and right before a pair.
        drive(0, 1, 9, 9);
        idle(3);
        drive(1, 0, 100, 100);
        drive(1, 1, -7, 9);
        drive(1, 0, 2, 2);
        drive(0, 1, 55, 55);
        drive(1, 0, 6, 7);
        idle(4);
        // Exactly to the upper limit without saturation, then one beyond it, then down again.
        drive(0, 1, 0, 0);
        repeat (31) drive(1, 0, -128, -128);
        drive(1, 0, 127, 127);
        drive(1, 0, 127, 2);
        idle(3);
        drive(1, 0, 1, 1);
        idle(3);
        drive(1, 0, -3, 7);
        drive(1, 0, 127, 127);
        drive(1, 0, 0, 0);
        drive(0, 1, 1, 1);
        idle(3);
        // One beyond the upper limit in one step.
        drive(1, 1, -128, -128);
        repeat (31) drive(1, 0, -128, -128);
        drive(1, 1, -5, 5);
        idle(3);
        // Exactly to the lower limit, then one beyond it, then up again.
        drive(0, 1, 0, 0);
        repeat (32) drive(1, 0, -128, 127);
        drive(1, 0, 32, -128);
        idle(3);
        drive(1, 0, -1, 1);
        idle(3);
        drive(1, 0, 50, 3);
        repeat (2) drive(1, 0, 127, -128);
        short_reset_cycle;
        idle(2);
        // Reset with pairs and a clear under way, and with a saturated accumulator.
        drive(1, 0, 9, 9);
        drive(1, 1, 8, 8);
        reset(1);
        idle(4);
        drive(1, 0, 11, 11);
        reset(1);
        drive(1, 0, 1, 2);
        reset(1);
        drive(1, 0, 3, 4);
        idle(1);
        reset(1);
        idle(3);
        // A long idle pause with changing operands.
        drive(1, 0, -20, 20);
        idle(6);
        // Random, with a changing bias towards one sign.
        mode = 0;
        for (i = 0; i < 1500; i = i + 1) begin
            if (i % 75 == 0) mode = $unsigned($random(state)) % 5;
            rst      = ($unsigned($random(state)) % 250 == 0);
            in_valid = ($unsigned($random(state)) % 8 != 0);
            clear    = ($unsigned($random(state)) % 100 == 0);
            a        = $random(state);
            b        = $random(state);
            case (mode)
                0: if ((a < 0) != (b < 0)) b = ~b;
                1: if ((a < 0) == (b < 0)) b = ~b;
                2: begin a = a[0] ? 127 : -128; b = a; end
                3: begin a = a[0] ? 127 : -128; b = ~a; end
                default: clear = ($unsigned($random(state)) % 5 == 0);
            endcase
            if (i % 333 == 200) short_reset_cycle;
            else cycle;
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
