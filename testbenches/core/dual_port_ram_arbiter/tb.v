// harness-canary core/dual_port_ram_arbiter f87b9e6e-8afc-434a-94b8-fc22b3a677f2
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

    reg        clk, rst, a_req, b_req;
    reg  [1:0] a_op, b_op;
    reg  [4:0] a_addr, b_addr;
    reg  [7:0] a_wdata, b_wdata;
    wire       a_grant, a_rvalid, b_grant, b_rvalid, b_first;
    wire [7:0] a_rdata, b_rdata;

    dual_port_ram_arbiter dut (
        .clk(clk), .rst(rst), .a_req(a_req), .a_op(a_op), .a_addr(a_addr), .a_wdata(a_wdata), .a_grant(a_grant),
        .a_rvalid(a_rvalid), .a_rdata(a_rdata), .b_req(b_req), .b_op(b_op), .b_addr(b_addr), .b_wdata(b_wdata),
        .b_grant(b_grant), .b_rvalid(b_rvalid), .b_rdata(b_rdata), .b_first(b_first)
    );

    // Reference model: one memory; an unfinished operation of a client is an address and the word to be put there.
    reg  [7:0] mem [0:31];
    integer    late [0:1];              // address of the word to be written at the coming edge, -1 for none
    reg  [7:0] late_word [0:1];
    reg        wins_b, m_a, m_b, known, glitch;
    reg        m_avalid, m_bvalid;
    reg  [7:0] m_adata, m_bdata;
    reg  [1:0] bank_a, bank_b;
    reg        busy_a, busy_b, clash;
    integer    i, j, k, n, dense, near;

    task arbitrate;
        begin
            bank_a = a_addr % 4;
            bank_b = b_addr % 4;
            busy_a = 0; busy_b = 0;
            for (i = 0; i < 2; i = i + 1)
                if (late[i] >= 0) begin
                    if (late[i] % 4 == bank_a) busy_a = 1;
                    if (late[i] % 4 == bank_b) busy_b = 1;
                end
            m_a = a_req && !busy_a;
            m_b = b_req && !busy_b;
            clash = 0;
            if (m_a && m_b && bank_a == bank_b)
                if (a_op != 0 || b_op != 0 || a_addr != b_addr) begin
                    clash = 1;
                    if (wins_b) m_a = 0; else m_b = 0;
                end
        end
    endtask

    task operate(input integer who, input [1:0] op, input [4:0] addr, input [7:0] operand);
        begin
            if (op == 1) mem[addr] = operand;
            if (op >= 2) begin
                late[who] = addr;
                late_word[who] = (op == 2) ? mem[addr] + operand : operand;
            end
        end
    endtask

    task model_edge;
        begin
            arbitrate;
            m_avalid = 0; m_bvalid = 0; m_adata = 0; m_bdata = 0;
            if (rst) begin
                known = 1;
                wins_b = 0;
                late[0] = -1; late[1] = -1;
            end
            else begin
                for (i = 0; i < 2; i = i + 1) begin
                    if (late[i] >= 0) mem[late[i]] = late_word[i];
                    late[i] = -1;
                end
                if (clash) wins_b = !wins_b;
                if (m_a && a_op != 1) begin m_avalid = 1; m_adata = mem[a_addr]; end
                if (m_b && b_op != 1) begin m_bvalid = 1; m_bdata = mem[b_addr]; end
                if (m_a) operate(0, a_op, a_addr, a_wdata);
                if (m_b) operate(1, b_op, b_addr, b_wdata);
            end
        end
    endtask

    task compare;
        if (known) begin
            arbitrate;
            `CHECK("a_grant", m_a, a_grant)
            `CHECK("a_rvalid", m_avalid, a_rvalid)
            `CHECK("a_rdata", m_adata, a_rdata)
            `CHECK("b_grant", m_b, b_grant)
            `CHECK("b_rvalid", m_bvalid, b_rvalid)
            `CHECK("b_rdata", m_bdata, b_rdata)
            `CHECK("b_first", wins_b, b_first)
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

    task noise;
        begin
            rst = 0; a_req = 0; b_req = 0;
            a_op = $random(state); a_addr = $random(state); a_wdata = $random(state);
            b_op = $random(state); b_addr = $random(state); b_wdata = $random(state);
        end
    endtask

    task ask(input ra, input [1:0] oa, input [4:0] aa, input rb, input [1:0] ob, input [4:0] ab);
        begin
            noise;
            a_req = ra; a_op = oa; a_addr = aa;
            b_req = rb; b_op = ob; b_addr = ab;
            cycle;
        end
    endtask

    task reset;
        begin
            noise; rst = 1; a_req = 1; b_req = 1; cycle;
        end
    endtask

    task read_all;
        for (k = 0; k < 32; k = k + 2) ask(1, 0, k, 1, 0, k + 1);
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; late[0] = -1; late[1] = -1; wins_b = 0;
        for (i = 0; i < 32; i = i + 1) mem[i] = 0;
        m_avalid = 0; m_bvalid = 0; m_adata = 0; m_bdata = 0;
        clk = 0;
        #10;
        reset;
        reset;
        // All words are written, by both clients, and read by the other one.
        for (n = 0; n < 32; n = n + 2) ask(1, 1, n, 1, 1, n + 1);
        for (n = 0; n < 32; n = n + 2) ask(1, 0, n + 1, 1, 0, n);
        // Each pair of operations on the same word, the same bank, and different banks, held until both are done.
        for (n = 0; n < 48; n = n + 1) begin
            for (j = 0; j < 4; j = j + 1)
                ask(1, n, 5, 1, n / 4, n < 16 ? 5 : n < 32 ? 13 : 6);
            ask(1, 0, 5, 1, 0, 5);
            ask(n[0], 0, 13, n[1], 0, 6);
            ask(1, 0, 13, 0, 0, 6);
        end
        // An ADD or SWAP alone, the bank asked for at once by the same or the other client, or by both.
        for (n = 0; n < 24; n = n + 1) begin
            ask(n[0], 2 + n[1], n, !n[0], 2 + n[1], n);
            ask(n % 3 != 0, n, n ^ (n[2] * 8), n % 3 != 1, n / 8, n);
            ask(1, 0, n, 0, 0, 0);
            noise; cycle;
        end
        read_all;
        // Turns are kept over pauses and over requests without a conflict.
        for (n = 0; n < 6; n = n + 1) begin
            ask(1, 1, 7, 1, 1, 3);
            noise; cycle;
            ask(1, 0, 3, 1, 0, 3);
            ask(1, 1, 2, 1, 1, 3);
            if (n == 2) ask(1, 1, 2, 1, 0, 2);
        end
        // A reset loses a write-back and does no operation.
        for (n = 0; n < 8; n = n + 1) begin
            ask(1, 2 + n[0], 4 * n, 1, 2 + n[1], 4 * n + 1);
            if (n[2]) ask(1, 1, 3, 1, 1, 7);
            noise; rst = 1; a_req = 1; a_op = 1; a_addr = 2; b_req = 1; b_op = 2; b_addr = 3; cycle;
            if (n == 3) reset;
            ask(1, 0, 4 * n, 1, 0, 4 * n + 1);
            ask(1, 0, 2, 1, 0, 3);
        end
        read_all;
        // Random, on few or many words.
        near = 31; dense = 2;
        for (n = 0; n < 1300; n = n + 1) begin
            if (n % 50 == 0) begin
                near = (n % 100 == 0) ? 5'b00101 : (n % 150 == 0) ? 5'b10011 : 31;
                dense = 1 + $unsigned($random(state)) % 3;
            end
            noise;
            glitch = ($unsigned($random(state)) % 32 == 0);
            rst = ($unsigned($random(state)) % 150 == 0);
            a_req = ($unsigned($random(state)) % dense == 0);
            b_req = ($unsigned($random(state)) % dense == 0);
            a_addr = a_addr & near;
            b_addr = b_addr & near;
            cycle;
        end
        read_all;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
