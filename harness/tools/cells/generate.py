"""Write the technology-neutral cell library: ``neutral.lib`` (Liberty) and ``neutral.v`` (simulation models).

Usage: ``python -m harness.tools.cells.generate [OUT]``; OUT is the Liberty file, by default ``neutral.lib``
beside this script. The Verilog goes beside OUT with the suffix ``.v``. The text depends on nothing but this file.

Timing model: I. Sutherland, R. Sproull, D. Harris, "Logical Effort: Designing Fast CMOS Circuits", Morgan Kaufmann,
1999. With drive x, parasitic delay P and load C, a gate switches in ``d0 = tau * (P + C / (x * C_INV))``; a slow
input adds a quarter of its slew, so ``delay = 0.75 * d0 + 0.25 * slew_in`` and ``slew_out = d0``. In a chain of
equals slew_in = d0 and the delay is d0 itself: an inverter that drives four of its kind takes 5 tau = 100 ps (FO4).
Both formulas are bilinear in (slew, load), so a lookup table gives them exactly at any point, on its grid or not.

Inverters have C_INV at their input and P = 1; PMOS is twice as wide as NMOS. A column is a pair of transistors side
by side; a cell is its columns and one more of spacing, in thirds of a NAND2. XOR2 is NOR2 and AOI21, XNOR2 is NAND2
and OAI21, MUX2 is AOI22, an output inverter and one for the select; AND2, OR2, BUF are an inverter after a gate.

It is fit to compare implementations of one specification; it is no substitute for the library of a process.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

TAU = 20.0
"""Delay unit in ps: FO4 = 5 tau = 100 ps."""
C_INV = 1.0
"""Input capacitance of INV_X1 in fF."""
SUPPLY = 1.0
"""Supply voltage in V."""
EDGE_ENERGY = 0.55
"""Energy of an edge in fJ per fF inside the cell at 1 V: C V^2 / 2 and a tenth more for the short circuit."""
COLUMN_LEAKAGE = 0.5
"""Leakage in nW a column."""
SETUP = 5 * TAU
"""Setup and recovery time in ps; hold and removal are 0."""
CLOCK_CAPACITANCE = 5.0
"""Capacitance in fF that a flip-flop or latch charges inside at each edge of its clock: 2.75 fJ an edge."""

SLEWS = (0.0, 5 * TAU, 20 * TAU)
"""Input slews of the tables in ps. abc takes entry len // 3 for a typical slew, so that one is the slew of FO4."""
LOADS = (0.0, 4 * C_INV, 64 * C_INV)
"""Output loads of the tables in fF."""

LIBERTY_FILE = Path(__file__).with_name("neutral.lib")
VERILOG_FILE = LIBERTY_FILE.with_suffix(".v")

Sense = Literal["positive_unate", "negative_unate", "non_unate"]
POSITIVE: Sense = "positive_unate"
NEGATIVE: Sense = "negative_unate"
NEITHER: Sense = "non_unate"


@dataclass(frozen=True)
class Input:
    """An input of a combinational gate."""

    name: str
    capacitance: float
    """fF."""
    sense: Sense
    """How the output follows this input (Liberty timing_sense)."""


@dataclass(frozen=True)
class Gate:
    """A combinational cell with the output Y; without inputs, a constant."""

    name: str
    function: str
    """Liberty expression of the inputs, with ``! & | ^`` and brackets: Verilog reads it too."""
    inputs: tuple[Input, ...]
    columns: int
    """Pairs of transistors side by side."""
    parasitic: float
    """Delay without load in tau."""
    internal: float
    """Capacitance in fF charged inside at an output edge; equals the parasitic delay where all stages have drive 1."""
    drive: int = 1
    """How many times stronger than INV_X1 the output drives."""
    expression: str | None = None
    """Verilog for the function where the Liberty form would lose values to unknown inputs."""


@dataclass(frozen=True)
class FlipFlop:
    """A D flip-flop on the rising CK, with asynchronous active-low reset RN and set SN where said; reset wins."""

    name: str
    columns: int
    reset: bool = False
    preset: bool = False
    clock_to_q: float = 10
    """Parasitic delay from CK to Q in tau, and the capacitance in fF charged inside when Q changes."""
    async_to_q: float = 8
    """Parasitic delay from RN or SN to Q in tau."""


