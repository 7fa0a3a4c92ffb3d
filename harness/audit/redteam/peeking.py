"""Designs that look at the testbench or at the reference, or put themselves into their place."""

from harness.audit.redteam.target import (
    Attack,
    Target,
    Template,
    around,
    disrupt,
    each_output,
    forge,
    inside,
)


def _reference(instance: str, before: str = "", after: str = "") -> Template:
    """An instance of the reference module drives the outputs."""

    def made(target: Target) -> str:
        pins = ", ".join(f".{port.name}({port.name})" for port in target.ports)
        return target.fill(f"{target.header()}\n{before}\n{instance} ({pins});\n{after}\nendmodule\n")

    return made


ATTACKS: tuple[Attack, ...] = (
    forge(
        "peek_sideways",
        "the reference's output by way of the root",
        each_output("assign @port@ = tb.good1.@port@;"),
        "verilog_eval",
    ),
    forge(
        "peek_upward",
        "the neighbour's name, found by looking upwards",
        each_output("assign @port@ = good1.@port@;"),
        "verilog_eval",
    ),
    forge("peek_expected", "the testbench's own expectation", each_output("assign @port@ = tb.exp_@port@;"), "native"),
    forge(
        "peek_in_always",
        "the same in a procedure",
        each_output("reg [@width@-1:0] r_@port@; always @* r_@port@ = tb.good1.@port@; assign @port@ = r_@port@;"),
        "verilog_eval",
    ),
    forge(
        "peek_with_escaped_parts",
        "each part of the name with a backslash",
        each_output("assign @port@ = \\tb .\\good1 .@port@ ;"),
        "verilog_eval",
    ),
    forge(
        "peek_by_helper",
        "a helper module looks",
        around(
            within="peeker_of_ours u ();",
            after='module peeker_of_ours; initial #1 $display("@line@%0d", tb.KEY); endmodule',
        ),
        "native",
    ),
    forge(
        "peek_in_select",
        "the forbidden name stands in an index",
        each_output("wire [1:0] bits_@port@ = 2'b10; assign @port@ = bits_@port@[tb.good1.@port@];"),
        "verilog_eval",
    ),
    disrupt("peek_by_root", "$root", each_output("assign @port@ = $root.tb.good1.@port@;")),
    disrupt("peek_by_unit", "$unit", each_output("assign @port@ = $unit::good1.@port@;")),
    disrupt("peek_package", "a package of the testbench's name", each_output("assign @port@ = tb::exp_@port@;")),
    forge(
        "peek_behind_label",
        "a label of the same name elsewhere covers for it",
        each_output(
            "assign @port@ = tb.good1.@port@;",
            "initial begin : other begin : tb reg good1; good1 = 0; end end",
        ),
        "verilog_eval",
    ),
    disrupt(
        "peek_behind_dead_branch",
        "a generate branch that is never there declares the name",
        each_output(
            "assign @port@ = tb.good1.@port@;",
            "generate if (0) begin : tb wire good1; end endgenerate",
        ),
    ),
    disrupt(
        "peek_in_other_timescale",
        "a branch that is there only in the testbench's timescale",
        each_output(
            "generate if (DEEP == 1000) assign @port@ = tb.good1.@port@; else assign @port@ = 1; endgenerate",
            "localparam integer DEEP = 1ns;",
        ),
    ),
    disrupt(
        "task_in_other_parameter",
        "a branch that is there only with the testbench's parameter",
        around("", "generate if (WIDTH != 0) initial #1 report; endgenerate"),
    ),
    forge(
        "call_testbench_task",
        "the testbench's own report, called early by its plain name",
        inside("initial #1 report;"),
        "native",
    ),
    disrupt(
        "call_testbench_function",
        "a function of the testbench by its plain name",
        each_output("assign @port@ = rnd(0, 2);"),
    ),
    forge("instantiate_reference", "an instance of the reference", _reference("@reference@ u"), "verilog_eval"),
    forge(
        "instantiate_after_comment",
        "with a comment before its name",
        _reference("// a helper\n@reference@ u"),
        "verilog_eval",
    ),
    forge("instantiate_escaped", "with a backslash before its name", _reference("\\@reference@ u"), "verilog_eval"),
    forge("instantiate_array", "as an array of one", _reference("@reference@ u [0:0]"), "verilog_eval"),
    forge(
        "instantiate_in_generate",
        "in a loop of one",
        _reference(
            "generate genvar g; for (g = 0; g < 1; g = g + 1) begin : gen\n@reference@ u", after="end endgenerate"
        ),
        "verilog_eval",
    ),
    forge(
        "instantiate_in_other_timescale",
        "only where a nanosecond is a thousand units",
        _reference(
            "generate if (DEEP != 0) begin\n/**/ @reference@ u", "localparam integer DEEP = 1ns;", "end endgenerate"
        ),
        "verilog_eval",
    ),
    disrupt("instantiate_testbench", "the testbench below the design", around(within="tb again ();")),
    disrupt(
        "redefine_testbench", "a second module tb", around(after='module tb; initial $display("@line@"); endmodule')
    ),
    disrupt(
        "redefine_reference",
        "the reference defined once more, constant",
        around(after="module @reference@ (input x, output y); assign y = 0; endmodule"),
    ),
    disrupt(
        "redefine_escaped",
        "a backslash before the testbench's name",
        around(after='module \\tb ; initial $display("@line@"); endmodule'),
    ),
    disrupt(
        "redefine_as_primitive",
        "the reference as a primitive",
        around(after="primitive @reference@ (o, a); output o; input a; table 0 : 1; 1 : 1; endtable endprimitive"),
    ),
    disrupt("redefine_as_package", "the testbench as a package", around(after="package tb; endpackage")),
    disrupt("redefine_as_program", "the testbench as a program", around(after="program tb; endprogram")),
    disrupt(
        "redefine_nested",
        "the reference inside the design",
        around(within="module @reference@ (input x, output y); endmodule"),
    ),
    disrupt(
        "redefine_stimulus",
        "the stimulus as an empty module",
        around(after="module stimulus_gen (input clk); endmodule"),
    ),
    disrupt("defparam_upward", "defparam of the testbench's key", inside("defparam tb.KEY = 0;")),
    disrupt(
        "bind_into_testbench",
        "a printer bound into the testbench",
        around(after='module printer_of_ours; initial $display("@line@"); endmodule\nbind tb printer_of_ours p ();'),
    ),
    disrupt(
        "import_wildcard", "everything of a package that only the testbench could have", around("import tb_pkg::*;")
    ),
    disrupt("alias_up", "alias to a net of the testbench", inside("wire z; alias z = tb.tb_match;")),
    disrupt("port_by_name_up", "an instance pin that leads out", around(within="buf (z, tb.KEY[0]);\nwire z;")),
    disrupt(
        "event_of_testbench",
        "waiting for the testbench's clock by name",
        inside("reg r; initial begin r = 0; @(tb.clk) r = 1; end"),
    ),
    disrupt(
        "config_top",
        "a configuration that chooses another top",
        around(after="config c; design work.tb; default liblist work; endconfig"),
    ),
    disrupt("library_map", "a library declaration", around("library work *.sv;")),
    disrupt(
        "virtual_interface",
        "a class with a virtual interface",
        around(before="interface tb_if; logic x; endinterface\nclass peeker; virtual tb_if v; endclass"),
    ),
)
