// harness-canary core/i2c_target 875cd8ea-563c-4e38-bf4a-929cd2df8fab
module i2c_target #(
    parameter ADDRESS = 82
) (
    input  wire       clk,
    input  wire       rst,
    input  wire       scl,
    input  wire       sda,
    output reg        sda_low,
    output reg        selected,
    output reg  [7:0] pointer,
    output reg        wr_valid,
    output reg  [7:0] wr_addr,
    output reg  [7:0] wr_data,
    input  wire [7:0] rd_data
);
    localparam IGNORE = 3'd0;
    localparam ADDR   = 3'd1;
    localparam POINT  = 3'd2;
    localparam WRITE  = 3'd3;
    localparam READ   = 3'd4;

    localparam [6:0] OWN = ADDRESS;

    reg [2:0] scl_q, sda_q;     // [0] first register, [2] third
    reg [2:0] state;
    reg [3:0] bits;             // rises of this byte
    reg [7:0] shift;
    reg       nack;

    wire high  = scl_q[1] && scl_q[2];
    wire rise  = scl_q[1] && !scl_q[2];
    wire fall  = !scl_q[1] && scl_q[2];
    wire start = high && !sda_q[1] && sda_q[2];
    wire stop  = high && sda_q[1] && !sda_q[2];

    always @(posedge clk) begin
        if (rst) begin
            scl_q    <= 3'b111;
            sda_q    <= 3'b111;
            state    <= IGNORE;
            {bits, shift, nack} <= 13'd0;
            sda_low  <= 1'b0;
            selected <= 1'b0;
            pointer  <= 8'd0;
            wr_valid <= 1'b0;
            wr_addr  <= 8'd0;
            wr_data  <= 8'd0;
        end else begin
            scl_q    <= {scl_q[1:0], scl};
            sda_q    <= {sda_q[1:0], sda};
            wr_valid <= 1'b0;
            if (start || stop) begin
                state    <= start ? ADDR : IGNORE;
                bits     <= 4'd0;
                sda_low  <= 1'b0;
                selected <= 1'b0;
            end else if (rise) begin
                bits <= bits + 4'd1;
                nack <= sda_q[1];
                if (state != READ && !bits[3])
                    shift <= {shift[6:0], sda_q[1]};
            end else if (fall && state != IGNORE) begin
                if (bits == 4'd8) begin
                    // The acknowledge begins: ours, or the controller's in a read.
                    sda_low <= (state != READ);
                    case (state)
                        ADDR: begin
                            if (shift[7:1] == OWN) begin
                                selected <= 1'b1;
                            end else begin
                                sda_low <= 1'b0;
                                state   <= IGNORE;
                            end
                        end
                        POINT: pointer <= shift;
                        WRITE: begin
                            wr_valid <= 1'b1;
                            wr_addr  <= pointer;
                            wr_data  <= shift;
                            pointer  <= pointer + 8'd1;
                        end
                        default: ;
                    endcase
                end else if (bits == 4'd9) begin
                    bits    <= 4'd0;
                    sda_low <= 1'b0;
                    if (state == READ && nack) begin
                        state    <= IGNORE;
                        selected <= 1'b0;
                    end else if (state == READ || (state == ADDR && shift[0])) begin
                        state   <= READ;
                        sda_low <= !rd_data[7];
                        shift   <= {rd_data[6:0], 1'b0};
                        pointer <= pointer + 8'd1;
                    end else begin
                        state <= (state == ADDR) ? POINT : WRITE;
                    end
                end else if (state == READ) begin
                    sda_low <= !shift[7];
                    shift   <= {shift[6:0], 1'b0};
                end
            end
        end
    end
endmodule
