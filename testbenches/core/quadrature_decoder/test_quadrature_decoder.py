"""Test of quadrature_decoder: every output once a cycle, when the inputs of the next edge are there."""

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random

FILTER = 3
PINS = "pin_a", "pin_b", "pin_z"
WIDTHS = {
    "rst": 1, "pin_a": 1, "pin_b": 1, "pin_z": 1, "reverse": 1, "index_mode": 1,
    "load": 1, "load_value": 16, "clear_error": 1,
}  # fmt: skip
ORDER = [(0, 0), (1, 0), (1, 1), (0, 1)]


class Pin:
    """Reference model of one filter: all samples since the reset, oldest first, and the levels that follow from them."""

    def __init__(self) -> None:
        self.samples = [0, 0]
        self.level = self.former = self.since = 0

    def edge(self, value: int) -> None:
        self.former = self.level
        self.since += 1
        self.samples.append(value)
        recent = self.samples[:-2][-FILTER:]
        if self.since >= FILTER and all(sample != self.level for sample in recent) and len(recent) == FILTER:
            self.level, self.since = recent[-1], 0


class Model:
    def __init__(self) -> None:
        self.pins = [Pin() for _ in PINS]
        self.position = self.captured = self.moved = self.direction = self.index_seen = self.error = 0

    def edge(self, inputs: dict[str, int]) -> None:
        (a, b, z), (old_a, old_b, old_z) = ([getattr(pin, name) for pin in self.pins] for name in ("level", "former"))
        turn = (ORDER.index((a, b)) - ORDER.index((old_a, old_b))) % 4
        step = {0: 0, 1: 1, 2: 0, 3: -1}[turn] * (-1 if inputs["reverse"] else 1)
        self.moved, self.index_seen = int(step != 0), int(z > old_z)
        if inputs["clear_error"]:
            self.error = 0
        if turn == 2:
            self.error = 1
        if step:
            self.direction = int(step > 0)
        if self.index_seen:
            self.captured = self.position
            if inputs["index_mode"]:
                self.position = step = 0
        self.position = (self.position + step) % 0x10000
        if inputs["load"]:
            self.position = inputs["load_value"]
        for pin, name in zip(self.pins, PINS, strict=True):
            pin.edge(inputs[name])


