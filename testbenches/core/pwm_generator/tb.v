`timescale 1ns/1ps
module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;
    initial $timeformat(-9, 0, "", 1);  // times in ns

    reg clk, rst, en, wr;
    reg  [7:0] duty_in, period_in;
    wire pwm, period_start;
    wire [7:0] count;

    pwm_generator dut (
        .clk(clk),
        .rst(rst),
        .en(en),
        .wr(wr),
        .duty_in(duty_in),
        .period_in(period_in),
        .pwm(pwm),
        .period_start(period_start),
        .count(count)
    );

    integer checked, failed, state, i, n;
    time first;

    // The model works with numbers of cycles: those left and those gone in the present period; none left means idle.
    integer hold_on, hold_len, on, left, gone;
    reg exp_pwm, exp_start;
    reg [7:0] exp_count;

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
            exp_pwm = left > 0 && gone < on;
            exp_start = left > 0 && gone == 0;
            exp_count = gone;
            checked = checked + 3;
            if (pwm !== exp_pwm) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=pwm expected=%b got=%b", $time, exp_pwm, pwm);
            end
            if (period_start !== exp_start) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=period_start expected=%b got=%b", $time, exp_start, period_start);
            end
            if (count !== exp_count) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=count expected=%b got=%b", $time, exp_count, count);
            end
        end
    endtask

    task model_reset;
        begin
            hold_on = 0;
            hold_len = 20;
            left = 0;
            gone = 0;
        end
    endtask

    task model;
        begin
            if (rst) model_reset;
            else begin
                if (!en) begin
                    left = 0;
                    gone = 0;
                end else if (left <= 1) begin
                    on = hold_on;
                    left = hold_len;
                    gone = 0;
                end else begin
                    left = left - 1;
                    gone = gone + 1;
                end
                if (wr) begin
                    hold_on = duty_in;
                    hold_len = period_in == 0 ? 256 : period_in;
                end
            end
        end
    endtask

    // One clock cycle from falling edge to falling edge. Outputs are looked at before and after the rising edge.
    // mode 1: reset rises in the high phase and stays; 2: a reset pulse in the low phase; 3: one in the high phase
    task cycle(input integer mode);
        begin
            if (mode == 2) begin
                #1 rst = 1;
                model_reset;
                #1 check;
                #1 rst = 0;
                #1 check;
                #1 clk = 1;
            end else begin
                #4 check;
                #1 clk = 1;
            end
            model;
            #2 check;
            if (mode == 1 || mode == 3) begin
                #1 rst = 1;
                model_reset;
                #1 check;
                if (mode == 3) rst = 0;
                #1 clk = 0;
            end else
                #3 clk = 0;
        end
    endtask

    // Writes at the next edge and lets so many further cycles pass, with other values at the inputs.
    task write(input integer duty, input integer period, input integer cycles);
        begin
            wr = 1;
            duty_in = duty;
            period_in = period;
            cycle(0);
            wr = 0;
            duty_in = ~duty;
            period_in = period + 7;
            wait_for(cycles);
        end
    endtask

    task wait_for(input integer cycles);
        for (i = 0; i < cycles; i = i + 1) cycle(0);
    endtask

    // Until the model stands in the last cycle of a period.
    task to_the_end;
        while (left > 1) cycle(0);
    endtask

    initial begin
        checked = 0;
        failed = 0;
        first = 0;
        state = SEED;
        draw;
        on = 0;

        clk = 0;
        rst = 0;
        en = 1;
        wr = 1;
        duty_in = 9;
        period_in = 5;
        #2 rst = 1;
        model_reset;
        #1 check;
        #7;
        wait_for(3);
        // The values of the reset, not those that were written during it.
        rst = 0;
        wr = 0;
        wait_for(44);
        // A write while idle, and one at the edge of the start.
        en = 0;
        wait_for(2);
        write(3, 7, 2);
        en = 1;
        write(4, 5, 20);
        // Writes at every position of a period, the last one too.
        for (n = 0; n < 7; n = n + 1) begin
            to_the_end;
            wait_for(1 + n);
            write(1 + n, 6 + n % 2, 14);
        end
        to_the_end;
        write(2, 4, 12);
        // Two writes in one period: the later one counts.
        to_the_end;
        wait_for(1);
        write(1, 9, 0);
        write(5, 8, 18);
        // Corners of the duty, then of the period.
        for (n = 0; n < 10; n = n + 1) begin
            write(n == 8 ? 255 : n == 9 ? 0 : n, 6, 0);
            to_the_end;
            wait_for(13);
        end
        for (n = 0; n < 8; n = n + 1) begin
            write(n % 3, 1 + n / 3, 0);
            to_the_end;
            wait_for(6);
        end
        write(0, 1, 8);
        write(255, 1, 8);
        write(255, 255, 2);
        write(255, 0, 0);
        to_the_end;
        wait_for(1);
        to_the_end;
        wait_for(1);
        write(128, 130, 0);
        to_the_end;
        wait_for(1);
        to_the_end;
        write(3, 8, 4);
        // Stopped in the middle, in the first and in the last cycle, with duty and period kept.
        en = 0;
        wait_for(3);
        en = 1;
        wait_for(1);
        en = 0;
        wait_for(1);
        en = 1;
        wait_for(1);
        to_the_end;
        en = 0;
        wait_for(2);
        en = 1;
        wait_for(10);
        en = 0;
        write(6, 6, 0);
        en = 1;
        wait_for(15);
        // Reset while running: idle, with the reset's own duty and period.
        cycle(1);
        wr = 1;
        wait_for(2);
        wr = 0;
        rst = 0;
        wait_for(25);
        write(200, 3, 30);
        cycle(3);
        wait_for(3);
        cycle(2);
        wait_for(22);

        for (n = 0; n < 1000; n = n + 1) begin
            draw;
            en = rnd(0, 25) != 0;
            wr = rnd(1, 6) == 0;
            duty_in = rnd(2, 12) == 0 ? rnd(3, 256) : rnd(4, 12);
            period_in = rnd(5, 120) == 0 ? rnd(6, 64) : 1 + rnd(7, 10);
            if (rst) begin
                rst = rnd(8, 3) != 0;
                cycle(0);
            end else if (rnd(9, 60) == 0)
                cycle(1 + rnd(10, 3));
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
