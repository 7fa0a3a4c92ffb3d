"""How small, fast and frugal the right designs are, wrong ones counted: efficiency, and TuRTLe's score for comparison.

The efficiency of a right sample is golden over candidate, so 1 is as good as the golden design and more is better; that
of a wrong one is 0. It has no cap: a design that beats the golden one is possible, and is to be seen.
"""

from collections.abc import Iterable, Sequence

from harness.analysis.pass_at_k import pass_at_k

TURTLE_SAMPLES = 5
"""TuRTLe divides by five, whatever the number of samples: its score means something at n = 5 only."""
_TURTLE_WORST = 2.0


def best_of_k(values: Sequence[float], k: int) -> float:
    """The expected maximum of k of the values, drawn without replacement; values ≥ 0.

    The maximum is the sum of the steps between neighbouring values that it has climbed, and a step is climbed where one
    of the k is at least that high, which is pass@k with that height as the test. So for values 0 and 1 this is pass@k,
    and it is as unbiased. Raises ValueError where fewer than k values are there.
    """
    total, below = 0.0, 0.0
    for height in sorted({value for value in values if value > 0}):
        total += (height - below) * pass_at_k(len(values), sum(value >= height for value in values), k)
        below = height
    return total if total else pass_at_k(len(values), 0, k)


def turtle_score(ratios: Iterable[Sequence[float]]) -> float:
    """TuRTLe's aggregate of one metric, 100 for the golden design at n = 5, 0 for twice the golden design.

    ``ratios``: candidate over golden of each problem's right samples. A ratio is cut at 2, a problem with fewer than
    five is filled up to five with 2, their sum over five is the problem's, S the mean over problems, and the score
    (2 − S) · 100. So the golden design itself scores 20 with one sample, 100 with five and −200 with twenty. Source:
    Garcia-Gasulla et al., TuRTLe: A Unified Evaluation of LLMs for RTL Generation, 2025. Raises ValueError without
    problems.
    """
    each = []
    for problem in ratios:
        cut = [min(ratio, _TURTLE_WORST) for ratio in problem]
        filled = cut + [_TURTLE_WORST] * (TURTLE_SAMPLES - len(cut))
        each.append(sum(filled) / TURTLE_SAMPLES)
    if not each:
        raise ValueError("the score of no problem")
    return (_TURTLE_WORST - sum(each) / len(each)) * 100
