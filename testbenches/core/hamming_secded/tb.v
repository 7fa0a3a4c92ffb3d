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

    reg  [25:0] data;
    reg  [31:0] received;
    wire [31:0] code;
    wire [25:0] decoded;
    wire        corrected, double;
    wire [4:0]  position;

    hamming_secded dut (
        .data(data), .code(code), .received(received), .decoded(decoded), .corrected(corrected), .double(double),
        .position(position)
    );

    // Reference model: positions are walked one by one; the syndrome is the XOR of the positions that hold a one.
    reg  [31:0] word, e_code, bits;
    reg  [25:0] e_decoded;
    integer     syndrome, ones, next, e_position, i, j, n;
    reg         e_corrected, e_double;

    task walk(input [31:0] w);
        begin
            syndrome = 0;
            ones     = 0;
            for (i = 0; i < 32; i = i + 1)
                if (w[i]) begin
                    syndrome = syndrome ^ i;
                    ones     = ones + 1;
                end
        end
    endtask

    function is_check(input integer place);
        case (place)
            0, 1, 2, 4, 8, 16: is_check = 1;
            default:           is_check = 0;
        endcase
    endfunction

    task encode(input [25:0] d);
        begin
            e_code = 0;
            next   = 0;
            for (i = 0; i < 32; i = i + 1)
                if (!is_check(i)) begin
                    e_code[i] = d[next];
                    next = next + 1;
                end
            walk(e_code);
            for (i = 1; i < 32; i = i * 2) begin
                if (syndrome % 2) e_code[i] = 1;
                syndrome = syndrome / 2;
            end
            walk(e_code);
            e_code[0] = ones % 2;
        end
    endtask

    task decode(input [31:0] w);
        reg [31:0] fixed;
        begin
            walk(w);
            fixed       = w;
            e_corrected = ones % 2;
            e_double    = (ones % 2 == 0) && (syndrome != 0);
            e_position  = (ones % 2) ? syndrome : 0;
            if (ones % 2) fixed[syndrome] = ~fixed[syndrome];
            next = 0;
            for (i = 0; i < 32; i = i + 1)
                if (!is_check(i)) begin
                    e_decoded[next] = fixed[i];
                    next = next + 1;
                end
        end
    endtask

    task try(input [25:0] d, input [31:0] w);
        begin
            data     = d;
            received = w;
            encode(d);
            decode(w);
            #5 `CHECK("code", code, e_code)
            `CHECK("decoded", decoded, e_decoded)
            `CHECK("corrected", corrected, e_corrected)
            `CHECK("double", double, e_double)
            `CHECK("position", position, e_position[4:0])
            #5 ;
        end
    endtask

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        state   = SEED ^ 32'h4a33;
        // Code words of single data bits and their complements; then every single and every double error.
        for (n = 0; n < 26; n = n + 1) begin
            encode(26'd1 << n);
            try(26'd1 << n, e_code);
            encode(~(26'd1 << n));
            try(~(26'd1 << n), e_code);
        end
        try(0, 0);
        bits = random_word(0);
        encode(bits[25:0]);
        word = e_code;
        for (n = 0; n < 32; n = n + 1) begin
            for (j = n; j < 32; j = j + 1) begin
                bits = random_word(0);
                try(bits[25:0], word ^ (32'd1 << n) ^ (j == n ? 32'd0 : 32'd1 << j));
            end
        end
        // Random words with no to four errors, and arbitrary ones.
        for (n = 0; n < 500; n = n + 1) begin
            bits = random_word(0);
            encode(bits[25:0]);
            word = e_code;
            bits = random_word(0);
            for (j = 0; j < bits[31:30] + bits[29]; j = j + 1) word = word ^ (32'd1 << ((bits >> (5 * j)) & 31));
            if (bits[28:27] == 0) begin
                bits = random_word(0);
                word = bits;
            end
            bits = random_word(0);
            try(bits[25:0], word);
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
