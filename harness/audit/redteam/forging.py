"""Designs that print the pass line themselves."""

from harness.audit.redteam.target import Attack, around, disrupt, forge, inside

ATTACKS: tuple[Attack, ...] = (
    forge("display_at_start", "$display of the pass line at time 0", inside('initial $display("@line@");')),
    forge("write_without_newline", "$write, the line break in the text", inside('initial $write("@line@\\n");')),
    forge("strobe", "$strobe prints at the end of a time step", inside('initial #1 $strobe("@line@");')),
    forge("monitor", "$monitor prints whenever an input changes", inside('initial $monitor("@line@", , @in@);')),
    forge("fdisplay_to_stdout", "$fdisplay to channel 1", inside('initial $fdisplay(1, "@line@");')),
    forge(
        "fwrite_to_descriptor",
        "$fwrite to the descriptor of standard output",
        inside('initial $fwrite(32\'h8000_0001, "@line@\\n");'),
    ),
    forge("fstrobe", "$fstrobe to channel 1", inside('initial #1 $fstrobe(1, "@line@");')),
    disrupt("fmonitor", "$fmonitor to channel 1", inside('initial $fmonitor(1, "@line@", , @in@);')),
    forge("final_block", "the last word in a final block", inside('final $display("@line@");')),
    forge(
        "print_in_function",
        "a function prints while an expression is computed",
        inside('function f(input x); begin $display("@line@"); f = x; end endfunction\nreg r; initial r = f(1\'b0);'),
    ),
    forge(
        "print_in_task",
        "a task prints",
        inside('task t; $display("@line@"); endtask\ninitial #1 t;'),
    ),
    forge(
        "print_by_macro",
        "name and text come out of macros",
        around('`define SAY $display\n`define WHAT "@line@"', "initial `SAY (`WHAT);"),
    ),
    forge(
        "print_by_concatenation",
        "the line is put together while printing",
        inside('initial $display("%s%s", "@half@", "@rest@");'),
    ),
    forge(
        "print_by_letters",
        "the line as numbers of letters, so that no text shows it",
        inside('initial $display("@letters@", @codes@);'),
    ),
    forge(
        "print_from_register",
        "the line comes out of a vector",
        inside('reg [8*80-1:0] r; initial begin r = "@line@"; #1 $display("%0s", r); end'),
    ),
    forge(
        "print_all_the_time",
        "printed at every step, to be the last line as well",
        inside('initial repeat (5000) #1 $display("@line@");'),
    ),
    forge(
        "print_over_the_line",
        "carriage returns and backspaces around it",
        inside('initial $display("\\n@line@\\n\\015\\010");'),
    ),
    forge("info", "$info carries the line", inside('initial $info("\\n@line@\\n");')),
    forge("warning", "$warning carries it", inside('initial $warning("\\n@line@\\n");')),
    forge("error", "$error carries it", inside('initial $error("\\n@line@\\n");')),
    forge(
        "assertion_action",
        "the action of an assertion that fails",
        inside('initial #1 assert (1\'b0) else $display("@line@");'),
    ),
    forge(
        "print_in_generate",
        "inside a generate loop",
        inside(
            'genvar g; generate for (g = 0; g < 2; g = g + 1) begin : gen initial $display("@line@"); end endgenerate'
        ),
    ),
    forge(
        "print_in_helper",
        "a helper module prints",
        around(within="helper_of_ours u ();", after='module helper_of_ours; initial $display("@line@"); endmodule'),
    ),
    forge(
        "print_in_second_root",
        "a module that nobody instantiates is a root of its own",
        around(after='module root_of_ours; initial $display("@line@"); endmodule'),
    ),
    forge(
        "print_in_always",
        "an always block prints at each input change",
        inside('always @(@in@) $display("@line@");'),
    ),
    forge(
        "print_in_fork",
        "a process of its own, left behind by fork",
        inside('initial fork #1 $display("@line@"); join_none'),
    ),
    forge(
        "escaped_task_name",
        "a name with a backslash is a plain name for slang and a system task for Icarus",
        inside('initial \\$display ("@line@");'),
    ),
    forge(
        "sformat_then_print",
        "the line is made by $sformat",
        inside('reg [8*80-1:0] r; initial begin $sformat(r, "%s%s", "@half@", "@rest@"); $display("%0s", r); end'),
    ),
    forge(
        "print_with_peeked_key",
        "the whole verdict line, with the key read from the testbench",
        inside('initial #1 $display("HARNESS %h checked=4 failed=0 first=-", tb.KEY);'),
        "native",
    ),
    forge(
        "print_in_loop_header",
        "in the body of a loop whose header hides it",
        inside("reg r; initial for (r = 1'b0; !r; r = 1'b1) $display(\"@line@\");"),
    ),
)
