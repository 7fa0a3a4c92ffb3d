"""The same inputs, frame by frame, into two designs in Icarus Verilog, and what their outputs do.

A frame in the view *cycles* is one cycle: inputs are set while the clock rests, outputs are read before its edge. In
the view *steps* a frame sets all inputs at once, clocks included, and reads the outputs when all has settled.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.process.job import Job, Limits, Step
from harness.tools import icarus
from harness.tools.miter import Interface, Role, Time, hold

_LIMITS = Limits(cpu_s=20, wall_s=400)
_STIMULUS, _BENCH, _TOP = "stimulus.txt", "bench.v", "harness_bench"
_ROLES: tuple[Role, ...] = ("golden", "candidate")


@dataclass(frozen=True, slots=True)
class Design:
    """Texts of one of the two designs."""

    sources: Mapping[str, str]
    top: str
    parameters: Mapping[str, int]
    for_synthesis: Mapping[str, str] | None = None
    """The texts as Yosys reads them, where that differs."""


@dataclass(frozen=True, slots=True)
class Difference:
    frame: int
    output: str
    golden: str
    """Bits as Verilog writes them; x and z can be among them."""
    candidate: str


@dataclass(frozen=True, slots=True)
class Responses:
    """Outputs of both designs: a row a frame, a string of bits an output."""

    golden: tuple[tuple[str, ...], ...]
    candidate: tuple[tuple[str, ...], ...]

    def difference(self, outputs: Sequence[str], first: int) -> Difference | None:
        """The first frame from ``first`` on, and output in it, in which a defined bit of the golden design differs."""
        for frame in range(first, min(len(self.golden), len(self.candidate))):
            if self.golden[frame] == self.candidate[frame]:
                continue
            pairs = zip(outputs, self.golden[frame], self.candidate[frame], strict=True)
            for name, golden, candidate in pairs:
                if any(want in "01" and want != got for want, got in zip(golden, candidate, strict=True)):
                    return Difference(frame, name, golden, candidate)
        return None

    def defined(self, outputs: Sequence[str], first: int) -> frozenset[tuple[str, int]]:
        """(output, bit) of the golden design that has a value in some frame from ``first`` on."""
        found = set()
        for row in self.golden[first:]:
            for name, bits in zip(outputs, row, strict=True):
                found |= {(name, len(bits) - 1 - at) for at, bit in enumerate(bits) if bit in "01"}
        return frozenset(found)


Rows = Sequence[Sequence[int]]
"""Values of the inputs in their order, a row a frame."""


def job(golden: Design, candidate: Design, interface: Interface, time: Time, rows: Rows) -> Job:
    """Compile and run both designs on the same rows, of which there is at least one."""
    files = {icarus.COMMANDS_FILE: icarus.commands({})}
    compiles, runs = [], []
    for role, design in zip(_ROLES, (golden, candidate), strict=True):
        sources = {f"{role}/{name}": text for name, text in design.sources.items()}
        bench = f"{role}/{_BENCH}"
        files |= sources | {bench: bench_text(design, interface, time, rows, _outputs(role))}
        argv = icarus.compile_argv([*sources, bench], output=f"{role}.vvp", top=_TOP)
        compiles.append(Step(f"compile {role}", _LIMITS, argv=argv))
        runs.append(Step(f"run {role}", _LIMITS, argv=icarus.run_argv(f"{role}.vvp")))
    driven = _driven(interface, time)
    lines = ["_".join(f"{row[i]:0{interface.inputs[i].width}b}" for i in driven) or "0" for row in rows]
    files[_STIMULUS] = "\n".join(lines) + "\n"
    return Job(files, (*compiles, *runs), fetch=tuple(map(_outputs, _ROLES)))


def _outputs(role: Role) -> str:
    return f"{role}.out"


def _driven(interface: Interface, time: Time) -> list[int]:
    """The inputs that a row sets: not the clock, where the bench makes the cycle."""
    return [i for i, port in enumerate(interface.inputs) if time == "steps" or port.name not in interface.clocks]


def bench_text(design: Design, interface: Interface, time: Time, rows: Rows, output: str) -> str:
    """A bench that plays the file of rows and writes one line a frame: the outputs, with blanks between.

    Clocks are declared with their first values, so that none of these is an edge from X; the other inputs leave X a
    little later, when every block waits for them (an ``always @*`` that sees no change never runs).
    """
    driven = _driven(interface, time)
    rest = int(interface.edge == "negedge")
    first = {i: rows[0][i] if i in driven else rest for i in range(len(interface.inputs))}
    width = sum(interface.inputs[i].width for i in driven) or 1
    ports = [f".\\{port.name} (in_{index})" for index, port in enumerate(interface.inputs)]
    ports += [f".\\{port.name} (out_{index})" for index, port in enumerate(interface.outputs)]
    values = ", ".join(f".\\{name} ({value})" for name, value in sorted(design.parameters.items()))
    shown = "".join(f", out_{index}" for index in range(len(interface.outputs)))
    pattern = " ".join("%b" for _ in interface.outputs)
    lines = ["`timescale 1ns/1ps", f"module {_TOP};", f"  reg [{width - 1}:0] row, rows [0:{len(rows) - 1}];"]
    for index, port in enumerate(interface.inputs):
        value = f" = {port.width}'d{first[index]}" if port.name in interface.clocks else ""
        lines.append(f"  reg [{port.width - 1}:0] in_{index}{value};")
    lines += [f"  wire [{port.width - 1}:0] out_{index};" for index, port in enumerate(interface.outputs)]
    lines += [f"  \\{design.top} {f'#({values}) ' if values else ''}dut ({', '.join(ports)});"]
    lines += ["  integer frame, file;", "  initial begin", f'    $readmemb("{_STIMULUS}", rows);']
    lines += [f'    file = $fopen("{output}", "w");', "    #1;"]
    lines += [f"    for (frame = 0; frame < {len(rows)}; frame = frame + 1) begin", "      row = rows[frame];"]
    if driven:
        lines.append(f"      {{{', '.join(f'in_{index}' for index in driven)}}} = row;")
    lines.append(f'      #5 $fdisplay(file, "{pattern}"{shown});')
    clock = next((i for i in range(len(interface.inputs)) if i not in driven), None)
    if clock is not None:
        lines.append(f"      #5 in_{clock} = ~in_{clock}; #5 in_{clock} = ~in_{clock};")
    return "\n".join(
        [*lines, "      #5;", "    end", "    $fclose(file);", "    $finish(0);", "  end", "endmodule", ""]
    )


def parse(files: Mapping[str, str], interface: Interface) -> Responses | None:
    """None where a run left no whole file."""
    found = []
    for role in _ROLES:
        rows = [tuple(line.split()) for line in files.get(_outputs(role), "").splitlines()]
        widths = [port.width for port in interface.outputs]
        if not rows or any([len(bits) for bits in row] != widths for row in rows):
            return None
        found.append(tuple(tuple(bits.lower() for bits in row) for row in rows))
    return Responses(*found)


def random_rows(interface: Interface, time: Time, frames: int, seed: int, mood_frames: int = 24) -> list[list[int]]:
    """Random inputs after a reset. Each input keeps to a mood (free, mostly 0, mostly 1, still) for some frames, so
    that counters run on and queues fill; a reset comes back every two moods on average."""
    dice = random.Random(seed)
    moods = ["free"] * len(interface.inputs)
    rows: list[list[int]] = []
    for frame in range(frames):
        if frame % mood_frames == 0:
            moods = [dice.choice(("free", "free", "low", "high", "still")) for _ in interface.inputs]
        before = rows[-1] if rows else [0] * len(interface.inputs)
        moving = time == "cycles" or dice.random() < 0.5
        row = []
        for index, port in enumerate(interface.inputs):
            pin = interface.reset(port.name)
            if pin is not None:
                asserted = frame < interface.frames_of_reset(time) or dice.random() < 0.5 / mood_frames
                row.append(int(asserted == pin.active_high))
            elif time == "steps" and port.name in interface.clocks:
                row.append(_clock(interface, port.width, frame, before[index], moving, dice))
            else:
                row.append(_in_mood(moods[index], port.width, before[index], dice))
        rows.append(hold(interface, before, row) if time == "steps" and frame else row)
    return rows


def _clock(interface: Interface, width: int, frame: int, before: int, moving: bool, dice: random.Random) -> int:
    ones = (1 << width) - 1
    if frame < interface.frames_of_reset("steps"):
        return ones * (frame & 1)
    if not moving or frame == 0:
        return before
    return before ^ ones if len(interface.clocks) == 1 else before ^ dice.getrandbits(width)


def _in_mood(mood: str, width: int, before: int, dice: random.Random) -> int:
    value = dice.getrandbits(width)
    match mood:
        case "low":
            return value & dice.getrandbits(width) & dice.getrandbits(width)
        case "high":
            return value | dice.getrandbits(width) | dice.getrandbits(width)
        case "still":
            return before if dice.random() < 0.9 else value
    return value


def waveform(interface: Interface, rows: Rows, responses: Responses) -> str:
    """The inputs and both designs' outputs as VCD (IEEE 1364-2005, clause 18), a frame every 10 ns."""
    signals = [(port.name, port.width) for port in interface.inputs]
    signals += [(f"{port.name}.{role}", port.width) for port in interface.outputs for role in _ROLES]
    lines = ["$timescale 1ns $end", "$scope module counterexample $end"]
    lines += [f"$var wire {width} s{index} {name} $end" for index, (name, width) in enumerate(signals)]
    lines += ["$upscope $end", "$enddefinitions $end"]
    last: list[str] = [""] * len(signals)
    for frame, row in enumerate(rows[: len(responses.golden)]):
        values = [f"{value:0{port.width}b}" for port, value in zip(interface.inputs, row, strict=True)]
        for golden, candidate in zip(responses.golden[frame], responses.candidate[frame], strict=True):
            values += [golden, candidate]
        lines.append(f"#{10 * frame}")
        lines += [f"b{new} s{index}" for index, (old, new) in enumerate(zip(last, values, strict=True)) if old != new]
        last = values
    return "\n".join([*lines, f"#{10 * len(rows)}", ""])
