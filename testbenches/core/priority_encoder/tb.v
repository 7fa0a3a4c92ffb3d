// harness-canary core/priority_encoder 24984f2e-0d94-415c-bf6d-f66e6e9f9e4f
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

    reg  [WIDTH-1:0] req;
    wire [2:0] index;
    wire valid;

    reg [2:0] exp_index;
    reg exp_valid;
    integer rest;
    integer k;

    priority_encoder #(.WIDTH(WIDTH)) dut (
        .req(req),
        .index(index),
        .valid(valid)
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

    // The number of halvings that bring the request word down to one.
    task apply(input [WIDTH-1:0] value);
        begin
            req = value;
            rest = value;
            exp_valid = (rest > 0);
            exp_index = 0;
            while (rest > 1) begin
                rest = rest / 2;
                exp_index = exp_index + 1;
            end
            #5;
            `CHECK("index", exp_index, index)
            `CHECK("valid", exp_valid, valid)
            #5;
        end
    endtask

    initial begin
        state = SEED ^ 32'h0bad5eed;
        checked = 0;
        failed = 0;
        first = 0;
        #10;
        apply(0);
        for (k = 0; k < 256; k = k + 1)
            apply(k);
        // Every request word followed by none, so that a remembered index shows.
        for (k = 255; k >= 0; k = k - 1) begin
            apply(k);
            if (k % 5 == 0) apply(0);
        end
        for (k = 0; k < WIDTH; k = k + 1) begin
            apply(1 << k);
            apply(0);
        end
        for (k = 0; k < 400; k = k + 1)
            case ($unsigned($random(state)) % 4)
                0: apply($random(state) & $random(state) & $random(state));
                1: apply($unsigned($random(state)) >> ($unsigned($random(state)) % 32));
                2: apply(0);
                default: apply($random(state));
            endcase
        report;
    end
endmodule
