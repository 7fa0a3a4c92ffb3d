"""Designs that end the simulation before the testbench has seen enough.

A testbench that reports from a ``final`` block then says that nothing failed; one that reports at its end says nothing.
"""

from harness.audit.redteam.target import Attack, around, disrupt, forge, inside

ATTACKS: tuple[Attack, ...] = (
    forge("finish_at_start", "$finish at time 0", inside("initial $finish;"), "verilog_eval"),
    forge("finish_quietly", "$finish(0) says nothing", inside("initial $finish(0);"), "verilog_eval"),
    forge("stop_at_start", "$stop, which vvp -n takes as an end", inside("initial $stop;"), "verilog_eval"),
    forge("fatal_at_start", "$fatal ends with an exit code", inside('initial $fatal(0, "x");'), "verilog_eval"),
    forge("finish_in_always", "$finish at the first input change", inside("always @(@in@) $finish;"), "verilog_eval"),
    forge(
        "finish_in_function",
        "a function ends the simulation",
        inside("function f(input x); begin $finish; f = x; end endfunction\nreg r; initial r = f(1'b0);"),
        "verilog_eval",
    ),
    forge(
        "finish_by_macro",
        "$finish out of two macros",
        around("`define DOLLAR $fin``ish\n`define NOW $finish", "initial `NOW ;"),
        "verilog_eval",
    ),
    forge(
        "finish_by_escaped_name",
        "\\$finish is a system task for Icarus alone",
        inside("initial \\$finish ;"),
        "verilog_eval",
    ),
    forge(
        "finish_in_helper",
        "a helper module ends it",
        around(within="ender_of_ours u ();", after="module ender_of_ours; initial $finish; endmodule"),
        "verilog_eval",
    ),
    forge(
        "finish_in_assertion",
        "the action of an assertion",
        inside("initial assert (1'b0) else $finish;"),
        "verilog_eval",
    ),
    forge(
        "print_then_finish",
        "the pass line, then the end, so that it is the last line",
        inside('initial begin $display("@line@"); $finish(0); end'),
    ),
    forge("print_then_stop", "the pass line, then $stop", inside('initial begin $display("@line@"); $stop; end')),
    forge(
        "print_then_fatal", "the pass line, then $fatal", inside('initial begin $display("@line@"); $fatal(0, ""); end')
    ),
    forge(
        "print_at_end_of_time",
        "an own end after the testbench's first checks",
        inside('initial begin #7 $display("@line@"); $finish(0); end'),
    ),
    forge(
        "finish_from_second_root",
        "a root of its own ends the simulation",
        around(after='module root_of_ours; initial begin $display("@line@"); $finish(0); end endmodule'),
    ),
    disrupt("exit_program", "$exit out of a program block", around(after="program p; initial $exit; endprogram")),
    disrupt(
        "finish_at_last_moment",
        "$finish after far more time than the testbench needs",
        inside("initial #2000000000 $finish;"),
    ),
    disrupt("disable_upward", "disable of a block of the testbench", inside("initial #1 disable tb;")),
    disrupt(
        "disable_testbench_task",
        "disable of a task of the testbench by its plain name",
        inside("initial #1 disable report;"),
    ),
    disrupt("stop_the_clock", "the input clock is held by force", inside("initial force @in@ = 0;")),
)
