"""Toggle coverage: what is recorded, and which bits of the trace count as having gone up and down."""

from collections.abc import Mapping

import pytest

from harness.grading import toggles
from harness.process.job import Job, JobResult, StepResult
from harness.process.sandbox import CellKind
from harness.records.problem import Problem, SourceFile
from harness.records.problem import Testbench as Bench

HEAD = """$timescale 1ns $end
$scope module tb $end
$var wire 1 + mismatch $end
$scope module dut $end
$var reg 1 * harness_recorded $end
$var wire 1 ! en $end
$var reg 2 " q [1:0] $end
$var integer 32 # i [31:0] $end
$var parameter 4 $ WIDTH [3:0] $end
$scope module low $end
$var wire 1 % y $end
$upscope $end
$upscope $end
$upscope $end
$enddefinitions $end
"""
CHANGES = '#0\n0!\nbxx "\nb0 #\nb100 $\n0%\n#5\n1!\nb01 "\nb1 #\n#10\n0!\nb11 "\n#15\nb10 "\n1%\n#20\n0%\nb11 "\n'
BENCH = Bench("verilog", (SourceFile("tb.v", "module tb; endmodule\n"),), 1, 5)
PROBLEM = Problem("m", "M", "c", "easy", "m", "verilog", "s", (), (), (), (), BENCH)


def observed(files: Mapping[str, str]) -> dict[str, bool] | None:
    asked: list[Job] = []

    def run_job(kind: CellKind, job: Job) -> JobResult:
        asked.append(job)
        return JobResult((StepResult("run", 0, None, None, "", 0.0, 0.0, 0),), files)

    found = toggles.observe(PROBLEM, {"candidate.sv": "module m; endmodule\n"}, run_job)
    [job] = asked
    assert set(job.fetch) == {"harness_toggles.vcd"}
    return found


def test_bits_of_signals_are_told_apart_and_named_from_the_top_module_on() -> None:
    assert observed({"harness_toggles.vcd": HEAD + CHANGES}) == {
        "en": True,  # 0 1 0
        "low.y": True,
        "q[0]": True,  # x 1 1 0 1: what comes out of X is no change
        "q[1]": False,  # x 0 1 1 1: up alone
    }


def test_signals_that_the_testbench_records_itself_are_not_the_design_s() -> None:
    assert not [name for name in observed({"harness_toggles.vcd": HEAD + CHANGES}) or () if "mismatch" in name]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"harness_toggles.vcd": ""},
        {"harness_toggles.vcd": "no dump at all"},
        {"harness_toggles.vcd": "$enddefinitions $end\n#0\n"},
    ],
)
def test_without_a_trace_there_is_no_figure(files: Mapping[str, str]) -> None:
    assert observed(files) is None


def test_a_run_that_was_cut_off_counts_as_far_as_it_goes() -> None:
    cut = (HEAD + CHANGES).rpartition("#15")[0]
    found = observed({"harness_toggles.vcd": cut})
    assert found is not None and found["en"] is True and found["low.y"] is False


def test_the_recording_is_of_the_top_module_whatever_its_name_and_limited() -> None:
    text = toggles.recording("top$1")
    assert '$dumpfile("harness_toggles.vcd")' in text
    assert "$dumpvars(0, \\top$1 )" in text
    assert "$dumplimit(6291456)" in text
