// harness-canary core/pipelined_cordic 70c913af-918e-4614-af63-cbc3990819da
module pipelined_cordic (
    input  wire               clk,
    input  wire               rst,
    input  wire               enable,
    input  wire               in_valid,
    input  wire               in_vector,
    input  wire [3:0]         in_tag,
    input  wire signed [15:0] in_x,
    input  wire signed [15:0] in_y,
    input  wire signed [15:0] in_z,
    output wire               out_valid,
    output wire [3:0]         out_tag,
    output wire signed [17:0] out_x,
    output wire signed [17:0] out_y,
    output wire signed [15:0] out_z
);
    localparam STEPS = 12;

    reg        valid_q, vector_q;
    reg [3:0]  tag_q;
    reg [17:0] x_q, y_q;
    reg [15:0] z_q;

    wire half_turn = in_vector ? in_x[15] : (in_z[15] != in_z[14]);

    wire [17:0] wide_x = {{2{in_x[15]}}, in_x};
    wire [17:0] wide_y = {{2{in_y[15]}}, in_y};

    always @(posedge clk) begin
        if (rst)
            valid_q <= 1'b0;
        else if (enable)
            valid_q <= in_valid;
    end

    always @(posedge clk) begin
        if (enable) begin
            vector_q <= in_vector;
            tag_q    <= in_tag;
            x_q      <= half_turn ? -wide_x : wide_x;
            y_q      <= half_turn ? -wide_y : wide_y;
            z_q      <= {in_z[15] ^ half_turn, in_z[14:0]};
        end
    end

    wire        valid  [0:STEPS];
    wire        vector [0:STEPS];
    wire [3:0]  tag    [0:STEPS];
    wire [17:0] x      [0:STEPS];
    wire [17:0] y      [0:STEPS];
    wire [15:0] z      [0:STEPS];

    assign valid[0]  = valid_q;
    assign vector[0] = vector_q;
    assign tag[0]    = tag_q;
    assign x[0]      = x_q;
    assign y[0]      = y_q;
    assign z[0]      = z_q;

    genvar i;
    generate
        for (i = 0; i < STEPS; i = i + 1) begin : step
            cordic_stage #(.INDEX(i)) stage (
                .clk(clk), .rst(rst), .enable(enable),
                .in_valid(valid[i]), .in_vector(vector[i]), .in_tag(tag[i]), .in_x(x[i]), .in_y(y[i]), .in_z(z[i]),
                .out_valid(valid[i+1]), .out_vector(vector[i+1]), .out_tag(tag[i+1]),
                .out_x(x[i+1]), .out_y(y[i+1]), .out_z(z[i+1])
            );
        end
    endgenerate

    assign out_valid = valid[STEPS];
    assign out_tag   = tag[STEPS];
    assign out_x     = x[STEPS];
    assign out_y     = y[STEPS];
    assign out_z     = z[STEPS];
endmodule

module cordic_stage #(
    parameter INDEX = 0
) (
    input  wire               clk,
    input  wire               rst,
    input  wire               enable,
    input  wire               in_valid,
    input  wire               in_vector,
    input  wire [3:0]         in_tag,
    input  wire signed [17:0] in_x,
    input  wire signed [17:0] in_y,
    input  wire signed [15:0] in_z,
    output reg                out_valid,
    output reg                out_vector,
    output reg  [3:0]         out_tag,
    output reg  signed [17:0] out_x,
    output reg  signed [17:0] out_y,
    output reg  signed [15:0] out_z
);
    wire [13:0] angle;

    cordic_angle #(.INDEX(INDEX)) table_entry (.angle(angle));

    wire positive = in_vector ? in_y[17] : !in_z[15];

    wire [17:0] part_x = in_x >>> INDEX;
    wire [17:0] part_y = in_y >>> INDEX;

    always @(posedge clk) begin
        if (rst)
            out_valid <= 1'b0;
        else if (enable)
            out_valid <= in_valid;
    end

    always @(posedge clk) begin
        if (enable) begin
            out_vector <= in_vector;
            out_tag    <= in_tag;
            out_x      <= positive ? in_x - part_y : in_x + part_y;
            out_y      <= positive ? in_y + part_x : in_y - part_x;
            out_z      <= positive ? in_z - angle : in_z + angle;
        end
    end
endmodule
