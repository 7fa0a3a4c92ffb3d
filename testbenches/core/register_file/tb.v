`timescale 1ns/1ps
`define CHECK(NAME, GOT, EXP) \
    begin \
        checked = checked + 1; \
        if ((GOT) !== (EXP)) begin \
            if (failed == 0) first = $time; \
            failed = failed + 1; \
            if (failed <= 10) \
                $display("MISMATCH time=%0t signal=%0s expected=%b got=%b", $time, NAME, EXP, GOT); \
        end \
    end

module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;

    reg         clk;
    reg         rst;
    reg         we;
    reg  [1:0]  be;
    reg  [3:0]  waddr;
    reg  [15:0] wdata;
    reg  [3:0]  raddr_a;
    reg  [3:0]  raddr_b;
    wire [15:0] rdata_a;
    wire [15:0] rdata_b;

    register_file dut (
        .clk(clk), .rst(rst), .we(we), .be(be), .waddr(waddr), .wdata(wdata),
        .raddr_a(raddr_a), .raddr_b(raddr_b), .rdata_a(rdata_a), .rdata_b(rdata_b)
    );

    integer checked, failed, state, i, j;
    time    first;

    // Reference model: one integer for each byte.
    integer      bytes [0:31];
    reg          known;
    reg  [15:0]  e_a, e_b;

    function [15:0] peek(input [3:0] n);
        integer lo, hi;
        begin
            lo = bytes[2 * n];
            hi = bytes[2 * n + 1];
            if (we && !rst && waddr == n) begin
                if (be == 1 || be == 3) lo = wdata % 256;
                if (be > 1) hi = wdata / 256;
            end
            if (n == 0) peek = 0;
            else peek = hi * 256 + lo;
        end
    endfunction

    task model_edge;
        if (rst) begin
            for (j = 0; j < 32; j = j + 1) bytes[j] = 0;
            known = 1;
        end else if (we) begin
            if (be == 1 || be == 3) bytes[2 * waddr] = wdata % 256;
            if (be > 1) bytes[2 * waddr + 1] = wdata / 256;
        end
    endtask

    task compare;
        begin
            if (known || raddr_a == 0) begin
                e_a = peek(raddr_a);
                `CHECK("rdata_a", rdata_a, e_a)
            end
            if (known || raddr_b == 0) begin
                e_b = peek(raddr_b);
                `CHECK("rdata_b", rdata_b, e_b)
            end
        end
    endtask

    // One clock cycle with two pairs of read addresses; the write inputs were set 1 ns before the falling edge.
    task cycle(input [3:0] a1, input [3:0] b1, input [3:0] a2, input [3:0] b2);
        begin
            raddr_a = a1; raddr_b = b1;
            #1 clk = 0;
            #1 compare;
            #1 raddr_a = a2; raddr_b = b2;
            #2 compare;
            #1 clk = 1; model_edge;
            #1 compare;
            #1 raddr_a = a1; raddr_b = b1;
            #1 compare;
            #1 ;
        end
    endtask

    // A reset pulse between two rising edges clears nothing; the bypass is off while it lasts.
    task short_reset_cycle;
        begin
            rst = 0; we = 1; be = 3; waddr = 5; wdata = $random(state);
            raddr_a = 5; raddr_b = 9;
            #1 clk = 0;
            #1 rst = 1;
            #1 compare;
            #1 rst = 0;
            #2 clk = 1; model_edge;
            #1 rst = 1;
            #1 rst = 0;
            #1 compare;
            #1 ;
        end
    endtask

    // All registers through both ports, without a clock edge.
    task sweep;
        begin
            we = 0; rst = 0;
            for (i = 0; i < 16; i = i + 1) begin
                raddr_a = i;
                raddr_b = 15 - i;
                #10 compare;
            end
        end
    endtask

    task write_cycle(input w, input [1:0] enables, input [3:0] address);
        begin
            rst   = 0;
            we    = w;
            be    = enables;
            waddr = address;
            wdata = $random(state);
            cycle(address, address, $random(state), address + 1);
        end
    endtask

    task reset_cycle(input w);
        begin
            rst   = 1;
            we    = w;
            be    = 3;
            waddr = $random(state);
            wdata = $random(state);
            cycle(waddr, waddr + 1, $random(state), waddr);
        end
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        state   = SEED;
        for (j = 0; j < 32; j = j + 1) bytes[j] = 0;
        clk = 0; rst = 0; we = 0; be = 0; waddr = 0; wdata = 0; raddr_a = 0; raddr_b = 0;
        #1 ;
        // Directed.
        we = 1; be = 3; wdata = 16'hffff;
        cycle(0, 0, 0, 0);
        reset_cycle(1);
        reset_cycle(1);
        sweep;
        for (i = 0; i < 16; i = i + 1) write_cycle(1, 3, i);
        sweep;
        for (i = 0; i < 16; i = i + 1) write_cycle(1, 1, i);
        for (i = 0; i < 16; i = i + 1) write_cycle(1, 2, 15 - i);
        for (i = 0; i < 16; i = i + 1) write_cycle(1, 0, i);
        for (i = 0; i < 16; i = i + 1) write_cycle(0, 3, i);
        sweep;
        short_reset_cycle;
        sweep;
        reset_cycle(0);
        sweep;
        // Random.
        for (i = 0; i < 800; i = i + 1) begin
            rst   = ($unsigned($random(state)) % 150 == 0);
            we    = ($unsigned($random(state)) % 4 != 0);
            be    = $random(state);
            waddr = $random(state);
            wdata = $random(state);
            case ($unsigned($random(state)) % 4)
                0: cycle(waddr, $random(state), $random(state), waddr);
                1: cycle($random(state), waddr, waddr, $random(state));
                2: cycle(waddr, waddr, $random(state), $random(state));
                default: cycle($random(state), $random(state), $random(state), $random(state));
            endcase
            if (i % 160 == 100) begin
                short_reset_cycle;
                reset_cycle(1);
            end
        end
        for (i = 0; i < 16; i = i + 1) write_cycle(1, 3, i);
        reset_cycle(1);
        sweep;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
