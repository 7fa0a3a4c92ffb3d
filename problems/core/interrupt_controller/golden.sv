// harness-canary core/interrupt_controller e1ed4d53-3493-443f-9331-dd65442c006e
module interrupt_controller (
    input  logic       clk,
    input  logic       rst,
    input  logic [7:0] irq,
    input  logic       cfg_we,
    input  logic [2:0] cfg_index,
    input  logic       cfg_enable,
    input  logic       cfg_edge,
    input  logic [2:0] cfg_priority,
    input  logic [2:0] threshold,
    input  logic       ack,
    input  logic       eoi,
    output logic       int_req,
    output logic [2:0] int_id,
    output logic [2:0] int_level,
    output logic [7:0] pending,
    output logic [2:0] running_level,
    output logic [2:0] running_id,
    output logic       spurious
);
    typedef struct packed {
        logic       enable;
        logic       by_edge;
        logic [2:0] level;
    } source_t;

    typedef struct packed {
        logic       found;
        logic [2:0] level;
        logic [2:0] id;
    } best_t;

    logic [7:0]  sampled;       // irq at the latest edge
    logic [7:0]  caught;        // rising edges that have not been acknowledged
    logic [7:0]  enabled;
    logic [23:0] levels;
    logic [7:0]  taken;         // the source that is acknowledged at this edge

    // Levels in service, and who is served at each.
    logic [7:0]  active;
    logic [23:0] served;

    generate
        for (genvar s = 0; s < 8; s++) begin : source
            source_t config_q;

            assign enabled[s]       = config_q.enable;
            assign levels[3*s +: 3] = config_q.level;
            assign pending[s]       = config_q.by_edge ? caught[s] : sampled[s];

            always_ff @(posedge clk) begin
                if (rst)
                    config_q <= '0;
                else if (cfg_we && (cfg_index == s))
                    config_q <= {cfg_enable, cfg_edge, cfg_priority};
            end

            // Not reset: after one the source is level-triggered, and the write that changes this forgets.
            always_ff @(posedge clk) begin
                if (cfg_we && (cfg_index == s))
                    caught[s] <= 1'b0;
                else if (irq[s] && !sampled[s])
                    caught[s] <= 1'b1;
                else if (taken[s])
                    caught[s] <= 1'b0;
            end
        end
    endgenerate

    function automatic best_t choose(input logic [7:0] candidates, input logic [23:0] of);
        best_t leader;
        leader = '0;
        for (int i = 7; i >= 0; i--)
            if (candidates[i] && (!leader.found || (of[3*i +: 3] >= leader.level)))
                leader = {1'b1, of[3*i +: 3], 3'(i)};
        choose = leader;
    endfunction

    function automatic logic [2:0] highest(input logic [7:0] bits);
        highest = 3'd0;
        for (int i = 1; i < 8; i++)
            if (bits[i])
                highest = 3'(i);
    endfunction

    best_t      best;
    logic       accept;
    logic [7:0] left;           // in service after an end of interrupt
    logic [2:0] limit;

    assign best          = choose(pending & enabled, levels);
    assign running_level = highest(active);
    assign running_id    = (running_level == 3'd0) ? 3'd0 : served[3*running_level +: 3];
    assign limit         = (threshold > running_level) ? threshold : running_level;
    assign int_req       = best.found && (best.level > limit);
    assign int_id        = int_req ? best.id : 3'd0;
    assign int_level     = int_req ? best.level : 3'd0;
    assign accept        = ack && int_req;
    assign taken         = accept ? (8'd1 << int_id) : 8'd0;
    assign left          = eoi ? active & ~(8'd1 << running_level) : active;

    always_ff @(posedge clk) begin
        if (rst) begin
            sampled  <= '0;
            active   <= '0;
            spurious <= 1'b0;
        end else begin
            sampled  <= irq;
            active   <= accept ? left | (8'd1 << int_level) : left;
            spurious <= (ack && !int_req) || (eoi && (running_level == 3'd0));
        end
    end

    always_ff @(posedge clk) begin
        if (accept)
            served[3*int_level +: 3] <= int_id;
    end
endmodule
