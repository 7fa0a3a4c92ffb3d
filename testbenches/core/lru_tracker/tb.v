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

    reg        clk;
    reg        rst;
    reg        touch;
    reg  [1:0] touch_set;
    reg  [1:0] touch_way;
    reg        inval;
    reg  [1:0] inval_set;
    reg  [1:0] inval_way;
    reg  [1:0] query_set;
    reg  [1:0] query_way;
    reg  [3:0] locked;
    wire [1:0] victim;
    wire       victim_free;
    wire       no_victim;
    wire [1:0] age;

    lru_tracker dut (
        .clk(clk), .rst(rst), .touch(touch), .touch_set(touch_set), .touch_way(touch_way),
        .inval(inval), .inval_set(inval_set), .inval_way(inval_way),
        .query_set(query_set), .query_way(query_way), .locked(locked),
        .victim(victim), .victim_free(victim_free), .no_victim(no_victim), .age(age)
    );

    integer checked, failed, state, i, j, k, n;
    time    first;

    // Reference model: for each way the time of its last use (a counter that only rises; an invalidated way
    // gets a time before all others). The order is the order of these times.
    integer    stamp [0:15];
    reg        alive [0:15];
    integer    newest, oldest;
    reg        known;
    reg  [1:0] e_victim, e_age;
    reg        e_free, e_none;

    task model_edge;
        if (rst) begin
            for (j = 0; j < 16; j = j + 1) begin
                stamp[j] = j % 4;
                alive[j] = 0;
            end
            newest = 3;
            oldest = 0;
            known  = 1;
        end else begin
            if (touch) begin
                newest = newest + 1;
                stamp[4 * touch_set + touch_way] = newest;
                alive[4 * touch_set + touch_way] = 1;
            end
            if (inval) begin
                oldest = oldest - 1;
                stamp[4 * inval_set + inval_way] = oldest;
                alive[4 * inval_set + inval_way] = 0;
            end
        end
    endtask

    task compare;
        if (known) begin
            e_age    = 0;
            e_victim = 0;
            e_free   = 0;
            e_none   = 1;
            for (j = 0; j < 4; j = j + 1)
                if (stamp[4 * query_set + j] < stamp[4 * query_set + query_way]) e_age = e_age + 1;
            for (j = 0; j < 4; j = j + 1)
                if (locked[j] == 0)
                    if (e_none || stamp[4 * query_set + j] < stamp[4 * query_set + e_victim]) begin
                        e_none   = 0;
                        e_victim = j;
                        e_free   = ~alive[4 * query_set + j];
                    end
            `CHECK("victim", victim, e_victim)
            `CHECK("victim_free", victim_free, e_free)
            `CHECK("no_victim", no_victim, e_none)
            `CHECK("age", age, e_age)
        end
    endtask

    task any_query;
        begin
            query_set = $random(state);
            query_way = $random(state);
            locked    = $random(state);
            case ($unsigned($random(state)) % 8)
                0: locked = 4'b1111;
                1, 2, 3: locked = 4'b0000;
                default: ;
            endcase
        end
    endtask

    // One clock cycle. The update inputs were set 1 ns before the falling edge; the query changes within the cycle.
    task cycle;
        begin
            any_query;
            if ($random(state) & 1) query_set = touch_set;
            #1 clk = 0;
            #1 compare;
            #1 any_query;
            if ($random(state) & 1) query_set = inval_set;
            #2 compare;
            #1 clk = 1; model_edge;
            #1 compare;
            #1 any_query;
            query_set = touch_set;
            #1 compare;
            #1 ;
        end
    endtask

    task short_reset_cycle;
        begin
            rst = 0;
            any_query;
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

    // All sets, ways and lock masks, without a clock edge.
    task sweep;
        begin
            touch = 0; inval = 0; rst = 0;
            for (i = 0; i < 64; i = i + 1) begin
                query_set = i / 16;
                query_way = i;
                locked    = i;
                #10 compare;
            end
        end
    endtask

    task drive(input t, input [3:0] tw, input v, input [3:0] vw);
        begin
            rst   = 0;
            touch = t;
            inval = v;
            {touch_set, touch_way} = tw;
            {inval_set, inval_way} = vw;
            cycle;
        end
    endtask

    task reset_cycle;
        begin
            drive_reset_inputs;
            cycle;
            rst = 0;
        end
    endtask

    task drive_reset_inputs;
        begin
            rst   = 1;
            touch = 1;
            inval = $random(state);
            {touch_set, touch_way} = $random(state);
            {inval_set, inval_way} = $random(state);
        end
    endtask

    initial begin
        $timeformat(-9, 0, "", 1);
        checked = 0;
        failed  = 0;
        first   = 0;
        known   = 0;
        state   = SEED;
        newest  = 3;
        oldest  = 0;
        for (j = 0; j < 16; j = j + 1) begin
            stamp[j] = 0;
            alive[j] = 0;
        end
        clk = 0; rst = 0; touch = 0; inval = 0;
        {touch_set, touch_way, inval_set, inval_way, query_set, query_way, locked} = 0;
        #1 ;
        // Directed: reset with active inputs, fill, all pairs of simultaneous requests in one set and across sets.
        reset_cycle;
        reset_cycle;
        sweep;
        for (k = 0; k < 16; k = k + 1) drive(1, 15 - k, 0, 0);
        sweep;
        for (k = 0; k < 16; k = k + 1) drive(1, {k[1:0], k[3:2]}, 1, {k[1:0], k[3:2]});
        for (k = 0; k < 16; k = k + 1) drive(1, {2'd2, k[3:2]}, 1, {2'd2, k[1:0]});
        sweep;
        for (k = 0; k < 16; k = k + 1) drive(1, {2'd1, k[3:2]}, 1, {2'd3, k[1:0]});
        for (k = 0; k < 8; k = k + 1) drive(0, {2'd0, k[1:0]}, 1, {k[2], 1'b0, k[1:0]});
        sweep;
        reset_cycle;
        sweep;
        // Random: more traffic in one favourite set, so that orders mix deeply.
        n = 0;
        for (k = 0; k < 800; k = k + 1) begin
            if (k % 40 == 0) n = $random(state);
            rst       = ($unsigned($random(state)) % 120 == 0);
            touch     = ($unsigned($random(state)) % 4 != 0);
            inval     = ($unsigned($random(state)) % 3 == 0);
            touch_set = ($random(state) & 1) ? n : $random(state);
            inval_set = ($random(state) & 1) ? n : $random(state);
            touch_way = $random(state);
            inval_way = $random(state);
            if (k % 160 == 90) short_reset_cycle;
            else cycle;
        end
        sweep;
        reset_cycle;
        sweep;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
