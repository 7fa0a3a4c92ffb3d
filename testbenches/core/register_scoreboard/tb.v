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

    reg         clk, rst, issue_valid, use2, wa_valid, wb_valid, flush;
    reg  [2:0]  src1, src2, dst, wa_dst, wb_dst;
    reg  [15:0] wa_data, wb_data;
    wire        stall, op_valid;
    wire [15:0] op1, op2;
    wire [2:0]  op_dst;
    wire [7:0]  pending;

    register_scoreboard dut (
        .clk(clk), .rst(rst), .issue_valid(issue_valid), .src1(src1), .src2(src2), .use2(use2), .dst(dst), .stall(stall),
        .op_valid(op_valid), .op1(op1), .op2(op2), .op_dst(op_dst), .wa_valid(wa_valid), .wa_dst(wa_dst),
        .wa_data(wa_data), .wb_valid(wb_valid), .wb_dst(wb_dst), .wb_data(wb_data), .flush(flush), .pending(pending)
    );

    // Reference model: first the write-backs are done, then the instruction reads what is there.
    reg [15:0] value [0:7], later [0:7];
    reg        busy  [0:7], still [0:7];
    reg        e_stall, e_valid, known;
    reg [15:0] e_op1, e_op2;
    reg [2:0]  e_dst;
    reg [7:0]  e_pending;
    reg [31:0] bits, more;
    integer    i, j, k, n, a_odds, b_odds, issue_odds, span;

    task look;
        begin
            for (i = 0; i < 8; i = i + 1) begin
                later[i] = value[i];
                still[i] = busy[i];
            end
            if (wb_valid) begin
                later[wb_dst] = wb_data;
                still[wb_dst] = 0;
            end
            if (wa_valid) begin
                later[wa_dst] = wa_data;
                still[wa_dst] = 0;
            end
            later[0] = 0;
            e_stall = issue_valid && (still[src1] || still[dst]);
            if (use2 && issue_valid && still[src2]) e_stall = 1;
            for (i = 0; i < 8; i = i + 1) e_pending[i] = busy[i];
        end
    endtask

    task model_edge;
        begin
            look;
            for (i = 0; i < 8; i = i + 1) begin
                value[i] = rst ? 0 : later[i];
                busy[i]  = (rst || flush) ? 0 : still[i];
            end
            e_valid = 0;
            if (rst) begin
                known = 1;
                e_op1 = 0;
                e_op2 = 0;
                e_dst = 0;
            end else if (issue_valid && !e_stall && !flush) begin
                e_valid = 1;
                e_op1   = value[src1];
                e_op2   = use2 ? value[src2] : 0;
                e_dst   = dst;
                if (dst > 0) busy[dst] = 1;
            end
        end
    endtask

    task compare;
        if (known) begin
            look;
            `CHECK("stall", stall, e_stall)
            `CHECK("op_valid", op_valid, e_valid)
            `CHECK("op1", op1, e_op1)
            `CHECK("op2", op2, e_op2)
            `CHECK("op_dst", op_dst, e_dst)
            `CHECK("pending", pending, e_pending)
        end
    endtask

    // From falling edge to falling edge; `glitch`: reset and flush come and go between the edges.
    task cycle(input glitch);
        begin
            #1 if (glitch) begin
                rst   = 1;
                flush = ~flush;
                #1 compare;
                rst   = 0;
                flush = ~flush;
                #1 ;
            end else
                #2 ;
            #1 compare;
            #1 clk = 1;
            model_edge;
            #1 if (glitch) rst = 1;
            #1 if (glitch) rst = 0;
            #2 compare;
            // What is on the inputs from now to the next cycle must not matter any more.
            {wa_valid, wb_valid} = ~{wa_valid, wb_valid};
            {wa_data, wb_data}   = ~{wa_data, wb_data};
            #1 clk = 0;
            {wa_valid, wb_valid} = ~{wa_valid, wb_valid};
            {wa_data, wb_data}   = ~{wa_data, wb_data};
        end
    endtask

    task quiet;
        begin
            bits = random_word(0);
            more = random_word(0);
            {rst, issue_valid, wa_valid, wb_valid, flush} = 0;
            {wa_data, wb_data} = bits;
            {src1, src2, dst, wa_dst, wb_dst, use2} = more[15:0];
        end
    endtask

    task issue(input [2:0] s1, input [2:0] s2, input u2, input [2:0] d);
        begin
            quiet;
            issue_valid = 1;
            src1 = s1; src2 = s2; use2 = u2; dst = d;
        end
    endtask

    task write_a(input [2:0] d);
        begin
            wa_valid = 1;
            wa_dst   = d;
        end
    endtask

    task write_b(input [2:0] d);
        begin
            wb_valid = 1;
            wb_dst   = d;
        end
    endtask

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        e_valid = 0;
        {e_op1, e_op2, e_dst} = 0;
        state   = SEED ^ 32'h5c03e;
        for (i = 0; i < 8; i = i + 1) begin
            value[i] = 0;
            busy[i]  = 0;
        end
        clk = 0;
        for (n = 0; n < 2; n = n + 1) begin
            issue(1, 2, 1, 3);
            write_a(4);
            rst = 1;
            cycle(0);
        end
        // Each register is written through each port, alone and both at once, and read through each source.
        for (n = 0; n < 24; n = n + 1) begin
            quiet;
            if (n < 16) write_a(n);
            if (n >= 8) write_b(n);
            cycle(0);
            issue(n, 7 - n, 1, 0);
            cycle(0);
            issue(7 - n, n, n[3], 0);
            cycle(0);
        end
        // Each register is pending; each way to need it; results come through A, B, both, or for another register.
        for (n = 0; n < 8; n = n + 1) begin
            for (k = 0; k < 8; k = k + 1) begin
                j = (n + 1) % 8;
                issue(j, j, 1, n);
                cycle(0);
                case (k[1:0])
                    0:       issue(n, j, 1, j);
                    1:       issue(j, n, 1, 0);
                    2:       issue(j, n, 0, j);
                    default: issue(j, j, 1, n);
                endcase
                cycle(0);
                if (k[2]) write_b(n);
                else write_a(n + 1);
                cycle(0);
                wa_valid = 1;
                wa_dst   = n;
                cycle(0);
                quiet;
                write_b(n);
                write_a(n + 1);
                cycle(0);
            end
            issue(n, n, 1, n);
            cycle(0);
            issue(0, 0, 0, 1);
            flush = 1;
            write_a(n);
            cycle(0);
            issue(n, n, 1, 0);
            cycle(0);
        end
        // Random.
        for (n = 0; n < 1000; n = n + 1) begin
            quiet;
            bits = random_word(0);
            if (n % 50 == 0) begin
                a_odds     = bits[2:0];
                b_odds     = bits[5:3];
                issue_odds = bits[8:6];
                span       = bits[9] ? 7 : 3;
            end
            src1   = src1 & span;
            src2   = src2 & span;
            dst    = dst & span;
            wa_dst = wa_dst & span;
            wb_dst = wb_dst & span;
            if (bits[12:10] == 0) wb_dst = wa_dst;
            wa_valid    = (bits[15:13] < a_odds);
            wb_valid    = (bits[18:16] < b_odds);
            issue_valid = (bits[21:19] <= issue_odds);
            flush       = (bits[26:22] == 0);
            rst         = (bits[31:25] == 1);
            cycle(!rst && more[31:26] == 0);
        end
        rst = 0;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
