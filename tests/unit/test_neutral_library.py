"""The shipped cell library: its bytes, and its figures against a second copy of the table it was specified by."""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.tools.cells import generate

AREAS = {
    "INV": (0.67, 1, 1.67, 3),
    "BUF": (1, 1.33, 2.33, 4.33),
    "NAND2": (1, 1.67, 3),
    "NOR2": (1, 1.67, 3),
    "AND2": (1.33, 1.67),
    "OR2": (1.33, 1.67),
    **{"NAND3": (1.33,), "NOR3": (1.33,), "NAND4": (1.67,), "AOI21": (1.33,), "OAI21": (1.33,)},
    **{"AOI22": (1.67,), "OAI22": (1.67,), "XOR2": (2,), "XNOR2": (2,), "MUX2": (2.33,)},
    **{"DFF": (5.67,), "DFFR": (6.67,), "DFFS": (6.67,), "DFFRS": (8,), "DLATCH": (3.33,)},
}
"""Areas in NAND2 for drive 1, 2, 4, 8; TIE0 and TIE1 have no drive and 0.67."""

PARASITICS: dict[str, tuple[float, ...]] = {
    **{"INV": (1,) * 4, "BUF": (3, 4, 4, 4), "NAND2": (2,) * 3, "NOR2": (2,) * 3, "AND2": (4, 5), "OR2": (4, 5)},
    **{"NAND3": (3,), "NOR3": (3,), "NAND4": (4,), "AOI21": (7 / 3,), "OAI21": (8 / 3,), "AOI22": (4,), "OAI22": (4,)},
    **{"XOR2": (6,), "XNOR2": (6,), "MUX2": (6,)},
}
"""Delay in tau of a combinational cell without load."""

CAPACITANCES: dict[str, tuple[float, ...]] = {
    **{"INV": (1,), "NAND2": (4 / 3,) * 2, "NOR2": (5 / 3,) * 2, "AND2": (4 / 3,) * 2, "OR2": (5 / 3,) * 2},
    **{"NAND3": (5 / 3,) * 3, "NOR3": (7 / 3,) * 3, "NAND4": (2,) * 4, "AOI21": (2, 2, 5 / 3), "OAI21": (2, 2, 4 / 3)},
    **{"AOI22": (2,) * 4, "OAI22": (2,) * 4, "XOR2": (11 / 3,) * 2, "XNOR2": (10 / 3,) * 2, "MUX2": (2, 2, 3)},
    **{"DFF": (1, 1), "DFFR": (1, 1, 2), "DFFS": (1, 1, 2), "DFFRS": (1, 1, 2, 2), "DLATCH": (1, 1)},
}
"""Input capacitances in fF at drive 1, in pin order; BUF is apart."""

FUNCTIONS: dict[str, Callable[..., int]] = {
    "INV": lambda a: not a,
    "BUF": lambda a: a,
    "NAND2": lambda a, b: not (a and b),
    "NOR2": lambda a, b: not (a or b),
    "NAND3": lambda a, b, c: not (a and b and c),
    "NOR3": lambda a, b, c: not (a or b or c),
    "NAND4": lambda a, b, c, d: not (a and b and c and d),
    "AOI21": lambda a, b, c: not ((a and b) or c),
    "OAI21": lambda a, b, c: not ((a or b) and c),
    "AOI22": lambda a, b, c, d: not ((a and b) or (c and d)),
    "OAI22": lambda a, b, c, d: not ((a or b) and (c or d)),
    "AND2": lambda a, b: a and b,
    "OR2": lambda a, b: a or b,
    "XOR2": lambda a, b: a != b,
    "XNOR2": lambda a, b: a == b,
    "MUX2": lambda a, b, s: b if s else a,
    "TIE0": lambda: 0,
    "TIE1": lambda: 1,
}


@dataclass
class Group:
    """A group of a Liberty file: `kind (name) { attributes, groups }`."""

    kind: str
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    groups: list["Group"] = field(default_factory=list)

    def all(self, kind: str) -> list["Group"]:
        return [group for group in self.groups if group.kind == kind]

    def one(self, kind: str, name: str) -> "Group":
        (group,) = (group for group in self.all(kind) if group.name == name)
        return group


def parse(text: str) -> Group:
    """Read the Liberty syntax that the generator uses, by a grammar of its own."""
    stack = [Group("", "")]
    pattern = r'(\w+) \(([^)]*)\) \{|(\w+) : "?([^";]*)"?;|(\w+) \(([^)]*)\);|(\})'
    for kind, name, key, value, call, arguments, end in re.findall(pattern, text):
        if kind:
            stack.append(Group(kind, name))
            stack[-2].groups.append(stack[-1])
        elif end:
            stack.pop()
        else:
            stack[-1].attributes[key or call] = value or arguments
    (library,) = stack[0].groups
    return library


LIBRARY = parse(generate.LIBERTY_FILE.read_text())
CELLS = {cell.name: cell for cell in LIBRARY.all("cell")}
GATES = [name for name, cell in CELLS.items() if not cell.all("ff") and not cell.all("latch")]
SEQUENTIAL = [name for name in CELLS if name not in GATES]
PLACES = {"1": 0, "2": 1, "4": 2, "8": 3}


