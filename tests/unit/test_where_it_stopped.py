"""What a run that was stopped says of what it has."""

from harness.records.outcome import Task
from harness.records.problem import Problem, Testbench
from harness.runs.bench import _say_where_it_stopped
from harness.runs.plan import Ask, Plan, Reply
from harness.runs.spending import Spending
from harness.runs.work import Tally

PROBLEM = Problem(
    *("adder", "Adder", "arithmetic", "easy", "adder", "verilog", "", (), (), (Task.SPEC_TO_RTL,), ()),
    testbench=Testbench("verilog", (), 1, 1),
    origin="problems/adder/problem.toml",
)


def test_a_paid_reply_that_was_not_graded_yet_is_said_to_be_kept() -> None:
    said: list[str] = []
    for replies in (0, 1, 2):
        plan = Plan(total=12)
        for number in range(replies):
            plan.answers.append(PROBLEM.name, Reply(Ask(PROBLEM, number), 0))
        _say_where_it_stopped(plan, Tally(interrupted=True), Spending(), said.append, grade=True)
    assert said == [
        "stopped at 0 of 12; go on with the same command",
        "stopped at 0 of 12; go on with the same command (1 reply kept, graded then)",
        "stopped at 0 of 12; go on with the same command (2 replies kept, graded then)",
    ]
