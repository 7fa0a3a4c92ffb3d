"""Test of axi_lite_registers: every output before and after every rising edge."""

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random

INPUTS = "aresetn awvalid awaddr wvalid wdata wstrb bready arvalid araddr rready events".split()
WRITABLE = (0x00, 0x04, 0x08, 0x0C, 0x14)


class Registers:
    """Reference model: a dictionary of registers and two halves of a write."""

    def __init__(self) -> None:
        self.known = False
        self.reset()

    def reset(self) -> None:
        self.value = dict.fromkeys(range(0x00, 0x18, 4), 0)
        self.address: int | None = None
        self.data: tuple[int, int] | None = None
        self.bvalid = self.bresp = self.rvalid = self.rdata = self.rresp = self.irq = 0

    def outputs(self) -> dict[str, int]:
        return dict(
            awready=int(self.address is None and not self.bvalid),
            wready=int(self.data is None and not self.bvalid),
            bvalid=self.bvalid,
            bresp=self.bresp,
            arready=1 - self.rvalid,
            rvalid=self.rvalid,
            rdata=self.rdata,
            rresp=self.rresp,
            irq=self.irq,
            control=self.value[0x00],
        )

    def write(self, address: int, data: int, strobes: int) -> None:
        self.bvalid, self.bresp = 1, 0 if address in WRITABLE else 2
        if address not in WRITABLE:
            return
        self.value[0x10] = (self.value[0x10] + 1) % 2**32
        for lane in range(4):
            if strobes >> lane & 1 == 0 or (lane and address in (0x04, 0x08)):
                continue
            octets = bytearray(self.value[address].to_bytes(4, "little"))
            new = data.to_bytes(4, "little")[lane]
            if address == 0x04:
                new = octets[lane] - (octets[lane] & new)
            elif address == 0x14:
                new = octets[lane] ^ new
            octets[lane] = new
            self.value[address] = int.from_bytes(octets, "little")

    def edge(self, pins: dict[str, int]) -> None:
        if not pins["aresetn"]:
            self.known = True
            self.reset()
            return
        before, ready = dict(self.value), self.outputs()
        if self.rvalid:
            self.rvalid = 1 - pins["rready"]
        elif pins["arvalid"]:
            address = pins["araddr"] // 4 * 4
            self.rvalid, self.rdata, self.rresp = 1, before.get(address, 0), 0 if address in before else 2
        if self.bvalid:
            self.bvalid = 1 - pins["bready"]
        if ready["awready"] and pins["awvalid"]:
            self.address = pins["awaddr"] // 4 * 4
        if ready["wready"] and pins["wvalid"]:
            self.data = pins["wdata"], pins["wstrb"]
        if self.address is not None and self.data is not None:
            self.write(self.address, *self.data)
            self.address = self.data = None
        self.value[0x04] |= pins["events"]
        self.irq = int(before[0x04] & before[0x08] != 0)