@dataclass(frozen=True)
class Latch:
    """A D latch, transparent while G is 1."""

    name: str
    columns: int
    data_to_q: float
    """Parasitic delay from D to Q in tau, and the capacitance in fF charged inside when Q changes."""
    enable_to_q: float
    """Parasitic delay from G to Q in tau."""


Cell = Gate | FlipFlop | Latch


def _inputs(names: str, capacitances: Sequence[float], sense: Sense) -> tuple[Input, ...]:
    """Inputs A, B, … of one sense; capacitances in fF."""
    return tuple(Input(name, capacitance, sense) for name, capacitance in zip(names, capacitances, strict=True))


def _stage(base: str, function: str, capacitances: Sequence[float], parasitic: float, drive: int = 1) -> Gate:
    """A single inverting stage: one column an input; columns and capacitances (fF at drive 1) scale with it."""
    inputs = _inputs("ABCD"[: len(capacitances)], [drive * c for c in capacitances], NEGATIVE)
    return Gate(f"{base}_X{drive}", function, inputs, len(inputs) * drive, parasitic, parasitic * drive, drive)


def _stage_and_inverter(name: str, function: str, first: Gate, drive: int) -> Gate:
    """The stage `first` and an output inverter of the given drive: delays, columns and capacitances add up."""
    inputs = tuple(Input(pin.name, pin.capacitance, POSITIVE) for pin in first.inputs)
    parasitic = first.parasitic + drive / first.drive + 1
    return Gate(name, function, inputs, first.columns + drive, parasitic, first.internal + 2 * drive, drive)


_INVERTERS = {drive: _stage("INV", "!A", (1,), 1, drive) for drive in (1, 2, 4, 8)}
_NANDS = {drive: _stage("NAND2", "!(A & B)", (4 / 3, 4 / 3), 2, drive) for drive in (1, 2, 4)}
_NORS = {drive: _stage("NOR2", "!(A | B)", (5 / 3, 5 / 3), 2, drive) for drive in (1, 2, 4)}
_MUX_INPUTS = (Input("A", 2, POSITIVE), Input("B", 2, POSITIVE), Input("S", 3, NEITHER))

