"""The paired permutation test: if two models are alike, each problem's difference could as well have its other sign."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

DRAWS = 20_000
_MOST_BYTES = 4_000_000
"""Room for the counts of the exact test; 156 problems with n = 20 need 60 kB."""


@dataclass(frozen=True, slots=True)
class SignFlip:
    p: float
    """Two-sided."""
    exact: bool
    """False: by DRAWS random choices of signs."""


def sign_flip(differences: Sequence[Fraction], seed: int) -> SignFlip:
    """How rarely a random choice of signs makes the sum at least as far from 0 as it is.

    Every choice is counted where the differences have a common denominator of a reasonable size (that of pass@1 is n);
    for differences of −1, 0 and 1 this is McNemar's exact test. Else the choices are drawn, and the one that was seen
    counts among them, so that p is never 0 and holds its level (Phipson and Smyth, 2010).
    """
    moved = [difference for difference in differences if difference]
    unit = math.lcm(*(difference.denominator for difference in moved))
    steps = [int(difference * unit) for difference in moved]
    common = math.gcd(*steps) or 1
    sizes = [abs(step) // common for step in steps]
    seen = abs(sum(steps)) // common
    if sum(sizes) * (len(sizes) // 8 + 1) <= _MOST_BYTES:
        return SignFlip(_counted(sizes, seen), True)
    return SignFlip(_drawn(sizes, seen, random.Random(seed)), False)


def _counted(sizes: Sequence[int], seen: int) -> float:
    """Over all 2^m choices of signs.

    The sum of the positive ones says everything; how many choices lead to each such sum is a polynomial, kept as one
    long integer with a field of ``width`` bytes for each sum.
    """
    if seen == 0:
        return 1.0
    width = len(sizes) // 8 + 1
    ways = 1
    for size in sizes:
        ways += ways << (8 * width * size)
    last = (sum(sizes) - seen) // 2
    fields = (ways & ((1 << (8 * width * (last + 1))) - 1)).to_bytes(width * (last + 1), "little")
    tail = sum(int.from_bytes(fields[at : at + width], "little") for at in range(0, len(fields), width))
    return min(1.0, 2 * tail / (1 << len(sizes)))


def _drawn(sizes: Sequence[int], seen: int, chance: random.Random) -> float:
    whole = sum(sizes)
    found = 0
    for _ in range(DRAWS):
        signs = chance.getrandbits(len(sizes))
        positive = sum(size for index, size in enumerate(sizes) if signs >> index & 1)
        found += abs(2 * positive - whole) >= seen
    return (found + 1) / (DRAWS + 1)
