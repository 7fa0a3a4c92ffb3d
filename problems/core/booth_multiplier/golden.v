// harness-canary core/booth_multiplier 518273a1-c492-491a-b42a-578eb835a82f
module booth_multiplier (
    input  wire        clk,
    input  wire        rst,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire [15:0] a,
    input  wire [15:0] b,
    input  wire        a_signed,
    input  wire        b_signed,
    input  wire        accumulate,
    output reg         out_valid,
    input  wire        out_ready,
    output reg  [35:0] product
);
    reg         busy;
    reg  [3:0]  left;               // steps after the one that comes next
    reg  [35:0] shifted;            // multiplicand times 4^step
    reg  [18:0] recode;             // multiplier with the bit below its end; one digit is made of the lowest three bits
    reg  [35:0] sum;
    reg         add_last;

    assign in_ready = !busy && (!out_valid || out_ready);

    wire accept = in_valid && in_ready;

    // Radix-4 digit from -2 to 2 times the multiplicand.
    reg [35:0] term;
    always @* begin
        case (recode[2:0])
            3'b001, 3'b010: term = shifted;
            3'b011:         term = {shifted[34:0], 1'b0};
            3'b100:         term = -{shifted[34:0], 1'b0};
            3'b101, 3'b110: term = -shifted;
            default:        term = 36'd0;
        endcase
    end

    wire [35:0] next_sum = sum + term;

    always @(posedge clk) begin
        if (rst) begin
            busy      <= 1'b0;
            out_valid <= 1'b0;
            product   <= 36'd0;
        end else begin
            if (out_ready)
                out_valid <= 1'b0;
            if (accept) begin
                busy <= 1'b1;
            end else if (busy && left == 4'd0) begin
                busy      <= 1'b0;
                out_valid <= 1'b1;
                product   <= next_sum + (add_last ? product : 36'd0);
            end
        end
    end

    // Loaded by each operation, so that no reset is needed.
    always @(posedge clk) begin
        if (accept) begin
            left     <= b_signed ? 4'd7 : 4'd8;
            shifted  <= {{20{a_signed && a[15]}}, a};
            recode   <= {{2{b_signed && b[15]}}, b, 1'b0};
            sum      <= 36'd0;
            add_last <= accumulate;
        end else begin
            left    <= left - 4'd1;
            shifted <= {shifted[33:0], 2'b00};
            recode  <= {2'b00, recode[18:2]};
            sum     <= next_sum;
        end
    end
endmodule
