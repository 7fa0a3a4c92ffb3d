// harness-canary core/direct_mapped_cache 99183efa-7a5f-4541-a391-83dba2c4ab4c
module direct_mapped_cache (
    input  wire        clk,
    input  wire        rst,
    input  wire        req_valid,
    output wire        req_ready,
    input  wire        req_we,
    input  wire [1:0]  req_be,
    input  wire [9:0]  req_addr,
    input  wire [15:0] req_wdata,
    output reg         rsp_valid,
    output reg         rsp_hit,
    output reg  [15:0] rsp_rdata,
    input  wire        flush,
    output reg         flushed,
    output wire        mem_valid,
    output wire        mem_we,
    output wire [9:0]  mem_addr,
    output wire [15:0] mem_wdata,
    input  wire        mem_ready,
    input  wire [15:0] mem_rdata
);
    localparam IDLE      = 3'd0;
    localparam LOOKUP    = 3'd1;
    localparam WRITEBACK = 3'd2;
    localparam FILL      = 3'd3;
    localparam FLUSH     = 3'd4;

    reg [2:0]  state;
    reg        flushing;
    reg        filled;
    reg [1:0]  beat;
    reg        we;
    reg [1:0]  be;
    reg [5:0]  tag;
    reg [1:0]  line;            // of the request, or the line that a flush looks at
    reg [1:0]  word;
    reg [15:0] wdata;

    reg [15:0] words [0:15];
    reg [5:0]  tags  [0:3];
    reg [3:0]  valid;
    reg [3:0]  dirty;

    wire hit      = valid[line] && (tags[line] == tag);
    wire to_write = valid[line] && dirty[line];
    wire transfer = mem_valid && mem_ready;

    wire [1:0]  fill_word  = word + beat;
    wire [3:0]  read_from  = {line, (state == WRITEBACK) ? beat : word};
    wire [15:0] stored     = words[read_from];
    wire [15:0] merged     = {(we && be[1]) ? wdata[15:8] : stored[15:8], (we && be[0]) ? wdata[7:0] : stored[7:0]};

    assign req_ready = (state == IDLE) && !flush;
    assign mem_we    = (state == WRITEBACK);
    assign mem_valid = mem_we || (state == FILL);
    assign mem_addr  = mem_we ? {tags[line], line, beat} : mem_valid ? {tag, line, fill_word} : 10'd0;
    assign mem_wdata = mem_we ? stored : 16'd0;

    always @(posedge clk) begin
        if (!rst) begin
            if (state == FILL && mem_ready)
                words[{line, fill_word}] <= mem_rdata;
            else if (state == LOOKUP && hit && we)
                words[{line, word}] <= merged;
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            state     <= IDLE;
            beat      <= 2'd0;
            {flushing, filled, we, be, tag, line, word, wdata} <= 31'd0;
            valid     <= 4'd0;
            dirty     <= 4'd0;
            rsp_valid <= 1'b0;
            rsp_hit   <= 1'b0;
            rsp_rdata <= 16'd0;
            flushed   <= 1'b0;
        end else begin
            rsp_valid <= 1'b0;
            flushed   <= 1'b0;
            if (transfer)
                beat <= beat + 2'd1;
            case (state)
                IDLE: begin
                    filled   <= 1'b0;
                    flushing <= flush;
                    if (flush) begin
                        state <= FLUSH;
                        line  <= 2'd0;
                    end else if (req_valid) begin
                        state <= LOOKUP;
                        we    <= req_we;
                        be    <= req_be;
                        wdata <= req_wdata;
                        {tag, line, word} <= req_addr;
                    end
                end
                LOOKUP: begin
                    if (hit) begin
                        state     <= IDLE;
                        rsp_valid <= 1'b1;
                        rsp_hit   <= !filled;
                        rsp_rdata <= merged;
                        if (we)
                            dirty[line] <= 1'b1;
                    end else begin
                        state <= to_write ? WRITEBACK : FILL;
                    end
                end
                WRITEBACK: begin
                    if (transfer && beat == 2'd3) begin
                        state       <= flushing ? FLUSH : FILL;
                        dirty[line] <= 1'b0;
                    end
                end
                FILL: begin
                    if (transfer && beat == 2'd3) begin
                        state       <= LOOKUP;
                        filled      <= 1'b1;
                        valid[line] <= 1'b1;
                        tags[line]  <= tag;
                    end
                end
                FLUSH: begin
                    if (to_write) begin
                        state <= WRITEBACK;
                    end else begin
                        line <= line + 2'd1;
                        if (line == 2'd3) begin
                            state   <= IDLE;
                            flushed <= 1'b1;
                        end
                    end
                end
                default: state <= IDLE;
            endcase
        end
    end
endmodule
