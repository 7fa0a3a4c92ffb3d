"""The scoreboard that a native cocotb testbench imports as ``harness_scoreboard``.

A copy of this file is laid beside the test before each simulation (and into every ``repro``
folder), so it needs nothing but cocotb. It counts checks and writes the one verdict line

    HARNESS <key> checked=<n> failed=<m> first=<time in ns of the first mismatch, or ->

to the file descriptor named by ``HARNESS_VERDICT_FD`` (standard output where there is none). Key and
descriptor are taken out of the environment at import, before the design does anything.
"""

import os
import random
from typing import Any

from cocotb.utils import get_sim_time

_KEY = os.environ.pop("HARNESS_KEY", "0" * 16)
_FD = int(os.environ.pop("HARNESS_VERDICT_FD", "1"))


def seeded_random() -> random.Random:
    """A random source seeded by ``COCOTB_RANDOM_SEED`` (1 where unset): same seed, same stimulus."""
    return random.Random(int(os.environ.get("COCOTB_RANDOM_SEED", "1")))


class Scoreboard:
    """Compares values and remembers how many differed, and when the first one did."""

    def __init__(self) -> None:
        self.checked = 0
        self.failed = 0
        self.first: int | None = None

    def check(self, name: str, actual: Any, expected: int) -> bool:
        """Compare a handle or value of the design with an integer; X or Z never equals one.

        Args:
            name: the signal's name, for the log line.
            actual: a cocotb handle, or a value read from one.
            expected: what the reference model says, as an unsigned integer.

        Returns: whether they agree. A difference is logged (the first ten) and counted.
        """
        value = getattr(actual, "value", actual)
        self.checked += 1
        text = str(value)
        try:
            same = int(text, 2) == expected if set(text) <= {"0", "1"} else False
        except ValueError:
            same = False
        if same:
            return True
        now = int(get_sim_time("ns"))
        self.failed += 1
        if self.first is None:
            self.first = now
        if self.failed <= 10:
            print(f"MISMATCH time={now} signal={name} expected={expected:b} got={text}", flush=True)
        return False

    def finish(self) -> None:
        """Write the verdict line. Call it once, as the last thing the test does."""
        first = "-" if self.first is None else str(self.first)
        line = f"HARNESS {_KEY} checked={self.checked} failed={self.failed} first={first}\n"
        os.write(_FD, line.encode())
