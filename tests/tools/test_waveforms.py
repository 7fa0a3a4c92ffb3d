"""Waveforms of really failing simulations: in Verilog and in cocotb, near the start and far from it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from conftest import COUNTER_GOLDEN, MiniSuite

from harness.grading import waveform
from harness.records.problem import Problem, SourceFile
from harness.records.waveform import Waveform
from harness.runs.options import RunOptions
from harness.runs.session import Session, open_session

pytestmark = pytest.mark.tools


@pytest.fixture
def session(mini: MiniSuite) -> Iterator[Session]:
    with open_session(RunOptions(suite="mini", suite_path=str(mini.root), quiet=True, no_cache=True)) as opened:
        yield opened


def recorded(session: Session, problem: Problem, code: str, first: int | None) -> Waveform | str:
    return waveform.record(problem, code, problem.ports, first, session.run_job, {})


def counter(session: Session) -> Problem:
    found = session.problem("counter")
    assert found is not None
    return found


def test_expected_and_actual_stand_side_by_side_from_the_first_difference_on(session: Session) -> None:
    wrong = COUNTER_GOLDEN.replace("q + 1", "q == 3 ? 5 : q + 1")
    found = recorded(session, counter(session), wrong, None)
    assert isinstance(found, Waveform)
    assert (found.tick, found.per_unit, found.clock, found.note) == ("1ps", 1000, "clk", None)
    [q] = [signal for signal in found.signals if signal.direction == "output"]
    assert q.expected is not None
    differences = [(e, a) for e, a in zip(q.expected, q.actual, strict=False) if e != a]
    assert differences[0][0][1] == "0100"
    assert differences[0][1][1] == "0101"
    assert found.start <= differences[0][0][0] <= found.first <= found.end


def test_a_late_difference_is_shown_with_the_cycles_around_it(session: Session) -> None:
    late = "module counter(input clk, input rst, output reg [3:0] q); reg [6:0] n = 0;\n" + (
        "always @(posedge clk) begin n <= n + 1; if (rst) q <= 0; else q <= q + (n == 70 ? 2 : 1); end endmodule"
    )
    found = recorded(session, counter(session), late, None)
    assert isinstance(found, Waveform)
    assert found.start > 0
    clock = next(signal for signal in found.signals if signal.name == "clk")
    assert 15 <= sum(value == "1" for _, value in clock.actual) <= 20


def test_a_design_that_is_right_has_no_waveform(session: Session) -> None:
    found = recorded(session, counter(session), COUNTER_GOLDEN, None)
    assert found == "no difference is to be seen at the ports, as far as they were recorded"


def test_a_testbench_that_does_not_say_when_is_searched_for_the_first_difference(session: Session) -> None:
    problem = counter(session)
    bench = problem.testbench
    silent = bench.files[0].text.replace("first=%0d", "first=-").replace(", failed, first)", ", failed)")
    problem = replace(problem, testbench=replace(bench, files=(SourceFile("tb.v", silent),)))
    found = recorded(session, problem, COUNTER_GOLDEN.replace("q + 1", "q == 3 ? 5 : q + 1"), None)
    assert isinstance(found, Waveform)
    assert not found.stated
    [q] = [signal for signal in found.signals if signal.direction == "output"]
    assert q.expected is not None
    assert dict(q.actual)[found.first] == "0101"
    assert dict(q.expected)[found.first] == "0100"


def test_a_design_that_does_not_compile_says_why(session: Session) -> None:
    found = recorded(session, counter(session), "module counter(input clk;", 5)
    assert isinstance(found, str)
    assert found.startswith("line 1: ")


def test_a_design_that_dumps_by_itself_cannot_spoil_the_record(session: Session) -> None:
    own = COUNTER_GOLDEN.replace("q + 1", "q + 3").replace(
        "endmodule", 'initial begin $dumpfile("mine.vcd"); $dumpvars; end endmodule'
    )
    found = recorded(session, counter(session), own, 24)
    assert isinstance(found, str) or all(signal.expected for signal in found.signals if signal.direction == "output")


def test_a_cocotb_failure_is_recorded_at_the_ports_of_the_design() -> None:
    with open_session(RunOptions(suite="core", problems="crc8_stream", quiet=True)) as session:
        problem = session.problems[0]
        found = recorded(session, problem, problem.golden_code.replace("<= ", "<= ~", 1), 11)
    assert isinstance(found, Waveform)
    assert found.clock == "clk"
    assert {signal.name for signal in found.signals} == {port.name for port in problem.ports}
    assert all(signal.expected for signal in found.signals if signal.direction == "output")
