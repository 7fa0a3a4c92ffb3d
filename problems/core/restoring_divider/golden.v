// harness-canary core/restoring_divider d43725ec-9adb-4c48-9e86-4aecf14e1ffb
module restoring_divider (
    input  wire        clk,
    input  wire        rst,
    input  wire        start,
    input  wire [15:0] dividend,
    input  wire [7:0]  divisor,
    output reg         busy,
    output reg         done,
    output reg  [15:0] quotient,
    output reg  [7:0]  remainder,
    output reg         div_by_zero
);

    reg [3:0]  steps_left;
    reg [7:0]  divisor_q;
    reg [7:0]  partial;     // partial remainder
    reg [15:0] work;        // dividend bits leave at the top, quotient bits enter at the bottom

    // One restoring step. A divisor of 0 is subtracted successfully in every step: the quotient becomes all ones
    // and the low dividend bits are left in the partial remainder.
    wire [8:0]  shifted      = {partial, work[15]};
    wire        fits         = (shifted >= {1'b0, divisor_q});
    wire [7:0]  next_partial = fits ? shifted[7:0] - divisor_q : shifted[7:0];
    wire [15:0] next_work    = {work[14:0], fits};

    always @(posedge clk) begin
        if (rst) begin
            busy        <= 1'b0;
            done        <= 1'b0;
            quotient    <= 16'd0;
            remainder   <= 8'd0;
            div_by_zero <= 1'b0;
            steps_left  <= 4'd0;
            divisor_q   <= 8'd0;
            partial     <= 8'd0;
            work        <= 16'd0;
        end else begin
            done <= 1'b0;
            if (busy) begin
                partial    <= next_partial;
                work       <= next_work;
                steps_left <= steps_left - 4'd1;
                if (steps_left == 4'd0) begin
                    busy        <= 1'b0;
                    done        <= 1'b1;
                    quotient    <= next_work;
                    remainder   <= next_partial;
                    div_by_zero <= (divisor_q == 8'd0);
                end
            end else if (start) begin
                busy       <= 1'b1;
                steps_left <= 4'd15;
                divisor_q  <= divisor;
                partial    <= 8'd0;
                work       <= dividend;
            end
        end
    end

endmodule
