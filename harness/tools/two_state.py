"""Netlists by which a design has to be right whatever the bits turn out to be that its text leaves open.

In the first netlist everything open is 0, in the second 1. In the third it is X, and so is all that depends on it: no
branch of an ``if`` hides it, as one does in the text. A design that is right there does not depend on it. One that is
not, such as a design that starts without a reset, has to be right in mixtures in which each open bit is something else.
These follow from the text itself, so that the same design always gets the same netlists.
"""

import hashlib
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.tools import glitches

MAP, UNKNOWN_MAP = "two_state.map.v", "unknown.map.v"
"""Files beside the sources that a script with ``passes`` needs."""
WITHOUT_X = (
    *("chtype -set $eq t:$eqx", "chtype -set $ne t:$nex", "chtype -set $shift t:$shiftx"),
    *("bwmuxmap", "simplemap t:$bweqx"),
)
"""Before ``write_verilog``: cells that see an X, which no hardware does, and those of the slang front end for which it
has no expression and Icarus no module."""
_DIVIDERS = ("$div", "$mod", "$divfloor", "$modfloor", "$pow")
_DIVIDER_PARAMETERS = ("A_SIGNED", "B_SIGNED", "A_WIDTH", "B_WIDTH", "Y_WIDTH")
_MEMORY_PARAMETERS = (
    *("MEMID", "SIZE", "OFFSET", "ABITS", "WIDTH", "INIT", "RD_PORTS", "RD_CLK_ENABLE", "RD_CLK_POLARITY"),
    *("RD_TRANSPARENCY_MASK", "RD_COLLISION_X_MASK", "RD_WIDE_CONTINUATION", "RD_CE_OVER_SRST", "RD_ARST_VALUE"),
    *("RD_SRST_VALUE", "RD_INIT_VALUE", "WR_PORTS", "WR_CLK_ENABLE", "WR_CLK_POLARITY", "WR_PRIORITY_MASK"),
    "WR_WIDE_CONTINUATION",
)
_READ, _WRITE = "RD_PORTS", "WR_PORTS"
_MEMORY_INPUTS = {
    **dict.fromkeys(("RD_CLK", "RD_EN", "RD_ARST", "RD_SRST"), _READ),
    **{"RD_ADDR": f"{_READ}*ABITS", "WR_CLK": _WRITE, "WR_EN": f"{_WRITE}*WIDTH"},
    **{"WR_ADDR": f"{_WRITE}*ABITS", "WR_DATA": f"{_WRITE}*WIDTH"},
}


_WIDE, _ONE = "WIDTH", "1"
_REGISTERS = {
    "$dff": ({"CLK": _ONE, "D": _WIDE}, ()),
    "$adff": ({"CLK": _ONE, "ARST": _ONE, "D": _WIDE}, ("ARST_VALUE",)),
    "$aldff": ({"CLK": _ONE, "ALOAD": _ONE, "AD": _WIDE, "D": _WIDE}, ()),
    "$dffsr": ({"CLK": _ONE, "SET": _WIDE, "CLR": _WIDE, "D": _WIDE}, ()),
    "$dlatch": ({"EN": _ONE, "D": _WIDE}, ()),
    "$adlatch": ({"EN": _ONE, "ARST": _ONE, "D": _WIDE}, ("ARST_VALUE",)),
    "$dlatchsr": ({"EN": _ONE, "SET": _WIDE, "CLR": _WIDE, "D": _WIDE}, ()),
    "$sr": ({"SET": _WIDE, "CLR": _WIDE}, ()),
}
"""Input ports with their widths, and parameters besides WIDTH and the polarities."""
_DATA = ("D", "AD")


def _around(
    cell: str, parameters: Sequence[str], inputs: Mapping[str, str], output: tuple[str, str], made: str, start: str = ""
) -> str:
    """A techmap module: the cell itself with output ``raw``, and ``made`` of it the output (name, width)."""
    name, width = output
    values = ", ".join(f".{each}({each})" for each in parameters)
    pins = ", ".join(f".{each}({_connected(each)})" for each in inputs)
    lines = [
        f"module \\{cell} ({', '.join([*inputs, name])});",
        *(f"parameter {each} = 1;" for each in parameters),
        *(f"input [{size}-1:0] {each};" for each, size in inputs.items()),
        f"output [{width}-1:0] {name};",
        f"{start} wire [{width}-1:0] raw;",
        f"\\{cell} #({values}) _TECHMAP_REPLACE_ ({pins}, .{name}(raw));",
        made,
        "endmodule",
    ]
    return "\n".join(lines)


