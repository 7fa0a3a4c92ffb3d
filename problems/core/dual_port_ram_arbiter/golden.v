// harness-canary core/dual_port_ram_arbiter f87b9e6e-8afc-434a-94b8-fc22b3a677f2
module dual_port_ram_arbiter (
    input  wire       clk,
    input  wire       rst,
    input  wire       a_req,
    input  wire [1:0] a_op,
    input  wire [4:0] a_addr,
    input  wire [7:0] a_wdata,
    output wire       a_grant,
    output reg        a_rvalid,
    output wire [7:0] a_rdata,
    input  wire       b_req,
    input  wire [1:0] b_op,
    input  wire [4:0] b_addr,
    input  wire [7:0] b_wdata,
    output wire       b_grant,
    output reg        b_rvalid,
    output wire [7:0] b_rdata,
    output reg        b_first
);
    localparam READ  = 2'd0;
    localparam WRITE = 2'd1;
    localparam ADD   = 2'd2;
    localparam SWAP  = 2'd3;

    wire [3:0] write_back;      // banks that finish an ADD or SWAP at this edge

    wire a_wants  = a_req && !write_back[a_addr[1:0]];
    wire b_wants  = b_req && !write_back[b_addr[1:0]];
    wire shared   = (a_op == READ) && (b_op == READ) && (a_addr == b_addr);
    wire conflict = a_wants && b_wants && (a_addr[1:0] == b_addr[1:0]) && !shared;

    assign a_grant = a_wants && !(conflict && b_first);
    assign b_grant = b_wants && !(conflict && !b_first);

    wire [7:0] word [0:3];

    genvar n;
    generate
        for (n = 0; n < 4; n = n + 1) begin : bank
            reg       pending;
            reg       swap;
            reg [2:0] address;
            reg [7:0] operand;

            wire       from_a = a_grant && (a_addr[1:0] == n);
            wire       from_b = b_grant && (b_addr[1:0] == n);
            wire [1:0] op     = from_a ? a_op : b_op;
            wire [2:0] row    = from_a ? a_addr[4:2] : b_addr[4:2];
            wire [7:0] data   = from_a ? a_wdata : b_wdata;

            assign write_back[n] = pending;

            ram_bank ram (
                .clk(clk),
                .en(!rst && (pending || from_a || from_b)),
                .we(pending || (op == WRITE)),
                .addr(pending ? address : row),
                .wdata(!pending ? data : swap ? operand : word[n] + operand),
                .rdata(word[n])
            );

            always @(posedge clk) begin
                if (rst)
                    pending <= 1'b0;
                else
                    pending <= (from_a || from_b) && ((op == ADD) || (op == SWAP));
            end

            always @(posedge clk) begin
                swap    <= (op == SWAP);
                address <= row;
                operand <= data;
            end
        end
    endgenerate

    reg [1:0] a_bank;
    reg [1:0] b_bank;

    assign a_rdata = a_rvalid ? word[a_bank] : 8'd0;
    assign b_rdata = b_rvalid ? word[b_bank] : 8'd0;

    always @(posedge clk) begin
        if (rst) begin
            a_rvalid <= 1'b0;
            b_rvalid <= 1'b0;
            b_first  <= 1'b0;
        end else begin
            a_rvalid <= a_grant && (a_op != WRITE);
            b_rvalid <= b_grant && (b_op != WRITE);
            if (conflict)
                b_first <= !b_first;
        end
    end

    always @(posedge clk) begin
        a_bank <= a_addr[1:0];
        b_bank <= b_addr[1:0];
    end
endmodule
