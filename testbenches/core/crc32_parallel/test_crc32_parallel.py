"""Test of crc32_parallel: every output before and after every rising edge, and around each reset."""

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random

POLYNOMIALS = 0x104C11DB7, 0x11EDC6F41
CHECK = 0xCBF43926, 0xE3069283
TEXT = b"123456789"


def remainders(polynomial: int) -> list[int]:
    """Of all bytes times x^32, highest power first."""
    table = []
    for octet in range(256):
        rest = octet << 32
        for power in range(39, 31, -1):
            if rest >> power & 1:
                rest ^= polynomial << (power - 32)
        table.append(rest)
    return table


TABLES = [remainders(polynomial) for polynomial in POLYNOMIALS]
MIRROR = [int(f"{octet:08b}"[::-1], 2) for octet in range(256)]


def crc32(octets: bytes | list[int], kind: int) -> int:
    """The division with the highest power first, with every byte and the result turned round."""
    rest = 0xFFFFFFFF
    for octet in octets:
        rest = (rest << 8 & 0xFFFFFFFF) ^ TABLES[kind][rest >> 24 ^ MIRROR[octet]]
    return int(f"{rest ^ 0xFFFFFFFF:032b}"[::-1], 2)


def with_crc(octets: bytes | list[int], kind: int) -> list[int]:
    return [*octets, *crc32(octets, kind).to_bytes(4, "little")]


class Frames:
    """Reference model: the bytes of the open frame, or None."""

    def __init__(self) -> None:
        self.known = False
        self.reset()

    def reset(self) -> None:
        self.frame: list[int] | None = None
        self.kind = self.valid = self.crc = self.ok = self.count = 0

    def edge(self, inputs: dict[str, int]) -> None:
        self.valid = 0
        if not inputs["rst_n"]:
            return
        if inputs["drop"]:
            self.frame = None
        elif inputs["in_valid"]:
            if self.frame is None:
                self.frame, self.kind = [], inputs["castagnoli"]
            word = inputs["in_data"].to_bytes(4, "little")
            self.frame += [octet for place, octet in enumerate(word) if inputs["in_strobe"] >> place & 1]
            if inputs["in_last"]:
                frame, self.frame = self.frame, None
                self.valid, self.crc, self.count = 1, crc32(frame, self.kind), min(len(frame), 1023)
                self.ok = int(len(frame) >= 4 and with_crc(frame[:-4], self.kind) == frame)


