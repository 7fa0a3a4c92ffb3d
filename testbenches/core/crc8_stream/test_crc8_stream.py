"""Test of crc8_stream: every output in both halves of every clock cycle, and around each reset."""

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random


def reverse(value: int, width: int = 8) -> int:
    return int(f"{value:0{width}b}"[::-1], 2)


def crc8(octets: list[int]) -> int:
    """CRC by polynomial division, unreflected, with reflection at both ends."""
    crc = 0xFF
    for octet in octets:
        crc ^= reverse(octet)
        for _ in range(8):
            crc <<= 1
            if crc & 0x100:
                crc ^= 0x11D
    return reverse(crc)


class Frames:
    """Reference model: the list of bytes of the open frame, or None."""

    def __init__(self) -> None:
        self.known = False
        self.frame: list[int] | None = None
        self.crc = self.valid = self.count = 0

    def reset(self) -> None:
        self.known = True
        self.frame = None
        self.crc = self.valid = self.count = 0

    def edge(self, inputs: dict[str, int]) -> None:
        if not inputs["rst_n"]:
            return
        self.valid = 0
        if inputs["sof"]:
            self.frame = []
        if self.frame is not None and inputs["valid"]:
            self.frame.append(inputs["data"])
        if self.frame is not None and inputs["eof"]:
            self.crc, self.count, self.valid = crc8(self.frame), min(255, len(self.frame)), 1
            self.frame = None


@cocotb.test()
async def test_crc8_stream(dut):
    random, board, model = seeded_random(), Scoreboard(), Frames()
    inputs = dict(rst_n=1, sof=0, valid=0, data=0, eof=0)
    handles = {name: getattr(dut, name) for name in inputs}
    for name, handle in handles.items():
        handle.value = inputs[name]

    def compare() -> None:
        if model.known:
            board.check("crc", dut.crc, model.crc)
            board.check("crc_valid", dut.crc_valid, model.valid)
            board.check("byte_count", dut.byte_count, model.count)

    def drive(**changes: int) -> None:
        for name, value in changes.items():
            if inputs[name] != value:
                inputs[name] = value
                handles[name].value = value

    async def cycle(sof: int, valid: int, eof: int, data: int | None = None, late_reset: bool = False) -> None:
        """One cycle from 1 ns before the falling edge: drive, compare before and after the rising edge.

        With late_reset, a reset pulse of 1 ns follows the rising edge.
        """
        drive(rst_n=1, sof=sof, valid=valid, eof=eof, data=random.randrange(256) if data is None else data)
        await Timer(5, "ns")
        compare()
        await RisingEdge(dut.clk)
        model.edge(inputs)
        if late_reset:
            await Timer(1, "ns")
            compare()
            dut.rst_n.value = 0
            model.reset()
            await Timer(1, "ns")
            compare()
            dut.rst_n.value = 1
            await Timer(2, "ns")
        else:
            await Timer(4, "ns")
        compare()

    async def reset(cycles: int) -> None:
        """Assert reset between two edges, with active inputs, and hold it over some rising edges."""
        drive(sof=1, valid=1, eof=1, data=random.randrange(256))
        await Timer(1, "ns")
        compare()
        drive(rst_n=0)
        model.reset()
        await Timer(1, "ns")
        compare()
        for _ in range(cycles):
            await RisingEdge(dut.clk)
            await Timer(4, "ns")
            compare()
            drive(sof=random.randrange(2), valid=1, eof=random.randrange(2))

    async def frame(octets: list[int], joined: bool, gaps: int = 0) -> None:
        """One frame: joined has sof and eof at the edges of bytes, otherwise they come alone."""
        if joined and octets:
            for index, octet in enumerate(octets):
                for _ in range(random.randrange(gaps + 1) if index else 0):
                    await cycle(0, 0, 0)
                await cycle(int(index == 0), 1, int(index == len(octets) - 1), octet)
        elif joined:
            await cycle(1, 0, 1)
        else:
            await cycle(1, 0, 0)
            for octet in octets:
                for _ in range(random.randrange(gaps + 1)):
                    await cycle(0, 0, 0)
                await cycle(0, 1, 0, octet)
            await cycle(0, 0, 1)

    def octets(count: int) -> list[int]:
        return [random.randrange(256) for _ in range(count)]

    cocotb.start_soon(Clock(dut.clk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")
    await reset(3)

    # Outside a frame bytes and ends are ignored.
    for valid, eof in ((0, 0), (1, 0), (0, 1), (1, 1), (0, 0)):
        await cycle(0, valid, eof)
    # Frames of every kind, one after the other without a gap, and with gaps.
    text = [ord(char) for char in "123456789"]
    for joined in (True, False):
        await frame(text, joined)
        await frame([], joined)
        await frame([0x00], joined)
        await frame([], joined)
        await frame([], joined)
        await frame([0xFF], joined)
        await frame([0x80], joined)
        await cycle(0, 1, 1)
        await frame(octets(5), joined, 3)
        await cycle(0, 0, 0)
        await cycle(0, 1, 0)
        await frame([0x01], joined)
    # A new start abandons the open frame, also with bytes and with an end at the same edge.
    for valid, eof in ((0, 0), (1, 0), (0, 1), (1, 1)):
        await cycle(1, 1, 0)
        await cycle(0, 1, 0)
        await cycle(1, valid, eof)
        await cycle(0, 1, 1)
        await cycle(0, 1, 1)
    # Long frames around the largest count.
    for count in (254, 255, 256, 260):
        await frame(octets(count), bool(count % 2))
    # Reset within an open frame: neither its bytes nor its end count afterwards.
    await cycle(1, 1, 0)
    await cycle(0, 1, 0)
    await reset(1)
    await cycle(0, 1, 1)
    await cycle(0, 0, 1)
    await frame(octets(3), True)
    await cycle(0, 0, 0, late_reset=True)
    await cycle(1, 1, 1, late_reset=True)
    await cycle(1, 1, 0, late_reset=True)
    await cycle(0, 1, 1)

    # Random.
    busy = 2
    for step in range(800):
        if step % 50 == 0:
            busy = random.choice((2, 4, 10))
        await cycle(
            int(random.randrange(busy) == 0),
            int(random.randrange(4) != 0),
            int(random.randrange(busy) == 0),
            late_reset=random.randrange(100) == 0,
        )
        if random.randrange(150) == 0:
            await reset(random.randrange(1, 4))
    board.finish()
