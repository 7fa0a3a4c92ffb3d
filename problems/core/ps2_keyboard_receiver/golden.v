// harness-canary core/ps2_keyboard_receiver ba3c1f9b-b3c8-41c7-b2a0-e08d042da3d3
module ps2_keyboard_receiver #(
    parameter TIMEOUT = 40
) (
    input  wire       clk,
    input  wire       rst,
    input  wire       ps2_clk,
    input  wire       ps2_data,
    output reg        key_valid,
    output reg  [7:0] key_code,
    output reg        key_extended,
    output reg        key_released,
    output reg        frame_error,
    output wire       shift_down,
    output reg        caps_on
);
    // Synchronizers; the third flip-flop of the clock line shows its falling edge.
    reg [2:0] clk_q;
    reg [1:0] data_q;

    wire falling = clk_q[2] && !clk_q[1];
    wire line    = data_q[1];

    always @(posedge clk) begin
        if (rst) begin
            clk_q  <= 3'b111;
            data_q <= 2'b11;
        end else begin
            clk_q  <= {clk_q[1:0], ps2_clk};
            data_q <= {data_q[0], ps2_data};
        end
    end

    // Frame: start bit, eight data bits, odd parity, stop bit.
    reg [3:0]  bits;            // bits so far
    reg [8:0]  shift;           // parity and data
    reg [15:0] waited;

    wire last_bit = falling && (bits == 4'd10);
    wire good     = last_bit && line && (^shift);
    wire bad_stop = last_bit && !good;
    wire bad_start = falling && (bits == 4'd0) && line;
    wire give_up  = !falling && (bits != 4'd0) && (waited == TIMEOUT - 1);
    wire bad      = bad_stop || bad_start || give_up;

    always @(posedge clk) begin
        if (rst) begin
            bits        <= 4'd0;
            waited      <= 16'd0;
            frame_error <= 1'b0;
        end else begin
            frame_error <= bad;
            waited      <= falling ? 16'd0 : waited + 16'd1;
            if (bad || good)
                bits <= 4'd0;
            else if (falling)
                bits <= bits + 4'd1;
        end
    end

    always @(posedge clk) begin
        if (falling && !last_bit)
            shift <= {line, shift[8:1]};
    end

    // Scan codes.
    reg extended;
    reg released;
    reg left_shift;
    reg right_shift;
    reg caps_held;

    wire [7:0] code      = shift[7:0];
    wire       is_prefix = (code == 8'he0) || (code == 8'hf0);
    wire       event_now = good && !is_prefix;

    assign shift_down = left_shift || right_shift;

    always @(posedge clk) begin
        if (rst) begin
            extended     <= 1'b0;
            released     <= 1'b0;
            left_shift   <= 1'b0;
            right_shift  <= 1'b0;
            caps_held    <= 1'b0;
            caps_on      <= 1'b0;
            key_valid    <= 1'b0;
            key_code     <= 8'd0;
            key_extended <= 1'b0;
            key_released <= 1'b0;
        end else begin
            key_valid <= event_now;
            if (bad || event_now) begin
                extended <= 1'b0;
                released <= 1'b0;
            end else if (good) begin
                if (code == 8'he0)
                    extended <= 1'b1;
                else
                    released <= 1'b1;
            end
            if (event_now) begin
                key_code     <= code;
                key_extended <= extended;
                key_released <= released;
                if (!extended && (code == 8'h12))
                    left_shift <= !released;
                if (!extended && (code == 8'h59))
                    right_shift <= !released;
                if (!extended && (code == 8'h58)) begin
                    caps_held <= !released;
                    if (!released && !caps_held)
                        caps_on <= !caps_on;
                end
            end
        end
    end
endmodule
