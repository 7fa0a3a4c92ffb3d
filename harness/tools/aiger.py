"""And-inverter graphs: the binary AIGER format, as Yosys writes it and ABC reads it.

Source of the format: A. Biere, "The AIGER And-Inverter Graph (AIG) Format Version 20071012", FMV, JKU Linz, 2007.
A literal is 2 · variable, plus 1 where it is inverted; 0 is false and 1 is true. Inputs have the variables 1 … I, then
come latches (which start at 0) and AND gates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

_CHUNK_BITS = 14
"""Inputs that one pass of the exhaustive simulation enumerates: words of 2 KB stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Aig:
    inputs: int
    latches: tuple[int, ...]
    """The next-state literal of each latch."""
    outputs: tuple[int, ...]
    ands: tuple[tuple[int, int], ...]


def read_binary(data: bytes) -> Aig:
    """Raises ValueError where the file is not whole, or has what Yosys does not write (justice, fairness …)."""
    end = data.index(b"\n")
    head = data[:end].split()
    if head[0] != b"aig" or len(head) != 6:
        raise ValueError("not a binary AIGER file without properties")
    maximum, inputs, latch_count, output_count, and_count = map(int, head[1:])
    if maximum != inputs + latch_count + and_count:
        raise ValueError("AIGER: the counts do not agree")
    numbers = []
    at = end + 1
    for _ in range(latch_count + output_count):
        end = data.index(b"\n", at)
        numbers.append(int(data[at:end].split()[0]))
        at = end + 1
    ands = []
    for index in range(and_count):
        first, at = _delta(data, at)
        second, at = _delta(data, at)
        left = 2 * (inputs + latch_count + 1 + index) - first
        ands.append((left, left - second))
    return Aig(inputs, tuple(numbers[:latch_count]), tuple(numbers[latch_count:]), tuple(ands))


def _delta(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while data[at] & 0x80:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
    return value | data[at] << shift, at + 1


def write_binary(graph: Aig) -> bytes:
    total = graph.inputs + len(graph.latches) + len(graph.ands)
    head = f"aig {total} {graph.inputs} {len(graph.latches)} {len(graph.outputs)} {len(graph.ands)}\n"
    lines = "".join(f"{literal}\n" for literal in (*graph.latches, *graph.outputs))
    body = bytearray()
    for index, (left, right) in enumerate(graph.ands):
        _append_delta(body, 2 * (graph.inputs + len(graph.latches) + 1 + index) - left)
        _append_delta(body, left - right)
    return (head + lines).encode() + bytes(body)


def _append_delta(body: bytearray, value: int) -> None:
    while value > 0x7F:
        body.append(value & 0x7F | 0x80)
        value >>= 7
    body.append(value)


def tie_inputs(graph: Aig, to: Mapping[int, int]) -> Aig:
    """Inputs replaced by other literals (of inputs, or 0 and 1); they stay as inputs that nothing reads."""
    tied = {2 * (index + 1): literal for index, literal in to.items()}

    def literal(value: int) -> int:
        return tied.get(value & ~1, value & ~1) ^ (value & 1)

    def ordered(pair: tuple[int, int]) -> tuple[int, int]:
        left, right = map(literal, pair)
        return (left, right) if left >= right else (right, left)

    return replace(
        graph,
        latches=tuple(map(literal, graph.latches)),
        outputs=tuple(map(literal, graph.outputs)),
        ands=tuple(map(ordered, graph.ands)),
    )


def support(graph: Aig) -> list[int]:
    """The inputs that an output of a graph without latches depends on by its structure, as variables, ascending."""
    first_and = graph.inputs + len(graph.latches) + 1
    seen: set[int] = set()
    pending = [literal >> 1 for literal in graph.outputs]
    while pending:
        variable = pending.pop()
        if variable in seen or variable == 0:
            continue
        seen.add(variable)
        if variable >= first_and:
            pending += [literal >> 1 for literal in graph.ands[variable - first_and]]
    return sorted(variable for variable in seen if variable <= graph.inputs)


def find_true_output(graph: Aig) -> dict[int, int] | None:
    """Every input vector of a graph without latches, many at a time. Returns one (variable → bit) that makes an output
    true; None where there is none. The time doubles with each input in the support."""
    used = support(graph)
    low, high = used[:_CHUNK_BITS], used[_CHUNK_BITS:]
    ones = (1 << (1 << len(low))) - 1
    values = [0] * (graph.inputs + len(graph.latches) + 1 + len(graph.ands))
    for position, variable in enumerate(low):
        period = 1 << position
        values[variable] = ones // ((1 << 2 * period) - 1) * ((1 << period) - 1) << period
    first_and = graph.inputs + len(graph.latches) + 1
    for chunk in range(1 << len(high)):
        for position, variable in enumerate(high):
            values[variable] = ones if chunk >> position & 1 else 0
        for index, (left, right) in enumerate(graph.ands, first_and):
            a, b = values[left >> 1], values[right >> 1]
            values[index] = (a ^ ones if left & 1 else a) & (b ^ ones if right & 1 else b)
        for literal in graph.outputs:
            found = values[literal >> 1] ^ (ones if literal & 1 else 0)
            if found:
                row = (found & -found).bit_length() - 1
                return {variable: values[variable] >> row & 1 for variable in used}
    return None


@dataclass(frozen=True, slots=True)
class NameMap:
    """What Yosys says (``write_aiger -vmap``) the inputs of a graph stand for."""

    ports: Mapping[int, tuple[str, int]]
    """Input → (port, bit)."""
    initial: Mapping[int, tuple[tuple[str, int], ...]]
    """Input that gives a flip-flop without initial value one → the names (wire, bit) of that flip-flop."""


def read_map(text: str) -> NameMap:
    """Raises ValueError on a line of another shape."""
    ports: dict[int, tuple[str, int]] = {}
    initial: dict[int, list[tuple[str, int]]] = {}
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind in ("input", "init"):
            index, bit, name = rest.split(" ", 2)
            if kind == "init":
                initial.setdefault(int(index), []).append((name, int(bit)))
            else:
                ports[int(index)] = name, int(bit)
    return NameMap(ports, {index: tuple(names) for index, names in initial.items()})
