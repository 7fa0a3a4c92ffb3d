"""Dynamic power of a mapped netlist, from the switching of its nets and the energies of its library.

A toggle of a net takes half of C V^2 for the capacitance that it drives, and the cell that drives it the energy that
the library states for an edge; an edge at an input of a cell takes what the library states for that. OpenSTA 2.0.17 is
not asked: it counts rising and falling energy for each toggle, gives an exclusive-or a quarter of its switching, and
takes no switching of inner nets from outside.
"""

from collections.abc import Iterator, Mapping

from harness.tools.cell_function import Switching, TruthTable, truth_table
from harness.tools.liberty import Library
from harness.tools.liberty_file import Energy, LibertyCell, Pin
from harness.tools.mapped import Bit, Instance, MappedNetlist

_ROUNDS = 50
_STEADY = 1e-6
_FEMTO_PER_NANOSECOND_TO_NANOWATT = 1e3
"""fJ/ns is µW."""


def estimated_switching(
    netlist: MappedNetlist, library: Library, clocks: Mapping[str, Bit], toggles: float
) -> Mapping[Bit, Switching]:
    """Every net's, where each data input toggles so often in a cycle and is 1 half of the time.

    ``clocks``: names and nets of what toggles twice. A flip-flop's output toggles as often as its data input, at most
    as often as values that are drawn anew each cycle would (2 p (1 - p)); what goes round in a circle is repeated until
    it is steady.
    """
    found: dict[Bit, Switching] = {"0": Switching(0, 0), "1": Switching(0, 1), "x": Switching(0, 0)}
    found |= dict.fromkeys(netlist.inputs.values(), Switching(toggles, 0.5))
    found |= dict.fromkeys(clocks.values(), Switching(2, 0.5))
    gates, registers = _gates(netlist, library), list(_registers(netlist, library))
    for _, _, outputs in registers:
        found |= {bit: found.get(bit, Switching(0.5, 0.5)) for bit, _ in outputs}
    for _ in range(_ROUNDS):
        before = [found[bit] for _, _, outputs in registers for bit, _ in outputs]
        for table, bits, output in gates:
            found[output] = table.switching([found.get(bit, Switching(0, 0.5)) for bit in bits])
        for table, bits, outputs in registers:
            data = table.switching([found.get(bit, Switching(0, 0.5)) for bit in bits])
            data = Switching(min(data.toggles, 2 * data.high * (1 - data.high)), data.high)
            for bit, inverted in outputs:
                if bit not in clocks.values():
                    found[bit] = Switching(data.toggles, 1 - data.high if inverted else data.high)
        after = [found[bit] for _, _, outputs in registers for bit, _ in outputs]
        if all(abs(a.toggles - b.toggles) + abs(a.high - b.high) < _STEADY for a, b in zip(before, after, strict=True)):
            break
    return found


_Gate = tuple[TruthTable, list[Bit], Bit]


def _gates(netlist: MappedNetlist, library: Library) -> list[_Gate]:
    """Outputs of combinational cells, each after those that it depends on as far as there is such an order."""
    waiting: list[_Gate] = []
    for item in netlist.instances:
        cell = library.cells.get(item.cell)
        for pin in cell.outputs if cell is not None and not cell.sequential else ():
            table = truth_table(pin.function)
            if table is not None and pin.name in item.pins:
                waiting.append((table, [item.pins.get(name, "x") for name in table.inputs], item.pins[pin.name]))
    made_here = {output: gate for gate in waiting for output in [gate[2]]}
    ordered: list[_Gate] = []
    state: dict[Bit, int] = {}
    for gate in waiting:
        stack = [(gate, iter(gate[1]))]
        while stack:
            current, inputs = stack[-1]
            state.setdefault(current[2], 1)
            bit = next(inputs, None)
            if bit is None:
                stack.pop()
                if state[current[2]] == 1:
                    state[current[2]] = 2
                    ordered.append(current)
            elif bit in made_here and bit not in state:
                stack.append((made_here[bit], iter(made_here[bit][1])))
    return ordered


_Register = tuple[TruthTable, list[Bit], list[tuple[Bit, bool]]]


def _registers(netlist: MappedNetlist, library: Library) -> Iterator[_Register]:
    """What each flip-flop or latch takes over, and its outputs, each with whether it is inverted."""
    for item in netlist.instances:
        cell = library.cells.get(item.cell)
        table = truth_table(cell.next_state) if cell is not None and cell.sequential else None
        if cell is not None and table is not None:
            outputs = [(item.pins[pin.name], _is_inverted(cell, pin)) for pin in cell.outputs if pin.name in item.pins]
            yield table, [item.pins.get(name, "x") for name in table.inputs], outputs


def _is_inverted(cell: LibertyCell, output: Pin) -> bool:
    table = truth_table(output.function)
    if table is None or len(table.inputs) != 1:
        return False
    return (table.rows == (True, False)) != (table.inputs[0] == cell.inverse)


def dynamic_nw(
    netlist: MappedNetlist,
    library: Library,
    switching: Mapping[Bit, Switching],
    slews_ps: Mapping[Bit, float],
    period_ns: float,
) -> float:
    """In nW. Nets without known switching count as quiet, those without a known slew as switching at once."""
    loads = net_loads(netlist, library)
    unit = library.capacitance_unit_ff
    energy_fj = 0.0
    for item in netlist.instances:
        cell = library.cells.get(item.cell)
        if cell is None:
            continue
        for pin in cell.pins:
            bit = item.pins.get(pin.name)
            toggles = switching[bit].toggles if bit is not None and bit in switching else 0.0
            if bit is None or not toggles:
                continue
            if pin.direction == "output":
                energy_fj += toggles * loads.get(bit, 0.0) * library.voltage**2 / 2
            inside = _edge_energy(cell, item, pin.name, slews_ps, loads.get(bit, 0.0), library)
            energy_fj += toggles * inside * unit
    return energy_fj / period_ns * _FEMTO_PER_NANOSECOND_TO_NANOWATT


def net_loads(netlist: MappedNetlist, library: Library) -> Mapping[Bit, float]:
    """What each net drives, in fF: pins, and at an output of the design the library's load."""
    found: dict[Bit, float] = dict.fromkeys(netlist.outputs.values(), 0.0)
    for bit in netlist.outputs.values():
        found[bit] += library.load_ff
    for item in netlist.instances:
        cell = library.cells.get(item.cell)
        for pin in cell.inputs if cell is not None else ():
            if pin.name in item.pins and pin.capacitance:
                bit = item.pins[pin.name]
                found[bit] = found.get(bit, 0.0) + pin.capacitance * library.capacitance_unit_ff
    return found


def _edge_energy(
    cell: LibertyCell, item: Instance, pin: str, slews_ps: Mapping[Bit, float], load_ff: float, library: Library
) -> float:
    """Of a mean edge at a pin, in the library's units: the mean over causes and conditions, the sum over supplies."""
    found = [energy for energy in cell.energies if energy.pin == pin]
    if cell.sequential and any(energy.related in cell.clock_pins for energy in found):
        found = [energy for energy in found if energy.related in cell.clock_pins]

    def mean(energy: Energy) -> float:
        bit = item.pins.get(energy.related or pin, "x")
        return energy.mean(slews_ps.get(bit, 0.0) / library.time_unit_ps, load_ff / library.capacitance_unit_ff)

    total = 0.0
    for supply in sorted({energy.supply for energy in found}):
        of_supply = [mean(energy) for energy in found if energy.supply == supply]
        total += sum(of_supply) / len(of_supply)
    return total
