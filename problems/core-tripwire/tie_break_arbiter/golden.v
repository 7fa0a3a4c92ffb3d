// harness-canary core-tripwire/tie_break_arbiter e94eabe0-fee7-42c5-be62-39164a5a8a08
module tie_break_arbiter (
    input            clk,
    input            rst,
    input      [1:0] req,
    output reg [1:0] grant
);
    reg turn;  // who wins the next tie

    always @(posedge clk)
        if (rst) begin
            grant <= 2'b00;
            turn  <= 1'b0;
        end else if (&req) begin
            grant <= turn ? 2'b10 : 2'b01;
            turn  <= ~turn;
        end else begin
            grant <= req;
        end
endmodule
