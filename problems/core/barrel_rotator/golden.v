// harness-canary core/barrel_rotator a0c389b8-483c-4235-a2cf-57f94e5485dd
module barrel_rotator (
    input  wire [15:0] data,
    input  wire [4:0]  amount,
    input  wire [2:0]  mode,
    output reg  [15:0] result,
    output reg         last_bit
);

    localparam ROTATE_LEFT  = 3'd0;
    localparam ROTATE_RIGHT = 3'd1;
    localparam LOGIC_LEFT   = 3'd2;
    localparam LOGIC_RIGHT  = 3'd3;
    localparam ARITH_RIGHT  = 3'd4;

    wire [3:0] turn = amount[3:0];

    // One bit more than the word, so that the last bit that leaves is kept.
    wire        [31:0] turned_left  = {data, data} << turn;
    wire        [31:0] turned_right = {data, data} >> turn;
    wire        [16:0] left         = {1'b0, data} << amount;
    wire        [16:0] right        = {data, 1'b0} >> amount;
    wire signed [16:0] arith_in     = {data, 1'b0};
    wire signed [16:0] arith        = arith_in >>> amount;

    always @* begin
        case (mode)
            ROTATE_LEFT: begin
                result   = turned_left[31:16];
                last_bit = (turn != 4'd0) & turned_left[16];
            end
            ROTATE_RIGHT: begin
                result   = turned_right[15:0];
                last_bit = (turn != 4'd0) & turned_right[15];
            end
            LOGIC_LEFT:  {last_bit, result} = left;
            LOGIC_RIGHT: {result, last_bit} = right;
            ARITH_RIGHT: {result, last_bit} = arith;
            default: begin
                result   = data;
                last_bit = 1'b0;
            end
        endcase
    end

endmodule
