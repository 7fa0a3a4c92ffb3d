"""The line that says where the CPU time of grading went."""

import pytest

from harness.analysis.cost import describe_cost


@pytest.mark.parametrize(
    ("seconds", "line"),
    [
        ({"syntax": 1.0, "simulate": 3.0}, "4.0 CPU s: simulate 75 % · syntax 25 %"),
        ({"b": 1.0, "a": 1.0}, "2.0 CPU s: a 50 % · b 50 %"),
        ({"simulate": 99.6, "interface": 0.4, "screen": 0.0}, "100.0 CPU s: simulate 100 %"),
        ({"interface": 0.0}, None),
        ({}, None),
    ],
)
def test_shares_stand_in_order_and_small_ones_are_left_out(seconds: dict[str, float], line: str | None) -> None:
    assert describe_cost(seconds) == line