CELLS: tuple[Cell, ...] = (
    *_INVERTERS.values(),
    *(_stage_and_inverter(f"BUF_X{x}", "A", _INVERTERS[max(1, x // 2)], x) for x in (1, 2, 4, 8)),
    *_NANDS.values(),
    *_NORS.values(),
    _stage("NAND3", "!(A & B & C)", (5 / 3, 5 / 3, 5 / 3), 3),
    _stage("NOR3", "!(A | B | C)", (7 / 3, 7 / 3, 7 / 3), 3),
    _stage("NAND4", "!(A & B & C & D)", (2, 2, 2, 2), 4),
    _stage("AOI21", "!((A & B) | C)", (2, 2, 5 / 3), 7 / 3),
    _stage("OAI21", "!((A | B) & C)", (2, 2, 4 / 3), 8 / 3),
    _stage("AOI22", "!((A & B) | (C & D))", (2, 2, 2, 2), 4),
    _stage("OAI22", "!((A | B) & (C | D))", (2, 2, 2, 2), 4),
    *(_stage_and_inverter(f"AND2_X{x}", "A & B", _NANDS[1], x) for x in (1, 2)),
    *(_stage_and_inverter(f"OR2_X{x}", "A | B", _NORS[1], x) for x in (1, 2)),
    Gate("XOR2_X1", "A ^ B", _inputs("AB", (11 / 3, 11 / 3), NEITHER), 5, 6, 6),
    Gate("XNOR2_X1", "!(A ^ B)", _inputs("AB", (10 / 3, 10 / 3), NEITHER), 5, 6, 6),
    Gate("MUX2_X1", "(A & !S) | (B & S)", _MUX_INPUTS, 6, 6, 6, expression="S ? B : A"),
    FlipFlop("DFF_X1", 16),
    FlipFlop("DFFR_X1", 19, reset=True),
    FlipFlop("DFFS_X1", 19, preset=True),
    FlipFlop("DFFRS_X1", 23, reset=True, preset=True),
    Latch("DLATCH_X1", 9, data_to_q=6, enable_to_q=7),
    Gate("TIE0", "0", (), 1, 0, 0),
    Gate("TIE1", "1", (), 1, 0, 0),
)
"""All 35 cells, in the order of both files."""


def area(cell: Cell) -> float:
    """Area in NAND2 equivalents."""
    return (1 + cell.columns) / 3


def switching_time(parasitic: float, drive: float, load: float) -> float:
    """Logical effort: d0 in ps of a gate with `parasitic` in tau and `load` in fF; its output slew (20-80 %) too."""
    return TAU * (parasitic + load / (drive * C_INV))


def delay(parasitic: float, drive: float, slew: float, load: float) -> float:
    """Delay in ps (50 % to 50 %) at an input slew in ps and a load in fF."""
    return 0.75 * switching_time(parasitic, drive, load) + 0.25 * slew


# Liberty text: each function gives lines, and `_group` nests them.


def _number(value: float) -> str:
    return f"{value:.6g}"


def _group(kind: str, name: str, *body: str | list[str]) -> list[str]:
    """A Liberty group; strings of the body are lines, lists are blocks of lines."""
    lines = [line for part in body for line in ([part] if isinstance(part, str) else part)]
    return [f"{kind} ({name}) {{", *(f"  {line}" for line in lines), "}"]


def _table(kind: str, template: str, rows: Iterable[Iterable[float]]) -> list[str]:
    """A lookup table on one line: a quoted string a row."""
    values = ", ".join('"' + ", ".join(_number(value) for value in row) + '"' for row in rows)
    return [f"{kind} ({template}) {{ values ({values}); }}"]


def _arc(
    related: str, sense: Sense, parasitic: float, *, drive: int = 1, kind: str = "", edges: str = "rise fall"
) -> list[str]:
    """A timing arc to an output: delays and slews over (input slew, load), the same for each of the `edges`."""
    delays = [[delay(parasitic, drive, slew, load) for load in LOADS] for slew in SLEWS]
    slews = [[switching_time(parasitic, drive, load) for load in LOADS] for _ in SLEWS]
    head = [f'related_pin : "{related}";', f"timing_sense : {sense};", *([f"timing_type : {kind};"] if kind else [])]
    tables = [
        table
        for edge in edges.split()
        for table in (_table(f"cell_{edge}", "delay", delays), _table(f"{edge}_transition", "delay", slews))
    ]
    return _group("timing", "", head, *tables)


def _constraint(related: str, kind: str, value: float, edges: str = "rise fall") -> list[str]:
    """A setup, hold, recovery or removal arc in ps, independent of both slews."""
    tables = [_table(f"{edge}_constraint", "constraint", [[value] * 2] * 2) for edge in edges.split()]
    return _group("timing", "", f'related_pin : "{related}";', f"timing_type : {kind};", *tables)


def _energy(capacitance: float, related: str = "") -> list[str]:
    """Internal energy of a pin's edge in fJ (the unit is capacitance times voltage squared), rising or falling."""
    energy = [[EDGE_ENERGY * capacitance * SUPPLY**2]]
    head = [f'related_pin : "{related}";'] if related else []
    return _group(
        "internal_power", "", head, _table("rise_power", "scalar", energy), _table("fall_power", "scalar", energy)
    )


def _input(name: str, capacitance: float, *body: str | list[str]) -> list[str]:
    return _group("pin", name, "direction : input;", f"capacitance : {_number(capacitance)};", *body)


def _output(name: str, function: str, *body: str | list[str]) -> list[str]:
    return _group("pin", name, "direction : output;", f'function : "{function}";', *body)


def _cell(cell: Cell, *body: list[str]) -> list[str]:
    leakage = _number(COLUMN_LEAKAGE * cell.columns)
    return _group("cell", cell.name, f"area : {_number(area(cell))};", f"cell_leakage_power : {leakage};", *body)


def _gate_liberty(gate: Gate) -> list[str]:
    inputs = [_input(pin.name, pin.capacitance) for pin in gate.inputs]
    arcs = [_arc(pin.name, pin.sense, gate.parasitic, drive=gate.drive) for pin in gate.inputs]
    energies = [_energy(gate.internal, pin.name) for pin in gate.inputs]
    return _cell(gate, *inputs, _output("Y", gate.function, *arcs, *energies))


def _async_pin(name: str) -> list[str]:
    """RN or SN: active low, so only its release (the rise) is timed against the clock."""
    recovery = _constraint("CK", "recovery_rising", SETUP, "rise")
    return _input(name, 2, recovery, _constraint("CK", "removal_rising", 0, "rise"))


def _flip_flop_liberty(cell: FlipFlop) -> list[str]:
    """The ff group and its pins; of the asynchronous arcs only the asserting edge is modelled."""
    state = ['next_state : "D";', 'clocked_on : "CK";']
    arcs = [_arc("CK", NEITHER, cell.clock_to_q, kind="rising_edge")]
    pins = [_input("D", 1, _constraint("CK", "setup_rising", SETUP), _constraint("CK", "hold_rising", 0))]
    pins += [_input("CK", 1, "clock : true;", _energy(CLOCK_CAPACITANCE))]
    if cell.reset:
        state += ['clear : "!RN";']
        pins += [_async_pin("RN")]
        arcs += [_arc("RN", POSITIVE, cell.async_to_q, kind="clear", edges="fall")]
    if cell.preset:
        state += ['preset : "!SN";']
        pins += [_async_pin("SN")]
        arcs += [_arc("SN", NEGATIVE, cell.async_to_q, kind="preset", edges="rise")]
    if cell.reset and cell.preset:
        state += ["clear_preset_var1 : L;", "clear_preset_var2 : H;"]
    output = _output("Q", "IQ", *arcs, _energy(cell.clock_to_q, "CK"))
    return _cell(cell, _group("ff", "IQ, IQN", *state), *pins, output)


def _latch_liberty(cell: Latch) -> list[str]:
    state = _group("latch", "IQ, IQN", 'data_in : "D";', 'enable : "G";')
    data = _input("D", 1, _constraint("G", "setup_falling", SETUP), _constraint("G", "hold_falling", 0))
    enable = _input("G", 1, "clock : true;", _energy(CLOCK_CAPACITANCE))
    arcs = [_arc("D", POSITIVE, cell.data_to_q), _arc("G", NEITHER, cell.enable_to_q, kind="rising_edge")]
    return _cell(cell, state, data, enable, _output("Q", "IQ", *arcs, _energy(cell.data_to_q, "D")))


def _cell_liberty(cell: Cell) -> list[str]:
    match cell:
        case Gate():
            return _gate_liberty(cell)
        case FlipFlop():
            return _flip_flop_liberty(cell)
        case Latch():
            return _latch_liberty(cell)


def _template(name: str, variables: tuple[str, str], indices: tuple[Sequence[float], Sequence[float]]) -> list[str]:
    lines = [f"variable_{place} : {variable};" for place, variable in enumerate(variables, 1)]
    lines += [f'index_{place} ("{", ".join(map(_number, index))}");' for place, index in enumerate(indices, 1)]
    return _group("lu_table_template", name, lines)


def _header() -> list[str]:
    """Units, thresholds, the operating condition (without a default one OpenSTA reports no power) and templates."""
    percent = {"input_threshold_pct": 50, "output_threshold_pct": 50}
    percent |= {"slew_lower_threshold_pct": 20, "slew_upper_threshold_pct": 80}
    conditions = {"process": "1", "temperature": "25", "voltage": _number(SUPPLY)}
    ends = (SLEWS[0], SLEWS[-1])
    return [
        "delay_model : table_lookup;",
        'time_unit : "1ps";',
        "capacitive_load_unit (1, ff);",
        'voltage_unit : "1V";',
        'current_unit : "1mA";',
        'pulling_resistance_unit : "1kohm";',
        'leakage_power_unit : "1nW";',
        *(f"nom_{name} : {value};" for name, value in conditions.items()),
        *(f"{name}_{edge} : {value};" for name, value in percent.items() for edge in ("rise", "fall")),
        "slew_derate_from_library : 1;",
        *_group("operating_conditions", "typical", *(f"{name} : {value};" for name, value in conditions.items())),
        "default_operating_conditions : typical;",
        *_template("delay", ("input_net_transition", "total_output_net_capacitance"), (SLEWS, LOADS)),
        *_template("constraint", ("related_pin_transition", "constrained_pin_transition"), (ends, ends)),
    ]


def liberty(cells: Sequence[Cell] = CELLS) -> str:
    """The Liberty file (Synopsys Liberty User Guide, table_lookup model): ps, fF, nW, V; energies in fJ."""
    note = "/* Technology-neutral, from logical effort; written by harness/tools/cells/generate.py, do not edit. */"
    body = [_cell_liberty(cell) for cell in cells]
    return "\n".join([note, *_group("library", "neutral", _header(), *body)]) + "\n"


# Verilog text.

_INITIAL = "NEUTRAL_INITIAL"
"""Macro for the initial state. Unknown states would spread where the design's own simulation knows better."""


def _module(name: str, inputs: Iterable[str], output: str, *body: str) -> list[str]:
    ports = [*(f"input {pin}" for pin in inputs), f"output {output}"]
    return ["", f"module {name} ({', '.join(ports)});", *(f"  {line}" for line in body), "endmodule"]


def _gate_verilog(gate: Gate) -> list[str]:
    expression = gate.expression or {"0": "1'b0", "1": "1'b1"}.get(gate.function, gate.function)
    return _module(gate.name, (pin.name for pin in gate.inputs), "Y", f"assign Y = {expression};")


def _flip_flop_verilog(cell: FlipFlop) -> list[str]:
    """Reset wins over set, by level as in the transistors, hence the wire `set`.

    With ``negedge SN`` instead, a set that arrives one delta before the gates release RN would be lost.
    """
    resets = ["RN"] if cell.reset else []
    presets = ["SN"] if cell.preset else []
    edges = ["posedge CK", *("negedge RN" for _ in resets), *("posedge set" for _ in presets)]
    clauses = [*("if (!RN) Q <= 1'b0; else" for _ in resets), *("if (set) Q <= 1'b1; else" for _ in presets), "Q <= D;"]
    wire = [f"wire set = {'RN & ~SN' if resets else '~SN'};" for _ in presets]
    always = f"always @({' or '.join(edges)}) {' '.join(clauses)}"
    return _module(cell.name, ["D", "CK", *resets, *presets], "reg Q", *wire, f"initial Q = `{_INITIAL};", always)


def _latch_verilog(cell: Latch) -> list[str]:
    return _module(cell.name, "DG", "reg Q", f"initial Q = `{_INITIAL};", "always @(*) if (G) Q <= D;")


def _cell_verilog(cell: Cell) -> list[str]:
    match cell:
        case Gate():
            return _gate_verilog(cell)
        case FlipFlop():
            return _flip_flop_verilog(cell)
        case Latch():
            return _latch_verilog(cell)


def verilog(cells: Sequence[Cell] = CELLS) -> str:
    """Simulation models without delays; flip-flops and latches start at 0, or at the macro NEUTRAL_INITIAL."""
    note = "// Simulation models of neutral.lib; written by harness/tools/cells/generate.py, do not edit."
    macro = [f"`ifndef {_INITIAL}", f"`define {_INITIAL} 1'b0", "`endif"]
    return "\n".join([note, *macro, *(line for cell in cells for line in _cell_verilog(cell))]) + "\n"


def write(out: Path = LIBERTY_FILE) -> None:
    """Write the Liberty file to `out` and the Verilog beside it with the suffix ``.v``."""
    out.write_text(liberty(), encoding="ascii", newline="\n")
    out.with_suffix(".v").write_text(verilog(), encoding="ascii", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else LIBERTY_FILE)
