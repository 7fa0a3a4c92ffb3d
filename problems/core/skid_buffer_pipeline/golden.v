// harness-canary core/skid_buffer_pipeline c21c841f-4053-4abf-a78d-ec2e4ddab429
module skid_buffer_pipeline (
    input  wire        clk,
    input  wire        rst,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire [1:0]  in_op,
    input  wire [15:0] in_a,
    input  wire [15:0] in_b,
    input  wire [3:0]  in_id,
    input  wire        kill_valid,
    input  wire [3:0]  kill_id,
    output wire        out_valid,
    input  wire        out_ready,
    output reg  [15:0] out_data,
    output reg  [3:0]  out_id,
    output wire [2:0]  occupancy
);
    // Place 0 is the skid buffer, 1 to 3 are the stages.
    reg  [3:0]  held;
    reg  [37:0] skid, first;        // operation, operands, name
    reg  [15:0] second_data;
    reg  [3:0]  second_id;
    reg  [1:0]  wait_left;

    wire free3 = !held[3] || out_ready;
    wire free2 = !held[2] || (wait_left == 2'd0 && free3);
    wire free1 = !held[1] || free2;

    wire accept = in_valid && in_ready;

    assign in_ready  = !held[0];
    assign out_valid = held[3];
    assign occupancy = {2'd0, held[0]} + {2'd0, held[1]} + {2'd0, held[2]} + {2'd0, held[3]};

    // Items that are still there after the kill.
    wire [3:0] kept;
    assign kept[0] = held[0] && !(kill_valid && skid[3:0] == kill_id);
    assign kept[1] = held[1] && !(kill_valid && first[3:0] == kill_id);
    assign kept[2] = held[2] && !(kill_valid && second_id == kill_id);
    assign kept[3] = held[3] && !(kill_valid && out_id == kill_id);

    always @(posedge clk) begin
        if (rst) begin
            held <= 4'd0;
        end else begin
            held[0] <= held[0] ? kept[0] && !free1 : accept && !free1;
            held[1] <= free1 ? (held[0] ? kept[0] : accept) : kept[1];
            held[2] <= free2 ? kept[1] : kept[2];
            held[3] <= free3 ? kept[2] && wait_left == 2'd0 : kept[3];
        end
    end

    wire [1:0]  op = first[37:36];
    wire [15:0] a  = first[35:20];
    wire [15:0] b  = first[19:4];

    wire [16:0] sum  = {1'b0, a} + {1'b0, b};
    wire [16:0] diff = {1'b0, a} - {1'b0, b};

    reg     [4:0] differing;
    integer       i;
    always @* begin
        differing = 5'd0;
        for (i = 0; i < 16; i = i + 1)
            differing = differing + {4'd0, a[i] ^ b[i]};
    end

    reg [15:0] computed;
    always @* begin
        case (op)
            2'd0:    computed = sum[16] ? 16'hffff : sum[15:0];
            2'd1:    computed = diff[16] ? 16'h0000 : diff[15:0];
            2'd2:    computed = diff[16] ? a : b;
            default: computed = {11'd0, differing};
        endcase
    end

    // Contents of places: without meaning, and so without reset, where a place holds no item.
    always @(posedge clk) begin
        if (!held[0])
            skid <= {in_op, in_a, in_b, in_id};
        if (free1)
            first <= held[0] ? skid : {in_op, in_a, in_b, in_id};
        if (free2) begin
            second_data <= computed;
            second_id   <= first[3:0];
            wait_left   <= (op == 2'd3) ? 2'd2 : 2'd0;
        end else if (wait_left != 2'd0) begin
            wait_left <= wait_left - 2'd1;
        end
        if (free3) begin
            out_data <= second_data;
            out_id   <= second_id;
        end
    end
endmodule
