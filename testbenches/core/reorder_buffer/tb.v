// harness-canary core/reorder_buffer c6cdb5f5-587c-4889-adfa-da061e851707
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

    integer state, checked, failed;
    time    first;

    reg         clk, rst, alloc_valid, wb0_valid, wb0_fault, wb1_valid, wb1_fault, squash_valid;
    reg  [3:0]  alloc_dest, look_reg;
    reg  [2:0]  wb0_tag, wb1_tag, squash_tag;
    reg  [15:0] wb0_value, wb1_value;
    wire        alloc_ready, look_hit, look_done, commit0_valid, commit1_valid, fault;
    wire [2:0]  alloc_tag, look_tag;
    wire [15:0] look_value, commit0_value, commit1_value;
    wire [3:0]  commit0_dest, commit1_dest, count;

    reorder_buffer dut (
        .clk(clk), .rst(rst), .alloc_valid(alloc_valid), .alloc_ready(alloc_ready), .alloc_dest(alloc_dest),
        .alloc_tag(alloc_tag), .wb0_valid(wb0_valid), .wb0_tag(wb0_tag), .wb0_value(wb0_value), .wb0_fault(wb0_fault),
        .wb1_valid(wb1_valid), .wb1_tag(wb1_tag), .wb1_value(wb1_value), .wb1_fault(wb1_fault),
        .squash_valid(squash_valid), .squash_tag(squash_tag), .look_reg(look_reg), .look_hit(look_hit),
        .look_done(look_done), .look_tag(look_tag), .look_value(look_value), .commit0_valid(commit0_valid),
        .commit0_dest(commit0_dest), .commit0_value(commit0_value), .commit1_valid(commit1_valid),
        .commit1_dest(commit1_dest), .commit1_value(commit1_value), .fault(fault), .count(count)
    );

    // Reference model: the live entries in the order of their age; place 0 is the oldest.
    integer    live, next_tag, at, i, j, n, k, pace;
    reg [2:0]  e_tag   [0:9];
    reg [3:0]  e_dest  [0:9];
    reg [15:0] e_value [0:9];
    reg        e_done  [0:9];
    reg        e_fault [0:9];
    reg        known, glitch, leave0, leave1, trapped, cut, room;
    reg        m_fault, m_valid0, m_valid1, m_hit, m_done;
    reg [3:0]  m_dest0, m_dest1;
    reg [2:0]  m_tag;
    reg [15:0] m_value0, m_value1, m_value;

    // Place of a live tag, -1 for none.
    task find(input [2:0] tag);
        begin
            at = -1;
            for (i = 0; i < live; i = i + 1) if (e_tag[i] == tag) at = i;
        end
    endtask

    task write_back(input [2:0] tag, input [15:0] value, input failing);
        begin
            find(tag);
            if (at >= 0) if (!e_done[at]) begin
                e_done[at] = 1;
                e_value[at] = value;
                e_fault[at] = failing;
            end
        end
    endtask

    task remove_oldest;
        begin
            for (i = 0; i < live - 1; i = i + 1) begin
                e_tag[i] = e_tag[i+1]; e_dest[i] = e_dest[i+1]; e_value[i] = e_value[i+1];
                e_done[i] = e_done[i+1]; e_fault[i] = e_fault[i+1];
            end
            live = live - 1;
        end
    endtask

    task model_edge;
        if (rst) begin
            known = 1;
            live = 0; next_tag = 0;
            m_fault = 0; m_valid0 = 0; m_valid1 = 0;
            m_dest0 = 0; m_dest1 = 0; m_value0 = 0; m_value1 = 0;
        end
        else begin
            room = (live < 8);
            find(squash_tag);
            cut = squash_valid && (at >= 0);
            trapped = 0; leave0 = 0; leave1 = 0;
            if (live > 0) begin
                trapped = e_done[0] && e_fault[0];
                leave0 = e_done[0] && !e_fault[0];
            end
            if (cut) begin
                live = at + 1;
                next_tag = (squash_tag + 1) % 8;
            end
            if (live > 1) leave1 = leave0 && e_done[1] && !e_fault[1];
            if (wb0_valid) write_back(wb0_tag, wb0_value, wb0_fault);
            if (wb1_valid) write_back(wb1_tag, wb1_value, wb1_fault);
            m_fault = trapped;
            m_valid0 = leave0;
            m_valid1 = leave1;
            if (trapped) begin
                next_tag = e_tag[0];
                live = 0;
            end
            if (leave0) begin
                m_dest0 = e_dest[0]; m_value0 = e_value[0];
                remove_oldest;
            end
            if (leave1) begin
                m_dest1 = e_dest[0]; m_value1 = e_value[0];
                remove_oldest;
            end
            if (alloc_valid && room && !cut && !trapped) begin
                e_tag[live] = next_tag;
                e_dest[live] = alloc_dest;
                e_done[live] = 0; e_fault[live] = 0; e_value[live] = 0;
                live = live + 1;
                next_tag = (next_tag + 1) % 8;
            end
        end
    endtask

    task compare;
        if (known) begin
            m_hit = 0; m_done = 0; m_tag = 0; m_value = 0;
            for (i = 0; i < live; i = i + 1)
                if (e_dest[i] == look_reg) begin
                    m_hit = 1;
                    m_tag = e_tag[i];
                    m_done = e_done[i];
                    m_value = e_done[i] ? e_value[i] : 0;
                end
            `CHECK("alloc_ready", (live < 8), alloc_ready)
            `CHECK("alloc_tag", next_tag[2:0], alloc_tag)
            `CHECK("look_hit", m_hit, look_hit)
            `CHECK("look_done", m_done, look_done)
            `CHECK("look_tag", m_tag, look_tag)
            `CHECK("look_value", m_value, look_value)
            `CHECK("commit0_valid", m_valid0, commit0_valid)
            `CHECK("commit0_dest", m_dest0, commit0_dest)
            `CHECK("commit0_value", m_value0, commit0_value)
            `CHECK("commit1_valid", m_valid1, commit1_valid)
            `CHECK("commit1_dest", m_dest1, commit1_dest)
            `CHECK("commit1_value", m_value1, commit1_value)
            `CHECK("fault", m_fault, fault)
            `CHECK("count", live[3:0], count)
        end
    endtask

    // One cycle from falling edge to falling edge; with glitch, rst is pulsed in the low phase.
    task cycle;
        begin
            if (glitch) begin
                #1 rst = ~rst;
                #1 rst = ~rst;
                #2;
            end
            else #4;
            compare;
            #1 clk = 1;
            model_edge;
            #5 clk = 0;
        end
    endtask

    // Nothing valid, all else random.
    task quiet;
        begin
            rst = 0; alloc_valid = 0; wb0_valid = 0; wb1_valid = 0; squash_valid = 0;
            alloc_dest = $random(state); look_reg = $random(state);
            wb0_tag = $random(state); wb0_value = $random(state); wb0_fault = $random(state);
            wb1_tag = $random(state); wb1_value = $random(state); wb1_fault = $random(state);
            squash_tag = $random(state);
        end
    endtask

    task reset;
        begin
            quiet;
            rst = 1; alloc_valid = 1; wb0_valid = 1; wb1_valid = 1; squash_valid = $random(state);
            cycle;
        end
    endtask

    task allocate(input integer entries, input [3:0] dest, input integer stride);
        for (k = 0; k < entries; k = k + 1) begin
            quiet; alloc_valid = 1; alloc_dest = dest + stride * k; look_reg = dest; cycle;
        end
    endtask

    task result(input [2:0] tag, input failing);
        begin
            quiet; wb0_valid = 1; wb0_tag = tag; wb0_fault = failing; cycle;
        end
    endtask

    task idle(input integer cycles);
        for (k = 0; k < cycles; k = k + 1) begin quiet; cycle; end
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; live = 0; next_tag = 0;
        clk = 0;
        #10;
        reset;
        reset;
        idle(2);
        // Write-backs and squashes that hit nothing.
        for (n = 0; n < 8; n = n + 1) begin quiet; wb0_valid = 1; wb1_valid = 1; squash_valid = n; cycle; end
        // Fill, overfill, write back from the youngest to the oldest: the commits go in pairs.
        allocate(10, 3, 1);
        for (n = 7; n >= 0; n = n - 1) result(n, 0);
        idle(6);
        // From the oldest to the youngest; full while one leaves; both ports at once, also at the same entry.
        allocate(8, 5, 0);
        quiet; wb0_valid = 1; wb0_tag = 0; wb0_fault = 0; cycle;
        for (n = 0; n < 3; n = n + 1) begin quiet; alloc_valid = 1; alloc_dest = 5; look_reg = 5; cycle; end
        for (n = 1; n < 9; n = n + 2) begin
            quiet; wb0_valid = 1; wb0_tag = n; wb0_fault = 0; wb1_valid = 1; wb1_tag = n + (n != 3); wb1_fault = (n == 3);
            look_reg = 5; cycle;
        end
        result(4, 0);
        idle(5);
        // A second result for an entry that is done; a result at the edge of the allocation is too early.
        reset;
        allocate(2, 9, 0);
        result(1, 0);
        result(1, 1);
        quiet; alloc_valid = 1; alloc_dest = 9; wb1_valid = 1; wb1_tag = 2; wb1_fault = 0; cycle;
        result(0, 0);
        for (n = 0; n < 4; n = n + 1) begin quiet; look_reg = 9; cycle; end
        // Faults: at the oldest, at the second oldest, with an allocation, with a squash.
        for (n = 0; n < 8; n = n + 1) begin
            reset;
            allocate(3 + n % 3, n, 1);
            result(2, 0);
            result(1, n[0]);
            result(0, !n[0]);
            for (k = 0; k < 5; k = k + 1) begin
                quiet; alloc_valid = n[1]; squash_valid = n[2]; squash_tag = (k < 2) ? 2 : 0; look_reg = n; cycle;
            end
            allocate(2, n, 1);
        end
        // Squash at each age, with the oldest two done or not, with allocations and write-backs.
        for (n = 0; n < 64; n = n + 1) begin
            if (n % 8 == 0) reset;
            allocate(2 + n % 5, 7 + n, n[0]);
            if (n[3]) begin
                quiet;
                wb0_valid = 1; wb0_tag = next_tag - live; wb0_fault = 0;
                wb1_valid = n[4]; wb1_tag = next_tag - live + 1; wb1_fault = 0;
                cycle;
            end
            quiet;
            squash_valid = 1; squash_tag = next_tag - live + n / 8; alloc_valid = n[1];
            wb0_valid = n[2]; wb0_fault = 0;
            cycle;
            quiet; look_reg = 7 + n; cycle;
        end
        // Random: tags mostly live, few registers.
        pace = 2;
        for (n = 0; n < 780; n = n + 1) begin
            if (n % 60 == 0) pace = 1 + $unsigned($random(state)) % 4;
            quiet;
            glitch = ($unsigned($random(state)) % 32 == 0);
            rst = ($unsigned($random(state)) % 200 == 0);
            alloc_valid = ($unsigned($random(state)) % 4 != 0);
            alloc_dest = alloc_dest & 4'b1010;
            look_reg = look_reg & 4'b1010;
            wb0_valid = ($unsigned($random(state)) % pace == 0);
            wb1_valid = ($unsigned($random(state)) % pace == 0);
            wb0_fault = ($unsigned($random(state)) % 16 == 0);
            wb1_fault = ($unsigned($random(state)) % 16 == 0);
            if (wb0_tag[0]) wb0_tag = next_tag - live;
            if (wb1_value[0]) wb1_tag = next_tag - live + wb1_value[1];
            squash_valid = ($unsigned($random(state)) % 12 == 0);
            cycle;
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
