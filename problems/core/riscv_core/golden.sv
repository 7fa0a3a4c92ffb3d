// harness-canary core/riscv_core 47218e89-0c40-4da7-ac38-c887952586e1
module riscv_core (
    input  logic        clk,
    input  logic        rst,
    output logic [31:0] imem_addr,
    input  logic        imem_valid,
    input  logic [31:0] imem_data,
    output logic        dmem_valid,
    output logic [31:0] dmem_addr,
    output logic [3:0]  dmem_wstrb,
    output logic [31:0] dmem_wdata,
    input  logic        dmem_ready,
    input  logic [31:0] dmem_rdata,
    output logic        retire,
    output logic        halted,
    output logic [3:0]  cause
);
    typedef enum logic [6:0] {
        OP_LOAD   = 7'b0000011,
        OP_IMM    = 7'b0010011,
        OP_AUIPC  = 7'b0010111,
        OP_STORE  = 7'b0100011,
        OP_REG    = 7'b0110011,
        OP_LUI    = 7'b0110111,
        OP_BRANCH = 7'b1100011,
        OP_JALR   = 7'b1100111,
        OP_JAL    = 7'b1101111,
        OP_SYSTEM = 7'b1110011
    } opcode_t;

    typedef struct packed {
        logic [6:0] funct7;
        logic [4:0] rs2;
        logic [4:0] rs1;
        logic [2:0] funct3;
        logic [4:0] rd;
        logic [6:0] opcode;
    } fields_t;

    fields_t     f;
    logic [31:0] x [0:15];
    logic [31:0] pc;
    logic [31:0] rs1_value, rs2_value;

    assign f         = imem_data;
    assign imem_addr = pc;
    assign rs1_value = x[f.rs1[3:0]];
    assign rs2_value = x[f.rs2[3:0]];

    wire [31:0] imm_i = {{20{imem_data[31]}}, imem_data[31:20]};
    wire [31:0] imm_s = {{20{imem_data[31]}}, f.funct7, f.rd};
    wire [31:0] imm_b = {{20{imem_data[31]}}, f.rd[0], imem_data[30:25], f.rd[4:1], 1'b0};
    wire [31:0] imm_u = {imem_data[31:12], 12'd0};
    wire [31:0] imm_j = {{12{imem_data[31]}}, imem_data[19:12], imem_data[20], imem_data[30:21], 1'b0};

    wire active = !rst && !halted && imem_valid;

    // Arithmetic unit; branches compare with the same subtraction.
    wire         is_imm  = (f.opcode == OP_IMM);
    wire  [31:0] operand = is_imm ? imm_i : rs2_value;
    wire  [31:0] diff    = rs1_value - operand;
    wire         below_u = (rs1_value < operand);
    wire         below_s = (rs1_value[31] != operand[31]) ? rs1_value[31] : diff[31];
    wire         alt     = imem_data[30];
    wire  [31:0] right   = {{32{alt && rs1_value[31]}}, rs1_value} >> operand[4:0];
    logic [31:0] alu;

    always_comb begin
        case (f.funct3)
            3'b000:  alu = (alt && !is_imm) ? diff : rs1_value + operand;
            3'b001:  alu = rs1_value << operand[4:0];
            3'b010:  alu = {31'd0, below_s};
            3'b011:  alu = {31'd0, below_u};
            3'b100:  alu = rs1_value ^ operand;
            3'b101:  alu = right;
            3'b110:  alu = rs1_value | operand;
            default: alu = rs1_value & operand;
        endcase
    end

    wire condition = f.funct3[2] ? (f.funct3[1] ? below_u : below_s) : (diff == 32'd0);
    wire taken     = (condition != f.funct3[0]);

    wire [31:0] address = rs1_value + ((f.opcode == OP_STORE) ? imm_s : imm_i);
    wire [4:0]  shift   = {address[1:0], 3'd0};
    wire        uneven  = (f.funct3[1:0] == 2'b01 && address[0]) || (f.funct3[1:0] == 2'b10 && address[1:0] != 2'd0);

    wire  [31:0] lane = dmem_rdata >> shift;
    logic [31:0] loaded;
    always_comb begin
        case (f.funct3)
            3'b000:  loaded = {{24{lane[7]}}, lane[7:0]};
            3'b001:  loaded = {{16{lane[15]}}, lane[15:0]};
            3'b100:  loaded = {24'd0, lane[7:0]};
            3'b101:  loaded = {16'd0, lane[15:0]};
            default: loaded = lane;
        endcase
    end

    // Decoder.
    logic        legal, uses_rd, uses_rs1, uses_rs2, jump, memory, breakpoint;
    logic [31:0] target, result;

    always_comb begin
        legal      = 1'b1;
        uses_rd    = 1'b0;
        uses_rs1   = 1'b0;
        uses_rs2   = 1'b0;
        jump       = 1'b0;
        memory     = 1'b0;
        breakpoint = 1'b0;
        target     = pc + imm_b;
        result     = alu;
        case (f.opcode)
            OP_LUI: begin
                uses_rd = 1'b1;
                result  = imm_u;
            end
            OP_AUIPC: begin
                uses_rd = 1'b1;
                result  = pc + imm_u;
            end
            OP_JAL: begin
                uses_rd = 1'b1;
                jump    = 1'b1;
                target  = pc + imm_j;
                result  = pc + 32'd4;
            end
            OP_JALR: begin
                uses_rd  = 1'b1;
                uses_rs1 = 1'b1;
                jump     = 1'b1;
                target   = {address[31:1], 1'b0};
                result   = pc + 32'd4;
                legal    = (f.funct3 == 3'b000);
            end
            OP_BRANCH: begin
                uses_rs1 = 1'b1;
                uses_rs2 = 1'b1;
                jump     = taken;
                legal    = (f.funct3[2:1] != 2'b01);
            end
            OP_LOAD: begin
                uses_rd  = 1'b1;
                uses_rs1 = 1'b1;
                memory   = 1'b1;
                result   = loaded;
                legal    = (f.funct3[1:0] != 2'b11) && (f.funct3 != 3'b110);
            end
            OP_STORE: begin
                uses_rs1 = 1'b1;
                uses_rs2 = 1'b1;
                memory   = 1'b1;
                legal    = (f.funct3 <= 3'b010);
            end
            OP_IMM: begin
                uses_rd  = 1'b1;
                uses_rs1 = 1'b1;
                if (f.funct3 == 3'b001)
                    legal = (f.funct7 == 7'b0000000);
                else if (f.funct3 == 3'b101)
                    legal = ({f.funct7[6], f.funct7[4:0]} == 6'd0);
            end
            OP_REG: begin
                uses_rd  = 1'b1;
                uses_rs1 = 1'b1;
                uses_rs2 = 1'b1;
                if (f.funct3 == 3'b000 || f.funct3 == 3'b101)
                    legal = ({f.funct7[6], f.funct7[4:0]} == 6'd0);
                else
                    legal = (f.funct7 == 7'b0000000);
            end
            OP_SYSTEM: begin
                breakpoint = 1'b1;
                legal      = (imem_data[31:7] == 25'h0002000);
            end
            default: legal = 1'b0;
        endcase
        if ((uses_rd && f.rd[4]) || (uses_rs1 && f.rs1[4]) || (uses_rs2 && f.rs2[4]))
            legal = 1'b0;
    end

    logic       trap;
    logic [3:0] reason;

    always_comb begin
        trap   = 1'b1;
        reason = 4'd2;
        if (legal) begin
            if (breakpoint)
                reason = 4'd3;
            else if (jump && target[1])
                reason = 4'd0;
            else if (memory && uneven)
                reason = (f.opcode == OP_STORE) ? 4'd6 : 4'd4;
            else
                trap = 1'b0;
        end
    end

    wire access = active && memory && !trap;

    always_comb begin
        dmem_valid = access;
        dmem_addr  = 32'd0;
        dmem_wstrb = 4'd0;
        dmem_wdata = 32'd0;
        if (access) begin
            dmem_addr = {address[31:2], 2'b00};
            if (f.opcode == OP_STORE) begin
                case (f.funct3[1:0])
                    2'b00: begin
                        dmem_wstrb = 4'b0001 << address[1:0];
                        dmem_wdata = {24'd0, rs2_value[7:0]} << shift;
                    end
                    2'b01: begin
                        dmem_wstrb = 4'b0011 << address[1:0];
                        dmem_wdata = {16'd0, rs2_value[15:0]} << shift;
                    end
                    default: begin
                        dmem_wstrb = 4'b1111;
                        dmem_wdata = rs2_value;
                    end
                endcase
            end
        end
    end

    assign retire = active && !trap && (!memory || dmem_ready);

    always_ff @(posedge clk) begin
        if (rst) begin
            pc     <= 32'h0000_0100;
            halted <= 1'b0;
            cause  <= 4'd0;
        end else if (active && trap) begin
            halted <= 1'b1;
            cause  <= reason;
        end else if (retire) begin
            pc <= jump ? target : pc + 32'd4;
        end
    end

    integer i;
    always_ff @(posedge clk) begin
        if (rst) begin
            for (i = 0; i < 16; i = i + 1)
                x[i] <= 32'd0;
        end else if (retire && uses_rd && f.rd[3:0] != 4'd0) begin
            x[f.rd[3:0]] <= result;
        end
    end
endmodule
