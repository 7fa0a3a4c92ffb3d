// harness-canary core/fixed_point_sqrt 15072324-f680-4334-98f7-e4d7d82f35df
module fixed_point_sqrt (
    input  wire               clk,
    input  wire               rst,
    input  wire               start,
    input  wire signed [24:0] x,
    input  wire [3:0]         digits,
    input  wire               nearest,
    output wire               busy,
    output reg                done,
    output reg  [18:0]        y,
    output reg                exact,
    output reg                invalid
);
    reg        active;
    reg        negative;
    reg [4:0]  left;        // result bits still to find
    reg [3:0]  wanted;      // fractional bits
    reg        rounding;
    reg [23:0] rest_of_x;   // pairs that have not been brought down
    reg [18:0] remainder;
    reg [17:0] root;

    assign busy = active;

    wire [3:0]  digits_limited = (digits > 4'd12) ? 4'd12 : digits;

    // One step of the digit-by-digit method.
    wire [19:0] brought = {remainder[17:0], rest_of_x[23:22]};
    wire [19:0] trial   = {root, 2'b01};
    wire        fits    = (brought >= trial);
    wire [19:0] reduced = brought - trial;

    // Half a unit of the last place or more is left: the remainder is above the root, or equal and the next pair is not 0.
    wire        up      = rounding && ((remainder > {1'b0, root}) ||
                                       ((remainder == {1'b0, root}) && (rest_of_x[23:22] != 2'b00)));
    wire [18:0] rounded = {1'b0, root} + {18'd0, up};

    always @(posedge clk) begin
        if (rst) begin
            active  <= 1'b0;
            done    <= 1'b0;
            y       <= 19'd0;
            exact   <= 1'b0;
            invalid <= 1'b0;
        end else begin
            done <= 1'b0;
            if (start) begin
                active <= 1'b1;
            end else if (active && (left == 5'd0)) begin
                active  <= 1'b0;
                done    <= 1'b1;
                y       <= negative ? 19'd0 : rounded << (4'd12 - wanted);
                exact   <= !negative && (remainder == 19'd0) && (rest_of_x == 24'd0);
                invalid <= negative;
            end
        end
    end

    // A start loads all of these.
    always @(posedge clk) begin
        if (start) begin
            negative  <= x[24];
            left      <= x[24] ? 5'd0 : {1'b0, digits_limited} + 5'd6;
            wanted    <= digits_limited;
            rounding  <= nearest;
            rest_of_x <= x[23:0];
            remainder <= 19'd0;
            root      <= 18'd0;
        end else if (left != 5'd0) begin
            left      <= left - 5'd1;
            rest_of_x <= {rest_of_x[21:0], 2'b00};
            remainder <= fits ? reduced[18:0] : brought[18:0];
            root      <= {root[16:0], fits};
        end
    end
endmodule
