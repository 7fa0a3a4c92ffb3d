`timescale 1ns/1ps
module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;
    initial $timeformat(-9, 0, "", 1);  // times in ns

    localparam STABLE = 6;

    reg clk, rst_n, btn_in;
    wire level, rise, fall;

    button_debouncer #(.STABLE(STABLE)) dut (
        .clk(clk),
        .rst_n(rst_n),
        .btn_in(btn_in),
        .level(level),
        .rise(rise),
        .fall(fall)
    );

    integer checked, failed, state, i, j, n, run;
    time first;

    // The model keeps the samples of the latest edges, [0] the newest, and looks at a window of them.
    reg past [0:STABLE+1];
    reg exp_level, exp_rise, exp_fall;
    integer opposite;

    // Fresh random numbers for one cycle; drawn ahead, so that no expression has a side effect.
    reg [31:0] drawn [0:15];
    integer d;

    task draw;
        for (d = 0; d < 16; d = d + 1) drawn[d] = $random(state);
    endtask

    function integer rnd(input integer which, input integer limit);
        rnd = (drawn[which] >> 8) % limit;
    endfunction

    task fault;
        begin
            failed = failed + 1;
            if (failed == 1) first = $time;
        end
    endtask

    task check;
        begin
            checked = checked + 3;
            if (level !== exp_level) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=level expected=%b got=%b", $time, exp_level, level);
            end
            if (rise !== exp_rise) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=rise expected=%b got=%b", $time, exp_rise, rise);
            end
            if (fall !== exp_fall) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=fall expected=%b got=%b", $time, exp_fall, fall);
            end
        end
    endtask

    task model;
        begin
            exp_rise = 0;
            exp_fall = 0;
            for (j = STABLE + 1; j > 0; j = j - 1) past[j] = past[j-1];
            past[0] = btn_in;
            opposite = 0;
            for (j = 2; j < STABLE + 2; j = j + 1)
                if (past[j] != exp_level) opposite = opposite + 1;
            if (!rst_n) begin
                exp_level = 0;
                for (j = 0; j < STABLE + 2; j = j + 1) past[j] = 0;
            end else if (opposite == STABLE) begin
                exp_rise = !exp_level;
                exp_fall = exp_level;
                exp_level = !exp_level;
            end
        end
    endtask

    // One clock cycle from falling edge to falling edge. Outputs are looked at before and after the rising edge.
    // mode 1: a reset pulse in the low phase, 2: one in the high phase, 3: the button bounces between two edges
    task cycle(input integer mode);
        begin
            if (mode == 1 || mode == 3) begin
                #1;
                if (mode == 1) rst_n = 0; else btn_in = !btn_in;
                #1 check;
                #1;
                if (mode == 1) rst_n = 1; else btn_in = !btn_in;
                #1 check;
                #1 clk = 1;
            end else begin
                #4 check;
                #1 clk = 1;
            end
            model;
            #2 check;
            if (mode == 2 || mode == 3) begin
                if (mode == 2) rst_n = 0; else btn_in = !btn_in;
                #1 check;
                if (mode == 2) rst_n = 1; else btn_in = !btn_in;
                #2 clk = 0;
            end else
                #3 clk = 0;
        end
    endtask

    task hold(input integer value, input integer cycles);
        begin
            btn_in = value;
            for (i = 0; i < cycles; i = i + 1) cycle(0);
        end
    endtask

    task reset(input integer cycles);
        begin
            rst_n = 0;
            for (i = 0; i < cycles; i = i + 1) cycle(0);
            rst_n = 1;
        end
    endtask

    initial begin
        checked = 0;
        failed = 0;
        first = 0;
        state = SEED;
        draw;
        exp_level = 0;
        for (i = 0; i < STABLE + 2; i = i + 1) past[i] = 0;

        clk = 0;
        rst_n = 0;
        btn_in = 1;
        #5 clk = 1;
        model;
        #2 check;
        #3 clk = 0;
        // The button is down during the reset and stays so.
        reset(STABLE + 6);
        hold(1, STABLE + 5);
        hold(0, STABLE + 5);
        // Presses, then gaps, of every length around the limit.
        for (n = 1; n <= STABLE + 3; n = n + 1) begin
            hold(1, n);
            hold(0, 2 * STABLE);
        end
        hold(1, 2 * STABLE);
        for (n = 1; n <= STABLE + 3; n = n + 1) begin
            hold(0, n);
            hold(1, 2 * STABLE);
        end
        // A single opposite sample after k good ones starts the count again.
        for (n = 1; n < STABLE; n = n + 1) begin
            hold(0, n);
            hold(1, 1);
            hold(0, STABLE - 1);
            hold(1, 2);
        end
        hold(0, 2 * STABLE);
        for (n = 1; n < STABLE; n = n + 1) begin
            hold(1, n);
            hold(0, 1);
            hold(1, STABLE - 1);
            hold(0, 2);
        end
        // Exactly STABLE samples of each value, without a pause.
        for (n = 0; n < 6; n = n + 1) hold(n % 2 == 0, STABLE);
        hold(0, 2 * STABLE);
        // Bounces that no edge sees.
        for (n = 0; n < 10; n = n + 1) cycle(3);
        btn_in = 1;
        for (n = 0; n < STABLE + 4; n = n + 1) cycle(3);
        // Reset pulses that no edge sees, then a reset with the level at 1, pressed and released.
        cycle(1);
        cycle(2);
        reset(1);
        hold(1, STABLE + 4);
        btn_in = 0;
        reset(2);
        hold(0, STABLE + 4);
        // A reset of one edge at each moment of a press and of a release.
        for (n = 0; n <= STABLE + 3; n = n + 1) begin
            hold(1, n);
            reset(1);
            hold(1, STABLE + 4);
            hold(0, n);
            reset(1);
            hold(0, 4);
        end

        run = 0;
        for (n = 0; n < 1000; n = n + 1) begin
            draw;
            if (run == 0) begin
                btn_in = !btn_in;
                run = rnd(0, 3) == 0 ? 1 + rnd(1, 3) : STABLE - 2 + rnd(2, 5);
            end
            run = run - 1;
            rst_n = rnd(3, 70) != 0;
            if (rst_n && rnd(4, 20) == 0)
                cycle(1 + rnd(5, 3));
            else
                cycle(0);
        end

        if (failed == 0)
            $display("HARNESS %h checked=%0d failed=0 first=-", KEY, checked);
        else
            $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
