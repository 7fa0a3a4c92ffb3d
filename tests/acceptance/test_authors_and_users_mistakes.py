"""Broken suites, wrong use, broken files of answers: what is said, the exit code, and that all else goes on.

Further cases are in test_main_job.py.
"""

from pathlib import Path

import pytest
from as_a_user import AND, OR, errors, write_answers
from conftest import AND_TB, Harness, MiniSuite, problem_toml

pytestmark = pytest.mark.tools
PORTS = [("a", "input", 1), ("b", "input", 1), ("y", "output", 1)]
TOML = problem_toml("and2", PORTS)
DEFECTS: dict[str, tuple[dict[str, str], str]] = {
    "not-toml": ({"toml": "version = = 1\n"}, "bad/problem.toml: not TOML: Invalid value (at line 1, column 11)"),
    "key-missing": ({"toml": TOML.replace('top = "and2"\n', "")}, 'bad/problem.toml: key "top" is missing'),
    "key-misspelt": (
        {"toml": TOML.replace("cpu_s = 5", "cpu_z = 5")},
        'bad/problem.toml: unknown key "cpu_z" in [testbench]. Did you mean "cpu_s"?',
    ),
    "wrong-type": (
        {"toml": TOML.replace("seeds = 2", 'seeds = "two"')},
        'bad/problem.toml: key "seeds" in [testbench]: ',
    ),
    "width-of-nothing": (
        {"toml": TOML.replace("width = 1", 'width = "W"', 1)},
        'bad/problem.toml: key "width" in [[port]] 1 ("a"): ',
    ),
    "spec-empty": ({"spec": " \n"}, "bad/spec.md is empty"),
    "testbench-empty": ({"bench": "\n"}, "bad/tb.v is empty"),
}
UNSOLVABLE: dict[str, tuple[dict[str, str], str]] = {
    "testbench-does-not-compile": (
        {"bench": AND_TB.replace("initial begin", "initial begni")},
        "bad/problem.toml: tb.v: the golden design does not compile with the testbench: tb.v:7: syntax error",
    ),
    "nothing-is-checked": (
        {
            "bench": "module tb; parameter [63:0] KEY = 0; parameter [31:0] SEED = 1; reg a, b; wire y; and2 dut(a, b, y);\n"
            'initial begin $display("HARNESS %h checked=0 failed=0 first=-", KEY); $finish(0); end endmodule\n'
        },
        "bad/problem.toml: tb.v: the golden design does not pass its testbench (seed 1): nothing is checked",
    ),
    "top-of-another-name": (
        {"toml": TOML.replace('top = "and2"', 'top = "and3"')},
        'bad/problem.toml: key "top": the golden design has no module and3 (there are: and2)',
    ),
    "port-without-table": (
        {"toml": TOML[: TOML.index('[[port]]\nname = "b"')] + TOML[TOML.index('[[port]]\nname = "y"') :]},
        "bad/problem.toml: [[port]] and the golden design differ: in the golden design, input port b is not in",
    ),
}


def add_broken(mini: MiniSuite, parts: dict[str, str]) -> None:
    mini.add(
        "bad",
        parts.get("toml", TOML),
        parts.get("golden", AND),
        parts.get("bench", AND_TB),
        parts.get("spec", "A module.\n"),
    )


@pytest.mark.parametrize("how", DEFECTS)
def test_a_problem_that_cannot_be_read_is_named_and_the_others_are_graded(
    harness: Harness, mini: MiniSuite, how: str
) -> None:
    parts, said = DEFECTS[how]
    add_broken(mini, parts)
    ran = harness("bench", "--suite-path", str(mini.root), "--model", "empty", "-n", "1", "--json")
    assert ran.code == 1
    assert len(errors(ran)) == 1
    assert said in errors(ran)[0]
    assert ran.json["outcomes"] == {"empty": 2}
    assert ran.json["defects"] == errors(ran)
    again = harness("list", "--suite-path", str(mini.root))
    assert (again.code, errors(again)) == (1, errors(ran))


