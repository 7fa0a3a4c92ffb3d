// harness-canary core/timer_watchdog bb97455d-7ecb-45fb-8ddd-f24f88605df3
module timer_watchdog (
    input  wire        clk,
    input  wire        rst_n,
    input  wire        bus_write,
    input  wire        bus_read,
    input  wire [2:0]  bus_addr,
    input  wire [15:0] bus_wdata,
    output reg  [15:0] bus_rdata,
    output reg         warning,
    output reg         expired
);
    localparam CONTROL  = 3'd0;
    localparam PRESCALE = 3'd1;
    localparam LOAD     = 3'd2;
    localparam WINDOW   = 3'd3;
    localparam KICK     = 3'd4;
    localparam COUNT    = 3'd5;
    localparam STATUS   = 3'd6;

    localparam [15:0] KEY = 16'h5a6b;

    reg        enable;
    reg        windowed;
    reg        locked;
    reg [7:0]  prescale;
    reg [15:0] load;
    reg [15:0] window;
    reg [7:0]  divider;
    reg [15:0] count;
    reg        late;            // causes of a failure
    reg        early;
    reg        bad_key;

    wire open      = !locked;
    wire wr_kick   = bus_write && (bus_addr == KICK);
    wire too_early = windowed && (count > window);
    wire fail_key  = wr_kick && enable && (bus_wdata != KEY);
    wire fail_soon = wr_kick && enable && (bus_wdata == KEY) && too_early;
    wire good_kick = wr_kick && enable && (bus_wdata == KEY) && !too_early;
    wire tick      = enable && (divider == prescale);
    wire fail_late = tick && (count == 16'd0) && !wr_kick;
    wire switch_on = bus_write && open && (bus_addr == CONTROL) && bus_wdata[0] && !enable;

    always @(posedge clk) begin
        if (!rst_n) begin
            enable    <= 1'b0;
            windowed  <= 1'b0;
            locked    <= 1'b0;
            prescale  <= 8'd0;
            load      <= 16'hffff;
            window    <= 16'hffff;
        end else if (bus_write && open) begin
            case (bus_addr)
                CONTROL:  {locked, windowed, enable} <= bus_wdata[2:0];
                PRESCALE: prescale <= bus_wdata[7:0];
                LOAD:     load <= bus_wdata;
                WINDOW:   window <= bus_wdata;
                default:  ;
            endcase
        end
    end

    always @(posedge clk) begin
        if (!rst_n)
            count <= 16'hffff;
        else if (good_kick || switch_on)
            count <= load;
        else if (tick)
            count <= (count == 16'd0) ? load : count - 16'd1;
    end

    // No reset: it is set to 0 when it begins to count.
    always @(posedge clk) begin
        if (good_kick || switch_on || tick)
            divider <= 8'd0;
        else if (enable)
            divider <= divider + 8'd1;
    end

    wire [2:0] clear = (bus_write && (bus_addr == STATUS)) ? bus_wdata[2:0] : 3'd0;

    always @(posedge clk) begin
        if (!rst_n) begin
            {bad_key, early, late} <= 3'd0;
            expired <= 1'b0;
            warning <= 1'b0;
        end else begin
            {bad_key, early, late} <= ({bad_key, early, late} & ~clear) | {fail_key, fail_soon, fail_late};
            expired <= fail_key || fail_soon || fail_late;
            warning <= enable && (count <= {2'b00, load[15:2]});
        end
    end

    always @(posedge clk) begin
        if (!rst_n)
            bus_rdata <= 16'd0;
        else if (bus_read) begin
            case (bus_addr)
                CONTROL:  bus_rdata <= {13'd0, locked, windowed, enable};
                PRESCALE: bus_rdata <= {8'd0, prescale};
                LOAD:     bus_rdata <= load;
                WINDOW:   bus_rdata <= window;
                COUNT:    bus_rdata <= count;
                STATUS:   bus_rdata <= {13'd0, bad_key, early, late};
                default:  bus_rdata <= 16'd0;
            endcase
        end else
            bus_rdata <= 16'd0;
    end
endmodule
