// harness-canary core/fifo_sync f3076a50-7156-440e-afc1-5b23c32fdd8f
module fifo_sync #(
    parameter WIDTH = 8,
    parameter DEPTH = 8
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             wr_en,
    input  wire [WIDTH-1:0] wr_data,
    input  wire             rd_en,
    input  wire             clear_flags,
    output reg  [WIDTH-1:0] rd_data,
    output wire             full,
    output wire             empty,
    output wire             almost_full,
    output wire [7:0]       level,
    output reg              overflow,
    output reg              underflow
);
    localparam AW = $clog2(DEPTH);

    reg [WIDTH-1:0] mem [0:DEPTH-1];
    reg [AW:0]      wr_ptr;
    reg [AW:0]      rd_ptr;

    wire [AW:0] used = wr_ptr - rd_ptr;

    assign empty       = (used == 0);
    assign full        = (used == DEPTH);
    assign almost_full = (used >= DEPTH - 2);
    assign level       = used;

    wire do_read  = rd_en && !empty;
    wire do_write = wr_en && (!full || rd_en);

    always @(posedge clk) begin
        if (do_write && !rst)
            mem[wr_ptr[AW-1:0]] <= wr_data;
    end

    always @(posedge clk) begin
        if (rst) begin
            wr_ptr    <= 0;
            rd_ptr    <= 0;
            rd_data   <= 0;
            overflow  <= 1'b0;
            underflow <= 1'b0;
        end else begin
            if (do_write)
                wr_ptr <= wr_ptr + 1'b1;
            if (do_read) begin
                rd_ptr  <= rd_ptr + 1'b1;
                rd_data <= mem[rd_ptr[AW-1:0]];
            end
            if (wr_en && !do_write)
                overflow <= 1'b1;
            else if (clear_flags)
                overflow <= 1'b0;
            if (rd_en && !do_read)
                underflow <= 1'b1;
            else if (clear_flags)
                underflow <= 1'b0;
        end
    end
endmodule
