// harness-canary core/reorder_buffer c6cdb5f5-587c-4889-adfa-da061e851707
module reorder_buffer (
    input  wire        clk,
    input  wire        rst,
    input  wire        alloc_valid,
    output wire        alloc_ready,
    input  wire [3:0]  alloc_dest,
    output wire [2:0]  alloc_tag,
    input  wire        wb0_valid,
    input  wire [2:0]  wb0_tag,
    input  wire [15:0] wb0_value,
    input  wire        wb0_fault,
    input  wire        wb1_valid,
    input  wire [2:0]  wb1_tag,
    input  wire [15:0] wb1_value,
    input  wire        wb1_fault,
    input  wire        squash_valid,
    input  wire [2:0]  squash_tag,
    input  wire [3:0]  look_reg,
    output reg         look_hit,
    output reg         look_done,
    output reg  [2:0]  look_tag,
    output reg  [15:0] look_value,
    output reg         commit0_valid,
    output reg  [3:0]  commit0_dest,
    output reg  [15:0] commit0_value,
    output reg         commit1_valid,
    output reg  [3:0]  commit1_dest,
    output reg  [15:0] commit1_value,
    output reg         fault,
    output wire [3:0]  count
);
    reg [2:0]  head;
    reg [3:0]  used;
    reg [7:0]  done;
    reg [7:0]  faulty;
    reg [3:0]  dest  [0:7];
    reg [15:0] value [0:7];

    wire [2:0] second = head + 3'd1;
    wire [2:0] tail   = head + used[2:0];

    assign count       = used;
    assign alloc_ready = !used[3];
    assign alloc_tag   = tail;

    // Age 0 is the oldest entry; entries whose age is below `used` are live.
    wire [2:0] wb0_age    = wb0_tag - head;
    wire [2:0] wb1_age    = wb1_tag - head;
    wire [2:0] squash_age = squash_tag - head;

    wire wb0    = wb0_valid && ({1'b0, wb0_age} < used) && !done[wb0_tag];
    wire wb1    = wb1_valid && ({1'b0, wb1_age} < used) && !done[wb1_tag] && !(wb0 && (wb0_tag == wb1_tag));
    wire squash = squash_valid && ({1'b0, squash_age} < used);

    wire first_done  = (used != 4'd0) && done[head];
    wire second_done = (used > 4'd1) && done[second] && !(squash && (squash_age == 3'd0));

    wire trap    = first_done && faulty[head];
    wire commit0 = first_done && !faulty[head];
    wire commit1 = commit0 && second_done && !faulty[second];
    wire alloc   = alloc_valid && alloc_ready && !squash && !trap;

    wire [3:0] kept     = squash ? {1'b0, squash_age} + 4'd1 : used + {3'd0, alloc};
    wire [1:0] retiring = {1'b0, commit0} + {1'b0, commit1};

    always @(posedge clk) begin
        if (rst) begin
            head          <= 3'd0;
            used          <= 4'd0;
            fault         <= 1'b0;
            commit0_valid <= 1'b0;
            commit0_dest  <= 4'd0;
            commit0_value <= 16'd0;
            commit1_valid <= 1'b0;
            commit1_dest  <= 4'd0;
            commit1_value <= 16'd0;
        end else begin
            fault         <= trap;
            commit0_valid <= commit0;
            commit1_valid <= commit1;
            if (commit0) begin
                commit0_dest  <= dest[head];
                commit0_value <= value[head];
            end
            if (commit1) begin
                commit1_dest  <= dest[second];
                commit1_value <= value[second];
            end
            head <= head + {1'b0, retiring};
            used <= trap ? 4'd0 : kept - {2'd0, retiring};
        end
    end

    // One bit for each entry that is written at this edge.
    wire [7:0] made    = alloc ? 8'd1 << tail : 8'd0;
    wire [7:0] result0 = wb0 ? 8'd1 << wb0_tag : 8'd0;
    wire [7:0] result1 = wb1 ? 8'd1 << wb1_tag : 8'd0;

    integer i;

    always @(posedge clk) begin
        if (rst) begin
            done   <= 8'd0;
            faulty <= 8'd0;
            for (i = 0; i < 8; i = i + 1) begin
                dest[i]  <= 4'd0;
                value[i] <= 16'd0;
            end
        end else begin
            done   <= (done & ~made) | result0 | result1;
            faulty <= (faulty & ~made) | (wb0_fault ? result0 : 8'd0) | (wb1_fault ? result1 : 8'd0);
            for (i = 0; i < 8; i = i + 1) begin
                if (made[i])
                    dest[i] <= alloc_dest;
                if (result0[i])
                    value[i] <= wb0_value;
                else if (result1[i])
                    value[i] <= wb1_value;
            end
        end
    end

    // From the oldest to the youngest entry: the last hit counts.
    integer   age;
    reg [2:0] slot;

    always @* begin
        look_hit   = 1'b0;
        look_done  = 1'b0;
        look_tag   = 3'd0;
        look_value = 16'd0;
        slot       = 3'd0;
        for (age = 0; age < 8; age = age + 1) begin
            slot = head + age;
            if (age < used && dest[slot] == look_reg) begin
                look_hit   = 1'b1;
                look_done  = done[slot];
                look_tag   = slot;
                look_value = done[slot] ? value[slot] : 16'd0;
            end
        end
    end
endmodule