def split(name: str) -> tuple[str, str]:
    """Base and drive: ("NAND2", "4"); ("TIE0", "1")."""
    base, _, drive = name.partition("_X")
    return base, drive or "1"


def inputs(cell: Group) -> list[Group]:
    return [pin for pin in cell.all("pin") if pin.attributes["direction"] == "input"]


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"[\d.]+", text)]


def look_up(table: Group, slew: float, load: float) -> float:
    """Bilinear interpolation (slews in rows), beyond the grid from its last interval, as timing analysers do."""
    template = LIBRARY.one("lu_table_template", table.name).attributes
    rows, columns = numbers(template["index_1"]), numbers(template["index_2"])
    values = numbers(table.attributes["values"])
    i = max(k for k in range(len(rows) - 1) if rows[k] <= slew)
    j = max(k for k in range(len(columns) - 1) if columns[k] <= load)
    t = (slew - rows[i]) / (rows[i + 1] - rows[i])
    u = (load - columns[j]) / (columns[j + 1] - columns[j])
    near, far = (values[k * len(columns) + j : k * len(columns) + j + 2] for k in (i, i + 1))
    return (1 - t) * ((1 - u) * near[0] + u * near[1]) + t * ((1 - u) * far[0] + u * far[1])


def evaluate(function: str, values: dict[str, int]) -> int:
    """The value of a Liberty expression, by putting values in and reducing innermost brackets."""
    text = re.sub(r"[A-Z]", lambda pin: str(values[pin[0]]), function).replace(" ", "")
    rules = {r"\(([01])\)": r"\1", "!0": "1", "!1": "0", r"0\^0|1\^1|0&[01]|1&0|0\|0": "0", r"[01][&|^][01]": "1"}
    while len(text) > 1:
        pattern, to = next(rule for rule in rules.items() if re.search(rule[0], text))
        text = re.sub(pattern, to, text, count=1)
    return int(text)


def truth(name: str) -> dict[tuple[int, ...], int]:
    function = FUNCTIONS[split(name)[0]]
    pins = len(inputs(CELLS[name]))
    return {values: int(function(*values)) for values in itertools.product((0, 1), repeat=pins)}


def test_regenerating_gives_the_shipped_bytes(tmp_path: Path) -> None:
    generate.write(tmp_path / "other.lib")
    assert (tmp_path / "other.lib").read_bytes() == generate.LIBERTY_FILE.read_bytes()
    assert (tmp_path / "other.v").read_bytes() == generate.VERILOG_FILE.read_bytes()


def test_the_35_cells_are_those_of_the_table_in_both_files() -> None:
    names = {f"{base}_X{2**k}" for base, areas in AREAS.items() for k in range(len(areas))} | {"TIE0", "TIE1"}
    modules = re.findall(r"^module (\w+)", generate.VERILOG_FILE.read_text(), re.MULTILINE)
    assert set(CELLS) == names
    assert len(LIBRARY.all("cell")) == 35
    assert modules == list(CELLS)


def test_an_operating_condition_is_the_default_and_units_are_stated() -> None:
    condition = LIBRARY.one("operating_conditions", LIBRARY.attributes["default_operating_conditions"])
    assert condition.attributes["voltage"] == "1"
    assert LIBRARY.attributes["time_unit"] == "1ps"
    assert LIBRARY.attributes["capacitive_load_unit"] == "1, ff"
    assert LIBRARY.attributes["leakage_power_unit"] == "1nW"


@pytest.mark.parametrize("name", CELLS)
def test_area_and_leakage_follow_the_table(name: str) -> None:
    base, drive = split(name)
    area = float(CELLS[name].attributes["area"])
    assert area == pytest.approx(AREAS.get(base, (0.67,))[PLACES[drive]], abs=0.005)
    assert float(CELLS[name].attributes["cell_leakage_power"]) == pytest.approx(0.5 * (3 * area - 1), rel=1e-5)


@pytest.mark.parametrize("name", [name for name in CELLS if not name.startswith(("BUF", "TIE"))])
def test_input_capacitances_follow_the_table(name: str) -> None:
    base, drive = split(name)
    scale = 1 if base in ("AND2", "OR2") else int(drive)
    found = [float(pin.attributes["capacitance"]) for pin in inputs(CELLS[name])]
    assert found == pytest.approx([scale * capacitance for capacitance in CAPACITANCES[base]], rel=1e-5)


def test_buffers_have_an_input_inverter_of_half_their_drive() -> None:
    assert [CELLS[f"BUF_X{x}"].one("pin", "A").attributes["capacitance"] for x in PLACES] == ["1", "1", "2", "4"]


@pytest.mark.parametrize("edge", ["rise", "fall"])
def test_fanout_of_four_is_100_ps(edge: str) -> None:
    (arc,) = CELLS["INV_X1"].one("pin", "Y").all("timing")
    assert look_up(arc.one(f"{edge}_transition", "delay"), 100, 4) == pytest.approx(100)
    assert look_up(arc.one(f"cell_{edge}", "delay"), 100, 4) == pytest.approx(100)


