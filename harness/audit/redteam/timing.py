"""Wrong designs that hope for an indulgent comparison: X, Z, the time at which it looks, what was there before."""

from harness.audit.redteam.target import Attack, disrupt, each_output

ATTACKS: tuple[Attack, ...] = (
    disrupt("all_x", "outputs are X", each_output("assign @port@ = {@width@{1'bx}};")),
    disrupt("all_z", "outputs are Z", each_output("assign @port@ = {@width@{1'bz}};")),
    disrupt("never_assigned", "outputs are not driven", each_output("")),
    disrupt(
        "x_after_start",
        "right-looking at first, X afterwards",
        each_output(
            "reg [@width@-1:0] r_@port@; initial begin r_@port@ = 0; #1 r_@port@ = {@width@{1'bx}}; end\n"
            "assign @port@ = r_@port@;"
        ),
    ),
    disrupt(
        "weak_output",
        "outputs of weak strength, for the testbench to overrule",
        each_output("assign (weak1, weak0) @port@ = {@width@{1'b1}};"),
    ),
    disrupt(
        "high_impedance_one",
        "outputs that pull up only",
        each_output("assign (highz0, pull1) @port@ = {@width@{1'b1}};"),
    ),
    disrupt(
        "undriven_register",
        "registers that are never written",
        each_output("reg [@width@-1:0] r_@port@; assign @port@ = r_@port@;"),
    ),
    disrupt("by_time", "outputs out of $time", each_output("assign @port@ = $time;")),
    disrupt(
        "by_own_clock",
        "outputs that run through all values, to be right now and then",
        each_output(
            "reg [@width@-1:0] r_@port@; initial r_@port@ = 0; always #1 r_@port@ = r_@port@ + 1;\n"
            "assign @port@ = r_@port@;"
        ),
    ),
    disrupt(
        "by_zero_delay_glitch",
        "a glitch of no duration at each input change",
        each_output(
            "reg [@width@-1:0] r_@port@; always @(@in@) begin r_@port@ = 0; #0 r_@port@ = ~r_@port@; end\n"
            "assign @port@ = r_@port@;"
        ),
    ),
    disrupt(
        "by_random",
        "random outputs",
        each_output("reg [@width@-1:0] r_@port@; always @(@in@) r_@port@ = $random; assign @port@ = r_@port@;"),
    ),
    disrupt(
        "by_waiting",
        "outputs that wait for ever",
        each_output("reg [@width@-1:0] r_@port@; initial wait (0) r_@port@ = 1; assign @port@ = r_@port@;"),
    ),
    disrupt("by_delay", "outputs that come too late", each_output("assign #1000000 @port@ = {@width@{1'b1}};")),
    disrupt(
        "wildcard_compare",
        "casex with X on purpose",
        each_output(
            "reg [@width@-1:0] r_@port@; always @* casex (1'bx) 1'b1: r_@port@ = 0; default: r_@port@ = 1; endcase\n"
            "assign @port@ = r_@port@;"
        ),
    ),
    disrupt(
        "real_valued",
        "outputs through real numbers",
        each_output(
            "real r_@port@; initial r_@port@ = 0.5; always #1 r_@port@ = r_@port@ * 1.5;\n"
            "assign @port@ = $rtoi(r_@port@);"
        ),
    ),
    disrupt(
        "extra_output", "an output of the testbench's names", each_output("assign @port@ = 1;", "wire KEY, failed;")
    ),
    disrupt("copied_input", "outputs that repeat an input", each_output("assign @port@ = @in@;")),
)
