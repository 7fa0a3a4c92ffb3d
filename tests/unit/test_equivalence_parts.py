"""The pure parts of the equivalence check: graphs, engines' answers, netlists, stimuli."""

import json
from collections.abc import Mapping
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.analysis.equivalence import equivalence_section
from harness.analysis.summary import Row
from harness.process.job import StepResult
from harness.records.grade import Grade, StageResult
from harness.records.outcome import Outcome, Stage, Status
from harness.tools import abc, miter, stimulus
from harness.tools.aiger import Aig, NameMap, find_true_output, read_binary, read_map, tie_inputs, write_binary
from harness.tools.miter import Interface
from harness.tools.netlist_survey import NetlistPort, ResetPin, read_survey
from harness.tools.stimulus import Responses

XOR = Aig(2, (), (10,), ((4, 2), (5, 3), (9, 7)))
"""Variables 1, 2: inputs; 3 = both, 4 = neither, 5 = exactly one."""


def literals(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, 2 * most + 1)


@st.composite
def graphs(draw: st.DrawFn) -> Aig:
    inputs, latches = draw(st.integers(1, 5)), 0
    ands = []
    for index in range(draw(st.integers(0, 12))):
        pair = draw(st.tuples(literals(inputs + index), literals(inputs + index)))
        ands.append((max(pair), min(pair)))
    outputs = draw(st.lists(literals(inputs + len(ands)), min_size=1, max_size=3))
    return Aig(inputs, (0,) * latches, tuple(outputs), tuple(ands))


def value(graph: Aig, bits: tuple[int, ...]) -> list[int]:
    values = [0, *bits]
    for left, right in graph.ands:
        values.append((values[left >> 1] ^ left & 1) & (values[right >> 1] ^ right & 1))
    return [values[literal >> 1] ^ literal & 1 for literal in graph.outputs]


@given(graphs())
def test_a_graph_is_written_and_read_back(graph: Aig) -> None:
    assert read_binary(write_binary(graph)) == graph


@given(graphs())
def test_enumeration_finds_an_input_exactly_where_there_is_one(graph: Aig) -> None:
    found = find_true_output(graph)
    vectors = [bits for bits in product((0, 1), repeat=graph.inputs) if any(value(graph, bits))]
    if found is None:
        assert vectors == []
    else:
        assert any(value(graph, tuple(found.get(index + 1, 0) for index in range(graph.inputs))))


def test_a_large_enumeration_goes_over_all_its_chunks() -> None:
    ands, last = [], 2
    for variable in range(2, 17):
        ands.append((max(2 * variable, last), min(2 * variable, last)))
        last = 2 * (16 + len(ands))
    assert find_true_output(Aig(16, (), (last,), tuple(ands))) == dict.fromkeys(range(1, 17), 1)


def test_tied_inputs_are_read_no_more() -> None:
    tied = tie_inputs(XOR, {1: 2})
    assert find_true_output(tied) is None
    assert tied.inputs == 2
    assert find_true_output(tie_inputs(XOR, {1: 1})) == {1: 0}


@pytest.mark.parametrize("data", [b"aag 0 0 0 0 0\n", b"aig 3 1 0 1 1\n2\n", b"aig 1 1 0 1 0 1\n2\n"])
def test_a_file_of_another_kind_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        read_binary(data)


def engine(log: str, exit_code: int | None = 0) -> StepResult:
    signal = None if exit_code == 0 else 24
    return StepResult("pdr", exit_code, signal, None if exit_code == 0 else "cpu", log, 1.0, 1.0, 0)


@pytest.mark.parametrize(
    "log",
    [
        "Property proved.  Time =     0.30 sec\n",
        "The miter is proved unreachable after 10 iterations.  Time =     8.88 sec\n",
        "Networks are equivalent.  Time =     0.02 sec\n",
        "UNSATISFIABLE  Time =   106.40 sec\n",
        "Properties:  All = 2. Proved = 2. Disproved = 0. Undecided = 0.   Time =     0.09 sec\n",
    ],
)
def test_a_proof_is_one_only_in_its_own_words_and_from_a_whole_run(log: str) -> None:
    assert abc.parse(engine(log), 2).proved
    assert not abc.parse(engine(log, None), 2).proved
    assert not abc.parse(engine("said: " + log), 2).proved


