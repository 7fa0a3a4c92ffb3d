// harness-canary core/priority_encoder 24984f2e-0d94-415c-bf6d-f66e6e9f9e4f
module priority_encoder #(
    parameter WIDTH = 8
) (
    input  wire [WIDTH-1:0]         req,
    output reg  [$clog2(WIDTH)-1:0] index,
    output wire                     valid
);

    integer i;

    assign valid = |req;

    // The last assignment wins, hence the highest request.
    always @* begin
        index = 0;
        for (i = 0; i < WIDTH; i = i + 1)
            if (req[i])
                index = i[$clog2(WIDTH)-1:0];
    end

endmodule
