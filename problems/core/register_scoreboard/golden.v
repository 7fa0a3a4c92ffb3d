// harness-canary core/register_scoreboard 5834e3bc-a160-4404-aca4-ad140a72f5d9
module register_scoreboard (
    input  wire        clk,
    input  wire        rst,
    input  wire        issue_valid,
    input  wire [2:0]  src1,
    input  wire [2:0]  src2,
    input  wire        use2,
    input  wire [2:0]  dst,
    output wire        stall,
    output reg         op_valid,
    output reg  [15:0] op1,
    output reg  [15:0] op2,
    output reg  [2:0]  op_dst,
    input  wire        wa_valid,
    input  wire [2:0]  wa_dst,
    input  wire [15:0] wa_data,
    input  wire        wb_valid,
    input  wire [2:0]  wb_dst,
    input  wire [15:0] wb_data,
    input  wire        flush,
    output reg  [7:0]  pending
);
    reg [15:0] file [1:7];

    // One bit for each register: which of them come back, which are awaited after this edge's write-backs.
    wire [7:0] from_a  = {7'd0, wa_valid} << wa_dst;
    wire [7:0] from_b  = {7'd0, wb_valid} << wb_dst;
    wire [7:0] awaited = pending & ~from_a & ~from_b;

    assign stall = issue_valid && (awaited[src1] || (use2 && awaited[src2]) || awaited[dst]);

    wire issue = issue_valid && !stall && !flush;
    wire [7:0] setting = (8'd1 << dst) & 8'hfe;      // r0 is never pending

    reg [15:0] value1, value2;

    always @* begin
        if (src1 == 3'd0)
            value1 = 16'd0;
        else if (from_a[src1])
            value1 = wa_data;
        else if (from_b[src1])
            value1 = wb_data;
        else
            value1 = file[src1];
    end

    always @* begin
        if (src2 == 3'd0 || !use2)
            value2 = 16'd0;
        else if (from_a[src2])
            value2 = wa_data;
        else if (from_b[src2])
            value2 = wb_data;
        else
            value2 = file[src2];
    end

    integer i;
    always @(posedge clk) begin
        for (i = 1; i < 8; i = i + 1) begin
            if (rst)
                file[i] <= 16'd0;
            else if (from_a[i])
                file[i] <= wa_data;
            else if (from_b[i])
                file[i] <= wb_data;
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            pending  <= 8'd0;
            op_valid <= 1'b0;
            op1      <= 16'd0;
            op2      <= 16'd0;
            op_dst   <= 3'd0;
        end else begin
            pending  <= flush ? 8'd0 : awaited | (issue ? setting : 8'd0);
            op_valid <= issue;
            if (issue) begin
                op1    <= value1;
                op2    <= value2;
                op_dst <= dst;
            end
        end
    end
endmodule
