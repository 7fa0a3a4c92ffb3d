"""Test of game_of_life_row_engine: every output once a cycle, when the inputs of the next edge are there."""

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random

WIDTH = 16
CONWAY = {"birth": 1 << 3, "survive": 1 << 2 | 1 << 3}
WIDTHS = {
    "rst": 1, "in_valid": 1, "in_row": WIDTH, "in_first": 1, "in_last": 1, "in_wrap": 1,
    "birth": 9, "survive": 9, "out_ready": 1,
}  # fmt: skip


def next_row(rows: list[int], number: int, settings: dict[str, int]) -> int:
    """Next generation of one row of a field, cell by cell, on a set of living cells."""
    living = {(y, x) for y, row in enumerate(rows) for x in range(WIDTH) if row >> x & 1}
    result = 0
    for column in range(WIDTH):
        count = 0
        for y in (number - 1, number, number + 1):
            for x in (column - 1, column, column + 1):
                place = (y, x % WIDTH) if settings["in_wrap"] else (y, x)
                count += int(place in living and (y, x) != (number, column))
        kind = "survive" if (number, column) in living else "birth"
        result |= (settings[kind] >> count & 1) << column
    return result


class Model:
    """Reference model: the rows of the field so far; the last of them is held."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.settings: dict[str, int] = {}
        self.ended = False
        self.total = 0
        self.shown = {"out_valid": 0, "out_row": 0, "out_first": 0, "out_last": 0, "population": 0}

    def room(self, out_ready: int) -> bool:
        return not self.shown["out_valid"] or bool(out_ready)

    def ready(self, out_ready: int) -> int:
        return int(self.room(out_ready) and not self.ended)

    def emit(self, number: int) -> None:
        row = next_row(self.rows, number, self.settings)
        self.total = (self.total if number else 0) + row.bit_count()
        self.shown = {
            "out_valid": 1,
            "out_row": row,
            "out_first": int(number == 0),
            "out_last": int(self.ended),
            "population": self.total % 256,
        }

    def edge(self, inputs: dict[str, int]) -> None:
        if not self.room(inputs["out_ready"]):
            return
        self.shown["out_valid"] = 0
        if self.ended:
            self.emit(len(self.rows) - 1)
            self.rows, self.ended = [], False
        elif inputs["in_valid"]:
            if inputs["in_first"] or not self.rows:
                self.rows = []
                self.settings = {name: inputs[name] for name in ("in_wrap", "birth", "survive")}
            self.rows.append(inputs["in_row"])
            if len(self.rows) > 1:
                self.emit(len(self.rows) - 2)
            self.ended = bool(inputs["in_last"])


@cocotb.test()
async def test_game_of_life_row_engine(dut):
    random, board = seeded_random(), Scoreboard()
    inputs = dict.fromkeys(WIDTHS, 0)
    handles = {name: getattr(dut, name) for name in inputs}
    for name, handle in handles.items():
        handle.value = inputs[name]
    model = Model()
    outputs = {name: getattr(dut, name) for name in model.shown}
    known = False

    async def cycle(short_reset: bool = False, **changes: int) -> None:
        """One cycle from 1 ns before the falling edge; rst and in_valid are 0, the rest noise unless given."""
        nonlocal model, known
        values = {"rst": 0, "in_valid": 0, "out_ready": 1, **changes}
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
        if known:
            board.check("in_ready", dut.in_ready, model.ready(inputs["out_ready"]))
            for name, handle in outputs.items():
                board.check(name, handle, model.shown[name])
        await RisingEdge(dut.clk)
        if inputs["rst"]:
            model, known = Model(), True
        else:
            model.edge(inputs)
        await Timer(4, "ns")

    async def field(rows: list[int], gaps: int = 1, first: int = 1, short_reset: bool = False, **settings: int) -> None:
        """A field; its settings change after the first row."""
        for number, row in enumerate(rows):
            while random.randrange(gaps):
                await cycle()
            changes = {"in_first": int(number == 0) & first, "in_last": int(number == len(rows) - 1)}
            await cycle(in_valid=1, in_row=row, short_reset=short_reset, **changes, **({} if number else settings))
        await cycle(in_valid=1, in_first=1)

    cocotb.start_soon(Clock(dut.clk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")
    for _ in range(3):
        await cycle(rst=1, in_valid=1)
    await cycle()

    # Each number of neighbours in a corner, at an edge and in the middle, with each rule bit alone, wrapped or not.
    for wrap in (0, 1):
        for bit in range(9):
            rows = [random.getrandbits(WIDTH) | random.getrandbits(WIDTH) for _ in range(3)]
            await field(rows, birth=1 << bit, survive=0, in_wrap=wrap)
            await field(rows, birth=0, survive=1 << bit, in_wrap=wrap)
        await field([0xFFFF, 0xFFFF, 0xFFFF], birth=0x1FF, survive=1 << 8 | 1 << 5, in_wrap=wrap)
        await field([0x8001], birth=1 << 1 | 1 << 2, survive=1 << 1, in_wrap=wrap)
        await field([0x8000, 0x0000, 0x0001], birth=1 << 1 | 1 << 2, survive=1, in_wrap=wrap)
        # A blinker and a glider.
        await field([0, 0b0111000, 0, 0b1, 0b1, 0b1], **CONWAY, in_wrap=wrap)
        await field([0x0002, 0x0004, 0x0007, 0], **CONWAY, in_wrap=wrap)
    # All rules off, all on, so that the population passes 255; a field of one row after it.
    await field([0] * 18, birth=0x1FF, survive=0, in_wrap=0)
    await field([0xFFFF], birth=0, survive=0x1FF, in_wrap=1)
    await field([0x1234, 0x4321], gaps=3, **CONWAY, in_wrap=1)
    # A field whose first row lacks in_first; one that is abandoned at its second, third and last row.
    await field([0x00F0, 0x0F00], first=0, **CONWAY, in_wrap=1)
    for length in (1, 2, 3):
        for number in range(length):
            await cycle(in_valid=1, in_row=0xF5AF >> number, in_first=int(number == 0), in_last=0, **CONWAY)
        for _ in range(length % 2):
            await cycle()
        await field([0xAAAA, 0x7777, 0x1111], birth=0x0F3, survive=0x10A, in_wrap=length % 2)
    # A row with in_first and in_last that abandons a field.
    await cycle(in_valid=1, in_first=1, in_last=0)
    await cycle(in_valid=1, in_first=0, in_last=0)
    await field([0x0FF0], birth=0x155, survive=0x0AA, in_wrap=0)
    # Nobody takes the rows for a while, at each row of a field.
    for stop in range(1, 6):
        rows = [random.getrandbits(WIDTH) for _ in range(3)]
        step = 0
        for number in range(5):
            for _ in range(3 if number == stop - 1 else 0):
                await cycle(in_valid=1, in_first=0, out_ready=0)
            taken = model.ready(1)
            row = rows[min(step, 2)]
            await cycle(in_valid=1, in_row=row, in_first=int(step == 0), in_last=int(step == 2), **(CONWAY if step == 0 else {}))
            step += taken
        await cycle()
        await cycle(out_ready=0)
        await cycle(rst=1, in_valid=1)
    # Resets with a held row, a last row, a row that shows; short ones have no effect.
    for number in range(5):
        await cycle(in_valid=1, in_row=0xFFFF, in_first=1, in_last=0, birth=0x1FF, survive=0x1FF)
        for step in range(number):
            await cycle(in_valid=1, in_first=0, in_last=int(step == 1), out_ready=int(number < 4))
        await cycle(rst=1, in_valid=1, in_first=0)
        await field([0x0F0F, 0x3C3C], first=number % 2, short_reset=True, **CONWAY, in_wrap=1)
    # Random fields.
    offered, taken_every, length = 1, 1, 3
    for step in range(800):
        if step % 50 == 0:
            offered, taken_every, length = random.choice((1, 1, 3)), random.choice((1, 1, 3)), random.choice((2, 4, 8))
        await cycle(
            rst=int(random.randrange(150) == 0),
            in_valid=int(random.randrange(offered) == 0),
            in_first=int(random.randrange(10) == 0),
            in_last=int(random.randrange(length) == 0),
            out_ready=int(random.randrange(taken_every) == 0),
            **(CONWAY if step % 100 < 50 else {}),
        )
    board.finish()
