"""How long one reward takes in a warm process: a small design never seen before, alone. For ``harness speed``."""

from functools import partial

from harness.records.problem import Problem
from harness.reward.grader import Depth, Grader
from harness.runs.options import RunOptions
from harness.runs.session import select
from harness.runs.speed_figure import Figure, timed
from harness.suites.locate import load_suite

_TIMES = 15
_TARGETS: dict[Depth, str] = {"simulation": "≤ 60 ms", "netlist": "≤ 120 ms"}


def latency_figures(options: RunOptions) -> list[Figure]:
    """One for each depth, over the problem with the shortest golden design under a Verilog testbench; none without."""
    suite = load_suite(options.suite, options.task, options.suite_path)
    problems = select(suite, options.problems, options.limit, options.suite_path).problems
    small = [problem for problem in problems if problem.testbench.kind == "verilog"]
    if not small:
        return []
    problem = min(small, key=lambda found: (len(found.golden_code), found.name))
    return [_figure(options, problem, depth) for depth in _TARGETS]


def _figure(options: RunOptions, problem: Problem, depth: Depth) -> Figure:
    with Grader(
        options.suite,
        suite_path=options.suite_path,
        task=str(options.task),
        depth=depth,
        workers=1,
        sandbox=options.sandbox,
        liberty=options.liberty,
        cache=False,
        stages=("netlist",) if depth == "netlist" else (),
    ) as grader:

        def one(number: int) -> None:
            grader.open().session.grader.forget_circuits()  # each of these is the golden design's
            grader.score(problem.name, [f"{problem.golden_code}\n// {number}\n"], code=True)

        one(0)  # the golden design's own run, the cells, the cell library
        times = tuple(1000 * timed(partial(one, number)) for number in range(1, _TIMES + 1))
    return Figure(
        f"one reward to the {depth} (no area), {problem.name}, warm process", "ms", times, target=_TARGETS[depth]
    )
