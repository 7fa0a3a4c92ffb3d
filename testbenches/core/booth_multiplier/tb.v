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

    reg         clk, rst, in_valid, a_signed, b_signed, accumulate, out_ready;
    reg  [15:0] a, b;
    wire        in_ready, out_valid;
    wire [35:0] product;

    booth_multiplier dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .a(a), .b(b), .a_signed(a_signed),
        .b_signed(b_signed), .accumulate(accumulate), .out_valid(out_valid), .out_ready(out_ready), .product(product)
    );

    // Reference model: the product at once, and the edges that are left until it shows.
    integer           wait_left;            // 0: nothing under way
    reg signed [63:0] x, y, result;
    reg        [35:0] e_product;
    reg               e_valid, e_ready, add, known;
    reg        [31:0] bits, more;
    integer           n, k, in_odds, out_odds;

    task model_edge;
        begin
            e_ready = (wait_left == 0) && !(e_valid && !out_ready);
            if (rst) begin
                known     = 1;
                wait_left = 0;
                e_valid   = 0;
                e_product = 0;
            end else begin
                if (out_ready) e_valid = 0;
                if (wait_left > 0) begin
                    wait_left = wait_left - 1;
                    if (wait_left == 0) begin
                        e_valid = 1;
                        if (add) result = result + e_product;
                        e_product = result[35:0];
                    end
                end else if (in_valid && e_ready) begin
                    x = a;
                    y = b;
                    if (a_signed && x > 32767) x = x - 65536;
                    if (b_signed && y > 32767) y = y - 65536;
                    result    = x * y;
                    add       = accumulate;
                    wait_left = b_signed ? 8 : 9;
                end
            end
        end
    endtask

    task compare;
        if (known) begin
            e_ready = (wait_left == 0) && !(e_valid && !out_ready);
            `CHECK("in_ready", in_ready, e_ready)
            `CHECK("out_valid", out_valid, e_valid)
            `CHECK("product", product, e_product)
        end
    endtask

    // From falling edge to falling edge; with `glitch` reset and out_ready change between the edges, too.
    task cycle(input glitch);
        begin
            #1 if (glitch) begin
                rst = 1;
                out_ready = ~out_ready;
                #1 compare;
                rst = 0;
                out_ready = ~out_ready;
                #1 ;
            end else
                #2 ;
            #1 compare;
            #1 clk = 1;
            model_edge;
            #1 if (glitch) rst = 1;
            #1 rst = glitch ? 0 : rst;
            #2 compare;
            #1 clk = 0;
        end
    endtask

    // One operation; other operands are on the inputs while it is under way. `pause`: cycles until the result is taken.
    task multiply(input [15:0] x_value, input [15:0] y_value, input [2:0] mode, input integer pause);
        begin
            rst = 0;
            a = x_value; b = y_value; {accumulate, b_signed, a_signed} = mode;
            in_valid  = 1;
            out_ready = 1;
            cycle(0);
            out_ready = 0;
            for (k = 0; k < 7 + !mode[1] + 1 + pause; k = k + 1) begin
                bits = random_word(0);
                {a, b} = bits;
                {accumulate, b_signed, a_signed} = ~mode;
                in_valid = 1;
                cycle(k == 4);
            end
        end
    endtask

    function [15:0] operand(input [18:0] from);
        case (from[18:16])
            0: operand = 16'h8000;
            1: operand = 16'h7fff;
            2: operand = 16'hffff;
            3: operand = from[1:0];
            default: operand = from[15:0];
        endcase
    endfunction

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        wait_left = 0;
        e_valid = 0;
        add     = 0;
        state   = SEED ^ 32'hb0074;
        clk = 0; rst = 1; in_valid = 1; a = 3; b = 5; a_signed = 0; b_signed = 0; accumulate = 1; out_ready = 1;
        cycle(0);
        cycle(0);
        // Corners in every mode.
        for (n = 0; n < 8; n = n + 1) begin
            multiply(16'h8000, 16'h8000, n, n % 3);
            multiply(16'hffff, 16'hffff, n, 0);
            multiply(16'h7fff, 16'h8001, n, 0);
            multiply(16'h0001, 16'h5555 << n[0], n, 1);
            multiply(16'ha6c3, 16'h0000, n, 0);
        end
        // The sum wraps.
        for (n = 0; n < 9; n = n + 1) multiply(16'hffff, 16'hffff, 3'b100, 0);
        for (n = 0; n < 3; n = n + 1) multiply(16'h8000, 16'hffff, 3'b101, 0);
        // Resets at every step, with a result waiting and while it is taken.
        for (n = 0; n < 12; n = n + 1) begin
            multiply(16'd300, 16'd7 + n, 3'b100, 1);
            in_valid  = 1;
            out_ready = 1;
            for (k = 0; k < n; k = k + 1) begin
                cycle(0);
                in_valid = 0;
            end
            rst = 1;
            in_valid = n[0];
            cycle(0);
            rst = 0;
            in_valid = 0;
            cycle(0);
        end
        // Random.
        in_odds  = 7;
        out_odds = 7;
        for (n = 0; n < 2000; n = n + 1) begin
            bits = random_word(0);
            more = random_word(0);
            if (n % 80 == 0) begin
                in_odds  = bits[22:20];
                out_odds = bits[25:23];
            end
            a = operand(bits[18:0]);
            b = operand(more[18:0]);
            {a_signed, b_signed, accumulate} = more[21:19];
            in_valid  = (more[24:22] <= in_odds);
            out_ready = (more[27:25] <= out_odds);
            bits = random_word(0);
            rst  = (bits[6:0] == 0);
            cycle(!rst && bits[12:7] == 0);
        end
        rst = 0;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
