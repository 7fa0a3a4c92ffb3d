// harness-canary core/quadrature_decoder 1f659bab-3866-4463-85cf-018778f86f25
module quadrature_decoder #(
    parameter FILTER = 3
) (
    input  wire        clk,
    input  wire        rst,
    input  wire        pin_a,
    input  wire        pin_b,
    input  wire        pin_z,
    input  wire        reverse,
    input  wire        index_mode,
    input  wire        load,
    input  wire [15:0] load_value,
    input  wire        clear_error,
    output reg  [15:0] position,
    output reg         moved,
    output reg         direction,
    output reg         index_seen,
    output reg  [15:0] captured,
    output reg         error
);
    wire a, b, z;
    reg  a_old, b_old, z_old;

    glitch_filter #(.FILTER(FILTER)) filter_a (.clk(clk), .rst(rst), .pin(pin_a), .level(a));
    glitch_filter #(.FILTER(FILTER)) filter_b (.clk(clk), .rst(rst), .pin(pin_b), .level(b));
    glitch_filter #(.FILTER(FILTER)) filter_z (.clk(clk), .rst(rst), .pin(pin_z), .level(z));

    wire a_changed = (a != a_old);
    wire b_changed = (b != b_old);
    wire step      = (a_changed != b_changed);
    wire illegal   = a_changed && b_changed;
    wire up        = (a_changed ? (a != b) : (a == b)) != reverse;
    wire index     = z && !z_old;

    // No reset: z is 0 after one.
    always @(posedge clk)
        z_old <= z;

    always @(posedge clk) begin
        if (rst) begin
            a_old      <= 1'b0;
            b_old      <= 1'b0;
            position   <= 16'd0;
            moved      <= 1'b0;
            direction  <= 1'b0;
            index_seen <= 1'b0;
            captured   <= 16'd0;
            error      <= 1'b0;
        end else begin
            a_old      <= a;
            b_old      <= b;
            moved      <= step;
            index_seen <= index;
            error      <= illegal || (error && !clear_error);
            if (step)
                direction <= up;
            if (index)
                captured <= position;
            if (load)
                position <= load_value;
            else if (index && index_mode)
                position <= 16'd0;
            else if (step)
                position <= up ? position + 16'd1 : position - 16'd1;
        end
    end
endmodule

// Two flip-flops against metastability, then a level that follows only if FILTER samples in a row agree on a change.
module glitch_filter #(
    parameter FILTER = 3
) (
    input  wire clk,
    input  wire rst,
    input  wire pin,
    output reg  level
);
    reg                        first;
    reg                        second;
    reg [$clog2(FILTER+1)-1:0] different;

    wire agrees = (second == level);
    wire enough = (different == FILTER - 1);

    always @(posedge clk) begin
        if (rst) begin
            first  <= 1'b0;
            second <= 1'b0;
            level  <= 1'b0;
        end else begin
            first  <= pin;
            second <= first;
            if (!agrees && enough)
                level <= second;
        end
    end

    // No reset: the first edge after one finds sample and level equal.
    always @(posedge clk) begin
        if (agrees || enough)
            different <= 0;
        else
            different <= different + 1'b1;
    end
endmodule
