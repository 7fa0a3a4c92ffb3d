"""VGen: three grains of a look-alike, what is said of damage, and what the published scripts make of a completion."""

from pathlib import Path

import pytest
from vgen_checkout import ANSWER, BENCH, PROMPT, make

from harness.errors import ConfigError
from harness.records.grade import Official
from harness.records.outcome import Task
from harness.rules.vgen import completed, rules
from harness.suites.locate import load_suite
from harness.suites.vgen import reader

TASK = Task.CODE_COMPLETION


def test_problems_come_by_level_and_number_with_headers_to_go_on_from(tmp_path: Path) -> None:
    suite = reader.read(make(tmp_path), TASK)
    assert [(p.name, p.difficulty) for p in suite.problems] == [
        ("basic2", "basic"),
        ("basic10", "basic"),
        ("advanced1", "advanced"),
    ]
    problem = suite.problems[0]
    assert (problem.top, problem.title, problem.golden_code) == ("gate", "my gate", ANSWER)
    assert problem.header == PROMPT + "\n// y is a without b\n"
    assert problem.spec == "A gate of two inputs\ny is a without b\n"
    assert (suite.defects, suite.quarantine) == ((), ())


@pytest.mark.parametrize(
    ("name", "last"),
    [("vgen", "y is a without b"), ("vgen+low", "A gate of two inputs"), ("vgen+high", "y is high while a is high and b is low")],
)  # fmt: skip
def test_each_grain_is_a_suite_of_its_own(tmp_path: Path, name: str, last: str) -> None:
    suite = load_suite(name, TASK, str(make(tmp_path)))
    assert suite.name == name
    assert suite.problems[0].spec.splitlines()[-1] == last
    assert rules.messages(suite, suite.problems[0], TASK, 0)[0].text == suite.problems[0].official["prompt"].text


def test_every_test_is_counted_and_each_verdict_has_its_keyed_line(tmp_path: Path) -> None:
    text = reader.read(make(tmp_path), TASK).problems[0].testbench.files[0].text
    assert "module tb #(parameter [63:0] KEY = 0);" in text
    assert "begin harness_checked = harness_checked + 1; if (y !== (a & ~b))" in text
    assert (
        'begin $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, harness_checked, 1); $finish(0); end' in text
    )
    assert 'passed"); $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, harness_checked, 0);' in text
    assert text.count("\n") == BENCH.count("\n") and "$finish;" not in text


def test_what_is_printed_after_the_words_of_an_error_does_not_come_last(tmp_path: Path) -> None:
    root = make(tmp_path)
    for path in root.rglob("tb_*.v"):
        path.write_text(path.read_text().replace("$finish;\n            end", '$display("more");\n$finish; end', 1))
    text = reader.read(root, TASK).problems[0].testbench.files[0].text
    assert text.index('"more"') < text.index("KEY, harness_checked, 1)")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("tb_my-gate.v", None, "basic2/tb_*.v: missing"),
        ("answer_my-gate.v", None, "basic2/answer_*.v: missing"),
        ("prompt2_my-gate.v", None, "basic2/prompt2_*.v: missing"),
        (
            "tb_my-gate.v",
            "module tb; endmodule\n",
            "the testbench has no one module that prints that the design passed",
        ),
        ("answer_my-gate.v", "\n", "basic2/answer_my-gate.v: empty"),
        ("answer_other.v", "module x; endmodule\n", "basic2: 2 files answer_*.v; there should be one"),
    ],
)
def test_a_damaged_problem_is_one_line_and_the_others_are_read(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    path = make(tmp_path) / "prompts-and-testbenches" / "basic2" / name
    path.unlink() if text is None else path.write_text(text)
    suite = reader.read(tmp_path, TASK)
    assert [problem.name for problem in suite.problems] == ["basic10", "advanced1"]
    assert len(suite.defects) == 1 and suite.defects[0].endswith(said)


def test_a_folder_that_is_no_checkout_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is no checkout of VGen: no basic1 and the like in prompts-and-testbenches"):
        reader.read(tmp_path, TASK)


def test_a_completion_ends_at_endmodule_and_gets_the_ends_that_it_lacks(tmp_path: Path) -> None:
    problem = reader.read(make(tmp_path), TASK).problems[0]
    prompt = problem.official["prompt"].text
    assert rules.extract(problem, TASK, "\nassign y = a;\nendmodule\nmodule more; endmodule") is None
    assert rules.extract(problem, TASK, "```verilog\nassign y = a;\n```") is None
    assert rules.extract(problem, TASK, "\nassign y = a;\nendmodule tail") == f"{prompt}\nassign y = a;\nendmodule\n"
    assert completed("begin\n// begin\nx begin\nend\n") == "begin\n// begin\nx begin\nend\nend\nendmodule\n"


def test_the_published_counts_are_shares_of_all_samples() -> None:
    right, wrong, broken = Official(".", True), Official("R", False), Official("S", False)
    assert rules.score({"a": [right, wrong], "b": [broken, broken]}) == {"compiled": 0.5, "tb_passed": 0.25}
    assert rules.score({}) == {}
