// harness-canary core/uart_transmitter 43376e1a-b392-4eb1-94e8-d15256adcbec
module uart_transmitter #(
    parameter CLOCKS_PER_BIT = 8
) (
    input  wire       clk,
    input  wire       rst,
    input  wire       valid,
    input  wire [7:0] data,
    input  wire       parity_en,
    input  wire       parity_odd,
    input  wire       two_stop,
    output wire       ready,
    output wire       busy,
    output reg        tx
);
    localparam IDLE   = 3'd0;
    localparam START  = 3'd1;
    localparam DATA   = 3'd2;
    localparam PARITY = 3'd3;
    localparam STOP   = 3'd4;

    reg [2:0] state;
    reg [7:0] shift;
    reg [2:0] bit_index;
    reg       has_parity;
    reg       parity;
    reg       more_stop;

    wire tick;
    wire accept = valid && ready;

    assign busy  = (state != IDLE);
    assign ready = !busy || ((state == STOP) && tick && !more_stop);

    baud_tick #(.CLOCKS_PER_BIT(CLOCKS_PER_BIT)) timer (
        .clk(clk),
        .rst(rst),
        .restart(accept),
        .tick(tick)
    );

    always @(posedge clk) begin
        if (rst) begin
            state      <= IDLE;
            tx         <= 1'b1;
            shift      <= 8'd0;
            bit_index  <= 3'd0;
            has_parity <= 1'b0;
            parity     <= 1'b0;
            more_stop  <= 1'b0;
        end else if (accept) begin
            state      <= START;
            tx         <= 1'b0;
            shift      <= data;
            bit_index  <= 3'd0;
            has_parity <= parity_en;
            parity     <= (^data) ^ parity_odd;
            more_stop  <= two_stop;
        end else if (tick) begin
            case (state)
                START: begin
                    state <= DATA;
                    tx    <= shift[0];
                end
                DATA: begin
                    bit_index <= bit_index + 3'd1;
                    shift     <= {1'b0, shift[7:1]};
                    if (bit_index != 3'd7) begin
                        tx <= shift[1];
                    end else if (has_parity) begin
                        state <= PARITY;
                        tx    <= parity;
                    end else begin
                        state <= STOP;
                        tx    <= 1'b1;
                    end
                end
                PARITY: begin
                    state <= STOP;
                    tx    <= 1'b1;
                end
                STOP: begin
                    more_stop <= 1'b0;
                    if (!more_stop)
                        state <= IDLE;
                end
                default: begin
                    state <= IDLE;
                    tx    <= 1'b1;
                end
            endcase
        end
    end
endmodule
