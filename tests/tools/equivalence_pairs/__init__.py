"""Pairs of designs of our own: the equal ones look different, the wrong ones differ rarely."""

from equivalence_pairs import clocks, combinational, memories, state, undefined
from equivalence_pairs.pair import Pair

PAIRS: tuple[Pair, ...] = (
    *combinational.PAIRS,
    *state.PAIRS,
    *memories.PAIRS,
    *clocks.PAIRS,
    *undefined.PAIRS,
)
