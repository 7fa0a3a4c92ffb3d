"""Two runs over the same problems, paired by problem: is one better, by how much, and what could have been seen?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from harness.analysis.area import geometric_mean
from harness.analysis.difference import detectable, difference, problems_needed, samples_needed
from harness.analysis.holm import holm
from harness.analysis.mcnemar import mcnemar
from harness.analysis.pass_at_k import exact_pass_at_k
from harness.analysis.sign_flip import sign_flip
from harness.analysis.summary import Row, Rows
from harness.analysis.variance import within
from harness.records.outcome import Outcome

LEVEL = 0.05
SEED = 1
"""Of the permutation test, where it has to draw."""


@dataclass(frozen=True, slots=True)
class Count:
    """One problem in one run: samples with a verdict, and the right ones among them."""

    n: int
    right: int

    @staticmethod
    def of(rows: Sequence[Row], metric: str) -> "Count":
        judged = [row for row in rows if row.outcome is not Outcome.INFRA_ERROR]
        return Count(len(judged), sum(metric in row.reached for row in judged))

    @property
    def solved(self) -> bool:
        """More than half of the samples are right."""
        return 2 * self.right > self.n

    @property
    def within(self) -> float:
        return within(self.n, self.right)


def compare(
    runs: Mapping[str, Rows], metric: str, k: int, wish: float | None = None, *, stepwise: bool = False
) -> list[dict[str, Any]]:
    """Every run against the first one, in order; rates and differences in [−1, 1], Holm's p for more than two runs.

    Args:
        runs: name → problem → samples; the first is what the others are compared with.
        wish: the true difference that is to be shown; None: not asked for.
        stepwise: every run against the one before it instead.

    A problem counts where both runs have k samples with a verdict. Raises ValueError where there is none.
    """
    names = list(runs)
    pairs = zip(names if stepwise else names[:1] * len(names), names[1:], strict=False)
    found = [{"first": a, "second": b, **_pair(runs[a], runs[b], metric, k, wish)} for a, b in pairs]
    adjusted = holm([pair["p"] for pair in found])
    for pair, p in zip(found, adjusted, strict=True):
        if len(found) > 1:
            pair["p_holm"] = p
        pair["different"] = p < LEVEL
    return found


def _pair(first: Rows, second: Rows, metric: str, k: int, wish: float | None) -> dict[str, Any]:
    counts = {name: (Count.of(first[name], metric), Count.of(second[name], metric)) for name in first if name in second}
    usable = {name: pair for name, pair in counts.items() if min(pair[0].n, pair[1].n) >= k}
    rates = [(exact_pass_at_k(a.n, a.right, k), exact_pass_at_k(b.n, b.right, k)) for a, b in usable.values()]
    differences = [other - one for one, other in rates]
    found = difference([float(value) for value in differences])
    if found is None:
        raise ValueError(f"no problem with {k} samples in both runs")
    test = sign_flip(differences, SEED)
    return {
        "problems": len(usable),
        "left_out": len({*first, *second}) - len(usable),
        "values": [round(float(fmean(side)), 6) for side in zip(*rates, strict=True)],
        "difference": {name: round(getattr(found, name), 6) for name in ("value", "low", "high")},
        "p": test.p,
        "exact": test.exact,
        "sides": _sides(usable),
        "detectable": round(detectable(found.variance, len(usable)), 6),
        **({} if wish is None else {"wish": _needed(usable, found.variance, wish, k)}),
        **_area(first, second, list(usable)),
    }


def _sides(counts: Mapping[str, tuple[Count, Count]]) -> dict[str, Any]:
    """McNemar's test on the problems that are solved in one run and not in the other."""
    gained = [name for name, (one, other) in counts.items() if other.solved and not one.solved]
    lost = [name for name, (one, other) in counts.items() if one.solved and not other.solved]
    return {"gained": gained, "lost": lost, "mcnemar_p": mcnemar(len(gained), len(lost))}


def _needed(counts: Mapping[str, tuple[Count, Count]], variance: float, wish: float, k: int) -> dict[str, Any]:
    """What it would take to show a difference of ``wish``; ``n`` is left out where it cannot be known.

    How much of the spread single samples make is known for pass@1 with two samples or more. ``n`` is None where no
    number of samples is enough on these problems.
    """
    found: dict[str, Any] = {"difference": wish, "problems": problems_needed(wish, variance)}
    if k == 1 and all(min(one.n, other.n) > 1 for one, other in counts.values()):
        samples = fmean(one.within + other.within for one, other in counts.values())
        of_means = fmean(one.within / one.n + other.within / other.n for one, other in counts.values())
        found["n"] = samples_needed(wish, max(0.0, variance - of_means), samples, len(counts))
    return found


def _area(first: Rows, second: Rows, names: Sequence[str]) -> dict[str, Any]:
    """Area over golden in either run, over the problems that both have right; nothing where there is none."""
    pairs = [(areas(first[name]), areas(second[name])) for name in names]
    both = [(geometric_mean(one), geometric_mean(other)) for one, other in pairs if one and other]
    if not both:
        return {}
    values = [round(geometric_mean(side), 6) for side in zip(*both, strict=True)]
    return {"area": {"values": values, "problems": len(both)}}


def areas(rows: Sequence[Row]) -> list[float]:
    """The area ratios of the samples that pass."""
    return [
        value
        for row in rows
        if row.outcome is Outcome.PASS
        for figure, value in row.ratio
        if figure == "area" and value > 0
    ]
