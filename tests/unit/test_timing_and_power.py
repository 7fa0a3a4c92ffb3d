"""Timing and power: scripts for OpenSTA, what is believed of its reports, and power on a circuit known by hand."""

import json
from dataclasses import replace

import pytest
from mapped_designs import BY_HAND, DYNAMIC_NW, REPORT

from harness.grading.activity import switching_of
from harness.process.job import JobResult, StepResult
from harness.tools import liberty, opensta, power
from harness.tools.cell_function import Switching, truth_table
from harness.tools.mapped import ClockSources, Instance, clock_sources, parse_mapped

NEUTRAL = liberty.load("neutral")
CLOCK = ClockSources(("clk",), ())


def result(log: str, *, exit_code: int | None = 0, slews: str = "") -> JobResult:
    step = StepResult("timing", exit_code, None if exit_code is not None else 9, None, log, 0.1, 0.1, 0)
    return JobResult((step,), {"slews.txt": slews})


# Functions


@pytest.mark.parametrize(
    ("function", "inputs", "ones"),
    [
        ("A", "A", {1}),
        ("!(A & B)", "AB", {0, 1, 2}),
        ("(A B)'", "AB", {0, 1, 2}),
        ("A*B + C", "ABC", {3, 4, 5, 6, 7}),
        ("A ^ B", "AB", {1, 2}),
        ("(A&!S) | (B&S)", "ABS", {1, 3, 6, 7}),
        ("!A' B", "AB", {3}),
        ("1", "", {0}),
        ("0", "", set()),
    ],
)
def test_functions_are_read_as_liberty_writes_them(function: str, inputs: str, ones: set[int]) -> None:
    table = truth_table(function)
    assert table is not None
    assert table.inputs == tuple(inputs)
    assert {row for row, value in enumerate(table.rows) if value} == ones


@pytest.mark.parametrize("function", ["", "A &", "(A", "A)", "A % B", "&", "+".join(f"i{n}" for n in range(11))])
def test_what_is_no_function_has_no_table(function: str) -> None:
    assert truth_table(function) is None


def test_switching_goes_through_where_an_output_depends_on_an_input() -> None:
    half = Switching(0.2, 0.5)
    nand, exclusive = truth_table("!(A & B)"), truth_table("A ^ B")
    assert nand is not None and exclusive is not None
    for table, toggles, high in ((nand, 0.2, 0.75), (exclusive, 0.4, 0.5)):
        found = table.switching([half, half])
        assert [found.toggles, found.high] == pytest.approx([toggles, high])
    assert nand.switching([half, Switching(0, 0)]) == Switching(0, 1)


# Power


def test_dynamic_power_is_that_of_the_calculation_by_hand() -> None:
    switching = power.estimated_switching(BY_HAND, NEUTRAL, {"clk": 2}, 0.1)
    assert {name: round(switching[bit].toggles, 6) for name, bit in BY_HAND.names.items()} == {
        **{"clk": 2, "a": 0.1, "b": 0.1, "n1": 0.1, "y": 0.1, "d": 0.6, "q": 0.5}
    }
    assert power.dynamic_nw(BY_HAND, NEUTRAL, switching, {}, 10) == pytest.approx(DYNAMIC_NW)
    assert power.dynamic_nw(BY_HAND, NEUTRAL, switching, {}, 5) == pytest.approx(2 * DYNAMIC_NW)


def test_nets_that_are_not_known_to_switch_take_nothing() -> None:
    assert power.dynamic_nw(BY_HAND, NEUTRAL, {}, {}, 10) == 0


def test_loops_of_gates_do_not_hang_the_estimate() -> None:
    latch = (Instance("x", "NAND2_X1", {"A": 3, "B": 8, "Y": 7}), Instance("z", "NAND2_X1", {"A": 7, "B": 4, "Y": 8}))
    found = power.estimated_switching(replace(BY_HAND, instances=latch), NEUTRAL, {}, 0.1)
    assert found[7].toggles >= 0 and found[8].toggles >= 0


# Clocks


def test_a_clock_is_what_drives_clock_pins_through_gates_or_not() -> None:
    assert clock_sources(BY_HAND, NEUTRAL.cells) == CLOCK
    gate = Instance("g", "AND2_X1", {"A": 2, "B": 4, "Y": 9})
    gated = replace(BY_HAND.instances[3], pins={"D": 8, "CK": 9, "Q": 6})
    design = replace(BY_HAND, instances=(*BY_HAND.instances[:3], gate, gated))
    assert clock_sources(design, NEUTRAL.cells) == CLOCK  # by its name
    assert clock_sources(design, NEUTRAL.cells, ("b",)).ports == ("b",)
    unnamed = replace(design, inputs={"c0": 2, "a": 3, "b": 4})
    assert clock_sources(unnamed, NEUTRAL.cells).ports == ("b", "c0")


def test_a_flip_flop_that_clocks_another_is_a_source_of_its_own() -> None:
    ripple = Instance("r1", "DFF_X1", {"D": 3, "CK": 6, "Q": 9})
    design = replace(BY_HAND, instances=(*BY_HAND.instances, ripple))
    found = clock_sources(design, NEUTRAL.cells)
    assert found == ClockSources(("clk",), ("r0/Q",))
    text = opensta.script(NEUTRAL, design, found, 10)
    assert "create_clock -name clock1 -period 10000.000000 [get_pins {r0/Q}]" in text
    assert "set_clock_groups -asynchronous -group clock0 -group clock1" in text


