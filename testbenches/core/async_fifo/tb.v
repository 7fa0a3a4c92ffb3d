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

    localparam DEPTH = 16;

    reg        rst_n, wr_clk, wr_en, rd_clk, rd_en;
    reg  [7:0] wr_data;
    wire [7:0] rd_data;
    wire       full, overflow, empty, underflow;
    wire [4:0] wr_level, wr_gray, rd_level, rd_gray;

    async_fifo #(.WIDTH(8), .ADDR(4)) dut (
        .rst_n(rst_n), .wr_clk(wr_clk), .wr_en(wr_en), .wr_data(wr_data), .full(full), .wr_level(wr_level),
        .overflow(overflow), .wr_gray(wr_gray), .rd_clk(rd_clk), .rd_en(rd_en), .rd_data(rd_data), .empty(empty),
        .rd_level(rd_level), .underflow(underflow), .rd_gray(rd_gray)
    );

    // Reference model: totals since reset that never wrap, and what has got through to the other side.
    integer   written, taken;
    integer   written_1, written_2, taken_1, taken_2;
    reg [7:0] words [0:4095];
    reg       m_over, m_under, known;
    reg [4:0] e_gray;
    reg [7:0] e_data;
    reg [31:0] bits;
    integer   wr_half, rd_half, wr_wait, rd_wait, wr_odds, rd_odds, n, i, j, k;

    // Gray code of 0 to 31 from its recursive definition: mirror the lower half and set the new bit.
    reg [4:0] code [0:31];

    task make_code;
        begin
            code[0] = 0;
            for (n = 1; n < 32; n = n * 2)
                for (i = 0; i < n; i = i + 1)
                    code[n + i] = code[n - 1 - i] + n;
        end
    endtask

    task compare_write_side;
        if (known) begin
            n = written - taken_2;
            e_gray = code[written % 32];
            `CHECK("full", full, (n == DEPTH) ? 1'b1 : 1'b0)
            `CHECK("wr_level", wr_level, n[4:0])
            `CHECK("overflow", overflow, m_over)
            `CHECK("wr_gray", wr_gray, e_gray)
        end
    endtask

    task compare_read_side;
        if (known) begin
            n = written_2 - taken;
            e_gray = code[taken % 32];
            e_data = words[taken];
            `CHECK("empty", empty, (n == 0) ? 1'b1 : 1'b0)
            `CHECK("rd_level", rd_level, n[4:0])
            `CHECK("underflow", underflow, m_under)
            `CHECK("rd_gray", rd_gray, e_gray)
            if (n != 0) `CHECK("rd_data", rd_data, e_data)
        end
    endtask

    task model_reset;
        begin
            known = 1;
            written = 0; written_1 = 0; written_2 = 0;
            taken = 0; taken_1 = 0; taken_2 = 0;
            m_over = 0; m_under = 0;
        end
    endtask

    task model_write_edge;
        if (rst_n) begin
            n = written - taken_2;
            m_over = 0;
            if (wr_en) begin
                if (n < DEPTH) begin
                    words[written] = wr_data;
                    written = written + 1;
                end else
                    m_over = 1;
            end
            taken_2 = taken_1;
            taken_1 = taken;
        end
    endtask

    task model_read_edge;
        if (rst_n) begin
            n = written_2 - taken;
            m_under = 0;
            if (rd_en) begin
                if (n > 0) taken = taken + 1;
                else m_under = 1;
            end
            written_2 = written_1;
            written_1 = written;
        end
    endtask

    // One nanosecond: edges of wr_clk come at whole, those of rd_clk at half nanoseconds.
    task step;
        begin
            wr_wait = wr_wait - 1;
            if (wr_wait <= 0) begin
                wr_wait = wr_half;
                if (wr_clk) begin
                    wr_clk  = 0;
                    bits    = random_word(0);
                    wr_data = bits[7:0];
                    wr_en   = (bits[11:8] < wr_odds);
                end else begin
                    compare_write_side;
                    wr_clk = 1;
                    model_write_edge;
                    #0.25 compare_write_side;
                    compare_read_side;
                    #0.25 ;
                end
            end
            if ($realtime == $time) #0.5 ;
            rd_wait = rd_wait - 1;
            if (rd_wait <= 0) begin
                rd_wait = rd_half;
                if (rd_clk) begin
                    rd_clk = 0;
                    bits   = random_word(0);
                    rd_en  = (bits[11:8] < rd_odds);
                end else begin
                    compare_read_side;
                    rd_clk = 1;
                    model_read_edge;
                    #0.25 compare_read_side;
                    compare_write_side;
                    #0.25 ;
                end
            end
        end
    endtask

    task steps(input integer count);
        for (k = 0; k < count; k = k + 1) begin
            step;
            align;
        end
    endtask

    // Wait for the next whole nanosecond.
    task align;
        begin
            j = $realtime * 4;
            case (j % 4)
                1: #0.75 ;
                2: #0.5 ;
                3: #0.25 ;
                default: ;
            endcase
        end
    endtask

    // Assert reset between edges, look at once, keep it for some time with requests on.
    task reset(input integer length);
        begin
            rst_n = 0;
            model_reset;
            #0.125 compare_write_side;
            compare_read_side;
            #0.875 steps(length);
            #0.125 rst_n = 1;
            #0.125 compare_write_side;
            compare_read_side;
            #0.75 ;
        end
    endtask

    task clocks(input integer w, input integer r);
        begin
            wr_half = w;
            rd_half = r;
        end
    endtask

    task odds(input integer w, input integer r);
        begin
            wr_odds = w;
            rd_odds = r;
        end
    endtask

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        state   = SEED ^ 32'h5f1f0;
        make_code;
        rst_n = 1; wr_clk = 0; rd_clk = 0; wr_en = 0; rd_en = 0; wr_data = 0;
        wr_wait = 3; rd_wait = 2;
        model_reset;
        known = 0;
        clocks(5, 7);
        odds(16, 16);
        #2 reset(40);
        // Fill, hold full, drain, hold empty; then both at full speed, with one clock faster than the other.
        odds(0, 0);
        steps(30);
        odds(16, 0);
        steps(250);
        odds(0, 16);
        steps(330);
        odds(16, 16);
        steps(500);
        clocks(6, 3);
        steps(700);
        clocks(2, 7);
        steps(500);
        clocks(5, 5);
        steps(400);
        reset(0);
        odds(0, 16);
        steps(60);
        odds(16, 0);
        steps(100);
        reset(12);
        // Random rates of clocks and requests.
        for (i = 0; i < 14; i = i + 1) begin
            bits = random_word(0);
            clocks(bits[1:0] + 2 + bits[2] * 3, bits[4:3] + 2 + bits[5] * 3);
            odds(bits[9:6] + 1, bits[13:10] + 1);
            if (bits[15:14] == 0) odds(16, bits[7:6]);
            if (bits[15:14] == 1) odds(bits[7:6], 16);
            n = bits[22:16];
            steps(130 + n);
            if (i % 4 == 3) begin
                n = bits[26:24];
                reset(n);
            end
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