@pytest.mark.parametrize("how", UNSOLVABLE)
def test_a_problem_whose_golden_design_fails_is_outside_every_denominator(
    harness: Harness, mini: MiniSuite, how: str
) -> None:
    parts, said = UNSOLVABLE[how]
    add_broken(mini, parts)
    command = ("bench", "--suite-path", str(mini.root), "--model", "reference", "-n", "1", "--json")
    ran = harness(*command)
    assert ran.code == 3
    assert len(errors(ran)) == 1
    assert said in errors(ran)[0]
    assert ran.json["outcomes"] == {"pass": 2, "infra_error": 1}
    assert ran.json["metrics"]["function"]["pass@1"]["value"] == 1.0
    assert ran.json["metrics"]["function"]["pass@1"]["left_out"] == 1
    if how == "top-of-another-name":
        again = harness(*command)
        assert (again.code, again.json) == (3, ran.json), "the same command says the same"
        assert said in again.err


def test_a_golden_design_that_reads_but_does_not_compile_is_named(harness: Harness, mini: MiniSuite) -> None:
    add_broken(mini, {"golden": AND.replace("assign y = a & b;", "assign y = a & no_such_wire;")})
    ran = harness("bench", "--suite-path", str(mini.root), "--model", "reference", "-n", "1", "--json")
    assert ran.code == 3
    assert len(errors(ran)) == 1
    assert "bad/problem.toml: " in errors(ran)[0]


WRONG_USE = {
    "no command": ([], "the following arguments are required: COMMAND"),
    "command": (["benhc"], 'Did you mean "bench"?'),
    "option": (["bench", "--sutie", "core"], 'unrecognized arguments: --sutie core. Did you mean "--suite"?'),
    "number": (["bench", "-n", "x"], "argument -n/--n: invalid int value: 'x'. See: harness bench --help"),
    "yosys": (["bench", "--yosys", "sytem"], 'Did you mean "system"?'),
    "rules": (["bench", "--rules", "oficial"], '--rules "oficial": default, official, both'),
    "limit": (["bench", "--limit", "0"], "--limit 0: 1 to 1,000,000 problems"),
    "suite of audit": (["audit", "cor"], 'no suite "cor". Did you mean "core"?'),
    "suite of list": (["list", "--suite", "mini"], "One of your own needs --suite-path DIR."),
    "suite path": (["list", "--suite-path", "nowhere"], "suite core: nowhere does not exist (--suite-path or HARNESS_SUITE_CORE)"),
    "suite fetched": (["suites", "--fetch", "--from", "verilog-eval-v3", "x"], 'Did you mean "verilog-eval-v2"?'),
    "not liberty": (["bench", "--liberty", "{here}/bad.lib"], "no Liberty library"),
    "model file": (["bench", "--model", "my_models.py:Echo"], "my_models.py is not there"),
    "model class": (["bench", "--model", "{here}/there.py:Eco"], 'no "Eco" in it. Did you mean "Echo"?'),
    "share": (["bench", "--model", "faulty/share=2"], "share=2 is not between 0 and 1"),
    "shots": (["bench", "--shots", "9"], "--shots 9: 0 to 4 examples"),
    "style": (["bench", "--style", "zz"], "--style zz: unknown style"),
    "grade what": (["grade"], "A run (harness grade RUN) or a file of answers (harness grade --completions FILE)"),
    "grade both": (["grade", "r", "--completions", "a"], "give one"),
    "empty answers": (["grade", "--completions", "{here}/bad.lib"], "no answer to a problem of core"),
    "repro's sample": (["repro", "r", "p", "x"], "argument SAMPLE: invalid int value: 'x'"),
    "repro's run": (["repro", "r", "p", "0"], 'no run "r"'),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_USE)
def test_wrong_use_says_what_and_the_way_out(harness: Harness, tmp_path: Path, what: str) -> None:
    (tmp_path / "bad.lib").write_text("hello\n")
    (tmp_path / "there.py").write_text("class Echo:\n    pass\n")
    arguments, said = WRONG_USE[what]
    ran = harness(*(argument.replace("{here}", str(tmp_path)) for argument in arguments))
    assert ran.code == 2
    assert ran.out == ""
    assert len(errors(ran)) == 1
    assert said in errors(ran)[0]
    assert not (tmp_path / "results" / "runs").exists(), "no run is left behind"


