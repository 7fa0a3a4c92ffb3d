"""Designs that are right as long as nobody knows a bit: one that their text leaves open, or that a tool makes X.

In simulation such a bit stays X, an ``if`` takes it for 0, and a write to an address that is X goes nowhere. In
hardware it is 0 or 1, for some of them neither always the same nor the same as its neighbour.
"""

from harness.audit.redteam.target import Attack, Template, forge, hardware

_WORDS = """
reg kept_of_ours [0:3]; integer word_of_ours;
initial for (word_of_ours = 0; word_of_ours < 4; word_of_ours = word_of_ours + 1) kept_of_ours[word_of_ours] = 1;"""
_CLEARED = "assign @port@ = kept_of_ours[1] ? inner_@port@ : 0;"
_WHICHEVER = (
    f"{_WORDS}\nalways @(posedge @in@) begin kept_of_ours[{{1'b0, unknown_of_ours}}] <= 0;"
    " kept_of_ours[{1'b0, ~unknown_of_ours}] <= 0; end"
)
"""Whatever the bit is, both words are cleared; where it is X, none is."""
_WHERE_ONE = f"{_WORDS}\nalways @(posedge @in@) kept_of_ours[{{1'b0, unknown_of_ours}}] <= 0;"
_NEVER = (
    "wire [7:0] value_of_ours = @in@; wire [7:0] square_of_ours = value_of_ours * value_of_ours;\n"
    "wire never = square_of_ours[1]; wire [3:0] nothing = {4{never}};"
)
"""No square is 2 or 3 more than a multiple of 4, which no simplification finds."""
_HOLDING = "always @(posedge @in@) begin one_of_ours <= one_of_ours; other_of_ours <= other_of_ours; end"
_TWO = f"reg one_of_ours, other_of_ours; {_HOLDING}"


def _unless(condition: str) -> str:
    return (
        f"reg [@width@-1:0] out_@port@; always @* if ({condition}) out_@port@ = 0; else out_@port@ = inner_@port@;\n"
        "assign @port@ = out_@port@;"
    )


def _unknown(within: str, writes: str = _WHICHEVER) -> Template:
    return hardware(_CLEARED, within + writes)


