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

    reg         clk, rst, imem_valid, dmem_ready;
    reg  [31:0] imem_data, dmem_rdata;
    wire [31:0] imem_addr, dmem_addr, dmem_wdata;
    wire [3:0]  dmem_wstrb, cause;
    wire        dmem_valid, retire, halted;

    riscv_core dut (
        .clk(clk), .rst(rst), .imem_addr(imem_addr), .imem_valid(imem_valid), .imem_data(imem_data),
        .dmem_valid(dmem_valid), .dmem_addr(dmem_addr), .dmem_wstrb(dmem_wstrb), .dmem_wdata(dmem_wdata),
        .dmem_ready(dmem_ready), .dmem_rdata(dmem_rdata), .retire(retire), .halted(halted), .cause(cause)
    );

    // Reference model: an interpreter with one arm for each instruction.
    reg  [31:0] regs [0:31];
    reg  [31:0] m_pc;
    reg         m_halted, known;
    reg  [3:0]  m_cause;
    // What the instruction on the inputs would do.
    reg         e_access, e_retire, writes, load;
    integer     why;                       // cause of a trap, -1 for none
    reg  [31:0] next_pc, value, ea, e_addr, e_wdata, a, b;
    reg  [3:0]  e_wstrb;
    reg  [31:0] bits, more;
    integer     i, n, steps, kind, rd, rs1, rs2, imm, idle, mode;

    function signed [31:0] field(input integer high, input integer low);
        field = (imem_data >> low) & ((33'd1 << (high - low + 1)) - 1);
    endfunction

    function [31:0] sign(input [31:0] x, input integer width);
        sign = x[width - 1] ? (x | (32'hffffffff << width)) : (x & ~(32'hffffffff << width));
    endfunction

    task go(input [31:0] where);
        if (where % 4 != 0) why = 0;
        else next_pc = where;
    endtask

    task branch(input condition);
        if (condition)
            go(m_pc + sign({field(31, 31), 12'd0} + field(7, 7) * 2048 + field(30, 25) * 32 + field(11, 8) * 2, 13));
    endtask

    task read_memory(input integer bytes, input is_signed);
        begin
            ea     = a + sign(field(31, 20), 12);
            load   = 1;
            writes = 1;
            if (ea % bytes != 0) why = 4;
            else begin
                e_access = 1;
                e_addr   = ea - ea % 4;
                value    = 0;
                for (i = 0; i < bytes; i = i + 1)
                    value[8 * i +: 8] = dmem_rdata[8 * (ea % 4 + i) +: 8];
                if (is_signed) value = sign(value, 8 * bytes);
            end
        end
    endtask

    task write_memory(input integer bytes);
        begin
            ea = a + sign(field(31, 25) * 32 + field(11, 7), 12);
            if (ea % bytes != 0) why = 6;
            else begin
                e_access = 1;
                e_addr   = ea - ea % 4;
                for (i = 0; i < bytes; i = i + 1) begin
                    e_wstrb[ea % 4 + i] = 1;
                    e_wdata[8 * (ea % 4 + i) +: 8] = b[8 * i +: 8];
                end
            end
        end
    endtask

    task put(input [31:0] x);
        begin
            writes = 1;
            value  = x;
        end
    endtask

    task check_registers(input has_rd, input has_rs1, input has_rs2);
        if ((has_rd && field(11, 7) > 15) || (has_rs1 && field(19, 15) > 15) || (has_rs2 && field(24, 20) > 15)) why = 2;
    endtask

    // Everything that the instruction does, from the state and the inputs of now.
    task evaluate;
        begin
            why      = -1;
            writes   = 0;
            load     = 0;
            e_access = 0;
            e_retire = 0;
            e_addr   = 0;
            e_wdata  = 0;
            e_wstrb  = 0;
            value    = 0;
            next_pc  = m_pc + 4;
            if (!rst && !m_halted && imem_valid) begin
                a = regs[field(19, 15)];
                b = regs[field(24, 20)];
                casez (imem_data)
                    32'b?????????????????????????0110111: put(field(31, 12) << 12);
                    32'b?????????????????????????0010111: put(m_pc + (field(31, 12) << 12));
                    32'b?????????????????????????1101111: begin
                        put(m_pc + 4);
                        go(m_pc + sign((field(31, 31) << 20) + (field(19, 12) << 12) + (field(20, 20) << 11) + field(30, 21) * 2, 21));
                    end
                    32'b?????????????????000?????1100111: begin
                        put(m_pc + 4);
                        go((a + sign(field(31, 20), 12)) / 2 * 2);
                    end
                    32'b?????????????????000?????1100011: branch(a == b);
                    32'b?????????????????001?????1100011: branch(a != b);
                    32'b?????????????????100?????1100011: branch($signed(a) < $signed(b));
                    32'b?????????????????101?????1100011: branch($signed(a) >= $signed(b));
                    32'b?????????????????110?????1100011: branch(a < b);
                    32'b?????????????????111?????1100011: branch(a >= b);
                    32'b?????????????????000?????0000011: read_memory(1, 1);
                    32'b?????????????????001?????0000011: read_memory(2, 1);
                    32'b?????????????????010?????0000011: read_memory(4, 0);
                    32'b?????????????????100?????0000011: read_memory(1, 0);
                    32'b?????????????????101?????0000011: read_memory(2, 0);
                    32'b?????????????????000?????0100011: write_memory(1);
                    32'b?????????????????001?????0100011: write_memory(2);
                    32'b?????????????????010?????0100011: write_memory(4);
                    32'b?????????????????000?????0010011: put(a + sign(field(31, 20), 12));
                    32'b?????????????????010?????0010011: put($signed(a) < $signed(sign(field(31, 20), 12)) ? 1 : 0);
                    32'b?????????????????011?????0010011: put(a < sign(field(31, 20), 12) ? 1 : 0);
                    32'b?????????????????100?????0010011: put(a ^ sign(field(31, 20), 12));
                    32'b?????????????????110?????0010011: put(a | sign(field(31, 20), 12));
                    32'b?????????????????111?????0010011: put(a & sign(field(31, 20), 12));
                    32'b0000000??????????001?????0010011: put(a << field(24, 20));
                    32'b0000000??????????101?????0010011: put(a >> field(24, 20));
                    32'b0100000??????????101?????0010011: begin
                        put(a >> field(24, 20));
                        if (a[31]) value = value | ~(32'hffffffff >> field(24, 20));
                    end
                    32'b0000000??????????000?????0110011: put(a + b);
                    32'b0100000??????????000?????0110011: put(a - b);
                    32'b0000000??????????001?????0110011: put(a << b[4:0]);
                    32'b0000000??????????010?????0110011: put($signed(a) < $signed(b) ? 1 : 0);
                    32'b0000000??????????011?????0110011: put(a < b ? 1 : 0);
                    32'b0000000??????????100?????0110011: put(a ^ b);
                    32'b0000000??????????101?????0110011: put(a >> b[4:0]);
                    32'b0100000??????????101?????0110011: begin
                        put(a >> b[4:0]);
                        if (a[31]) value = value | ~(32'hffffffff >> b[4:0]);
                    end
                    32'b0000000??????????110?????0110011: put(a | b);
                    32'b0000000??????????111?????0110011: put(a & b);
                    32'h00100073: why = 3;
                    default: why = 2;
                endcase
                case (field(6, 0))
                    'h37, 'h17, 'h6f: check_registers(1, 0, 0);
                    'h67, 'h03, 'h13: check_registers(1, 1, 0);
                    'h63, 'h23:       check_registers(0, 1, 1);
                    'h33:             check_registers(1, 1, 1);
                endcase
                if (why >= 0) begin
                    e_access = 0;
                    e_addr   = 0;
                    e_wdata  = 0;
                    e_wstrb  = 0;
                end
                e_retire = (why < 0) && (!e_access || dmem_ready);
            end
        end
    endtask

    task compare;
        if (known) begin
            evaluate;
            `CHECK("imem_addr", imem_addr, m_pc)
            `CHECK("dmem_valid", dmem_valid, e_access)
            `CHECK("dmem_addr", dmem_addr, e_addr)
            `CHECK("dmem_wstrb", dmem_wstrb, e_wstrb)
            `CHECK("dmem_wdata", dmem_wdata, e_wdata)
            `CHECK("retire", retire, e_retire)
            `CHECK("halted", halted, m_halted)
            `CHECK("cause", cause, m_cause)
        end
    endtask

    task model_edge;
        begin
            evaluate;
            if (rst) begin
                m_pc     = 256;
                m_halted = 0;
                m_cause  = 0;
                known    = 1;
                for (i = 0; i < 32; i = i + 1) regs[i] = 0;
            end else if (why >= 0) begin
                m_halted = 1;
                m_cause  = why;
            end else if (e_retire) begin
                m_pc = next_pc;
                if (writes && field(11, 7) != 0) regs[field(11, 7)] = value;
            end
        end
    endtask

    // From 1 ns before a falling edge to 1 ns before the next one; the inputs were set just before.
    task cycle;
        begin
            #1 clk = 0;
            #4 compare;
            #1 clk = 1;
            model_edge;
            #4 ;
        end
    endtask

    task short_reset_cycle;
        begin
            #1 clk = 0;
            #1 rst = 1;
            #1 compare;
            rst = 0;
            #2 compare;
            #1 clk = 1;
            model_edge;
            #1 rst = 1;
            #1 rst = 0;
            #1 compare;
            #1 ;
        end
    endtask

    task draw;
        begin
            bits = random_word(0);
            more = random_word(0);
        end
    endtask

    // Offset that makes base + offset leave the wanted remainder modulo 4.
    function integer aligned(input integer offset, input [31:0] base, input integer remainder);
        aligned = offset - ((offset + base) & 3) + remainder;
    endfunction

    // A random instruction on imem_data; most of them are legal and aligned for the registers of now.
    task instruction;
        begin
            draw;
            rd  = bits[3:0];
            rs1 = bits[7:4];
            rs2 = bits[11:8];
            if (bits[12] && bits[13]) rs1 = bits[5:4];
            if (bits[14] && bits[15]) rs2 = rs1;
            if (bits[22:16] == 0) rd = rd + 16;
            if (bits[22:16] == 1) rs1 = rs1 + 16;
            if (bits[22:16] == 2) rs2 = rs2 + 16;
            imm  = $signed(more[31:20]);
            kind = more[7:0] % 40;
            case (kind)
                0, 1:    imem_data = {more[31:12], rd[4:0], more[8] ? 7'h37 : 7'h17};
                2: begin
                    imem_data = {more[31:12], rd[4:0], 7'h6f};
                    if (more[11:8] != 0) imem_data[21] = 0;
                end
                3, 4: begin
                    if (more[11:8] != 0) imm = aligned(imm, regs[rs1], more[12]);
                    imem_data = {imm[11:0], rs1[4:0], 3'd0, rd[4:0], 7'h67};
                    if (more[19:14] == 0) imem_data[14:12] = more[11:9] | 1;
                end
                5, 6, 7, 8, 9: begin
                    imem_data = {imm[11:5], rs2[4:0], rs1[4:0], more[10:8], imm[4:0], 7'h63};
                    if (more[10:9] == 1 && more[14:11] != 0) imem_data[14] = 1;
                    if (more[19:16] != 0) imem_data[8] = 0;
                end
                10, 11, 12, 13: begin
                    n = more[9:8];
                    if (more[15:12] != 0) imm = aligned(imm, regs[rs1], n);
                    if (n[0]) i = more[10] ? 4 : 0;
                    else if (n == 2) i = {more[10], 1'b0, more[11]};
                    else i = more[10] ? 2 : (more[11] ? 1 : 5);
                    if (more[16:12] == 1) i = more[19:17];
                    imem_data = {imm[11:0], rs1[4:0], i[2:0], rd[4:0], 7'h03};
                end
                14, 15, 16, 17, 18, 19, 20, 21: begin
                    n = more[9:8];
                    if (more[15:12] != 0) imm = aligned(imm, regs[rs1], n);
                    if (n[0]) i = 0;
                    else if (n == 2) i = more[10];
                    else i = 1 + more[10];
                    if (more[16:12] == 1) i = more[19:17];
                    imem_data = {imm[11:5], rs2[4:0], rs1[4:0], i[2:0], imm[4:0], 7'h23};
                end
                22, 23, 24, 25, 26, 27, 28: begin
                    imem_data = {more[31:20], rs1[4:0], more[10:8], rd[4:0], 7'h13};
                    if (more[9:8] == 1 && more[14:11] != 0) begin
                        imem_data[31:25] = 0;
                        imem_data[30] = more[15] && more[10];
                    end
                    if (more[19:17] == 0 && imem_data[31:25] == 0) imem_data[31:20] = 2;
                end
                29, 30, 31, 32, 33, 34, 35, 36: begin
                    imem_data = {7'd0, rs2[4:0], rs1[4:0], more[10:8], rd[4:0], 7'h33};
                    if (more[10:8] == 0 || more[10:8] == 5) imem_data[30] = more[11];
                    if (more[18:13] == 0) imem_data[31:25] = more[31:25];
                end
                37: begin
                    imem_data = {12'd0, rs2[4:0], rs1[4:0], rd[4:0], 5'd0};
                    case (more[11:8])
                        0: imem_data = 32'h00100073;
                        1: imem_data = 32'h00000073;
                        2: imem_data = 32'h0ff0000f;
                        3: imem_data = 32'h00100073 ^ (32'd128 << more[15:12]);
                        4: imem_data = 32'h00100073 ^ (32'h800000 << more[14:12]);
                        5: imem_data = bits;
                        default: imem_data = {more[31:20], rs1[4:0], 3'd0, rd[4:0], 7'h13};
                    endcase
                end
                default: imem_data = {bits[31] ? 12'h000 : 12'h7ff, 5'd0, 3'd0, rd[4:0], 7'h13};
            endcase
        end
    endtask

    // One instruction until it completes or traps, with wait states, pauses and noise.
    task run;
        reg done;
        begin
            instruction;
            done = 0;
            while (!done) begin
                draw;
                rst        = (bits[8:0] == 0);
                imem_valid = (bits[11:9] != 0);
                dmem_ready = (bits[13:12] != 0);
                dmem_rdata = more;
                if (bits[16:14] == 0) dmem_rdata = {4{more[7:0]}} & 32'h80808080;
                if (bits[27:20] == 9) begin
                    rst = 0;
                    short_reset_cycle;
                end else
                    cycle;
                done = rst || (why >= 0) || e_retire;
                steps = steps + 1;
            end
            if (m_halted) begin
                // A halted core ignores what it is given.
                for (n = 0; n < 3; n = n + 1) begin
                    instruction;
                    rst        = 0;
                    imem_valid = 1;
                    dmem_ready = 1;
                    cycle;
                end
                rst = 1;
                instruction;
                cycle;
                rst = 0;
                fill;
            end
        end
    endtask

    // Give x1 to x15 values of every size.
    task fill;
        integer k;
        for (k = 1; k < 16; k = k + 1) begin
            draw;
            imem_valid = 1;
            dmem_ready = 1;
            dmem_rdata = more;
            case (bits[3:0])
                0: dmem_rdata = 32'h80000000;
                1: dmem_rdata = 32'hffffffff;
                2: dmem_rdata = 32'h7fffffff;
                3: dmem_rdata = 32'h00000000;
                4: dmem_rdata = {27'd0, more[4:0]};
                5: dmem_rdata = -{27'd0, more[4:0]};
                default: ;
            endcase
            imem_data = {12'd0, 5'd0, 3'd2, k[4:0], 7'h03};
            cycle;
        end
    endtask

    task show;
        integer k;
        for (k = 0; k < 16; k = k + 1) begin
            imem_data = {7'd0, k[4:0], 5'd0, 3'd2, 5'd4, 7'h23};
            imem_valid = 1;
            dmem_ready = 1;
            cycle;
        end
    endtask

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        steps   = 0;
        state   = SEED;
        for (i = 0; i < 32; i = i + 1) regs[i] = 0;
        m_pc = 0;
        m_halted = 0;
        m_cause = 0;
        clk = 0; rst = 0; imem_valid = 0; imem_data = 0; dmem_ready = 0; dmem_rdata = 0;
        #1 ;
        rst        = 1;
        imem_valid = 1;
        imem_data  = 32'h00100073;
        cycle;
        cycle;
        imem_data  = 32'h00002083;
        dmem_ready = 1;
        cycle;
        rst = 0;
        show;
        fill;
        show;
        steps = 0;
        while (steps < 1050) run;
        show;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
