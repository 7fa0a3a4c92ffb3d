"""McNemar's exact test: did more problems go one way than the other?"""

import math


def mcnemar(gained: int, lost: int) -> float:
    """Two-sided p: the chance that ``gained + lost`` fair coins fall at least as unevenly.

    Source: McNemar, Psychometrika 12, 1947, in its exact (binomial) form. 1 where no problem changed sides.
    """
    count = gained + lost
    tail = sum(math.comb(count, number) for number in range(min(gained, lost) + 1))
    return min(1.0, 2 * tail / (1 << count))
