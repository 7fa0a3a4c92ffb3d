"""Test of uart_transmitter: every output in both halves of every clock cycle."""

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random

CLOCKS_PER_BIT = 8


class Line:
    """Reference model: the values of tx in the cycles that remain of the frame, next one first."""

    def __init__(self) -> None:
        self.known = False
        self.remaining: list[int] = []

    def ready(self) -> int:
        return int(len(self.remaining) < 2)

    def edge(self, inputs: dict[str, int]) -> None:
        ready = self.ready()
        del self.remaining[:1]
        if inputs["rst"]:
            self.known = True
            self.remaining = []
        elif ready and inputs["valid"]:
            text = f"{inputs['data']:08b}"
            bits = [0] + [int(bit) for bit in reversed(text)]
            if inputs["parity_en"]:
                bits.append((text.count("1") + inputs["parity_odd"]) % 2)
            bits += [1] * (1 + inputs["two_stop"])
            self.remaining = [bit for bit in bits for _ in range(CLOCKS_PER_BIT)]


@cocotb.test()
async def test_uart_transmitter(dut):
    random, board, line = seeded_random(), Scoreboard(), Line()
    inputs = dict(rst=0, valid=0, data=0, parity_en=0, parity_odd=0, two_stop=0)
    handles = {name: getattr(dut, name) for name in inputs}
    for name, handle in handles.items():
        handle.value = inputs[name]

    def compare() -> None:
        if line.known:
            board.check("tx", dut.tx, line.remaining[0] if line.remaining else 1)
            board.check("busy", dut.busy, int(bool(line.remaining)))
            board.check("ready", dut.ready, line.ready())

    async def cycle(short_reset: bool = False, **changes: int) -> None:
        """One cycle from 1 ns before the falling edge: drive, compare before and after the rising edge."""
        for name, value in changes.items():
            if inputs[name] != value:
                inputs[name] = value
                handles[name].value = value
        if short_reset:
            for level in (1, 0):
                await Timer(2 - level, "ns")
                dut.rst.value = level
            await Timer(2, "ns")
        else:
            await Timer(5, "ns")
        compare()
        await RisingEdge(dut.clk)
        line.edge(inputs)
        await Timer(4, "ns")
        compare()

    def config(number: int) -> dict[str, int]:
        return dict(parity_en=number & 1, parity_odd=number >> 1 & 1, two_stop=number >> 2 & 1)

    def noise() -> dict[str, int]:
        """Inputs other than rst and valid that must not matter now."""
        return dict(data=random.randrange(256), **config(random.randrange(8)))

    cocotb.start_soon(Clock(dut.clk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")

    # Reset with a valid byte on the inputs; idle.
    for _ in range(3):
        await cycle(rst=1, valid=1, **noise())
    for _ in range(CLOCKS_PER_BIT + 3):
        await cycle(rst=0, valid=0, **noise())

    # One byte in every mode, the first of each pair alone, the second one back to back.
    for number in range(8):
        last = number % 2
        await cycle(valid=1, data=(0x00, 0xFF, 0x81, 0x2F, 0x70, 0xFE, 0x01, 0x55)[number], **config(number))
        while line.remaining and not (last and len(line.remaining) == 1):
            # Requests while ready is 0 are ignored.
            await cycle(valid=int(not line.ready() and len(line.remaining) % 3 == 0), **noise())
        await cycle(valid=last, **noise())
        while line.remaining:
            await cycle(valid=0, **noise())
        for _ in range(number):
            await cycle(valid=0, **noise())

    # Valid held at 1, all inputs change in each cycle: no gaps, and only the accepting edge counts.
    for _ in range(3 * 12 * CLOCKS_PER_BIT):
        await cycle(valid=1, **noise())

    # Resets in the middle of a frame, also at its very ends; a reset between two edges has no effect.
    for length in (1, 2, 20, 9 * CLOCKS_PER_BIT, 10 * CLOCKS_PER_BIT - 1, 10 * CLOCKS_PER_BIT):
        await cycle(rst=1, valid=1, **noise())
        await cycle(rst=0, valid=0, **noise())
        await cycle(valid=1, data=random.randrange(256), parity_en=0, two_stop=0)
        for step in range(length - 1):
            await cycle(valid=0, short_reset=step == 11, **noise())
    await cycle(rst=1, valid=1, **noise())

    # Random.
    eager, frames = 1, 0
    while frames < 12:
        start = line.ready()
        await cycle(
            rst=int(random.randrange(300) == 0),
            valid=int(random.randrange(eager) == 0),
            short_reset=False,
            **noise(),
        )
        if start and line.remaining and not inputs["rst"]:
            frames += 1
            eager = random.choice((1, 2, 5, 20))
    await cycle(rst=1, valid=1, **noise())
    await cycle(rst=0, valid=0, **noise())
    board.finish()
