"""RTLLM's corrected profile: what is mended is said, what is not stays as published, and no line moves."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from harness.errors import ConfigError
from harness.records.grade import Official
from harness.records.outcome import Task
from harness.records.problem import Suite
from harness.rules import find_rules
from harness.rules.quarantine import load_quarantine
from harness.runs.report import problem_facts
from harness.suites import repairs
from harness.suites.locate import load_suite
from harness.suites.rtllm import CORRECTED, V1_1, V2_0
from harness.suites.rtllm_repairs import REPAIRS

LOOKALIKE = Path(__file__).parents[1] / "data" / "rtllm_lookalike"


@pytest.mark.parametrize(
    ("repair", "before", "after"),
    [
        (
            repairs.without_break,
            "initial repeat (3) begin // break\n if (x)\n break; end",
            "initial begin : harness_left_18 repeat (3) begin // break\n if (x)\n disable harness_left_18; end end",
        ),
        (
            repairs.arrays_filled,
            "reg [1:0] d [1:0] = {2'd1,\n 2'd2};",
            "reg [1:0] d [1:0] \n; initial begin d[1] = 2'd1; d[0] = 2'd2; end",
        ),
        (
            partial(repairs.nonblocking, names=frozenset({"i"})),
            "always @(posedge c) begin i = i + 1; j = i; end",
            "always @(posedge c) begin i <= i + 1; j = i; end",
        ),
        (
            partial(repairs.ends_at, words="Failed"),
            'initial if (x) $display("Failed at %d", i);',
            'initial if (x) begin $display("Failed at %d", i); $finish; end',
        ),
        (
            repairs.looks_earlier,
            "initial repeat (2) begin\n #5; e = c;\nend",
            "initial repeat (2) begin\n #4; e = c;\n#1; end",
        ),
        (repairs.declared_once, "reg a;\nreg b; reg a;", "reg a;\nreg b; "),
    ],
)
def test_a_repair_changes_what_it_is_for_and_no_line(repair: Callable[[str], str], before: str, after: str) -> None:
    found = repair(f"module t;\n{before}\nendmodule\n")
    assert found == f"module t;\n{after}\nendmodule\n"
    assert found.count("\n") == before.count("\n") + 3
    sound = "module t;\nreg a; // break\nalways @(posedge c) a <= ~a;\nendmodule\n"
    assert repair(sound) == sound


def test_a_port_that_is_declared_again_becomes_a_variable() -> None:
    text = "module t (input a, output [3:0] c, output d);\nreg [3:0] c;\nendmodule\n"
    assert repairs.declared_once(text) == "module t (input a, output reg [3:0] c, output d);\n\nendmodule\n"


def test_a_header_is_shown_with_its_ports_and_without_comments() -> None:
    assert repairs.shown_header("// x\nmodule t (q, a); // y\n input a;\n output q;\n wire w;\nendmodule\n", "t") == (
        "module t (q, a);\n input a;\n output q;\n"
    )
    assert repairs.shown_header("module t; endmodule", "u") == ""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The look-alike with one design under a name of which the profile mends test and description."""
    root = Path(shutil.copytree(LOOKALIKE, tmp_path / "suite"))
    (root / "Control" / "Steps" / "step_counter").rename(root / "Control" / "Steps" / "radix2_div")
    return root


def read(root: Path, profile: str = "") -> Suite:
    return load_suite(f"rtllm-2.0{profile}", Task.SPEC_TO_RTL, str(root))


def test_the_profile_says_what_it_mended_and_takes_it_off_the_quarantine_list(checkout: Path) -> None:
    published, corrected = read(checkout), read(checkout, "+corrected")
    assert (published.name, corrected.name) == ("rtllm-2.0", "rtllm-2.0+corrected")
    assert published.digest != corrected.digest
    assert [entry.problem for entry in published.quarantine] == ["radix2_div"]
    assert corrected.quarantine == ()
    assert list(corrected.repairs) == ["radix2_div"]
    said = corrected.repairs["radix2_div"]
    assert "by nonblocking assignments" in said and "the description ends with the module's header" in said
    assert problem_facts(corrected, "spec-to-rtl")["problems"]["radix2_div"]["repaired"] == said
    assert "repaired" not in problem_facts(published, "spec-to-rtl")["problems"]["radix2_div"]


def test_the_mended_texts_are_those_of_both_rules_and_of_the_prompt(checkout: Path) -> None:
    before, after = (read(checkout, profile).problem("radix2_div") for profile in ("", "+corrected"))
    assert before is not None and after is not None
    assert "rst <= 0" in after.official["test"].text and "rst <= 0" in after.testbench.files[0].text
    assert "rst <= 0" not in before.official["test"].text
    assert after.spec.startswith(before.spec.rstrip()) and "module step_counter" in after.spec


def test_designs_without_a_fault_are_the_published_ones(checkout: Path) -> None:
    before, after = (read(checkout, profile).problem("parity_sum") for profile in ("", "+corrected"))
    assert before == after


def test_the_means_of_the_profile_are_those_of_its_designs() -> None:
    rows = {name: [Official(".", True)] for name in ("freq_divbyfrac", "accu")}
    published, corrected = (find_rules(read(LOOKALIKE, each).official_rules or "") for each in ("", "+corrected"))
    assert published.score(rows)["func pass@1"] == 1 / 3
    assert corrected.score(rows)["func pass@1"] == 1


def test_every_repair_is_of_a_design_that_is_listed_as_faulty() -> None:
    listed = {entry.problem for edition in (V1_1, V2_0) for entry in load_quarantine(edition.quarantine)}
    assert REPAIRS.keys() <= listed


def test_another_profile_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match=f'has no grain "fixed". It has: published, {CORRECTED}'):
        read(LOOKALIKE, "+fixed")