@cocotb.test()
async def test_quadrature_decoder(dut):
    random, board = seeded_random(), Scoreboard()
    inputs = dict.fromkeys(WIDTHS, 0)
    handles = {name: getattr(dut, name) for name in inputs}
    for name, handle in handles.items():
        handle.value = inputs[name]
    outputs = {name: getattr(dut, name) for name in ("position", "moved", "direction", "index_seen", "captured", "error")}
    model: Model | None = None

    async def cycle(short_reset: bool = False, **changes: int) -> None:
        """One cycle from 1 ns before the falling edge; pins stay, load and clear are 0, the rest noise unless given."""
        nonlocal model
        values = {"rst": 0, "load": 0, "clear_error": 0, **{name: inputs[name] for name in PINS}, **changes}
        for name, width in WIDTHS.items():
            value = values.get(name, random.getrandbits(width))
            if inputs[name] != value:
                inputs[name] = value
                handles[name].value = value
        if short_reset:
            for level in (1, 0):
                await Timer(1, "ns")
                dut.rst.value = level
            await Timer(3, "ns")
        else:
            await Timer(5, "ns")
        if model:
            for name, handle in outputs.items():
                board.check(name, handle, getattr(model, name))
        await RisingEdge(dut.clk)
        if inputs["rst"]:
            model = Model()
        elif model:
            model.edge(inputs)
        await Timer(4, "ns")

    async def hold(cycles: int, **changes: int) -> None:
        for _ in range(cycles):
            await cycle(**changes)

    async def turn(steps: int, cycles: int, **changes: int) -> None:
        """So many steps from the present place on, each after so many cycles."""
        place = ORDER.index((inputs["pin_a"], inputs["pin_b"]))
        for _ in range(abs(steps)):
            place = (place + (1 if steps > 0 else -1)) % 4
            a, b = ORDER[place]
            await hold(cycles, pin_a=a, pin_b=b, **changes)

    cocotb.start_soon(Clock(dut.clk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")
    await hold(3, rst=1, load=1, clear_error=1, pin_a=1)
    # Pins that are high after the reset: one alone, then both.
    await hold(8)
    await hold(2, rst=1, pin_b=1)
    await hold(8)
    await hold(1, rst=1, pin_a=0, pin_b=0)
    await hold(5)

    # Steps both ways, through 0, with `reverse` off and on, at the fastest and at slower paces.
    for reverse in (0, 1):
        for steps, cycles in ((6, 7), (-9, 4), (5, 3), (-5, 3), (2, 12)):
            await turn(steps, cycles, reverse=reverse)
    await hold(6)
    # Pulses of 1 to 4 cycles on each pin, alone and in pairs, with a short gap in them.
    for name in PINS:
        for length in (1, 2, 3, 4):
            level = inputs[name]
            await hold(length, **{name: 1 - level})
            await hold(7, **{name: level})
            await hold(2, **{name: 1 - level})
            await hold(1, **{name: level})
            await hold(length - 1, **{name: 1 - level})
            await hold(7, **{name: level})
    # Errors: both tracks at once from every place; cleared at the edge of an error, before and after it.
    for when in (0, 4, 5, 6):
        for _ in range(4):
            await turn(1, 6)
            flip = {"pin_a": 1 - inputs["pin_a"], "pin_b": 1 - inputs["pin_b"]}
            for step in range(9):
                await cycle(clear_error=int(step == when), **(flip if step == 0 else {}))
        await cycle(clear_error=1)
        await hold(2)
    # Index alone, with a step at the same edge, with a load at the same edge and around it, in both modes.
    for index_mode in (0, 1):
        for delay in (-1, 0, 1, 9):
            for load_at in (4, 5, 6, 99):
                a, b = ORDER[(ORDER.index((inputs["pin_a"], inputs["pin_b"])) + (1 if load_at % 2 else 3)) % 4]
                for step in range(9):
                    changes = {"pin_z": 1} if step == 0 else {"pin_z": 0} if step == 5 else {}
                    if step == max(delay, 0):
                        changes |= {"pin_a": a, "pin_b": b}
                    await cycle(index_mode=index_mode, load=int(step == load_at), **changes)
            await hold(4, index_mode=index_mode)
    # Around the ends of the count.
    for value, steps in ((0xFFFE, 4), (0x0001, -4), (0x7FFE, 3)):
        await cycle(load=1, load_value=value)
        await turn(steps, 5, reverse=0)
        await hold(4)
    # Resets within a pulse, a step, with an error and captures that are not 0.
    for length in range(8):
        await cycle(load=1, load_value=0x1234 + length)
        await hold(length, pin_a=1 - inputs["pin_a"], pin_z=1)
        await cycle(rst=1, load=1)
        await hold(9 if length % 2 else 3, short_reset=length == 3)
        await hold(6, pin_z=0, pin_b=1 - inputs["pin_b"])

    # Random: turns, then noise of all kinds.
    for _ in range(25):
        await turn(random.choice((-5, -2, -1, 1, 2, 5)), random.randrange(2, 6), load=int(random.randrange(20) == 0))
        await hold(random.randrange(6), pin_z=random.randrange(2))
    for step in range(1000):
        busy = 2 + step // 250
        flips = {name: inputs[name] ^ int(random.randrange(busy) == 0) for name in PINS}
        await cycle(
            rst=int(random.randrange(200) == 0),
            load=int(random.randrange(40) == 0),
            clear_error=int(random.randrange(10) == 0),
            **flips,
        )
    board.finish()
