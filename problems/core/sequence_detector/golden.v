// harness-canary core/sequence_detector 843c674e-b6bd-4cf5-b7f8-2d01df696782
module sequence_detector (
    input  wire       clk,
    input  wire       rst_n,
    input  wire       valid,
    input  wire       bit_in,
    input  wire       clear_count,
    output reg        match,
    output reg  [3:0] match_count,
    output wire       full
);

    // Longest prefix of the pattern 01101 that the received bits end with.
    localparam [2:0] S_NONE = 3'd0,
                     S_0    = 3'd1,
                     S_01   = 3'd2,
                     S_011  = 3'd3,
                     S_0110 = 3'd4;

    reg [2:0] state;
    reg [2:0] next_state;

    wire hit = valid && bit_in && (state == S_0110);

    always @* begin
        next_state = state;
        if (valid) begin
            case (state)
                S_NONE:  next_state = bit_in ? S_NONE : S_0;
                S_0:     next_state = bit_in ? S_01   : S_0;
                S_01:    next_state = bit_in ? S_011  : S_0;
                S_011:   next_state = bit_in ? S_NONE : S_0110;
                S_0110:  next_state = bit_in ? S_01   : S_0;
                default: next_state = S_NONE;
            endcase
        end
    end

    always @(posedge clk) begin
        if (!rst_n) begin
            state       <= S_NONE;
            match       <= 1'b0;
            match_count <= 4'd0;
        end else begin
            state <= next_state;
            match <= hit;
            if (clear_count)
                match_count <= 4'd0;
            else if (hit && !full)
                match_count <= match_count + 4'd1;
        end
    end

    assign full = (match_count == 4'd15);

endmodule
