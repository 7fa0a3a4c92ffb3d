// harness-canary core/traffic_light c1036e62-0218-46fa-96da-735fba778e48
module traffic_light (
    input  wire       clk,
    input  wire       rst_n,
    input  wire       tick,
    input  wire       side_car,
    input  wire       ped_req,
    input  wire       fault,
    output reg  [2:0] main_light,
    output reg  [2:0] side_light,
    output wire       walk,
    output reg        ped_wait
);

    localparam [3:0] MAIN_GREEN = 4'd0,
                     MAIN_AMBER = 4'd1,
                     RED_A      = 4'd2,
                     WALK       = 4'd3,
                     RED_B      = 4'd4,
                     SIDE_GREEN = 4'd5,
                     SIDE_AMBER = 4'd6,
                     RED_C      = 4'd7,
                     FLASH      = 4'd8;

    localparam [2:0] RED   = 3'b100,
                     AMBER = 3'b010,
                     GREEN = 3'b001,
                     DARK  = 3'b000;

    reg [3:0] phase;
    reg [3:0] next_phase;
    reg [3:0] ticks;     // ticks already spent in this phase, stops at 7
    reg       flash_on;

    always @* begin
        next_phase = phase;
        if (fault) begin
            next_phase = FLASH;
        end else if (tick) begin
            case (phase)
                MAIN_GREEN: if (ticks >= 4'd5 && (side_car || ped_wait))
                                next_phase = MAIN_AMBER;
                MAIN_AMBER: if (ticks == 4'd1)
                                next_phase = RED_A;
                RED_A:      next_phase = ped_wait ? WALK : SIDE_GREEN;
                WALK:       if (ticks == 4'd3)
                                next_phase = RED_B;
                RED_B:      next_phase = side_car ? SIDE_GREEN : MAIN_GREEN;
                SIDE_GREEN: if (ticks >= 4'd3 && (!side_car || ped_wait || ticks == 4'd7))
                                next_phase = SIDE_AMBER;
                SIDE_AMBER: if (ticks == 4'd1)
                                next_phase = RED_C;
                RED_C:      if (ticks == 4'd2)
                                next_phase = MAIN_GREEN;
                FLASH:      next_phase = RED_C;
                default:    next_phase = RED_C;
            endcase
        end
    end

    always @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            phase    <= RED_C;
            ticks    <= 4'd0;
            flash_on <= 1'b0;
            ped_wait <= 1'b0;
        end else begin
            phase <= next_phase;

            if (next_phase != phase)
                ticks <= 4'd0;
            else if (tick && ticks != 4'd7)
                ticks <= ticks + 4'd1;

            if (phase != FLASH)
                flash_on <= 1'b1;
            else if (tick)
                flash_on <= ~flash_on;

            if (fault || phase == FLASH || phase == WALK || next_phase == WALK)
                ped_wait <= 1'b0;
            else if (ped_req)
                ped_wait <= 1'b1;
        end
    end

    always @* begin
        main_light = RED;
        side_light = RED;
        case (phase)
            MAIN_GREEN: main_light = GREEN;
            MAIN_AMBER: main_light = AMBER;
            SIDE_GREEN: side_light = GREEN;
            SIDE_AMBER: side_light = AMBER;
            FLASH: begin
                main_light = flash_on ? AMBER : DARK;
                side_light = flash_on ? AMBER : DARK;
            end
            default: ;
        endcase
    end

    assign walk = (phase == WALK);

endmodule