def test_bits_are_named_as_the_source_counts_them() -> None:
    module = {
        "ports": {
            "clk": {"direction": "input", "bits": [2]},
            "d": {"direction": "input", "bits": [3, 4], "offset": 1, "upto": 1},
            "q": {"direction": "output", "bits": [5, 6]},
        },
        "cells": {"u": {"type": "INV_X1", "connections": {"A": [3], "Y": [5]}}},
        "netnames": {"q": {"bits": [5, 6]}, "one": {"bits": [7], "offset": 3}},
    }
    text = json.dumps({"modules": {"m": module}})
    found = parse_mapped({"mapped_netlist.json": text, "mapped.v": "module m;"}, "m")
    assert found is not None
    assert found.inputs == {"clk": 2, "d[2]": 3, "d[1]": 4}
    assert found.outputs == {"q[0]": 5, "q[1]": 6}
    assert found.names == {"q[0]": 5, "q[1]": 6, "one[3]": 7}
    assert parse_mapped({}, "m") is None
    assert parse_mapped({"mapped_netlist.json": text[:-9], "mapped.v": "module m;"}, "m") is None


# OpenSTA


def test_a_design_without_a_clock_gets_one_that_no_port_has() -> None:
    text = opensta.script(NEUTRAL, BY_HAND, ClockSources((), ()), 2.5)
    assert "create_clock -name clock0 -period 2500.000000\n" in text
    assert "set_driving_cell -lib_cell INV_X1 -pin Y $inputs" in text
    assert "slews.txt" not in text  # no energy of this library depends on them


def test_names_are_words_of_tcl() -> None:
    assert "[get_ports {a\\}b}]" in opensta.script(NEUTRAL, BY_HAND, ClockSources(("a}b",), ()), 10)


def test_signed_declarations_are_written_without_that_word() -> None:
    design = replace(BY_HAND, verilog="module t(a);\n  input signed [7:0] a;\n  wire signed [7:0] a;\nendmodule\n")
    text = opensta.timing_job(NEUTRAL, design, CLOCK, 10).files["mapped.v"]
    assert text == "module t(a);\n  input [7:0] a;\n  wire [7:0] a;\nendmodule\n"


def test_a_report_gives_the_worst_path_of_each_kind_without_the_asynchronous_group() -> None:
    found = opensta.parse(result(REPORT, slews="u3/Y 120.5 121.5\nr0/Q 1e2 300\nt/Y -1e+30 1e+30\n"))
    assert set(found.paths) == {"reg_reg"}
    path = found.paths["reg_reg"]
    assert [path.delay_ps, path.slack_ps] == pytest.approx([558.333366, 9441.666992])
    assert (path.begin, path.end, path.levels, found.critical) == ("r0", "r0", 1, "reg_reg")
    assert found.leakage_nw == pytest.approx(14)
    assert found.slews_ps == {"u3/Y": 121.0, "r0/Q": 200.0}


def test_a_design_without_paths_has_no_critical_one() -> None:
    empty = "".join(f"HARNESS {kind}\n" for kind in opensta.PATHS) + REPORT[REPORT.index("HARNESS power") :]
    assert opensta.parse(result(empty)).critical is None


@pytest.mark.parametrize(
    ("log", "exit_code", "said"),
    [
        ("Error: mapped.v, line 4 syntax error, unexpected ID\n" + REPORT, 0, "line 4 syntax error"),
        (REPORT.removesuffix("HARNESS end\n"), 0, "did not finish"),
        (REPORT, 1, "did not finish"),
        (REPORT, None, "did not finish"),
        ("", 0, "did not finish"),
        (REPORT.replace("slack (MET)", "slick"), 0, "without slack"),
        (REPORT.replace("Total  ", "total  "), 0, "no power report"),
    ],
)
def test_a_log_that_is_not_whole_is_not_believed(log: str, exit_code: int | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        opensta.parse(result(log, exit_code=exit_code))


# Activity of a testbench


TRACE = """$timescale 1ns $end
$scope module stim $end $var wire 1 s clk $end $upscope $end
$scope module tb $end $var wire 4 x other [3:0] $end
$scope module dut $end
$var wire 1 ! clk $end $var wire 1 a a $end $var wire 1 n n1 $end $var wire 1 q q $end
$upscope $end $upscope $end $enddefinitions $end
#0
0!
0a
1n
0q
#5
1!
1q
#10
0!
1a
0n
#15
1!
#20
0!
"""


def test_toggles_are_counted_for_each_cycle_of_the_clock() -> None:
    found = switching_of(TRACE, BY_HAND, CLOCK)
    assert found.reason == ""
    assert {name: found.switching[BY_HAND.names[name]].toggles for name in ("clk", "a", "n1", "q")} == {
        **{"clk": 2, "a": 0.5, "n1": 0.5, "q": 0.5}
    }
    assert found.switching[7].high == 0.5


def test_without_a_clock_a_change_of_the_inputs_is_a_cycle() -> None:
    assert switching_of(TRACE, BY_HAND, ClockSources((), ())).switching[3].toggles == 1 / 4


def test_a_trace_in_which_nothing_switches_is_no_activity() -> None:
    quiet = TRACE[: TRACE.index("#5")]
    assert switching_of(quiet, BY_HAND, CLOCK).reason == "nothing switches under the testbench"


def test_a_net_that_is_never_known_makes_power_undefined() -> None:
    unknown = TRACE.replace("0q\n", "xq\n").replace("1q\n", "xq\n")
    assert switching_of(unknown, BY_HAND, CLOCK).reason == "q is never known under the testbench"
