`timescale 1ns/1ps
module tb;
    parameter [63:0] KEY = 64'd0;
    parameter [31:0] SEED = 32'd1;
    initial $timeformat(-9, 0, "", 1);  // times in ns

    reg clk, rst_n, tick, side_car, ped_req, fault;
    wire [2:0] main_light, side_light;
    wire walk, ped_wait;

    traffic_light dut (
        .clk(clk),
        .rst_n(rst_n),
        .tick(tick),
        .side_car(side_car),
        .ped_req(ped_req),
        .fault(fault),
        .main_light(main_light),
        .side_light(side_light),
        .walk(walk),
        .ped_wait(ped_wait)
    );

    integer checked, failed, state, i, n, k, target, mood;
    time first;

    // Phases of the model, named by what is seen: the letters are main road, side road, and what comes before.
    localparam MG = 10, MA = 11, RA = 12, WK = 13, RB = 14, SG = 15, SA = 16, RC = 17, FL = 18;
    integer phase, was, number;
    reg amber, waits;
    reg [2:0] exp_main, exp_side;
    reg exp_walk;

    // Fresh random numbers for one cycle; drawn ahead, so that no expression has a side effect.
    reg [31:0] drawn [0:15];
    integer d;

    task draw;
        for (d = 0; d < 16; d = d + 1) drawn[d] = $random(state);
    endtask

    function integer rnd(input integer which, input integer limit);
        rnd = (drawn[which] >> 8) % limit;
    endfunction

    task note;
        begin
            failed = failed + 1;
            if (failed == 1) first = $time;
        end
    endtask

    task check;
        begin
            exp_main = phase == MG ? 1 : phase == MA ? 2 : phase == FL ? 2 * amber : 4;
            exp_side = phase == SG ? 1 : phase == SA ? 2 : phase == FL ? 2 * amber : 4;
            exp_walk = phase == WK;
            checked = checked + 4;
            if (main_light !== exp_main) begin
                note;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=main_light expected=%b got=%b", $time, exp_main, main_light);
            end
            if (side_light !== exp_side) begin
                note;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=side_light expected=%b got=%b", $time, exp_side, side_light);
            end
            if (walk !== exp_walk) begin
                note;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=walk expected=%b got=%b", $time, exp_walk, walk);
            end
            if (ped_wait !== waits) begin
                note;
                if (failed <= 10)
                    $display("MISMATCH time=%0t signal=ped_wait expected=%b got=%b", $time, waits, ped_wait);
            end
        end
    endtask

    task model_reset;
        begin
            phase = RC;
            number = 0;
            waits = 0;
        end
    endtask

    task go(input integer next);
        begin
            phase = next;
            number = 0;
        end
    endtask

    task model;
        begin
            was = phase;
            if (!rst_n) model_reset;
            else begin
                if (fault) begin
                    if (phase != FL) begin
                        go(FL);
                        amber = 1;
                    end else if (tick) amber = !amber;
                end else if (tick) begin
                    number = number + 1;
                    if (phase == MG && number >= 6 && (side_car || waits)) go(MA);
                    else if (phase == MA && number == 2) go(RA);
                    else if (phase == RA && waits) go(WK);
                    else if (phase == RA) go(SG);
                    else if (phase == WK && number == 4) go(RB);
                    else if (phase == RB && side_car) go(SG);
                    else if (phase == RB) go(MG);
                    else if (phase == SG && (number == 8 || (number >= 4 && (waits || !side_car)))) go(SA);
                    else if (phase == SA && number == 2) go(RC);
                    else if (phase == RC && number == 3) go(MG);
                    else if (phase == FL) go(RC);
                end
                waits = (waits || ped_req) && was != WK && was != FL && phase != WK && !fault;
            end
        end
    endtask

    // One clock cycle from falling edge to falling edge. Outputs are looked at before and after the rising edge.
    // mode 1: reset falls in the high phase and stays; 2: a reset pulse in the low phase; 3: one in the high phase
    task cycle(input integer mode);
        begin
            if (mode == 2) begin
                #1 rst_n = 0;
                model_reset;
                #1 check;
                #1 rst_n = 1;
                #1 check;
                #1 clk = 1;
            end else begin
                #4 check;
                #1 clk = 1;
            end
            model;
            #2 check;
            if (mode == 1 || mode == 3) begin
                #1 rst_n = 0;
                model_reset;
                #1 check;
                if (mode == 3) rst_n = 1;
                #1 clk = 0;
            end else
                #3 clk = 0;
        end
    endtask

    task set(input t, input s, input p, input f);
        begin
            tick = t;
            side_car = s;
            ped_req = p;
            fault = f;
        end
    endtask

    // So many ticks with these inputs; every fourth one after an edge without a tick.
    task ticks(input s, input p, input integer count);
        for (i = 0; i < count; i = i + 1) begin
            if (i % 4 == 2) begin
                set(0, s, p, 0);
                cycle(0);
            end
            set(1, s, p, 0);
            cycle(0);
        end
    endtask

    // The beginning of main green, by way of a reset.
    task fresh;
        begin
            set(0, 0, 0, 0);
            cycle(2);
            ticks(0, 0, 3);
        end
    endtask

    // Brings the model into a phase by suitable inputs; the bound is never reached.
    task bring(input integer next);
        for (k = 0; k < 40 && phase != next; k = k + 1) begin
            set(1, next == SG || next == SA || next == RA, (next == WK || next == RB) && !waits, next == FL);
            cycle(0);
        end
    endtask

    initial begin
        checked = 0;
        failed = 0;
        first = 0;
        state = SEED;
        draw;
        amber = 0;

        clk = 0;
        rst_n = 1;
        set(1, 1, 1, 1);
        #2 rst_n = 0;
        model_reset;
        #1 check;
        #7;
        // Inputs are active while the reset lasts.
        for (n = 0; n < 5; n = n + 1) cycle(0);
        set(1, 1, 1, 0);
        for (n = 0; n < 5; n = n + 1) cycle(0);
        rst_n = 1;
        set(0, 1, 0, 0);
        for (n = 0; n < 6; n = n + 1) cycle(0);
        // Nobody: main green stays. A car that does not meet a tick has no effect.
        ticks(0, 0, 14);
        set(0, 1, 0, 0);
        for (n = 0; n < 3; n = n + 1) cycle(0);
        ticks(0, 0, 2);
        // One car at one tick, gone at once: minimum side green.
        ticks(1, 0, 1);
        ticks(0, 0, 14);
        // A stream of cars: main minimum and side maximum, twice round.
        ticks(1, 0, 44);
        // Side green ends at each possible tick, because the cars end.
        for (n = 1; n <= 9; n = n + 1) begin
            bring(SG);
            ticks(1, 0, n);
            ticks(0, 0, 3);
        end
        // The same because of a pedestrian, who is served after the next main green.
        for (n = 0; n <= 8; n = n + 1) begin
            bring(SG);
            ticks(1, 0, n);
            set(0, 1, 1, 0);
            cycle(0);
            ticks(1, 0, 1);
            ticks(n[0], 0, n < 2 ? 16 : 3);
        end
        // Main green: a car or a pedestrian from each tick on.
        for (n = 0; n <= 7; n = n + 1) begin
            fresh;
            ticks(0, 0, n);
            ticks(1, 0, 1);
            ticks(0, 0, n < 6 ? 4 : 2);
            fresh;
            ticks(0, 0, n);
            set(0, 0, 1, 0);
            cycle(0);
            ticks(0, 0, 9);
        end
        // A pedestrian in each phase, at a tick and between ticks; then cars or none after the walk.
        for (target = MG; target <= RC; target = target + 1)
            for (n = 0; n < 2; n = n + 1) begin
                bring(target);
                set(n[0], n[0] ^ target[0], 1, 0);
                cycle(0);
                ticks(n[0] ^ target[0], 0, 6);
            end
        // The button is held all the time.
        ticks(0, 1, 20);
        ticks(1, 1, 30);
        // A request at a tick of side green past the minimum: it ends at the next tick only.
        bring(RC);
        bring(SG);
        ticks(1, 0, 4);
        ticks(1, 1, 1);
        ticks(1, 0, 3);
        // A request at the very tick that ends the first all-red phase comes too late for it.
        bring(RA);
        ticks(1, 1, 1);
        ticks(0, 0, 12);
        // Fault from each phase, at a tick and between ticks, with a stored request; with 0 to 3 ticks of flashing.
        for (target = MG; target <= RC; target = target + 1)
            for (n = 0; n < 2; n = n + 1) begin
                bring(target);
                set(0, 0, 1, 0);
                cycle(0);
                set(n[0], 1, 1, 1);
                cycle(0);
                set(0, 1, 1, 1);
                cycle(0);
                for (k = 0; k < (target + n) % 4; k = k + 1) begin
                    set(1, 0, 0, 1);
                    cycle(0);
                end
                set(0, 0, 1, 0);
                cycle(0);
                cycle(0);
                set(1, 0, 1, n[0]);
                cycle(0);
                ticks(0, 0, 3 + n);
            end
        // Fault again right after the end of a fault, and within the all-red phase that follows.
        bring(FL);
        ticks(0, 0, 1);
        set(1, 0, 0, 1);
        cycle(0);
        cycle(0);
        ticks(0, 0, 3);
        set(1, 0, 0, 1);
        cycle(0);
        ticks(0, 1, 12);
        // Reset in each phase.
        for (target = MG; target <= FL; target = target + 1) begin
            bring(target);
            set(0, 1, 1, target == FL);
            cycle(0);
            set(1, 1, 1, target == FL);
            cycle(1 + target % 3);
            cycle(0);
            rst_n = 1;
            ticks(0, 0, 5);
        end

        mood = 0;
        for (n = 0; n < 350; n = n + 1) begin
            draw;
            if (n % 40 == 0) mood = rnd(0, 4);
            set(rnd(1, 4) != 0, mood[0] ? rnd(2, 4) != 0 : rnd(3, 8) == 0, mood[1] ? rnd(4, 6) == 0 : rnd(5, 30) == 0,
                fault ? rnd(6, 4) != 0 : rnd(7, 50) == 0);
            if (!rst_n) begin
                rst_n = rnd(8, 3) == 0;
                cycle(0);
            end else if (rnd(9, 100) == 0)
                cycle(1 + rnd(10, 3));
            else
                cycle(0);
        end

        if (failed == 0)
            $display("HARNESS %h checked=%0d failed=0 first=-", KEY, checked);
        else
            $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
