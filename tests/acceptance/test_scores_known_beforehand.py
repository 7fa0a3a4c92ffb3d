"""Whole runs of models whose score is known, and what can be done with a run afterwards."""

import json
from pathlib import Path

import pytest
from as_a_user import lines, rates, run_folder, write_answers
from conftest import Harness, MiniSuite, last_lines

from harness.cli.main import COMMANDS

pytestmark = pytest.mark.tools
METRICS = ("syntax", "simulation", "function", "synthesis")
LIBRARY = Path(__file__).parents[2] / "harness" / "tools" / "cells" / "neutral.lib"


@pytest.mark.parametrize(("model", "n", "wrong"), [("faulty", 5, 3), ("faulty/share=0.5", 2, 2)])
def test_a_known_share_of_faults_is_found_exactly(
    harness: Harness, mini: MiniSuite, model: str, n: int, wrong: int
) -> None:
    ran = harness("bench", "--suite-path", str(mini.root), "--model", model, "-n", str(n), "--json")
    assert ran.code == 0, ran.err
    assert ran.json["outcomes"] == {"pass": 2 * n - wrong, "mismatch": wrong}
    found = rates(ran.json)
    assert found["function"] == found["simulation"] == pytest.approx(1 - wrong / (2 * n))
    assert found["syntax"] == 1.0


