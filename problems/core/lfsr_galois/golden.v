// harness-canary core/lfsr_galois 6822d3cb-f8dd-47bd-ad4e-ac13dd771320
module lfsr_galois (
    input  wire        clk,
    input  wire        rst,
    input  wire        load,
    input  wire [15:0] seed,
    input  wire        en,
    output reg  [15:0] state,
    output reg         serial_out,
    output reg         zero_seed
);

    localparam [15:0] RESET_STATE = 16'h5A3C;
    localparam [15:0] TAPS        = 16'hA011;  // x^15 + x^13 + x^4 + 1

    always @(posedge clk) begin
        if (rst) begin
            state      <= RESET_STATE;
            serial_out <= 1'b0;
            zero_seed  <= 1'b0;
        end else if (load) begin
            state      <= (seed == 16'h0000) ? 16'h0001 : seed;
            serial_out <= 1'b0;
            zero_seed  <= (seed == 16'h0000);
        end else begin
            zero_seed <= 1'b0;
            if (en) begin
                state      <= {state[14:0], 1'b0} ^ (TAPS & {16{state[15]}});
                serial_out <= state[15];
            end
        end
    end

endmodule
