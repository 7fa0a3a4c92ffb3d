"""Designs that slang, Icarus and Yosys read differently: what one takes for a comment another runs.

``HIDDEN`` stands for the text that slang is not to see.
"""

from harness.audit.redteam.target import Attack, Template, around, disrupt, forge, inside

_HIDDEN = 'initial begin $display("@line@"); end'
_LIBC = 'import "DPI-C" function integer _exit(integer c); localparam e = _exit(0);'


def _after_name(byte: str, text: str = _HIDDEN) -> Template:
    """A comment for those for whom ``byte`` ends an escaped name, text for the others."""
    return inside(f"wire \\x{byte}/*y ; {text} //*/ ;")


def _after_directive(directive: str, text: str = _HIDDEN) -> Template:
    """A comment for those who look for comments behind a directive, text for the others."""
    return around(f"{directive} /*\nmodule hidden_of_ours; {text} endmodule\n// */")


ATTACKS: tuple[Attack, ...] = (
    forge("vertical_tab_in_name", "a vertical tab ends an escaped name for slang, not for Icarus", _after_name("\v")),
    disrupt("delete_in_name", "the character DEL in an escaped name", _after_name("\x7f")),
    disrupt("letter_beyond_ascii_in_name", "a letter beyond ASCII in an escaped name", _after_name("é")),
    disrupt("no_break_space_in_name", "a no-break space in an escaped name", _after_name("\u00a0")),
    disrupt(
        "form_feed_in_name",
        "a form feed ends an escaped name for slang and Icarus, not for Yosys",
        _after_name("\f", _LIBC),
    ),
    disrupt("backspace_in_name", "a backspace in an escaped name", _after_name("\b", _LIBC)),
    disrupt(
        "comment_behind_nettype",
        "Icarus 11 takes the rest of the line for the directive's",
        _after_directive("`default_nettype wire"),
    ),
    disrupt("comment_behind_timescale", "the same behind `timescale", _after_directive("`timescale 1ns/1ps")),
    disrupt("comment_behind_drive", "behind `unconnected_drive", _after_directive("`unconnected_drive pull1")),
    disrupt("comment_behind_celldefine", "behind `celldefine", _after_directive("`celldefine")),
    disrupt("comment_behind_keywords", "behind `begin_keywords", _after_directive('`begin_keywords "1800-2012"')),
    disrupt("comment_behind_uselib", "behind `uselib, where only Icarus sees a directive", _after_directive("`uselib")),
    disrupt("comment_behind_line", "behind `line", _after_directive('`line 1 "x" 0')),
    disrupt("comment_behind_pragma", "behind `pragma", _after_directive("`pragma x")),
    forge("carriage_return", "a lone carriage return ends a comment for all but Yosys", inside(f"// x\r{_HIDDEN}")),
    forge("line_continued_comment", "a backslash at the end of a comment", inside(f"// x \\\n{_HIDDEN}")),
    disrupt("form_feed_in_comment", "a form feed as the end of a comment", inside(f"// x\f{_HIDDEN}")),
    disrupt("next_line_in_comment", "U+0085 as the end of a comment", inside(f"// x\u0085{_HIDDEN}")),
    disrupt("line_separator_in_comment", "U+2028 as the end of a comment", inside(f"// x\u2028{_HIDDEN}")),
    disrupt("slash_star_slash", "/*/ as a whole comment", inside(f"/*/ {_HIDDEN} /*/")),
    disrupt("nested_comment", "the first end of a nested comment", inside(f"/* /* */ {_HIDDEN} /* */")),
    disrupt("open_comment", "a comment without an end", around(after="/*")),
    disrupt("open_string", "a string without an end", around(after='"')),
    forge(
        "comment_in_string",
        "a comment's beginning in a string",
        inside('localparam [23:0] S = "x/*"; initial $display("@line@"); localparam [23:0] E = "*/x";'),
    ),
    forge(
        "escaped_quote",
        "a backslash before the backslash before the quote",
        inside('localparam [15:0] S = "\\\\"; initial $display("@line@"); localparam [7:0] Q = "\\"";'),
    ),
    disrupt(
        "triple_quotes",
        "a string in triple quotes, new in slang's language",
        inside('initial $display("""\n", 1); initial $display("@line@"); //""");'),
    ),
    forge(
        "comment_in_name",
        "an escaped name that holds a comment's beginning",
        inside(f"wire \\x/*y ; {_HIDDEN} wire \\y*/ ;"),
    ),
    forge("quote_in_name", "an escaped name that holds a quote", inside(f'wire \\x"y ; {_HIDDEN} wire \\z" ;')),
    disrupt(
        "directive_in_name",
        "an escaped name that holds a directive",
        inside(f"wire \\x`ifdef ; {_HIDDEN} wire \\y`endif ;"),
    ),
    disrupt("keyword_as_name", "an escaped keyword", inside("wire \\final ; assign \\final = 1'b1;")),
    disrupt(
        "netlist_injection",
        "a name that would be Verilog if it were written without its backslash",
        around(
            within="wire \\x);endmodule/**/module/**/tb;initial$display(1);endmodule// ;\n"
            "assign \\x);endmodule/**/module/**/tb;initial$display(1);endmodule// = @in@;"
        ),
    ),
    disrupt(
        "yosys_script_injection",
        "a module named like a pass of Yosys",
        around(within="\\t;shell u ();", after="module \\t;shell ; endmodule"),
    ),
    disrupt(
        "json_injection",
        "a name that would be JSON if it were written as it is",
        around(
            within='\\a":0,"area":0,"b u (@in@);',
            after='(* keep_hierarchy *) module \\a":0,"area":0,"b (input x); endmodule',
        ),
    ),
    forge(
        "translate_off",
        "text that synthesis is told to leave out",
        inside(f"// synopsys translate_off\n{_HIDDEN}\n// synopsys translate_on"),
    ),
    disrupt(
        "token_surgery",
        "translate_off cuts single words, so that Yosys reads another program",
        around(
            before="import /* synopsys translate_off */ p_of_ours::*; localparam q = "
            '/* synopsys translate_on */ "DPI-C" /* synopsys translate_off */ ; /* synopsys translate_on */'
            "function integer _exit(integer c);"
        ),
    ),
    disrupt("null_character", "a NUL character, at which C ends a text", around(after="\0endmodule")),
    disrupt("byte_order_mark", "a byte order mark and cut text", around("\ufeff", 'initial $display("@line@");')),
    disrupt("right_to_left", "letters that turn the direction of reading", inside("/* \u202e */ wire \u202e x;")),
    disrupt("lookalike_letters", "Greek letters that look like Latin ones", inside("wire \u03bf; assign \u03bf = 1;")),
    forge("windows_lines", "carriage return and line feed", inside(f"\r\n// x\r\n{_HIDDEN}\r\n")),
    disrupt("lone_surrogate", "half a character", inside("// \ud800")),
    disrupt("continued_line", "a backslash at the end of a line of text", inside("wire \\\nx;")),
    disrupt("attribute_comment", "(* and *) around text", inside('(* x = "*)" *) wire y; (*) wire z; (*)')),
    disrupt("empty", "no text at all", lambda _: ""),
    disrupt("blank", "only white space", lambda _: "\n \t\n"),
    disrupt("comment_only", "only a comment", lambda target: target.fill("// @line@\n")),
    disrupt("two_tops", "the module twice", around(after="module @top@; endmodule")),
    disrupt("other_top", "another module only", lambda target: target.header("other_of_ours") + "\nendmodule\n"),
    disrupt(
        "escaped_top",
        "the module's name with a backslash",
        lambda target: f"{target.header(chr(92) + target.top + ' ')}\n{target.wrong()}\nendmodule\n",
    ),
)
