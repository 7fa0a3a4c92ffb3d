// harness-canary core/spi_master 1168b0f4-89c3-4736-ad28-dd9ce44380ef
module spi_master #(
    parameter HALF = 3
) (
    input  logic       clk,
    input  logic       rst,
    input  logic       valid,
    output logic       ready,
    input  logic [7:0] tx_data,
    input  logic       last,
    input  logic       cpol,
    input  logic       cpha,
    input  logic       lsb_first,
    output logic       rx_valid,
    output logic [7:0] rx_data,
    output logic       sclk,
    output logic       mosi,
    input  logic       miso,
    output logic       cs_n
);
    typedef enum logic [2:0] {REST, SHIFT, BETWEEN, TAIL, GAP} state_t;

    typedef struct packed {
        logic cpha;
        logic lsb_first;
    } mode_t;

    state_t     state;
    mode_t      mode;
    logic       is_last;
    logic [7:0] count;      // cycles of this half period
    logic [3:0] half;       // half periods of this byte that are over
    logic [7:0] out;        // bits to be sent, the next one in front
    logic [7:0] in;

    wire       accept  = valid && ready;
    wire       turn    = (count == HALF - 1);
    wire       leading = !half[0];
    wire       sample  = (mode.cpha != leading);
    wire       new_lsb = (state == REST) ? lsb_first : mode.lsb_first;
    wire       new_pha = (state == REST) ? cpha : mode.cpha;
    wire [7:0] ordered = new_lsb ? {tx_data[0], tx_data[1], tx_data[2], tx_data[3],
                                    tx_data[4], tx_data[5], tx_data[6], tx_data[7]} : tx_data;
    wire [7:0] in_next = mode.lsb_first ? {miso, in[7:1]} : {in[6:0], miso};

    assign ready = (state == REST) || (state == BETWEEN);

    always_ff @(posedge clk) begin
        if (rst) begin
            state    <= REST;
            mode     <= 2'b00;
            is_last  <= 1'b0;
            count    <= 8'd0;
            half     <= 4'd0;
            out      <= 8'd0;
            in       <= 8'd0;
            rx_valid <= 1'b0;
            rx_data  <= 8'd0;
            sclk     <= 1'b0;
            mosi     <= 1'b0;
            cs_n     <= 1'b1;
        end else begin
            rx_valid <= 1'b0;
            count    <= turn ? 8'd0 : count + 8'd1;
            case (state)
                REST, BETWEEN: begin
                    count <= 8'd0;
                    half  <= 4'd0;
                    if (state == REST) begin
                        sclk           <= cpol;
                        mode.cpha      <= cpha;
                        mode.lsb_first <= lsb_first;
                    end
                    if (accept) begin
                        state   <= SHIFT;
                        cs_n    <= 1'b0;
                        is_last <= last;
                        if (new_pha) begin
                            out <= ordered;
                        end else begin
                            mosi <= ordered[7];
                            out  <= {ordered[6:0], 1'b0};
                        end
                    end
                end
                SHIFT: begin
                    if (turn) begin
                        sclk <= !sclk;
                        half <= half + 4'd1;
                        if (sample) begin
                            in <= in_next;
                        end else if (mode.cpha || half != 4'd15) begin
                            mosi <= out[7];
                            out  <= {out[6:0], 1'b0};
                        end
                        if (half == 4'd15) begin
                            rx_valid <= 1'b1;
                            rx_data  <= mode.cpha ? in_next : in;
                            state    <= is_last ? TAIL : BETWEEN;
                        end
                    end
                end
                TAIL: begin
                    if (turn) begin
                        state <= GAP;
                        cs_n  <= 1'b1;
                        mosi  <= 1'b0;
                    end
                end
                default: begin
                    if (turn)
                        state <= REST;
                end
            endcase
        end
    end
endmodule
