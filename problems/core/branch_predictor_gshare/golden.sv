// harness-canary core/branch_predictor_gshare 27238141-ca85-4375-bc14-6b5ae6b662d2
module branch_predictor_gshare (
    input  logic        clk,
    input  logic        rst,
    input  logic        fetch_valid,
    input  logic [11:0] fetch_pc,
    output logic        hit,
    output logic        taken,
    output logic [11:0] target,
    output logic [5:0]  history,
    input  logic        done_valid,
    input  logic [11:0] done_pc,
    input  logic [5:0]  done_history,
    input  logic        done_taken,
    input  logic [11:0] done_target,
    input  logic        done_wrong
);
    typedef struct packed {
        logic [8:0] tag;
        logic [2:0] entry;
    } address_t;

    address_t    fetch, done;
    logic [1:0]  counters [0:63];
    logic [7:0]  valid;
    logic [8:0]  tags     [0:7];
    logic [11:0] targets  [0:7];

    assign fetch = fetch_pc;
    assign done  = done_pc;

    wire [1:0] prediction = counters[fetch_pc[5:0] ^ history];

    assign hit    = valid[fetch.entry] && (tags[fetch.entry] == fetch.tag);
    assign taken  = hit && prediction[1];
    assign target = taken ? targets[fetch.entry] : fetch_pc + 12'd1;

    wire  [5:0] done_index = done_pc[5:0] ^ done_history;
    wire  [1:0] old        = counters[done_index];
    logic [1:0] updated;

    always_comb begin
        if (done_taken)
            updated = (old == 2'd3) ? old : old + 2'd1;
        else
            updated = (old == 2'd0) ? old : old - 2'd1;
    end

    always_ff @(posedge clk) begin
        if (rst)
            history <= 6'd0;
        else if (done_valid && done_wrong)
            history <= {done_history[4:0], done_taken};
        else if (fetch_valid && hit)
            history <= {history[4:0], taken};
    end

    integer i;
    always_ff @(posedge clk) begin
        if (rst) begin
            for (i = 0; i < 64; i = i + 1)
                counters[i] <= 2'd1;
        end else if (done_valid) begin
            counters[done_index] <= updated;
        end
    end

    always_ff @(posedge clk) begin
        if (rst) begin
            valid <= 8'd0;
        end else if (done_valid) begin
            if (done_taken) begin
                valid[done.entry]   <= 1'b1;
                tags[done.entry]    <= done.tag;
                targets[done.entry] <= done_target;
            end else if (tags[done.entry] == done.tag && updated == 2'd0) begin
                valid[done.entry] <= 1'b0;
            end
        end
    end
endmodule
