// harness-canary core/vga_timing 57ff595a-3508-47c8-b7d8-734f94aec72b
module vga_timing #(
    parameter H_VISIBLE = 10,
    parameter H_FRONT   = 2,
    parameter H_SYNC    = 3,
    parameter H_BACK    = 4,
    parameter V_VISIBLE = 6,
    parameter V_FRONT   = 1,
    parameter V_SYNC    = 2,
    parameter V_BACK    = 2
) (
    input  wire        clk,
    input  wire        rst,
    input  wire        ce,
    input  wire        restart,
    input  wire        hsync_neg,
    input  wire        vsync_neg,
    output wire        hsync,
    output wire        vsync,
    output reg         visible,
    output reg         border,
    output reg  [11:0] x,
    output reg  [11:0] y,
    output reg         line_start,
    output reg         frame_start,
    output reg  [7:0]  frames
);
    localparam H_SYNC_AT = H_VISIBLE + H_FRONT;
    localparam V_SYNC_AT = V_VISIBLE + V_FRONT;
    localparam H_TOTAL   = H_SYNC_AT + H_SYNC + H_BACK;
    localparam V_TOTAL   = V_SYNC_AT + V_SYNC + V_BACK;

    localparam HW = $clog2(H_TOTAL);
    localparam VW = $clog2(V_TOTAL);

    reg [HW-1:0] h, next_h;
    reg [VW-1:0] v, next_v;
    reg          h_pulse, v_pulse;

    // The position that comes next, and what it is like.
    always @* begin
        next_h = h + 1'b1;
        next_v = v;
        if (h == H_TOTAL - 1) begin
            next_h = 0;
            next_v = (v == V_TOTAL - 1) ? 0 : v + 1'b1;
        end
        if (restart || rst) begin
            next_h = 0;
            next_v = 0;
        end
    end

    wire next_start   = (next_h == 0) && (next_v == 0);
    wire next_visible = (next_h < H_VISIBLE) && (next_v < V_VISIBLE);
    wire next_edge    = (next_h == 0) || (next_h == H_VISIBLE - 1) || (next_v == 0) || (next_v == V_VISIBLE - 1);

    // The vertical pulse in lines that begin with the horizontal pulse.
    wire late = (next_h >= H_SYNC_AT);
    wire next_v_pulse = (next_v > V_SYNC_AT || (next_v == V_SYNC_AT && late)) &&
                        (next_v < V_SYNC_AT + V_SYNC || (next_v == V_SYNC_AT + V_SYNC && !late));

    assign hsync = h_pulse ^ hsync_neg;
    assign vsync = v_pulse ^ vsync_neg;

    always @(posedge clk) begin
        if (rst || ce) begin
            h           <= next_h;
            v           <= next_v;
            h_pulse     <= late && (next_h < H_SYNC_AT + H_SYNC);
            v_pulse     <= next_v_pulse;
            visible     <= next_visible;
            border      <= next_visible && next_edge;
            x           <= next_visible ? next_h : 0;
            y           <= next_visible ? next_v : 0;
            line_start  <= (next_h == 0);
            frame_start <= next_start;
            frames      <= rst ? 8'd0 : frames + {7'd0, next_start};
        end
    end
endmodule