@pytest.mark.parametrize("name", [name for name in GATES if not name.startswith("TIE")])
def test_delays_are_those_of_logical_effort_on_and_off_the_grid(name: str) -> None:
    base, drive = split(name)
    arcs = CELLS[name].one("pin", "Y").all("timing")
    assert [arc.attributes["related_pin"] for arc in arcs] == [pin.name for pin in inputs(CELLS[name])]
    for arc, slew, load in itertools.product(arcs, (0, 33, 1000), (0, 7, 200)):
        expected = 20 * (PARASITICS[base][PLACES[drive]] + load / int(drive))
        assert look_up(arc.one("rise_transition", "delay"), slew, load) == pytest.approx(expected, rel=1e-4)
        delay = look_up(arc.one("cell_fall", "delay"), slew, load)
        assert delay == pytest.approx(0.75 * expected + 0.25 * slew, rel=1e-4)


@pytest.mark.parametrize("name", GATES)
def test_functions_and_senses_agree_with_the_truth_table(name: str) -> None:
    output = CELLS[name].one("pin", "Y")
    pins = [pin.name for pin in inputs(CELLS[name])]
    table = truth(name)
    for values, expected in table.items():
        assert evaluate(output.attributes["function"], dict(zip(pins, values, strict=True))) == expected
    for place, arc in enumerate(output.all("timing")):
        steps = {table[(*v[:place], 1, *v[place + 1 :])] - table[v] for v in table if v[place] == 0} - {0}
        sense = {(1,): "positive_unate", (-1,): "negative_unate", (-1, 1): "non_unate"}[tuple(sorted(steps))]
        assert arc.attributes["timing_sense"] == sense


@pytest.mark.parametrize("name", GATES)
def test_the_verilog_of_a_gate_agrees_with_the_truth_table(name: str) -> None:
    module = re.search(rf"module {name} .*?endmodule", generate.VERILOG_FILE.read_text(), re.DOTALL)
    assert module
    pins = re.findall(r"input (\w+)", module[0])
    expression = module[0].partition("assign Y = ")[2].partition(";")[0].replace("1'b", "")
    expression = expression.replace("S ? B : A", "(S & B) | (!S & A)")
    for values, expected in truth(name).items():
        assert evaluate(expression, dict(zip(pins, values, strict=True))) == expected


@pytest.mark.parametrize("name", SEQUENTIAL)
def test_state_cells_say_their_clock_resets_and_checks(name: str) -> None:
    cell = CELLS[name]
    pins = [pin.name for pin in inputs(cell)]
    state = cell.one("latch" if name.startswith("DLATCH") else "ff", "IQ, IQN").attributes
    checks = {(pin.name, arc.attributes["timing_type"]) for pin in inputs(cell) for arc in pin.all("timing")}
    if name.startswith("DLATCH"):
        assert (pins, state) == (["D", "G"], {"data_in": "D", "enable": "G"})
        assert checks == {("D", "setup_falling"), ("D", "hold_falling")}
        return
    resets = {"clear": "!RN"} if "RN" in pins else {}
    resets |= {"preset": "!SN"} if "SN" in pins else {}
    both = {"clear_preset_var1": "L", "clear_preset_var2": "H"} if len(resets) == 2 else {}
    assert state == {"next_state": "D", "clocked_on": "CK", **resets, **both}
    released = {(pin, kind) for pin in pins[2:] for kind in ("recovery_rising", "removal_rising")}
    assert checks == {("D", "setup_rising"), ("D", "hold_rising")} | released


@pytest.mark.parametrize("name", SEQUENTIAL)
def test_state_cells_have_the_delays_checks_and_clock_energy_of_the_table(name: str) -> None:
    cell = CELLS[name]
    parasitics = {"CK": 10, "RN": 8, "SN": 8, "D": 6, "G": 7}
    for arc in cell.one("pin", "Q").all("timing"):
        transitions = [table for table in arc.groups if table.kind.endswith("_transition")]
        expected = 20 * (parasitics[arc.attributes["related_pin"]] + 4)
        assert [look_up(table, 100, 4) for table in transitions] == [pytest.approx(expected)] * len(transitions)
    for arc in (arc for pin in inputs(cell) for arc in pin.all("timing")):
        expected = 100 if arc.attributes["timing_type"].startswith(("setup", "recovery")) else 0
        assert {look_up(table, 20, 50) for table in arc.groups} == {expected}
    clock = cell.one("pin", "G" if name.startswith("DLATCH") else "CK")
    (energy,) = clock.all("internal_power")
    assert [numbers(table.attributes["values"]) for table in energy.groups] == [[2.75], [2.75]]


@pytest.mark.parametrize("name", SEQUENTIAL)
def test_state_cells_start_at_a_known_value_in_simulation(name: str) -> None:
    module = generate.VERILOG_FILE.read_text().partition(f"module {name} ")[2].partition("endmodule")[0]
    assert "initial Q = `NEUTRAL_INITIAL;" in module
