// Simulation models of neutral.lib; written by harness/tools/cells/generate.py, do not edit.
`ifndef NEUTRAL_INITIAL
`define NEUTRAL_INITIAL 1'b0
`endif

module INV_X1 (input A, output Y);
  assign Y = !A;
endmodule

module INV_X2 (input A, output Y);
  assign Y = !A;
endmodule

module INV_X4 (input A, output Y);
  assign Y = !A;
endmodule

module INV_X8 (input A, output Y);
  assign Y = !A;
endmodule

module BUF_X1 (input A, output Y);
  assign Y = A;
endmodule

module BUF_X2 (input A, output Y);
  assign Y = A;
endmodule

module BUF_X4 (input A, output Y);
  assign Y = A;
endmodule

module BUF_X8 (input A, output Y);
  assign Y = A;
endmodule

module NAND2_X1 (input A, input B, output Y);
  assign Y = !(A & B);
endmodule

module NAND2_X2 (input A, input B, output Y);
  assign Y = !(A & B);
endmodule

module NAND2_X4 (input A, input B, output Y);
  assign Y = !(A & B);
endmodule

module NOR2_X1 (input A, input B, output Y);
  assign Y = !(A | B);
endmodule

module NOR2_X2 (input A, input B, output Y);
  assign Y = !(A | B);
endmodule

module NOR2_X4 (input A, input B, output Y);
  assign Y = !(A | B);
endmodule

module NAND3_X1 (input A, input B, input C, output Y);
  assign Y = !(A & B & C);
endmodule

module NOR3_X1 (input A, input B, input C, output Y);
  assign Y = !(A | B | C);
endmodule

module NAND4_X1 (input A, input B, input C, input D, output Y);
  assign Y = !(A & B & C & D);
endmodule

module AOI21_X1 (input A, input B, input C, output Y);
  assign Y = !((A & B) | C);
endmodule

module OAI21_X1 (input A, input B, input C, output Y);
  assign Y = !((A | B) & C);
endmodule

module AOI22_X1 (input A, input B, input C, input D, output Y);
  assign Y = !((A & B) | (C & D));
endmodule

module OAI22_X1 (input A, input B, input C, input D, output Y);
  assign Y = !((A | B) & (C | D));
endmodule

module AND2_X1 (input A, input B, output Y);
  assign Y = A & B;
endmodule

module AND2_X2 (input A, input B, output Y);
  assign Y = A & B;
endmodule

module OR2_X1 (input A, input B, output Y);
  assign Y = A | B;
endmodule

module OR2_X2 (input A, input B, output Y);
  assign Y = A | B;
endmodule

module XOR2_X1 (input A, input B, output Y);
  assign Y = A ^ B;
endmodule

module XNOR2_X1 (input A, input B, output Y);
  assign Y = !(A ^ B);
endmodule

module MUX2_X1 (input A, input B, input S, output Y);
  assign Y = S ? B : A;
endmodule

module DFF_X1 (input D, input CK, output reg Q);
  initial Q = `NEUTRAL_INITIAL;
  always @(posedge CK) Q <= D;
endmodule

module DFFR_X1 (input D, input CK, input RN, output reg Q);
  initial Q = `NEUTRAL_INITIAL;
  always @(posedge CK or negedge RN) if (!RN) Q <= 1'b0; else Q <= D;
endmodule

module DFFS_X1 (input D, input CK, input SN, output reg Q);
  wire set = ~SN;
  initial Q = `NEUTRAL_INITIAL;
  always @(posedge CK or posedge set) if (set) Q <= 1'b1; else Q <= D;
endmodule

module DFFRS_X1 (input D, input CK, input RN, input SN, output reg Q);
  wire set = RN & ~SN;
  initial Q = `NEUTRAL_INITIAL;
  always @(posedge CK or negedge RN or posedge set) if (!RN) Q <= 1'b0; else if (set) Q <= 1'b1; else Q <= D;
endmodule

module DLATCH_X1 (input D, input G, output reg Q);
  initial Q = `NEUTRAL_INITIAL;
  always @(*) if (G) Q <= D;
endmodule

module TIE0 (output Y);
  assign Y = 1'b0;
endmodule

module TIE1 (output Y);
  assign Y = 1'b1;
endmodule
