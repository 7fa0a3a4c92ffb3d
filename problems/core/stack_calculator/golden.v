// harness-canary core/stack_calculator 5314549f-5257-4c27-b9f5-ecf57787f5dd
module stack_calculator (
    input  wire        clk,
    input  wire        rst,
    input  wire        cmd_valid,
    output wire        cmd_ready,
    input  wire [3:0]  cmd_op,
    input  wire [15:0] cmd_value,
    output wire [15:0] top,
    output wire [3:0]  depth,
    output reg         done,
    output reg  [1:0]  error
);
    localparam PUSH = 4'd0, DROP = 4'd1, DUP = 4'd2, SWAP = 4'd3, OVER = 4'd4, ROT = 4'd5, ADD = 4'd6, SUB = 4'd7;
    localparam MUL = 4'd8, DIV = 4'd9, NEG = 4'd10, PICK = 4'd11, CLEAR = 4'd12;

    localparam NONE = 2'd0, FEW = 2'd1, FULL = 2'd2, BAD = 2'd3;

    // Place 0 is the top; deeper places hold 0 where the stack does not reach.
    reg [15:0] stack [0:7];
    reg [3:0]  used;

    reg        busy;
    reg        dividing;
    reg [3:0]  steps;
    reg [31:0] work;            // product and multiplier, or remainder and quotient

    assign cmd_ready = !busy;
    assign depth     = used;
    assign top       = stack[0];

    // What a command needs and leaves.
    reg [3:0] needs;
    reg [3:0] adds;             // places more than before, at most 1
    always @* begin
        needs = 4'd0;
        adds  = 4'd0;
        case (cmd_op)
            PUSH:               adds = 4'd1;
            DROP, NEG:          needs = 4'd1;
            DUP:                begin needs = 4'd1; adds = 4'd1; end
            OVER:               begin needs = 4'd2; adds = 4'd1; end
            SWAP, ADD, SUB:     needs = 4'd2;
            MUL, DIV:           needs = 4'd2;
            ROT:                needs = 4'd3;
            PICK:               begin needs = {1'b0, cmd_value[2:0]} + 4'd1; adds = 4'd1; end
            default:            ;
        endcase
    end

    wire unknown = (cmd_op > CLEAR);
    wire by_zero = (cmd_op == DIV) && (stack[0] == 16'd0);

    reg [1:0] problem;
    always @* begin
        if (unknown)
            problem = BAD;
        else if (used < needs)
            problem = FEW;
        else if ((adds != 4'd0) && (used == 4'd8))
            problem = FULL;
        else if (by_zero)
            problem = BAD;
        else
            problem = NONE;
    end

    wire accept = cmd_valid && cmd_ready;
    wire run    = accept && (problem == NONE);
    wire slow   = (cmd_op == MUL) || (cmd_op == DIV);

    // One step of a multiplication or of a division, and its end.
    wire [16:0] partial  = {1'b0, work[31:16]} + (work[0] ? {1'b0, stack[1]} : 17'd0);
    wire [16:0] brought  = work[31:15];
    wire        fits     = (brought >= {1'b0, stack[0]});
    wire [16:0] reduced  = brought - {1'b0, stack[0]};
    wire [31:0] work_mul = {partial, work[15:1]};
    wire [31:0] work_div = {fits ? reduced[15:0] : brought[15:0], work[14:0], fits};
    wire        finish   = busy && (steps == 4'd15);

    wire [15:0] pushed = (cmd_op == PUSH) ? cmd_value : (cmd_op == DUP) ? stack[0]
                       : (cmd_op == OVER) ? stack[1] : stack[cmd_value[2:0]];

    wire grow   = run && (adds != 4'd0);
    wire shrink = run && ((cmd_op == DROP) || (cmd_op == ADD) || (cmd_op == SUB));

    integer i;

    always @(posedge clk) begin
        if (rst) begin
            used <= 4'd0;
            for (i = 0; i < 8; i = i + 1)
                stack[i] <= 16'd0;
        end else if (grow) begin
            used     <= used + 4'd1;
            stack[0] <= pushed;
            for (i = 1; i < 8; i = i + 1)
                stack[i] <= stack[i-1];
        end else if (shrink) begin
            used     <= used - 4'd1;
            stack[0] <= (cmd_op == DROP) ? stack[1] : (cmd_op == ADD) ? stack[1] + stack[0] : stack[1] - stack[0];
            for (i = 1; i < 7; i = i + 1)
                stack[i] <= stack[i+1];
            stack[7] <= 16'd0;
        end else if (run) begin
            case (cmd_op)
                SWAP: begin
                    stack[0] <= stack[1];
                    stack[1] <= stack[0];
                end
                ROT: begin
                    stack[0] <= stack[2];
                    stack[1] <= stack[0];
                    stack[2] <= stack[1];
                end
                NEG:
                    stack[0] <= 16'd0 - stack[0];
                CLEAR: begin
                    used <= 4'd0;
                    for (i = 0; i < 8; i = i + 1)
                        stack[i] <= 16'd0;
                end
                default: ;
            endcase
        end else if (finish) begin
            stack[0] <= dividing ? work_div[31:16] : work_mul[31:16];
            stack[1] <= dividing ? work_div[15:0] : work_mul[15:0];
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            busy  <= 1'b0;
            done  <= 1'b0;
            error <= NONE;
        end else begin
            done <= (accept && !(run && slow)) || finish;
            if (accept) begin
                error <= problem;
                busy  <= run && slow;
            end else if (finish) begin
                busy <= 1'b0;
            end
        end
    end

    always @(posedge clk) begin
        if (accept) begin
            dividing <= (cmd_op == DIV);
            steps    <= 4'd0;
            work     <= {16'd0, (cmd_op == DIV) ? stack[1] : stack[0]};
        end else begin
            steps <= steps + 4'd1;
            work  <= dividing ? work_div : work_mul;
        end
    end
endmodule
