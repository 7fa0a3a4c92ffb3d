// harness-canary core/bitonic_sorter 2284b494-8c0c-43c8-b981-df85ac8e3d6b
module bitonic_sorter (
    input  logic        clk,
    input  logic        rst_n,
    input  logic        in_valid,
    output logic        in_ready,
    input  logic [63:0] in_keys,
    input  logic [7:0]  in_present,
    input  logic        in_descending,
    input  logic        in_signed,
    output logic        out_valid,
    input  logic        out_ready,
    output logic [63:0] out_keys,
    output logic [23:0] out_indices,
    output logic [3:0]  out_count
);
    typedef struct packed {
        logic       absent;
        logic [7:0] rank;       // the key, changed so that a lower rank always goes first
        logic [2:0] index;
    } item_t;

    typedef struct packed {
        logic       valid;
        logic       descending;
        logic       is_signed;
        logic [3:0] count;
    } control_t;

    localparam STAGES = 6;
    localparam WIDTH  = 8 * $bits(item_t);

    localparam ITEM   = $bits(item_t);

    // The inputs of stage s are items[s] and control[s]; those behind the last stage are the output.
    wire [WIDTH-1:0]            items   [0:STAGES];
    wire [$bits(control_t)-1:0] control [0:STAGES];

    logic     advance;
    control_t newest;
    control_t last;

    assign last      = control[STAGES];
    assign advance   = !last.valid || out_ready;
    assign in_ready  = advance;
    assign out_valid = last.valid;
    assign out_count = last.valid ? last.count : 4'd0;

    // Entry: keys become ranks. Exit: ranks become keys again.
    logic [7:0] flip;
    logic [7:0] unflip;

    assign flip   = {in_signed ^ in_descending, {7{in_descending}}};
    assign unflip = {last.is_signed ^ last.descending, {7{last.descending}}};

    generate
        for (genvar i = 0; i < 8; i++) begin : place
            item_t arriving;
            item_t leaving;

            assign arriving = {!in_present[i], in_keys[8*i +: 8] ^ flip, 3'(i)};
            assign leaving  = items[STAGES][i*ITEM +: ITEM];

            assign items[0][i*ITEM +: ITEM] = arriving;

            assign out_keys[8*i +: 8]    = (last.valid && !leaving.absent) ? leaving.rank ^ unflip : 8'd0;
            assign out_indices[3*i +: 3] = (last.valid && !leaving.absent) ? leaving.index : 3'd0;
        end
    endgenerate

    always_comb begin
        newest.valid      = in_valid;
        newest.descending = in_descending;
        newest.is_signed  = in_signed;
        newest.count      = 4'd0;
        for (int i = 0; i < 8; i++)
            newest.count = newest.count + 4'((in_present >> i) & 8'd1);
    end

    assign control[0] = newest;

    // The network: merges of 2, 4 and 8 items.
    generate
        for (genvar s = 0; s < STAGES; s++) begin : stage
            localparam BLOCK = (s == 0) ? 2 : (s <= 2) ? 4 : 8;
            localparam SPAN  = (s == 3) ? 4 : (s == 1 || s == 4) ? 2 : 1;

            logic [WIDTH-1:0]            sorted;
            logic [WIDTH-1:0]            kept_items;
            logic [$bits(control_t)-1:0] kept_control;

            bitonic_rank #(.W(ITEM), .BLOCK(BLOCK), .SPAN(SPAN)) rank (.items(items[s]), .sorted(sorted));

            always_ff @(posedge clk or negedge rst_n) begin
                if (!rst_n)
                    kept_control <= '0;
                else if (advance)
                    kept_control <= control[s];
            end

            // Items need no reset: only those of a valid set are shown.
            always_ff @(posedge clk) begin
                if (advance)
                    kept_items <= sorted;
            end

            assign items[s+1]   = kept_items;
            assign control[s+1] = kept_control;
        end
    endgenerate
endmodule

// One column of comparators: items SPAN apart are put in order, upwards or downwards in turn by blocks of BLOCK items.
module bitonic_rank #(
    parameter W     = 12,
    parameter BLOCK = 2,
    parameter SPAN  = 1
) (
    input  logic [8*W-1:0] items,
    output logic [8*W-1:0] sorted
);
    generate
        for (genvar i = 0; i < 8; i++) begin : pair
            if ((i & SPAN) == 0) begin : comparator
                localparam UPWARDS = ((i & BLOCK) == 0);

                logic swap;

                assign swap = (items[i*W +: W] > items[(i+SPAN)*W +: W]) == UPWARDS;

                assign sorted[i*W +: W]        = swap ? items[(i+SPAN)*W +: W] : items[i*W +: W];
                assign sorted[(i+SPAN)*W +: W] = swap ? items[i*W +: W] : items[(i+SPAN)*W +: W];
            end
        end
    endgenerate
endmodule
