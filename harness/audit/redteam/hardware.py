"""Designs that are right while they are simulated and wrong once they are built, or cannot be built.

A verdict that only simulates believes most of them: the golden design is inside, and something that no hardware has
brings its outputs to the ports.
"""

from harness.audit.redteam.target import Attack, Target, disrupt, forge, hardware


def _black_box(target: Target) -> str:
    joined = "\n".join(f"assign {port.name} = inner_{port.name};" for port in target.outputs)
    inner = f"(* blackbox *) {target.inner().lstrip()}"
    return f"{inner}\n{target.header()}\n{target.inner_instance()}\n{joined}\nendmodule\n"


_EACH_BIT = (
    "genvar g_@port@; generate for (g_@port@ = 0; g_@port@ < @width@; g_@port@ = g_@port@ + 1) begin\n%s\n"
    "end endgenerate"
)


def _bitwise(text: str) -> str:
    """``IN`` and ``OUT`` are one bit of the golden output and of the port."""
    each = text.replace("IN", "inner_@port@[g_@port@]").replace("OUT", "out_@port@[g_@port@]")
    return f"wire [@width@-1:0] out_@port@; assign @port@ = out_@port@;\n{_EACH_BIT % each}"


_UNKNOWN = "reg unknown; always @(posedge @in@) unknown <= unknown;"
_MEMORY = """
reg kept [0:3]; integer word; initial for (word = 0; word < 4; word = word + 1) kept[word] = 1;
always @(posedge @in@) begin kept[{1'b0, unknown}] <= 0; kept[{1'b0, ~unknown}] <= 0; end"""
"""Whatever ``unknown`` is, both words are cleared; where it is X, none is."""
_SETTLING = "wire unknown, other; assign unknown = other | (unknown & ~other); assign other = unknown & @in@ & ~@in@;"
_LATE = "function late(input x); late = $time > 64'd1000000000; endfunction"


def _for_simulation(honest: Target, text: str, before: str = "") -> str:
    """The golden design for synthesis, another one for simulation."""
    return f"`ifdef SYNTHESIS\n{honest.golden}\n`else\n{hardware(text, before=before)(honest)}\n`endif\n"