def _connected(port: str) -> str:
    """Of a memory without write ports, their pins are no bits wide, which no port in Verilog is."""
    return f"{{(WR_PORTS != 0){{{port}}}}}" if port.startswith("WR_") else port


def _known(name: str, width: str) -> str:
    # Without a 1'bx, which setundef would replace here, too.
    bit = "(`OPEN) ? raw[i] !== 1'b0 : raw[i] === 1'b1"
    return f"genvar i; generate for (i = 0; i < {width}; i = i + 1) assign {name}[i] = {bit}; endgenerate"


def _unknown_where(controls: Sequence[str], name: str, width: str) -> str:
    return f"assign {name} = (^{{{', '.join(controls)}}}) === 1'bx ? {{{width}{{1'bx}}}} : raw;"


def _register(cell: str) -> str:
    """While its clock, enable or reset is X, so is its output."""
    inputs, more = _REGISTERS[cell]
    controls = [name for name in inputs if name not in _DATA]
    parameters = ["WIDTH", *(f"{name}_POLARITY" for name in controls), *more]
    start = "parameter _TECHMAP_WIREINIT_Q_ = 1'bx;\n(* init = _TECHMAP_WIREINIT_Q_ *)"
    return _around(cell, parameters, inputs, ("Q", _WIDE), _unknown_where(controls, "Q", _WIDE), start)


def _divider(cell: str) -> str:
    inputs = {"A": "A_WIDTH", "B": "B_WIDTH"}
    return _around(cell, _DIVIDER_PARAMETERS, inputs, ("Y", "Y_WIDTH"), _known("Y", "Y_WIDTH"))


_READ_WIDTH = f"{_READ}*WIDTH"


def _memory(made: str) -> str:
    return _around("$mem_v2", _MEMORY_PARAMETERS, _MEMORY_INPUTS, ("RD_DATA", _READ_WIDTH), made)


_LOST = """
wire [WR_PORTS-1:0] lost;
genvar p;
generate
  for (p = 0; p < WR_PORTS; p = p + 1) begin
    wire [WIDTH-1:0] enable = WR_EN[p*WIDTH +: WIDTH];
    wire somewhere = (|enable) !== 1'b0 && (^{enable, WR_ADDR[p*ABITS +: ABITS]}) === 1'bx;
    if (WR_CLK_ENABLE[p]) begin
      (* init = 1'b0 *) wire before;
      \\$dff #(.WIDTH(1), .CLK_POLARITY(WR_CLK_POLARITY[p])) keep (.CLK(WR_CLK[p]), .D(before | somewhere), .Q(before));
      assign lost[p] = before;
    end else assign lost[p] = 1'b1;
  end
endgenerate
assign RD_DATA = (|lost) ? {RD_PORTS*WIDTH{1'bx}} : raw;
"""
"""Once a word may have been written, or another one, or none, nobody knows any word. A simulation writes none then."""
_OPEN_BITS = {"ZEROS": "1'b0", "ONES": "1'b1", "ODD": "(i % 2 == 1)", "PAIRS": "(i / 2 % 2 == 1)"}
"""By the name of a macro: what stands for bit ``i`` of an X that a cell makes."""
_MAP_TEXT = "\n".join(
    [
        *(f"`ifdef {name}\n`define OPEN {bit}\n`endif" for name, bit in _OPEN_BITS.items()),
        *map(_divider, _DIVIDERS),
        _memory(_known("RD_DATA", _READ_WIDTH)),
        "",
    ]
)
"""Cells that make an X out of known inputs: a division by zero, and a word that a memory does not have."""
_UNKNOWN_MAP_TEXT = "\n".join([*map(_register, _REGISTERS), _memory(_LOST), ""])
"""Cells that hide an X: a register that is not clocked and a word that is not written where it is X whether."""
FILES = {MAP: _MAP_TEXT, UNKNOWN_MAP: _UNKNOWN_MAP_TEXT}
_UNKNOWN, _KEPT = "UNKNOWN", "two_state."


