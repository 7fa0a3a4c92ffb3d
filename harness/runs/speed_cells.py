"""What containment costs: a short program in a cell of each level that works here, beside the same program bare."""

from collections.abc import Sequence

from harness.process.cell import Cell
from harness.process.job import Job, Limits, Step
from harness.process.program import run_program
from harness.process.sandbox import LEVELS, CellKind, Level, probe
from harness.runs.speed_figure import Figure, timed

_PROGRAM = ("vvp", "-V")
_JOB = Job({}, (Step("version", Limits(cpu_s=10, wall_s=60), argv=_PROGRAM),))
_TIMES = 60


def cell_figures(tool_roots: Sequence[str]) -> list[Figure]:
    """For each level: one program in a running cell against the same one bare, and the start of a cell."""
    return [figure for level in LEVELS if probe(level) is None for figure in _level(level, tool_roots)]


def _level(level: Level, tool_roots: Sequence[str]) -> list[Figure]:
    inside, bare = [], []
    with Cell(CellKind("icarus"), level, tool_roots) as cell:
        start = timed(lambda: cell.run(_JOB))
        for _ in range(_TIMES):
            inside.append(1000 * timed(lambda: cell.run(_JOB)))
            bare.append(1000 * timed(lambda: run_program(_PROGRAM, wall_s=60)))
    return [
        Figure(f"a short program in a {level} cell, against the same one bare", "ms", tuple(inside), tuple(bare)),
        Figure(f"a {level} cell from its start to the first result, once a worker", "ms", (1000 * start,)),
    ]