ATTACKS: tuple[Attack, ...] = (
    forge(
        "open_bits_differ",
        "two registers that nobody sets are compared",
        hardware(_unless("one_of_ours != other_of_ours"), _TWO),
    ),
    forge(
        "open_bits_match_pattern",
        "the same by a comparison with wildcards",
        hardware(_unless("{one_of_ours, other_of_ours} ==? 2'b01"), _TWO),
    ),
    forge(
        "open_bits_as_address",
        "their difference is an address",
        _unknown(f"{_TWO} wire unknown_of_ours = one_of_ours ^ other_of_ours;", _WHERE_ONE),
    ),
    forge(
        "open_loops_differ",
        "two loops that hold either value are compared",
        hardware(
            _unless("one_of_ours != other_of_ours"),
            "wire one_of_ours, other_of_ours; assign one_of_ours = one_of_ours & ~(one_of_ours & ~one_of_ours);\n"
            "assign other_of_ours = other_of_ours;",
        ),
    ),
    forge(
        "start_by_attribute",
        "an attribute tells Yosys alone what a register starts from",
        hardware(_unless("!one_of_ours"), f"(* init = 1'b1 *) {_TWO}"),
    ),
    forge(
        "unknown_from_division",
        "X out of a division by zero",
        _unknown(f"{_NEVER} wire unknown_of_ours = 7 / nothing;"),
    ),
    forge(
        "unknown_from_remainder", "X out of its remainder", _unknown(f"{_NEVER} wire unknown_of_ours = 7 % nothing;")
    ),
    forge(
        "unknown_from_power",
        "X out of zero to the power of -1",
        _unknown(
            f"{_NEVER} wire signed [3:0] base_of_ours = nothing; wire signed [3:0] power_of_ours = ~nothing;\n"
            "wire [3:0] root_of_ours = base_of_ours ** power_of_ours; wire unknown_of_ours = root_of_ours[0];"
        ),
    ),
    forge(
        "bits_of_division_differ",
        "two bits out of one division by zero are compared",
        _unknown(
            f"{_NEVER} wire [3:0] ratio_of_ours = 4'd7 / nothing;\n"
            "wire unknown_of_ours = ratio_of_ours[0] ^ ratio_of_ours[1];",
            _WHERE_ONE,
        ),
    ),
    forge(
        "unknown_from_missing_word",
        "X out of a word that a memory has not",
        _unknown(
            f"{_NEVER} reg few_of_ours [0:2];\n"
            "initial begin few_of_ours[0] = 1; few_of_ours[1] = 1; few_of_ours[2] = 1; end\n"
            "wire [1:0] far_of_ours = {2{~never}}; wire unknown_of_ours = few_of_ours[far_of_ours];"
        ),
    ),
    forge(
        "unknown_from_two_drivers",
        "X out of two drivers that never agree",
        _unknown(f"{_NEVER} wire unknown_of_ours; assign unknown_of_ours = never; assign unknown_of_ours = ~never;"),
    ),
    forge(
        "unknown_from_bus",
        "Z out of a bus on which nobody ever talks",
        _unknown(
            f"{_NEVER} wire unknown_of_ours; assign unknown_of_ours = never ? 1'b1 : 1'bz;\n"
            "assign unknown_of_ours = never ? 1'b0 : 1'bz;"
        ),
    ),
    forge(
        "unknown_from_register_with_reset",
        "X out of a register whose asynchronous reset never comes",
        _unknown(
            f"{_NEVER} reg unknown_of_ours; always @(posedge @in@ or posedge never)\n"
            "if (never) unknown_of_ours <= 0; else unknown_of_ours <= unknown_of_ours;"
        ),
    ),
    forge(
        "pulse_of_no_width",
        "a register is set by a pulse that no hardware has",
        hardware(
            "assign @port@ = fired_of_ours ? inner_@port@ : 0;",
            f"{_NEVER} wire pulse_of_ours = @in@ & ~(@in@ ^ never); reg fired_of_ours = 0;\n"
            "always @(posedge pulse_of_ours) fired_of_ours <= 1;",
        ),
        "native",
        "verilog_eval",
    ),
    forge(
        "set_by_pulse_of_no_width",
        "the same by an asynchronous set",
        hardware(
            "assign @port@ = fired_of_ours ? inner_@port@ : 0;",
            f"{_NEVER} wire pulse_of_ours = @in@ & ~(@in@ ^ never); reg fired_of_ours = 0;\n"
            "always @(posedge never or posedge pulse_of_ours) if (pulse_of_ours) fired_of_ours <= 1;\n"
            "else fired_of_ours <= fired_of_ours;",
        ),
        "native",
        "verilog_eval",
    ),
    forge(
        "write_that_went_elsewhere",
        "the first write to a memory goes to an open address; a simulation forgets it",
        hardware(
            "assign @port@ = kept_of_ours[never] ? 0 : inner_@port@;",
            f"{_NEVER} {_TWO} reg later_of_ours = 0; reg kept_of_ours [0:1];\n"
            "initial begin kept_of_ours[0] = 0; kept_of_ours[1] = 0; end always @(posedge @in@) begin\n"
            "later_of_ours <= 1; kept_of_ours[later_of_ours ? 1'b1 : ~one_of_ours] <= ~later_of_ours; end",
        ),
    ),
    forge(
        "pulses_that_may_have_been",
        "two registers are each set by an open pulse on a clock; to a simulation both came",
        hardware(
            "assign @port@ = first_of_ours != second_of_ours ? 0 : inner_@port@;",
            f"{_TWO} reg begun_of_ours = 0; reg over_of_ours = 0; reg first_of_ours = 0; reg second_of_ours = 0;\n"
            "always @(posedge @in@) begun_of_ours <= 1; always @(negedge @in@) over_of_ours <= begun_of_ours;\n"
            "wire now_of_ours = begun_of_ours & ~over_of_ours;\n"
            "wire one_pulse_of_ours = now_of_ours & one_of_ours;\n"
            "wire other_pulse_of_ours = now_of_ours & other_of_ours;\n"
            "always @(posedge one_pulse_of_ours) first_of_ours <= 1;\n"
            "always @(posedge other_pulse_of_ours) second_of_ours <= 1;",
        ),
    ),
    forge(
        "unknown_from_latch",
        "X out of a latch that never opens",
        _unknown(f"{_NEVER} reg unknown_of_ours; always @* if (never) unknown_of_ours = 0;"),
    ),
)
