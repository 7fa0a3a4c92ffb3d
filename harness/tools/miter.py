"""A miter: golden design and candidate under one wrapper whose outputs say where they differ, as an and-inverter graph.

Two views of time. *Cycles*: one clock, one edge; a frame is a cycle, and the clock is left out of the model. *Steps*:
the clocks are inputs like others (Yosys' ``clk2fflogic``); the other inputs keep still while a clock moves, since a
simulation of the same stimulus would be a race.

Two views of the golden design's X. *Filled*: each X has a value, 0 or that of the register of the same name in the
candidate. Where the golden design is defined its outputs do not depend on such a choice, so a candidate that equals one
filling is right; one that differs need not be wrong. *Exact*: each output comes as a value and whether it is X (Yosys'
``xprop``), and what is X is not compared. The candidate's own X and initial values are free in both.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.tools.aiger import NameMap
from harness.tools.netlist_survey import Edge, NetlistPort, ResetPin
from harness.tools.yosys import FrontEnd, elaboration_passes

Time = Literal["cycles", "steps"]
View = Literal["filled", "exact"]
GraphKind = Literal["filled", "exact", "cover"]
Role = Literal["golden", "candidate"]

TOP = "harness_miter"
RESET_CYCLES = 2
"""Clock cycles for which the resets are asserted at the start; after these they are free inputs."""
_CHANCE_BITS = 6
"""A reset is asserted where so many free bits are all 1: to a solver that is one free bit, and random simulation gets
past the reset's neighbourhood."""
_WORD = re.compile(r"\[(\d+)\]$")
_SAMPLED = re.compile(r"\\(\S+?)#sampled")
WRAPPER, GRAPH, MAP = "miter.v", "miter.aig", "miter.map"


@dataclass(frozen=True, slots=True)
class Interface:
    """What the wrapper knows of the two designs, whose ports are equal."""

    inputs: tuple[NetlistPort, ...]
    outputs: tuple[NetlistPort, ...]
    clocks: tuple[str, ...]
    edge: Edge | None
    """The edge of the only clock in the view *cycles*."""
    resets: tuple[ResetPin, ...]

    def reset(self, port: str) -> ResetPin | None:
        return next((pin for pin in self.resets if pin.port == port), None)

    def frames_of_reset(self, time: Time) -> int:
        """Frames before outputs are compared."""
        return RESET_CYCLES * (1 if time == "cycles" else 2) if self.resets else 0


def reading_passes(
    role: Role, sources: Sequence[str], top: str, parameters: Mapping[str, int], front_end: FrontEnd
) -> list[str]:
    """From text to ``<role>.il``, flat, before any optimisation that takes X as leave; and what a survey reads."""
    passes = elaboration_passes(sources, top, parameters, front_end)
    # A latch is one, in always_comb too (an error to Yosys), and where a simulation would show no other behaviour.
    passes += ["setattr -unset always_comb", "proc -noopt -norom"]
    passes += [*(f"setattr {kind}-unset keep_hierarchy" for kind in ("-mod ", "")), "flatten"]
    passes += ["chformal -remove", "delete t:$print t:$check", "memory_collect", "opt_clean", f"rename -top {role}"]
    passes += [r"select -assert-none t:\\*", f"write_rtlil {role}.il", f"write_json {role}.json"]
    return [
        *passes,
        "opt_expr",
        "opt_merge",
        "opt_muxtree",
        "opt_reduce",
        "opt_dff",
        f"write_json {role}.inferred.json",
    ]


def golden_passes(time: Time, view: View) -> list[str]:
    passes = _state_passes("golden", time)
    if view == "exact":
        passes += ["opt_expr -keepdc -undriven", "xprop -split-outputs -assume-def-inputs -required"]
        passes += ["chformal -remove"]
    else:
        passes += ["setundef -undriven -zero", "setundef -zero"]
    return [*passes, "write_rtlil golden.mapped.il"]


def candidate_passes(time: Time) -> list[str]:
    free = ["setundef -undriven -anyseq", "setundef -anyseq"]
    return [*_state_passes("candidate", time), *free, "write_rtlil candidate.mapped.il"]