def test_a_run_without_that_sample_says_so(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    suite = ("--suite-path", str(mini.root))
    assert harness("generate", *suite, "--model", "empty", "-n", "1", "--run", "r").code == 0
    for problem, sample in (("counter", "1"), ("conter", "0")):
        ran = harness("repro", "r", problem, sample, *suite)
        assert ran.code == 2
        assert f"run r has no reply for {problem} sample {sample}" in errors(ran)[0]
    (tmp_path / "results" / "runs" / "r" / "run.json").write_text("{")
    ran = harness("report", "r")
    assert (ran.code, len(errors(ran))) == (2, 1)
    assert "run.json: not a whole run.json" in errors(ran)[0]


def test_an_option_can_be_wrong_with_a_traceback_for_the_curious(mini: MiniSuite, tmp_path: Path) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "harness", "bench", "--suite", "cor", "--debug"]
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert found.returncode != 0
    assert "Traceback" in found.stderr


def test_a_file_of_answers_with_every_defect(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    fenced = {"task_id": "and2", "completion": f"Sure.\n```verilog\n{AND}```\n"}
    file = write_answers(
        tmp_path / "answers.jsonl",
        [
            fenced,
            {"task_id": "and2", "code": AND},
            {"task_id": "nosuch", "code": AND},
            {"task_id": "and2", "sample": 1, "code": OR},
            {"task_id": "counter", "code": "x", "completion": "y"},
            {"task_id": "counter", "sample": 0, "code": ""},
            {"task_id": "counter", "completion": "```verilog\nmodule counter(input clk\n"},
        ],
    )
    with file.open("a") as stream:
        stream.write('{"task_id": "counter", "compl')
    ran = harness("grade", "--suite-path", str(mini.root), "--completions", str(file), "--json")
    assert ran.code == 0
    warnings = [line.removeprefix("warning: ") for line in ran.err.splitlines() if line.startswith("warning: ")]
    assert warnings == [
        'answers.jsonl line 5 holds both "completion" and "code"; left out.',
        "answers.jsonl line 8 is not whole JSON (file cut off?); left out. 6 of 8 answers read.",
        'answers.jsonl: 1 answer to 1 task that the suite does not have ("nosuch"); left out.',
        'answers.jsonl: 1 answer given again ("and2" sample 1); the last one counts.',
    ]
    assert ran.json["per_problem"]["and2"]["outcomes"] == {"mismatch": 1, "pass": 1}
    found = ran.json["per_problem"]["counter"]["outcomes"]
    assert found.pop("empty") == 1
    assert sum(found.values()) == 1
    assert "pass" not in found


def test_an_empty_file_of_answers_is_wrong_use(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("")
    ran = harness("grade", "--suite-path", str(mini.root), "--completions", str(tmp_path / "a.jsonl"))
    assert (ran.code, ran.out) == (2, "")
    assert "warning: a.jsonl holds no answers." in ran.err
    assert len(errors(ran)) == 1


def test_the_lines_of_a_run_are_answers_too(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    suite = ("--suite-path", str(mini.root))
    first = harness("bench", *suite, "--model", "faulty/share=0.5", "-n", "2", "--run", "r", "--json")
    answers = tmp_path / "results" / "runs" / "r" / "completions.jsonl"
    again = harness("grade", *suite, "--completions", str(answers), "--json")
    assert again.code == 0
    assert again.json["outcomes"] == first.json["outcomes"]


def test_a_suite_of_ones_own_has_a_name(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    """By its folder: with --suite-path, or by HARNESS_SUITE_MINI."""
    named = harness("list", "--suite", "mini", "--suite-path", str(mini.root), "--json")
    assert [row["problem"] for row in named.json] == ["and2", "counter"]
    by_variable = harness("list", "--suite", "mini", "--json", env={"HARNESS_SUITE_MINI": str(mini.root)})
    assert by_variable.json == named.json


def test_a_missing_tool_stops_before_anything_is_asked(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    folder = tmp_path / "no tools"
    folder.mkdir()
    ran = harness("bench", "--suite-path", str(mini.root), env={"PATH": str(folder)})
    assert (ran.code, ran.out, len(errors(ran))) == (1, "", 1)
    assert "iverilog (compiles Verilog for simulation): apt install iverilog" in errors(ran)[0]
    assert "harness doctor" in errors(ran)[0]
    assert not (tmp_path / "results" / "runs").exists()
    doctor = harness("doctor", env={"PATH": str(folder)})
    assert doctor.code == 1
    assert "missing: iverilog (compiles Verilog for simulation): apt install iverilog, or: make setup" in doctor.out
    assert harness("doctor", "--json", env={"PATH": str(folder)}).code == 1