@pytest.mark.parametrize(("model", "outcomes"), [("reference", {"pass": 2}), ("faulty/share=1", {"mismatch": 2})])
def test_problems_of_core(harness: Harness, model: str, outcomes: dict[str, int]) -> None:
    names = "b[ac]*"  # barrel_rotator, bcd_adder
    ran = harness("bench", "--problems", names, "--model", model, "-n", "1", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["outcomes"] == outcomes


@pytest.mark.long
def test_a_cocotb_problem_of_core(harness: Harness) -> None:
    ran = harness("bench", "--problems", "crc8_stream", "--model", "faulty/share=0.5", "-n", "2", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["outcomes"] == {"pass": 1, "mismatch": 1}


def test_code_completion(harness: Harness, mini: MiniSuite) -> None:
    ran = harness(
        "bench",
        "--suite-path",
        str(mini.root),
        "--task",
        "code-completion",
        "--model",
        "reference",
        "-n",
        "1",
        "--json",
    )
    assert (ran.code, ran.json["outcomes"], ran.json["task"]) == (0, {"pass": 2}, "code-completion")


def test_generate_and_then_grade_is_bench(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    shared = ("--suite-path", str(mini.root), "--model", "faulty", "-n", "3")
    whole = harness("bench", *shared, "--run", "whole", "--json")
    asked = harness("generate", *shared, "--run", "apart")
    assert asked.code == 0
    assert asked.out.endswith("apart/   grade it: harness grade apart\n")
    apart = tmp_path / "results" / "runs" / "apart"
    assert not (apart / "grades.jsonl").exists()
    graded = harness("grade", "apart", "--suite-path", str(mini.root), "--json")
    assert (whole.code, graded.code) == (0, 0)
    assert last_lines(apart) == last_lines(apart.parent / "whole")
    assert {**graded.json, "run": "whole"} == whole.json


def test_a_run_is_graded_again_under_other_stages_and_another_library(
    harness: Harness, mini: MiniSuite, tmp_path: Path
) -> None:
    suite = ("--suite-path", str(mini.root))
    first = harness("bench", *suite, "--model", "reference", "-n", "1", "--json")
    run = run_folder(first, tmp_path / "results")
    other = tmp_path / "other cells.lib"
    text = LIBRARY.read_text()
    other.write_text(text.replace("/*", "/* another library */ /*", 1) if "/*" in text else "/* another */\n" + text)

    again = harness("grade", run.name, *suite, "--liberty", str(other), "--json")
    assert (again.code, again.json["outcomes"]) == (0, {"pass": 2})
    assert "are graded already" not in again.err
    assert len(lines(run / "grades.jsonl")) == 4

    staged = harness("grade", run.name, *suite, "--liberty", str(other), "--stages", "syntax,simulate", "--json")
    assert (staged.code, staged.json["outcomes"]) == (0, {"pass": 2})
    assert json.loads((run / "run.json").read_text())["stages"] == ["simulate", "syntax"]
    same = harness("grade", run.name, *suite, "--liberty", str(other), "--stages", "simulate,syntax", "--json")
    assert "graded    all 2 are graded already, from the same inputs" in same.err
    assert same.json == {key: value for key, value in staged.json.items() if key != "regraded"}


def test_report_makes_the_derived_files_again_to_the_byte(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    answers = [{"task_id": "and2", "code": "module and2(input a, input b, output y); endmodule"}]
    file = write_answers(tmp_path / "a.jsonl", [*answers, {"task_id": "counter", "completion": "I cannot."}])
    ran = harness("grade", "--suite-path", str(mini.root), "--completions", str(file), "--json")
    assert ran.code == 0
    run = run_folder(ran, tmp_path / "results")
    derived = [run / "summary.json", run / "problems.csv"]
    before = [path.read_bytes() for path in derived]
    for remove in (False, True):
        if remove:
            for path in derived:
                path.unlink()
        shown = harness("report", run.name)
        assert shown.code == 0
        assert [path.read_bytes() for path in derived] == before
        assert "mini 1.0 · spec-to-rtl" in shown.out
        assert max(map(len, shown.out.splitlines()[:-3])) <= 100
    elsewhere = harness("report", str(run), cwd=tmp_path / "a suite")
    assert elsewhere.code == 0, "a folder is a RUN too, and the suite is not needed"


def test_the_table_names_the_next_step(harness: Harness, mini: MiniSuite) -> None:
    ran = harness("bench", "--suite-path", str(mini.root), "--model", "faulty/share=0.5", "-n", "2")
    assert ran.code == 0
    last = ran.out.splitlines()[-1]
    assert last.startswith("one failure:  harness repro mini-spec-to-rtl-faulty-share=0.5-")
    assert "%|" not in ran.out, "progress is not for standard output"
    assert "%|" in ran.err


@pytest.mark.long
def test_json_is_one_document_and_nothing_else_on_standard_output(
    harness: Harness, mini: MiniSuite, tmp_path: Path
) -> None:
    suite = ("--suite-path", str(mini.root))
    file = write_answers(tmp_path / "a.jsonl", [{"task_id": "and2", "code": "nonsense"}, {"task_id": "x", "code": ""}])
    one = tmp_path / "one.v"
    one.write_text("module and2(input a, input b, output y); assign y = a & b; endmodule\n")
    parrot = Path(__file__).parent / "plugin_package" / "parrot_models.py"
    commands = [
        ("bench", *suite, "--model", "reference", "-n", "2", "--run", "again"),
        ("generate", *suite, "--model", "reference", "-n", "1", "--run", "r"),
        ("bench", *suite, "--model", "reference", "-n", "1", "--run", "r"),
        ("grade", "r", *suite),
        ("grade", "--completions", str(file), *suite),
        ("report", "r"),
        ("view", "r"),
        ("repro", "r", "and2", "0", *suite),
        ("prompts", *suite, "--model", "openai/m", "-n", "1"),
        ("compare", "r", "again"),
        ("compare", "r", "again", "--trend"),
        ("import", str(file), *suite),
        ("export", "r", "--format", "csv", "--out", str(tmp_path / "r.csv")),
        ("verify", str(tmp_path / "results" / "runs" / "r"), *suite),
        ("leaderboard", "--out", str(tmp_path / "board")),
        ("check-model", f"{parrot}:Parrot/green"),
        ("ppa", str(one), str(one), "--top", "and2"),
        ("equiv", str(one), str(one), "--top", "and2"),
        ("list", *suite),
        ("suites",),
        ("models",),
        ("doctor",),
        ("audit", *suite, "--problems", "and2", "--faults", "2"),
        ("redteam", *suite, "--problems", "and2", "--attacks", "all_x"),
        ("new-problem", "or2", "--suite", "mine", "--suite-path", str(tmp_path / "mine")),
    ]
    assert {name for name, *_ in commands} == set(COMMANDS) - {"serve", "speed"}
    for command in commands:
        ran = harness(*command, "--json")
        assert ran.code == 0, (command, ran.err)
        assert isinstance(ran.json, dict | list), command
        assert ran.out.count("\n") == 1 and ran.out.endswith("\n"), command
    assert {name for name, *_ in commands} == set(_commands_with_json(harness)) - {"speed"}


@pytest.mark.long
def test_speed_gives_its_figures_as_one_document(harness: Harness, mini: MiniSuite) -> None:
    suite = ("--suite-path", str(mini.root), "--problems", "and2")
    ran = harness("speed", *suite, "-n", "1", "--repeat", "1", "--memory", "0", "--json", timeout=600)
    assert ran.code == 0, ran.err
    assert {"name", "unit", "values"} <= set(ran.json["figures"][0])
    assert ran.out.count("\n") == 1


def _commands_with_json(harness: Harness) -> list[str]:
    from harness.cli.main import COMMANDS

    return [name for name in COMMANDS if "--json" in harness(name, "--help").out]
