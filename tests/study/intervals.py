"""How often the intervals hold the truth, and how often the test errs: synthetic runs whose truth is known.

``make coverage`` runs it (some minutes) and writes the tables of docs/intervals.md. Problems' true rates are drawn from
a beta distribution of the given mean whose spread is the correlation of two samples of one problem: 0 where all problems
are alike, near 1 where each is nearly always right or nearly always wrong.
"""

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special, stats

from harness.analysis.difference import difference
from harness.analysis.interval import SHARE_OF_SEEN, TAIL
from harness.analysis.sign_flip import sign_flip

PROBLEMS = (20, 50, 100, 156)
RATES = (0.1, 0.3, 0.5, 0.7, 0.9, 0.95)
SPREADS = (0.0, 0.1, 0.3, 0.6, 0.9)
SAMPLES = 5
LEAST, MOST = 0.93, 0.97
PAGE = Path(__file__).parents[2] / "docs" / "intervals.md"
BEGIN, END = "<!-- made by make coverage -->\n", "<!-- end -->"
Counts = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Cell:
    problems: int
    n: int
    rate: float
    spread: float
    """Of no importance for n = 1: right and wrong are all that is seen."""


def cells(problems: Sequence[int] = PROBLEMS, rates: Sequence[float] = RATES) -> Iterator[Cell]:
    for count in problems:
        for rate in rates:
            yield Cell(count, 1, rate, 0.0)
            yield from (Cell(count, SAMPLES, rate, spread) for spread in SPREADS)


def distribution(cell: Cell) -> Any:
    """Of the right samples of one problem."""
    if cell.spread == 0:
        return stats.binom(cell.n, cell.rate)
    scale = 1 / cell.spread - 1
    return stats.betabinom(cell.n, cell.rate * scale, (1 - cell.rate) * scale)


def holds(counts: Counts, n: int, rate: float) -> Flags:
    """For each run (a row of right samples by problem) whether ``estimate`` of it holds the rate.

    The same intervals for many runs at once, and asked for their tails at that rate instead of their bounds; a test
    compares both.
    """
    problems = counts.shape[1]
    values = counts / n
    mean, variance = values.mean(axis=1), values.var(axis=1, ddof=1)
    mixed = (mean > 0) & (mean < 1)
    p = np.where(mixed, mean, 0.5)
    weight = (counts != np.where(mean > 0.5, n, 0)[:, None]).sum(axis=1) ** 2
    share = (weight * variance / (p * (1 - p)) + 1) / (weight + 1)
    size = np.clip(problems / share, 1, problems * n)
    inside = np.minimum(_tail(p * size, size, rate), _tail(size - p * size, size, 1 - rate)) >= TAIL
    agreed = np.where(mean > 0.5, rate, 1 - rate) ** problems >= TAIL
    return np.asarray(np.where(mixed, inside, agreed))


def _tail(hits: Any, size: Any, rate: float) -> Any:
    more = special.betainc(hits + 1, size - hits, rate)
    return more + SHARE_OF_SEEN * (special.betainc(hits, size - hits + 1, rate) - more)


def coverage(cell: Cell, runs: int, chance: np.random.Generator) -> float:
    """Exact for n = 1, else over ``runs`` synthetic runs."""
    if cell.n == 1:
        each = np.tril(np.ones((cell.problems + 1, cell.problems), int), -1)  # none right, one, two …
        chances = stats.binom.pmf(np.arange(cell.problems + 1), cell.problems, cell.rate)
        return float(chances[holds(each, 1, cell.rate)].sum())
    drawn = distribution(cell).rvs((runs, cell.problems), random_state=chance)
    return float(holds(drawn, cell.n, cell.rate).mean())


def best_possible(cell: Cell) -> float:
    """The least that an interval can cover whose tails hold at most 2.5 % each, if it went by the number of right
    samples and knew the spread: where that is above MOST, discreteness forces it."""
    one = distribution(cell).pmf(np.arange(cell.n + 1))
    total = np.array([1.0])
    for _ in range(cell.problems):
        total = np.convolve(total, one)
    tails = [np.cumsum(total), np.cumsum(total[::-1])]
    return 1 - sum(float(max((p for p in tail if p <= 0.025), default=0.0)) for tail in tails)


@dataclass(frozen=True)
class Pair:
    """Two models on the same problems; their rates are of one rank correlation, as those of two checkpoints are."""

    problems: int
    n: int
    first: float
    second: float
    spread: float
    alike: float


def pairs() -> Iterator[Pair]:
    for problems in PROBLEMS:
        for n in (1, SAMPLES):
            for first, second in ((0.1, 0.2), (0.5, 0.5), (0.5, 0.6), (0.9, 0.9), (0.9, 0.95), (0.5, 0.9)):
                for spread in (0.3, 0.8):
                    for alike in (0.5, 0.9):
                        yield Pair(problems, n, first, second, spread, alike)


