// harness-canary core/uart_receiver 43131a49-3c8b-453b-a362-b2523e0f08c5
module uart_receiver #(
    parameter CLOCKS_PER_BIT = 8
) (
    input  wire       clk,
    input  wire       rst,
    input  wire       rx,
    input  wire       parity_en,
    input  wire       parity_odd,
    output wire       busy,
    output reg        valid,
    input  wire       ready,
    output reg  [7:0] data,
    output reg        overrun,
    output reg        parity_error,
    output reg        framing_error,
    output reg        line_break
);
    localparam IDLE    = 2'd0;
    localparam RECEIVE = 2'd1;
    localparam RELEASE = 2'd2;     // after a missing stop bit

    localparam W        = $clog2(CLOCKS_PER_BIT);
    localparam DECISION = CLOCKS_PER_BIT / 2 + 1;

    reg [1:0] state;
    reg [3:0] line;                // registers of the line, [1] the newest value to be looked at, [3:2] those before
    reg [W-1:0] count;             // of the edge that comes next, within its bit
    reg [3:0] index;               // of the bit
    reg [8:0] shift;               // data bits, and below them nothing; with parity, the parity bit on top
    reg       has_parity;
    reg       odd;

    wire value    = (line[1] && line[2]) || (line[1] && line[3]) || (line[2] && line[3]);
    wire decision = (state == RECEIVE) && (count == DECISION);
    wire bit_over = (count == CLOCKS_PER_BIT - 1);
    wire stop     = decision && (index == (has_parity ? 4'd10 : 4'd9));

    wire [7:0] octet      = has_parity ? shift[7:0] : shift[8:1];
    wire       bad_parity = has_parity && (^shift != odd);
    wire       all_zero   = (octet == 8'd0) && !(has_parity && shift[8]);
    wire       good       = stop && value && !bad_parity;

    assign busy = (state != IDLE);

    always @(posedge clk) begin
        if (rst) begin
            state <= IDLE;
            line  <= 4'b1111;
        end else begin
            line  <= {line[2:0], rx};
            {index, count} <= bit_over ? {index + 4'd1, {W{1'b0}}} : {index, count + 1'b1};
            case (state)
                IDLE: begin
                    // Whatever a frame needs is loaded here, so none of it is reset.
                    {index, count} <= 1;
                    has_parity <= parity_en;
                    odd        <= parity_odd;
                    if (!line[1])
                        state <= RECEIVE;
                end
                RECEIVE: begin
                    if (stop)
                        state <= value ? IDLE : RELEASE;
                    else if (decision && index == 4'd0 && value)
                        state <= IDLE;
                    else if (decision)
                        shift <= {value, shift[8:1]};
                end
                default: begin
                    if (line[1])
                        state <= IDLE;
                end
            endcase
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            valid         <= 1'b0;
            data          <= 8'd0;
            overrun       <= 1'b0;
            parity_error  <= 1'b0;
            framing_error <= 1'b0;
            line_break    <= 1'b0;
        end else begin
            overrun       <= good && valid && !ready;
            parity_error  <= stop && value && bad_parity;
            framing_error <= stop && !value;
            line_break    <= stop && !value && all_zero;
            if (good && (!valid || ready)) begin
                valid <= 1'b1;
                data  <= octet;
            end else if (ready) begin
                valid <= 1'b0;
            end
        end
    end
endmodule
