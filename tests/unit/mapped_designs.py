"""A design in neutral cells of which every figure is known by hand, and what OpenSTA 2.0.17 says of one like it."""

from harness.tools.mapped import Instance, MappedNetlist

BY_HAND = MappedNetlist(
    top="t",
    verilog="""module t(clk, a, b, y, q);
  input clk, a, b; output y, q; wire n1, d;
  INV_X1 u1 (.A(a), .Y(n1));
  NAND2_X1 u2 (.A(n1), .B(b), .Y(y));
  XOR2_X1 u3 (.A(q), .B(a), .Y(d));
  DFF_X1 r0 (.D(d), .CK(clk), .Q(q));
endmodule
""",
    inputs={"clk": 2, "a": 3, "b": 4},
    outputs={"y": 5, "q": 6},
    instances=(
        Instance("u1", "INV_X1", {"A": 3, "Y": 7}),
        Instance("u2", "NAND2_X1", {"A": 7, "B": 4, "Y": 5}),
        Instance("u3", "XOR2_X1", {"A": 6, "B": 3, "Y": 8}),
        Instance("r0", "DFF_X1", {"D": 8, "CK": 2, "Q": 6}),
    ),
    names={"clk": 2, "a": 3, "b": 4, "y": 5, "q": 6, "n1": 7, "d": 8},
)
DYNAMIC_FJ = {
    # ½ C V² of the net, and 0.55 fJ for each fF inside the cell, for each toggle; toggles in a cycle
    "n1": (4 / 3 / 2 + 0.55 * 1) * 0.1,
    "y": (4 / 2 + 0.55 * 2) * 0.1,
    "d": (1 / 2 + 0.55 * 6) * 0.6,
    "q": ((11 / 3 + 4) / 2 + 0.55 * 10) * 0.5,
    "clk": 2.75 * 2,
}
"""Each data input toggles 0.1 times in a cycle; q at most as often as a coin (0.5), d as often as q and a together."""
DYNAMIC_NW = sum(DYNAMIC_FJ.values()) / 10 * 1000
LEAKAGE_NW = 0.5 * (1 + 2 + 5 + 16)

# T = 20 ps a unit of effort; delay = 0.75 T (P + C/x) + slew/4, slew = T (P + C/x).
_ARRIVAL_A = 15 * (1 + 11 / 3)  # behind an inverter; its delay without load does not count
_SLEW_A = 20 * (1 + 1 + 11 / 3)
_N1 = _ARRIVAL_A + 15 * (1 + 4 / 3) + _SLEW_A / 4
_Y = _N1 + 15 * (2 + 4) + 20 * (1 + 4 / 3) / 4
_Q = 15 * (10 + 11 / 3 + 4)
_SETUP = 100
DELAYS_PS = {
    "in_out": _Y,
    "reg_out": _Q,
    "in_reg": _ARRIVAL_A + 15 * (6 + 1) + _SLEW_A / 4 + _SETUP,
    "reg_reg": _Q + 15 * (6 + 1) + 20 * (10 + 11 / 3 + 4) / 4 + _SETUP,
}

REPORT = """HARNESS reg_reg
Startpoint: r0 (rising edge-triggered flip-flop clocked by clock0)
Endpoint: r0 (rising edge-triggered flip-flop clocked by clock0)
Path Group: clock0
Path Type: max

      Delay        Time   Description
-----------------------------------------------------------------
   0.000000    0.000000   clock clock0 (rise edge)
   0.000000    0.000000   clock network delay (ideal)
   0.000000    0.000000 ^ r0/CK (DFFR_X1)
 265.000061  265.000061 ^ r0/Q (DFFR_X1)
 193.333328  458.333374 ^ u3/Y (XOR2_X1)
   0.000000  458.333374 ^ r0/D (DFFR_X1)
             458.333374   data arrival time

10000.000000 10000.000000   clock clock0 (rise edge)
   0.000000 10000.000000   clock network delay (ideal)
   0.000000 10000.000000   clock reconvergence pessimism
            10000.000000 ^ r0/CK (DFFR_X1)
 -99.999992 9900.000000   library setup time
            9900.000000   data required time
-----------------------------------------------------------------
            9900.000000   data required time
            -458.333374   data arrival time
-----------------------------------------------------------------
            9441.666992   slack (MET)


HARNESS in_reg
Startpoint: rst (input port clocked by clock0)
Endpoint: r0 (recovery check against rising-edge clock clock0)
Path Group: **async_default**
Path Type: max

      Delay        Time   Description
-----------------------------------------------------------------
   0.000000    0.000000   clock clock0 (rise edge)
   0.000000    0.000000 v input external delay
  15.000000   15.000000 v rst (in)
             70.000000   data arrival time

10000.000000 10000.000000   clock clock0 (rise edge)
-100.000000 9900.000000   library recovery time
            9900.000000   data required time
-----------------------------------------------------------------
               1.000000   slack (MET)


HARNESS reg_out
No paths found.
HARNESS in_out
HARNESS power
Group                    Internal    Switching      Leakage        Total
                            Power        Power        Power        Power
------------------------------------------------------------------------
Sequential           1.155000e-06 1.916667e-08 9.500000e-09 1.183667e-06  89.7%
Combinational        9.350001e-08 3.854165e-08 4.500000e-09 1.365417e-07  10.3%
------------------------------------------------------------------------
Total                1.248500e-06 5.770833e-08 1.400000e-08 1.320208e-06 100.0%
                            94.6%         4.4%         1.1%
HARNESS end
"""
