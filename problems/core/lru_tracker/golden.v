// harness-canary core/lru_tracker 0b825100-aedb-4a51-9835-7832ff36aa64
module lru_tracker (
    input  wire       clk,
    input  wire       rst,
    input  wire       touch,
    input  wire [1:0] touch_set,
    input  wire [1:0] touch_way,
    input  wire       inval,
    input  wire [1:0] inval_set,
    input  wire [1:0] inval_way,
    input  wire [1:0] query_set,
    input  wire [1:0] query_way,
    input  wire [3:0] locked,
    output reg  [1:0] victim,
    output reg        victim_free,
    output wire       no_victim,
    output wire [1:0] age
);
    // One 8-bit row for each set: bits 2w+1:2w hold the position of way w.
    reg [7:0] rank_q  [0:3];
    reg [3:0] valid_q [0:3];

    // Row with one way moved to position 3.
    function [7:0] promote(input [7:0] row, input [1:0] way);
        integer   w;
        reg [1:0] old;
        begin
            old = row[2*way +: 2];
            for (w = 0; w < 4; w = w + 1) begin
                if (w == way)
                    promote[2*w +: 2] = 2'd3;
                else if (row[2*w +: 2] > old)
                    promote[2*w +: 2] = row[2*w +: 2] - 2'd1;
                else
                    promote[2*w +: 2] = row[2*w +: 2];
            end
        end
    endfunction

    // Row with one way moved to position 0.
    function [7:0] demote(input [7:0] row, input [1:0] way);
        integer   w;
        reg [1:0] old;
        begin
            old = row[2*way +: 2];
            for (w = 0; w < 4; w = w + 1) begin
                if (w == way)
                    demote[2*w +: 2] = 2'd0;
                else if (row[2*w +: 2] < old)
                    demote[2*w +: 2] = row[2*w +: 2] + 2'd1;
                else
                    demote[2*w +: 2] = row[2*w +: 2];
            end
        end
    endfunction

    wire [7:0] touched_row = promote(rank_q[touch_set], touch_way);
    wire       same_set    = touch && (touch_set == inval_set);
    wire [7:0] inval_row   = demote(same_set ? touched_row : rank_q[inval_set], inval_way);

    integer s;

    always @(posedge clk) begin
        if (rst) begin
            for (s = 0; s < 4; s = s + 1) begin
                rank_q[s]  <= 8'b11_10_01_00;
                valid_q[s] <= 4'b0000;
            end
        end else begin
            if (touch) begin
                rank_q[touch_set]             <= touched_row;
                valid_q[touch_set][touch_way] <= 1'b1;
            end
            if (inval) begin
                rank_q[inval_set]             <= inval_row;
                valid_q[inval_set][inval_way] <= 1'b0;
            end
        end
    end

    wire [7:0] query_row   = rank_q[query_set];
    wire [3:0] query_valid = valid_q[query_set];

    assign age       = query_row[2*query_way +: 2];
    assign no_victim = &locked;

    integer   v;
    reg [2:0] best;

    always @* begin
        best        = 3'd4;
        victim      = 2'd0;
        victim_free = 1'b0;
        for (v = 0; v < 4; v = v + 1) begin
            if (!locked[v] && ({1'b0, query_row[2*v +: 2]} < best)) begin
                best        = {1'b0, query_row[2*v +: 2]};
                victim      = v;
                victim_free = !query_valid[v];
            end
        end
    end
endmodule