def _state_passes(role: Role, time: Time) -> list[str]:
    """Memories and flip-flops as a solver reads them."""
    registers = "async2sync" if time == "cycles" else "clk2fflogic"
    return [f"read_rtlil {role}.il", "memory_map -keepdc", "opt_clean", registers, "dffunmap", "opt_clean"]


def graph_passes(kind: GraphKind) -> list[str]:
    """Both designs and the wrapper into one graph. ``opt_dff`` would make cells that the backend refuses, and without
    ``-zinit`` what has no initial value would start at 0."""
    passes = ["read_rtlil golden.mapped.il"] + ([] if kind == "cover" else ["read_rtlil candidate.mapped.il"])
    passes += [f"read_verilog -sv {WRAPPER}"]
    passes += [f"hierarchy -check -top {TOP}", "proc -noopt -norom", "flatten", "opt_clean", "opt_expr -keepdc"]
    passes += ["opt_merge", "techmap", "dffunmap", "opt_expr -keepdc", "opt_merge", "opt_clean", "simplemap", "aigmap"]
    return [*passes, "opt_clean", f"write_aiger -zinit -no-sort{' -L' if kind == 'cover' else ''} -vmap {MAP} {GRAPH}"]


def wrapper(interface: Interface, time: Time, kind: GraphKind) -> str:
    """The wrapper's text. Inputs are ``in_<n>`` (``chance_<n>`` for resets), outputs ``bad_<n>``, by position.

    *cover* has no candidate: an output says that the exact golden design's is compared and defined.
    """
    ports, body = [], ["  (* gclk *) wire gclk;", "  reg started = 0;", "  always @(posedge gclk) started <= 1;"]
    last = interface.frames_of_reset(time)
    body += ["  reg [3:0] frame = 0;", f"  wire active = {f'frame == {last}' if last else 1};"]
    body += ["  always @(posedge gclk) if (!active) frame <= frame + 4'd1;", *_hold(interface, time)]
    golden, candidate = [], []
    for index, port in enumerate(interface.inputs):
        name, width = f"in_{index}", f"[{port.width - 1}:0]"
        pin = interface.reset(port.name)
        ports.append(f"input [{_CHANCE_BITS - 1}:0] chance_{index}" if pin else f"input {width} {name}")
        body += _driver(index, port, pin, interface, time)
        golden.append(f".{_escaped(port.name)}(use_{index})")
        candidate.append(golden[-1])
    for index, port in enumerate(interface.outputs):
        width = f"[{port.width - 1}:0]"
        ports.append(f"output {width} bad_{index}")
        body.append(f"  wire {width} gold_{index}, gate_{index}, open_{index};")
        if kind != "filled":
            golden.append(f".{_escaped(port.name + '_d')}(gold_{index}), .{_escaped(port.name + '_x')}(open_{index})")
        else:
            golden.append(f".{_escaped(port.name)}(gold_{index})")
            body.append(f"  assign open_{index} = 0;")
        candidate.append(f".{_escaped(port.name)}(gate_{index})")
        wrong = "" if kind == "cover" else f" & (gold_{index} ^ gate_{index})"
        body.append(f"  assign bad_{index} = {{{port.width}{{active}}}} & ~open_{index}{wrong};")
    body.append(f"  golden golden({', '.join(golden)});")
    if kind != "cover":
        body.append(f"  candidate candidate({', '.join(candidate)});")
    return f"module {TOP}({', '.join(ports)});\n" + "\n".join(body) + "\nendmodule\n"


def _hold(interface: Interface, time: Time) -> list[str]:
    """``moved``: a clock is not what it was in the frame before."""
    clocks = [index for index, port in enumerate(interface.inputs) if port.name in interface.clocks]
    if time == "cycles" or not clocks:
        return ["  wire moved = 0;"]
    moves = " || ".join(f"use_{index} != was_{index}" for index in clocks)
    return [f"  wire moved = started && ({moves});"]


