// harness-canary core/dma_engine 6c09ac4b-443f-4486-bb55-303db54f4e37
module dma_engine (
    input  wire        clk,
    input  wire        rst,
    input  wire        desc_valid,
    output wire        desc_ready,
    input  wire [15:0] desc_src,
    input  wire [15:0] desc_dst,
    input  wire [7:0]  desc_len,
    input  wire        desc_fill,
    input  wire        abort,
    output wire        rd_valid,
    input  wire        rd_ready,
    output wire [13:0] rd_addr,
    input  wire [31:0] rd_data,
    input  wire        rd_error,
    output wire        wr_valid,
    input  wire        wr_ready,
    output wire [13:0] wr_addr,
    output wire [31:0] wr_data,
    output wire [3:0]  wr_strobe,
    output reg         done,
    output reg         failed,
    output wire [7:0]  bytes_done
);
    localparam IDLE  = 2'd0;
    localparam READ  = 2'd1;    // a request is out
    localparam DATA  = 2'd2;    // its data comes at the next edge
    localparam WRITE = 2'd3;

    reg [1:0]  state;
    reg        fill;
    reg [1:0]  src_lane;        // place of the first byte in its source word
    reg [13:0] src_word;        // next word to read
    reg [15:0] dst;             // address of the next byte to write
    reg [7:0]  len;
    reg [7:0]  written;
    reg [6:0]  words_read;
    reg [31:0] previous;
    reg [31:0] latest;

    assign desc_ready = (state == IDLE);
    assign bytes_done = written;

    // The bytes that the next write takes, and what is left to do after it.
    wire [1:0] lane      = dst[1:0];
    wire [2:0] room      = 3'd4 - {1'b0, lane};
    wire [7:0] remaining = len - written;
    wire [2:0] now       = (remaining < {5'd0, room}) ? remaining[2:0] : room;
    wire [7:0] written_next = written + {5'd0, now};

    // Source words that must have been read before `count` bytes are complete.
    function [6:0] words_for(input [1:0] first_lane, input [7:0] count);
        reg [8:0] last;
        begin
            last      = {7'd0, first_lane} + {1'b0, count} + 9'd3;
            words_for = last[8:2];
        end
    endfunction

    // Bytes that will be complete after the write that follows the coming one.
    wire [7:0] left_next    = len - written_next;
    wire [7:0] written_then = written_next + ((left_next < 8'd4) ? left_next : 8'd4);
    wire       read_next    = !fill && (words_read < words_for(src_lane, written_then));
    wire       enough       = (words_read + 7'd1 >= words_for(src_lane, written_next));

    // Lane by lane: the source position of each byte, in the latest word or in the one before.
    reg [31:0] data;
    reg [3:0]  strobe;
    reg [8:0]  place;
    reg [7:0]  octet;
    integer i;

    always @* begin
        data   = 32'd0;
        strobe = 4'd0;
        place  = 9'd0;
        octet  = 8'd0;
        for (i = 0; i < 4; i = i + 1) begin
            place = {7'd0, src_lane} + {1'b0, written} + i - {7'd0, lane};
            octet = fill ? latest[7:0] : (place[8:2] + 7'd1 == words_read) ? latest[8*place[1:0] +: 8]
                                                                          : previous[8*place[1:0] +: 8];
            if (i >= lane && i < lane + now) begin
                strobe[i]      = 1'b1;
                data[8*i +: 8] = octet;
            end
        end
    end

    assign rd_valid  = (state == READ);
    assign rd_addr   = rd_valid ? src_word : 14'd0;
    assign wr_valid  = (state == WRITE);
    assign wr_addr   = wr_valid ? dst[15:2] : 14'd0;
    assign wr_data   = wr_valid ? data : 32'd0;
    assign wr_strobe = wr_valid ? strobe : 4'd0;

    // A descriptor loads the registers that have no reset.
    always @(posedge clk) begin
        if (rst) begin
            state   <= IDLE;
            written <= 8'd0;
            done    <= 1'b0;
            failed  <= 1'b0;
        end else begin
            done <= 1'b0;
            if (abort) begin
                state <= IDLE;
                if (state != IDLE) begin
                    done   <= 1'b1;
                    failed <= 1'b1;
                end
            end else begin
                case (state)
                    IDLE:
                        if (desc_valid) begin
                            fill       <= desc_fill;
                            src_lane   <= desc_src[1:0];
                            src_word   <= desc_src[15:2];
                            dst        <= desc_dst;
                            len        <= desc_len;
                            latest     <= {24'd0, desc_src[7:0]};
                            written    <= 8'd0;
                            words_read <= 7'd0;
                            failed     <= 1'b0;
                            if (desc_len == 8'd0)
                                done <= 1'b1;
                            else
                                state <= desc_fill ? WRITE : READ;
                        end
                    READ:
                        if (rd_ready)
                            state <= DATA;
                    DATA: begin
                        previous   <= latest;
                        latest     <= rd_data;
                        src_word   <= src_word + 14'd1;
                        words_read <= words_read + 7'd1;
                        if (rd_error) begin
                            state  <= IDLE;
                            done   <= 1'b1;
                            failed <= 1'b1;
                        end else begin
                            state <= enough ? WRITE : READ;
                        end
                    end
                    default:
                        if (wr_ready) begin
                            written <= written_next;
                            dst     <= dst + {13'd0, now};
                            if (written_next == len) begin
                                state <= IDLE;
                                done  <= 1'b1;
                            end else if (read_next) begin
                                state <= READ;
                            end
                        end
                endcase
            end
        end
    end
endmodule
