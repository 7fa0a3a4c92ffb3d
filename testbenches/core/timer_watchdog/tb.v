// harness-canary core/timer_watchdog bb97455d-7ecb-45fb-8ddd-f24f88605df3
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

    localparam [15:0] KICK_KEY = 16'h5a6b;

    integer state, checked, failed;
    time    first;

    reg         clk, rst_n, bus_write, bus_read;
    reg  [2:0]  bus_addr;
    reg  [15:0] bus_wdata;
    wire [15:0] bus_rdata;
    wire        warning, expired;

    timer_watchdog dut (
        .clk(clk), .rst_n(rst_n), .bus_write(bus_write), .bus_read(bus_read), .bus_addr(bus_addr), .bus_wdata(bus_wdata),
        .bus_rdata(bus_rdata), .warning(warning), .expired(expired)
    );

    // Reference model: a register file, in which place 5 is the counter and place 6 the causes.
    reg  [15:0] regs [0:7];
    reg  [15:0] old [0:7];
    integer     divider, i, k, n;
    reg         ticking, known, glitch, m_warning, m_expired;
    reg  [15:0] m_rdata;

    task fail(input integer cause);
        begin
            m_expired = 1;
            regs[6] = regs[6] | (1 << cause);
        end
    endtask

    task restart;
        begin
            divider = 0;
            regs[5] = old[2];
        end
    endtask

    task model_edge;
        begin
            m_expired = 0; m_warning = 0; m_rdata = 0;
            if (!rst_n) begin
                known = 1;
                divider = 0;
                regs[0] = 0; regs[1] = 0; regs[2] = 65535; regs[3] = 65535; regs[4] = 0; regs[5] = 65535; regs[6] = 0; regs[7] = 0;
            end
            else begin
                for (i = 0; i < 8; i = i + 1) old[i] = regs[i];
                if (bus_read) m_rdata = regs[bus_addr];
                if (bus_write && bus_addr == 6) regs[6] = regs[6] & ~bus_wdata;
                if (old[0][0]) begin
                    m_warning = (old[5] <= old[2] / 4);
                    ticking = (divider == old[1]);
                    divider = ticking ? 0 : (divider + 1) % 256;
                    if (ticking) begin
                        if (old[5] != 0) regs[5] = old[5] - 1;
                        else begin
                            regs[5] = old[2];
                            if (!(bus_write && bus_addr == 4)) fail(0);
                        end
                    end
                    if (bus_write && bus_addr == 4) begin
                        if (bus_wdata != KICK_KEY) fail(2);
                        else if (old[0][1] && old[5] > old[3]) fail(1);
                        else restart;
                    end
                end
                if (bus_write && bus_addr < 4 && !old[0][2]) begin
                    regs[bus_addr] = bus_addr == 0 ? bus_wdata % 8 : bus_addr == 1 ? bus_wdata % 256 : bus_wdata;
                    if (bus_addr == 0 && bus_wdata[0] && !old[0][0]) restart;
                end
            end
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("bus_rdata", m_rdata, bus_rdata)
            `CHECK("warning", m_warning, warning)
            `CHECK("expired", m_expired, expired)
        end
    endtask

    // One cycle from falling edge to falling edge; with glitch, rst_n is pulsed in the low phase.
    task cycle;
        begin
            if (glitch) begin
                #1 rst_n = ~rst_n;
                #1 rst_n = ~rst_n;
                #2;
            end
            else #4;
            compare;
            #1 clk = 1;
            model_edge;
            #5 clk = 0;
        end
    endtask

    task put(input [2:0] addr, input [15:0] data);
        begin
            rst_n = 1; bus_write = 1; bus_read = $random(state); bus_addr = addr; bus_wdata = data;
            cycle;
        end
    endtask

    // Cycles in which a register is read.
    task watch(input [2:0] addr, input integer cycles);
        for (k = 0; k < cycles; k = k + 1) begin
            rst_n = 1; bus_write = 0; bus_read = 1; bus_addr = addr; bus_wdata = $random(state);
            cycle;
        end
    endtask

    task look;
        for (n = 0; n < 8; n = n + 1) watch(n, 1);
    endtask

    task reset;
        begin
            rst_n = 0; bus_write = 1; bus_read = 1; bus_addr = $random(state); bus_wdata = $random(state);
            cycle;
        end
    endtask

    task set_up(input [7:0] prescale, input [15:0] load, input [15:0] window, input [2:0] control);
        begin
            reset;
            put(1, {8'hab, prescale}); put(2, load); put(3, window); put(0, {13'h1555, control});
        end
    endtask

    integer a, b;

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; divider = 0;
        clk = 0;
        #10;
        reset;
        reset;
        look;
        for (a = 0; a < 8; a = a + 1) put(a, 16'hfffe);
        look;
        rst_n = 1; bus_write = 0; bus_read = 0; bus_addr = 2; cycle;
        put(4, KICK_KEY); put(4, 0);
        // Run down and wrap, with prescalers 0 and 2; the count and the status are watched.
        set_up(0, 9, 3, 1);
        watch(5, 24);
        watch(6, 2);
        put(6, 6); watch(6, 1); put(6, 1); watch(6, 1);
        set_up(2, 4, 3, 1);
        watch(5, 36);
        // A prescaler that becomes smaller than the divider; loads that change; off and on again.
        set_up(9, 6, 3, 1);
        watch(5, 17);
        put(1, 3); watch(5, 6); put(2, 20); watch(5, 10); put(0, 0); watch(5, 3); put(4, KICK_KEY); put(0, 3); watch(5, 7);
        put(0, 1); watch(5, 3);
        set_up(8, 6, 3, 1);
        watch(5, 6);
        put(1, 2);
        watch(5, 262);
        // Kicks at every moment around the ends of the window and of the count, good, bad and early.
        for (a = 0; a < 14; a = a + 1)
            for (b = 0; b < 3; b = b + 1) begin
                set_up(b == 1 ? 1 : 0, 5, 2, b == 2 ? 3'd1 : 3'd3);
                watch(5, a);
                put(4, KICK_KEY ^ (a == 4 ? 16'h0001 : a == 9 ? 16'h8000 : 16'h0000));
                watch(5, 2);
                watch(6, 1);
            end
        set_up(0, 2, 0, 3);
        watch(5, 2); put(4, 16'h5a6a); watch(5, 1); watch(6, 1); put(6, 7);
        watch(5, 1); put(4, KICK_KEY); watch(6, 1); put(4, KICK_KEY); watch(6, 1);
        // Clearing a cause at the edge at which it comes again; clearing another one.
        for (a = 0; a < 5; a = a + 1) begin
            set_up(0, 3, 3, 1);
            watch(6, 4 + a);
            put(6, 16'hfff9);
            watch(6, 4);
            put(6, 4);
            watch(6, 1);
        end
        set_up(8'hc5, 1, 0, 1);
        watch(1, 1); watch(5, 200); watch(5, 1);
        // Small loads.
        for (a = 0; a < 6; a = a + 1) begin set_up(0, a, 0, 3); watch(5, 9); put(4, KICK_KEY); watch(6, 3); end
        // Locked with other bits at the same write.
        set_up(1, 30, 4, 7);
        put(0, 0); put(1, 0); put(2, 7); put(3, 90); look; put(4, KICK_KEY); watch(6, 1); put(6, 2); watch(6, 1); watch(5, 60); look;
        glitch = 1; watch(5, 5); put(4, KICK_KEY); glitch = 0;
        set_up(0, 30, 4, 4);
        put(0, 1); look;
        set_up(0, 16'h8001, 16'h8000, 3);
        put(4, KICK_KEY); watch(5, 2); put(4, KICK_KEY); watch(5, 3);
        // Random.
        for (n = 0; n < 2500; n = n + 1) begin
            if (n % 100 == 0) begin a = n; set_up($unsigned($random(state)) % 3, $unsigned($random(state)) % 12, $unsigned($random(state)) % 8, 1 + 2 * (a / 100 % 2)); n = a; end
            glitch = ($unsigned($random(state)) % 32 == 0);
            rst_n = ($unsigned($random(state)) % 200 != 0);
            bus_write = ($unsigned($random(state)) % 5 == 0);
            bus_read = ($unsigned($random(state)) % 4 != 0);
            bus_addr = $random(state);
            if (bus_addr == 7) bus_addr = 5;
            bus_wdata = $random(state);
            if (bus_write && bus_addr < 4) begin
                bus_wdata = bus_wdata % 16;
                if (bus_addr == 0) bus_wdata = ($unsigned($random(state)) % 12 == 0) ? bus_wdata : {14'd0, bus_wdata[1], 1'b1};
                if (bus_addr == 1) bus_wdata = bus_wdata % 4;
            end
            if (bus_write && bus_addr == 4 && bus_wdata[3:0] != 0) bus_wdata = KICK_KEY;
            cycle;
            glitch = 0;
        end
        look;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
