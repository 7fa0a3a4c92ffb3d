"""Designs that differ in spelling only are one circuit: mapped, simulated and proven as one, with the same figures."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from conftest import COUNTER_GOLDEN, MiniSuite
from graded_designs import COUNTER, SETTINGS, mini, pool, problem  # noqa: F401 - fixtures

from harness.grading.equivalence_stage import EquivalenceMeasure
from harness.grading.grader import Grader
from harness.process.job import Job, JobResult
from harness.process.pool import CellPool
from harness.process.sandbox import CellKind
from harness.records.grade import Candidate, Grade
from harness.records.outcome import Evidence, Outcome, Stage

pytestmark = pytest.mark.tools
TWO_REGISTERS = """reg [3:0] {a};{gap}
  reg {b};
  assign q = {a} ^ {{4{{{b}}}}};
  always @(posedge clk) begin {b} <= ~{b} & ~rst; {a} <= rst ? 0 : (q + 4'd1) ^ {{4{{~{b}}}}}; end
"""


class Asked:
    """A pool that remembers what it was asked for."""

    def __init__(self, pool: CellPool) -> None:
        self._pool = pool
        self.steps: list[str] = []

    def run(self, cell: CellKind, job: Job) -> JobResult:
        self.steps += [step.name for step in job.steps]
        return self._pool.run(cell, job)


@pytest.fixture
def asked(pool: CellPool) -> Iterator[Asked]:
    yield Asked(pool)


def design(a: str, b: str, gap: str = "") -> str:
    return (COUNTER % TWO_REGISTERS.format(a=a, b=b, gap=gap)).replace("output reg", "output")


def grade(grader: Grader, mini: MiniSuite, code: str) -> Grade:
    return grader.grade(problem(mini, "counter"), Candidate(code), 0).grade


def test_another_spelling_has_the_same_figures_and_costs_no_second_mapping(asked: Asked, mini: MiniSuite) -> None:
    grader = Grader(SETTINGS, asked.run)
    first = grade(grader, mini, design("sum", "odd"))
    assert (first.outcome, first.evidence) == (Outcome.PASS, Evidence.NETLIST)
    before = list(asked.steps)
    second = grade(grader, mini, design("value", "turned", "  // kept inverted in every other cycle\n\n"))
    assert (second.stages, second.ratio) == (first.stages, first.ratio)
    assert first.ratio["area"] > 1
    assert second.measured["netlist"] == 0
    new = asked.steps[len(before) :]
    assert new.count("synthesize") == 1 and "map" not in new


def test_stages_of_the_verdict_alone_ask_for_no_area(asked: Asked, mini: MiniSuite) -> None:
    grader = Grader(replace(SETTINGS, stages=frozenset((Stage.SIMULATE, Stage.NETLIST))), asked.run)
    grade(grader, mini, COUNTER_GOLDEN)  # measures the golden design, too
    asked.steps.clear()
    found = grade(grader, mini, design("sum", "odd"))
    assert (found.outcome, found.evidence, found.ratio) == (Outcome.PASS, Evidence.NETLIST, {})
    assert "map" not in asked.steps


def test_the_golden_design_in_another_spelling_is_proven_at_once(asked: Asked, mini: MiniSuite) -> None:
    grader = Grader(replace(SETTINGS, measures=(EquivalenceMeasure(SETTINGS.synthesis),)), asked.run)
    other = COUNTER_GOLDEN.replace("endmodule", "  // the end\n  wire [3:0] unused = ~q;\nendmodule")
    found = grade(grader, mini, other)
    assert found.stages[Stage.EQUIVALENCE].facts["method"] == "the same circuit"
    found = grade(grader, mini, design("sum", "odd"))
    assert found.stages[Stage.EQUIVALENCE].facts["method"] != "the same circuit"
