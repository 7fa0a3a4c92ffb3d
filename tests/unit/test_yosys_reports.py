"""What Yosys 0.70 leaves behind, and what the harness reads from it."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from harness.grading.synthesize import SynthesisSettings, Synthesized, mappings, synthesize
from harness.process.job import Job, JobResult, StepResult, Stopped
from harness.process.sandbox import CellKind
from harness.records.outcome import Outcome
from harness.tools import two_state, yosys, yosys_mapping
from harness.tools.liberty import load
from harness.tools.two_state import Netlists

HEAD = '   "creator": "Yosys 0.70 (git sha1 28ba3cb92, Release)",\n   "invocation": "stat -json ",\n'
STATISTICS = (
    """{
%s   "modules": {
      "\\\\m": { "num_cells": 2, "num_cells_by_type": { "$add": 1, "$sdff": 1 } }
   },
      "design": {
         "num_wires":         4,
         "num_ports":         3,
         "num_memories":      0,
         "num_cells":         2,
         "num_submodules":       0,
         "num_cells_by_type": {
            "$add": 1,
            "$sdff": 1
         }
      }
}

"""
    % HEAD
)
MAPPED = """ {
   "design": {
         "num_cells":         15,
         "area":              36.999997,
         "sequential_area":    22.666680,
         "num_cells_by_type": { "AOI21_X1": 2, "DFF_X1": 4, "NOR2_X1": 9 }
      }
}
"""
CLEAN = (
    "6. Executing CHECK pass (checking for obvious problems).\nChecking module m...\nFound and reported 0 problems.\n"
)
LOOP = """6. Executing CHECK pass (checking for obvious problems).
Checking module m...
Warning: found logic loop in module m:
    cell $or$candidate.sv:1$3 ($or) source: candidate.sv:1.69-1.72
      A[0] --> Y[0]
    wire \\y source: candidate.sv:1.25-1.26
Warning: multiple conflicting drivers for m.\\a:
    module input b[0]
    module input a[0]
Warning: multiple conflicting drivers for m.\\b [1]:
    module input c[0]
