// harness-canary core/pwm_generator edd0cf24-34ff-4752-af2d-0ccbf1105c24
module pwm_generator (
    input  wire       clk,
    input  wire       rst,
    input  wire       en,
    input  wire       wr,
    input  wire [7:0] duty_in,
    input  wire [7:0] period_in,
    output reg        pwm,
    output reg        period_start,
    output reg  [7:0] count
);

    reg [7:0] duty_hold;
    reg [7:0] period_hold;
    reg [7:0] duty_act;
    reg [7:0] period_act;
    reg       running;

    wire [7:0] last       = period_act - 8'd1;  // a period of 0 wraps to 255: 256 cycles
    wire [7:0] count_next = count + 8'd1;

    always @(posedge clk or posedge rst) begin
        if (rst) begin
            duty_hold   <= 8'd0;
            period_hold <= 8'd20;
        end else if (wr) begin
            duty_hold   <= duty_in;
            period_hold <= period_in;
        end
    end

    always @(posedge clk or posedge rst) begin
        if (rst) begin
            duty_act     <= 8'd0;
            period_act   <= 8'd20;
            running      <= 1'b0;
            pwm          <= 1'b0;
            period_start <= 1'b0;
            count        <= 8'd0;
        end else if (!en) begin
            running      <= 1'b0;
            pwm          <= 1'b0;
            period_start <= 1'b0;
            count        <= 8'd0;
        end else if (!running || count == last) begin
            duty_act     <= duty_hold;
            period_act   <= period_hold;
            running      <= 1'b1;
            pwm          <= (duty_hold != 8'd0);
            period_start <= 1'b1;
            count        <= 8'd0;
        end else begin
            pwm          <= (count_next < duty_act);
            period_start <= 1'b0;
            count        <= count_next;
        end
    end

endmodule