def draw_pairs(pair: Pair, runs: int, chance: np.random.Generator) -> Counts:
    """Differences of right samples, runs × problems."""
    normal = chance.standard_normal((2, runs, pair.problems))
    other = pair.alike * normal[0] + math.sqrt(1 - pair.alike**2) * normal[1]
    rates = [_rates(pair.first, pair.spread, normal[0]), _rates(pair.second, pair.spread, other)]
    counts = [chance.binomial(pair.n, rate) for rate in rates]
    return np.asarray(counts[1] - counts[0])


def _rates(rate: float, spread: float, normal: Any) -> Any:
    """Beta-distributed rates at the given ranks, by a table of quantiles."""
    ranks = np.linspace(0, 1, 4001)
    scale = 1 / spread - 1
    return np.interp(special.ndtr(normal), ranks, stats.beta.ppf(ranks, rate * scale, (1 - rate) * scale))


def covers_difference(pair: Pair, runs: int, chance: np.random.Generator) -> float:
    truth, held = pair.second - pair.first, 0
    for row in draw_pairs(pair, runs, chance):
        found = difference([int(step) / pair.n for step in row])
        assert found is not None
        held += found.low - 1e-9 <= truth <= found.high + 1e-9
    return held / runs


def false_alarms(pair: Pair, runs: int, chance: np.random.Generator) -> float:
    """How often two runs of one model are called different at the level of 5 %: same rate, same problems."""
    rates = _rates(pair.first, pair.spread, chance.standard_normal((runs, pair.problems)))
    steps = chance.binomial(pair.n, rates) - chance.binomial(pair.n, rates)
    return sum(sign_flip([Fraction(int(step), pair.n) for step in row], 1).p < 0.05 for row in steps) / runs


def percent(value: float) -> str:
    return f"{100 * value:.1f}"


def coverage_table(found: Mapping[Cell, float]) -> list[str]:
    lines = ["| problems | n | spread | " + " | ".join(map(str, RATES)) + " |", "|---" * (3 + len(RATES)) + "|"]
    rows = dict.fromkeys((cell.problems, cell.n, cell.spread) for cell in found)
    for problems, n, spread in rows:
        values = [_marked(cell := Cell(problems, n, rate, spread), found[cell]) for rate in RATES]
        shown = "any" if n == 1 else f"{spread:g}"
        lines.append(f"| {problems} | {n} | {shown} | " + " | ".join(values) + " |")
    forced = [cell for cell, value in found.items() if value > MOST]
    lines += ["", f"Least {percent(min(found.values()))}, mean {percent(sum(found.values()) / len(found))}."]
    named = [
        f"{c.problems} problems, n = {c.n}, rate {c.rate:g}{'' if c.n == 1 else f', spread {c.spread:g}'}"
        for c in forced
    ]
    lines += ["", f"Above {percent(MOST)} in {len(forced)} of {len(found)} cells: {'; '.join(named) or 'none'}."]
    return lines


def _marked(cell: Cell, value: float) -> str:
    """``*``: discreteness forces it above MOST; ``!``: it does not."""
    if value <= MOST:
        return percent(value)
    return f"{percent(value)} {'*' if best_possible(cell) > MOST else '!'}"


def paired_table(runs: int, chance: np.random.Generator) -> list[str]:
    """Over all pairs of a size: least, mean and most coverage of the difference, most false alarms of the test."""
    lines = ["| problems | n | coverage: least | mean | most | false alarms: most |", "|---|---|---|---|---|---|"]
    for problems in PROBLEMS:
        for n in (1, SAMPLES):
            of_size = [pair for pair in pairs() if (pair.problems, pair.n) == (problems, n)]
            held = [covers_difference(pair, runs, chance) for pair in of_size]
            same = {(pair.first, pair.spread): pair for pair in of_size}
            alarms = [false_alarms(pair, runs, chance) for pair in same.values()]
            figures = (min(held), sum(held) / len(held), max(held), max(alarms))
            lines.append(f"| {problems} | {n} | " + " | ".join(map(percent, figures)) + " |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="synthetic runs a cell")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = np.random.default_rng(options.seed)
    found = {}
    for cell in cells():
        found[cell] = coverage(cell, options.runs, chance)
        print(cell, percent(found[cell]), flush=True)
    tables = [*coverage_table(found), "", *paired_table(options.runs // 5, np.random.default_rng(options.seed + 1))]
    head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(head + BEGIN + "\n" + "\n".join(tables) + "\n\n" + END + rest.partition(END)[2], "utf-8")
    print(f"written: {PAGE}")


if __name__ == "__main__":
    main()
