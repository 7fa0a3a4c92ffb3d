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

    localparam H = 3;

    reg        clk, rst, valid, last, cpol, cpha, lsb_first, miso;
    reg  [7:0] tx_data;
    wire       ready, rx_valid, sclk, mosi, cs_n;
    wire [7:0] rx_data;

    spi_master #(.HALF(H)) dut (
        .clk(clk), .rst(rst), .valid(valid), .ready(ready), .tx_data(tx_data), .last(last), .cpol(cpol), .cpha(cpha),
        .lsb_first(lsb_first), .rx_valid(rx_valid), .rx_data(rx_data), .sclk(sclk), .mosi(mosi), .miso(miso), .cs_n(cs_n)
    );

    // Reference model: the time since the accepting edge; levels are worked out from it.
    integer    t;                           // edges since edge 0 of the byte, -1 at rest
    reg        m_last, m_pol, m_pha, m_lsb, m_ready, known;
    reg [7:0]  m_byte;
    reg        e_mosi, e_sclk, e_valid, e_cs_n;
    reg [7:0]  e_data, heard;
    reg [31:0] bits;
    integer    n, k, odds, slot;

    // The i-th bit in the order of transmission.
    function [2:0] which(input integer i, input lsb);
        which = lsb ? i : 7 - i;
    endfunction

    task model_edge;
        begin
            e_valid = 0;
            if (rst) begin
                known  = 1;
                t      = -1;
                e_mosi = 0; e_sclk = 0; e_data = 0; e_cs_n = 1;
            end else if (t < 0 || (t >= 16 * H && !m_last)) begin
                if (t < 0) e_sclk = cpol;
                if (valid) begin
                    if (t < 0) begin
                        m_pol = cpol;
                        m_pha = cpha;
                        m_lsb = lsb_first;
                    end
                    t      = 0;
                    m_byte = tx_data;
                    m_last = last;
                    e_cs_n = 0;
                    if (!m_pha) e_mosi = m_byte[which(0, m_lsb)];
                end
            end else begin
                t = t + 1;
                if (t % H == 0) begin
                    slot = t / H;
                    if (slot <= 16) begin
                        e_sclk = (slot % 2) ? !m_pol : m_pol;
                        if (slot % 2 == (m_pha ? 0 : 1)) heard[which((slot - 1) / 2, m_lsb)] = miso;
                        else if (m_pha) e_mosi = m_byte[which(slot / 2, m_lsb)];
                        else if (slot < 16) e_mosi = m_byte[which(slot / 2, m_lsb)];
                        if (slot == 16) begin
                            e_valid = 1;
                            e_data  = heard;
                        end
                    end
                    if (slot == 17) begin
                        e_cs_n = 1;
                        e_mosi = 0;
                    end
                    if (slot == 18) t = -1;
                end
            end
            m_ready = (t < 0) || (t >= 16 * H && !m_last);
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("ready", ready, m_ready)
            `CHECK("rx_valid", rx_valid, e_valid)
            `CHECK("rx_data", rx_data, e_data)
            `CHECK("sclk", sclk, e_sclk)
            `CHECK("mosi", mosi, e_mosi)
            `CHECK("cs_n", cs_n, e_cs_n)
        end
    endtask

    // From falling edge to falling edge; `glitch`: reset pulses between the edges. Mode and data are noise unless set.
    task cycle(input glitch);
        begin
            #1 if (glitch) rst = 1;
            #1 if (glitch) rst = 0;
            #1 if (glitch) compare;
            #1 if (known) `CHECK("ready", ready, m_ready)
            #1 clk = 1;
            model_edge;
            #4 compare;
            #1 clk = 0;
        end
    endtask

    task noise;
        begin
            bits = random_word(0);
            {tx_data, last, cpol, cpha, lsb_first, miso} = bits[12:0];
        end
    endtask

    // One byte in mode k (bit 0 cpol, bit 1 cpha, bit 2 lsb_first), then noise for `more` cycles; `v`: valid stays.
    task send(input [2:0] mode, input [7:0] data, input is_last, input integer more, input v);
        begin
            noise;
            {lsb_first, cpha, cpol} = mode;
            tx_data = data;
            last    = is_last;
            valid   = 1;
            rst     = 0;
            cycle(0);
            for (k = 1; k < more; k = k + 1) begin
                noise;
                valid = v && !m_ready;
                cycle(0);
            end
        end
    endtask

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        t       = -1;
        heard   = 0;
        m_ready = 0;
        state   = SEED ^ 32'h5b1;
        clk = 0; rst = 1; valid = 1;
        noise;
        cycle(0);
        noise;
        cpol = 1;
        cycle(0);
        cycle(0);
        rst = 0;
        valid = 0;
        for (n = 0; n < 6; n = n + 1) begin
            noise;
            cycle(n == 4);
        end
        // One byte in each mode, then two with a pause of different length, then three without.
        for (n = 0; n < 8; n = n + 1) begin
            send(n, 8'h39 ^ {n[0], 7'd0}, 1, 18 * H + 1 + n % 3, 1);
            send(n, 8'hb2 + n, 0, 16 * H + 1 + n % 4, 1);
            send(7 - n, 8'h65 - n, 1, 18 * H + 1, n[0]);
        end
        for (n = 0; n < 4; n = n + 1) begin
            send(n * 2 + n / 2, 8'h87, 0, 16 * H + 1, 1);
            send(n, 8'h1e, 0, 16 * H + 1, 1);
            send(n + 1, 8'h69, 1, 18 * H + 1, 1);
        end
        // Resets in every part of a byte.
        for (n = 1; n < 19; n = n + 3) begin
            send(1 + n % 8, 8'hff, n[0], n * H - n % 2, 0);
            noise;
            rst = 1;
            valid = 1;
            cycle(0);
            rst = 0;
            valid = n[1];
            noise;
            cycle(0);
            rst = 1;
            cycle(0);
            rst = 0;
        end
        // Random.
        odds = 1;
        for (n = 0; n < 720; n = n + 1) begin
            bits = random_word(0);
            if (n % 100 == 0) odds = 1 << bits[1:0];
            valid = (bits[9:4] % odds == 0);
            rst   = (bits[17:10] == 0);
            k     = (bits[25:20] == 0);
            noise;
            cycle(!rst && k[0]);
        end
        rst = 0;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
