"""Test of rle_codec: every output in both halves of every clock cycle."""

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random

WIDTHS = {
    "rst": 1, "raw_valid": 1, "raw_data": 8, "raw_last": 1, "pair_ready": 1,
    "code_valid": 1, "code_count": 4, "code_value": 8, "code_last": 1, "byte_ready": 1,
}  # fmt: skip


class Encoder:
    """Reference model: the bytes of the open run."""

    def __init__(self) -> None:
        self.run: list[int] = []
        self.complete = self.valid = False
        self.pair = (0, 0, 0)

    def ready(self, pair_ready: int) -> int:
        return int((not self.valid or bool(pair_ready)) and not self.complete)

    def edge(self, inputs: dict[str, int]) -> None:
        if self.valid and not inputs["pair_ready"]:
            return
        sent: list[int] = []
        last = 0
        if self.complete:
            sent, self.run, self.complete, last = self.run, [], False, 1
        elif inputs["raw_valid"]:
            if self.run and (len(self.run) == 16 or self.run[0] != inputs["raw_data"]):
                sent, self.run = self.run, []
            self.run = [*self.run, inputs["raw_data"]]
            self.complete = bool(inputs["raw_last"])
        self.valid = bool(sent)
        if sent:
            self.pair = len(sent) - 1, sent[0], last


class Decoder:
    """Reference model: the bytes to come, each with its last flag."""

    def __init__(self) -> None:
        self.coming: list[tuple[int, int]] = []

    def ready(self, byte_ready: int) -> int:
        return int(len(self.coming) <= byte_ready)

    def edge(self, inputs: dict[str, int]) -> None:
        ready = self.ready(inputs["byte_ready"])
        if inputs["byte_ready"]:
            del self.coming[:1]
        if ready and inputs["code_valid"]:
            self.coming = [(inputs["code_value"], 0)] * inputs["code_count"] + [(inputs["code_value"], inputs["code_last"])]


