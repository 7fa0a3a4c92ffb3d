// harness-canary core/deficit_round_robin 4c70242e-577d-4902-90ef-8beb8e6292e6
module deficit_round_robin (
    input  wire        clk,
    input  wire        rst,
    input  wire        enq_valid,
    output wire        enq_ready,
    input  wire [1:0]  enq_queue,
    input  wire [5:0]  enq_len,
    input  wire [3:0]  flush,
    input  wire [23:0] quantum,
    output reg         grant_valid,
    input  wire        grant_ready,
    output reg  [1:0]  grant_queue,
    output reg  [5:0]  grant_len,
    output wire [3:0]  empty,
    output reg  [1:0]  turn,
    output wire [23:0] deficit
);
    localparam DEPTH = 4;

    reg       fresh;                    // the quantum of this visit has not been added yet; a visit to an empty queue sets it
    reg [5:0] length [0:4*DEPTH-1];
    reg [2:0] level  [0:3];
    reg [1:0] oldest [0:3];
    reg [5:0] credit [0:3];

    wire [1:0] newest_place = oldest[enq_queue] + level[enq_queue][1:0];
    wire       enqueue      = enq_valid && enq_ready;

    assign enq_ready = (level[enq_queue] != DEPTH);

    genvar g;
    generate
        for (g = 0; g < 4; g = g + 1) begin : view
            assign empty[g]          = (level[g] == 3'd0);
            assign deficit[6*g +: 6] = credit[g];
        end
    endgenerate

    // One step of the schedule, which is done when the output is free.
    wire       step   = !grant_valid || grant_ready;
    wire [5:0] head   = length[{turn, oldest[turn]}];
    wire [6:0] budget = {1'b0, credit[turn]} + (fresh ? {1'b0, quantum[6*turn +: 6]} : 7'd0);
    wire [6:0] rest   = budget - {1'b0, head};
    wire       grant  = step && !empty[turn] && ({1'b0, head} <= budget);

    always @(posedge clk)
        if (enqueue)
            length[{enq_queue, newest_place}] <= enq_len;

    integer i;

    always @(posedge clk) begin
        if (rst) begin
            turn        <= 2'd0;
            grant_valid <= 1'b0;
            grant_queue <= 2'd0;
            grant_len   <= 6'd0;
        end else if (step) begin
            grant_valid <= grant;
            fresh       <= !grant;
            if (grant) begin
                grant_queue <= turn;
                grant_len   <= head;
            end else begin
                turn <= turn + 2'd1;
            end
        end
    end

    always @(posedge clk) begin
        for (i = 0; i < 4; i = i + 1) begin
            if (rst || flush[i]) begin
                level[i]  <= 3'd0;
                oldest[i] <= 2'd0;
                credit[i] <= 6'd0;
            end else begin
                level[i] <= level[i] + (enqueue && (enq_queue == i)) - (grant && (turn == i));
                if (grant && (turn == i))
                    oldest[i] <= oldest[i] + 2'd1;
                if (step && (turn == i))
                    credit[i] <= empty[i] ? 6'd0 : grant ? rest[5:0] : budget[5:0];
            end
        end
    end
endmodule
