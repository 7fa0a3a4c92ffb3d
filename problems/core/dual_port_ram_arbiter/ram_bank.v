// Single-port RAM of 8 words of 8 bits. At a rising edge with en = 1: we = 1 writes wdata, we = 0 reads into rdata.
module ram_bank (
    input  wire       clk,
    input  wire       en,
    input  wire       we,
    input  wire [2:0] addr,
    input  wire [7:0] wdata,
    output reg  [7:0] rdata
);
    reg [7:0] mem [0:7];

    always @(posedge clk) begin
        if (en && we)
            mem[addr] <= wdata;
        if (en && !we)
            rdata <= mem[addr];
    end
endmodule