@cocotb.test()
async def test_rle_codec(dut):
    random, board = seeded_random(), Scoreboard()
    inputs = dict.fromkeys(WIDTHS, 0)
    handles = {name: getattr(dut, name) for name in inputs}
    for name, handle in handles.items():
        handle.value = inputs[name]
    encoder, decoder, known = Encoder(), Decoder(), False

    def compare() -> None:
        if not known:
            return
        data, last = decoder.coming[0] if decoder.coming else (0, 0)
        last = last if len(decoder.coming) == 1 else 0
        count, value, end = encoder.pair
        for name, expected in (
            ("raw_ready", encoder.ready(inputs["pair_ready"])),
            ("pair_valid", int(encoder.valid)),
            ("pair_count", count),
            ("pair_value", value),
            ("pair_last", end),
            ("code_ready", decoder.ready(inputs["byte_ready"])),
            ("byte_valid", int(bool(decoder.coming))),
            ("byte_data", data),
            ("byte_last", last),
        ):
            board.check(name, outputs[name], expected)

    outputs = {
        name: getattr(dut, name)
        for name in (
            "raw_ready", "pair_valid", "pair_count", "pair_value", "pair_last",
            "code_ready", "byte_valid", "byte_data", "byte_last",
        )
    }  # fmt: skip

    async def cycle(short_reset: bool = False, **changes: int) -> None:
        """One cycle from 1 ns before the falling edge; rst is 0 and all else noise unless given."""
        nonlocal encoder, decoder, known
        values = {"rst": 0, **changes}
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
        compare()
        await RisingEdge(dut.clk)
        if inputs["rst"]:
            encoder, decoder, known = Encoder(), Decoder(), True
        else:
            encoder.edge(inputs)
            decoder.edge(inputs)
        await Timer(4, "ns")
        if random.randrange(4) == 0:
            compare()

    async def encode(text: list[int], eager: int = 1, **changes: int) -> None:
        """A message; raw_valid is 1 in one of `eager` cycles. At most 200 cycles."""
        for place, octet in enumerate(text):
            for _ in range(200 // len(text)):
                valid = int(random.randrange(eager) == 0)
                take = valid and encoder.ready(changes.get("pair_ready", 1))
                await cycle(raw_valid=valid, raw_data=octet, raw_last=int(place == len(text) - 1), **{"pair_ready": 1, **changes})
                if take:
                    break

    cocotb.start_soon(Clock(dut.clk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")
    for _ in range(3):
        await cycle(rst=1, raw_valid=1, code_valid=1)

    # Encoder: runs around 16 and 32, with the end of the message at each place; meanwhile the decoder gets noise.
    for length in (1, 2, 15, 16, 17, 32, 33):
        await encode([length] * length)
        await encode([length] * length + [99])
        await encode([99] + [length] * length)
    # Equal bytes on both sides of the end of a message; messages of one byte.
    for text in ([5], [5], [5, 5], [5, 6], [6, 6, 6], [6], [0], [0, 255, 0], [255]):
        await encode(text)
    await encode([1, 1, 2, 3, 3, 3, 4], eager=3)
    # Nobody takes the pairs for a while: at a change of bytes, at the end of a message.
    for text in ([8, 9], [8], [7, 7, 8, 9], [7] * 18):
        for octet in text[:-1]:
            await cycle(raw_valid=1, raw_data=octet, raw_last=0, pair_ready=0)
        for _ in range(3):
            await cycle(raw_valid=1, raw_data=text[-1], raw_last=1, pair_ready=0)
        for step in range(4):
            await cycle(raw_valid=int(step > 1), raw_data=8, raw_last=0, pair_ready=step % 2)
        await encode([8, 1])
        await cycle(raw_valid=0, pair_ready=1)
        await cycle(raw_valid=0, pair_ready=1)
    # A run that waits while nothing comes.
    await cycle(raw_valid=1, raw_data=3, raw_last=0, pair_ready=1)
    for ready in (1, 0, 1):
        await cycle(raw_valid=0, pair_ready=ready)
    await encode([3, 3, 4])

    # Decoder: runs of all lengths back to back, last or not, then stopped now and then.
    for eager in (1, 3):
        for count in (0, 0, 1, 15, 2, 0, 14, 7):
            taken = False
            for _ in range(60):
                ready = int(random.randrange(eager) == 0)
                taken = bool(decoder.ready(ready))
                await cycle(code_valid=1, code_count=count, code_last=count % 2, byte_ready=ready)
                if taken:
                    break
        for _ in range(18):
            await cycle(code_valid=0, byte_ready=1)
    # A pair that is taken with the last byte, and one that comes too late for it.
    for late in (0, 1):
        await cycle(code_valid=1, code_count=1, code_last=1, byte_ready=0)
        await cycle(code_valid=1, byte_ready=1)
        await cycle(code_valid=1, byte_ready=0)
        await cycle(code_valid=1 - late, code_count=0, code_last=0, byte_ready=1)
        await cycle(code_valid=0, byte_ready=1)
        await cycle(code_valid=0, byte_ready=1)
    # Resets within runs on both sides; a reset between two edges has no effect.
    for step in range(8):
        for _ in range(step):
            await cycle(raw_valid=1, raw_data=2, raw_last=int(step % 4 == 3), pair_ready=0, code_valid=1, code_count=9, byte_ready=1)
        await cycle(rst=1, raw_valid=1, code_valid=1)
        await cycle(raw_valid=step % 2, raw_data=2, raw_last=0, pair_ready=1, code_valid=0, byte_ready=1, short_reset=True)
        await encode([2, 2, 1], short_reset=True)
    # Random.
    few, offered, taken_every = 2, 1, 1
    for step in range(900):
        if step % 60 == 0:
            few, offered, taken_every = random.choice((1, 2, 3)), random.choice((1, 1, 3)), random.choice((1, 1, 3))
        await cycle(
            rst=int(random.randrange(200) == 0),
            raw_valid=int(random.randrange(offered) == 0),
            raw_data=random.randrange(few),
            raw_last=int(random.randrange(20) == 0),
            pair_ready=int(random.randrange(taken_every) == 0),
            code_valid=int(random.randrange(offered) == 0),
            code_count=random.choice((0, 0, 1, 2, 5, 15)),
            byte_ready=int(random.randrange(taken_every) == 0),
        )
    board.finish()
