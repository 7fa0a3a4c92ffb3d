"""Designs whose directives and macros are meant for the file that is compiled after them, or for one tool only."""

from harness.audit.redteam.target import Attack, Target, Template, around, disrupt, forge, inside


def _honest_where(condition: str) -> Template:
    """The golden design where ``condition`` holds, the wrong one elsewhere."""

    def made(target: Target) -> str:
        wrong = f"{target.header()}\n{target.wrong()}\nendmodule"
        return f"`{condition}\n{target.golden}\n`else\n{wrong}\n`endif\n"

    return made


ATTACKS: tuple[Attack, ...] = (
    forge("honest_for_icarus", "`ifdef __ICARUS__: wrong for every other tool", _honest_where("ifdef __ICARUS__")),
    forge("wrong_for_synthesis", "`ifdef SYNTHESIS: right where nobody builds it", _honest_where("ifndef SYNTHESIS")),
    forge("wrong_for_yosys", "`ifdef YOSYS", _honest_where("ifndef YOSYS")),
    disrupt("honest_for_yosys", "`ifdef YOSYS: only the netlist is right", _honest_where("ifdef YOSYS")),
    disrupt(
        "honest_for_verilator", "`ifdef VERILATOR: right for a tool that is not there", _honest_where("ifdef VERILATOR")
    ),
    disrupt(
        "honest_with_testbench_macro", "`ifdef of a macro that the testbench defines", _honest_where("ifdef CHECK")
    ),
    forge(
        "print_behind_condition",
        "what prints is seen by Icarus alone",
        around(within='`ifdef __ICARUS__\ninitial $display("@line@");\n`endif'),
    ),
    disrupt(
        "redefine_check",
        "the testbench's macro with another body",
        around("`define CHECK(NAME, EXPECTED, GOT) checked = checked + 1;"),
    ),
    disrupt("define_if", "a macro of a keyword's name", around("`define if while\n`define failed checked")),
    disrupt("define_module", "a macro named like a module", around("`define tb tb_of_ours\n`define module program")),
    disrupt("undefine_all", "`undefineall", around(after="`undefineall")),
    disrupt("reset_all", "`resetall", around(after="`resetall")),
    disrupt("leak_nettype", "`default_nettype none for what follows", around(after="`default_nettype none")),
    disrupt("leak_timescale", "`timescale for what follows", around(after="`timescale 1s/1s")),
    disrupt(
        "shift_sampling",
        "`timescale with a coarse precision and delays",
        around("`timescale 1us/1us", "reg r; initial #1 r = 1;"),
    ),
    disrupt(
        "leak_keywords",
        "`begin_keywords that is never ended",
        around('`begin_keywords "1364-1995"', after="// never ended"),
    ),
    disrupt("unbalanced_ifdef", "an `ifdef that swallows the next file", around(after="`ifdef NEVER_OF_OURS")),
    disrupt("unbalanced_else", "an `else for which nothing was begun", around(after="`else")),
    disrupt("unbalanced_endif", "an `endif too many", around(after="`endif")),
    disrupt(
        "swallow_and_replace",
        "an own tb, the real one behind an open `ifdef",
        around(after='module tb; initial $display("@line@"); endmodule\n`ifdef NEVER_OF_OURS'),
    ),
    disrupt("line_directive", "`line gives the text another file's name", around('`line 1 "tb.v" 1')),
    disrupt(
        "pragma_protect",
        "an envelope that hides the text",
        around(after="`pragma protect begin_protected\nAAAA\n`pragma protect end_protected"),
    ),
    disrupt("old_protect", "`protect of older tools", around(within="`protect\nreg hidden;\n`endprotect")),
    disrupt("celldefine", "`celldefine left open", around("`celldefine")),
    disrupt("unconnected_drive", "`unconnected_drive left open", around("`unconnected_drive pull1")),
    disrupt("uselib", "`uselib names a folder of the machine", around("`uselib dir=/tmp libext=.v")),
    disrupt(
        "directive_from_macro",
        "a directive out of a macro's body",
        around("`define OPEN `ifdef NEVER_OF_OURS\n`define BODY(x) x", within="`BODY(`OPEN)\n`endif"),
    ),
    disrupt("recursive_macro", "a macro that calls itself", around("`define AGAIN `AGAIN\n`AGAIN")),
    disrupt(
        "unclosed_macro_call",
        "an argument list that takes the next file with it",
        around("`define EAT(x) x", after="`EAT("),
    ),
    disrupt(
        "macro_over_lines",
        "a body that goes on with a backslash at the end of the text",
        around(after="`define TAIL x \\"),
    ),
    disrupt(
        "keyword_by_paste",
        "force out of two halves",
        around("`define GLUE(a, b) a``b", "initial `GLUE(for, ce) @in@ = 0;"),
    ),
    disrupt(
        "name_by_paste", "tb.KEY out of two halves", around("`define GLUE(a, b) a``b", "wire z = `GLUE(t, b).KEY;")
    ),
    disrupt(
        "final_by_macro", "final out of a macro", around("`define LAST final", 'initial ;\n`LAST $display("@line@");')
    ),
    disrupt("stringified", "a string out of an argument", inside('`define Q(x) `"x`"\ninitial $display(`Q(@line@));')),
)
