"""pass@k by the unbiased estimator."""

import math


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """1 − C(n−c, k) / C(n, k): the chance that at least one of k samples drawn without replacement is right.

    Source: Chen et al., Evaluating Large Language Models Trained on Code, 2021, equation 1.
    Raises ValueError where fewer than k samples are there: there is no unbiased estimate then.
    """
    if not 0 <= correct <= samples:
        raise ValueError(f"{correct} correct of {samples} samples")
    if not 1 <= k <= samples:
        raise ValueError(f"pass@{k} from {samples} samples")
    return 1 - math.comb(samples - correct, k) / math.comb(samples, k)
