`timescale 1ns/1ps
module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;
    initial $timeformat(-9, 0, "", 1);  // times in ns

    localparam WIDTH = 5;
    localparam STATES = 32;

    reg clk, rst_n, load, en, up;
    reg  [WIDTH-1:0] load_value;
    wire [WIDTH-1:0] bin, gray;

    gray_counter #(.WIDTH(WIDTH)) dut (
        .clk(clk),
        .rst_n(rst_n),
        .load(load),
        .load_value(load_value),
        .en(en),
        .up(up),
        .bin(bin),
        .gray(gray)
    );

    integer checked, failed, state, i, j, n, value;
    time first;

    // The code words in their order, built by reflection.
    reg [WIDTH-1:0] code [0:STATES-1];
    reg [WIDTH-1:0] exp_bin, exp_gray;

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
            exp_bin = value;
            exp_gray = code[value];
            checked = checked + 2;
            if (bin !== exp_bin) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=bin expected=%b got=%b", $time, exp_bin, bin);
            end
            if (gray !== exp_gray) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=gray expected=%b got=%b", $time, exp_gray, gray);
            end
        end
    endtask

    task model;
        begin
            if (!rst_n) value = 0;
            else if (load) value = load_value;
            else if (en && up) value = (value + 1) % STATES;
            else if (en) value = (value + STATES - 1) % STATES;
        end
    endtask

    // One clock cycle from falling edge to falling edge. Outputs are looked at before and after the rising edge.
    // mode 1: reset falls in the high phase and stays; 2: a reset pulse in the low phase; 3: one in the high phase
    task cycle(input integer mode);
        begin
            if (mode == 2) begin
                #1 rst_n = 0;
                value = 0;
                #1 check;
                #1 rst_n = 1;
                #1 check;
                #1 clk = 1;
            end else begin
                #4 check;
                #1 clk = 1;
            end
            model;
            #2 check;
            if (mode == 1 || mode == 3) begin
                #1 rst_n = 0;
                value = 0;
                #1 check;
                if (mode == 3) rst_n = 1;
                #1 clk = 0;
            end else
                #3 clk = 0;
        end
    endtask

    task set(input integer l, input integer v, input integer e, input integer u);
        begin
            load = l;
            load_value = v;
            en = e;
            up = u;
        end
    endtask

    initial begin
        checked = 0;
        failed = 0;
        first = 0;
        state = SEED;
        draw;
        code[0] = 0;
        for (n = 1; n < STATES; n = 2 * n)
            for (i = 0; i < n; i = i + 1) begin
                code[n + i] = code[n - 1 - i];
                for (j = 0; j < WIDTH; j = j + 1)
                    if (n == 1 << j) code[n + i][j] = 1'b1;
            end

        clk = 0;
        rst_n = 1;
        set(1, 21, 1, 1);
        #2 rst_n = 0;
        value = 0;
        #1 check;
        #7;
        // Inputs are active while the reset lasts.
        for (i = 0; i < 4; i = i + 1) begin
            set(i[0], 9 + i, 1, i[1]);
            cycle(0);
        end
        rst_n = 1;
        set(0, 31, 0, 1);
        cycle(0);
        // Up through all values and over the end, then down the same way.
        set(0, 13, 1, 1);
        for (i = 0; i < STATES + 3; i = i + 1) cycle(0);
        set(0, 13, 1, 0);
        for (i = 0; i < STATES + 7; i = i + 1) cycle(0);
        set(0, 13, 0, 0);
        cycle(0);
        set(0, 13, 0, 1);
        cycle(0);
        // Every value is loaded, with count up, down and none at the same edge, and counted on from.
        for (i = 0; i < STATES; i = i + 1) begin
            set(1, i, i % 3 != 0, i[0]);
            cycle(0);
            set(0, STATES - 1 - i, 1, i[1]);
            cycle(0);
            set(0, STATES - 1 - i, 1, !i[1]);
            cycle(0);
            set(0, STATES - 1 - i, 0, i[1]);
            cycle(0);
        end
        set(1, 31, 0, 0);
        cycle(1);
        set(1, 31, 1, 0);
        cycle(0);
        rst_n = 1;
        cycle(0);
        cycle(3);
        cycle(0);
        cycle(2);
        cycle(0);

        for (n = 0; n < 1200; n = n + 1) begin
            draw;
            set(rnd(0, 8) == 0, rnd(1, STATES), rnd(2, 4) != 0, (n / 40) % 2 ? rnd(3, 6) != 0 : rnd(4, 6) == 0);
            if (!rst_n) begin
                rst_n = rnd(5, 3) == 0;
                cycle(0);
            end else if (rnd(6, 50) == 0)
                cycle(1 + rnd(7, 3));
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
