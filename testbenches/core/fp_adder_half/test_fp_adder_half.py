"""Test of fp_adder_half: every output before and after every rising edge."""

import math
import struct
from collections import deque

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random

NOTHING = (0, 0, 0, 0, 0)
CORNERS = [0x0000, 0x0001, 0x0002, 0x03FE, 0x03FF, 0x0400, 0x0401, 0x07FF, 0x0800, 0x3BFF, 0x3C00, 0x3C01, 0x5000, 0x53FF]
CORNERS += [0x77FF, 0x7800, 0x7BFE, 0x7BFF, 0x7C00, 0x7C01, 0x7DFF, 0x7E00, 0x7FFF]


def value(bits: int) -> float:
    return struct.unpack("<e", struct.pack("<H", bits))[0]


def add(a: int, b: int, subtract: int) -> tuple[int, int, int, int]:
    """Result, invalid, overflow, inexact. A double holds every sum of two halves exactly; packing it rounds to even."""
    b ^= subtract << 15
    if any(math.isnan(value(term)) for term in (a, b)):
        return 0x7E00, int(any(0x7C00 < term & 0x7FFF < 0x7E00 for term in (a, b))), 0, 0
    exact = value(a) + value(b)
    if math.isnan(exact):
        return 0x7E00, 1, 0, 0
    try:
        result = struct.unpack("<H", struct.pack("<e", exact))[0]
    except OverflowError:
        return 0x7C00 | (exact < 0) << 15, 0, 1, 1
    return result, 0, 0, int(value(result) != exact)


@cocotb.test()
async def test_fp_adder_half(dut):
    random, board = seeded_random(), Scoreboard()
    names = ("out_valid", "result", "invalid", "overflow", "inexact")
    outputs = [getattr(dut, name) for name in names]
    line: deque[tuple[int, ...]] = deque([NOTHING] * 3, maxlen=3)
    pins = dict(rst=0, in_valid=0, subtract=0, a=0, b=0)
    handles = {name: getattr(dut, name) for name in pins}
    for name, handle in handles.items():
        handle.value = pins[name]
    known = False

    def compare(selected: slice = slice(None)) -> None:
        if known:
            for name, output, expected in list(zip(names, outputs, line[0], strict=True))[selected]:
                board.check(name, output, expected)

    async def cycle(a: int, b: int, subtract: int, in_valid: int = 1, rst: int = 0, glitch: bool = False) -> None:
        """One cycle from 1 ns before the falling edge; ``line[0]`` is on the outputs."""
        nonlocal known
        for name, wanted in dict(rst=rst, in_valid=in_valid, subtract=subtract, a=a, b=b).items():
            if pins[name] != wanted:
                pins[name] = wanted
                handles[name].value = wanted
        if glitch:
            for level in (1, 0):
                await Timer(2, "ns")
                dut.rst.value = level ^ pins["rst"]
            await Timer(1, "ns")
            compare()
        else:
            await Timer(5, "ns")
        compare(slice(1))
        await RisingEdge(dut.clk)
        if rst:
            known = True
            line.extend([NOTHING] * 3)
        else:
            line.append((1, *add(a, b, subtract)) if in_valid else NOTHING)
        await Timer(4, "ns")
        compare()

    def near(bits: int) -> int:
        """A number whose exponent lies close to that of another one, of any sign."""
        exponent = min(30, max(0, (bits >> 10 & 31) + random.choice((-13, -12, -11, -10, -3, -2, -1, -1, 0, 0, 0, 1, 2))))
        fraction = random.choice((random.randrange(1024), 1 << random.randrange(10), 1023 ^ 1 << random.randrange(10), 0, 1023))
        return random.randrange(2) << 15 | exponent << 10 | fraction

    cocotb.start_soon(Clock(dut.clk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")
    for _ in range(2):
        await cycle(0x7BFF, 0x7BFF, 0, rst=1)

    # The examples, bubbles in between, then ties and corners with each other.
    for a, b, subtract in ((0x3C00, 0x1000, 0), (0x3C01, 0x1000, 0), (0x7BFF, 0x4C00, 0), (0x0400, 0x0001, 1), (0x7C00, 0x7C00, 1)):
        await cycle(a, b, subtract)
        await cycle(a, b, 1 - subtract, in_valid=0)
    for a, b in ((0x7BFF, 0x4BFF), (0x7BFF, 0x4C01), (0x7800, 0x7800), (0x7BFF, 0x7BFF), (0x3C00, 0x8C01), (0x3C00, 0x9000)):
        for sign in (0, 0x8000):
            await cycle(a ^ sign, b ^ sign, 0)
            await cycle(a ^ sign, b ^ sign ^ 0x8000, 1)
    for position, a in enumerate(CORNERS):
        for b in CORNERS[position:]:
            signs = random.randrange(8)
            await cycle(a | (signs & 1) << 15, b | (signs >> 1 & 1) << 15, signs >> 2)
    for a in (0x0000, 0x8000, 0x7C00, 0xFC00, 0x3C00, 0xBC00, 0x0001):
        for b in (0x0000, 0x8000, a, a ^ 0x8000):
            for subtract in (0, 1):
                await cycle(a, b, subtract)

    # Resets with operations under way; a reset between two edges.
    for step in range(4):
        for _ in range(step + 1):
            await cycle(random.randrange(65536), 0x3C00, 0)
        await cycle(0x3C00, 0x3C00, 0, rst=int(step < 3), glitch=step == 3)
        for _ in range(step):
            await cycle(0x4000, 0x3C00, 1, in_valid=0)

    # Random: any operands, and those whose sum is near a rounding border or cancels.
    for step in range(700):
        a = random.randrange(65536)
        if random.randrange(4) == 0:
            a &= 0x87FF
        b = random.randrange(65536) if random.randrange(5) == 0 else near(a)
        if random.randrange(2):
            a, b = b, a
        await cycle(
            a,
            b,
            random.randrange(2),
            in_valid=int(random.randrange(10) != 0),
            rst=int(random.randrange(120) == 0),
            glitch=random.randrange(60) == 0,
        )
    board.finish()
