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

    reg         clk, rst, s_tvalid, s_tlast, s_tuser, flush, m_tready;
    reg  [7:0]  s_tdata;
    wire        s_tready, m_tvalid, m_tlast, m_tuser;
    wire [31:0] m_tdata;
    wire [3:0]  m_tkeep;

    axis_width_converter dut (
        .clk(clk), .rst(rst), .s_tvalid(s_tvalid), .s_tready(s_tready), .s_tdata(s_tdata), .s_tlast(s_tlast),
        .s_tuser(s_tuser), .flush(flush), .m_tvalid(m_tvalid), .m_tready(m_tready), .m_tdata(m_tdata),
        .m_tkeep(m_tkeep), .m_tlast(m_tlast), .m_tuser(m_tuser)
    );

    // Reference model: bytes in the collector, a mark for "closed", what the output shows.
    reg [7:0]  bytes [0:3];
    integer    count;                      // bytes in the collector
    reg        shut, ends, marked;         // closed; with the last byte of a packet; a byte of this packet was marked
    reg        e_valid, e_last, e_user, known;
    reg [31:0] e_data;
    reg [3:0]  e_keep;
    reg [31:0] bits;
    integer    i, k, n, valid_odds, ready_odds, last_odds, flush_odds;

    task model_edge;
        reg room;
        begin
            if (rst) begin
                known = 1;
                count = 0;
                shut = 0; ends = 0; marked = 0;
                {e_valid, e_last, e_user, e_keep, e_data} = 0;
            end else begin
                room = !(e_valid && !m_tready);
                if (!shut) begin
                    if (s_tvalid) begin
                        bytes[count] = s_tdata;
                        count = count + 1;
                        if (s_tuser) marked = 1;
                        if (s_tlast) ends = 1;
                    end
                    shut = (count == 4) || ends || (flush && count > 0);
                end
                if (room) e_valid = 0;
                if (shut && room) begin
                    e_valid = 1;
                    e_data  = 0;
                    e_keep  = 0;
                    for (i = 0; i < count; i = i + 1) begin
                        e_data = e_data + (bytes[i] << (8 * i));
                        e_keep = e_keep + (1 << i);
                    end
                    e_last = ends;
                    e_user = ends && marked;
                    if (ends) marked = 0;
                    count = 0;
                    shut  = 0;
                    ends  = 0;
                end
            end
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("s_tready", s_tready, !shut)
            `CHECK("m_tvalid", m_tvalid, e_valid)
            `CHECK("m_tdata", m_tdata, e_data)
            `CHECK("m_tkeep", m_tkeep, e_keep)
            `CHECK("m_tlast", m_tlast, e_last)
            `CHECK("m_tuser", m_tuser, e_user)
        end
    endtask

    // From falling edge to falling edge; with `glitch` a reset pulse on either side of the rising edge.
    task cycle(input glitch);
        begin
            #1 if (glitch) rst = 1;
            #1 if (glitch) rst = 0;
            #2 compare;
            #1 clk = 1;
            model_edge;
            #1 if (glitch) rst = 1;
            #1 if (glitch) rst = 0;
            #2 compare;
            #1 clk = 0;
        end
    endtask

    // v: valid, l: last, u: user, f: flush, r: ready of the word side.
    task drive(input v, input l, input u, input f, input r);
        begin
            bits = random_word(0);
            s_tdata  = bits[7:0];
            s_tvalid = v; s_tlast = l; s_tuser = u; flush = f; m_tready = r;
            rst = 0;
            cycle(0);
        end
    endtask

    task reset(input integer length);
        for (n = 0; n < length; n = n + 1) begin
            bits = random_word(0);
            rst = 1;
            {s_tdata, s_tlast, s_tuser} = bits[9:0];
            s_tvalid = 1; flush = 1; m_tready = bits[10];
            cycle(0);
        end
    endtask

    // A packet of `length` bytes; byte `bad` is marked, `cut` is flushed together with its byte, -1 for none.
    task packet(input integer length, input integer bad, input integer cut, input r);
        for (n = 0; n < length; n = n + 1)
            drive(1, n == length - 1, n == bad, n == cut, r);
    endtask

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        count   = 0;
        state   = SEED ^ 32'h0a415;
        clk = 0; rst = 0; s_tvalid = 0; s_tdata = 0; s_tlast = 0; s_tuser = 0; flush = 0; m_tready = 0;
        #1 reset(3);
        drive(0, 1, 1, 1, 1);
        // Packets of every length, back to back, marked or flushed at every place.
        for (k = 1; k <= 9; k = k + 1) packet(k, -1, -1, 1);
        drive(0, 0, 0, 0, 1);
        packet(1, 0, -1, 1);
        packet(1, -1, 0, 1);
        packet(4, 3, 3, 1);
        packet(4, 0, -1, 1);
        packet(8, -1, -1, 1);
        packet(9, 2, 5, 1);
        packet(6, -1, 3, 1);
        packet(3, 0, 1, 1);
        packet(3, 1, 0, 1);
        packet(2, -1, -1, 1);
        // Flush without a byte at that edge, twice, and with nothing collected.
        drive(1, 0, 1, 0, 1);
        drive(0, 1, 0, 1, 1);
        drive(0, 1, 0, 1, 1);
        drive(0, 0, 0, 0, 0);
        drive(1, 0, 0, 0, 0);
        drive(1, 0, 0, 0, 0);
        drive(0, 0, 0, 1, 0);
        drive(1, 0, 0, 0, 0);
        drive(1, 1, 0, 1, 0);
        drive(1, 1, 1, 1, 0);
        drive(1, 0, 1, 0, 0);
        drive(1, 0, 1, 0, 1);
        drive(0, 0, 0, 1, 0);
        drive(0, 0, 0, 1, 1);
        drive(0, 0, 0, 0, 0);
        // A closed word waits; then it moves, with and without a byte offered.
        packet(4, -1, -1, 0);
        packet(4, 1, -1, 0);
        drive(1, 1, 1, 1, 0);
        drive(1, 0, 1, 0, 1);
        drive(1, 0, 0, 0, 0);
        drive(1, 0, 0, 0, 0);
        drive(1, 1, 0, 0, 0);
        drive(1, 1, 1, 0, 1);
        drive(0, 0, 0, 0, 1);
        drive(0, 0, 0, 0, 1);
        packet(3, 0, -1, 0);
        packet(2, -1, -1, 0);
        drive(0, 0, 0, 1, 0);
        reset(1);
        drive(1, 0, 1, 0, 1);
        drive(1, 0, 1, 0, 1);
        reset(1);
        packet(5, -1, -1, 1);
        packet(3, -1, -1, 0);
        packet(3, 2, -1, 0);
        reset(2);
        packet(2, -1, -1, 0);
        drive(0, 0, 0, 0, 1);
        // Random.
        for (n = 0; n < 1200; n = n + 1) begin
            bits = random_word(0);
            if (n % 40 == 0) begin
                valid_odds = bits[3:0];
                ready_odds = bits[7:4];
                last_odds  = bits[9:8] * 2;
                flush_odds = bits[11:10];
                if (bits[12]) valid_odds = 15;
                if (bits[14:13] == 0) ready_odds = 15;
                if (bits[15]) flush_odds = 0;
            end
            bits = random_word(0);
            s_tdata  = bits[7:0];
            s_tvalid = (bits[11:8] <= valid_odds);
            m_tready = (bits[15:12] <= ready_odds);
            s_tlast  = (bits[19:16] < last_odds);
            flush    = (bits[23:20] < flush_odds);
            s_tuser  = (bits[26:24] == 0);
            bits = random_word(0);
            rst  = (bits[6:0] == 0);
            if (rst) cycle(0);
            else cycle(bits[12:7] == 0);
        end
        rst = 0;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
