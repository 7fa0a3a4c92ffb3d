`timescale 1ns/1ps

`define CHECK(NAME, GOT, EXPECTED) \
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
    initial $timeformat(-9, 0, "", 1);

    integer checked, failed, state;
    time    first;

    // The lowest bits of a $random repeat its highest ones, so only the upper halves of two are used.
    function [31:0] random_word(input unused);
        reg [31:0] high, low;
        begin
            high = $random(state);
            low  = $random(state);
            random_word = {high[31:16], low[31:16]};
        end
    endfunction

    localparam LATENCY = 13;

    reg               clk, rst, enable, in_valid, in_vector;
    reg        [3:0]  in_tag;
    reg signed [15:0] in_x, in_y, in_z;
    wire              out_valid;
    wire       [3:0]  out_tag;
    wire signed [17:0] out_x, out_y;
    wire signed [15:0] out_z;

    pipelined_cordic dut (
        .clk(clk), .rst(rst), .enable(enable), .in_valid(in_valid), .in_vector(in_vector), .in_tag(in_tag),
        .in_x(in_x), .in_y(in_y), .in_z(in_z), .out_valid(out_valid), .out_tag(out_tag),
        .out_x(out_x), .out_y(out_y), .out_z(out_z)
    );

    // Reference model: the whole result at once in integers, then a line of results; place 0 is on the outputs.
    reg         line_valid [0:LATENCY];
    reg  [3:0]  line_tag   [0:LATENCY];
    reg  [17:0] line_x     [0:LATENCY];
    reg  [17:0] line_y     [0:LATENCY];
    reg  [15:0] line_z     [0:LATENCY];
    integer     angle [0:11];
    integer     x, y, z, old, power, i, n, mode, odds;
    reg         known;
    reg  [31:0] bits, more;

    // Rounds down, for either sign.
    function integer quotient(input integer value, input integer divisor);
        quotient = (value >= 0) ? value / divisor : -((divisor - 1 - value) / divisor);
    endfunction

    function integer wrap(input integer value);
        wrap = (value > 32767) ? value - 65536 : (value < -32768) ? value + 65536 : value;
    endfunction

    task compute;
        begin
            x = in_x;
            y = in_y;
            z = in_z;
            if (in_vector ? (x < 0) : (z < -16384 || z > 16383)) begin
                x = -x;
                y = -y;
                z = wrap(z + 32768);
            end
            power = 1;
            for (i = 0; i < 12; i = i + 1) begin
                old = x;
                if (in_vector ? (y < 0) : (z >= 0)) begin
                    x = x - quotient(y, power);
                    y = y + quotient(old, power);
                    z = wrap(z - angle[i]);
                end else begin
                    x = x + quotient(y, power);
                    y = y - quotient(old, power);
                    z = wrap(z + angle[i]);
                end
                power = power * 2;
            end
        end
    endtask

    task model_edge;
        if (rst) begin
            known = 1;
            for (i = 0; i < LATENCY; i = i + 1) line_valid[i] = 0;
        end else if (enable) begin
            compute;
            line_valid[LATENCY] = in_valid;
            line_tag[LATENCY]   = in_tag;
            line_x[LATENCY]     = x;
            line_y[LATENCY]     = y;
            line_z[LATENCY]     = z;
            for (i = 0; i < LATENCY; i = i + 1) begin
                line_valid[i] = line_valid[i + 1];
                line_tag[i]   = line_tag[i + 1];
                line_x[i]     = line_x[i + 1];
                line_y[i]     = line_y[i + 1];
                line_z[i]     = line_z[i + 1];
            end
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("out_valid", out_valid, line_valid[0])
            if (line_valid[0]) begin
                `CHECK("out_tag", out_tag, line_tag[0])
                `CHECK("out_x", out_x, line_x[0])
                `CHECK("out_y", out_y, line_y[0])
                `CHECK("out_z", out_z, line_z[0])
            end
        end
    endtask

    // From falling edge to falling edge; `glitch`: reset pulses between the edges.
    task cycle(input glitch);
        begin
            #1 if (glitch) rst = 1;
            #1 if (glitch) rst = 0;
            #2 compare;
            #1 clk = 1;
            model_edge;
            #1 if (glitch) rst = 1;
            #1 if (glitch) rst = 0;
            #2 compare;
            #1 clk = 0;
        end
    endtask

    task operate(input vector, input [15:0] x_value, input [15:0] y_value, input [15:0] z_value);
        begin
            bits = random_word(0);
            in_tag    = bits[3:0];
            in_valid  = 1;
            in_vector = vector;
            in_x = x_value; in_y = y_value; in_z = z_value;
            rst    = 0;
            enable = 1;
            cycle(0);
        end
    endtask

    // Extreme and ordinary coordinates.
    function [15:0] coordinate(input [18:0] from);
        case (from[18:16])
            0: coordinate = 16'h8000;
            1: coordinate = 16'h7fff;
            2: coordinate = from[3:0];
            3: coordinate = -from[3:0];
            default: coordinate = from[15:0];
        endcase
    endfunction

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        state   = SEED ^ 32'hc0d1c;
        for (i = 0; i < 12; i = i + 1) angle[i] = $rtoi($atan(1.0 / (1 << i)) / 6.283185307179586 * 65536.0 + 0.5);
        for (i = 0; i <= LATENCY; i = i + 1) line_valid[i] = 0;
        clk = 0; rst = 1; enable = 1; in_valid = 1; in_vector = 0; in_tag = 15; in_x = -1; in_y = 77; in_z = 12345;
        cycle(0);
        enable = 0;
        cycle(0);
        // Angles at and around the quadrants, with a vector on the axis; all corners of the plane.
        for (n = 0; n < 8; n = n + 1)
            for (mode = -1; mode < 2; mode = mode + 1) operate(0, 16'd19898, 16'd0, 8192 * n + mode);
        for (n = 0; n < 9; n = n + 1) begin
            x = (n % 3 == 0) ? 0 : (n % 3 == 1) ? 16'h7fff : 16'h8000;
            y = (n / 3 == 0) ? 0 : (n / 3 == 1) ? 16'h7fff : 16'h8000;
            mode = y;
            operate(1, x, y, 16'd0);
            operate(1, (n % 3 == 0) ? -1 : 1, mode, 16'hc000);
            operate(0, (n % 3 == 0) ? 0 : (n % 3 == 1) ? 16'h7fff : 16'h8000, mode, 16'h2000 - 4 * n);
        end
        // The pipeline stands still, runs, is emptied by a reset while it stands still.
        for (n = 0; n < 60; n = n + 1) begin
            bits = random_word(0);
            more = random_word(0);
            {in_tag, in_x, in_y} = {bits, more[3:0]};
            in_z      = more[19:4];
            in_vector = more[20];
            in_valid  = 1;
            enable    = (n % 7 < n / 10);
            rst       = (n == 45);
            cycle(n == 44);
        end
        // Random.
        odds = 3;
        for (n = 0; n < 1500; n = n + 1) begin
            bits = random_word(0);
            if (n % 60 == 0) odds = bits[1:0];
            in_x = coordinate(bits[31:13]);
            more = random_word(0);
            in_y = coordinate(more[31:13]);
            in_tag    = more[3:0];
            in_vector = more[4];
            in_valid  = (more[7:5] != 0);
            enable    = (more[9:8] <= odds);
            rst       = (bits[12:5] == 0);
            if (n % 120 < 20) rst = 0;
            bits = random_word(0);
            in_z = bits[16] ? bits[15:0] : {bits[15:14], {14{bits[13]}}} ^ bits[1:0];
            cycle(!rst && bits[31:26] == 0);
        end
        rst = 0;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
