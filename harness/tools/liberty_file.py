"""What of a Liberty file the recipes need: cells, their pins, functions and sequential elements.

Source of the format: Synopsys, "Liberty User Guide", group, simple and complex attribute statements. Tables and all
else are passed over; a file that ends too early is noticed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from harness.tools.lookup import Table, make_table

_TOKEN = re.compile(
    r"""/\*.*?\*/ | //[^\n]*
    | (?P<complex>index_1|index_2|index_3|values|capacitive_load_unit)\s*\((?P<list>[^()]*)\)
    | (?P<group>[A-Za-z_]\w*)\s*\((?P<argument>[^(){};]*)\)\s*\{
    | (?P<name>[A-Za-z_]\w*)\s*:\s*(?P<value>"(?:[^"\\]|\\.)*"|[^";{}\n]*)
    | "(?:[^"\\]|\\.)*"
    | (?P<open>\{) | (?P<close>\})""",
    re.DOTALL | re.VERBOSE,
)


class LibertyError(ValueError):
    """The text is no whole Liberty library; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Pin:
    name: str
    direction: str = ""
    function: str = ""
    """Of an output, without white space and outer brackets; empty where none is stated."""
    capacitance: float | None = None
    """In the library's unit."""


@dataclass(frozen=True, slots=True)
class Energy:
    """What a cell takes inside at an edge of one of its pins, besides what it charges outside."""

    pin: str
    related: str
    """The input whose edge is the cause, of an output; empty of an input's own."""
    supply: str
    """The power pin that it is drawn from; empty where none is named."""
    rise: Table | None
    fall: Table | None
    """In units of capacitance times voltage squared."""

    @property
    def varies(self) -> bool:
        return any(table is not None and len(table.slews) + len(table.loads) > 2 for table in (self.rise, self.fall))

    def mean(self, slew: float, load: float) -> float:
        """Of a rising and a falling edge, in the library's units."""
        tables = [table.at(slew, load) for table in (self.rise, self.fall) if table is not None]
        return sum(tables) / 2


@dataclass(frozen=True, slots=True)
class LibertyCell:
    name: str
    area: float
    pins: tuple[Pin, ...]
    sequential: Literal["ff", "latch", None]
    clock_pins: tuple[str, ...]
    """Of a flip-flop those in ``clocked_on``, of a latch those in ``enable``."""
    dont_use: bool
    energies: tuple[Energy, ...] = ()
    next_state: str = ""
    """Of a flip-flop or latch the function that it takes over."""
    inverse: str = ""
    """The name that functions of its outputs have for the inverse of its state."""

    @property
    def inputs(self) -> tuple[Pin, ...]:
        return tuple(pin for pin in self.pins if pin.direction == "input")

    @property
    def outputs(self) -> tuple[Pin, ...]:
        return tuple(pin for pin in self.pins if pin.direction == "output")

    def single(self, *functions: str) -> Pin | None:
        """The output of a gate with one input A whose function is one of ``functions`` (``A``, ``!A``)."""
        if self.sequential or len(self.inputs) != 1 or len(self.outputs) != 1:
            return None
        output, name = self.outputs[0], self.inputs[0].name
        return (
            output
            if output.function.replace(" ", "") in [function.replace("A", name) for function in functions]
            else None
        )

    @property
    def is_inverter(self) -> bool:
        return self.single("!A", "A'") is not None

    @property
    def is_buffer(self) -> bool:
        return self.single("A") is not None

    @property
    def is_gate(self) -> bool:
        """A combinational cell of two inputs."""
        return self.sequential is None and len(self.inputs) == 2 and any(pin.function for pin in self.outputs)


@dataclass(frozen=True, slots=True)
class LibertyFile:
    name: str
    time_unit_ps: float
    capacitance_unit_ff: float
    voltage: float
    """Nominal, in V."""
    cells: Mapping[str, LibertyCell]

    def tie(self, function: Literal["0", "1"]) -> tuple[str, str] | None:
        """Cell and pin that give a constant: the smallest, by name where areas agree."""
        found = [
            (cell.area, cell.name, pin.name)
            for cell in self.cells.values()
            if not cell.inputs and not cell.dont_use
            for pin in cell.outputs
            if pin.function == function
        ]
        return min(found)[1:] if found else None


@dataclass(slots=True)
class _Group:
    kind: str
    argument: str
    attributes: dict[str, str] = field(default_factory=dict)
    groups: "list[_Group]" = field(default_factory=list)

    def all(self, *kinds: str) -> "Iterator[_Group]":
        return (group for group in self.groups if group.kind in kinds)

    def words(self) -> list[str]:
        """The argument's names: ``"A"`` or ``A, B``."""
        return [word.strip().strip('"').strip() for word in self.argument.split(",") if word.strip()]


_KEPT = {"library", "cell", "pin", "bus", "bundle", "ff", "latch", "ff_bank", "latch_bank"} | {
    *("internal_power", "rise_power", "fall_power", "power", "power_lut_template"),
}
_UNITS = {"s": 1e12, "ms": 1e9, "us": 1e6, "ns": 1e3, "ps": 1.0, "fs": 1e-3}
_FARADS = {"ff": 1.0, "pf": 1e3, "nf": 1e6, "uf": 1e9, "f": 1e15}


