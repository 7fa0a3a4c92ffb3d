`timescale 1ns/1ps
module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;
    initial $timeformat(-9, 0, "", 1);  // times in ns

    reg clk, rst, load, en;
    reg  [15:0] seed;
    wire [15:0] state;
    wire serial_out, zero_seed;

    lfsr_galois dut (
        .clk(clk),
        .rst(rst),
        .load(load),
        .seed(seed),
        .en(en),
        .state(state),
        .serial_out(serial_out),
        .zero_seed(zero_seed)
    );

    integer checked, failed, chance, i, n;
    time first;

    // The model is a polynomial: coefficients of x^0 to x^15, and a place for x^16 while a product is reduced.
    integer poly, exp_serial, exp_zero;
    reg [15:0] exp_state;

    // Fresh random numbers for one cycle; drawn ahead, so that no expression has a side effect.
    reg [31:0] drawn [0:15];
    integer d;

    task draw;
        for (d = 0; d < 16; d = d + 1) drawn[d] = $random(chance);
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
            exp_state = poly;
            checked = checked + 3;
            if (state !== exp_state) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=state expected=%b got=%b", $time, exp_state, state);
            end
            if (serial_out !== exp_serial[0]) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=serial_out expected=%b got=%b", $time, exp_serial[0], serial_out);
            end
            if (zero_seed !== exp_zero[0]) begin
                fault;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=zero_seed expected=%b got=%b", $time, exp_zero[0], zero_seed);
            end
        end
    endtask

    task model;
        begin
            if (rst) begin
                poly = 'h5A3C;
                exp_serial = 0;
                exp_zero = 0;
            end else if (load) begin
                exp_zero = seed == 0;
                poly = seed + exp_zero;
                exp_serial = 0;
            end else begin
                exp_zero = 0;
                if (en) begin
                    poly = poly * 2;
                    exp_serial = poly / 65536;
                    if (exp_serial) poly = poly ^ (65536 + 32768 + 8192 + 16 + 1);
                end
            end
        end
    endtask

    // One clock cycle from falling edge to falling edge. Outputs are looked at before and after the rising edge.
    // mode 1: a reset pulse in the low phase, 2: one in the high phase; both without effect
    task cycle(input integer mode);
        begin
            if (mode == 1) begin
                #1 rst = 1;
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
            if (mode == 2) begin
                rst = 1;
                #1 check;
                rst = 0;
                #2 clk = 0;
            end else
                #3 clk = 0;
        end
    endtask

    task set(input integer r, input integer l, input integer s, input integer e);
        begin
            rst = r;
            load = l;
            seed = s;
            en = e;
        end
    endtask

    initial begin
        checked = 0;
        failed = 0;
        first = 0;
        chance = SEED;
        draw;

        clk = 0;
        set(1, 1, 'h1234, 1);
        #5 clk = 1;
        model;
        #2 check;
        #3 clk = 0;
        set(1, 1, 0, 1);
        cycle(0);
        set(1, 0, 0, 1);
        cycle(0);
        set(0, 0, 0, 0);
        cycle(0);
        cycle(1);
        cycle(2);
        set(0, 0, 0, 1);
        for (i = 0; i < 100; i = i + 1) cycle(0);
        set(0, 0, 0, 0);
        cycle(0);
        cycle(0);
        // Every single bit as a seed, then steps, also those of the specification's example.
        for (i = 0; i < 16; i = i + 1) begin
            set(0, 1, 1 << i, i[0]);
            cycle(0);
            set(0, 0, 0, 1);
            for (n = 0; n < 5; n = n + 1) cycle(0);
        end
        set(0, 1, 'h8001, 0);
        cycle(0);
        set(0, 0, 'h8001, 1);
        cycle(0);
        set(0, 1, 'h4001, 0);
        cycle(0);
        set(0, 0, 'h4001, 1);
        cycle(0);
        // Seed zero: with and without en, twice in a row, followed by hold, step, load and reset.
        for (i = 0; i < 8; i = i + 1) begin
            set(0, 1, 'hF00F, 0);
            cycle(0);
            set(0, 0, 0, 1);
            cycle(0);
            set(0, 1, 0, i[0]);
            cycle(0);
            cycle(0);
            set(i == 6, i[1], i[2] ? 'h8000 : 'h0100, i[0]);
            cycle(0);
            set(0, 0, 0, 0);
            cycle(0);
        end
        // From the state 1 until the feedback has come round twice.
        set(0, 1, 0, 1);
        cycle(0);
        set(0, 0, 0, 1);
        for (i = 0; i < 40; i = i + 1) cycle(i == 20);
        set(1, 1, 'hFFFF, 1);
        cycle(0);
        set(0, 0, 0, 0);
        cycle(0);

        for (n = 0; n < 1200; n = n + 1) begin
            draw;
            set(rnd(0, 60) == 0, rnd(1, 14) == 0, rnd(2, 3) == 0 ? 0 : rnd(3, 65536), rnd(4, 4) != 0);
            if (!rst && rnd(5, 40) == 0)
                cycle(1 + rnd(6, 2));
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
