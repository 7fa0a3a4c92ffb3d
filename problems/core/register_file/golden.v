// harness-canary core/register_file 52c40807-c1d4-4a21-91f0-42491738a07a
module register_file (
    input  wire        clk,
    input  wire        rst,
    input  wire        we,
    input  wire [1:0]  be,
    input  wire [3:0]  waddr,
    input  wire [15:0] wdata,
    input  wire [3:0]  raddr_a,
    input  wire [3:0]  raddr_b,
    output wire [15:0] rdata_a,
    output wire [15:0] rdata_b
);
    reg [15:0] regs [0:15];

    wire write = we && !rst && (waddr != 4'd0);

    integer i;

    always @(posedge clk) begin
        if (rst) begin
            for (i = 0; i < 16; i = i + 1)
                regs[i] <= 16'd0;
        end else if (write) begin
            if (be[0])
                regs[waddr][7:0] <= wdata[7:0];
            if (be[1])
                regs[waddr][15:8] <= wdata[15:8];
        end
    end

    wire [15:0] stored_a = (raddr_a == 4'd0) ? 16'd0 : regs[raddr_a];
    wire [15:0] stored_b = (raddr_b == 4'd0) ? 16'd0 : regs[raddr_b];

    wire hit_a = write && (raddr_a == waddr);
    wire hit_b = write && (raddr_b == waddr);

    assign rdata_a[7:0]  = (hit_a && be[0]) ? wdata[7:0]  : stored_a[7:0];
    assign rdata_a[15:8] = (hit_a && be[1]) ? wdata[15:8] : stored_a[15:8];
    assign rdata_b[7:0]  = (hit_b && be[0]) ? wdata[7:0]  : stored_b[7:0];
    assign rdata_b[15:8] = (hit_b && be[1]) ? wdata[15:8] : stored_b[15:8];
endmodule
