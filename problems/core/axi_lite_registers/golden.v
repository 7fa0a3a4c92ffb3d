// harness-canary core/axi_lite_registers 0ac42866-4708-45b5-950b-fcf868da5b7a
module axi_lite_registers (
    input  wire        aclk,
    input  wire        aresetn,
    input  wire        awvalid,
    output wire        awready,
    input  wire [5:0]  awaddr,
    input  wire        wvalid,
    output wire        wready,
    input  wire [31:0] wdata,
    input  wire [3:0]  wstrb,
    output reg         bvalid,
    input  wire        bready,
    output reg  [1:0]  bresp,
    input  wire        arvalid,
    output wire        arready,
    input  wire [5:0]  araddr,
    output reg         rvalid,
    input  wire        rready,
    output reg  [31:0] rdata,
    output reg  [1:0]  rresp,
    input  wire [7:0]  events,
    output reg         irq,
    output reg  [31:0] control
);
    localparam CONTROL = 4'd0;
    localparam STATUS  = 4'd1;
    localparam ENABLE  = 4'd2;
    localparam SCRATCH = 4'd3;
    localparam COUNT   = 4'd4;
    localparam TOGGLE  = 4'd5;

    localparam OKAY   = 2'b00;
    localparam SLVERR = 2'b10;

    reg [7:0]  status;
    reg [7:0]  enable;
    reg [31:0] scratch;
    reg [31:0] count;
    reg [31:0] toggle;

    // The half of a write that came first.
    reg        have_address;
    reg        have_data;
    reg [3:0]  held_word;
    reg [31:0] held_data;
    reg [3:0]  held_strobe;

    assign awready = !have_address && !bvalid;
    assign wready  = !have_data && !bvalid;
    assign arready = !rvalid;

    wire take_address = awvalid && awready;
    wire take_data    = wvalid && wready;
    wire do_write     = (have_address || take_address) && (have_data || take_data);

    wire [3:0]  word   = have_address ? held_word : awaddr[5:2];
    wire [31:0] data   = have_data ? held_data : wdata;
    wire [3:0]  strobe = have_data ? held_strobe : wstrb;
    wire [31:0] mask   = {{8{strobe[3]}}, {8{strobe[2]}}, {8{strobe[1]}}, {8{strobe[0]}}};
    wire        writable = (word <= TOGGLE) && (word != COUNT);

    wire [7:0] cleared = (do_write && word == STATUS) ? data[7:0] & mask[7:0] : 8'd0;

    always @(posedge aclk) begin
        if (!aresetn) begin
            have_address <= 1'b0;
            have_data    <= 1'b0;
            held_word    <= 4'd0;
            held_data    <= 32'd0;
            held_strobe  <= 4'd0;
            bvalid       <= 1'b0;
            bresp        <= OKAY;
        end else if (do_write) begin
            have_address <= 1'b0;
            have_data    <= 1'b0;
            bvalid       <= 1'b1;
            bresp        <= writable ? OKAY : SLVERR;
        end else begin
            if (take_address) begin
                have_address <= 1'b1;
                held_word    <= awaddr[5:2];
            end
            if (take_data) begin
                have_data   <= 1'b1;
                held_data   <= wdata;
                held_strobe <= wstrb;
            end
            if (bready)
                bvalid <= 1'b0;
        end
    end

    always @(posedge aclk) begin
        if (!aresetn) begin
            control <= 32'd0;
            status  <= 8'd0;
            enable  <= 8'd0;
            scratch <= 32'd0;
            count   <= 32'd0;
            toggle  <= 32'd0;
            irq     <= 1'b0;
        end else begin
            status <= (status & ~cleared) | events;
            irq    <= |(status & enable);
            if (do_write) begin
                if (writable)
                    count <= count + 32'd1;
                case (word)
                    CONTROL: control <= (control & ~mask) | (data & mask);
                    ENABLE:  enable  <= (enable & ~mask[7:0]) | (data[7:0] & mask[7:0]);
                    SCRATCH: scratch <= (scratch & ~mask) | (data & mask);
                    TOGGLE:  toggle  <= toggle ^ (data & mask);
                    default: ;
                endcase
            end
        end
    end

    always @(posedge aclk) begin
        if (!aresetn) begin
            rvalid <= 1'b0;
            rdata  <= 32'd0;
            rresp  <= OKAY;
        end else if (arvalid && arready) begin
            rvalid <= 1'b1;
            rresp  <= OKAY;
            case (araddr[5:2])
                CONTROL: rdata <= control;
                STATUS:  rdata <= {24'd0, status};
                ENABLE:  rdata <= {24'd0, enable};
                SCRATCH: rdata <= scratch;
                COUNT:   rdata <= count;
                TOGGLE:  rdata <= toggle;
                default: begin
                    rdata <= 32'd0;
                    rresp <= SLVERR;
                end
            endcase
        end else if (rready) begin
            rvalid <= 1'b0;
        end
    end
endmodule
