// harness-canary core/axis_width_converter 7fc386b4-0bec-4bb7-b50c-2ec44ad67d27
module axis_width_converter (
    input  wire        clk,
    input  wire        rst,
    input  wire        s_tvalid,
    output wire        s_tready,
    input  wire [7:0]  s_tdata,
    input  wire        s_tlast,
    input  wire        s_tuser,
    input  wire        flush,
    output reg         m_tvalid,
    input  wire        m_tready,
    output reg  [31:0] m_tdata,
    output reg  [3:0]  m_tkeep,
    output reg         m_tlast,
    output reg         m_tuser
);
    // The collector. `wrong` is about the whole packet so far, `last` and `closed` about this word.
    reg [31:0] data;
    reg [3:0]  keep;
    reg        closed;
    reg        last;
    reg        wrong;

    assign s_tready = !closed;

    wire take = s_tvalid && s_tready;
    wire free = !m_tvalid || m_tready;

    // The collector's word with the byte of this edge in it.
    reg [31:0] next_data;
    wire [3:0] next_keep  = take ? {keep[2:0], 1'b1} : keep;
    wire       next_last  = take ? s_tlast : last;
    wire       next_wrong = wrong || (take && s_tuser);
    wire       next_close = closed || next_keep[3] || next_last || (flush && next_keep[0]);

    always @* begin
        next_data = data;
        if (take) begin
            case (keep)
                4'b0000: next_data[7:0]   = s_tdata;
                4'b0001: next_data[15:8]  = s_tdata;
                4'b0011: next_data[23:16] = s_tdata;
                default: next_data[31:24] = s_tdata;
            endcase
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            data     <= 32'd0;
            keep     <= 4'd0;
            closed   <= 1'b0;
            last     <= 1'b0;
            wrong    <= 1'b0;
            m_tvalid <= 1'b0;
            m_tdata  <= 32'd0;
            m_tkeep  <= 4'd0;
            m_tlast  <= 1'b0;
            m_tuser  <= 1'b0;
        end else if (next_close && free) begin
            data     <= 32'd0;
            keep     <= 4'd0;
            closed   <= 1'b0;
            last     <= 1'b0;
            wrong    <= next_wrong && !next_last;
            m_tvalid <= 1'b1;
            m_tdata  <= next_data;
            m_tkeep  <= next_keep;
            m_tlast  <= next_last;
            m_tuser  <= next_last && next_wrong;
        end else begin
            data   <= next_data;
            keep   <= next_keep;
            closed <= next_close;
            last   <= next_last;
            wrong  <= next_wrong;
            if (m_tready)
                m_tvalid <= 1'b0;
        end
    end
endmodule
