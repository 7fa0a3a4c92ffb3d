// harness-canary core/packet_parser ce053430-6641-4790-aa23-641c76d0b397
module packet_parser (
    input  wire       clk,
    input  wire       rst,
    input  wire       in_valid,
    input  wire [7:0] in_data,
    output reg        payload_valid,
    output reg  [7:0] payload_data,
    output reg  [3:0] payload_index,
    output reg        packet_ok,
    output reg  [7:0] packet_type,
    output reg  [4:0] packet_length,
    output reg        packet_error,
    output reg  [2:0] error_code,
    output reg  [7:0] ok_count,
    output reg  [7:0] error_count,
    output wire       open
);
    localparam CLOSED   = 3'd0;
    localparam LENGTH   = 3'd1;
    localparam TYPE     = 3'd2;
    localparam PAYLOAD  = 3'd3;
    localparam CHECKSUM = 3'd4;

    localparam [7:0] START  = 8'ha5;
    localparam [7:0] ESCAPE = 8'h7d;
    localparam [4:0] LAST_IDLE = 5'd23;

    localparam [2:0] CUT_OFF = 3'd1;
    localparam [2:0] TOO_LONG = 3'd2;
    localparam [2:0] TIME_OUT = 3'd3;
    localparam [2:0] BAD_SUM = 3'd4;

    reg [2:0] state;
    reg       escaped;         // cleared by each start byte; of no meaning outside of packets
    reg [4:0] idle;
    reg [4:0] length;
    reg [3:0] index;
    reg [7:0] kind;
    reg [7:0] sum;

    assign open = (state != CLOSED);

    wire       start  = in_valid && (in_data == START);
    wire       escape = in_valid && (in_data == ESCAPE) && !escaped;
    wire       datum  = in_valid && open && !start && !escape;
    wire [7:0] value  = escaped ? in_data ^ 8'h20 : in_data;
    wire [7:0] total  = sum + value;

    // What this edge means, as a whole.
    wire cut_off  = start && open;
    wire too_long = datum && (state == LENGTH) && (value > 8'd16);
    wire time_out = open && !in_valid && (idle == LAST_IDLE);
    wire ends     = datum && (state == CHECKSUM);
    wire bad_sum  = ends && (total != 8'd0);
    wire good     = ends && (total == 8'd0);
    wire error    = cut_off || too_long || time_out || bad_sum;

    always @(posedge clk) begin
        if (rst) begin
            state <= CLOSED;
        end else if (start) begin
            state   <= LENGTH;
            escaped <= 1'b0;
        end else if (error || good) begin
            state <= CLOSED;
        end else if (in_valid && open) begin
            escaped <= escape;
            if (datum) begin
                case (state)
                    LENGTH:  state <= TYPE;
                    TYPE:    state <= (length == 5'd0) ? CHECKSUM : PAYLOAD;
                    default: state <= (index + 5'd1 == length) ? CHECKSUM : PAYLOAD;
                endcase
            end
        end
    end

    // Loaded as a packet goes on; of no meaning outside.
    always @(posedge clk) begin
        idle <= in_valid ? 5'd0 : idle + 5'd1;
        if (start) begin
            sum   <= 8'd0;
            index <= 4'd0;
        end else if (datum) begin
            sum <= total;
            if (state == LENGTH)
                length <= value[4:0];
            if (state == TYPE)
                kind <= value;
            if (state == PAYLOAD)
                index <= index + 4'd1;
        end
    end

    always @(posedge clk) begin
        if (rst) begin
            payload_valid <= 1'b0;
            payload_data  <= 8'd0;
            payload_index <= 4'd0;
            packet_ok     <= 1'b0;
            packet_type   <= 8'd0;
            packet_length <= 5'd0;
            packet_error  <= 1'b0;
            error_code    <= 3'd0;
            ok_count      <= 8'd0;
            error_count   <= 8'd0;
        end else begin
            payload_valid <= datum && (state == PAYLOAD);
            packet_ok     <= good;
            packet_error  <= error;
            if (datum && state == PAYLOAD) begin
                payload_data  <= value;
                payload_index <= index;
            end
            if (good) begin
                packet_type   <= kind;
                packet_length <= length;
                ok_count      <= ok_count + 8'd1;
            end
            if (error) begin
                error_code <= cut_off ? CUT_OFF : too_long ? TOO_LONG : time_out ? TIME_OUT : BAD_SUM;
                if (error_count != 8'd255)
                    error_count <= error_count + 8'd1;
            end
        end
    end
endmodule
