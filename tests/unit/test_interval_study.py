"""docs/intervals.md says what the study found, and the study measures the intervals that runs have."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intervals import (
    LEAST,
    MOST,
    PAGE,
    PROBLEMS,
    RATES,
    SPREADS,
    Cell,
    Pair,
    best_possible,
    coverage,
    covers_difference,
    false_alarms,
    holds,
)
from scipy import stats

from harness.analysis.interval import estimate

TEXT = Path(PAGE).read_text("utf-8")


def cells_of_the_page() -> dict[Cell, tuple[float, str]]:
    """Cell → coverage and mark."""
    found = {}
    for problems, n, spread, *values in re.findall(
        r"^\| (\d+) \| (\d) \| ([\d.]+|any) " + r"\| ([\d.]+ ?[*!]?) " * len(RATES) + r"\|$", TEXT, re.MULTILINE
    ):
        for rate, value in zip(RATES, values, strict=True):
            cell = Cell(int(problems), int(n), rate, 0.0 if spread == "any" else float(spread))
            number, _, mark = value.partition(" ")
            found[cell] = float(number) / 100, mark
    return found


FOUND = cells_of_the_page()


def test_the_page_has_every_cell_of_the_study() -> None:
    assert len(FOUND) == len(PROBLEMS) * (1 + len(SPREADS)) * len(RATES)


def test_the_intervals_cover_93_percent_or_more_in_every_cell() -> None:
    assert min(value for value, _ in FOUND.values()) >= LEAST


def test_they_cover_more_than_97_only_where_discreteness_forces_it_and_those_cells_are_marked() -> None:
    above = {cell for cell, (value, _) in FOUND.items() if value > MOST + 1e-9}
    assert {cell for cell, (_, mark) in FOUND.items() if mark} >= above
    assert [cell for cell, (_, mark) in FOUND.items() if mark and best_possible(cell) <= MOST] == []


def test_no_size_has_more_false_alarms_than_one_in_twenty() -> None:
    alarms = [
        float(value) for value in re.findall(r"^\| \d+ \| \d \|(?: [\d.]+ \|){3} ([\d.]+) \|$", TEXT, re.MULTILINE)
    ]
    assert len(alarms) == 2 * len(PROBLEMS)
    assert max(alarms) <= 5.0


@pytest.mark.parametrize("rate", RATES)
def test_with_one_sample_a_problem_the_page_says_the_exact_coverage(rate: float) -> None:
    cell = Cell(20, 1, rate, 0.0)
    held = []
    for right in range(21):
        interval = estimate([1.0] * right + [0.0] * (20 - right), 20)
        assert interval is not None
        if interval.low <= rate <= interval.high:
            held.append(right)
    assert FOUND[cell][0] == pytest.approx(float(sum(stats.binom.pmf(held, 20, rate))), abs=0.0006)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=30), st.floats(0.02, 0.98))
def test_the_study_asks_for_the_interval_that_runs_have(counts: list[int], rate: float) -> None:
    interval = estimate([count / 5 for count in counts], 5 * len(counts))
    assert interval is not None
    if min(abs(rate - interval.low), abs(rate - interval.high)) > 1e-6:
        assert bool(holds(np.array([counts]), 5, rate)[0]) is (interval.low <= rate <= interval.high)


@pytest.mark.long
@pytest.mark.parametrize("cell", [Cell(20, 5, 0.1, 0.6), Cell(50, 5, 0.95, 0.6), Cell(100, 5, 0.9, 0.3)])
def test_another_seed_finds_the_coverage_of_the_page(cell: Cell) -> None:
    found = coverage(cell, 4000, np.random.default_rng(99))
    assert found == pytest.approx(FOUND[cell][0], abs=0.015)


@pytest.mark.long
@pytest.mark.parametrize("n", [1, 5])
def test_another_seed_finds_no_more_false_alarms_and_intervals_that_hold(n: int) -> None:
    chance = np.random.default_rng(99)
    assert false_alarms(Pair(100, n, 0.5, 0.5, 0.3, 0.9), 2000, chance) <= 0.06
    assert covers_difference(Pair(100, n, 0.5, 0.6, 0.3, 0.9), 2000, chance) >= 0.93
