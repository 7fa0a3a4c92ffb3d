// Single-port RAM of 16 words of 8 bits with a fault that can be chosen for trials.
// At a rising edge with en = 1: we = 1 writes wdata, we = 0 reads into rdata, which else keeps its value.
module bist_ram (
    input  wire       clk,
    input  wire       en,
    input  wire       we,
    input  wire [3:0] addr,
    input  wire [7:0] wdata,
    input  wire [2:0] fault_kind,   // 0, 5, 6, 7: none
    input  wire [3:0] fault_addr,
    input  wire [2:0] fault_bit,
    output reg  [7:0] rdata
);
    reg [7:0] mem [0:15];

    wire [7:0] old    = mem[addr];
    wire [7:0] mask   = 8'd1 << fault_bit;
    wire       hit    = (addr == fault_addr);
    wire [3:0] victim = fault_addr + 4'd1;
    wire [7:0] near   = mem[victim];
    wire       rises  = ((wdata & ~old & mask) != 8'd0);

    reg [7:0] stored;
    always @* begin
        stored = wdata;
        if (hit) begin
            case (fault_kind)
                3'd1: stored = wdata & ~mask;           // the bit cannot become 1
                3'd2: stored = wdata | mask;            // the bit cannot become 0
                3'd3: stored = wdata & (old | ~mask);   // the bit cannot go from 0 to 1
                default: stored = wdata;
            endcase
        end
    end

    always @(posedge clk) begin
        if (en && we) begin
            mem[addr] <= stored;
            if (hit && (fault_kind == 3'd4) && rises)   // a rising bit also sets this bit of the next word
                mem[victim] <= near | mask;
        end
        if (en && !we)
            rdata <= old;
    end
endmodule
