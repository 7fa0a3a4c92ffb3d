"""pass@k and pass^k by their unbiased estimators."""

import math
from fractions import Fraction


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """1 − C(n−c, k) / C(n, k): the chance that at least one of k samples drawn without replacement is right.

    Source: Chen et al., Evaluating Large Language Models Trained on Code, 2021, equation 1.
    Raises ValueError where fewer than k samples are there: there is no unbiased estimate then.
    """
    _check(samples, correct, k)
    return 1 - math.comb(samples - correct, k) / math.comb(samples, k)


def exact_pass_at_k(samples: int, correct: int, k: int) -> Fraction:
    """The same as a fraction, so that equal differences are equal. Raises ValueError as ``pass_at_k`` does."""
    _check(samples, correct, k)
    return 1 - Fraction(math.comb(samples - correct, k), math.comb(samples, k))


def pass_hat_k(samples: int, correct: int, k: int) -> float:
    """pass^k = C(c, k) / C(n, k): the chance that all of k samples drawn without replacement are right.

    Source: Yao et al., tau-bench, 2024, section 3. Raises ValueError where fewer than k samples are there.
    """
    _check(samples, correct, k)
    return math.comb(correct, k) / math.comb(samples, k)


def _check(samples: int, correct: int, k: int) -> None:
    if not 0 <= correct <= samples:
        raise ValueError(f"{correct} correct of {samples} samples")
    if not 1 <= k <= samples:
        raise ValueError(f"pass@{k} from {samples} samples")
