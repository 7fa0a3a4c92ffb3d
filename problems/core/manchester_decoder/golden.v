// harness-canary core/manchester_decoder a9d24f2e-6e6c-4484-8475-a2bfc10a8cb4
module manchester_decoder (
    input  wire       clk,
    input  wire       rst,
    input  wire       line_in,
    output reg        byte_valid,
    output reg  [7:0] byte_data,
    output reg        frame_end,
    output reg        frame_error,
    output wire       receiving
);
    localparam WAIT  = 2'd0;    // until the line has been high for long
    localparam IDLE  = 2'd1;
    localparam FRAME = 2'd2;

    localparam [3:0] QUIET    = 4'd15;
    localparam [3:0] EARLIEST = 4'd6;
    localparam [3:0] LATEST   = 4'd10;

    reg [1:0] state;
    reg [2:0] samples;          // [0] newest
    // The registers from here on need no reset: the line is low for the first edges after one.
    reg [3:0] elapsed;          // in a frame: edges since the latest middle of a bit; else edges with a high line
    reg       boundary;         // a change at the boundary has been seen since the middle
    reg [2:0] bits;
    reg [7:0] shift;

    wire level   = samples[1];
    wire changed = (samples[2] != samples[1]);
    wire [3:0] now = elapsed + 4'd1;

    assign receiving = (state == FRAME);

    wire lost     = receiving && (now > LATEST);
    wire side     = receiving && changed && (now < EARLIEST);
    wire middle   = receiving && changed && !side && !lost;
    wire twice    = side && boundary;
    wire finished = lost && level && (bits == 3'd0);
    wire broken   = twice || (lost && !finished);

    always @(posedge clk) begin
        if (rst) begin
            samples     <= 3'b000;
            state       <= WAIT;
            byte_valid  <= 1'b0;
            byte_data   <= 8'd0;
            frame_end   <= 1'b0;
            frame_error <= 1'b0;
        end else begin
            samples     <= {samples[1:0], line_in};
            byte_valid  <= middle && (bits == 3'd7);
            frame_end   <= finished;
            frame_error <= broken;
            case (state)
                WAIT:
                    if (!level) begin
                        elapsed <= 4'd0;
                    end else begin
                        elapsed <= now;
                        if (now == QUIET)
                            state <= IDLE;
                    end
                IDLE:
                    if (!level) begin
                        state    <= FRAME;
                        elapsed  <= 4'd0;
                        boundary <= 1'b0;
                        bits     <= 3'd0;
                    end
                default:
                    if (broken) begin
                        state   <= WAIT;
                        elapsed <= 4'd0;
                    end else if (finished) begin
                        state <= IDLE;
                    end else if (middle) begin
                        elapsed  <= 4'd0;
                        boundary <= 1'b0;
                        bits     <= bits + 3'd1;
                        if (bits == 3'd7)
                            byte_data <= {level, shift[7:1]};
                    end else begin
                        elapsed <= now;
                        if (side)
                            boundary <= 1'b1;
                    end
            endcase
        end
    end

    always @(posedge clk) begin
        if (middle)
            shift <= {level, shift[7:1]};
    end
endmodule
