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

    localparam [6:0] OWN = 7'h52;

    reg        clk, rst, scl, sda;
    reg  [7:0] rd_data;
    wire       sda_low, selected, wr_valid;
    wire [7:0] pointer, wr_addr, wr_data;

    i2c_target #(.ADDRESS(OWN)) dut (
        .clk(clk), .rst(rst), .scl(scl), .sda(sda), .sda_low(sda_low), .selected(selected), .pointer(pointer),
        .wr_valid(wr_valid), .wr_addr(wr_addr), .wr_data(wr_data), .rd_data(rd_data)
    );

    // Reference model: the bits heard since the last start in one long list; what they mean is worked out from their number.
    integer    heard;                       // rises since the last start, -1: deaf
    reg [8:0]  frame;                       // the latest nine of them
    reg        reading, known;
    reg [7:0]  sent;
    reg [3:0]  c_old, d_old;                // samples, newest in bit 0
    reg        e_low, e_selected, e_valid;
    reg [7:0]  e_pointer, e_addr, e_data;
    reg [31:0] bits;
    integer    i, k, n, pace, place, number;

    task model_fall;
        begin
            place  = heard % 9;             // 0: after an acknowledge
            number = (heard - 1) / 9;       // 0: address byte
            if (heard <= 0) ;
            else if (number == 0 && place == 8) begin
                if (frame[7:1] == OWN) begin
                    e_low = 1;
                    e_selected = 1;
                    reading = frame[0];
                end else
                    heard = -1;
            end else if (number == 0 && place != 0) ;
            else if (!reading) begin
                if (place == 0) e_low = 0;
                if (place == 8) begin
                    e_low = 1;
                    if (number == 1) e_pointer = frame[7:0];
                    else begin
                        e_valid = 1;
                        e_addr  = e_pointer;
                        e_data  = frame[7:0];
                        e_pointer = e_pointer + 1;
                    end
                end
            end else if (place == 8) e_low = 0;
            else if (place != 0) e_low = !sent[7 - place];
            else if (number > 0 && frame[0]) begin
                heard = -1;
                e_selected = 0;
            end else begin
                sent  = rd_data;
                e_low = !sent[7];
                e_pointer = e_pointer + 1;
            end
        end
    endtask

    task model_edge;
        begin
            e_valid = 0;
            if (rst) begin
                known = 1;
                heard = -1;
                c_old = 15; d_old = 15;
                {e_low, e_selected, e_pointer, e_addr, e_data} = 0;
            end else begin
                if (c_old[2:1] == 3 && d_old[2:1] != 0 && d_old[2:1] != 3) begin
                    heard = d_old[1] ? -1 : 0;
                    e_low = 0;
                    e_selected = 0;
                end
                if (c_old[2:1] == 1 && heard >= 0) begin
                    heard = heard + 1;
                    frame = {frame[7:0], d_old[1]};
                end
                if (c_old[2:1] == 2) model_fall;
                c_old = {c_old[2:0], scl};
                d_old = {d_old[2:0], sda};
            end
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("sda_low", sda_low, e_low)
            `CHECK("selected", selected, e_selected)
            `CHECK("pointer", pointer, e_pointer)
            `CHECK("wr_valid", wr_valid, e_valid)
            `CHECK("wr_addr", wr_addr, e_addr)
            `CHECK("wr_data", wr_data, e_data)
        end
    endtask

    // `count` cycles from falling edge to falling edge, with other data to be read in each.
    task cycles(input integer count);
        for (i = 0; i < count; i = i + 1) begin
            bits    = random_word(0);
            rd_data = bits[7:0];
            #4 if (known) `CHECK("sda_low", sda_low, e_low)
            #1 clk = 1;
            model_edge;
            #4 compare;
            #1 clk = 0;
        end
    endtask

    task short_reset;
        begin
            #1 rst = 1;
            #1 rst = 0;
            #1 compare;
            #1 ;
        end
    endtask

    // One bus level change, then some cycles.
    task bus(input c, input d);
        begin
            scl = c;
            sda = d;
            cycles(pace);
        end
    endtask

    // From any levels to a start, leaving the clock low.
    task bus_start;
        begin
            if (scl) bus(0, sda);
            bus(0, 1);
            bus(1, 1);
            bus(1, 0);
            bus(0, 0);
        end
    endtask

    task bus_stop;
        begin
            bus(0, 0);
            bus(1, 0);
            bus(1, 1);
        end
    endtask

    // The data line may change together with the clock line; only its level at the rise counts.
    task bus_bit(input d);
        begin
            bus(0, d ^ bits[20]);
            bus(1, d);
            bus(0, d ^ bits[21]);
        end
    endtask

    // Eight bits and an acknowledge bit of the controller (1 where the target is to acknowledge).
    task bus_byte(input [7:0] value, input ack);
        begin
            for (k = 7; k >= 0; k = k - 1) bus_bit(value[k]);
            bus_bit(ack);
        end
    endtask

    initial begin
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        heard   = -1;
        reading = 0;
        frame   = 0;
        pace    = 1;
        state   = SEED ^ 32'h12c;
        clk = 0; rst = 1; scl = 0; sda = 0;
        cycles(3);
        scl = 1; sda = 1;
        cycles(2);
        rst = 0;
        cycles(3);
        // Pointer and data; read back with a repeated start; the pointer wraps.
        bus_start;
        bus_byte({OWN, 1'b0}, 1);
        bus_byte(8'hfd, 1);
        for (n = 0; n < 4; n = n + 1) bus_byte(8'ha5 + n, 0);
        bus_start;
        bus_byte({OWN, 1'b1}, 1);
        bus_byte(8'hff, 0);
        bus_byte(8'hff, 0);
        bus_byte(8'hff, 1);
        bus_byte(8'h00, 0);
        bus_stop;
        pace = 2;
        bus_start;
        bus_byte({OWN, 1'b1}, 0);
        bus_byte(8'h00, 0);
        bus_byte(8'hff, 1);
        bus_byte({OWN, 1'b0}, 1);
        bus_stop;
        pace = 1;
        // Other addresses, one bit off; what follows is ignored even if it looks like the own address.
        for (n = 0; n < 7; n = n + 1) begin
            bus_start;
            bus_byte({OWN ^ (7'd1 << n), n[0]}, 1);
            bus_byte({OWN, 1'b0}, 1);
        end
        bus_stop;
        bus_byte({OWN, 1'b0}, 1);
        bus_byte(8'h55, 1);
        // Starts and stops within a byte, and a write that is cut off just before fall 8.
        bus_start;
        bus_byte({OWN, 1'b0}, 1);
        for (k = 0; k < 5; k = k + 1) bus_bit(1);
        bus_stop;
        bus_start;
        bus_byte({OWN, 1'b0}, 1);
        bus_byte(8'h80, 1);
        for (k = 0; k < 7; k = k + 1) bus_bit(k[0]);
        bus(0, 0);
        bus(1, 0);
        bus(1, 1);
        bus(0, 1);
        bus_start;
        bus_byte({OWN, 1'b1}, 1);
        for (k = 0; k < 3; k = k + 1) bus_bit(1);
        bus_start;
        bus_byte({OWN, 1'b0}, 1);
        bus(0, 1);
        bus(1, 1);
        bus(1, 0);
        bus(0, 0);
        bus_byte({OWN, 1'b0}, 1);
        bus_byte(8'h12, 1);
        // Both lines change at once: neither start nor stop.
        bus(1, 1);
        bus(0, 0);
        bus(1, 1);
        bus(0, 0);
        bus_stop;
        // Resets while selected, while pulling, and one between two edges.
        for (n = 0; n < 3; n = n + 1) begin
            bus_start;
            for (k = 7; k >= 0; k = k - 1) bus_bit(k == 0 ? n[0] : OWN[k - 1]);
            short_reset;
            rst = (n < 2);
            bus_bit(1);
            rst = 0;
            bus_byte(8'hc3, 1);
            bus_byte(8'h3c, 1);
        end
        // Random transfers.
        for (n = 0; n < 12; n = n + 1) begin
            bits = random_word(0);
            pace = (bits[2:0] == 0) ? 2 : 1;
            bus_start;
            place = bits[10:3];
            if (bits[12:11] == 0) bus_byte({OWN ^ (7'd1 << (place % 7)), bits[13]}, 1);
            else bus_byte({OWN, bits[13]}, 1);
            bits = random_word(0);
            bus_byte(bits[7:0], bits[8]);
            bits = random_word(0);
            if (bits[12]) bus_byte(bits[7:0], bits[8]);
            bits = random_word(0);
            if (bits[12]) bus_byte(bits[7:0], bits[8]);
            if (bits[14:13] == 0) bus_stop;
        end
        // Random levels.
        pace = 1;
        for (n = 0; n < 150; n = n + 1) begin
            bits = random_word(0);
            rst = (bits[31:25] == 0);
            bus(bits[0] | bits[1], bits[2]);
        end
        rst = 0;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