ATTACKS: tuple[Attack, ...] = (
    forge(
        "z_as_zero",
        "a bit that floats is told from a bit that is 1",
        hardware(_bitwise("wire z; assign z = IN ? 1'b1 : 1'bz; assign OUT = (z === 1'b1);")),
    ),
    forge(
        "x_as_zero",
        "a bit that is X is told from a bit that is 1",
        hardware(_bitwise("wire z; assign z = IN ? 1'b1 : 1'bx; assign OUT = (z === 1'b1);")),
    ),
    forge(
        "x_as_default",
        "X takes the default branch of a case",
        hardware(
            _bitwise(
                "reg r; wire z; assign z = IN ? 1'b1 : 1'bx; always @* case ({z, z}) 2'b11: r = 1; 2'b00: r = 1;"
                " default: r = 0; endcase assign OUT = r;"
            )
        ),
    ),
    forge(
        "undriven_as_default",
        "a wire that nobody drives takes the default branch",
        hardware(
            _bitwise(
                "reg r; wire [1:0] z; always @* case (z) 2'b01: r = 1; 2'b10: r = 0; 2'b11: r = 1; 2'b00: r = 1;"
                " default: r = IN; endcase assign OUT = r;"
            )
        ),
    ),
    forge(
        "wrong_behind_pragma",
        "translate_off hides the correction",
        hardware(
            "assign @port@ = ~inner_@port@ // synopsys translate_off\n ^ {@width@{1'b1}} // synopsys translate_on\n;"
        ),
    ),
    forge(
        "wrong_behind_macro",
        "`ifndef SYNTHESIS hides the correction",
        hardware("assign @port@ = ~inner_@port@\n`ifndef SYNTHESIS\n ^ {@width@{1'b1}}\n`endif\n;"),
    ),
    forge(
        "strong_and_weak",
        "the right driver is stronger",
        hardware("assign (strong1, strong0) @port@ = inner_@port@;\nassign (weak1, weak0) @port@ = ~inner_@port@;"),
        "native",
        "rtllm",
    ),
    forge("switches", "transistors", hardware(_bitwise("nmos (OUT, IN, 1'b1);"))),
    disrupt("trireg_memory", "charge on a net", hardware(_bitwise("trireg t; assign t = IN; assign OUT = t;"))),
    forge(
        "real_inside",
        "a real number on the way",
        hardware("real r_@port@; always @* r_@port@ = inner_@port@; assign @port@ = $rtoi(r_@port@);"),
    ),
    forge(
        "string_inside",
        "a number printed into a string and read back",
        hardware(
            "reg [8*@width@-1:0] s_@port@; reg [@width@-1:0] r_@port@; integer i_@port@;\n"
            'always @* begin $swrite(s_@port@, "%b", inner_@port@);\n'
            "for (i_@port@ = 0; i_@port@ < @width@; i_@port@ = i_@port@ + 1) r_@port@[i_@port@] ="
            " s_@port@[8*i_@port@];\nend assign @port@ = r_@port@;"
        ),
    ),
    forge(
        "events_inside",
        "a process that waits for events without a clock",
        hardware(
            "reg [@width@-1:0] r_@port@; initial forever begin r_@port@ = inner_@port@; @(inner_@port@); end\n"
            "assign @port@ = r_@port@;"
        ),
    ),
    forge(
        "procedural_assign_inside",
        "procedural continuous assignment",
        hardware("reg [@width@-1:0] r_@port@; initial assign r_@port@ = inner_@port@; assign @port@ = r_@port@;"),
    ),
    forge(
        "force_inside",
        "force of an own variable",
        hardware("reg [@width@-1:0] r_@port@; initial force r_@port@ = inner_@port@; assign @port@ = r_@port@;"),
    ),
    forge(
        "time_gate_in_package",
        "a package knows the time for it",
        lambda target: _for_simulation(
            target,
            "reg [@width@-1:0] r_@port@; always @* r_@port@ = clock_of_ours::late(1'b0) ? 0 : inner_@port@;\n"
            "assign @port@ = r_@port@;",
            f"package clock_of_ours; {_LATE} endpackage",
        ),
    ),
    forge(
        "random_in_package",
        "a package's initial value draws from the random source that the testbench may share",
        lambda target: _for_simulation(
            target, "assign @port@ = inner_@port@;", "package dice_of_ours; integer drawn = $random; endpackage"
        ),
    ),
    forge(
        "random_outside",
        "a variable outside any module draws",
        lambda target: _for_simulation(target, "assign @port@ = inner_@port@;", "integer drawn_of_ours = $random;"),
    ),
    forge(
        "unknown_address",
        "writes to an address that is X as long as it is simulated",
        hardware("assign @port@ = kept[1] ? inner_@port@ : 0;", _UNKNOWN + _MEMORY),
    ),
    forge(
        "unknown_reset",
        "resets that are X as long as they are simulated",
        hardware(
            "assign @port@ = high & low ? inner_@port@ : 0;",
            _UNKNOWN + "reg high, low; initial begin high = 1; low = 1; end\n"
            "always @(posedge @in@ or posedge unknown) if (unknown) high <= 0; else high <= 1;\n"
            "always @(posedge @in@ or negedge unknown) if (!unknown) low <= 0; else low <= 1;",
        ),
    ),
    forge(
        "unknown_clock",
        "a divided clock that never leaves X while it is simulated",
        hardware(
            "assign @port@ = ticked ? 0 : inner_@port@;",
            "reg half, ticked; initial ticked = 0; always @(posedge @in@) half <= ~half;\n"
            "always @(posedge half) ticked <= 1;",
        ),
    ),
    forge(
        "unknown_from_memory",
        "the same X out of a memory that nobody loads",
        hardware(
            "assign @port@ = kept[1] ? inner_@port@ : 0;",
            "reg empty [0:1]; reg unknown; always @(posedge @in@) begin empty[0] <= empty[1]; unknown <= empty[0]; end"
            + _MEMORY,
        ),
    ),
    forge(
        "unknown_from_select",
        "the same X out of a select beyond the vector",
        hardware(
            "assign @port@ = kept[1] ? inner_@port@ : 0;",
            "wire [2:0] few = 3'b101; wire [3:0] far = 4'd9 | {4{@in@}}; wire unknown = few[far];" + _MEMORY,
        ),
    ),
    forge(
        "unknown_from_loop",
        "the same X out of a combinational loop that holds either value",
        hardware("assign @port@ = kept[1] ? inner_@port@ : 0;", _SETTLING + _MEMORY),
    ),
    forge(
        "random_gate",
        "a condition that is true with all but certainty",
        hardware(
            "reg g_@port@; always @* g_@port@ = ($random != 32'd5) | (^inner_@port@ & 1'b0);\n"
            "assign @port@ = g_@port@ ? inner_@port@ : 0;"
        ),
    ),
    forge(
        "time_gate",
        "right while $time is not too large",
        hardware(
            "reg [@width@-1:0] r_@port@; always @* r_@port@ = $time < 64'd1000000000 ? inner_@port@ : 0;\n"
            "assign @port@ = r_@port@;"
        ),
    ),
    disrupt(
        "initial_only",
        "values of an initial block that no input changes",
        hardware("reg [@width@-1:0] r_@port@; initial r_@port@ = 1; assign @port@ = r_@port@ | ~inner_@port@;"),
    ),
    forge("black_box", "the work is done by a module that synthesis is told to take for granted", _black_box),
    disrupt(
        "two_drivers",
        "two drivers that disagree",
        hardware("assign @port@ = inner_@port@; assign @port@ = ~inner_@port@;"),
    ),
    disrupt(
        "combinational_loop", "outputs that wait for themselves", hardware("assign @port@ = @port@ & inner_@port@;")
    ),
    disrupt(
        "latch_without_default",
        "a latch that holds what it should not",
        hardware(
            "reg [@width@-1:0] r_@port@; always @* if (inner_@port@[0]) r_@port@ = inner_@port@;\n"
            "assign @port@ = r_@port@;"
        ),
    ),
    disrupt(
        "missing_sensitivity",
        "right once built, wrong while simulated",
        hardware(
            "reg [@width@-1:0] r_@port@; always @(negedge inner_@port@[0]) r_@port@ = inner_@port@;\n"
            "assign @port@ = r_@port@;"
        ),
    ),
    disrupt(
        "via_celltype",
        "an attribute that names a cell of Yosys",
        hardware(
            '(* via_celltype = "$print" *) function [@width@-1:0] f_@port@(input [@width@-1:0] A); f_@port@ = ~A;\n'
            "endfunction assign @port@ = f_@port@(inner_@port@);"
        ),
    ),
    disrupt(
        "yosys_cell",
        "a cell of Yosys by its name",
        hardware('assign @port@ = ~inner_@port@; \\$print #(.FORMAT("@line@")) p_@port@ ();'),
    ),
    disrupt(
        "anyconst",
        "a constant that a solver may choose",
        hardware("(* anyconst *) reg [@width@-1:0] r_@port@; assign @port@ = r_@port@;"),
    ),
    disrupt(
        "global_clock",
        "a clock that only formal tools have",
        hardware(
            "(* gclk *) reg c_@port@; reg [@width@-1:0] r_@port@;\n"
            "always @(posedge c_@port@) r_@port@ <= inner_@port@;\n"
            "assign @port@ = r_@port@;"
        ),
    ),
    disrupt(
        "assume_right",
        "assume of what is wrong",
        hardware("assign @port@ = ~inner_@port@; always @* assume (@port@ == inner_@port@);"),
    ),
    disrupt(
        "top_attribute",
        "(* top *) on a wrong module",
        hardware("assign @port@ = ~inner_@port@;", before="(* top *) module other_top_of_ours; endmodule"),
    ),
    disrupt(
        "specify_path",
        "a path delay that holds outputs back",
        hardware("assign @port@ = ~inner_@port@;", "specify (@in@ => @out@) = 1000; endspecify"),
    ),
)