@pytest.mark.parametrize(
    "log",
    [
        "Verified only for states reachable in 3 frames.  Time =     0.93 sec\n",
        "Property UNDECIDED.  Time =     0.07 sec\n",
        "Networks are NOT EQUIVALENT.  Time =     0.02 sec\n",
        "Properties:  All = 5. Proved = 1. Disproved = 4. Undecided = 0.   Time =     0.62 sec\n",
        "Properties:  All = 2. Proved = 1. Disproved = 0. Undecided = 1.   Time =     0.62 sec\n",
        "Properties:  All = 1. Proved = 1. Disproved = 0. Undecided = 0.   Time =     0.09 sec\n",
        "Reachability analysis completed after 1000 frames.\n",
        "",
    ],
)
def test_anything_else_is_no_proof(log: str) -> None:
    assert not abc.parse(engine(log), 2).proved


def test_counterexamples_and_quiet_frames_are_read() -> None:
    found = abc.parse(engine('Output 0 of miter "m" was asserted in frame 10. Time =     0.15 sec\n'), 1)
    assert found.asserted and not found.proved
    assert abc.parse(engine("SATISFIABLE (output = 0) Time =     0.25 sec\n"), 1).asserted
    quiet = abc.parse(
        engine("No output asserted in 12 frames. Resource limit reached (conf limit 0). Time = 1 sec\n"), 1
    )
    assert quiet.quiet_frames == 12 and not quiet.proved
    assert abc.parse_asserted("Output 3 was asserted in frame   25 (solved 1 out of 5 outputs).\n") == {3}


def test_a_trace_has_to_fit_its_graph() -> None:
    assert abc.parse_trace("00\n101\n010\n# DONE\n", 3, 2) == [[1, 0, 1], [0, 1, 0]]
    for text in ("00\n101\n", "0\n101\n# DONE\n", "00\n10\n# DONE\n", "00\n# DONE\n", "00\n1x1\n# DONE\n"):
        with pytest.raises(ValueError):
            abc.parse_trace(text, 3, 2)
    assert abc.port_values([[1, 0, 1]], {0: ("a", 1), 2: ("b", 0)}) == [{"a": 2, "b": 1}]


def test_open_initial_values_follow_the_candidates() -> None:
    names = "\n".join(
        [
            "init 0 0 golden.q",
            "init 1 0 golden.m[0]",
            "init 2 0 golden.m[1]",
            "init 3 0 candidate.q",
            "init 4 1 candidate.store",
            "init 5 0 candidate.store",
            r"init 6 0 $flatten\golden.$auto$clk2fflogic.cc:101:sample_data$\lone#sampled$1257",
        ]
    )
    found = read_map(names)
    assert found.ports == {}
    assert miter.shared_initial_values(found) == {0: 8, 1: 12, 2: 10, 6: 0}
    assert miter.shared_initial_values(NameMap({}, {})) == {}


BITS = {"clk": [2], "rst": [3], "d": [4, 5], "q": [6, 7]}
FLIP_FLOP = {
    "type": "$adff",
    "parameters": {"CLK_POLARITY": "0", "ARST_POLARITY": "1"},
    "port_directions": {"CLK": "input", "ARST": "input", "D": "input", "Q": "output"},
    "connections": {"CLK": [2], "ARST": [8], "D": [4, 5], "Q": [6, 7]},
}
INVERTER = {
    "type": "$not",
    "parameters": {},
    "port_directions": {"A": "input", "Y": "output"},
    "connections": {"A": [3], "Y": [8]},
}


def netlist(*cells: Mapping[str, object]) -> str:
    ports = {name: {"direction": "output" if name == "q" else "input", "bits": bits} for name, bits in BITS.items()}
    return json.dumps({"modules": {"dut": {"ports": ports, "cells": {str(i): cell for i, cell in enumerate(cells)}}}})


def test_a_survey_finds_clock_edge_and_reset_through_an_inverter() -> None:
    text = netlist(FLIP_FLOP, INVERTER)
    found = read_survey(text, text)
    assert found.single_clock == ("clk", "negedge")
    assert found.clocks == ("clk",)
    assert found.resets == (ResetPin("rst", False, True),)
    assert found.state and found.asynchronous
    assert found.ports[2] == NetlistPort("d", "input", 2)


