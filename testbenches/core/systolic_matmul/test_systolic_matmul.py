"""Test of systolic_matmul: every output before and after every rising edge."""

from collections import deque

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random

SIZE, LATENCY = 3, 5
Pair = tuple[list[int], list[int]]


def product(pairs: list[Pair]) -> tuple[int, int]:
    """The value of out_c, and the number of terms, by the definition of the product."""
    packed = 0
    for i in range(SIZE):
        for j in range(SIZE):
            packed |= sum(a[i] * b[j] for a, b in pairs) % 2**20 << 20 * (SIZE * i + j)
    return packed, len(pairs) % 256


def packed(values: list[int]) -> int:
    return sum(value % 256 << 8 * place for place, value in enumerate(values))


class Array:
    """Reference model: the pairs of the open product, and what comes out after each of the next edges."""

    def __init__(self) -> None:
        self.known = False
        self.reset()

    def reset(self) -> None:
        self.pairs: list[Pair] = []
        self.line: deque[tuple[int, int] | None] = deque([None] * LATENCY, maxlen=LATENCY)

    def edge(self, rst: int, enable: int, pair: Pair | None, last: int) -> None:
        if rst:
            self.known = True
            self.reset()
        elif enable:
            if pair is not None:
                self.pairs.append(pair)
            if pair is not None and last:
                self.line.append(product(self.pairs))
                self.pairs = []
            else:
                self.line.append(None)


@cocotb.test()
async def test_systolic_matmul(dut):
    random, board, model = seeded_random(), Scoreboard(), Array()
    for name in ("rst", "enable", "in_valid", "in_last", "in_a", "in_b"):
        getattr(dut, name).value = 0

    def compare() -> None:
        if not model.known:
            return
        result = model.line[0]
        board.check("out_valid", dut.out_valid, int(result is not None))
        board.check("open", dut.open, int(bool(model.pairs)))
        if result is not None:
            board.check("out_c", dut.out_c, result[0])
            board.check("out_terms", dut.out_terms, result[1])

    def vector(extreme: bool = False) -> list[int]:
        if extreme:
            return [random.choice((-128, 127, -1, 0, 1)) for _ in range(SIZE)]
        return [random.randrange(-128, 128) for _ in range(SIZE)]

    async def cycle(pair: Pair | None, last: int = 0, enable: int = 1, rst: int = 0, glitch: bool = False) -> None:
        """One cycle from 1 ns before the falling edge; without a pair, the inputs show another one."""
        shown = (vector(), vector()) if pair is None else pair
        dut.in_valid.value = int(pair is not None)
        dut.in_a.value, dut.in_b.value = packed(shown[0]), packed(shown[1])
        dut.in_last.value, dut.enable.value, dut.rst.value = last, enable, rst
        if glitch:
            for level in (1, 0):
                await Timer(2, "ns")
                dut.rst.value = level ^ rst
            await Timer(1, "ns")
        else:
            await Timer(5, "ns")
        compare()
        await RisingEdge(dut.clk)
        model.edge(rst, enable, pair, last)
        await Timer(4, "ns")
        compare()

    async def multiply(terms: int, extreme: bool = False, pauses: bool = False) -> None:
        for term in range(terms):
            while pauses and random.randrange(3) == 0:
                await cycle(None, last=random.randrange(2), enable=random.randrange(2))
            pair = vector(extreme), vector(extreme)
            while pauses and random.randrange(3) == 0:
                await cycle(pair, last=int(term == terms - 1), enable=0)
            await cycle(pair, last=int(term == terms - 1))

    async def idle(cycles: int) -> None:
        for _ in range(cycles):
            await cycle(None, last=random.randrange(2))

    cocotb.start_soon(Clock(dut.clk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")
    await cycle((vector(), vector()), rst=1)
    await cycle((vector(), vector()), last=1, enable=0, rst=1)

    # One product alone; a unit matrix; every element of A with every one of B; many of one term; lengths mixed.
    await multiply(3)
    await idle(7)
    for k in range(SIZE):
        await cycle(([int(i == k) for i in range(SIZE)], vector()), last=int(k == SIZE - 1))
    for i in range(SIZE):
        for j in range(SIZE):
            await cycle(([-128 * (i == k) for k in range(SIZE)], [-128 * (j == k) for k in range(SIZE)]), last=1)
    for _ in range(12):
        await multiply(1)
    for terms in (2, 1, 1, 3, 1, 5, 2, 2, 1):
        await multiply(terms, extreme=terms > 1)
    await idle(2)
    for terms in (4, 1, 2, 1, 3):
        await multiply(terms, pauses=True)

    # A long product wraps in 20 bits, and its number of terms in 8; standing still while results come out.
    for step in range(389):
        await cycle(([-128, 127, -128], [-128, -128, 127]), last=int(step == 388))
    for _ in range(12):
        await cycle((vector(), vector()), last=1, enable=random.randrange(2))

    # Resets at each step of a result, with a product open or not; the next product has nothing of the old one.
    for step in range(7):
        await multiply(2)
        await multiply(1)
        for extra in range(step):
            await cycle((vector(), vector()) if step % 2 else None)
        await cycle((vector(), vector()), last=1, enable=step % 2, rst=1)
        await multiply(1 + step % 2)
        await idle(2)
        await cycle(None, glitch=True)
        await idle(3)

    # Random.
    busy, short = 4, 2
    for step in range(550):
        if step % 50 == 0:
            busy, short = random.choice((1, 4, 12)), random.choice((1, 2, 5))
        await cycle(
            (vector(), vector()) if random.randrange(busy + 1) else None,
            last=int(random.randrange(short) == 0),
            enable=int(random.randrange(busy + 1) > 0),
            rst=int(random.randrange(90) == 0),
            glitch=random.randrange(50) == 0,
        )
    await idle(6)
    board.finish()
