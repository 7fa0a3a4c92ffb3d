"""Test of skid_buffer_pipeline: every output before and after every rising edge."""

from dataclasses import dataclass

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random


@dataclass
class Item:
    name: int
    result: int
    slow: bool
    age: int = 0  # edges since it came into S2


def item(op: int, a: int, b: int, name: int) -> Item:
    result = (min(a + b, 0xFFFF), max(a - b, 0), min(a, b), (a ^ b).bit_count())[op]
    return Item(name, result, op == 3)


class Pipeline:
    """Reference model: a list of places from the output to the input; items walk along it one by one, the front one first."""

    def __init__(self) -> None:
        self.known = False
        self.places: list[Item | None] = [None] * 4  # S3, S2, S1, skid buffer

    def outputs(self) -> dict[str, int]:
        front, skid = self.places[0], self.places[3]
        values = dict(out_valid=int(front is not None), in_ready=int(skid is None), occupancy=4 - self.places.count(None))
        if front is not None:
            values |= dict(out_data=front.result, out_id=front.name)
        return values

    def edge(self, pins: dict[str, int]) -> None:
        if pins["rst"]:
            self.known = True
            self.places = [None] * 4
            return
        places = self.places
        doomed = [old for old in places if old is not None and pins["kill_valid"] and old.name == pins["kill_id"]]
        accepted = places[3] is None and pins["in_valid"]
        if places[1] is not None:
            places[1].age += 1
        if pins["out_ready"]:
            places[0] = None
        for place in (1, 2, 3):
            walker = places[place]
            stuck = place == 1 and walker is not None and walker.slow and walker.age < 3
            if walker is not None and places[place - 1] is None and not stuck:
                places[place - 1], places[place] = walker, None
        if accepted:
            new = item(pins["in_op"], pins["in_a"], pins["in_b"], pins["in_id"])
            places[2 if places[2] is None else 3] = new
        self.places = [None if any(old is one for one in doomed) else old for old in places]


@cocotb.test()
async def test_skid_buffer_pipeline(dut):
    random, board, model = seeded_random(), Scoreboard(), Pipeline()
    names = "rst in_valid in_op in_a in_b in_id kill_valid kill_id out_ready".split()
    pins = dict.fromkeys(names, 0)
    handles = {name: getattr(dut, name) for name in names}
    outputs = {name: getattr(dut, name) for name in "out_valid in_ready occupancy out_data out_id".split()}
    for name, handle in handles.items():
        handle.value = 0

    def compare() -> None:
        if model.known:
            for name, value in model.outputs().items():
                board.check(name, outputs[name], value)

    async def cycle(op: int | None, glitch: bool = False, **changes: int) -> None:
        """One cycle from 1 ns before the falling edge: an item with this operation, or none."""
        a = random.choice((0, 0xFFFF, 0x8000, random.randrange(65536), random.randrange(65536)))
        b = random.choice((a, 0xFFFF - a, random.randrange(65536), random.randrange(65536), random.randrange(4)))
        wanted = dict.fromkeys(names, 0) | dict(in_a=a, in_b=b, in_id=random.randrange(16), kill_id=random.randrange(16))
        wanted |= dict(in_valid=int(op is not None), in_op=random.randrange(4) if op is None else op) | changes
        for name, value in wanted.items():
            if pins[name] != value:
                pins[name] = value
                handles[name].value = value
        if glitch:
            for level in (1, 0):
                await Timer(2, "ns")
                dut.rst.value = level ^ pins["rst"]
                dut.out_ready.value = pins["out_ready"] ^ level
            await Timer(1, "ns")
        else:
            await Timer(5, "ns")
        compare()
        await RisingEdge(dut.clk)
        model.edge(pins)
        await Timer(4, "ns")
        compare()

    cocotb.start_soon(Clock(dut.clk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")
    for _ in range(2):
        await cycle(3, rst=1, out_ready=1)

    # Single items of every kind; a stream of each kind; both kinds mixed.
    for op in (0, 3, 1, 2):
        await cycle(op, out_ready=1)
        for _ in range(6):
            await cycle(None, out_ready=1)
    for op in (0, 1, 2, 3):
        for _ in range(10):
            await cycle(op, out_ready=1)
    for step in range(24):
        await cycle((0, 3, 3, 1, 2, 3)[step % 6], out_ready=int(step % 5 != 0))

    # The output stands still: items move up, the buffer fills; then it opens for one cycle at a time.
    for op in (0, 3, 1):
        await cycle(None, rst=1)
        for step in range(3):
            await cycle(op)
            await cycle(None)
        for step in range(8):
            await cycle(op)
        for step in range(14):
            await cycle(op if step % 2 else None, out_ready=int(step % 3 == 0))

    # Kills: of each place of a full pipeline, standing still or moving, by name, with an item of that name at the input.
    for ready in (0, 1):
        for place in range(6):
            for slow in (0, 3):
                await cycle(None, rst=1)
                for name in range(1, 6):
                    await cycle(slow if name == 2 else 0, in_id=name)
                await cycle(1, in_id=place, kill_valid=1, kill_id=place, out_ready=ready)
                await cycle(2, in_id=place, kill_valid=0, kill_id=place, out_ready=ready)
                for _ in range(4):
                    await cycle(None, out_ready=1)
    for step in range(12):
        await cycle(0, in_id=7, kill_valid=int(step in (4, 5, 9)), kill_id=7, out_ready=step % 2)

    # Random.
    eager = ready = 2
    for step in range(700):
        if step % 40 == 0:
            eager, ready, ids, slow = (random.choice(row) for row in ((1, 1, 2, 4), (1, 1, 2, 4), (2, 4, 16), (2, 4, 20)))
        offered = random.randrange(eager) == 0
        await cycle(
            (3 if random.randrange(slow) == 0 else random.randrange(3)) if offered else None,
            glitch=random.randrange(50) == 0,
            rst=int(random.randrange(100) == 0),
            out_ready=int(random.randrange(ready) == 0),
            in_id=random.randrange(ids),
            kill_valid=int(random.randrange(8) == 0),
            kill_id=random.randrange(ids),
        )
    board.finish()
