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

    localparam W = $clog2(HALF + 1);

    state_t     state;
    mode_t      mode, mode_now;
    logic       is_last;
    logic [W-1:0] count;    // cycles of this half period
    logic [3:0] half;       // half periods of this byte that are over
    logic [7:0] out;        // bits to be sent, the next one in front
    logic [7:0] in;

    assign mode_now = (state == REST) ? {cpha, lsb_first} : mode;

    wire       accept  = valid && ready;
    wire       turn    = (count == HALF - 1);
    wire       leading = !half[0];
    wire       sample  = (mode.cpha != leading);
    wire [7:0] ordered = mode_now.lsb_first ? {tx_data[0], tx_data[1], tx_data[2], tx_data[3],
                                    tx_data[4], tx_data[5], tx_data[6], tx_data[7]} : tx_data;
    wire [7:0] in_next = mode.lsb_first ? {miso, in[7:1]} : {in[6:0], miso};

    assign ready = (state == REST) || (state == BETWEEN);

    always_ff @(posedge clk) begin
        if (rst) begin
            state    <= REST;
            {mode, is_last, count, half, out, in} <= {(23 + W){1'b0}};
            rx_valid <= 1'b0;
            rx_data  <= 8'd0;
            sclk     <= 1'b0;
            mosi     <= 1'b0;
            cs_n     <= 1'b1;
        end else begin
            rx_valid <= 1'b0;
            count    <= turn ? {W{1'b0}} : count + 1'b1;
            case (state)
                REST, BETWEEN: begin
                    count <= {W{1'b0}};
                    mode  <= mode_now;
                    if (state == REST)
                        sclk <= cpol;
                    if (accept) begin
                        state   <= SHIFT;
                        cs_n    <= 1'b0;
                        is_last <= last;
                        if (mode_now.cpha) begin
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