@dataclass(frozen=True, slots=True)
class Filling:
    """What stands for what the text leaves open in the netlist ``file``."""

    file: str
    fill: tuple[str, ...]
    """The passes that do it. Constants and words of memories are given other values than nets that nobody drives, since
    ``undriven === 1'bx`` would hold if both were the same; in a mixture each bit of them has a value of its own."""
    made: str
    """What stands for the bits of an X that a cell makes, a name of ``_OPEN_BITS``."""
    number: int | None = None
    """Which of the mixtures it is."""
    seed: int = 0
    """Of a mixture."""

    def bits(self, place: int, width: int) -> str:
        """What ``width`` open bits start from; ``place`` counts those before them in the netlist."""
        if self.number is None:
            return ("1" if self.made == "ONES" else "0") * width
        words = (_WORDS[(self.seed + bit) % len(_WORDS)] for bit in range(place, place + width))
        return "".join("1" if self.number in word else "0" for word in words)


ALL_ZEROS = Filling("netlist.v", ("setundef -zero -params", "setundef -undriven -one"), "ZEROS")
ALL_ONES = Filling("netlist_of_ones.v", ("setundef -one -params", "setundef -undriven -zero"), "ONES")
UNKNOWN = "netlist_unknown.v"
"""Where open values are X."""
OPEN = "open.il"
"""The circuit as it was read, with all that is open in it."""
WRITTEN = (ALL_ZEROS.file, ALL_ONES.file, UNKNOWN, OPEN)
_MIXTURES = 10
_WORDS = tuple(itertools.combinations(range(_MIXTURES), _MIXTURES // 2))
"""In which mixtures an open bit is 1. None of these is part of another one, so any two of 252 bits are 0 and 1 in one
mixture, and 1 and 0 in another; 0 and 0, and 1 and 1, they are in the netlists with zeros and with ones."""


def mixtures(circuit: str) -> tuple[Filling, ...]:
    """Drawn from the circuit's text. Two bits of words that a memory starts from differ in one of them but for chance,
    of 1 in 1,000; with other open bits there is no chance in it."""

    def drawn(what: str) -> int:
        digest = hashlib.sha256(f"{what} {circuit}".encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:4], "big") % 0x7FFFFFFF + 1

    seed = drawn("registers")
    return tuple(
        Filling(
            file=f"netlist_mixed_{number}.v",
            fill=("setundef -undriven -anyconst", f"setundef -random {drawn(f'constants {number}')} -params"),
            made=("ODD", "PAIRS")[number % 2],
            number=number,
            seed=seed,
        )
        for number in range(_MIXTURES)
    )


def keeping_passes(folder: str) -> list[str]:
    """Read the maps, whose FILES are in ``folder``, once for all scripts of a process that have them ``kept``."""
    names = {**dict.fromkeys(_OPEN_BITS, MAP), _UNKNOWN: UNKNOWN_MAP}
    return [
        line
        for name, file in names.items()
        for line in (
            f"tee -q read_verilog -nooverwrite -noblackbox -icells -D {name} {folder}/{file}",
            f"design -stash {_KEPT}{name}",
        )
    ]


def passes(*, kept: bool) -> list[str]:
    """Write the design at hand as netlists, and leave it as it is. The script leaves WRITTEN.

    ``kept``: the process has run ``keeping_passes``; else the script needs FILES.
    """
    return [*_filled(ALL_ZEROS, kept), *_filled(ALL_ONES, kept), *_unknown(kept), f"write_rtlil {OPEN}"]


def mixing_passes(fillings: Sequence[Filling], *, kept: bool) -> list[str]:
    """The same of mixtures, from OPEN."""
    return [f"read_rtlil {OPEN}", *(line for filling in fillings for line in _filled(filling, kept))]


def _map(name: str, file: str, kept: bool) -> str:
    return f"-map %{_KEPT}{name}" if kept else f"-D {name} -map {file}"


def _filled(filling: Filling, kept: bool) -> list[str]:
    """Memories start with some value, and a select out of range reads 0: what is X for the length of a test would never
    reset, clock or write what it does in hardware. ``with_start`` does the same for registers.
    """
    return [
        *("design -push-copy", "memory_collect", *WITHOUT_X),
        f"techmap -max_iter 1 {_map(filling.made, MAP, kept)} {_types(_DIVIDERS)} {_READABLE}",
        *filling.fill,
        *(f"write_verilog -noattr {filling.file}", "design -pop"),
    ]


def _unknown(kept: bool) -> list[str]:
    """Enables and synchronous resets become multiplexers, which Verilog's ``?:`` keeps from hiding an X."""
    memories = f"{_READABLE} r:WR_PORTS>0 %i"
    return [
        *("design -push-copy", "memory_collect", "dffunmap", "pmuxtree", *WITHOUT_X),
        f"techmap -max_iter 1 {_map(_UNKNOWN, UNKNOWN_MAP, kept)} {_types(list(_REGISTERS))} {memories}",
        *(f"write_verilog -noattr {UNKNOWN}", "design -pop"),
    ]


_REGISTER = r"^(  reg (?:signed )?(?:\[(?P<high>-?\d+):(?P<low>-?\d+)\] )?\S+ ?"
_BARE_REGISTER = re.compile(rf"{_REGISTER});$", re.MULTILINE)
_OPEN_REGISTER = re.compile(rf"{_REGISTER} = \d+'s?(?P<base>[bh]))(?P<digits>[\da-f]*x[\da-fx]*);$", re.MULTILINE)
_OPEN_NET = re.compile(
    r"^  \\\$anyconst +#\(\s*\.WIDTH\(32'd(\d+)\)\s*\) \S+ +\(\s*\.Y\(([^()]+)\)\s*\);$", re.MULTILINE
)
"""In a mixture: what drives a net that nobody drives, and stands for an undefined constant."""
_LOOP_WIDTH = 64
"""Bits of a loop's wire that get a value each; wider ones are rare."""
_READABLE = "t:$mem_v2 r:RD_PORTS>0 %i"


def _types(cells: Sequence[str]) -> str:
    return " ".join(f"t:{cell}" for cell in cells)


@dataclass(frozen=True, slots=True)
class Netlists:
    """One design as netlists; ``filled`` is empty where it could not be written."""

    filled: tuple[str, ...] = ()
    """The one with zeros, and where it differs the one with ones."""
    unknown: str | None = None
    """None where the text leaves nothing open."""
    circuit: str = ""
    """What mixtures are made from; empty where the text leaves nothing open."""
    looped: tuple[str, ...] = ()
    """Wires of combinational loops."""

    @property
    def telling(self) -> str | None:
        """``unknown``, where a design that is right there is so whatever is open. What the design itself clocks, sets,
        resets or opens forgets the X of a moment, and a loop need not settle: there it says nothing."""
        tells = self.unknown is not None and not self.looped and not glitches.own_clocks(self.unknown)
        return self.unknown if tells else None


NO_NETLISTS = Netlists()


class _Starts:
    """Gives each open bit of one netlist its value, in order."""

    def __init__(self, filling: Filling) -> None:
        self._filling = filling
        self._place = 0

    def next(self, width: int) -> str:
        self._place += width
        return self._filling.bits(self._place - width, width)

    def bare(self, found: "re.Match[str]") -> str:
        width = abs(int(found["high"] or 0) - int(found["low"] or 0)) + 1
        return f"{found[1]} = {width}'b{self.next(width)};"

    def net(self, found: "re.Match[str]") -> str:
        width = int(found[1])
        return f"  assign {found[2]} = {width}'b{self.next(width)};"

    def partly(self, found: "re.Match[str]") -> str:
        """Only what is X in a number."""
        bits = 1 if found["base"] == "b" else 4
        digits = (f"{int(self.next(bits), 2):x}" if digit == "x" else digit for digit in found["digits"])
        return f"{found[1]}{''.join(digits)};"


def with_start(text: str, looped: Sequence[str], filling: Filling) -> str:
    """A netlist of which nothing starts at X: neither registers, nor combinational loops, which would stay at X for the
    length of a test.

    A loop that holds its value then does so as in hardware; one that cannot settle never ends. What the design clocks
    by itself is watched.
    """
    starts = _Starts(filling)
    text = _OPEN_REGISTER.sub(starts.partly, _BARE_REGISTER.sub(starts.bare, text))
    text = _OPEN_NET.sub(starts.net, text)
    if looped:
        body, _, tail = text.rpartition("endmodule")
        hold = "".join(f"    force {name} = {_LOOP_WIDTH}'b{starts.next(_LOOP_WIDTH)};\n" for name in looped)
        free = "".join(f"    release {name} ;\n" for name in looped)
        text = f"{body}  initial begin\n{hold}    #0;\n{free}  end\nendmodule{tail}"
    return glitches.watched(text)
