`timescale 1ns/1ps
`define CHECK(NAME, GOT, EXP) \
    begin \
        checked = checked + 1; \
        if ((GOT) !== (EXP)) begin \
            if (failed == 0) first = $time; \
            failed = failed + 1; \
            if (failed <= 10) \
                $display("MISMATCH time=%0t signal=%0s expected=%b got=%b", $time, NAME, EXP, GOT); \
        end \
    end

module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;

    localparam WIDTH = 8;
    localparam DEPTH = 8;

    reg              clk;
    reg              rst;
    reg              wr_en;
    reg  [WIDTH-1:0] wr_data;
    reg              rd_en;
    reg              clear_flags;
    wire [WIDTH-1:0] rd_data;
    wire             full;
    wire             empty;
    wire             almost_full;
    wire [7:0]       level;
    wire             overflow;
    wire             underflow;

    fifo_sync #(.WIDTH(WIDTH), .DEPTH(DEPTH)) dut (
        .clk(clk), .rst(rst), .wr_en(wr_en), .wr_data(wr_data), .rd_en(rd_en), .clear_flags(clear_flags),
        .rd_data(rd_data), .full(full), .empty(empty), .almost_full(almost_full), .level(level),
        .overflow(overflow), .underflow(underflow)
    );

    integer checked, failed, state, i, j, k, mode;
    time    first;

    // Reference model: a list of words; element 0 is the oldest.
    reg  [WIDTH-1:0] list [0:DEPTH];
    integer          count;
    reg  [WIDTH-1:0] m_data;
    reg              m_over, m_under, known;
    reg              e_full, e_empty, e_almost;
    reg  [7:0]       e_level;

    task model_edge;
        integer n;
        begin
            if (rst) begin
                count   = 0;
                m_data  = 0;
                m_over  = 0;
                m_under = 0;
                known   = 1;
            end else begin
                n = count;
                if (clear_flags) begin
                    m_over  = 0;
                    m_under = 0;
                end
                if (rd_en) begin
                    if (n == 0) m_under = 1;
                    else begin
                        m_data = list[0];
                        for (j = 0; j < DEPTH - 1; j = j + 1) list[j] = list[j + 1];
                        count = count - 1;
                    end
                end
                if (wr_en) begin
                    if (n == DEPTH && !rd_en) m_over = 1;
                    else begin
                        list[count] = wr_data;
                        count = count + 1;
                    end
                end
            end
            e_level = count;
            case (count)
                0:                         {e_full, e_almost, e_empty} = 3'b001;
                DEPTH - 2, DEPTH - 1:      {e_full, e_almost, e_empty} = 3'b010;
                DEPTH:                     {e_full, e_almost, e_empty} = 3'b110;
                default:                   {e_full, e_almost, e_empty} = 3'b000;
            endcase
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("rd_data", rd_data, m_data)
            `CHECK("full", full, e_full)
            `CHECK("empty", empty, e_empty)
            `CHECK("almost_full", almost_full, e_almost)
            `CHECK("level", level, e_level)
            `CHECK("overflow", overflow, m_over)
            `CHECK("underflow", underflow, m_under)
        end
    endtask

    // One clock cycle. Inputs were set 1 ns before the falling edge.
    task cycle;
        begin
            #1 clk = 0;
            #4 compare;
            #1 clk = 1; model_edge;
            #3 compare;
            #1 ;
        end
    endtask

    // A reset pulse between two rising edges, which must have no effect; one cycle.
    task short_reset_cycle;
        begin
            rst = 0;
            #1 clk = 0;
            #1 rst = 1;
            #1 rst = 0;
            #2 compare;
            #1 clk = 1; model_edge;
            #1 rst = 1;
            #1 rst = 0;
            #1 compare;
            #1 ;
        end
    endtask

    task drive(input w, input r, input c);
        begin
            rst         = 0;
            wr_en       = w;
            rd_en       = r;
            clear_flags = c;
            wr_data     = $random(state);
            cycle;
        end
    endtask

    task reset(input integer n, input active);
        for (i = 0; i < n; i = i + 1) begin
            rst         = 1;
            wr_en       = active;
            rd_en       = active;
            clear_flags = 0;
            wr_data     = $random(state);
            cycle;
        end
    endtask

    task repeat_drive(input integer n, input w, input r, input c);
        for (k = 0; k < n; k = k + 1) drive(w, r, c);
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        count   = 0;
        state   = SEED;
        clk = 0; rst = 0; wr_en = 0; rd_en = 0; clear_flags = 0; wr_data = 0;
        #1 ;
        // Directed: reset with active inputs, reads of an empty buffer, fill, overfill, drain, wrap.
        reset(2, 1);
        drive(0, 0, 0);
        drive(0, 1, 0);
        drive(0, 0, 0);
        drive(0, 0, 1);
        drive(0, 1, 0);
        drive(0, 1, 1);
        drive(0, 0, 1);
        drive(1, 1, 0);
        drive(0, 0, 1);
        drive(0, 1, 0);
        repeat_drive(DEPTH, 1, 0, 0);
        drive(0, 0, 0);
        drive(1, 0, 0);
        drive(0, 0, 0);
        drive(1, 0, 1);
        drive(0, 0, 1);
        repeat_drive(DEPTH + 3, 1, 1, 0);
        drive(1, 0, 0);
        short_reset_cycle;
        drive(0, 1, 1);
        drive(1, 0, 0);
        repeat_drive(DEPTH + 2, 0, 1, 0);
        drive(1, 0, 0);
        repeat_drive(DEPTH * 2, 1, 1, 0);
        reset(1, 1);
        drive(0, 0, 0);
        repeat_drive(DEPTH + 1, 1, 0, 0);
        reset(1, 0);
        repeat_drive(3, 1, 0, 0);
        repeat_drive(5, 0, 1, 0);
        reset(1, 1);
        // Random, with a changing bias.
        mode = 0;
        for (i = 0; i < 700; i = i + 1) begin
            if (i % 20 == 0) mode = $unsigned($random(state)) % 6;
            rst     = ($unsigned($random(state)) % 90 == 0);
            wr_data = $random(state);
            case (mode)
                0: begin wr_en = 1; rd_en = ($unsigned($random(state)) % 5 == 0); end
                1: begin wr_en = ($unsigned($random(state)) % 5 == 0); rd_en = 1; end
                2: begin wr_en = 1; rd_en = 1; end
                3: begin wr_en = ($unsigned($random(state)) % 4 != 0); rd_en = ($unsigned($random(state)) % 2 == 0); end
                4: begin wr_en = ($unsigned($random(state)) % 2 == 0); rd_en = ($unsigned($random(state)) % 4 != 0); end
                default: begin wr_en = $random(state); rd_en = $random(state); end
            endcase
            clear_flags = ($unsigned($random(state)) % 6 == 0);
            if (i % 97 == 50) short_reset_cycle;
            else cycle;
        end
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
