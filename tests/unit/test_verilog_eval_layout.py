"""Any folder in VerilogEval v2's layout: its problems, listed or not, its prompt texts, and what is said of other folders."""

import shutil
from pathlib import Path

import pytest

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.records.problem import Quarantine
from harness.rules.quarantine import dump_quarantine, load_quarantine, texts_digest
from harness.rules.verilog_eval_v2 import rules
from harness.suites.locate import load_suite
from harness.suites.verilog_eval_layout import reader

CHECKOUT = Path(__file__).parents[1] / "data" / "verilog_eval_lookalike"
SPEC, COMPLETE = CHECKOUT / "dataset_spec-to-rtl", CHECKOUT / "dataset_code-complete-iccad2023"
TASK = Task.SPEC_TO_RTL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(SPEC, tmp_path / "my_problems")


def names(root: Path) -> list[str]:
    return [problem.name for problem in reader.read(root, TASK).problems]


def test_a_folder_of_its_own_is_a_suite_whose_version_is_the_folders_name(folder: Path) -> None:
    suite = load_suite("verilog-eval-layout", TASK, str(folder))
    assert (suite.name, suite.version, suite.defects) == ("verilog-eval-layout", "my_problems", ())
    assert names(folder) == ["Prob001_swap", "Prob002_stepper", "Prob003_vote"]
    assert suite.official_rules == "verilog_eval_v2"


def test_problems_that_the_list_leaves_out_come_after_those_that_it_has(folder: Path) -> None:
    (folder / "problems.txt").write_text("Prob003_vote")
    assert names(folder) == ["Prob003_vote", "Prob001_swap", "Prob002_stepper"]
    (folder / "problems.txt").unlink()
    assert names(folder) == ["Prob001_swap", "Prob002_stepper", "Prob003_vote"]


def test_names_may_have_hyphens(folder: Path) -> None:
    for path in folder.glob("Prob001_swap_*"):
        path.rename(path.with_name(path.name.replace("swap", "4-bit_swap")))
    assert names(folder)[-1] == "Prob001_4-bit_swap"


def test_a_damaged_problem_is_one_line_and_the_others_are_read(folder: Path) -> None:
    (folder / "Prob002_stepper_test.sv").unlink()
    suite = reader.read(folder, TASK)
    assert suite.defects == ("my_problems/Prob002_stepper_test.sv: missing",)
    assert len(suite.problems) == 2


def test_official_prompts_are_made_of_the_scripts_above_the_folder(folder: Path) -> None:
    suite = reader.read(SPEC, TASK)
    assert rules.messages(suite, suite.problems[0], TASK, 0)[1].text.startswith("\nQuestion:")
    alone = reader.read(folder, TASK)
    with pytest.raises(ConfigError, match="lacks the request text of the official prompt"):
        rules.messages(alone, alone.problems[0], TASK, 0)


def test_code_completion_wants_interface_files(folder: Path) -> None:
    assert len(reader.read(COMPLETE, Task.CODE_COMPLETION).problems) == 3
    with pytest.raises(ConfigError, match=r'has no task "code-completion": no \*_ifc.txt there'):
        reader.read(folder, Task.CODE_COMPLETION)


def test_the_folder_above_is_refused_with_the_names_of_those_below(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="by --suite-path: dataset_code-complete-iccad2023, dataset_spec-to-rtl"):
        reader.read(CHECKOUT, TASK)
    with pytest.raises(ConfigError, match=r"no \*_prompt.txt there"):
        reader.read(tmp_path, TASK)


def test_a_problem_is_known_to_be_faulty_by_its_texts(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = reader.read(folder, TASK).problems[1]
    entry = Quarantine(problem.name, (TASK,), "why", "seen", "*", texts_digest(problem))
    (tmp_path / "list.toml").write_text(dump_quarantine([entry]))
    assert load_quarantine(tmp_path / "list.toml") == (entry,)
    monkeypatch.setattr("harness.suites.verilog_eval_layout._QUARANTINE", tmp_path / "list.toml")
    assert reader.read(folder, TASK).quarantine == (entry,)
    with (folder / f"{problem.name}_test.sv").open("a") as file:
        file.write("// another one\n")
    assert reader.read(folder, TASK).quarantine == ()


def test_every_entry_of_the_list_for_folders_names_its_texts() -> None:
    from harness.suites.verilog_eval_layout import _QUARANTINE

    entries = load_quarantine(_QUARANTINE)
    assert entries and all(len(entry.texts) == 16 for entry in entries)
