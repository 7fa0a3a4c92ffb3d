// harness-canary core/dma_engine 6c09ac4b-443f-4486-bb55-303db54f4e37
`timescale 1ns/1ps

`define CHECK(NAME, EXPECTED, GOT) \
    begin \
        checked = checked + 1; \
        if ((GOT) !== (EXPECTED)) begin \
            bad = bad + 1; \
            if (bad == 1) first = $time; \
            if (bad <= 10) \
                $display("MISMATCH time=%0t signal=%0s expected=%b got=%b", $time, NAME, EXPECTED, GOT); \
        end \
    end

module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;

    integer state, checked, bad;
    time    first;

    reg         clk, rst, desc_valid, desc_fill, abort, rd_ready, rd_error, wr_ready;
    reg  [15:0] desc_src, desc_dst;
    reg  [7:0]  desc_len;
    reg  [31:0] rd_data;
    wire        desc_ready, rd_valid, wr_valid, done, failed;
    wire [13:0] rd_addr, wr_addr;
    wire [31:0] wr_data;
    wire [3:0]  wr_strobe;
    wire [7:0]  bytes_done;

    dma_engine dut (
        .clk(clk), .rst(rst), .desc_valid(desc_valid), .desc_ready(desc_ready), .desc_src(desc_src), .desc_dst(desc_dst),
        .desc_len(desc_len), .desc_fill(desc_fill), .abort(abort), .rd_valid(rd_valid), .rd_ready(rd_ready),
        .rd_addr(rd_addr), .rd_data(rd_data), .rd_error(rd_error), .wr_valid(wr_valid), .wr_ready(wr_ready),
        .wr_addr(wr_addr), .wr_data(wr_data), .wr_strobe(wr_strobe), .done(done), .failed(failed), .bytes_done(bytes_done)
    );

    // Reference model: at its acceptance a descriptor becomes a list of accesses; bytes that were read are kept by
    // their number within the descriptor.
    reg         op_write [0:200];
    reg  [13:0] op_addr  [0:200];
    reg  [3:0]  op_strobe [0:200];
    integer     op_byte  [0:200];       // number of the byte in lane 0 of the word, negative before the first one
    reg  [7:0]  octets [0:255];
    integer     ops, op, m_bytes, i, j, k, n, speed;
    reg         m_active, m_waiting, m_done, m_failed, known, glitch;
    reg  [31:0] e_data;
    integer     current_len;

    task plan(input [15:0] src, input [15:0] dst, input [7:0] len, input fill);
        integer number, read_up_to, last, shift;
        reg [15:0] address;
        reg [3:0]  strobe;
        begin
            ops = 0;
            read_up_to = 0;                         // bytes with lower numbers have been read
            number = 0;
            while (number < len) begin
                address = dst + number;
                shift = address % 4;
                strobe = 0;
                last = number;
                for (i = shift; i < 4 && number + i - shift < len; i = i + 1) begin
                    strobe[i] = 1;
                    last = number + i - shift;
                end
                while (!fill && read_up_to <= last) begin
                    address = src + read_up_to;
                    op_write[ops] = 0;
                    op_addr[ops] = address / 4;
                    op_byte[ops] = read_up_to - address % 4;
                    read_up_to = op_byte[ops] + 4;
                    ops = ops + 1;
                end
                address = dst + number;
                op_write[ops] = 1;
                op_addr[ops] = address / 4;
                op_strobe[ops] = strobe;
                op_byte[ops] = number - shift;
                ops = ops + 1;
                number = last + 1;
            end
            if (fill) for (i = 0; i < 256; i = i + 1) octets[i] = src;
        end
    endtask

    task finish(input error);
        begin
            m_active = 0;
            m_waiting = 0;
            m_done = 1;
            m_failed = error;
        end
    endtask

    task model_edge;
        begin
            m_done = 0;
            if (rst) begin
                known = 1;
                m_active = 0; m_waiting = 0; m_failed = 0; m_bytes = 0;
            end
            else if (!m_active) begin
                if (desc_valid && !abort) begin
                    m_bytes = 0;
                    m_failed = 0;
                    plan(desc_src, desc_dst, desc_len, desc_fill);
                    op = 0;
                    current_len = desc_len;
                    m_active = (ops > 0);
                    m_done = (ops == 0);
                end
            end
            else if (abort) finish(1);
            else if (m_waiting) begin
                m_waiting = 0;
                for (i = 0; i < 4; i = i + 1)
                    if (op_byte[op] + i >= 0 && op_byte[op] + i < current_len) octets[op_byte[op] + i] = rd_data >> (8 * i);
                op = op + 1;
                if (rd_error) finish(1);
            end
            else if (op_write[op] && wr_ready) begin
                for (i = 0; i < 4; i = i + 1) m_bytes = m_bytes + op_strobe[op][i];
                op = op + 1;
                if (op == ops) finish(0);
            end
            else if (!op_write[op] && rd_ready) m_waiting = 1;
        end
    endtask

    reg e_rd, e_wr;

    task compare;
        if (known) begin
            e_rd = m_active && !m_waiting && !op_write[op];
            e_wr = m_active && !m_waiting && op_write[op];
            e_data = 0;
            if (e_wr)
                for (i = 0; i < 4; i = i + 1)
                    if (op_strobe[op][i]) e_data[8*i +: 8] = octets[op_byte[op] + i];
            `CHECK("desc_ready", !m_active, desc_ready)
            `CHECK("rd_valid", e_rd, rd_valid)
            `CHECK("rd_addr", (e_rd ? op_addr[op] : 14'd0), rd_addr)
            `CHECK("wr_valid", e_wr, wr_valid)
            `CHECK("wr_addr", (e_wr ? op_addr[op] : 14'd0), wr_addr)
            `CHECK("wr_data", e_data, wr_data)
            `CHECK("wr_strobe", (e_wr ? op_strobe[op] : 4'd0), wr_strobe)
            `CHECK("done", m_done, done)
            `CHECK("failed", m_failed, failed)
            `CHECK("bytes_done", m_bytes[7:0], bytes_done)
        end
    endtask

    // One cycle from falling edge to falling edge; with glitch, rst is pulsed in the low phase. No output depends on an
    // input directly: the outputs are compared just before the rising edge, when the inputs have changed.
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
            rst = 0;
            desc_valid = 0;
            abort = 0;
            desc_src = $random(state);
            desc_dst = $random(state);
            desc_len = $random(state);
            desc_fill = $random(state);
            rd_data = $random(state);
            rd_error = 0;
            rd_ready = ($unsigned($random(state)) % speed == 0);
            wr_ready = ($unsigned($random(state)) % speed == 0);
            if (m_active && !m_waiting) begin
                desc_valid = $random(state);
                rd_error = $random(state);
            end
        end
    endtask

    // A descriptor with all its accesses and `idle` cycles more.
    task run(input [15:0] src, input [15:0] dst, input [7:0] len, input fill, input integer idle);
        begin
            noise;
            desc_valid = 1; desc_src = src; desc_dst = dst; desc_len = len; desc_fill = fill;
            cycle;
            for (k = 0; k < 2000 && m_active; k = k + 1) begin noise; cycle; end
            for (k = 0; k < idle; k = k + 1) begin noise; cycle; end
        end
    endtask

    task reset;
        begin
            noise;
            rst = 1; desc_valid = 1; desc_len = 5; abort = $random(state); rd_ready = 1; wr_ready = 1;
            cycle;
        end
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; bad = 0; first = 0;
        known = 0; glitch = 0; m_active = 0; m_waiting = 0; speed = 1; op = 0; ops = 0; m_bytes = 0;
        clk = 0;
        #10;
        reset;
        reset;
        noise; cycle;
        // All alignments with short lengths, back to back, the memory always ready; then slow.
        for (n = 0; n < 16; n = n + 1)
            for (j = 0; j < 10; j = j + 1)
                if (j < 6 || n % 3 == j % 3) run(16'h1230 + n % 4, 16'h4568 + n / 4, j, 0, 0);
        run(16'h00ff, 16'h0000, 0, 1, 3);
        for (n = 0; n < 12; n = n + 1) run(16'hab00 + 17 * n, 16'h7ffd + n % 4, n, 1, n % 2);
        speed = 3;
        for (n = 0; n < 8; n = n + 1) run($random(state), $random(state), 5 + n, n[2], 2);
        // The ends of the address space and the longest lengths.
        speed = 1;
        run(16'hfffd, 16'h0012, 9, 0, 1);
        run(16'h0fff, 16'hfffe, 9, 0, 0);
        run(16'hfffe, 16'hffff, 6, 0, 0);
        run(16'h0055, 16'hfffb, 13, 1, 0);
        run(16'h2003, 16'h3001, 255, 0, 0);
        run(16'h2003, 16'h3000, 253, 0, 0);
        run(16'h2003, 16'h3003, 255, 1, 0);
        // Read errors in each place of a descriptor; a fill ignores rd_error.
        for (n = 0; n < 4; n = n + 1) begin
            noise; desc_valid = 1; desc_src = 2; desc_dst = 16'h0101; desc_len = 12; desc_fill = 0; cycle;
            i = 0;
            for (j = 0; j < 30 && m_active; j = j + 1) begin
                noise;
                if (m_waiting) begin rd_error = (op >= 2 * n - (n > 1)); end
                cycle;
            end
            noise; cycle;
        end
        noise; desc_valid = 1; desc_len = 9; desc_fill = 1; cycle;
        for (j = 0; j < 6; j = j + 1) begin noise; rd_error = 1; cycle; end
        // Abort at every point of a descriptor, with the access taken at the same edge or not, and while idle.
        for (n = 0; n < 24; n = n + 1) begin
            noise; desc_valid = 1; desc_src = 3; desc_dst = 16'h0102; desc_len = 11; desc_fill = (n % 4 == 3); cycle;
            for (j = 0; j < n / 2; j = j + 1) begin noise; cycle; end
            noise; abort = 1; rd_ready = n[0]; wr_ready = n[0]; desc_valid = 1; cycle;
            if (n % 3 == 0) begin noise; desc_valid = 1; abort = 1; cycle; end
            noise; cycle;
            if (n % 5 == 0) reset;
        end
        // Reset in the middle.
        for (n = 0; n < 8; n = n + 1) begin
            noise; desc_valid = 1; desc_src = 5; desc_dst = 16'h0207; desc_len = 9; desc_fill = n[2]; cycle;
            for (j = 0; j < n; j = j + 1) begin noise; cycle; end
            reset;
            glitch = 1;
            run(16'h0123, 16'h0456, 3, 0, 0);
            glitch = 0;
        end
        // Random.
        for (n = 0; n < 280; n = n + 1) begin
            if (n % 100 == 0) speed = 1 + $unsigned($random(state)) % 3;
            noise;
            glitch = ($unsigned($random(state)) % 32 == 0);
            rst = ($unsigned($random(state)) % 200 == 0);
            abort = ($unsigned($random(state)) % 80 == 0);
            desc_valid = $random(state);
            desc_len = desc_len % 24;
            if (m_waiting) rd_error = ($unsigned($random(state)) % 30 == 0);
            cycle;
        end
        if (bad == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, bad);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, bad, first);
        $finish(0);
    end
endmodule
