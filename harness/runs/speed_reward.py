"""How long one reward takes in a warm process: a small design that was never seen, right, alone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.records.problem import Problem
from harness.runs.options import RunOptions
from harness.runs.speed_figure import Figure, timed

if TYPE_CHECKING:
    from harness.reward.grader import Depth

_TIMES = 15
_DEPTHS: "tuple[tuple[Depth, str], ...]" = (("simulation", "≤ 60 ms"), ("netlist", "≤ 120 ms"))


def reward_figures(options: RunOptions, problems: Sequence[Problem]) -> list[Figure]:
    """One for each depth. The problem is the one with the shortest golden design under a Verilog testbench."""
    from harness.reward import Grader  # that room knows this one

    small = [problem for problem in problems if problem.testbench.kind == "verilog"]
    if not small:
        return []
    problem = min(small, key=lambda found: (len(found.golden_code), found.name))
    figures = []
    for depth, target in _DEPTHS:
        with Grader(
            options.suite,
            suite_path=options.suite_path,
            task=str(options.task),
            depth=depth,
            workers=1,
            sandbox=options.sandbox,
            cache=False,
        ) as grader:
            grader.score(problem.name, [problem.golden_code], code=True)  # its baseline, its cells

            def one(number: int, grader: Grader = grader) -> object:
                return grader.score(problem.name, [f"{problem.golden_code}\n// {number}\n"], code=True)

            times = tuple(1000 * timed(lambda: one(number)) for number in range(_TIMES))  # noqa: B023 (called at once)
        figures.append(Figure(f"one reward to the {depth}, {problem.name}, warm", "ms", times, target=target))
    return figures
