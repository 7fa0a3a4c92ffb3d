"""What a flat netlist of generic cells (Yosys' ``write_json``) says about ports, clocks and resets."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Edge = Literal["posedge", "negedge"]
_RESET_NAME = re.compile(r"re?se?t|rst|clr|clear|\bar\b|init", re.IGNORECASE)
_CLOCK_NAME = re.compile(r"clk|clock|\bck\b", re.IGNORECASE)
_MEMORY_CLOCKS = (("RD_CLK", "RD_CLK_ENABLE", "RD_CLK_POLARITY"), ("WR_CLK", "WR_CLK_ENABLE", "WR_CLK_POLARITY"))
_LATCHES = ("$dlatch", "$adlatch", "$dlatchsr", "$sr")
_LEVEL_PINS = ("ARST", "ALOAD", "SET", "CLR")
_INVERTERS = ("$not", "$logic_not")

Bit = int | str


@dataclass(frozen=True, slots=True)
class NetlistPort:
    name: str
    direction: str
    width: int


@dataclass(frozen=True, slots=True)
class ResetPin:
    port: str
    active_high: bool
    asynchronous: bool


@dataclass(frozen=True, slots=True)
class Survey:
    ports: tuple[NetlistPort, ...]
    clocks: tuple[str, ...]
    """Input ports that reach a clock pin or the enable of a latch, most pins first."""
    single_clock: tuple[str, Edge] | None
    """The port and edge, where all flip-flops use these alone, no latch is there, and nothing else reads the port."""
    resets: tuple[ResetPin, ...]
    state: bool
    """Whether there is a flip-flop, a latch, or a memory that is written."""
    asynchronous: bool
    """Whether a flip-flop has an asynchronous set, reset or load."""

    def inputs(self) -> tuple[NetlistPort, ...]:
        return tuple(port for port in self.ports if port.direction == "input")

    def outputs(self) -> tuple[NetlistPort, ...]:
        return tuple(port for port in self.ports if port.direction == "output")


def read_survey(plain: str, inferred: str) -> Survey:
    """``plain``: before any optimisation; ``inferred``: a copy in which synchronous resets became pins of flip-flops.

    Raises ValueError or KeyError where the text is not what Yosys writes.
    """
    module = _module(plain)
    pins = _ClockPins(module)
    ports = tuple(
        NetlistPort(name, str(port["direction"]), len(port["bits"])) for name, port in module["ports"].items()
    )
    return Survey(
        ports=ports,
        clocks=pins.ports(),
        single_clock=pins.single(),
        resets=_resets(_module(inferred)),
        state=pins.state,
        asynchronous=any(pin in _LEVEL_PINS for cell in module["cells"].values() for pin in cell["connections"]),
    )


def _module(text: str) -> dict[str, Any]:
    [module] = json.loads(text)["modules"].values()
    assert isinstance(module, dict)
    return module


def _number(value: object) -> int:
    return int(str(value), 2) if isinstance(value, str) else int(str(value))


class _ClockPins:
    """Every (bit, edge) that clocks something, and what else reads those bits."""

    def __init__(self, module: Mapping[str, Any]) -> None:
        self._module = module
        self._inputs: dict[Bit, str] = {
            bit: name for name, port in module["ports"].items() if port["direction"] == "input" for bit in port["bits"]
        }
        self.pins: Counter[tuple[Bit, Edge]] = Counter()
        self.enables: Counter[Bit] = Counter()
        self.state = False
        self._data: set[Bit] = set()
        for cell in module["cells"].values():
            self._take(cell)
        for port in module["ports"].values():
            if port["direction"] == "output":
                self._data.update(port["bits"])

    def _take(self, cell: Mapping[str, Any]) -> None:
        kind, parameters, nets = cell["type"], cell["parameters"], cell["connections"]
        used: set[str] = set()
        if kind in _LATCHES:
            self.state = True
            self.enables.update(nets.get("EN", ()))
        if "CLK" in nets and "CLK_POLARITY" in parameters:
            self.state = True
            used.add("CLK")
            edge: Edge = "posedge" if _number(parameters["CLK_POLARITY"]) else "negedge"
            self.pins.update((bit, edge) for bit in nets["CLK"])
        if kind.startswith("$mem"):
            used |= self._memory(parameters, nets)
        directions = cell["port_directions"]
        for pin, bits in nets.items():
            if pin not in used and directions.get(pin) != "output":
                self._data.update(bits)

    def _memory(self, parameters: Mapping[str, Any], nets: Mapping[str, Any]) -> set[str]:
        self.state |= bool(_number(parameters["WR_PORTS"]))
        for pin, enable, polarity in _MEMORY_CLOCKS:
            enabled, positive = _number(parameters[enable]), _number(parameters[polarity])
            for index, bit in enumerate(nets[pin]):
                if enabled >> index & 1:
                    self.pins[bit, "posedge" if positive >> index & 1 else "negedge"] += 1
                elif pin == "WR_CLK" and index < _number(parameters["WR_PORTS"]):
                    self.enables[bit] += 1
        return {pin for pin, _, _ in _MEMORY_CLOCKS}

    def single(self) -> tuple[str, Edge] | None:
        if len(self.pins) != 1 or self.enables:
            return None
        [(bit, edge)] = self.pins
        name = self._inputs.get(bit)
        if name is None or bit in self._data or len(self._module["ports"][name]["bits"]) != 1:
            return None
        return name, edge

    def ports(self) -> tuple[str, ...]:
        found: Counter[str] = Counter()
        roots: Counter[Bit] = Counter(self.enables)
        for (bit, _), count in self.pins.items():
            roots[bit] += count
        hidden: list[Bit] = []
        for bit, count in roots.items():
            if bit in self._inputs:
                found[self._inputs[bit]] += count
            else:
                hidden.append(bit)
        behind = _cone(self._module, hidden) & set(self._inputs)
        named = {self._inputs[bit] for bit in behind if _CLOCK_NAME.search(self._inputs[bit])}
        for name in sorted(named or {self._inputs[bit] for bit in behind}):
            found[name] += 1
        return tuple(name for name, _ in sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _cone(module: Mapping[str, Any], roots: Iterable[Bit]) -> set[Bit]:
    """Bits from which these are computed, through gates and not through flip-flops."""
    drivers: dict[Bit, Mapping[str, Any]] = {}
    for cell in module["cells"].values():
        for pin, bits in cell["connections"].items():
            if cell["port_directions"].get(pin) == "output":
                drivers.update(dict.fromkeys(bits, cell))
    seen: set[Bit] = set()
    pending = list(roots)
    while pending:
        bit = pending.pop()
        if bit in seen:
            continue
        seen.add(bit)
        cell = drivers.get(bit, {})
        if not cell or "CLK" in cell["connections"]:
            continue
        for pin, bits in cell["connections"].items():
            if cell["port_directions"].get(pin) != "output":
                pending += bits
    return seen


def _resets(module: Mapping[str, Any]) -> tuple[ResetPin, ...]:
    """Ports that put flip-flops into a constant state; a synchronous one counts only under a telling name."""
    inputs = {
        port["bits"][0]: name
        for name, port in module["ports"].items()
        if port["direction"] == "input" and len(port["bits"]) == 1
    }
    inverted = {
        cell["connections"]["Y"][0]: cell["connections"]["A"][0]
        for cell in module["cells"].values()
        if cell["type"] in _INVERTERS and len(cell["connections"]["A"]) == 1 and cell["connections"]["Y"]
    }
    found: Counter[ResetPin] = Counter()
    for cell in module["cells"].values():
        for pin, asynchronous in (("ARST", True), ("SRST", False)):
            if pin not in cell["connections"] or f"{pin}_POLARITY" not in cell["parameters"]:
                continue
            bit, high = cell["connections"][pin][0], bool(_number(cell["parameters"][f"{pin}_POLARITY"]))
            while bit in inverted:
                bit, high = inverted[bit], not high
            name = inputs.get(bit)
            if name is not None and (asynchronous or _RESET_NAME.search(name)):
                found[ResetPin(name, high, asynchronous)] += len(cell["connections"].get("Q", ()))
    ordered = sorted(found, key=lambda pin: (-found[pin], pin.port, pin.asynchronous))
    best: dict[str, ResetPin] = {}
    for reset in ordered:
        best.setdefault(reset.port, reset)
    return tuple(best.values())
