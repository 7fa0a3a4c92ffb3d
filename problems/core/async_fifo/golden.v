// harness-canary core/async_fifo 5278484a-6574-487d-a9ee-5e2824d8298c
module async_fifo #(
    parameter WIDTH = 8,
    parameter ADDR  = 4
) (
    input  wire             rst_n,
    input  wire             wr_clk,
    input  wire             wr_en,
    input  wire [WIDTH-1:0] wr_data,
    output wire             full,
    output wire [ADDR:0]    wr_level,
    output reg              overflow,
    output wire [ADDR:0]    wr_gray,
    input  wire             rd_clk,
    input  wire             rd_en,
    output wire [WIDTH-1:0] rd_data,
    output wire             empty,
    output wire [ADDR:0]    rd_level,
    output reg              underflow,
    output wire [ADDR:0]    rd_gray
);
    reg [WIDTH-1:0] mem [0:(1 << ADDR)-1];

    wire [ADDR:0] wr_count, rd_count;           // words written, words read, modulo 2^(ADDR+1)
    wire [ADDR:0] rd_gray_seen, wr_gray_seen;   // the other side's pointer, synchronised
    wire [ADDR:0] rd_count_seen, wr_count_seen;

    wire do_write = wr_en && !full;
    wire do_read  = rd_en && !empty;

    gray_pointer #(.BITS(ADDR + 1)) wr_pointer (
        .clk(wr_clk), .rst_n(rst_n), .advance(do_write), .binary(wr_count), .gray(wr_gray)
    );

    gray_pointer #(.BITS(ADDR + 1)) rd_pointer (
        .clk(rd_clk), .rst_n(rst_n), .advance(do_read), .binary(rd_count), .gray(rd_gray)
    );

    sync_2ff #(.WIDTH(ADDR + 1)) to_wr (.clk(wr_clk), .rst_n(rst_n), .d(rd_gray), .q(rd_gray_seen));
    sync_2ff #(.WIDTH(ADDR + 1)) to_rd (.clk(rd_clk), .rst_n(rst_n), .d(wr_gray), .q(wr_gray_seen));

    genvar k;
    generate
        for (k = 0; k <= ADDR; k = k + 1) begin : decode
            assign rd_count_seen[k] = ^(rd_gray_seen >> k);
            assign wr_count_seen[k] = ^(wr_gray_seen >> k);
        end
    endgenerate

    assign wr_level = wr_count - rd_count_seen;
    assign rd_level = wr_count_seen - rd_count;
    assign full     = wr_level[ADDR];
    assign empty    = (wr_gray_seen == rd_gray);
    assign rd_data  = mem[rd_count[ADDR-1:0]];

    always @(posedge wr_clk) begin
        if (do_write && rst_n)
            mem[wr_count[ADDR-1:0]] <= wr_data;
    end

    always @(posedge wr_clk or negedge rst_n) begin
        if (!rst_n)
            overflow <= 1'b0;
        else
            overflow <= wr_en && full;
    end

    always @(posedge rd_clk or negedge rst_n) begin
        if (!rst_n)
            underflow <= 1'b0;
        else
            underflow <= rd_en && empty;
    end
endmodule

module gray_pointer #(
    parameter BITS = 5
) (
    input  wire            clk,
    input  wire            rst_n,
    input  wire            advance,
    output reg  [BITS-1:0] binary,
    output reg  [BITS-1:0] gray
);
    wire [BITS-1:0] next = binary + 1'b1;

    always @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            binary <= {BITS{1'b0}};
            gray   <= {BITS{1'b0}};
        end else if (advance) begin
            binary <= next;
            gray   <= next ^ (next >> 1);
        end
    end
endmodule
