// harness-canary core/matrix_arbiter 22b24866-bf5b-4d90-91af-c5d12df922b6
module matrix_arbiter (
    input  wire       clk,
    input  wire       rst,
    input  wire [5:0] req,
    input  wire [5:0] lock,
    input  wire [5:0] block,
    input  wire       accept,
    output wire [5:0] grant,
    output reg  [2:0] index,
    output wire       owned,
    output reg  [2:0] owner,
    output reg  [2:0] oldest
);
    reg  [5:0] ahead [0:5];         // bit j of ahead[i]: j comes before i
    reg  [5:0] owners;              // one bit or none

    wire [5:0] may = req & ~block & (owned ? owners : 6'b111111);

    assign owned = |owners;

    genvar g;
    generate
        for (g = 0; g < 6; g = g + 1) begin : decide
            assign grant[g] = may[g] && ((may & ahead[g]) == 6'd0);
        end
    endgenerate

    integer i;
    always @* begin
        index  = 3'd0;
        owner  = 3'd0;
        oldest = 3'd0;
        for (i = 0; i < 6; i = i + 1) begin
            if (grant[i])
                index = index | i[2:0];
            if (owners[i])
                owner = owner | i[2:0];
            if (ahead[i] == 6'd0)
                oldest = oldest | i[2:0];
        end
    end

    integer k;
    always @(posedge clk) begin
        if (rst) begin
            owners <= 6'd0;
            for (k = 0; k < 6; k = k + 1)
                ahead[k] <= ~(6'b111111 << k);
        end else begin
            if (owned)
                owners <= owners & lock;
            else if (accept)
                owners <= grant & lock;
            if (accept)
                for (k = 0; k < 6; k = k + 1)
                    ahead[k] <= grant[k] ? ~grant : ahead[k] & ~grant;
        end
    end
endmodule
