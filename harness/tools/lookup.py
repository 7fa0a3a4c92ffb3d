"""Tables of a Liberty file: values over input slew and output load, between and beyond their points as Liberty says."""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``values[i][j]`` at ``slews[i]`` and ``loads[j]``; an axis that a table lacks has one point."""

    slews: Row
    loads: Row
    values: tuple[Row, ...]

    def at(self, slew: float, load: float) -> float:
        """Bilinear; beyond the ends the nearest two points are extended."""
        row, slew_part = _place(self.slews, slew)
        column, load_part = _place(self.loads, load)
        low, high = self.values[row], self.values[min(row + 1, len(self.values) - 1)]
        right = min(column + 1, len(self.loads) - 1)
        below = low[column] + load_part * (low[right] - low[column])
        above = high[column] + load_part * (high[right] - high[column])
        return below + slew_part * (above - below)


def _place(axis: Row, value: float) -> tuple[int, float]:
    """The point to the left, and how far it is to the next one in parts of the gap."""
    if len(axis) < 2:
        return 0, 0.0
    index = min(max(bisect.bisect_right(axis, value) - 1, 0), len(axis) - 2)
    return index, (value - axis[index]) / (axis[index + 1] - axis[index])


def make_table(values: Sequence[float], variables: Sequence[str], axes: Sequence[Sequence[float]]) -> Table | None:
    """From the flat values of Liberty, the first axis slowest. None where numbers of points and values differ.

    ``variables``: what each axis counts; an output capacitance is the load, all else the slew.
    """
    if not axes or (len(axes) == 1 and len(axes[0]) < 2) or len(values) == 1:
        return Table((0.0,), (0.0,), ((values[0],),)) if len(values) == 1 else None
    sizes = [len(axis) for axis in axes]
    is_load = ["capacitance" in variable for variable in variables[: len(axes)]]
    if any(list(axis) != sorted(set(axis)) for axis in axes):
        return None
    if len(axes) == 1 and sizes[0] == len(values):
        if is_load == [True]:
            return Table((0.0,), tuple(axes[0]), (tuple(values),))
        return Table(tuple(axes[0]), (0.0,), tuple((value,) for value in values))
    if len(axes) != 2 or sizes[0] * sizes[1] != len(values) or sum(is_load) != 1:
        return None
    rows = [tuple(values[start : start + sizes[1]]) for start in range(0, len(values), sizes[1])]
    if is_load[1]:
        return Table(tuple(axes[0]), tuple(axes[1]), tuple(rows))
    return Table(tuple(axes[1]), tuple(axes[0]), tuple(zip(*rows, strict=True)))
