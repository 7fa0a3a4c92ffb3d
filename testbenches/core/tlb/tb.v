// harness-canary core/tlb 316228cc-35aa-4075-9fde-801a54cb2805
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

    reg        clk, rst, req_valid, req_write, fill_valid, fill_global, fill_large, fill_writable;
    reg  [9:0] req_vpn, fill_vpn, fill_ppn, inv_vpn;
    reg  [3:0] req_asid, fill_asid, inv_asid;
    reg  [1:0] inv_mode;
    wire       resp_valid, resp_hit, resp_denied;
    wire [9:0] resp_ppn;
    wire [5:0] occupied;

    tlb dut (
        .clk(clk), .rst(rst), .req_valid(req_valid), .req_vpn(req_vpn), .req_asid(req_asid), .req_write(req_write),
        .resp_valid(resp_valid), .resp_hit(resp_hit), .resp_denied(resp_denied), .resp_ppn(resp_ppn),
        .fill_valid(fill_valid), .fill_vpn(fill_vpn), .fill_asid(fill_asid), .fill_global(fill_global),
        .fill_large(fill_large), .fill_writable(fill_writable), .fill_ppn(fill_ppn), .inv_mode(inv_mode),
        .inv_vpn(inv_vpn), .inv_asid(inv_asid), .occupied(occupied)
    );

    // Reference model: ranges of pages, and the time of the last use; a time below 0 marks a free slot.
    integer low [0:5];
    integer high [0:5];
    integer space [0:5];                // -1: all
    integer used_at [0:5];
    reg       may_write [0:5];
    reg [9:0] frame [0:5];
    integer   now, i, n, k, place, from, to, owner, spread;
    reg       known, glitch, m_valid, m_hit, m_denied;
    reg [9:0] m_ppn;
    reg [5:0] m_occupied;

    task model_edge;
        begin
            now = now + 2;
            m_valid = 0; m_hit = 0; m_denied = 0; m_ppn = 0;
            if (rst) begin
                known = 1;
                for (i = 0; i < 6; i = i + 1) used_at[i] = -1;
            end
            else begin
                m_valid = req_valid;
                if (req_valid)
                    for (i = 0; i < 6; i = i + 1)
                        if (used_at[i] >= 0 && req_vpn >= low[i] && req_vpn <= high[i]
                            && (space[i] == -1 || space[i] == req_asid)) begin
                            m_hit = 1;
                            m_denied = req_write && !may_write[i];
                            m_ppn = low[i] == high[i] ? frame[i] : (frame[i] / 16) * 16 + req_vpn % 16;
                            used_at[i] = now;
                        end
                for (i = 0; i < 6; i = i + 1)
                    case (inv_mode)
                        1: used_at[i] = -1;
                        2: if (space[i] == inv_asid) used_at[i] = -1;
                        3: if (inv_vpn >= low[i] && inv_vpn <= high[i] && (space[i] == -1 || space[i] == inv_asid))
                               used_at[i] = -1;
                        default: ;
                    endcase
                if (fill_valid) begin
                    from = fill_large ? fill_vpn - fill_vpn % 16 : fill_vpn;
                    to = fill_large ? from + 15 : from;
                    owner = fill_global ? -1 : fill_asid;
                    place = -1;
                    for (i = 0; i < 6; i = i + 1)
                        if (used_at[i] >= 0 && from <= high[i] && to >= low[i]
                            && (owner == -1 || space[i] == -1 || owner == space[i])) begin
                            if (place == -1) place = i;
                            used_at[i] = -1;
                        end
                    for (i = 5; i >= 0; i = i - 1)
                        if (used_at[i] < 0 && (place == -1 || place > 9)) place = 10 + i;
                    if (place == -1) begin
                        place = 0;
                        for (i = 1; i < 6; i = i + 1) if (used_at[i] < used_at[place]) place = i;
                    end
                    place = place % 10;
                    low[place] = from; high[place] = to; space[place] = owner;
                    may_write[place] = fill_writable; frame[place] = fill_ppn;
                    used_at[place] = now + 1;
                end
            end
            for (i = 0; i < 6; i = i + 1) m_occupied[i] = (used_at[i] >= 0);
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("resp_valid", m_valid, resp_valid)
            `CHECK("resp_hit", m_hit, resp_hit)
            `CHECK("resp_denied", m_denied, resp_denied)
            `CHECK("resp_ppn", m_ppn, resp_ppn)
            `CHECK("occupied", m_occupied, occupied)
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

    task quiet;
        begin
            rst = 0; req_valid = 0; fill_valid = 0; inv_mode = 0;
            req_vpn = $random(state); req_asid = $random(state); req_write = $random(state);
            fill_vpn = $random(state); fill_asid = $random(state); fill_global = $random(state);
            fill_large = $random(state); fill_writable = $random(state); fill_ppn = $random(state);
            inv_vpn = $random(state); inv_asid = $random(state);
        end
    endtask

    task look(input [9:0] vpn, input [3:0] asid);
        begin
            quiet; req_valid = 1; req_vpn = vpn; req_asid = asid; cycle;
        end
    endtask

    task fill(input [9:0] vpn, input [3:0] asid, input everywhere, input big);
        begin
            quiet; fill_valid = 1; fill_vpn = vpn; fill_asid = asid; fill_global = everywhere; fill_large = big; cycle;
        end
    endtask

    task reset;
        begin
            quiet; rst = 1; req_valid = 1; fill_valid = 1; cycle;
        end
    endtask

    task fill_all;
        for (k = 0; k < 6; k = k + 1) fill(10'h100 + 16 * k, 4'd3, 0, 0);
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; now = 0; m_valid = 0; m_hit = 0; m_denied = 0; m_ppn = 0; m_occupied = 0;
        for (i = 0; i < 6; i = i + 1) begin
            used_at[i] = -1; low[i] = 0; high[i] = 0; space[i] = 0; may_write[i] = 0; frame[i] = 0;
        end
        clk = 0;
        #10;
        reset;
        reset;
        look(0, 0);
        // Each bit of the number and of the address space counts; a large page covers 16 pages; a global one all spaces.
        for (n = 0; n < 4; n = n + 1) begin
            fill(10'h2a5, 4'd9, n[0], n[1]);
            look(10'h2a5, 4'd9);
            for (k = 0; k < 10; k = k + 1) look(10'h2a5 ^ (1 << k), 4'd9);
            for (k = 0; k < 4; k = k + 1) look(10'h2a5, 4'd9 ^ (1 << k));
            quiet; inv_mode = 1; cycle;
        end
        // Replacement with each slot used last before the fill, at the edge before or at the very edge.
        for (n = 0; n < 12; n = n + 1) begin
            reset;
            fill_all;
            if (n < 6) look(10'h100 + 16 * n, 4'd3);
            quiet;
            req_valid = (n >= 6); req_vpn = 10'h100 + 16 * (n - 6); req_asid = 3;
            fill_valid = 1; fill_vpn = 10'h300; fill_asid = 3; fill_global = 0; fill_large = 0;
            cycle;
            for (k = 0; k < 6; k = k + 1) fill(10'h200 + 16 * k, 4'd3, 0, 0);
        end
        // Orders of use that are all different.
        for (n = 0; n < 12; n = n + 1) begin
            fill_all;
            for (k = 0; k < 6; k = k + 1) look(10'h100 + 16 * ((5 * k + n) % 6), 4'd3);
            look(10'h100 + 16 * ($unsigned($random(state)) % 6), 4'd3);
            for (k = 0; k < 3; k = k + 1) fill(10'h200 + 16 * k + n, 4'd3, 0, 0);
        end
        // Overlaps: a large page over small ones, a global one over those of several spaces, and the other way round.
        for (n = 0; n < 8; n = n + 1) begin
            reset;
            for (k = 0; k < 6; k = k + 1) fill(n[0] ? 10'h150 + k : 10'h150, n[0] ? 4'd3 : k, 0, 0);
            if (n[1]) look(n[0] ? 10'h152 : 10'h150, n[0] ? 4'd3 : 4'd2);
            fill(10'h15f, n[0] ? 4'd3 : 4'd9, !n[0], n[0] ^ n[2]);
            look(10'h150, 4'd3);
            fill(10'h150, 4'd3, 0, 0);
            look(10'h151, 4'd3);
            look(10'h150, 4'd4);
        end
        // Invalidation of each kind, alone and with a fill and a look-up at the same edge.
        for (n = 0; n < 16; n = n + 1) begin
            reset;
            for (k = 0; k < 6; k = k + 1) fill(10'h100 + 16 * (k / 2), 4'd3 + k % 2, k == 4, k == 2);
            quiet;
            inv_mode = n; inv_asid = 4'd3 + n[2]; inv_vpn = 10'h100 + 16 * (n % 3) + n[3];
            fill_valid = n[3]; fill_vpn = inv_vpn; fill_asid = inv_asid; fill_global = 0; fill_large = 0;
            req_valid = n[2]; req_vpn = inv_vpn; req_asid = inv_asid;
            cycle;
            for (k = 0; k < 4; k = k + 1) look(10'h100 + 16 * (k % 3) + n[3], 4'd3 + k / 3);
        end
        // Random, on few pages and spaces.
        spread = 2;
        for (n = 0; n < 2200; n = n + 1) begin
            if (n % 100 == 0) spread = 1 + $unsigned($random(state)) % 3;
            quiet;
            glitch = ($unsigned($random(state)) % 32 == 0);
            rst = ($unsigned($random(state)) % 300 == 0);
            req_valid = ($unsigned($random(state)) % 4 != 0);
            fill_valid = ($unsigned($random(state)) % 3 == 0);
            inv_mode = ($unsigned($random(state)) % 8 == 0) ? inv_vpn[9:8] : 0;
            if (inv_mode == 1 && inv_vpn[7]) inv_mode = 3;
            fill_global = ($unsigned($random(state)) % 6 == 0);
            fill_large = ($unsigned($random(state)) % 4 == 0);
            {req_vpn[9:7], fill_vpn[9:7], inv_vpn[9:7]} = 0;
            {req_vpn[3:2], fill_vpn[3:2], inv_vpn[3:2]} = 0;
            if (spread < 3) {req_vpn[6:5], fill_vpn[6:5], inv_vpn[6:5]} = 0;
            if (spread < 2) {req_vpn[1], fill_vpn[1], inv_vpn[1]} = 0;
            {req_asid[3:1], fill_asid[3:1], inv_asid[3:1]} = 0;
            cycle;
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