def parse(text: str) -> LibertyFile:
    """Raises LibertyError where the text is no Liberty library, or ends inside one."""
    library = _library(text)
    templates = {word: group for group in library.all("power_lut_template") for word in group.words()}
    cells = {}
    for group in library.all("cell"):
        cell = _cell(group, templates)
        cells[cell.name] = cell
    if not cells:
        raise LibertyError("the library has no cells")
    name = (library.words() or [""])[0]
    found = library.attributes
    voltage = _number(found.get("nom_voltage", "")) or 1.0
    return LibertyFile(name, _time_unit(found), _capacitance_unit(found), voltage, cells)


def _library(text: str) -> _Group:
    root = _Group("", "")
    stack = [root]
    for token in _TOKEN.finditer(text):
        match token.lastgroup:
            case "argument" | "group":
                group = _Group(token["group"], token["argument"])
                if group.kind in _KEPT:
                    stack[-1].groups.append(group)
                stack.append(group)
            case "list" | "complex":
                stack[-1].attributes[token["complex"]] = token["list"]
            case "open":
                stack.append(_Group("", ""))
            case "close":
                if len(stack) == 1:
                    raise LibertyError(f"line {_line(text, token)}: a closing brace too many")
                stack.pop()
            case "value" | "name":
                stack[-1].attributes[token["name"]] = token["value"].strip().strip('"').strip()
    library = next(root.all("library"), None)
    if library is None:
        raise LibertyError("no Liberty library")
    if len(stack) > 1:
        inside = " ".join(part for group in stack[1:3] for part in (group.kind, group.argument.strip()) if part)
        raise LibertyError(f"the file ends inside {inside}: is it cut off?")
    return library


def _line(text: str, token: "re.Match[str]") -> int:
    return text.count("\n", 0, token.start()) + 1


def _cell(group: _Group, templates: Mapping[str, _Group]) -> LibertyCell:
    pins = [pin for found in group.all("pin") for pin in _pins(found, found.words())]
    for bus in group.all("bus", "bundle"):
        pins += [pin for found in bus.all("pin") for pin in _pins(found, found.words())] or list(
            _pins(bus, bus.words())
        )
    names = [pin.name for pin in pins]
    flip_flop, latch = next(group.all("ff", "ff_bank"), None), next(group.all("latch", "latch_bank"), None)
    state = flip_flop or latch or _Group("", "")
    found = state.attributes
    clock = found.get("clocked_on", found.get("enable", ""))
    return LibertyCell(
        name=(group.words() or [""])[0],
        area=_number(group.attributes.get("area", "")) or 0.0,
        pins=tuple(pins),
        sequential="ff" if flip_flop else "latch" if latch else None,
        clock_pins=tuple(name for name in names if name in re.findall(r"[\w\[\]]+", clock)),
        dont_use=group.attributes.get("dont_use", "").lower() == "true",
        energies=tuple(energy for pin in group.all("pin") for energy in _energies(pin, templates)),
        next_state=_plain(found.get("next_state", found.get("data_in", ""))),
        inverse=[*state.words(), "", ""][1],
    )


def _pins(group: _Group, names: Iterable[str]) -> Iterator[Pin]:
    found = group.attributes
    for name in names:
        function = _plain(found.get("function", ""))
        yield Pin(name, found.get("direction", ""), function, _number(found.get("capacitance", "")))


def _energies(pin: _Group, templates: Mapping[str, _Group]) -> Iterator[Energy]:
    for group in pin.all("internal_power"):
        tables = {
            kind: _table(found, templates)
            for kind in ("rise_power", "fall_power", "power")
            for found in group.all(kind)
        }
        rise, fall = (tables.get(kind, tables.get("power")) for kind in ("rise_power", "fall_power"))
        if rise is None and fall is None:
            continue
        for name in pin.words():
            for related in group.attributes.get("related_pin", "").split() or [""]:
                yield Energy(name, related, group.attributes.get("related_pg_pin", ""), rise, fall)


def _table(group: _Group, templates: Mapping[str, _Group]) -> Table | None:
    """A table's own axes go before its template's."""
    template = templates.get((group.words() or [""])[0], _Group("", "")).attributes
    merged = {**template, **group.attributes}
    variables = [merged[key] for key in ("variable_1", "variable_2", "variable_3") if key in merged]
    axes = [_numbers(merged[key]) for key in ("index_1", "index_2", "index_3")[: len(variables)] if key in merged]
    return make_table(_numbers(merged.get("values", "")), variables, axes)


def _numbers(text: str) -> Sequence[float]:
    return [float(word) for word in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", text)]


def _plain(function: str) -> str:
    """Without the brackets around the whole or a single name; a space between two terms is an AND, and stays."""
    text = re.sub(r"\s+", " ", function).strip()
    text = re.sub(r"\(\s*(\w+)\s*\)", r"\1", text)
    while re.fullmatch(r"\([^()]*\)", text):
        text = text[1:-1].strip()
    return text


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _time_unit(attributes: Mapping[str, str]) -> float:
    found = re.fullmatch(r"(\d+)\s*(\w+)", attributes.get("time_unit", "1ns"))
    return int(found[1]) * _UNITS.get(found[2].lower(), 1e3) if found else 1e3


def _capacitance_unit(attributes: Mapping[str, str]) -> float:
    found = re.fullmatch(r"\s*\"?([\d.]+)\"?\s*,\s*\"?(\w+)\"?\s*", attributes.get("capacitive_load_unit", "1, pf"))
    return (_number(found[1]) or 1.0) * _FARADS.get(found[2].lower(), 1e3) if found else 1e3
