"""The VerilogEval v2 reader over a look-alike of our own: what it reads, and what it says of every kind of damage."""

import re
import shutil
from pathlib import Path

import pytest

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.rules.quarantine import load_quarantine
from harness.suites import verilog_eval_v2
from harness.suites.verilog_eval_keyed import keyed_testbench, reference_as_answer
from harness.suites.verilog_eval_texts import parse_script
from harness.suites.verilog_eval_v2 import reader

LOOKALIKE = Path(__file__).parents[1] / "data" / "verilog_eval_lookalike"
SPEC, COMPLETE = "dataset_spec-to-rtl", "dataset_code-complete-iccad2023"
NAMES = ["Prob001_swap", "Prob002_stepper", "Prob003_vote"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return shutil.copytree(LOOKALIKE, tmp_path / "a checkout")


def names_and_defects(root: Path, task: Task = Task.SPEC_TO_RTL) -> tuple[list[str], tuple[str, ...]]:
    suite = reader.read(root, task)
    return [problem.name for problem in suite.problems], suite.defects


@pytest.mark.parametrize("task", [Task.SPEC_TO_RTL, Task.CODE_COMPLETION])
def test_reads_the_listed_problems_in_order_and_leaves_stray_files_alone(task: Task) -> None:
    assert names_and_defects(LOOKALIKE, task) == (NAMES, ())


def test_says_what_a_suite_is() -> None:
    suite = reader.read(LOOKALIKE, Task.SPEC_TO_RTL)
    assert (suite.name, suite.official_rules, suite.licence) == ("verilog-eval-v2", "verilog_eval_v2", "MIT")
    assert reader.source is not None
    assert re.fullmatch(r"c498220[0-9a-f]{33}", reader.source.commit)
    assert reader.tasks == (Task.SPEC_TO_RTL, Task.CODE_COMPLETION)


def test_a_problem_has_the_files_of_its_own_task_only() -> None:
    spec = reader.read(LOOKALIKE, Task.SPEC_TO_RTL).problems[0]
    completion = reader.read(LOOKALIKE, Task.CODE_COMPLETION).problems[0]
    assert set(spec.official) == {"test", "reference", "prompt"}
    assert set(completion.official) == {"test", "reference", "interface", "prompt"}
    assert spec.official["test"].text == (LOOKALIKE / SPEC / "Prob001_swap_test.sv").read_text()
    assert (spec.header, completion.header) == ("", (LOOKALIKE / COMPLETE / "Prob001_swap_ifc.txt").read_text())
    assert (spec.tasks, completion.tasks) == ((Task.SPEC_TO_RTL,), (Task.CODE_COMPLETION,))


def test_the_description_of_a_completion_problem_does_not_repeat_the_header() -> None:
    problem = reader.read(LOOKALIKE, Task.CODE_COMPLETION).problems[0]
    assert problem.spec == "\nThe output y is high while a is high and b is low.\n"
    assert "module TopModule" in problem.official["prompt"].text


def test_a_category_says_whether_the_reference_waits_for_an_edge() -> None:
    suite = reader.read(LOOKALIKE, Task.SPEC_TO_RTL)
    assert [problem.category for problem in suite.problems] == ["combinational", "sequential", "combinational"]
    assert [problem.title for problem in suite.problems] == ["swap", "stepper", "vote"]


def test_the_golden_design_is_the_reference_under_the_name_of_an_answer() -> None:
    problem = reader.read(LOOKALIKE, Task.SPEC_TO_RTL).problems[0]
    golden = problem.golden[0].text
    assert problem.top == "TopModule"
    assert "module TopModule (" in golden
    assert "RefModule" not in golden


def test_the_testbench_is_a_keyed_copy_with_the_reference_beside_it() -> None:
    problem = reader.read(LOOKALIKE, Task.SPEC_TO_RTL).problems[0]
    bench = problem.testbench
    assert (bench.kind, bench.seeds, bench.seeded, bench.cpu_s) == ("verilog", 1, False, 30)
    assert [source.name for source in bench.files] == ["Prob001_swap_test.sv", "Prob001_swap_ref.sv"]
    assert "module tb #(parameter [63:0] KEY = 0) ();" in bench.files[0].text


def test_the_digest_follows_every_file(checkout: Path) -> None:
    before = reader.read(checkout, Task.SPEC_TO_RTL).digest
    with (checkout / SPEC / "Prob003_vote_ref.sv").open("a") as file:
        file.write("// changed\n")
    assert reader.read(checkout, Task.SPEC_TO_RTL).digest != before


def test_the_prompt_texts_come_from_the_checkout_and_its_script_is_not_run() -> None:
    assets = reader.read(LOOKALIKE, Task.CODE_COMPLETION).assets
    assert assets["system"] == "\nFinish the module. (look-alike)\n"
    assert assets["prefix"] == "\n// Look-alike task:\n"
    assert assets["request"] == "\nPut the code between [BEGIN] and [DONE].\n"
    assert assets["shots-2"].count("Example") == 2
    assert sorted(assets) == ["prefix", "request", "rules", *[f"shots-{k}" for k in range(1, 5)], "system"]


def test_a_quarantined_problem_counts_only_for_its_task_and_where_it_is_there(checkout: Path) -> None:
    assert reader.read(checkout, Task.SPEC_TO_RTL).quarantine == ()
    for folder in (SPEC, COMPLETE):
        for path in (checkout / folder).glob("Prob001_swap_*"):
            shutil.copy(path, path.with_name(path.name.replace("Prob001_swap", "Prob099_m2014_q6c")))
        (checkout / folder / "problems.txt").write_text("Prob099_m2014_q6c\n")
    assert [entry.problem for entry in reader.read(checkout, Task.SPEC_TO_RTL).quarantine] == ["Prob099_m2014_q6c"]
    assert reader.read(checkout, Task.CODE_COMPLETION).quarantine == ()


@pytest.mark.parametrize(
    ("name", "damage", "line"),
    [
        ("Prob001_swap_test.sv", None, "missing"),
        ("Prob001_swap_ref.sv", None, "missing"),
        ("Prob001_swap_prompt.txt", None, "missing"),
        ("Prob001_swap_test.sv", b"", "empty"),
        ("Prob001_swap_ref.sv", b" \n", "empty"),
        ("Prob001_swap_prompt.txt", b"\n\n", "empty"),
        ("Prob001_swap_ref.sv", b"module \xff", "not UTF-8"),
        ("Prob001_swap_ref.sv", b"module Other; endmodule", "the reference does not hold one module RefModule"),
        ("Prob001_swap_test.sv", b"module bench; endmodule", "the testbench has no plain `module tb`"),
        ("Prob001_swap_test.sv", b"module tb();\nendmodule", "the testbench does not end with one line of mismatches"),
    ],
)
def test_a_damaged_file_is_one_line_and_the_other_problems_are_read(
    checkout: Path, name: str, damage: bytes | None, line: str
) -> None:
    if damage is None:
        (checkout / SPEC / name).unlink()
    else:
        (checkout / SPEC / name).write_bytes(damage)
    assert names_and_defects(checkout) == (NAMES[1:], (f"{SPEC}/{name}: {line}",))


def test_every_damaged_file_of_a_problem_is_named(checkout: Path) -> None:
    (checkout / COMPLETE / "Prob002_stepper_ifc.txt").unlink()
    (checkout / COMPLETE / "Prob002_stepper_test.sv").write_text("")
    names, defects = names_and_defects(checkout, Task.CODE_COMPLETION)
    assert names == ["Prob001_swap", "Prob003_vote"]
    assert defects == (f"{COMPLETE}/Prob002_stepper_test.sv: empty", f"{COMPLETE}/Prob002_stepper_ifc.txt: missing")


def test_a_folder_in_the_place_of_a_file_is_a_defect(checkout: Path) -> None:
    path = checkout / SPEC / "Prob001_swap_test.sv"
    path.unlink()
    path.mkdir()
    names, defects = names_and_defects(checkout)
    assert names == NAMES[1:]
    assert defects == (f"{SPEC}/{path.name}: Is a directory",)


def test_a_listed_problem_without_files_is_one_line(checkout: Path) -> None:
    with (checkout / SPEC / "problems.txt").open("a") as file:
        file.write("Prob009_nowhere\nProb001_swap\n../Prob001_swap\n")
    assert names_and_defects(checkout) == (
        NAMES,
        (
            f"{SPEC}/problems.txt line 5: Prob009_nowhere has no files",
            f"{SPEC}/problems.txt line 6: Prob001_swap is listed twice",
            f'{SPEC}/problems.txt line 7: "../Prob001_swap" is no name of a problem',
        ),
    )


def test_a_checkout_without_prompt_texts_still_has_its_problems(checkout: Path) -> None:
    (checkout / "scripts" / "sv-generate").unlink()
    (checkout / "scripts" / "verilog-example-prefix_spec-to-rtl_3-shot.txt").unlink()
    names, defects = names_and_defects(checkout)
    assert names == NAMES
    assert defects == (
        "scripts/sv-generate: missing; official prompts cannot be made",
        "scripts/verilog-example-prefix_spec-to-rtl_3-shot.txt: missing; official prompts with 3 shots cannot be made",
    )


def test_a_broken_script_is_one_line(checkout: Path) -> None:
    (checkout / "scripts" / "sv-generate").write_text("prompts = {}\nif\n")
    assert names_and_defects(checkout)[1] == (
        "scripts/sv-generate: line 2 is not Python; official prompts cannot be made",
    )


def test_a_script_without_a_text_names_it() -> None:
    with pytest.raises(ValueError, match="no system and no prefix and no rules and no request text for spec-to-rtl"):
        parse_script("prompts = {}", "spec-to-rtl")
    with pytest.raises(ValueError, match="malformed"):
        parse_script("prompt_rules_suffix = open('x').read()", "spec-to-rtl")


@pytest.mark.parametrize("prepare", ["empty folder", "no folder", "no list", "empty list"])
def test_a_folder_that_is_no_checkout_is_refused_with_a_way_out(checkout: Path, prepare: str) -> None:
    root = checkout
    if prepare in ("empty folder", "no folder"):
        root = checkout / "elsewhere"
        if prepare == "empty folder":
            root.mkdir()
    elif prepare == "no list":
        (root / SPEC / "problems.txt").unlink()
    else:
        (root / SPEC / "problems.txt").write_text("\n\n")
    with pytest.raises(ConfigError) as refused:
        reader.read(root, Task.SPEC_TO_RTL)
    said = str(refused.value)
    assert "\n" not in said
    assert str(root) in said
    assert "HARNESS_SUITE_VERILOG_EVAL_V2" in said


def test_keying_changes_no_line_numbers() -> None:
    text = (LOOKALIKE / SPEC / "Prob002_stepper_test.sv").read_text()
    keyed = keyed_testbench(text)
    changed = [number for number, (a, b) in enumerate(zip(text.split("\n"), keyed.split("\n"), strict=True)) if a != b]
    assert len(changed) == 2


def test_a_testbench_that_prints_after_its_summary_cannot_be_keyed() -> None:
    text = (LOOKALIKE / SPEC / "Prob001_swap_test.sv").read_text()
    summary = 'samples", stats1.errors, stats1.clocks);'
    shouting = text.replace(summary, f'{summary}\n    $display("more");')
    assert shouting != text
    with pytest.raises(ValueError, match="does not end with one line of mismatches"):
        keyed_testbench(shouting)


def test_a_testbench_that_does_not_count_samples_cannot_be_keyed() -> None:
    text = (LOOKALIKE / SPEC / "Prob001_swap_test.sv").read_text()
    with pytest.raises(ValueError, match=r"does not count stats1\.errortime"):
        keyed_testbench(text.replace("errortime", "when"))


def test_further_modules_of_a_reference_get_names_of_their_own() -> None:
    text = "module RefModule (output y);\n  half RefModule_half (.y);\nendmodule\nmodule half (output y);\nendmodule\n"
    assert reference_as_answer(text) == (
        "module TopModule (output y);\n  half_golden RefModule_half (.y);\nendmodule\n"
        "module half_golden (output y);\nendmodule\n"
    )


@pytest.mark.parametrize(
    "text", ["module Other; endmodule", "module RefModule;\nendmodule\nmodule TopModule;\nendmodule"]
)
def test_a_reference_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hold"):
        reference_as_answer(text)


def test_the_shipped_quarantine_list_is_whole() -> None:
    path = Path(verilog_eval_v2.__file__).parents[1] / "rules" / "verilog_eval_v2.quarantine.toml"
    entries = load_quarantine(path)
    assert [entry.problem[:7] for entry in entries] == [
        f"Prob{number}" for number in ("034", "053", "082", "099", "104", "141", "151", "156")
    ]
    assert all(set(entry.tasks) <= set(reader.tasks) for entry in entries)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[quarantine]]\nproblem = "P"\nreson = "x"', 'quarantine]] 1 "tasks": Field required'),
        (
            '[[quarantine]]\nproblem = "P"\ntasks = ["spec-to-rtl"]\nreason = "x"\nevidence = "x"\ntools = "*"\nwhy = 1',
            '[[quarantine]] 1 "why": Extra inputs are not permitted',
        ),
        ("[other]\nx = 1", '"other": Extra inputs are not permitted'),
        ("[[quarantine", "Expected"),
    ],
)
def test_a_broken_quarantine_list_names_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "list.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_quarantine(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)