def _driver(index: int, port: NetlistPort, pin: ResetPin | None, interface: Interface, time: Time) -> list[str]:
    width = f"[{port.width - 1}:0]"
    lines = [f"  wire {width} use_{index}, free_{index};"]
    if pin is not None:
        asserted = f"(!active || &chance_{index})"
        lines.append(f"  assign free_{index} = {asserted if pin.active_high else '!' + asserted};")
    else:
        lines.append(f"  assign free_{index} = in_{index};")
    if time == "cycles":
        return [*lines, f"  assign use_{index} = free_{index};"]
    lines += [f"  reg {width} was_{index} = 0;", f"  always @(posedge gclk) was_{index} <= use_{index};"]
    if port.name in interface.clocks:
        warm = f"active ? free_{index} : {{{port.width}{{frame[0]}}}}"
        return [*lines, f"  assign use_{index} = {warm};"]
    return [*lines, f"  assign use_{index} = moved ? was_{index} : free_{index};"]


def _escaped(name: str) -> str:
    return f"\\{name} "


def used_inputs(interface: Interface, time: Time, rows: Sequence[Mapping[str, int]]) -> list[list[int]]:
    """What the wrapper makes of the values of its ports (``in_<n>``, ``chance_<n>``): values of the designs' inputs."""
    found: list[list[int]] = []
    active_from = interface.frames_of_reset(time)
    for frame, raw in enumerate(rows):
        active = frame >= active_from
        row = []
        for index, port in enumerate(interface.inputs):
            pin = interface.reset(port.name)
            if pin is not None:
                asserted = not active or raw.get(f"chance_{index}", 0) == (1 << _CHANCE_BITS) - 1
                row.append(int(asserted == pin.active_high))
            elif time == "steps" and port.name in interface.clocks and not active:
                row.append((frame & 1) * ((1 << port.width) - 1))
            else:
                row.append(raw.get(f"in_{index}", 0))
        if time == "steps" and found:
            row = hold(interface, found[-1], row)
        found.append(row)
    return found


def hold(interface: Interface, before: Sequence[int], row: Sequence[int]) -> list[int]:
    """A frame's inputs, where all but the clocks keep still if a clock moves."""
    clocks = [port.name in interface.clocks for port in interface.inputs]
    if not any(clock and old != new for clock, old, new in zip(clocks, before, row, strict=True)):
        return list(row)
    return [new if clock else old for clock, old, new in zip(clocks, before, row, strict=True)]


def shared_initial_values(found: NameMap) -> dict[int, int]:
    """Input of the graph → literal: each initial value that the golden design leaves open becomes that of a register or
    memory of the candidate, of the same name or else with as many open bits. What has no partner becomes 0."""
    golden, candidate = _open_bits(found, "golden"), _open_bits(found, "candidate")
    tied = dict.fromkeys((index for bits in golden.values() for index in bits.values()), 0)
    left = {name: bits for name, bits in candidate.items() if name not in golden}
    for name, bits in golden.items():
        partner = candidate.get(name)
        if partner is None:
            same = next((other for other, its in left.items() if len(its) == len(bits)), None)
            its = left.pop(same) if same is not None else {}
            partner = {place: its[other] for place, other in zip(sorted(bits), sorted(its), strict=False)}
        tied |= {index: 2 * (partner[place] + 1) for place, index in bits.items() if place in partner}
    return tied


def _open_bits(found: NameMap, role: Role) -> dict[str, dict[tuple[int, int], int]]:
    """Name of a register or memory → (word, bit) → the input with its initial value."""
    registers: dict[str, dict[tuple[int, int], int]] = {}
    for index, names in sorted(found.initial.items()):
        for name, bit in names:
            inside = _inside(name, role)
            if inside is not None:
                word = _WORD.search(inside)
                place = (int(word[1]) if word else -1, bit)
                registers.setdefault(_WORD.sub("", inside), {})[place] = index
                break
    return registers


def _inside(name: str, role: Role) -> str | None:
    """The register's name in its design; None where it is none of that design's."""
    if name.startswith(f"{role}."):
        return name.removeprefix(f"{role}.")
    if name.startswith(f"$flatten\\{role}."):
        sampled = _SAMPLED.search(name.removeprefix(f"$flatten\\{role}."))
        return sampled[1] if sampled else name.removeprefix(f"$flatten\\{role}.")
    return None
