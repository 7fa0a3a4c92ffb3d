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

    reg         clk, rst, req_valid, req_we, flush, mem_ready;
    reg  [1:0]  req_be;
    reg  [9:0]  req_addr;
    reg  [15:0] req_wdata, mem_rdata;
    wire        req_ready, rsp_valid, rsp_hit, flushed, mem_valid, mem_we;
    wire [15:0] rsp_rdata, mem_wdata;
    wire [9:0]  mem_addr;

    direct_mapped_cache dut (
        .clk(clk), .rst(rst), .req_valid(req_valid), .req_ready(req_ready), .req_we(req_we), .req_be(req_be),
        .req_addr(req_addr), .req_wdata(req_wdata), .rsp_valid(rsp_valid), .rsp_hit(rsp_hit), .rsp_rdata(rsp_rdata),
        .flush(flush), .flushed(flushed), .mem_valid(mem_valid), .mem_we(mem_we), .mem_addr(mem_addr),
        .mem_wdata(mem_wdata), .mem_ready(mem_ready), .mem_rdata(mem_rdata)
    );

    // Reference model. What every address holds for the processor, what the memory holds, and which addresses are cached.
    reg [15:0] seen   [0:1023];
    reg [15:0] memory [0:1023];
    integer    base [0:3];                  // first address of the line that is cached, -1 for none
    reg        changed [0:3];
    // Transfers that are still to be done, in order: address, and whether it writes.
    integer    todo [0:7];
    reg        todo_we [0:7];
    integer    left;
    integer    waiting;                     // 0: nothing, 1: request to be looked up or in transfer, 2: flush
    integer    line, address, scan;
    reg        q_we, missed, known;
    reg [1:0]  q_be;
    reg [15:0] q_wdata;
    reg        e_rsp, e_hit, e_flushed;
    reg [15:0] e_rdata;
    reg [9:0]  e_addr;
    reg [15:0] e_wdata;
    reg [31:0] bits;
    integer    i, k, n, ready_odds, valid_odds, flush_odds, span;

    task plan(input integer from, input integer start, input write);
        integer w;
        for (w = 0; w < 4; w = w + 1) begin
            todo[left]    = from + (start + w) % 4;
            todo_we[left] = write;
            left = left + 1;
        end
    endtask

    task model_edge;
        integer j;
        begin
            e_rsp = 0;
            e_flushed = 0;
            if (rst) begin
                known = 1;
                waiting = 0;
                left = 0;
                e_hit = 0;
                e_rdata = 0;
                for (j = 0; j < 4; j = j + 1) base[j] = -1;
                // What was not written back is lost.
                for (j = 0; j < 1024; j = j + 1) seen[j] = memory[j];
            end else if (left > 0) begin
                if (mem_ready) begin
                    if (todo_we[0]) memory[todo[0]] = seen[todo[0]];
                    if (left == 1 || (left == 5 && todo_we[0])) changed[todo[0] / 4 % 4] = 0;
                    if (left == 1 && !todo_we[0]) base[line] = address / 4 * 4;
                    left = left - 1;
                    for (j = 0; j < left; j = j + 1) begin
                        todo[j]    = todo[j + 1];
                        todo_we[j] = todo_we[j + 1];
                    end
                end
            end else case (waiting)
                0: if (flush) begin
                    waiting = 2;
                    scan = 0;
                end else if (req_valid) begin
                    waiting = 1;
                    missed  = 0;
                    address = req_addr;
                    line    = address / 4 % 4;
                    q_we    = req_we;
                    q_be    = req_be;
                    q_wdata = req_wdata;
                end
                1: if (base[line] == address / 4 * 4) begin
                    if (q_we) begin
                        if (q_be[0]) seen[address][7:0] = q_wdata[7:0];
                        if (q_be[1]) seen[address][15:8] = q_wdata[15:8];
                        changed[line] = 1;
                    end
                    e_rsp   = 1;
                    e_hit   = !missed;
                    e_rdata = seen[address];
                    waiting = 0;
                end else begin
                    missed = 1;
                    if (base[line] >= 0 && changed[line]) plan(base[line], 0, 1);
                    plan(address / 4 * 4, address, 0);
                end
                default: if (base[scan] >= 0 && changed[scan]) plan(base[scan], 0, 1);
                else begin
                    scan = scan + 1;
                    if (scan == 4) begin
                        waiting   = 0;
                        e_flushed = 1;
                    end
                end
            endcase
        end
    endtask

    task compare;
        if (known) begin
            e_addr  = (left > 0) ? todo[0] : 0;
            e_wdata = (left > 0 && todo_we[0]) ? seen[e_addr] : 0;
            `CHECK("req_ready", req_ready, (waiting == 0) && !flush)
            `CHECK("rsp_valid", rsp_valid, e_rsp)
            `CHECK("rsp_hit", rsp_hit, e_hit)
            `CHECK("rsp_rdata", rsp_rdata, e_rdata)
            `CHECK("flushed", flushed, e_flushed)
            `CHECK("mem_valid", mem_valid, left > 0)
            `CHECK("mem_we", mem_we, (left > 0) && todo_we[0])
            `CHECK("mem_addr", mem_addr, e_addr)
            `CHECK("mem_wdata", mem_wdata, e_wdata)
        end
    endtask

    // From falling edge to falling edge; `glitch`: reset pulses between the edges.
    task cycle(input glitch);
        begin
            bits = random_word(0);
            mem_rdata = bits[15:0];
            if (left > 0 && !todo_we[0] && mem_ready) mem_rdata = memory[todo[0]];
            #1 if (glitch) rst = 1;
            #1 if (glitch) rst = 0;
            #2 compare;
            #1 clk = 1;
            model_edge;
            #1 if (glitch) rst = 1;
            #1 if (glitch) rst = 0;
            #2 if (known) begin
                `CHECK("rsp_valid", rsp_valid, e_rsp)
                `CHECK("mem_valid", mem_valid, left > 0)
            end
            #1 clk = 0;
        end
    endtask

    task noise;
        begin
            bits = random_word(0);
            {req_we, req_be, req_addr} = bits[12:0];
            req_wdata = bits[31:16];
        end
    endtask

    // A request, then noise until it is answered; the memory is ready every `pace`-th cycle.
    task access(input we, input [1:0] be, input [9:0] where, input integer pace);
        begin
            noise;
            {rst, flush, req_valid, mem_ready} = 4'b0011;
            req_we = we; req_be = be; req_addr = where;
            cycle(0);
            k = 0;
            while (waiting != 0) begin
                noise;
                k = k + 1;
                req_valid = k % 2;
                flush     = k % 3 == 0;
                mem_ready = (k % pace == 0);
                cycle(0);
            end
        end
    endtask

    task flush_all(input integer pace);
        begin
            noise;
            {rst, flush, req_valid, mem_ready} = 4'b0111;
            cycle(0);
            k = 0;
            while (waiting != 0) begin
                noise;
                k = k + 1;
                flush = k % 2;
                req_valid = 1;
                mem_ready = (k % pace == 0);
                cycle(0);
            end
        end
    endtask

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        left    = 0;
        waiting = 0;
        state   = SEED ^ 32'hcac4e;
        for (i = 0; i < 1024; i = i + 1) begin
            bits = random_word(0);
            memory[i] = bits[15:0];
            seen[i]   = bits[15:0];
        end
        clk = 0; flush = 1; req_valid = 1; mem_ready = 1; rst = 1;
        noise;
        cycle(0);
        cycle(0);
        flush = 0;
        cycle(0);
        // Every word as the one that misses; every line; hits; clean and dirty misses.
        for (i = 0; i < 16; i = i + 1) access(0, 3, (i * 5) % 16 + 16 * i, 1);
        for (i = 0; i < 16; i = i + 1) access(i[0], i[2:1], i * 3 + 512, 1 + i[1]);
        for (i = 0; i < 16; i = i + 1) access(0, 0, i + 512, 1);
        for (i = 0; i < 16; i = i + 1) access(1, i[1:0], (i * 5) % 16 + 16 * (i % 3), 3);
        flush_all(1);
        for (i = 0; i < 16; i = i + 1) access(0, 3, i * 7 % 48, 1);
        flush_all(1);
        access(1, 0, 10'h3ff, 1);
        access(1, 2, 10'h3f0, 2);
        flush_all(2);
        flush_all(1);
        access(0, 0, 10'h3ff, 1);
        access(0, 0, 10'h1ff, 1);
        // Resets at each step of a dirty miss and of a flush; nothing of it may stay.
        for (n = 0; n < 24; n = n + 1) begin
            access(1, 3, 10'h254, 1);
            access(1, 3, 10'h258, 1);
            noise;
            {rst, flush, req_valid, mem_ready} = {1'b0, n[0], 2'b11};
            req_addr = 10'h156;
            cycle(n == 7);
            for (i = 0; i < n / 2; i = i + 1) begin
                noise;
                flush = 0;
                cycle(0);
            end
            rst = 1;
            flush = n[1];
            cycle(0);
            rst = 0;
            access(0, 0, 10'h255, 1);
        end
        // Random: few tags so that lines fight.
        span = 2;
        for (n = 0; n < 560; n = n + 1) begin
            bits = random_word(0);
            if (n % 50 == 0) begin
                ready_odds = bits[2:0];
                valid_odds = bits[5:3];
                flush_odds = bits[7:6];
                span       = 1 + bits[9:8];
                if (bits[11:10] == 0) flush_odds = 0;
                if (bits[12]) ready_odds = 7;
            end
            noise;
            bits = random_word(0);
            req_addr[9:4] = {bits[20], 5'd0} ^ (bits[31:21] % span);
            req_valid = (bits[2:0] <= valid_odds);
            mem_ready = (bits[5:3] <= ready_odds);
            flush     = (bits[10:6] < flush_odds);
            rst       = (bits[17:11] == 0);
            if (bits[19:18] == 0) req_be = 3;
            k = (bits[17:12] == 5);
            cycle(k[0]);
        end
        rst = 0;
        flush_all(1);
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
