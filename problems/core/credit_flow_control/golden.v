// harness-canary core/credit_flow_control 6192bd5c-90f7-4f0f-832a-f2ad6fbccab3
module credit_flow_control #(
    parameter CREDITS = 5,
    parameter DEPTH   = 4
) (
    input  wire       clk,
    input  wire       rst,
    input  wire       in_valid,
    output wire       in_ready,
    input  wire [1:0] in_vc,
    input  wire       in_last,
    input  wire [7:0] in_data,
    input  wire [2:0] credit_return,
    output reg        out_valid,
    output reg  [1:0] out_vc,
    output reg        out_last,
    output reg  [7:0] out_data,
    output wire [2:0] has_credit,
    output reg        locked,
    output reg  [2:0] credit_error
);
    // Queue of each channel; its oldest flit is offered for the link.
    wire [2:0] full;
    wire [2:0] empty;
    wire [2:0] push;
    wire [2:0] pop;
    wire [8:0] head [0:2];

    assign in_ready = (in_vc != 2'd3) && !full[in_vc];

    genvar v;
    generate
        for (v = 0; v < 3; v = v + 1) begin : channel
            reg [3:0] credits;

            assign push[v]       = in_valid && (in_vc == v) && !full[v];
            assign has_credit[v] = (credits != 4'd0);

            flit_queue #(.DEPTH(DEPTH)) queue (
                .clk(clk), .rst(rst), .push(push[v]), .flit({in_last, in_data}), .pop(pop[v]),
                .full(full[v]), .empty(empty[v]), .head(head[v])
            );

            always @(posedge clk) begin
                if (rst) begin
                    credits         <= CREDITS;
                    credit_error[v] <= 1'b0;
                end else if (credit_return[v] && !pop[v]) begin
                    if (credits == CREDITS)
                        credit_error[v] <= 1'b1;
                    else
                        credits <= credits + 4'd1;
                end else if (pop[v] && !credit_return[v]) begin
                    credits <= credits - 4'd1;
                end
            end
        end
    endgenerate

    // Who is next: the channel of the open packet, else the first that can send behind the one that sent last.
    reg [1:0] latest;
    reg [1:0] chosen;

    wire [2:0] can_send = ~empty & has_credit;
    wire [1:0] second   = (latest == 2'd2) ? 2'd0 : latest + 2'd1;
    wire [1:0] third    = (latest == 2'd0) ? 2'd2 : latest - 2'd1;

    always @* begin
        if (locked)
            chosen = latest;
        else if (can_send[second])
            chosen = second;
        else if (can_send[third])
            chosen = third;
        else
            chosen = latest;
    end

    wire send = can_send[chosen];

    assign pop = send ? (3'd1 << chosen) : 3'd0;

    always @(posedge clk) begin
        if (rst) begin
            out_valid <= 1'b0;
            out_vc    <= 2'd0;
            out_last  <= 1'b0;
            out_data  <= 8'd0;
            locked    <= 1'b0;
            latest    <= 2'd2;
        end else begin
            out_valid <= send;
            if (send) begin
                out_vc               <= chosen;
                {out_last, out_data} <= head[chosen];
                locked               <= !head[chosen][8];
                latest               <= chosen;
            end
        end
    end
endmodule

module flit_queue #(
    parameter DEPTH = 4
) (
    input  wire       clk,
    input  wire       rst,
    input  wire       push,
    input  wire [8:0] flit,
    input  wire       pop,
    output wire       full,
    output wire       empty,
    output wire [8:0] head
);
    localparam AW = $clog2(DEPTH);

    reg [8:0]  mem [0:DEPTH-1];
    reg [AW:0] wr;
    reg [AW:0] rd;

    assign empty = (wr == rd);
    assign full  = (wr[AW] != rd[AW]) && (wr[AW-1:0] == rd[AW-1:0]);
    assign head  = mem[rd[AW-1:0]];

    always @(posedge clk)
        if (push)
            mem[wr[AW-1:0]] <= flit;

    always @(posedge clk) begin
        if (rst) begin
            wr <= 0;
            rd <= 0;
        end else begin
            if (push)
                wr <= wr + 1'b1;
            if (pop)
                rd <= rd + 1'b1;
        end
    end
endmodule
