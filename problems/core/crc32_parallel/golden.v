// harness-canary core/crc32_parallel 6a849182-e516-4186-b4a4-3ef9bb5c6bc8
module crc32_parallel (
    input  wire        clk,
    input  wire        rst_n,
    input  wire        in_valid,
    input  wire [31:0] in_data,
    input  wire [3:0]  in_strobe,
    input  wire        in_last,
    input  wire        castagnoli,
    input  wire        drop,
    output reg         crc_valid,
    output reg  [31:0] crc,
    output reg         crc_ok,
    output reg  [9:0]  byte_count,
    output wire        in_frame
);
    localparam [31:0] ETHERNET         = 32'hedb88320;      // polynomials, lowest power in bit 31
    localparam [31:0] CASTAGNOLI       = 32'h82f63b78;
    localparam [31:0] ETHERNET_GOOD    = 32'h2144df1c;      // CRC of a frame that ends with its own CRC, and
                                                            // of no frame of fewer than four bytes
    localparam [31:0] CASTAGNOLI_GOOD  = 32'h48674bc7;

    reg        open;
    reg        second;          // the open frame uses the second polynomial
    reg [31:0] register;
    reg [9:0]  count;

    assign in_frame = open;

    wire        use_second = open ? second : castagnoli;
    wire [31:0] polynomial = use_second ? CASTAGNOLI : ETHERNET;

    function [31:0] add_byte(input [31:0] state, input [7:0] octet, input [31:0] poly);
        integer i;
        begin
            add_byte = state ^ {24'd0, octet};
            for (i = 0; i < 8; i = i + 1)
                add_byte = add_byte[0] ? {1'b0, add_byte[31:1]} ^ poly : {1'b0, add_byte[31:1]};
        end
    endfunction

    wire [31:0] state0 = open ? register : 32'hffffffff;
    wire [31:0] state1 = in_strobe[0] ? add_byte(state0, in_data[7:0], polynomial) : state0;
    wire [31:0] state2 = in_strobe[1] ? add_byte(state1, in_data[15:8], polynomial) : state1;
    wire [31:0] state3 = in_strobe[2] ? add_byte(state2, in_data[23:16], polynomial) : state2;
    wire [31:0] state4 = in_strobe[3] ? add_byte(state3, in_data[31:24], polynomial) : state3;

    wire [2:0]  bytes_now  = {2'd0, in_strobe[0]} + {2'd0, in_strobe[1]} + {2'd0, in_strobe[2]} + {2'd0, in_strobe[3]};
    wire [10:0] count_wide = {1'b0, open ? count : 10'd0} + {8'd0, bytes_now};
    wire [9:0]  count_next = count_wide[10] ? 10'd1023 : count_wide[9:0];

    always @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            open       <= 1'b0;
            crc_valid  <= 1'b0;
            crc        <= 32'd0;
            crc_ok     <= 1'b0;
            byte_count <= 10'd0;
        end else begin
            crc_valid <= 1'b0;
            if (drop) begin
                open <= 1'b0;
            end else if (in_valid) begin
                open <= !in_last;
                if (in_last) begin
                    crc_valid  <= 1'b1;
                    crc        <= ~state4;
                    crc_ok     <= (~state4 == (use_second ? CASTAGNOLI_GOOD : ETHERNET_GOOD));
                    byte_count <= count_next;
                end
            end
        end
    end

    // Loaded at the first word of a frame.
    always @(posedge clk) begin
        if (in_valid) begin
            second   <= use_second;
            register <= state4;
            count    <= count_next;
        end
    end
endmodule
