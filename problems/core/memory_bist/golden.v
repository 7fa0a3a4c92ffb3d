// harness-canary core/memory_bist ce591930-02cf-4749-9e89-98e17880e744
module memory_bist (
    input  wire       clk,
    input  wire       rst,
    input  wire       start,
    input  wire       stop_on_fail,
    input  wire [7:0] pattern,
    input  wire       user_en,
    input  wire       user_we,
    input  wire [3:0] user_addr,
    input  wire [7:0] user_wdata,
    input  wire [2:0] fault_kind,
    input  wire [3:0] fault_addr,
    input  wire [2:0] fault_bit,
    output reg        user_valid,
    output wire [7:0] user_rdata,
    output reg        busy,
    output reg        done,
    output reg  [6:0] fail_count,
    output reg  [3:0] fail_word,
    output reg  [2:0] fail_element,
    output reg  [7:0] fail_bits
);
    // The operation that is put to the RAM at the next edge.
    reg       running;
    reg [2:0] element;
    reg [3:0] step;
    reg       second;       // the write that follows a read in elements 1 to 4

    // The read whose data is judged at the next edge.
    reg       judge;
    reg [3:0] judge_word;
    reg [2:0] judge_element;
    reg [7:0] judge_expected;

    reg       stop_q;
    reg [7:0] pattern_q;

    wire [7:0] rdata;

    wire       reads      = (element != 3'd0) && !second;
    wire       downwards  = (element == 3'd3) || (element == 3'd4);
    wire [3:0] word       = downwards ? ~step : step;
    wire [7:0] read_data  = ((element == 3'd2) || (element == 3'd4)) ? ~pattern_q : pattern_q;
    wire [7:0] write_data = ((element == 3'd1) || (element == 3'd3)) ? ~pattern_q : pattern_q;
    wire       two_steps  = (element != 3'd0) && (element != 3'd5);
    wire       next_word  = second || !two_steps;

    wire [7:0] wrong   = rdata ^ judge_expected;
    wire       failure = judge && (wrong != 8'd0);
    wire       stop    = failure && stop_q;

    wire       test_en = running && !stop;

    bist_ram ram (
        .clk(clk),
        .en(!rst && (busy ? test_en : user_en)),
        .we(busy ? !reads : user_we),
        .addr(busy ? word : user_addr),
        .wdata(busy ? write_data : user_wdata),
        .fault_kind(fault_kind),
        .fault_addr(fault_addr),
        .fault_bit(fault_bit),
        .rdata(rdata)
    );

    assign user_rdata = user_valid ? rdata : 8'd0;

    // A start loads the registers that have no reset.
    always @(posedge clk) begin
        if (rst) begin
            user_valid   <= 1'b0;
            busy         <= 1'b0;
            done         <= 1'b0;
            fail_count   <= 7'd0;
            fail_word    <= 4'd0;
            fail_element <= 3'd0;
            fail_bits    <= 8'd0;
        end else begin
            user_valid <= user_en && !user_we && !busy;
            done       <= 1'b0;
            if (!busy) begin
                if (start) begin
                    busy         <= 1'b1;
                    running      <= 1'b1;
                    element      <= 3'd0;
                    step         <= 4'd0;
                    second       <= 1'b0;
                    judge        <= 1'b0;
                    stop_q       <= stop_on_fail;
                    pattern_q    <= pattern;
                    fail_count   <= 7'd0;
                    fail_word    <= 4'd0;
                    fail_element <= 3'd0;
                    fail_bits    <= 8'd0;
                end
            end else begin
                judge          <= running && reads;
                judge_word     <= word;
                judge_element  <= element;
                judge_expected <= read_data;
                second         <= reads && two_steps;
                if (next_word) begin
                    step <= step + 4'd1;
                    if (step == 4'd15) begin
                        element <= element + 3'd1;
                        if (element == 3'd5)
                            running <= 1'b0;
                    end
                end
                if (failure) begin
                    fail_count <= fail_count + 7'd1;
                    fail_bits  <= fail_bits | wrong;
                    if (fail_count == 7'd0) begin
                        fail_word    <= judge_word;
                        fail_element <= judge_element;
                    end
                end
                if (stop || !running) begin
                    busy    <= 1'b0;
                    running <= 1'b0;
                    done    <= 1'b1;
                end
            end
        end
    end
endmodule
