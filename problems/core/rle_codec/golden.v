// harness-canary core/rle_codec 9173345d-c54e-4539-9e2d-0d9238b1b021
module rle_codec (
    input  wire       clk,
    input  wire       rst,
    input  wire       raw_valid,
    output wire       raw_ready,
    input  wire [7:0] raw_data,
    input  wire       raw_last,
    output reg        pair_valid,
    input  wire       pair_ready,
    output reg  [3:0] pair_count,
    output reg  [7:0] pair_value,
    output reg        pair_last,
    input  wire       code_valid,
    output wire       code_ready,
    input  wire [3:0] code_count,
    input  wire [7:0] code_value,
    input  wire       code_last,
    output wire       byte_valid,
    input  wire       byte_ready,
    output wire [7:0] byte_data,
    output wire       byte_last
);
    // Encoder: the open run, which leaves when another byte, its 16th byte or the end of the message is past it.
    reg       open;
    reg       closing;          // the open run has the last byte of its message
    reg [3:0] count;            // bytes of the open run less 1
    reg [7:0] value;

    wire room    = !pair_valid || pair_ready;
    wire prolongs = open && (value == raw_data) && (count != 4'd15);
    wire take    = raw_valid && raw_ready;
    wire emit    = room && (closing || (take && open && !prolongs));

    assign raw_ready = room && !closing;

    always @(posedge clk) begin
        if (rst) begin
            open       <= 1'b0;
            closing    <= 1'b0;
            pair_valid <= 1'b0;
            pair_count <= 4'd0;
            pair_value <= 8'd0;
            pair_last  <= 1'b0;
        end else if (room) begin
            pair_valid <= emit;
            if (emit) begin
                pair_count <= count;
                pair_value <= value;
                pair_last  <= closing;
            end
            closing <= take && raw_last;
            open    <= take || (open && !closing);
        end
    end

    always @(posedge clk) begin
        if (take) begin
            count <= prolongs ? count + 4'd1 : 4'd0;
            value <= raw_data;
        end
    end

    // Decoder: the run that is being written out.
    reg       busy;
    reg [3:0] left;             // bytes still to come behind the one shown
    reg [7:0] repeated;
    reg       final_run;

    wire ends = (left == 4'd0);

    assign byte_valid = busy;
    assign byte_data  = busy ? repeated : 8'd0;
    assign byte_last  = busy && ends && final_run;
    assign code_ready = !busy || (ends && byte_ready);

    always @(posedge clk) begin
        if (rst) begin
            busy <= 1'b0;
        end else if (code_ready) begin
            busy      <= code_valid;
            left      <= code_count;
            repeated  <= code_value;
            final_run <= code_last;
        end else if (byte_ready) begin
            left <= left - 4'd1;
        end
    end
endmodule
