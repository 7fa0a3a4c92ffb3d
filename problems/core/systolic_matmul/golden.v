// harness-canary core/systolic_matmul 598503b5-8e57-4029-9718-d149df26c68c
module systolic_matmul (
    input  wire         clk,
    input  wire         rst,
    input  wire         enable,
    input  wire         in_valid,
    input  wire         in_last,
    input  wire [23:0]  in_a,
    input  wire [23:0]  in_b,
    output wire         out_valid,
    output wire [179:0] out_c,
    output wire [7:0]   out_terms,
    output reg          open
);
    localparam SIZE = 3;
    localparam LAST = SIZE - 1;

    // Number of terms of the open product, and its way along with the result.
    reg  [7:0] terms;
    wire [7:0] next_terms = open ? terms + 8'd1 : 8'd1;

    always @(posedge clk) begin
        if (rst)
            open <= 1'b0;
        else if (enable && in_valid)
            open <= !in_last;
    end

    always @(posedge clk) begin
        if (enable && in_valid)
            terms <= next_terms;
    end

    delay_line #(.WIDTH(8), .DEPTH(5)) terms_line (
        .clk(clk), .rst(rst), .enable(enable), .d(next_terms), .q(out_terms)
    );

    // Between the elements: [i][j] lies to the left of, or above, the element in row i and column j.
    wire        valid [0:SIZE-1][0:SIZE];
    wire        first [0:SIZE-1][0:SIZE];
    wire        last  [0:SIZE-1][0:SIZE];
    wire [7:0]  a     [0:SIZE-1][0:SIZE];
    wire [7:0]  b     [0:SIZE][0:SIZE-1];
    wire        done  [0:SIZE-1][0:SIZE-1];
    wire [19:0] acc   [0:SIZE-1][0:SIZE-1];

    genvar i, j;
    generate
        for (i = 0; i < SIZE; i = i + 1) begin : row
            delay_line #(.WIDTH(11), .DEPTH(i)) skew_a (
                .clk(clk), .rst(rst), .enable(enable),
                .d({in_valid, !open, in_last, in_a[8*i +: 8]}),
                .q({valid[i][0], first[i][0], last[i][0], a[i][0]})
            );
            delay_line #(.WIDTH(8), .DEPTH(i)) skew_b (
                .clk(clk), .rst(rst), .enable(enable), .d(in_b[8*i +: 8]), .q(b[0][i])
            );
            for (j = 0; j < SIZE; j = j + 1) begin : column
                systolic_pe pe (
                    .clk(clk), .rst(rst), .enable(enable),
                    .valid_in(valid[i][j]), .first_in(first[i][j]), .last_in(last[i][j]),
                    .a_in(a[i][j]), .b_in(b[i][j]),
                    .valid_out(valid[i][j+1]), .first_out(first[i][j+1]), .last_out(last[i][j+1]),
                    .a_out(a[i][j+1]), .b_out(b[i+1][j]),
                    .done(done[i][j]), .acc(acc[i][j])
                );
                delay_line #(.WIDTH(20), .DEPTH(LAST - i + LAST - j)) deskew (
                    .clk(clk), .rst(rst), .enable(enable), .d(acc[i][j]), .q(out_c[20*(SIZE*i+j) +: 20])
                );
            end
        end
    endgenerate

    assign out_valid = done[LAST][LAST];
endmodule

// q is what d was DEPTH enabled edges ago; without registers for a depth of 0.
module delay_line #(
    parameter WIDTH = 8,
    parameter DEPTH = 0
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             enable,
    input  wire [WIDTH-1:0] d,
    output wire [WIDTH-1:0] q
);
    generate
        if (DEPTH == 0) begin : direct
            assign q = d;
        end else begin : registers
            reg [WIDTH*DEPTH-1:0] line;

            always @(posedge clk) begin
                if (rst)
                    line <= {WIDTH*DEPTH{1'b0}};
                else if (enable)
                    line <= {line, d};
            end

            assign q = line[WIDTH*DEPTH-1 -: WIDTH];
        end
    endgenerate
endmodule
