"""Rank correlation against scipy, and its edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.analysis.rank import ranks, spearman


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert ranks([3, 1, 3, 2]) == [3.5, 1, 3.5, 2]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=30))
def test_rho_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    found = spearman(first, second)
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(stats.spearmanr(first, second).statistic)


def test_what_cannot_be_ranked() -> None:
    assert spearman([], []) is None
    with pytest.raises(ValueError, match="3 values and 2"):
        spearman([1, 2, 3], [1, 2])