Found and reported 3 problems.
"""
STEP = StepResult("synthesize", 1, None, None, "", 0.1, 0.1, 1 << 20)


def design(**kinds: int) -> dict[str, str]:
    by_type = {"$" + kind: count for kind, count in kinds.items()}
    return {yosys.GENERIC: json.dumps({"design": {"num_cells_by_type": by_type}})}


def test_statistics_without_a_library_have_no_area() -> None:
    found = yosys.parse_structure({yosys.GENERIC: STATISTICS, yosys.CHECKS: CLEAN})
    assert found == yosys.Structure(2, flip_flops=1, latches=0, loops=0, conflicts=0)
    assert found.facts() == {"generic_cells": 2, "flip_flops": 1, "latches": 0, "loops": 0, "conflicts": 0}


def test_statistics_with_a_library_have_cells_and_area() -> None:
    found = yosys_mapping.parse_mapping({yosys_mapping.MAPPED: MAPPED})
    assert (found.cells, found.area) == (15, 36.999997)
    assert found.facts()["area"] == 37.0


def test_loops_and_conflicting_drivers_are_counted_once_each() -> None:
    found = yosys.parse_structure({yosys.GENERIC: STATISTICS, yosys.CHECKS: LOOP, yosys.DRIVERS: LOOP})
    assert (found.loops, found.conflicts) == (1, 2)


@pytest.mark.parametrize("kind", ["ff", "dff", "dffe", "adff", "adffe", "sdff", "sdffce", "aldff", "aldffe", "dffsr"])
def test_every_kind_of_flip_flop_counts_as_one(kind: str) -> None:
    found = yosys.parse_structure(design(**{kind: 3, "add": 4}))
    assert (found.flip_flops, found.latches, found.generic_cells) == (3, 0, 7)


@pytest.mark.parametrize("kind", ["dlatch", "adlatch", "dlatchsr", "sr"])
def test_every_kind_of_latch_counts_as_one(kind: str) -> None:
    found = yosys.parse_structure(design(**{kind: 2, "mux": 1}))
    assert (found.flip_flops, found.latches) == (0, 2)


@pytest.mark.parametrize("kind", ["add", "shiftx", "shl", "pmux", "mem_v2", "lut", "sub", "sshr"])
def test_other_cells_are_neither(kind: str) -> None:
    found = yosys.parse_structure(design(**{kind: 2}))
    assert (found.flip_flops, found.latches, found.generic_cells) == (0, 0, 2)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {yosys.GENERIC: ""},
        {yosys.GENERIC: STATISTICS[:-30]},
        {yosys.GENERIC: "{}"},
    ],
)
def test_torn_statistics_are_an_error_and_never_a_figure(files: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        yosys.parse_structure(files)


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("1. Executing Verilog-2005 frontend: d.sv\nERROR: Module `m' not found!\n\n", "Module `m' not found!"),
        (
            "d.sv:1: ERROR: syntax error, unexpected TOK_REAL\nParsing SystemVerilog input\n",
            "d.sv:1: ERROR: syntax error, unexpected TOK_REAL",
        ),
        (
            "3.9. Executing PROC_DFF pass\nERROR: Multiple edge sensitive events found for this signal!\nCreating\n",
            "Multiple edge sensitive events found for this signal!",
        ),
        ("Warning: all is well\n", "yosys did not finish"),
    ],
)
def test_the_first_error_line_is_told(log: str, said: str) -> None:
    assert yosys.parse_error(replace(STEP, log=log)) == said


def test_without_an_error_line_the_call_s_own_error_is_told() -> None:
    assert yosys.parse_error(replace(STEP, error="MemoryError")) == "MemoryError"


@pytest.mark.parametrize("text", ["", "{", MAPPED[:40], "{}"])
def test_torn_figures_of_a_mapping_are_an_error_and_never_an_area(text: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        yosys_mapping.parse_mapping({yosys_mapping.MAPPED: text})


def passes(job: Any) -> list[str]:
    found = job.steps[0].args["passes"]
    assert isinstance(found, list)
    return found


def test_only_a_mapping_job_maps() -> None:
    library = load("neutral")
    plain = yosys.elaboration_job({"d.sv": "x"}, "m", {})
    mapped = yosys_mapping.mapping_job("circuit", "m", library)
    assert not any(word in line for line in passes(plain) for word in ("abc", "liberty", "dfflibmap"))
    assert any(line.startswith("abc ") and "-constr" in line for line in passes(mapped))
    assert {library.text, "circuit"} <= set(mapped.files.values())


def test_a_library_without_a_known_inverter_or_ties_is_mapped_without_them() -> None:
    bare = replace(load("neutral"), driver="", ties=None)
    assert not any("-constr" in line or "hilomap" in line for line in yosys_mapping.mapping_passes("m", bare))


def test_parameters_reach_both_front_ends() -> None:
    by_verilog = yosys.read_passes(["d.sv"], "m", {"W": 8, "D": 2}, "verilog")
    by_slang = yosys.read_passes(["d.sv"], "m", {"W": 8, "D": 2}, "slang")
    assert "hierarchy -check -top m -chparam D 2 -chparam W 8" in by_verilog
    assert any("-G D=2 -G W=8" in line for line in by_slang)


def test_the_systems_yosys_gets_the_same_passes_as_a_script() -> None:
    job = yosys.elaboration_job({"d.sv": "x"}, "m", {}, system=True)
    assert job.steps[0].argv[0] == "yosys"
    script = job.files[job.steps[0].argv[-1]].splitlines()
    read_once = [re.sub(r"-D (\w+) -map \S+", r"-map %two_state.\1", line) for line in script]
    assert read_once == passes(yosys.elaboration_job({"d.sv": "x"}, "m", {}))


def test_the_systems_yosys_finds_the_maps_that_our_own_worker_has_read() -> None:
    job = yosys.elaboration_job({"d.sv": "x"}, "m", {}, system=True)
    named = {
        line.split(" -map ")[1].split()[0] for line in job.files[job.steps[0].argv[-1]].splitlines() if " -map " in line
    }
    assert named == set(two_state.FILES) <= set(job.files)
    kept = [line.split("-stash ")[1] for line in two_state.keeping_passes(".") if "-stash" in line]
    wanted = {
        word[1:]
        for line in [*two_state.passes(kept=True), *two_state.mixing_passes(two_state.mixtures(""), kept=True)]
        for word in line.split()
        if word.startswith("%two")
    }
    assert wanted == set(kept)


NETLIST = "/* Generated by Yosys */\nmodule m(a,\n  y);\n  input a;\n  output y;\n  assign y = a;\nendmodule\n"


def test_a_netlist_keeps_the_names_of_its_parameters_for_testbenches_that_set_them() -> None:
    found = yosys.netlist({two_state.ALL_ZEROS.file: NETLIST}, "m", {"W": 8, "D": 2})
    assert found is not None
    assert found.splitlines()[2:5] == ["  y);", "  parameter D = 2;", "  parameter W = 8;"]
    assert found.replace("  parameter D = 2;\n  parameter W = 8;\n", "") == NETLIST
    assert yosys.netlist({two_state.ALL_ZEROS.file: NETLIST}, "m", {}) == NETLIST


def test_a_missing_netlist_and_one_without_the_module_are_none() -> None:
    assert yosys.netlist({}, "m", {}) is None
    assert yosys.netlist({two_state.ALL_ZEROS.file: NETLIST}, "other", {"W": 8}) is None


CIRCUIT = "# Generated by Yosys\nautoidx 77\nmodule \\m\nend\n"
WHOLE = {yosys.GENERIC: STATISTICS, yosys.CHECKS: CLEAN, **dict.fromkeys(two_state.WRITTEN, "n")}


def test_a_circuit_is_without_what_counts_up_from_text_to_text() -> None:
    assert yosys.circuit({yosys.CIRCUIT: CIRCUIT}) == "module \\m\nend\n"
    assert yosys.circuit({}) is None


@pytest.mark.parametrize(
    ("stopped", "outcome"),
    [("cpu", None), ("memory", None), ("wall", Outcome.TIMEOUT), ("file", Outcome.RESOURCE_LIMIT)],
)
def test_a_limit_reached_after_the_netlist_costs_the_area_where_it_would_on_any_machine(
    stopped: Stopped, outcome: Outcome | None
) -> None:
    step = replace(STEP, exit_code=None, signal=9, stopped=stopped)
    settings = SynthesisSettings(load("neutral"))
    made = synthesize({"m.v": ""}, "m", {}, settings, mapped=True, run_job=lambda *_: JobResult((step,), WHOLE))
    assert made.report.outcome is outcome
    if outcome is None:
        assert made.report.result.facts["mapping"] == f"{stopped} limit"
        assert "area" not in made.report.result.facts
        assert made.netlists == Netlists(("n",))


def mapped_by(step: StepResult, files: dict[str, str]) -> Synthesized:
    """A design that elaborates, and a mapping that ends like this."""
    done = replace(STEP, exit_code=0)

    def run_job(_: CellKind, job: Job) -> JobResult:
        whole = job.steps[0].name == "synthesize"
        return JobResult((done,), {**WHOLE, yosys.CIRCUIT: CIRCUIT}) if whole else JobResult((step,), files)

    return synthesize({"m.v": ""}, "m", {}, SynthesisSettings(load("neutral")), mapped=True, run_job=run_job)


@pytest.mark.parametrize(("stopped", "doubtful"), [("cpu", False), ("memory", False), ("wall", True), ("file", True)])
def test_a_mapping_that_comes_to_no_end_decides_nothing(stopped: Stopped, doubtful: bool) -> None:
    step = replace(STEP, exit_code=None, signal=9, stopped=stopped)
    made = mapped_by(step, {yosys_mapping.MAPPED: MAPPED[:40]})
    assert (made.report.passed, made.report.outcome, made.doubtful) == (True, None, doubtful)
    assert made.report.result.facts["mapping"] == f"{stopped} limit"
    assert "area" not in made.report.result.facts


def test_a_mapping_that_fails_otherwise_is_in_doubt_with_the_tool_s_own_words() -> None:
    made = mapped_by(replace(STEP, log="ERROR: Can't open ABC output file `x'.\n"), {})
    assert (made.report.passed, made.doubtful) == (True, True)
    assert made.report.result.facts["mapping"] == "Can't open ABC output file `x'."


def test_equal_circuits_are_mapped_once() -> None:
    done, asked = replace(STEP, exit_code=0, cpu_s=0.5), []

    def run_job(_: CellKind, job: Job) -> JobResult:
        asked.append(job.steps[0].name)
        return JobResult((done,), {**WHOLE, yosys.CIRCUIT: CIRCUIT, yosys_mapping.MAPPED: MAPPED})

    known, settings = mappings(), SynthesisSettings(load("neutral"))
    first, second = (
        synthesize({"m.v": text}, "m", {}, settings, mapped=True, run_job=run_job, known=known) for text in "ab"
    )
    assert asked == ["synthesize", "map", "synthesize"]
    assert first.report.result == second.report.result
    assert (first.report.cpu_s, second.report.cpu_s) == (1.0, 0.5)


@pytest.mark.parametrize("place", ["", " source: candidate.sv:1.25-1.26"])
def test_a_loop_starts_from_a_value_wherever_its_wire_is_declared(place: str) -> None:
    checks = f"Warning: found logic loop in module m:\n    cell $or$1 ($or)\n    wire \\_0_{place}\nFound 1 problem.\n"
    files = {**dict.fromkeys(two_state.WRITTEN, NETLIST), yosys.CHECKS: checks}
    zeros, ones = yosys.netlists(files, "m", {}).filled
    assert f"force \\_0_ = 64'b{'0' * 64};" in zeros and f"force \\_0_ = 64'b{'1' * 64};" in ones
