// harness-canary core/stack_calculator 5314549f-5257-4c27-b9f5-ecf57787f5dd
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

    localparam PUSH = 0, DROP = 1, DUP = 2, SWAP = 3, OVER = 4, ROT = 5, ADD = 6, SUB = 7, MUL = 8, DIV = 9, NEG = 10,
               PICK = 11, CLEAR = 12;

    integer state, checked, failed;
    time    first;

    reg         clk, rst, cmd_valid;
    reg  [3:0]  cmd_op;
    reg  [15:0] cmd_value;
    wire        cmd_ready, done;
    wire [15:0] top;
    wire [3:0]  depth;
    wire [1:0]  error;

    stack_calculator dut (
        .clk(clk), .rst(rst), .cmd_valid(cmd_valid), .cmd_ready(cmd_ready), .cmd_op(cmd_op), .cmd_value(cmd_value),
        .top(top), .depth(depth), .done(done), .error(error)
    );

    // Reference model: numbers from the bottom up; a slow command is carried out when it has waited long enough.
    reg  [15:0] numbers [0:9];
    integer     height, waits, full, i, k, n;
    reg  [3:0]  slow_op;
    reg  [1:0]  m_error;
    reg         m_done, known, glitch;
    reg  [31:0] a, b, c;

    task push(input [15:0] value);
        begin
            numbers[height] = value;
            height = height + 1;
        end
    endtask

    task pop(output [31:0] value);
        begin
            height = height - 1;
            value = numbers[height];
        end
    endtask

    task execute(input [3:0] op, input [15:0] value);
        case (op)
            PUSH: push(value);
            DROP: pop(a);
            DUP:  begin pop(a); push(a); push(a); end
            SWAP: begin pop(b); pop(a); push(b); push(a); end
            OVER: begin pop(b); pop(a); push(a); push(b); push(a); end
            ROT:  begin pop(c); pop(b); pop(a); push(b); push(c); push(a); end
            ADD:  begin pop(b); pop(a); push(a + b); end
            SUB:  begin pop(b); pop(a); push(a - b); end
            MUL:  begin pop(b); pop(a); a = a * b; push(a); push(a >> 16); end
            DIV:  begin pop(b); pop(a); push(a / b); push(a % b); end
            NEG:  begin pop(a); push(~a + 1); end
            PICK: push(numbers[height - 1 - value % 8]);
            default: height = 0;
        endcase
    endtask

    function [1:0] judge(input [3:0] op, input [15:0] value);
        integer least;
        begin
            case (op)
                DROP, DUP, NEG: least = 1;
                SWAP, OVER, ADD, SUB, MUL, DIV: least = 2;
                ROT: least = 3;
                PICK: least = value % 8 + 1;
                default: least = 0;
            endcase
            judge = 0;
            if (op > CLEAR) judge = 3;
            else if (height < least) judge = 1;
            else if (height == 8 && (op == PUSH || op == DUP || op == OVER || op == PICK)) judge = 2;
            else if (op == DIV) if (numbers[height - 1] == 0) judge = 3;
        end
    endfunction

    task model_edge;
        begin
            m_done = 0;
            if (rst) begin
                known = 1;
                height = 0; waits = 0; m_error = 0;
            end
            else if (waits > 0) begin
                waits = waits - 1;
                if (waits == 0) begin
                    execute(slow_op, 0);
                    m_done = 1;
                end
            end
            else if (cmd_valid) begin
                m_error = judge(cmd_op, cmd_value);
                if (m_error == 0 && (cmd_op == MUL || cmd_op == DIV)) begin
                    slow_op = cmd_op;
                    waits = 16;
                end
                else begin
                    m_done = 1;
                    if (m_error == 0) execute(cmd_op, cmd_value);
                end
            end
        end
    endtask

    task compare;
        if (known) begin
            `CHECK("cmd_ready", (waits == 0), cmd_ready)
            `CHECK("top", (height > 0 ? numbers[height - 1] : 16'd0), top)
            `CHECK("depth", height[3:0], depth)
            `CHECK("done", m_done, done)
            `CHECK("error", m_error, error)
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
            rst = 0; cmd_valid = 0; cmd_op = $random(state); cmd_value = $random(state);
        end
    endtask

    // A command; the cycles of a slow one have other commands on the inputs.
    task perform(input [3:0] op, input [15:0] value);
        begin
            noise; cmd_valid = 1; cmd_op = op; cmd_value = value; cycle;
            for (k = 0; k < 16 && waits > 0; k = k + 1) begin noise; cmd_valid = $random(state); cycle; end
        end
    endtask

    task reset;
        begin
            noise; rst = 1; cmd_valid = 1; cmd_op = PUSH; cycle;
        end
    endtask

    task show_all;
        for (i = 0; i < 9; i = i + 1) perform(DROP, 0);
    endtask

    function [15:0] any_number(input integer unused);
        case ($unsigned($random(state)) % 5)
            0: any_number = $unsigned($random(state)) % 8;
            1: any_number = 16'hffff - $unsigned($random(state)) % 4;
            2: any_number = 16'h8000 >> ($unsigned($random(state)) % 16);
            default: any_number = $random(state);
        endcase
    endfunction

    initial begin
        $timeformat(-9, 0, "", 1);
        state = SEED;
        checked = 0; failed = 0; first = 0;
        known = 0; glitch = 0; height = 0; waits = 0; m_done = 0; m_error = 0;
        for (i = 0; i < 10; i = i + 1) numbers[i] = 0;
        clk = 0;
        #10;
        reset;
        reset;
        // Every command with every depth of the stack, followed by a look at all numbers.
        for (n = 0; n < 16; n = n + 1)
            for (full = 0; full < 9; full = full + 1) begin
                perform(CLEAR, 0);
                for (i = 0; i < full; i = i + 1) perform(PUSH, 16'h1357 * (i + 1) + n);
                perform(n, 5 - n % 4);
                for (i = 0; i < 3; i = i + 1) perform(DROP, 0);
            end
        reset;
        // Products and quotients of special numbers; division by 0.
        for (n = 0; n < 24; n = n + 1) begin
            perform(CLEAR, 0);
            perform(PUSH, n[0] ? 16'hffff : n[1] ? 16'h8000 : any_number(0));
            perform(PUSH, n[2] ? 16'hffff : n[3] ? 16'h0001 : n[4] ? 16'h0000 : any_number(0));
            perform(n % 3 == 0 ? MUL : DIV, 0);
            perform(DROP, 0);
            perform(DROP, 0);
        end
        // All depths of PICK.
        for (n = 0; n < 16; n = n + 1) begin
            perform(CLEAR, 0);
            for (i = 0; i < 7 - n / 8; i = i + 1) perform(PUSH, any_number(0));
            perform(PICK, 16'hfff8 + n);
            perform(DROP, 0);
        end
        for (i = 0; i < 5; i = i + 1) perform(PUSH, 7 * i);
        show_all;
        // Reset in a slow command; its result does not come.
        for (n = 0; n < 6; n = n + 1) begin
            perform(PUSH, 1000); perform(PUSH, 77); perform(DUP, 0); perform(14, 0);
            noise; cmd_valid = 1; cmd_op = n[0] ? MUL : DIV; cycle;
            for (i = 0; i < 3 * n; i = i + 1) begin noise; cmd_valid = 1; cycle; end
            reset;
            if (n == 2) for (i = 0; i < 18; i = i + 1) begin noise; cycle; end
        end
        // Random.
        for (n = 0; n < 700; n = n + 1) begin
            noise;
            glitch = ($unsigned($random(state)) % 32 == 0);
            rst = ($unsigned($random(state)) % 200 == 0);
            cmd_valid = ($unsigned($random(state)) % 4 != 0);
            if ($unsigned($random(state)) % 3 == 0) cmd_op = PUSH;
            if (cmd_op == CLEAR && cmd_value[3:0] != 0) cmd_op = DUP;
            if (cmd_op >= 13 && cmd_value[1:0] != 0) cmd_op = ROT;
            if (cmd_op == PUSH) cmd_value = any_number(0);
            cycle;
        end
        glitch = 0;
        show_all;
        if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
        else $display("HARNESS %h checked=%0d failed=%0d first=%0t", KEY, checked, failed, first);
        $finish(0);
    end
endmodule