def test_a_clock_that_is_data_too_or_a_latch_needs_steps() -> None:
    reader = {**INVERTER, "connections": {"A": [2], "Y": [9]}}
    text = netlist(FLIP_FLOP, INVERTER, reader)
    assert read_survey(text, text).single_clock is None
    directions = {"EN": "input", "D": "input", "Q": "output"}
    nets = {"EN": [3], "D": [4], "Q": [9]}
    latch = {"type": "$dlatch", "parameters": {}, "port_directions": directions, "connections": nets}
    text = netlist(FLIP_FLOP, INVERTER, latch)
    found = read_survey(text, text)
    assert found.single_clock is None
    assert found.clocks == ("clk", "rst")


CLOCKED = Interface(
    inputs=(NetlistPort("clk", "input", 1), NetlistPort("rst", "input", 1), NetlistPort("d", "input", 4)),
    outputs=(NetlistPort("q", "output", 2),),
    clocks=("clk",),
    edge="posedge",
    resets=(ResetPin("rst", True, False),),
)


def test_raw_values_become_what_the_wrapper_makes_of_them() -> None:
    rows = [{"in_0": 1, "chance_1": 0, "in_2": frame} for frame in range(4)]
    rows[3]["chance_1"] = 63
    assert miter.used_inputs(CLOCKED, "cycles", rows) == [[1, 1, 0], [1, 1, 1], [1, 0, 2], [1, 1, 3]]
    stepped = miter.used_inputs(CLOCKED, "steps", [{"in_0": 1, "in_2": frame} for frame in range(6)])
    assert [row[0] for row in stepped] == [0, 1, 0, 1, 1, 1]
    assert [row[2] for row in stepped] == [0, 0, 0, 0, 4, 5]  # it keeps still while the clock moves


def test_random_stimuli_repeat_and_begin_with_the_reset() -> None:
    rows = stimulus.random_rows(CLOCKED, "cycles", 300, seed=7)
    assert rows == stimulus.random_rows(CLOCKED, "cycles", 300, seed=7)
    assert [row[1] for row in rows[:2]] == [1, 1]
    assert any(row[1] for row in rows[2:])
    stepped = stimulus.random_rows(CLOCKED, "steps", 300, seed=7)
    moved = [(old, new) for old, new in pairwise(stepped) if old[0] != new[0]]
    assert moved and all(old[1:] == new[1:] for old, new in moved)


def test_only_defined_golden_bits_are_compared() -> None:
    golden = (("xx",), ("1x",), ("10",))
    outputs = ["q"]
    assert Responses(golden, (("00",), ("11",), ("10",))).difference(outputs, 0) is None
    found = Responses(golden, (("00",), ("11",), ("x0",))).difference(outputs, 0)
    assert found is not None and (found.frame, found.golden, found.candidate) == (2, "10", "x0")
    assert Responses(golden, golden).defined(outputs, 0) == {("q", 0), ("q", 1)}
    assert Responses(golden, golden).defined(outputs, 3) == frozenset()


def test_a_waveform_names_every_signal_and_only_changes() -> None:
    responses = Responses((("00",), ("01",)), (("00",), ("00",)))
    text = stimulus.waveform(CLOCKED, [[0, 1, 5], [0, 0, 5]], responses)
    assert "$var wire 2 s3 q.golden $end" in text
    assert text.count("b0101 s2") == 1
    assert text.endswith("#20\n")


def row(status: Status | None) -> Row:
    stages = {} if status is None else {Stage.EQUIVALENCE: StageResult(status)}
    return Row.of(Grade("p", 0, Outcome.PASS, stages=stages))


def test_the_summary_counts_answers_and_names_problems_with_refuted_designs() -> None:
    assert equivalence_section({"a": [row(None)]}) is None
    rows = {"b": [row(Status.REFUTED), row(Status.PROVEN)], "a": [row(Status.INFRA_ERROR), row(Status.BOUNDED)]}
    assert equivalence_section(rows) == {
        "proven": 1,
        "refuted": 1,
        "bounded": 1,
        "inconclusive": 0,
        "refuted_problems": {"b": 1},
    }
    assert "equivalence" in row(Status.PROVEN).reached
    assert "equivalence" not in row(Status.BOUNDED).reached
