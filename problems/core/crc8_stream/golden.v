// harness-canary core/crc8_stream f7d0cc9e-6876-48f1-bc49-856ec6ba4f69
module crc8_stream (
    input  wire       clk,
    input  wire       rst_n,
    input  wire       sof,
    input  wire       valid,
    input  wire [7:0] data,
    input  wire       eof,
    output reg  [7:0] crc,
    output reg        crc_valid,
    output reg  [7:0] byte_count
);
    reg       open;
    reg [7:0] run_crc;
    reg [7:0] run_count;

    function [7:0] update(input [7:0] old, input [7:0] octet);
        integer i;
        begin
            update = old ^ octet;
            for (i = 0; i < 8; i = i + 1)
                update = update[0] ? ({1'b0, update[7:1]} ^ 8'hB8) : {1'b0, update[7:1]};
        end
    endfunction

    wire       in_frame   = open || sof;
    wire [7:0] base_crc   = sof ? 8'hFF : run_crc;
    wire [7:0] base_count = sof ? 8'd0 : run_count;
    wire [7:0] next_crc   = valid ? update(base_crc, data) : base_crc;
    wire [7:0] next_count = (valid && (base_count != 8'd255)) ? base_count + 8'd1 : base_count;

    always @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            open       <= 1'b0;
            run_crc    <= 8'hFF;
            run_count  <= 8'd0;
            crc        <= 8'd0;
            crc_valid  <= 1'b0;
            byte_count <= 8'd0;
        end else begin
            crc_valid <= in_frame && eof;
            if (in_frame) begin
                open      <= !eof;
                run_crc   <= next_crc;
                run_count <= next_count;
                if (eof) begin
                    crc        <= next_crc;
                    byte_count <= next_count;
                end
            end
        end
    end
endmodule
