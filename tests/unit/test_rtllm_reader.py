"""RTLLM's layout becomes Problems, and its testbenches get a key without a file being touched."""

import re
import shutil
from pathlib import Path

import pytest

from harness.errors import ConfigError
from harness.records.grade import Official
from harness.records.outcome import Task
from harness.rules.quarantine import load_quarantine
from harness.rules.rtllm import rules
from harness.suites.golden_name import golden_as
from harness.suites.printed_verdict import keyed_testbench
from harness.suites.rtllm import V1_1, V2_0, read_suite, reader_1_1, reader_2_0

LOOKALIKE = Path(__file__).parents[1] / "data" / "rtllm_lookalike"
SUM = "Arithmetic/Odd Sums/parity_sum"
BENCH = """module t;
  reg a; wire y; integer error = 0;
  inverter dut (.a(a), .y(y));
  initial begin
    a = 0; #1;
    %s
    if (error == 0) $display("===Your Design Passed===");
    $finish;
  end
endmodule
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LOOKALIKE, tmp_path / "suite"))


def defects(root: Path) -> tuple[str, ...]:
    return read_suite(V2_0, root, Task.SPEC_TO_RTL).defects


def test_a_checkout_becomes_problems_in_the_order_of_their_names() -> None:
    suite = read_suite(V2_0, LOOKALIKE, Task.SPEC_TO_RTL)
    assert [problem.name for problem in suite.problems] == ["parity_sum", "step_counter"]
    assert suite.defects == ()
    assert [problem.category for problem in suite.problems] == ["arithmetic", "control"]


def test_the_module_parameters_and_data_are_those_that_the_testbench_uses() -> None:
    problem = read_suite(V2_0, LOOKALIKE, Task.SPEC_TO_RTL).problems[0]
    assert (problem.top, dict(problem.parameters)) == ("parity_sum", {"WIDTH": 4})
    assert [source.name for source in problem.testbench.support] == ["pairs.dat"]


def test_the_reference_gets_the_name_that_answers_have_and_keeps_its_helpers() -> None:
    problem = read_suite(V2_0, LOOKALIKE, Task.SPEC_TO_RTL).problems[0]
    assert re.findall(r"module (\w+)", problem.golden_code) == ["parity_sum", "low_bit"]


def test_the_other_version_is_another_suite() -> None:
    with pytest.raises(ConfigError, match=r"no checkout of RTLLM 1\.1"):
        read_suite(V1_1, LOOKALIKE, Task.SPEC_TO_RTL)


def test_a_folder_that_is_no_checkout_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="make suites"):
        read_suite(V2_0, tmp_path, Task.SPEC_TO_RTL)


def test_only_one_task_is_there() -> None:
    with pytest.raises(ConfigError, match="spec-to-rtl"):
        read_suite(V2_0, LOOKALIKE, Task.CODE_COMPLETION)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("testbench.v", None, "testbench.v: missing"),
        ("testbench.v", "", "testbench.v: empty"),
        ("testbench.v", "module t; endmodule", "has no one module that prints that the design passed"),
        ("verified_sum_with_parity.v", None, "no verified_*.v"),
        ("verified_sum_with_parity.v", "module a; endmodule module b; endmodule", "2 top modules"),
    ],
)
def test_a_damaged_design_is_one_line_and_the_others_run(copy: Path, file: str, text: str | None, said: str) -> None:
    path = copy / SUM / file
    path.unlink()
    if text is not None:
        path.write_text(text)
    found = [line for line in defects(copy) if said in line]
    assert len(found) == 1
    assert found[0].startswith(SUM)
    assert [problem.name for problem in read_suite(V2_0, copy, Task.SPEC_TO_RTL).problems] == ["step_counter"]


def test_a_folder_that_the_script_lists_and_that_is_gone_is_named(copy: Path) -> None:
    shutil.rmtree(copy / SUM)
    assert defects(copy) == ("auto_run.py lists parity_sum: no such folder",)


def test_lines_stay_where_they_are() -> None:
    text = (LOOKALIKE / SUM / "testbench.v").read_text()
    assert keyed_testbench(text).text.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "check",
    [
        "error = (y == 1) ? error : error + 1;",
        "if (y !== 1) error = error + 1;",
        "if (y !== 1) begin error++; end",
        "error = error | (y !== 1);",
    ],
)
def test_every_form_of_a_check_is_counted(check: str) -> None:
    assert keyed_testbench(BENCH % check).text.count("harness_checked = harness_checked + 1;") == 1


def test_a_verdict_without_a_count_of_errors_is_one_check() -> None:
    assert "KEY, 1, 0);" in keyed_testbench(BENCH % "").text


def test_a_failure_without_a_word_gets_a_keyed_line_too() -> None:
    assert re.search(r"else \$display\(\"HARNESS [^;]*KEY, 1, 1\);", keyed_testbench(BENCH % "").text)


def test_comments_before_a_statement_do_not_hide_it() -> None:
    assert "$finish(0);" in keyed_testbench(BENCH.replace("    $finish", "    // the end\n    $finish") % "").text


def test_a_reference_that_has_the_name_already_is_left_alone() -> None:
    text = "module x(input a, output y); assign y = a; endmodule\n"
    assert golden_as("x", text) == text


def test_the_score_has_one_design_more_than_there_are_and_never_counts_the_misspelt_one() -> None:
    right, wrong = Official(".", True), Official("R", False)
    rows = {"a": [right, wrong], "freq_divbyfrac": [right, right]}
    assert rules.score(rows) == {"syntax pass@1": 1 / 3, "func pass@1": 0.5 / 3, "designs passed": 0.5}


def test_quarantine_lists_are_whole() -> None:
    assert len(load_quarantine(V2_0.quarantine)) == 15
    assert len(load_quarantine(V1_1.quarantine)) == 7


def test_both_versions_are_readers_with_a_pinned_commit() -> None:
    for reader in (reader_1_1, reader_2_0):
        assert reader.source is not None
        assert re.fullmatch(r"[0-9a-f]{40}", reader.source.commit)
