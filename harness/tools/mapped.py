"""A netlist in cells of a library, as Yosys writes it: who drives what, and where the clocks come from."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.tools.liberty_file import LibertyCell
from harness.tools.yosys_mapping import MAPPED_JSON, MAPPED_NETLIST

Bit = int | str
"""The number of a net, or a constant ``0``, ``1``, ``x``, ``z``."""
_CLOCK_NAME = re.compile(r"cl(?:oc)?k", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Instance:
    name: str
    cell: str
    pins: Mapping[str, Bit]
    """Cells of a library have pins of one bit."""


@dataclass(frozen=True, slots=True)
class MappedNetlist:
    top: str
    verilog: str
    inputs: Mapping[str, Bit]
    """Bit by bit under the names that a netlist has: ``clk``, ``d[3]``."""
    outputs: Mapping[str, Bit]
    instances: tuple[Instance, ...]
    names: Mapping[str, Bit]
    """Every named bit → its net; a net can have several names."""

    def output_pins(self, cells: Mapping[str, LibertyCell]) -> Iterator[tuple[str, Bit]]:
        """``instance/pin`` of every output of an instance, and the net that it drives."""
        for instance in self.instances:
            outputs = {pin.name for pin in cells[instance.cell].outputs} if instance.cell in cells else set()
            for pin, bit in sorted(instance.pins.items()):
                if pin in outputs:
                    yield f"{instance.name}/{pin}", bit


def parse_mapped(files: Mapping[str, str], top: str) -> MappedNetlist | None:
    """None where the files are not there, or not whole."""
    if MAPPED_JSON not in files or MAPPED_NETLIST not in files:
        return None
    try:
        return _netlist(json.loads(files[MAPPED_JSON])["modules"][top], files[MAPPED_NETLIST], top)
    except (KeyError, TypeError, ValueError):
        return None


def _netlist(module: Mapping[str, Any], verilog: str, top: str) -> MappedNetlist:
    ports: dict[str, dict[str, Bit]] = {"input": {}, "output": {}, "inout": {}}
    for name, port in module["ports"].items():
        ports[port["direction"]] |= _bits(name, port)
    instances = tuple(
        Instance(name, cell["type"], {pin: bits[0] for pin, bits in cell["connections"].items() if bits})
        for name, cell in module["cells"].items()
    )
    names = {bit_name: bit for name, net in module["netnames"].items() for bit_name, bit in _bits(name, net).items()}
    return MappedNetlist(top, verilog, ports["input"], ports["output"], instances, names)


def _bits(name: str, item: Mapping[str, Any]) -> dict[str, Bit]:
    """Yosys lists the bits from the lowest place on; ``offset`` and ``upto`` say how the source counts them."""
    bits: list[Bit] = item["bits"]
    offset = int(item.get("offset", 0))
    if len(bits) == 1 and "offset" not in item:
        return {name: bits[0]}
    places = range(offset, offset + len(bits))
    return {f"{name}[{i}]": bit for i, bit in zip(reversed(places) if item.get("upto") else places, bits, strict=True)}


@dataclass(frozen=True, slots=True)
class ClockSources:
    """Where the clock pins of a netlist get their clocks from."""

    ports: tuple[str, ...]
    pins: tuple[str, ...]
    """``instance/pin`` of flip-flops whose output clocks another one."""


def clock_sources(
    netlist: MappedNetlist, cells: Mapping[str, LibertyCell], known: tuple[str, ...] = ()
) -> ClockSources:
    """Follow every clock pin backwards through gates to input ports and flip-flops.

    Where a gate joins several ports (a gated clock), those count that ``known`` names, else those that clock a pin with
    no such gate between, else those with a clock's name, else all.
    """
    drivers = {bit: item for item in netlist.instances for pin, bit in item.pins.items() if _drives(item, pin, cells)}
    ports = {bit: name for name, bit in netlist.inputs.items()}
    ways = [
        _sources(item.pins[pin], drivers, ports, cells)
        for item in netlist.instances
        if item.cell in cells
        for pin in cells[item.cell].clock_pins
        if pin in item.pins
    ]
    direct = {way[0] for way in ways if len(way) == 1}
    found: set[str] = set()
    for way in ways:
        for chosen in (known, direct, [name for name in way if _CLOCK_NAME.search(name)], way):
            if set(way) & set(chosen):
                found |= set(way) & set(chosen)
                break
    return ClockSources(tuple(sorted(x for x in found if "/" not in x)), tuple(sorted(x for x in found if "/" in x)))


def _drives(item: Instance, pin: str, cells: Mapping[str, LibertyCell]) -> bool:
    return item.cell in cells and pin in {output.name for output in cells[item.cell].outputs}


def _sources(
    bit: Bit, drivers: Mapping[Bit, Instance], ports: Mapping[Bit, str], cells: Mapping[str, LibertyCell]
) -> list[str]:
    """Ports by name and flip-flop outputs as ``instance/pin``, sorted."""
    found, seen, waiting = set(), {bit}, [bit]
    while waiting:
        bit = waiting.pop()
        driver = drivers.get(bit)
        if bit in ports:
            found.add(ports[bit])
        elif driver is not None and cells[driver.cell].sequential:
            found |= {f"{driver.name}/{pin}" for pin, net in driver.pins.items() if net == bit}
        elif driver is not None:
            new = {driver.pins[pin.name] for pin in cells[driver.cell].inputs if pin.name in driver.pins} - seen
            seen |= new
            waiting += new
    return sorted(found)
