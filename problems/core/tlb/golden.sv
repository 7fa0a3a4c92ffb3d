// harness-canary core/tlb 316228cc-35aa-4075-9fde-801a54cb2805
module tlb (
    input  logic       clk,
    input  logic       rst,
    input  logic       req_valid,
    input  logic [9:0] req_vpn,
    input  logic [3:0] req_asid,
    input  logic       req_write,
    output logic       resp_valid,
    output logic       resp_hit,
    output logic       resp_denied,
    output logic [9:0] resp_ppn,
    input  logic       fill_valid,
    input  logic [9:0] fill_vpn,
    input  logic [3:0] fill_asid,
    input  logic       fill_global,
    input  logic       fill_large,
    input  logic       fill_writable,
    input  logic [9:0] fill_ppn,
    input  logic [1:0] inv_mode,
    input  logic [9:0] inv_vpn,
    input  logic [3:0] inv_asid,
    output logic [5:0] occupied
);
    localparam SLOTS = 6;

    typedef enum logic [1:0] {
        INV_NONE = 2'd0,
        INV_ALL  = 2'd1,
        INV_ASID = 2'd2,
        INV_PAGE = 2'd3
    } inv_mode_t;

    typedef struct packed {
        logic [9:0] vpn;
        logic [3:0] asid;
        logic       is_global;
        logic       is_large;
        logic       writable;
        logic [9:0] ppn;
    } entry_t;

    // Ages of all slots, 3 bits each; 0 is the slot used last.
    typedef logic [3*SLOTS-1:0] ages_t;

    function automatic ages_t touch(input ages_t ages, input logic [SLOTS-1:0] slot);
        logic [2:0] limit;
        limit = 3'd0;
        for (int i = 0; i < SLOTS; i++)
            if (slot[i])
                limit = limit | ages[3*i +: 3];
        touch = ages;
        for (int i = 0; i < SLOTS; i++) begin
            if (slot[i])
                touch[3*i +: 3] = 3'd0;
            else if ((slot != '0) && (ages[3*i +: 3] < limit))
                touch[3*i +: 3] = ages[3*i +: 3] + 3'd1;
        end
    endfunction

    function automatic logic same_page(input logic [9:0] a, input logic [9:0] b, input logic is_large);
        same_page = (a[9:4] == b[9:4]) && (is_large || (a[3:0] == b[3:0]));
    endfunction

    function automatic logic [SLOTS-1:0] lowest(input logic [SLOTS-1:0] candidates);
        lowest = candidates & (~candidates + 6'd1);
    endfunction

    entry_t filling;

    assign filling = {fill_vpn, fill_asid, fill_global, fill_large, fill_writable, fill_ppn};

    logic [SLOTS-1:0] valid;
    logic [SLOTS-1:0] hits;
    logic [SLOTS-1:0] dropped;
    logic [SLOTS-1:0] overlaps;
    logic [SLOTS-1:0] allowed;
    logic [SLOTS-1:0] oldest;
    logic [SLOTS-1:0] target;
    ages_t            ages;
    ages_t            ages_used;
    wire  [9:0]       merged [0:SLOTS];     // physical page of the slot that hits, collected slot by slot

    assign merged[0] = 10'd0;

    generate
        for (genvar s = 0; s < SLOTS; s++) begin : slot
            entry_t entry;
            logic   matches_page;

            assign hits[s]      = req_valid && valid[s] && same_page(entry.vpn, req_vpn, entry.is_large)
                                  && (entry.is_global || (entry.asid == req_asid));
            assign allowed[s]   = entry.writable;
            assign merged[s+1]  = merged[s] | (hits[s] ? {entry.ppn[9:4], entry.is_large ? req_vpn[3:0] : entry.ppn[3:0]} : 10'd0);
            assign matches_page = same_page(entry.vpn, inv_vpn, entry.is_large);
            assign dropped[s]   = (inv_mode == INV_ALL)
                                  || ((inv_mode == INV_ASID) && !entry.is_global && (entry.asid == inv_asid))
                                  || ((inv_mode == INV_PAGE) && matches_page && (entry.is_global || (entry.asid == inv_asid)));
            assign overlaps[s]  = valid[s] && !dropped[s] && same_page(entry.vpn, filling.vpn, entry.is_large || filling.is_large)
                                  && (entry.is_global || filling.is_global || (entry.asid == filling.asid));
            assign oldest[s]    = (ages_used[3*s +: 3] == SLOTS - 1);

            always_ff @(posedge clk) begin
                if (fill_valid && target[s])
                    entry <= filling;
            end
        end
    endgenerate

    // The look-up of this edge counts as used before the victim is chosen.
    assign ages_used = touch(ages, hits);

    always_comb begin
        if (overlaps != '0)
            target = lowest(overlaps);
        else if ((~valid | dropped) != '0)
            target = lowest(~valid | dropped);
        else
            target = oldest;
    end

    assign occupied = valid;

    always_ff @(posedge clk) begin
        if (rst) begin
            valid       <= '0;
            ages        <= 18'o543210;
            resp_valid  <= 1'b0;
            resp_hit    <= 1'b0;
            resp_denied <= 1'b0;
            resp_ppn    <= '0;
        end else begin
            resp_valid  <= req_valid;
            resp_hit    <= (hits != '0);
            resp_denied <= req_write && ((hits & ~allowed) != '0);
            resp_ppn    <= merged[SLOTS];
            if (fill_valid) begin
                valid <= (valid & ~dropped & ~overlaps) | target;
                ages  <= touch(ages_used, target);
            end else begin
                valid <= valid & ~dropped;
                ages  <= ages_used;
            end
        end
    end
endmodule
