"""Test of aes_round: every output in both halves of every clock cycle."""

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from harness_scoreboard import Scoreboard, seeded_random

PLAIN = 0x3243F6A8885A308D313198A2E0370734
CIPHER_KEY = 0x2B7E151628AED2A6ABF7158809CF4F3C
CIPHER_TEXT = 0x3925841D02DC09FBDC118597196A0B32
LATENCY = 5


def times(a: int, b: int) -> int:
    """Product in GF(2^8)."""
    product = 0
    for bit in range(8):
        if b >> bit & 1:
            product ^= a << bit
    for bit in range(14, 7, -1):
        if product >> bit & 1:
            product ^= 0x11B << (bit - 8)
    return product


def s_box_table() -> list[int]:
    """From its definition: the inverse, found by the powers of the generator 3, then the affine map."""
    powers = [1]
    for _ in range(254):
        powers.append(times(powers[-1], 3))
    table = []
    for byte in range(256):
        inverse = powers[-powers.index(byte) % 255] if byte else 0
        turned = inverse * 0x101
        table.append((inverse ^ turned >> 7 ^ turned >> 6 ^ turned >> 5 ^ turned >> 4) & 255 ^ 0x63)
    return table


S_BOX = s_box_table()


def round_of_aes(state: int, key: int, last: int) -> int:
    octets = state.to_bytes(16, "big")
    grid = [[S_BOX[octets[row + 4 * column]] for column in range(4)] for row in range(4)]
    grid = [row[turn:] + row[:turn] for turn, row in enumerate(grid)]
    if not last:
        matrix = [[2, 3, 1, 1], [1, 2, 3, 1], [1, 1, 2, 3], [3, 1, 1, 2]]
        mixed = [[0] * 4 for _ in range(4)]
        for row in range(4):
            for column in range(4):
                for term in range(4):
                    mixed[row][column] ^= times(matrix[row][term], grid[term][column])
        grid = mixed
    return int.from_bytes(bytes(grid[i % 4][i // 4] for i in range(16)), "big") ^ key


def next_key(key: int, rcon: int) -> int:
    octets = list(key.to_bytes(16, "big"))
    carry = [S_BOX[octets[i]] for i in (13, 14, 15, 12)]
    carry[0] ^= rcon
    out: list[int] = []
    for octet in octets:
        out.append(octet ^ (carry[len(out)] if len(out) < 4 else out[-4]))
    return int.from_bytes(bytes(out), "big")


class Model:
    """Reference model: the result of the one job, and how many edges are left until it shows."""

    def __init__(self) -> None:
        self.known = False
        self.result: tuple[int, int] | None = None
        self.left = 0

    def valid(self) -> int:
        return int(self.result is not None and self.left == 0)

    def ready(self, out_ready: int) -> int:
        return out_ready if self.valid() else int(self.result is None)

    def edge(self, inputs: dict[str, int]) -> None:
        if inputs["rst"]:
            self.known, self.result, self.left = True, None, 0
            return
        ready = self.ready(inputs["out_ready"])
        if self.left:
            self.left -= 1
        elif self.valid() and inputs["out_ready"]:
            self.result = None
        if ready and inputs["in_valid"]:
            state = round_of_aes(inputs["state_in"], inputs["key_in"], inputs["last"])
            self.result, self.left = (state, next_key(inputs["key_in"], inputs["rcon"])), LATENCY


@cocotb.test()
async def test_aes_round(dut):
    random, board, model = seeded_random(), Scoreboard(), Model()
    inputs = dict(rst=0, in_valid=0, state_in=0, key_in=0, rcon=0, last=0, out_ready=0)
    handles = {name: getattr(dut, name) for name in inputs}
    for name, handle in handles.items():
        handle.value = inputs[name]

    def compare() -> None:
        if model.known:
            state, key = model.result if model.valid() and model.result else (0, 0)
            board.check("out_valid", dut.out_valid, model.valid())
            board.check("in_ready", dut.in_ready, model.ready(inputs["out_ready"]))
            board.check("state_out", dut.state_out, state)
            board.check("key_out", dut.key_out, key)

    async def cycle(short_reset: bool = False, **changes: int) -> None:
        """One cycle from 1 ns before the falling edge: drive, compare before and after the rising edge."""
        for name, value in changes.items():
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

    def noise() -> dict[str, int]:
        """A random job."""
        names = ("state_in", 128), ("key_in", 128), ("rcon", 8), ("last", 1)
        return {name: random.getrandbits(width) for name, width in names}

    async def idle(cycles: int, **changes: int) -> None:
        for _ in range(cycles):
            await cycle(rst=0, in_valid=0, **{**noise(), **changes})

    cocotb.start_soon(Clock(dut.clk, 10, "ns").start(start_high=False))
    await Timer(9, "ns")

    # Reset with a job on the inputs; idle, with the output taken or not.
    for out_ready in (1, 0, 1):
        await cycle(rst=1, in_valid=1, out_ready=out_ready, **noise())
    await idle(3, out_ready=1)
    await idle(3, out_ready=0)

    # The worked example of FIPS 197: ten rounds back to back. The model itself is held to its cipher text.
    state, key, rcon = PLAIN ^ CIPHER_KEY, next_key(CIPHER_KEY, 1), 2
    for number in range(1, 11):
        last = int(number == 10)
        await cycle(in_valid=1, state_in=state, key_in=key, rcon=rcon, last=last, out_ready=1)
        for _ in range(LATENCY):
            await cycle(in_valid=number % 2, out_ready=1, **noise())
        state, key, rcon = round_of_aes(state, key, last), next_key(key, rcon), times(rcon, 2)
    assert state == CIPHER_TEXT
    await idle(2, out_ready=1)

    # A result that waits: no new job before it is taken; taken with and without a new job at the same edge.
    for again in (0, 1, 1, 0):
        await cycle(in_valid=1, out_ready=0, **noise())
        for _ in range(LATENCY + 4):
            await cycle(in_valid=1, out_ready=0, **noise())
        await cycle(in_valid=again, out_ready=1, **noise())
        await idle(2 + 5 * again, out_ready=1 - again)
        await idle(2, out_ready=1)

    # Single bytes that are not 0, in each place.
    for place in range(16):
        await cycle(in_valid=1, out_ready=1, state_in=0x80 << 8 * place, key_in=0xA5 << 8 * place, rcon=0x1B, last=0)
        await idle(LATENCY, out_ready=1)

    # Reset at every point of a job and of a waiting result; a reset between two edges has no effect.
    for point in range(1, LATENCY + 3):
        await cycle(rst=0, in_valid=1, out_ready=0, **noise())
        await idle(point - 1, out_ready=0)
        await cycle(rst=1, in_valid=1, out_ready=1, **noise())
        await idle(point % 3, out_ready=0)
        await cycle(rst=0, in_valid=1, out_ready=0, short_reset=True, **noise())
        for _ in range(LATENCY):
            await cycle(in_valid=0, out_ready=0, short_reset=True, **noise())
        await cycle(in_valid=0, out_ready=1, short_reset=True, **noise())

    # Random.
    for step in range(500):
        if step % 100 == 0:
            offered, taken = random.choice((1, 2, 5)), random.choice((1, 2, 5))
        await cycle(
            rst=int(random.randrange(90) == 0),
            in_valid=int(random.randrange(offered) == 0),
            out_ready=int(random.randrange(taken) == 0),
            **noise(),
        )
    await cycle(rst=1, in_valid=1, out_ready=1, **noise())
    await idle(LATENCY + 2, out_ready=0)
    board.finish()