@cocotb.test()
async def test_crc32_parallel(dut):
    random, board, model = seeded_random(), Scoreboard(), Frames()
    assert (crc32(TEXT, 0), crc32(TEXT, 1)) == CHECK
    widths = {"in_valid": 1, "in_data": 32, "in_strobe": 4, "in_last": 1, "castagnoli": 1, "drop": 1}
    inputs = {"rst_n": 1, **dict.fromkeys(widths, 0)}
    handles = {name: getattr(dut, name) for name in inputs}
    for name, handle in handles.items():
        handle.value = inputs[name]

    def compare() -> None:
        if model.known:
            board.check("crc_valid", dut.crc_valid, model.valid)
            board.check("crc", dut.crc, model.crc)
            board.check("crc_ok", dut.crc_ok, model.ok)
            board.check("byte_count", dut.byte_count, model.count)
            board.check("in_frame", dut.in_frame, int(model.frame is not None))

    def drive(**changes: int) -> None:
        """in_valid and drop are 0 unless given, what else is not given is noise."""
        values = {"rst_n": 1, "in_valid": 0, "drop": 0, **changes}
        for name in inputs:
            value = values.get(name, random.getrandbits(widths.get(name, 1)))
            if inputs[name] != value:
                inputs[name] = value
                handles[name].value = value

    async def cycle(late_reset: bool = False, silent: bool = False, **changes: int) -> None:
        """One cycle from 1 ns before the falling edge; with late_reset a short reset follows the rising edge."""
        drive(**changes)
        if not inputs["rst_n"]:
            model.reset()
        await Timer(5, "ns")
        if not silent:
            compare()
        await RisingEdge(dut.clk)
        model.edge(inputs)
        if late_reset:
            await Timer(1, "ns")
            compare()
            dut.rst_n.value = 0
            model.reset()
            model.known = True
            await Timer(1, "ns")
            compare()
            dut.rst_n.value = 1
            await Timer(2, "ns")
        else:
            await Timer(4, "ns")

    async def frame(octets: bytes | list[int], kind: int, holes: bool = False, gaps: int = 1) -> None:
        """A frame whose bytes fill the words, or lie in them with holes; `castagnoli` changes after the first word."""
        rest, first = list(octets), True
        while rest or first:
            strobe = random.randrange(16) if holes else 15
            data = list(random.randbytes(4))
            for place in range(4):
                if strobe >> place & 1:
                    if rest:
                        data[place] = rest.pop(0)
                    else:
                        strobe &= ~(1 << place)
            word = int.from_bytes(bytes(data), "little")
            choice = {"castagnoli": kind} if first else {}
            await cycle(in_valid=1, in_data=word, in_strobe=strobe, in_last=int(not rest), **choice)
            first = False
            while rest and random.randrange(gaps):
                await cycle()

    cocotb.start_soon(Clock(dut.clk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")
    await cycle(in_valid=1, late_reset=True)
    for _ in range(3):
        await cycle(rst_n=0, in_valid=1)
    await cycle()

    # The known text and short frames of all lengths, good and bad, one after the other, with and without holes and gaps.
    for kind in (0, 1):
        await frame(TEXT, kind)
        await frame(with_crc(TEXT, kind), kind)
        await frame(with_crc(TEXT, 1 - kind), kind)
        for holes in (False, True):
            for length in (*range(11), 0, 1, 0):
                await frame(random.randbytes(length), kind, holes, 1 + length % 2)
                await frame(with_crc(random.randbytes(length), kind), kind, holes, 1 + length % 3)
        await frame([0, 0, 0, 0], kind)
        await frame([0, 0, 0, 0, 0], kind)
        await frame([255] * 4, kind)
    # All strobe patterns in the first, a middle and the last word.
    for strobe in range(16):
        await cycle(in_valid=1, in_strobe=strobe, in_last=0)
        await cycle(in_valid=1, in_strobe=strobe ^ 5, in_last=0)
        await cycle(in_valid=1, in_strobe=15 - strobe, in_last=1)
        await cycle(in_valid=1, in_strobe=strobe, in_last=1)
    # One wrong bit anywhere in a good frame.
    for bit in (0, 7, 31, 40, 63, 64, 71, 80, 95):
        octets = with_crc([1, 2, 3, 4, 5, 6, 7, 8], bit % 2)
        octets[bit // 8] ^= 1 << bit % 8
        await frame(octets, bit % 2)
    # Drop: between frames, at the first, a middle and the last word; the frame after it starts afresh.
    for words in range(3):
        for last in (0, 1):
            for _ in range(words):
                await cycle(in_valid=1, in_last=0)
            await cycle(in_valid=1, in_last=last, drop=1)
            await cycle(in_valid=0, drop=last)
            await frame(with_crc(TEXT, last), last)
    # Reset in a frame, and while a result shows.
    for words in range(3):
        await cycle(in_valid=1, in_last=0)
        await cycle(in_valid=1, in_last=int(words == 1), late_reset=words > 0)
        await cycle(rst_n=0, in_valid=1, in_last=0)
        await frame(with_crc(TEXT, words % 2), words % 2)
    # Frames around the largest count, mostly seen at their ends.
    for length in (1022, 1023, 1024, 1026):
        for word in range(length // 4 - 1):
            await cycle(in_valid=1, in_strobe=15, in_last=0, silent=word > 3)
        await cycle(in_valid=1, in_strobe=7, in_last=0)
        await cycle(in_valid=1, in_strobe=(1 << length % 4 + 1) - 1, in_last=1)
        await cycle(in_valid=1, in_strobe=3, in_last=1)
    # Random.
    dense, long = 2, 4
    for step in range(500):
        if step % 60 == 0:
            dense, long = random.choice((1, 2, 4)), random.choice((1, 2, 5))
        await cycle(
            late_reset=random.randrange(150) == 0,
            in_valid=int(random.randrange(dense) == 0),
            in_last=int(random.randrange(long) == 0),
            drop=int(random.randrange(30) == 0),
        )
        if random.randrange(20) == 0:
            await frame(with_crc(random.randbytes(random.randrange(9)), step % 2), step % 2, holes=True)
    board.finish()
