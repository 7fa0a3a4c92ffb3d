// harness-canary core/round_robin_arbiter e0a9b22c-6071-4d41-9f44-70e8d730729c
module round_robin_arbiter #(
    parameter MAX_HOLD = 4
) (
    input  wire       clk,
    input  wire       rst,
    input  wire [3:0] req,
    input  wire [3:0] lock,
    input  wire [3:0] urgent,
    output reg  [3:0] grant,
    output reg  [1:0] grant_idx,
    output wire       grant_valid,
    output reg        timeout
);

    localparam [3:0] LIMIT = MAX_HOLD;

    reg [3:0] above;  // requesters with an index above the last one that was granted
    reg [3:0] held;   // cycles that the present grant has lasted

    wire       wants    = |(grant & req & lock);
    wire       at_limit = (held == LIMIT);
    wire       keep     = wants && !at_limit;

    wire [3:0] pressing = req & urgent;
    wire [3:0] pool     = (|pressing) ? pressing : req;
    wire [3:0] first    = pool & above;
    wire [3:0] pick     = (|first) ? first : pool;
    wire [3:0] winner   = pick & (~pick + 4'd1);

    always @(posedge clk) begin
        if (rst) begin
            grant     <= 4'b0000;
            grant_idx <= 2'd0;
            timeout   <= 1'b0;
            above     <= 4'b0000;
            held      <= 4'd0;
        end else begin
            timeout <= wants && at_limit;
            if (keep) begin
                held <= held + 4'd1;
            end else begin
                grant     <= winner;
                grant_idx <= {winner[3] | winner[2], winner[3] | winner[1]};
                held      <= 4'd1;
                case (winner)
                    4'b0001: above <= 4'b1110;
                    4'b0010: above <= 4'b1100;
                    4'b0100: above <= 4'b1000;
                    4'b1000: above <= 4'b0000;
                    default: above <= above;
                endcase
            end
        end
    end

    assign grant_valid = |grant;

endmodule
