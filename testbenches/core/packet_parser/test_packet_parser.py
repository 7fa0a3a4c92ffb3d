"""Test of packet_parser: every output after every rising edge."""

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random

START, ESCAPE, PATIENCE = 0xA5, 0x7D, 24
BRIEF = ("packet_error", "error_code", "error_count", "open")


class Parser:
    """Reference model: the open packet is the list of its data bytes so far."""

    def __init__(self) -> None:
        self.known = False
        self.reset()

    def reset(self) -> None:
        self.packet: list[int] | None = None
        self.escaped = False
        self.quiet = 0
        names = "payload_valid payload_data payload_index packet_ok packet_type packet_length"
        self.out = dict.fromkeys(f"{names} packet_error error_code ok_count error_count".split(), 0)

    def outputs(self) -> dict[str, int]:
        return self.out | {"open": int(self.packet is not None)}

    def error(self, code: int) -> None:
        self.packet = None
        count = min(255, self.out["error_count"] + 1)
        self.out.update(packet_error=1, error_code=code, error_count=count)

    def datum(self, value: int) -> None:
        assert self.packet is not None
        self.packet.append(value)
        length, count = self.packet[0], len(self.packet)
        if length > 16:
            self.error(2)
        elif 3 <= count <= length + 2:
            self.out.update(payload_valid=1, payload_data=value, payload_index=count - 3)
        elif count == length + 3:
            if sum(self.packet) % 256:
                self.error(4)
            else:
                kind, good = self.packet[1], (self.out["ok_count"] + 1) % 256
                self.out.update(packet_ok=1, packet_type=kind, packet_length=length, ok_count=good)
                self.packet = None

    def edge(self, rst: int, byte: int | None) -> None:
        if rst:
            self.known = True
            self.reset()
            return
        self.out.update(payload_valid=0, packet_ok=0, packet_error=0)
        if byte is None:
            self.quiet += 1
            if self.packet is not None and self.quiet == PATIENCE:
                self.error(3)
            return
        self.quiet = 0
        if byte == START:
            if self.packet is not None:
                self.error(1)
            self.packet, self.escaped = [], False
        elif self.packet is not None:
            if byte == ESCAPE and not self.escaped:
                self.escaped = True
            else:
                byte ^= 0x20 * self.escaped
                self.escaped = False
                self.datum(byte)


def stuffed(data: list[int], random, generous: bool = False) -> list[int]:
    """Data bytes as they go over the line; with ``generous`` some are escaped that need not be."""
    line = []
    for value in data:
        if value in (START, ESCAPE) or (generous and value ^ 0x20 != START and random.randrange(4) == 0):
            line += [ESCAPE, value ^ 0x20]
        else:
            line.append(value)
    return line


@cocotb.test()
async def test_packet_parser(dut):
    random, board, model = seeded_random(), Scoreboard(), Parser()
    outputs = {name: getattr(dut, name) for name in model.outputs()}
    dut.rst.value = 0
    dut.in_valid.value = 0
    dut.in_data.value = 0

    def compare(names: tuple[str, ...] = tuple(outputs)) -> None:
        if model.known:
            expected = model.outputs()
            for name in names:
                board.check(name, outputs[name], expected[name])

    async def cycle(byte: int | None, rst: int = 0, glitch: bool = False, brief: bool = False) -> None:
        """One cycle from 1 ns before the falling edge; without a byte, the data input shows some other one.

        ``brief``: in long monotonous parts only those outputs are compared that could change.
        """
        dut.rst.value = rst
        dut.in_valid.value = int(byte is not None)
        dut.in_data.value = random.choice((START, ESCAPE, 0, 255)) if byte is None else byte
        if glitch:
            for level in (1, 0):
                await Timer(2, "ns")
                dut.rst.value = level ^ rst
            await Timer(1, "ns")
            compare()
        else:
            await Timer(5, "ns")
        await RisingEdge(dut.clk)
        model.edge(rst, byte)
        await Timer(4, "ns")
        compare(BRIEF if brief else tuple(outputs))

    async def line(octets: list[int], gap: int = 0) -> None:
        for octet in octets:
            for _ in range(random.randrange(gap + 1)):
                await cycle(None)
            await cycle(octet)

    def packet(length: int, wrong: int = 0) -> list[int]:
        """Data bytes of a packet whose checksum is off by ``wrong``."""
        special = (START, ESCAPE, START ^ 0x20, ESCAPE ^ 0x20, 0, 255)
        data = [length] + [random.choice((random.randrange(256), random.choice(special))) for _ in range(length + 1)]
        return [*data, (wrong - sum(data)) % 256]

    cocotb.start_soon(Clock(dut.clk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")
    await cycle(START, rst=1)
    await cycle(START, rst=1)

    # Noise outside packets; packets of all lengths, back to back; both ends of the length.
    await line([0, ESCAPE, 3, 255, ESCAPE, START ^ 0x20])
    for length in (0, 1, 2, 16, 0, 15, 7, 3):
        await line([START, *stuffed(packet(length), random)])
    for length in (17, 18, 32, 48, 128, 255):
        await line([START, length, 0, 0, 0])
    await line([START, *stuffed(packet(5), random, generous=True)], 3)

    # Checksums that are off by one bit.
    for bit in range(8):
        await line([START, *stuffed(packet(bit % 3, 1 << bit), random)])
        await line([0, ESCAPE, 0])

    # A start at every place of a packet, also right after an escape byte; escapes in every place.
    data = [4, 9, START, ESCAPE, 1, 2, (-4 - 9 - START - ESCAPE - 3) % 256]
    whole = [START, *stuffed(data, random)]
    for end in range(1, len(whole)):
        await line(whole[:end])
        await line(whole)
        await line([*whole[:end], ESCAPE])
        await line(whole)
    await line([START, *[octet for value in data for octet in (ESCAPE, value ^ 0x20) if value ^ 0x20 != START]])
    await line([START, ESCAPE, 0x21, 5, ESCAPE, ESCAPE, (-1 - 5 - 0x5D) % 256])

    # Time-outs: one edge short of it, just at it, with an escape pending, and none outside a packet.
    for place, end in enumerate((1, 2, 3, 5, 6)):
        for quiet in (PATIENCE - 1, PATIENCE, PATIENCE + 1):
            await line(whole[:end])
            for _ in range(quiet):
                await cycle(None, brief=True)
            await line(whole[end:])
        if place == 2:
            for _ in range(PATIENCE + 3):
                await cycle(None, brief=True)

    # Resets within a packet, after an escape byte, together with a byte, and between two edges.
    for end in range(1, 6):
        await line(whole[:end])
        await cycle(whole[end], rst=int(end != 3), glitch=end == 3)
        await line(whole[end + 1 :])
        await cycle(None)

    # The number of errors stays at 255.
    for _ in range(262):
        await cycle(START, brief=True)
    await line([START, 17])
    await cycle(None, rst=1)

    # Random.
    for _ in range(18):
        gap = random.choice((0, 0, 1, 4))
        octets = [START, *stuffed(packet(random.randrange(17), random.randrange(4) == 0), random, True)]
        kind = random.randrange(8)
        if kind == 0:
            octets = octets[: random.randrange(len(octets))]
        elif kind == 1:
            octets[random.randrange(len(octets))] = random.randrange(256)
        elif kind == 2:
            octets.insert(random.randrange(len(octets)), random.choice((START, ESCAPE)))
        await line(octets, gap)
        for _ in range(random.choice((0, 0, 1, PATIENCE))):
            await cycle(None, glitch=random.randrange(10) == 0, brief=True)
    board.finish()
