"""A published layout under its own rules, and folders that show one failure to anybody."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from as_a_user import write_answers
from conftest import REPOSITORY, Harness, MiniSuite

pytestmark = pytest.mark.tools
LOOKALIKE = REPOSITORY / "tests" / "data" / "verilog_eval_lookalike"
SUITE = {"HARNESS_SUITE_VERILOG_EVAL_V2": str(LOOKALIKE)}
SWAP = "module TopModule (input a, input b, output y);\n%s\nendmodule\n"
QUARANTINED = "Prob099_m2014_q6c"


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    name = "Prob001_swap"
    return write_answers(
        tmp_path / "answers.jsonl",
        [
            {"task_id": name, "code": SWAP % "assign y = a & ~b;"},
            {"task_id": name, "code": SWAP % "assign y = a | ~b;"},
            {"task_id": name, "code": SWAP % "assign y = a & ~b"},
            {"task_id": name, "code": ""},
        ],
    )


def test_official_and_default_verdicts_stand_side_by_side(harness: Harness, answers: Path, tmp_path: Path) -> None:
    shared = ("grade", "--suite", "verilog-eval-v2", "--completions", str(answers), "--json")
    default, official, both = (
        harness(*shared, "--rules", rules, "--run", rules, env=SUITE) for rules in ("default", "official", "both")
    )
    assert [ran.code for ran in (default, official, both)] == [0, 0, 0]
    assert default.json["outcomes"] == both.json["outcomes"]
    assert default.json["outcomes"] == {"empty": 1, "mismatch": 1, "pass": 1, "syntax_error": 1}
    assert official.json["outcomes"]["pass"] == 1
    assert (default.json["evidence"], official.json["evidence"]) == ({"netlist": 1}, {"official": 1})
    assert "official" not in default.json
    assert official.json["official"]["passed"] == both.json["official"]["passed"] == 1
    runs = tmp_path / "results" / "runs"
    assert not (runs / "default" / "summary.csv").exists()
    csv = (runs / "official" / "summary.csv").read_bytes()
    assert csv == (runs / "both" / "summary.csv").read_bytes()
    assert csv.decode().startswith("Prob001_swap,1,4,0.25,.,")
    (runs / "both" / "summary.csv").unlink()
    shown = harness("report", "both")
    assert "  official      pass_rate " in shown.out
    assert (runs / "both" / "summary.csv").read_bytes() == csv


def test_problems_known_to_be_faulty_are_shown_apart(harness: Harness, tmp_path: Path) -> None:
    root = tmp_path / "suite"
    shutil.copytree(LOOKALIKE, root)
    for folder in (root / "dataset_spec-to-rtl", root / "dataset_code-complete-iccad2023"):
        for path in list(folder.glob("Prob003_vote*")):
            path.rename(path.with_name(path.name.replace("Prob003_vote", QUARANTINED)))
        for path in folder.glob("problems*.txt"):
            path.write_text(path.read_text().replace("Prob003_vote", QUARANTINED))
    suite = ("--suite", "verilog-eval-v2", "--suite-path", str(root))
    ran = harness("bench", *suite, "--model", "reference", "-n", "1", "--json")
    assert ran.json["quarantined"] == 1
    assert ran.json["without_quarantine"]["problems"] == 2
    assert ran.json["per_problem"][QUARANTINED]["quarantined"] is True
    shown = harness("report", ran.json["run"])
    assert "  without 1 problem known to be faulty (2 left)" in shown.out
    listed = {row["problem"]: row["quarantined"] for row in harness("list", *suite, "--json").json}
    assert listed == {"Prob001_swap": False, "Prob002_stepper": False, QUARANTINED: True}
    assert "faulty: " in harness("list", *suite).out


def rerun(folder: Path, **environment: str) -> str:
    """What run.sh says, started by sh from elsewhere, with nothing but the tools on the way."""
    (folder / "wave.vcd").unlink()
    tools = Path(shutil.which("iverilog") or "").parent
    path = f"{tools}:/usr/bin:/bin"
    found = subprocess.run(
        ["sh", str(folder / "run.sh")],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": path, "HOME": os.environ.get("HOME", "/"), **environment},
        timeout=120,
    )
    assert (folder / "wave.vcd").stat().st_size > 100
    return found.stdout + found.stderr


def test_repro_of_official_rules_runs_the_published_testbench(harness: Harness, answers: Path, tmp_path: Path) -> None:
    shared = ("grade", "--suite", "verilog-eval-v2", "--completions", str(answers), "--run", "r")
    assert harness(*shared, "--rules", "official", env=SUITE).code == 0
    out = tmp_path / "some where"
    made = harness("repro", "r", "Prob001_swap", "1", "--out", str(out), env=SUITE)
    assert made.code == 0
    assert "run.sh shows it again; wave.vcd is the waveform" in made.out
    first = (out / "log.txt").read_text()
    again = rerun(out)
    verdict = next(line for line in first.splitlines() if line.startswith("Mismatches: "))
    assert not verdict.startswith("Mismatches: 0 ")
    assert verdict in again


@pytest.mark.long
def test_repro_of_a_cocotb_problem_needs_a_python_with_cocotb(harness: Harness, tmp_path: Path) -> None:
    golden = (REPOSITORY / "problems" / "core" / "crc8_stream" / "golden.v").read_text()
    wrong = golden.replace("8'h07", "8'h31") if "8'h07" in golden else golden.replace("^", "|")
    assert wrong != golden
    file = write_answers(tmp_path / "a.jsonl", [{"task_id": "crc8_stream", "code": wrong}])
    graded = harness("grade", "--completions", str(file), "--run", "r", "--json")
    assert graded.json["outcomes"] == {"mismatch": 1}
    made = harness("repro", "r", "crc8_stream", "0", "--out", str(tmp_path / "out"))
    assert made.code == 0
    assert (tmp_path / "out" / "wave.vcd").stat().st_size > 1000
    said = rerun(tmp_path / "out", PYTHON=sys.executable)
    assert "MISMATCH time=" in said


def test_repro_of_what_does_not_compile_shows_the_compiler(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    file = write_answers(
        tmp_path / "a.jsonl", [{"task_id": "and2", "code": "module and2(input a, output y) endmodule"}]
    )
    suite = ("--suite-path", str(mini.root))
    assert harness("grade", *suite, "--completions", str(file), "--run", "r").code == 0
    made = harness("repro", "r", "and2", "0", *suite)
    assert made.code == 0
    assert "it does not get as far as a waveform" in made.out
    out = tmp_path / "results" / "repro" / "r" / "and2-0"
    assert "syntax error" in (out / "log.txt").read_text()
    assert "syntax_error" in (out / "README.txt").read_text()
