"""Which cycles of a recorded simulation are shown, what counts as a difference, and where the design is in a testbench."""

from dataclasses import replace

import pytest

from harness.grading import window
from harness.grading.waveform import dump_job, dut_instances
from harness.grading.window import Recorded, Signal, read_ports
from harness.records.problem import Port, Problem, SourceFile
from harness.records.problem import Testbench as Bench

PORTS = (Port("clk", "input", 1), Port("d", "input", 1), Port("q", "output", 1))


def signal(*changes: tuple[int, str]) -> Signal:
    return Signal(list(changes))


def clock(cycles: int) -> Signal:
    return signal(*[(5 * half, str(half % 2)) for half in range(2 * cycles)])


def recorded(q: Signal, cycles: int = 40) -> Recorded:
    return Recorded({"clk": clock(cycles), "d": signal((0, "0"), (95, "1")), "q": q}, 0, 10 * cycles)


def problem(bench: str, top: str = "dff") -> Problem:
    files = (SourceFile("tb.v", bench),)
    return Problem(
        *("p", "", "", "", top, "verilog", ""), (), (), (), PORTS, Bench("verilog", files, 1, 5)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "actual", "wrong"),
    [("1", "0", True), ("1", "x", True), ("x", "0", False), ("z", "1", False), ("1x", "10", False), ("1", "11", True)],
)
def test_only_a_defined_expected_bit_can_be_missed(expected: str, actual: str, wrong: bool) -> None:
    assert window.differs(expected, actual) is wrong


def test_the_first_difference_is_found_and_none_between_changes_at_one_time() -> None:
    golden = recorded(signal((0, "0"), (50, "1"), (80, "0")))
    assert window.first_difference(golden, recorded(signal((0, "x"), (50, "1"))), ["q"]) == 0
    assert window.first_difference(golden, recorded(signal((0, "0"), (50, "1"))), ["q"]) == 80
    assert window.first_difference(golden, golden, ["q", "elsewhere"]) is None
    beyond = recorded(signal((0, "0"), (50, "1"), (80, "0"), (150, "1")), cycles=10)
    assert window.first_difference(golden, beyond, ["q"]) is None


def test_runs_are_in_step_as_long_as_their_inputs_are_the_same() -> None:
    one, other = recorded(signal((0, "0"))), recorded(signal((0, "0")))
    other.ports["d"] = signal((0, "0"), (90, "1"))
    assert window.in_step(one, other, ["clk", "d"], 89)
    assert not window.in_step(one, other, ["clk", "d"], 90)


def test_a_stated_clock_goes_before_a_name_that_looks_like_one() -> None:
    found = recorded(signal((0, "0")))
    assert window.clock_of(found, PORTS, None) == "clk"
    assert window.clock_of(found, PORTS, "d") == "d"
    assert window.clock_of(found, PORTS[1:], None) is None


def test_twelve_cycles_before_and_six_after_the_failed_check_are_kept() -> None:
    found = recorded(signal((0, "0")))
    times = window.marks(found, ["clk", "d"], "clk", "posedge")
    start, end = window.cut(found, times, 202)
    assert (start, end) == (85, 255)
    assert sum(start <= time <= 202 for time in times) == window.BEFORE


def test_near_the_beginning_and_the_end_what_is_there_is_kept() -> None:
    found = recorded(signal((0, "0")), cycles=3)
    assert window.cut(found, [5, 15, 25], 15) == (0, 30)


def test_without_a_clock_changes_of_the_inputs_are_the_steps() -> None:
    assert window.marks(recorded(signal((0, "0"))), ["d"], None, "posedge") == [95]


def test_signals_begin_with_the_value_that_they_had_and_only_outputs_are_expected() -> None:
    actual, golden = recorded(signal((0, "0"), (100, "1"))), recorded(signal((0, "0")))
    found = {item.name: item for item in window.signals(PORTS, actual, golden, 50, 200)}
    assert list(found) == ["clk", "d", "q"]
    assert found["q"].actual == ((50, "0"), (100, "1"))
    assert found["q"].expected == ((50, "0"),)
    assert found["d"].expected is None


DUMP = """$timescale 1ps $end
$scope module tb $end
$scope module dut $end
$var wire 1 ! clk $end
$var wire 4 " q [3:0] $end
$var real 64 # r $end
$upscope $end
$var reg 1 $ other $end
$upscope $end
$enddefinitions $end
#5
0!
bx "
1$
#7
1!
0!
1!
b10 "
"""


def test_the_ports_of_the_instance_are_read_and_nothing_else() -> None:
    found = read_ports(DUMP, "tb.dut", 1.0)
    assert {name: port.changes for name, port in found.ports.items()} == {
        "clk": [(5, "0"), (7, "1")],
        "q": [(5, "xxxx"), (7, "0010")],
    }
    assert (found.start, found.end) == (5, 7)
    assert [found.ports["clk"].at(time) for time in (4, 5, 7)] == [None, "0", "1"]


def test_of_a_damaged_dump_what_came_before_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_ports(DUMP + "#6\n0!\n", "tb.dut", 1.0).end == 7
    monkeypatch.setattr(window, "MOST_CHANGES", 2)
    assert read_ports(DUMP, "tb.dut", 1.0).ports["q"].changes == [(5, "xxxx")]


def test_a_dump_with_other_ticks_or_no_header_is_none() -> None:
    for text, tick in ((DUMP, 1000.0), ("", 1.0), ("$date x $end\n", 1.0)):
        with pytest.raises(ValueError):
            read_ports(text, "tb.dut", tick)


@pytest.mark.parametrize(
    ("bench", "instances"),
    [
        ("module tb; dff dut(.q(q)); endmodule", ["tb.dut"]),
        ("module tb; dff #(.W(f(1)), .D(2)) u0 (.q(q)); dff\n  u1 (q); endmodule", ["tb.u0", "tb.u1"]),
        ("module tb; // dff no(.q(q));\n /* dff nor(q); */ endmodule", []),
        ('module tb; initial $display("dff x("); my_dff y(); dffx z(); endmodule', []),
    ],
)
def test_instances_are_found_in_the_text_of_the_testbench(bench: str, instances: list[str]) -> None:
    assert dut_instances(problem(bench)) == instances


def test_a_cocotb_design_is_its_own_root() -> None:
    cocotb = replace(problem(""), testbench=Bench("cocotb", (SourceFile("test_p.py", ""),), 1, 5))
    assert dut_instances(cocotb) == ["dff"]


def test_the_testbenchs_own_dump_gives_way_and_the_candidates_text_stays() -> None:
    bench = 'module tb; initial begin $dumpfile("a.vcd"); $dumpvars(1, tb, x); end dff dut(q); endmodule'
    code = 'module dff(output q); initial $dumpfile("mine"); endmodule'
    _, job = dump_job(problem(bench), code, ["tb.dut"], ["q"], 1, 10, 50)
    assert "$dump" not in job.files["tb.v"]
    assert job.files["candidate.sv"] == code
    assert "$dumpvars(0, tb.dut.q); #(64'd40) $finish(0);" in job.files["harness_dump.v"]
    assert all("-none" not in step.argv for step in job.steps)
