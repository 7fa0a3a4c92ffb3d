"""Test of fir_filter: every output in both halves of every clock cycle."""

import math
from fractions import Fraction

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random

TAPS = 6
WIDTHS = {"rst": 1, "coef_we": 1, "coef_addr": 3, "coef_data": 8, "clear": 1, "in_valid": 1, "x": 10, "round_mode": 2}


def rounded(value: Fraction, mode: int) -> int:
    low = math.floor(value)
    if mode == 0:
        return low
    if value - low != Fraction(1, 2):
        return math.floor(value + Fraction(1, 2))
    if mode == 1:
        return low + 1
    if mode == 2:
        return low + low % 2
    return low + 1 if value > 0 else low


class Model:
    """Reference model: the samples so far, each with the coefficients that it met."""

    def __init__(self) -> None:
        self.known = False
        self.reset()

    def reset(self) -> None:
        self.coefficients = [0] * TAPS
        self.history: list[tuple[int, list[int]]] = []
        self.pending: tuple[int, int] | None = None
        self.y = self.limited = self.valid = 0

    def edge(self, inputs: dict[str, int]) -> None:
        if inputs["rst"]:
            self.known = True
            self.reset()
            return
        self.valid = int(self.pending is not None)
        if self.pending:
            value = rounded(Fraction(self.pending[0], 128), self.pending[1])
            self.y = max(-512, min(511, value))
            self.limited = int(self.y != value)
        self.pending = None
        if inputs["clear"]:
            self.history = []
        if inputs["in_valid"]:
            self.history = [(inputs["x"], self.coefficients.copy()), *self.history][:TAPS]
            total = sum(sample * met[age] for age, (sample, met) in enumerate(self.history))
            self.pending = total, inputs["round_mode"]
        if inputs["coef_we"] and inputs["coef_addr"] < TAPS:
            self.coefficients[inputs["coef_addr"]] = inputs["coef_data"]


@cocotb.test()
async def test_fir_filter(dut):
    random, board, model = seeded_random(), Scoreboard(), Model()
    inputs = dict.fromkeys(WIDTHS, 0)
    handles = {name: getattr(dut, name) for name in inputs}
    for name, handle in handles.items():
        handle.value = inputs[name]

    def compare() -> None:
        if model.known:
            board.check("out_valid", dut.out_valid, model.valid)
            board.check("y", dut.y, model.y & 0x3FF)
            board.check("limited", dut.limited, model.limited)

    async def cycle(short_reset: bool = False, **changes: int) -> None:
        """One cycle from 1 ns before the falling edge; rst and the enables are 0 unless given, the data noise."""
        values = {"rst": 0, "coef_we": 0, "clear": 0, "in_valid": 0, **changes}
        for name, width in WIDTHS.items():
            value = values.get(name, random.getrandbits(width))
            if name in ("coef_data", "x") and value >= 1 << width - 1:
                value -= 1 << width
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
        compare()
        await RisingEdge(dut.clk)
        model.edge(inputs)
        await Timer(4, "ns")
        compare()

    async def load(coefficients: list[int]) -> None:
        for address, value in enumerate(coefficients):
            await cycle(coef_we=1, coef_addr=address, coef_data=value)

    async def feed(samples: list[int], mode: int, gaps: bool = False) -> None:
        for sample in samples:
            await cycle(in_valid=1, x=sample, round_mode=mode)
            if gaps:
                await cycle()

    cocotb.start_soon(Clock(dut.clk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")

    for _ in range(3):
        await cycle(rst=1, coef_we=1, coef_addr=0, coef_data=99, clear=0, in_valid=1)
    await cycle()
    await feed([100, -100], 1)

    # Impulses of both signs through different coefficients, without and with gaps; writes to 6 and 7 do nothing.
    await load([1, -2, 64, -128, 127, -65, 33, -44])
    for mode in range(4):
        await feed([511, 0, 0, 0, 0, 0, 0], mode)
        await feed([-512, 0, 0, 0, 0, 0, 0], mode, gaps=True)
    # Halves of both signs, their neighbours, and halves next to odd and even numbers, in every mode.
    await load([1, 0, 0, 0, 0, 0])
    for mode in range(4):
        await feed([64, -64, 192, -192, 320, -320, 63, -63, 65, -65, 127, -127, 128, -128, 0, 448, -448, 1, -1], mode)
    # The limits, from both sides, for each mode.
    for mode in range(4):
        await load([127, 2, 1, 0, 0, 0])
        # 127 * 511 + 2 * a + b around 511 * 128 = 65408 and 511.5 * 128; the same for the lower limit.
        for a, b in ((255, 0), (255, 1), (256, 0), (287, 0), (287, 1), (287, 0), (288, 0), (319, 0), (319, 1), (320, 0)):
            await cycle(clear=1, in_valid=1, x=b, round_mode=mode)
            await feed([a, 511], mode)
        for a, b in ((-256, 0), (-255, 0), (-288, 0), (-287, 0), (-289, 0), (-300, 1), (-320, 0), (-321, 1), (-352, 0)):
            await cycle(clear=1, in_valid=1, x=b, round_mode=mode)
            await feed([a, -512], mode)
    # The largest sums.
    for coefficient in (127, -128):
        await load([coefficient] * TAPS)
        await feed([511] * 7 + [-512] * 13, 3)
    # A coefficient that changes between two samples and at the edge of a sample.
    await load([10, 20, 30, 40, 50, 60])
    await cycle(clear=1)
    await feed([300, -200], 0)
    await cycle(coef_we=1, coef_addr=2, coef_data=-90)
    for address in (0, 1, 2, 3, 4, 5, 6, 7):
        await cycle(in_valid=1, x=250 - 70 * address, coef_we=1, coef_addr=address, coef_data=90 - 31 * address)
    await feed([0] * TAPS, 0)
    # Clear with and without a sample, with results still to come, with a write.
    for sample in (0, 1):
        await feed([400, 300, -200, -100, 77], 1)
        await cycle(clear=1, in_valid=sample, coef_we=1, coef_addr=sample, coef_data=-11)
        await feed([500, -500, 123, 45, 67, 89, 10], 1)
        await cycle()
        await cycle(clear=1)
    # Reset with a result on its way: coefficients are 0 again; a short pulse does nothing.
    for late in (0, 1, 2):
        await load([100, -100, 100, -100, 50, 25])
        await feed([511, -512, 511], 2)
        for _ in range(late):
            await cycle(short_reset=True)
        await cycle(rst=1, in_valid=1, coef_we=1, coef_addr=2, coef_data=127)
        await feed([300, 200, 100], 1)
        await load([0, 0, 0, 0, 0, 100])
        await feed([300, 200, 100, 90, 80, 70], 1)
        await load([0, 0, 100])
        await cycle(in_valid=1, short_reset=True)

    # Random.
    dense, scale = 1, 3
    for step in range(700):
        if step % 70 == 0:
            dense, scale = random.choice((1, 1, 2, 4)), random.randrange(5)
        await cycle(
            rst=int(random.randrange(200) == 0),
            coef_we=int(random.randrange(3) == 0 or step % 70 < 8),
            clear=int(random.randrange(25) == 0),
            in_valid=int(random.randrange(dense) == 0),
            x=random.randrange(-512 >> scale, 1 + (511 >> scale)),
            short_reset=False,
        )
    await cycle(rst=1, in_valid=1)
    await cycle()
    board.finish()
