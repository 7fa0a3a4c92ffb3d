// harness-canary core-tripwire/preset_counter 4053b108-5a8a-4311-8843-06f2946b062c
module preset_counter (
    input            clk,
    input            rst,
    input            clear,
    input            preset,
    input      [5:0] start,
    output reg [5:0] count
);
    always @(posedge clk)
        if (rst) count <= 6'd0;
        else if (preset) count <= start;
        else if (clear) count <= 6'd0;
        else count <= count + 6'd1;
endmodule
