// harness-canary core/game_of_life_row_engine d2988cc1-3a80-4487-bc35-49c30eb5c0f1
module game_of_life_row_engine #(
    parameter WIDTH = 16
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] in_row,
    input  wire             in_first,
    input  wire             in_last,
    input  wire             in_wrap,
    input  wire [8:0]       birth,
    input  wire [8:0]       survive,
    output reg              out_valid,
    input  wire             out_ready,
    output reg  [WIDTH-1:0] out_row,
    output reg              out_first,
    output reg              out_last,
    output reg  [7:0]       population
);
    reg             held;           // `middle` is a row whose successor has not come
    reg             ending;         // it is the last row of its frame
    reg             at_first;       // it is the first one
    reg             wrap;
    reg [8:0]       birth_q;
    reg [8:0]       survive_q;
    reg [WIDTH-1:0] above;
    reg [WIDTH-1:0] middle;
    reg [7:0]       sum;            // living cells of the rows of this frame that went out

    wire room   = !out_valid || out_ready;
    wire take   = in_valid && in_ready;
    wire starts = in_first || !held;    // a row that nothing is before belongs to a new frame
    wire emit   = room && held && (ending || (take && !in_first));

    assign in_ready = room && !ending;

    wire [WIDTH-1:0] below = ending ? {WIDTH{1'b0}} : in_row;
    wire [WIDTH-1:0] next;
    reg  [7:0]       living;

    // Each row with a cell more at both ends, which is dead or that of the other end.
    wire [WIDTH+1:0] above_ext  = {wrap && above[0], above, wrap && above[WIDTH-1]};
    wire [WIDTH+1:0] middle_ext = {wrap && middle[0], middle, wrap && middle[WIDTH-1]};
    wire [WIDTH+1:0] below_ext  = {wrap && below[0], below, wrap && below[WIDTH-1]};

    genvar c;
    generate
        for (c = 0; c < WIDTH; c = c + 1) begin : column
            life_cell rule (
                .around({above_ext[c +: 3], middle_ext[c+2], middle_ext[c], below_ext[c +: 3]}),
                .alive(middle[c]), .birth(birth_q), .survive(survive_q), .next(next[c])
            );
        end
    endgenerate

    integer i;
    always @* begin
        living = 8'd0;
        for (i = 0; i < WIDTH; i = i + 1)
            living = living + {7'd0, next[i]};
    end

    wire [7:0] total = (at_first ? 8'd0 : sum) + living;

    always @(posedge clk) begin
        if (rst) begin
            held       <= 1'b0;
            ending     <= 1'b0;
            out_valid  <= 1'b0;
            out_row    <= {WIDTH{1'b0}};
            out_first  <= 1'b0;
            out_last   <= 1'b0;
            population <= 8'd0;
        end else if (room) begin
            out_valid <= emit;
            if (emit) begin
                out_row    <= next;
                out_first  <= at_first;
                out_last   <= ending;
                population <= total;
            end
            ending <= take && in_last;
            held   <= take || (held && !ending);
        end
    end

    always @(posedge clk) begin
        if (emit)
            sum <= total;
        if (take) begin
            above    <= starts ? {WIDTH{1'b0}} : middle;
            middle   <= in_row;
            at_first <= starts;
            if (starts) begin
                wrap      <= in_wrap;
                birth_q   <= birth;
                survive_q <= survive;
            end
        end
    end
endmodule

module life_cell (
    input  wire [7:0] around,
    input  wire       alive,
    input  wire [8:0] birth,
    input  wire [8:0] survive,
    output wire       next
);
    wire [3:0] count = {3'd0, around[0]} + {3'd0, around[1]} + {3'd0, around[2]} + {3'd0, around[3]}
                     + {3'd0, around[4]} + {3'd0, around[5]} + {3'd0, around[6]} + {3'd0, around[7]};

    assign next = alive ? survive[count] : birth[count];
endmodule