@cocotb.test()
async def test_axi_lite_registers(dut):
    random, board, model = seeded_random(), Scoreboard(), Registers()
    pins = dict.fromkeys(INPUTS, 0)
    pins["aresetn"] = 1
    handles = {name: getattr(dut, name) for name in INPUTS}
    outputs = {name: getattr(dut, name) for name in model.outputs()}
    for name, handle in handles.items():
        handle.value = pins[name]

    def compare() -> None:
        if model.known:
            for name, value in model.outputs().items():
                board.check(name, outputs[name], value)

    def noise() -> dict[str, int]:
        """Payloads that do not matter unless a handshake takes them."""
        return dict(
            awaddr=random.randrange(64), wdata=random.randrange(2**32), wstrb=random.randrange(16), araddr=random.randrange(64)
        )

    async def cycle(glitch: bool = False, **changes: int) -> None:
        """One cycle from 1 ns before the falling edge; what is not named is 0, payloads are noise."""
        wanted = dict.fromkeys(INPUTS, 0) | noise() | {"aresetn": 1} | changes
        for name, value in wanted.items():
            if pins[name] != value:
                pins[name] = value
                handles[name].value = value
        if glitch:
            for level in (0, 1):
                await Timer(1 + level, "ns")
                dut.aresetn.value = level ^ 1 ^ pins["aresetn"]
            await Timer(2, "ns")
        else:
            await Timer(5, "ns")
        compare()
        await RisingEdge(dut.aclk)
        model.edge(pins)
        await Timer(4, "ns")
        compare()

    async def write(address: int, data: int, strobes: int = 15, lead: int = 0, **others: int) -> None:
        """Address first by ``lead`` cycles, or data first by ``-lead``; at once for 0."""
        half = dict(awvalid=1, awaddr=address), dict(wvalid=1, wdata=data, wstrb=strobes)
        if lead:
            await cycle(**half[lead < 0], **others)
            for step in range(abs(lead) - 1):
                await cycle(**{("awvalid", "wvalid")[lead < 0]: step % 2, "bready": 1}, **others)
            await cycle(**half[lead > 0], bready=1, **others)
        else:
            await cycle(**half[0], **half[1], bready=1, **others)
        for _ in range(random.randrange(3)):
            await cycle(awvalid=1, wvalid=1)
        await cycle(awvalid=1, wvalid=1, bready=1)

    async def read(address: int, **others: int) -> None:
        await cycle(arvalid=1, araddr=address, **others)
        for _ in range(random.randrange(3)):
            await cycle(arvalid=1)
        await cycle(arvalid=1, rready=1)

    async def read_all() -> None:
        for address in range(0, 64, 4):
            await read(address + random.randrange(4))

    cocotb.start_soon(Clock(dut.aclk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")
    for _ in range(3):
        await cycle(aresetn=0, awvalid=1, wvalid=1, bready=1, arvalid=1, rready=1, events=255)
    await read_all()

    # Each register with every kind of strobe and order; errors, too.
    for number, address in enumerate((0, 12, 20, 8, 4, 16, 24, 60, 44)):
        await write(address, 0xFFFFFFFF, 15, number % 3 - 1)
        await write(address + 3, random.randrange(2**32), 1 << number % 4, 2 - number % 5)
        await write(address, random.randrange(2**32), random.randrange(16))
        await write(address, 0xFFFFFFFF, 0)
        await read(address)
    await read(16)

    # Events against clearing, one bit at a time, and the delay of irq.
    await write(8, 0x1A5, 15)
    await write(4, 0xFF, 1)
    for bit in range(8):
        await cycle(events=1 << bit)
        await cycle(arvalid=1, araddr=4)
        await cycle(rready=1)
        await write(4, 0x100 + (1 << bit), 15, bit % 2, events=1 << bit)
        await read(4)
        await write(4, 0xFF, 14)
        await write(4, 255 - (1 << bit), 15)
        await read(4, events=2 << bit & 255)
        await write(4, 255, 1)

    # Read and write of one register at the same edge; responses that wait; the counter seen from a read.
    for address in (0, 20, 8, 12, 16):
        await cycle(awvalid=1, awaddr=address, wvalid=1, wdata=0x5A5A5A5A, wstrb=15, arvalid=1, araddr=address)
        await cycle(rready=1)
        await cycle(arvalid=1, araddr=16)
        await cycle(bready=1, rready=1, arvalid=1)
        await read(address)

    # Resets with a half held, with responses waiting, and one between two edges.
    for step in range(6):
        await cycle(awvalid=step & 1, wvalid=step >> 1 & 1, arvalid=1, araddr=28 * (step % 2), events=255, glitch=step == 4)
        await cycle(aresetn=int(step == 4), awvalid=1, wvalid=1, arvalid=1, events=255)
        await cycle(awvalid=step >> 1 & 1, wvalid=step & 1)
        await cycle(glitch=True, bready=step & 1, rready=1)
        await cycle(bready=1)
    await read_all()

    # Random.
    rate = 1
    for step in range(420):
        if step % 30 == 0:
            rate = random.choice((1, 2, 4))
        quick = [int(random.randrange(rate) == 0) for _ in range(5)]
        targets = (0, 4, 8, 12, 16, 20, random.randrange(64))
        await cycle(
            glitch=random.randrange(60) == 0,
            aresetn=int(random.randrange(80) != 0),
            awvalid=quick[0],
            wvalid=quick[1],
            bready=quick[2],
            arvalid=quick[3],
            rready=quick[4],
            awaddr=random.choice(targets) | random.randrange(4),
            araddr=random.choice(targets),
            events=random.randrange(256) & random.randrange(256) if random.randrange(4) == 0 else 0,
        )
    await read_all()
    board.finish()
