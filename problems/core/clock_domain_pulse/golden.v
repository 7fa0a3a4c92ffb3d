// harness-canary core/clock_domain_pulse b1e91f5e-671a-4858-b668-9dd0a15c8507
module clock_domain_pulse (
    input  wire       src_clk,
    input  wire       src_rst,
    input  wire       src_event,
    input  wire [7:0] src_data,
    output wire       src_busy,
    output reg        src_full,
    output reg  [3:0] src_lost,
    output reg        src_toggle,
    input  wire       dst_clk,
    input  wire       dst_rst,
    output reg        dst_event,
    output reg  [7:0] dst_data,
    output reg  [7:0] dst_count,
    output reg        dst_toggle
);
    reg [7:0] travelling, waiting;
    wire      sent, acknowledged;

    two_flops to_dst (.clk(dst_clk), .rst(dst_rst), .d(src_toggle), .q(sent));
    two_flops to_src (.clk(src_clk), .rst(src_rst), .d(dst_toggle), .q(acknowledged));

    assign src_busy = (src_toggle != acknowledged);

    wire send = !src_busy && (src_full || src_event);
    wire drop = src_busy && src_full && src_event;

    always @(posedge src_clk) begin
        if (src_rst) begin
            src_full   <= 1'b0;
            src_lost   <= 4'd0;
            src_toggle <= 1'b0;
            {travelling, waiting} <= 16'd0;
        end else begin
            if (send) begin
                src_toggle <= !src_toggle;
                travelling <= src_full ? waiting : src_data;
                src_full   <= src_full && src_event;
            end else if (src_event) begin
                src_full <= 1'b1;
            end
            if (src_event && !drop)
                waiting <= src_data;
            if (drop && src_lost != 4'd15)
                src_lost <= src_lost + 4'd1;
        end
    end

    wire arrives = (sent != dst_toggle);

    always @(posedge dst_clk) begin
        if (dst_rst) begin
            dst_event  <= 1'b0;
            dst_data   <= 8'd0;
            dst_count  <= 8'd0;
            dst_toggle <= 1'b0;
        end else begin
            dst_event <= arrives;
            if (arrives) begin
                dst_toggle <= !dst_toggle;
                dst_data   <= travelling;
                dst_count  <= dst_count + 8'd1;
            end
        end
    end
endmodule
