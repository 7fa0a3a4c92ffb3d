// harness-canary core/saturating_addsub 87f3b5ea-0cf0-49d9-bb2b-72ea58e0881a
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

    localparam WIDTH = 8;
    localparam integer SPAN = 1 << WIDTH;
    localparam integer MAX = SPAN / 2 - 1;
    localparam integer MIN = -(SPAN / 2);

    reg  [WIDTH-1:0] a, b;
    reg  sub;
    wire [WIDTH-1:0] result;
    wire pos_overflow, neg_overflow;

    reg [WIDTH-1:0] exp_result;
    reg exp_pos, exp_neg;
    integer x, y, exact, i, j, s;
    integer corner [0:13];

    saturating_addsub #(.WIDTH(WIDTH)) dut (
        .a(a),
        .b(b),
        .sub(sub),
        .result(result),
        .pos_overflow(pos_overflow),
        .neg_overflow(neg_overflow)
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

    task apply(input integer va, input integer vb, input minus);
        begin
            a = va;
            b = vb;
            sub = minus;
            if (minus) exact = va - vb;
            else exact = va + vb;
            exp_pos = 0;
            exp_neg = 0;
            if (exact > MAX) begin
                exact = MAX;
                exp_pos = 1;
            end
            if (exact < MIN) begin
                exact = MIN;
                exp_neg = 1;
            end
            exp_result = exact;
            #5;
            `CHECK("result", exp_result, result)
            `CHECK("pos_overflow", exp_pos, pos_overflow)
            `CHECK("neg_overflow", exp_neg, neg_overflow)
            #5;
        end
    endtask

    // A signed operand, every value being possible.
    task pick(output integer value);
        value = $unsigned($random(state)) % SPAN + MIN;
    endtask

    initial begin
        state = SEED ^ 32'h5a7a0001;
        checked = 0;
        failed = 0;
        first = 0;
        corner[0] = MIN;          corner[1] = MIN + 1;
        corner[2] = MIN / 2 - 1;  corner[3] = MIN / 2;
        corner[4] = MIN / 2 + 1;  corner[5] = -2;
        corner[6] = -1;           corner[7] = 0;
        corner[8] = 1;            corner[9] = 2;
        corner[10] = MAX / 2;     corner[11] = MAX / 2 + 1;
        corner[12] = MAX - 1;     corner[13] = MAX;
        #10;
        for (s = 0; s < 2; s = s + 1)
            for (i = 0; i < 14; i = i + 1)
                for (j = 0; j < 14; j = j + 1)
                    apply(corner[i], corner[j], s);
        // Exact results just inside and just outside either limit.
        for (s = 0; s < 2; s = s + 1)
            for (i = MIN; i <= MAX; i = i + 3) begin
                for (j = -1; j <= 1; j = j + 1) begin
                    y = (i >= 0) ? MAX + j - i : MIN + j - i;
                    if (y >= MIN && y <= MAX && (s == 0)) apply(i, y, 0);
                    if (-y >= MIN && -y <= MAX && (s == 1)) apply(i, -y, 1);
                end
            end
        for (i = 0; i < 2000; i = i + 1) begin
            pick(x);
            pick(y);
            apply(x, y, $random(state));
        end
        report;
    end
endmodule
