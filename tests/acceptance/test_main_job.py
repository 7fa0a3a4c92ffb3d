"""The whole program as a user runs it: exit codes, outcomes, messages, what is on disk."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import COUNTER_GOLDEN, COUNTER_TB, REPOSITORY, Harness, MiniSuite, last_lines

pytestmark = pytest.mark.tools
LOOKALIKE = REPOSITORY / "tests" / "data" / "verilog_eval_lookalike"


def on(mini: MiniSuite) -> list[str]:
    return ["--suite-path", str(mini.root), "--workers", "2"]


def metrics(summary: dict[str, object]) -> dict[str, float]:
    found = summary["metrics"]
    assert isinstance(found, dict)
    return {name: values["pass@1"]["value"] for name, values in found.items()}


def outcomes(run: Path) -> Counter[str]:
    return Counter(line["outcome"] for line in last_lines(run))


def test_the_reference_is_right_in_every_metric_and_an_empty_answer_in_none(harness: Harness, mini: MiniSuite) -> None:
    right = harness("bench", *on(mini), "--model", "reference", "-n", "2", "--json")
    assert right.code == 0
    assert metrics(right.json) == {"syntax": 1, "simulation": 1, "function": 1, "synthesis": 1}
    assert right.json["evidence"] == {"netlist": 4}
    assert right.json["ppa"]["area"]["given_correct"] == 1
    nothing = harness("bench", *on(mini), "--model", "empty", "-n", "2", "--json")
    assert nothing.code == 0
    assert set(metrics(nothing.json).values()) == {0}
    assert nothing.json["outcomes"] == {"empty": 4}


def test_faulty_is_wrong_in_exactly_the_share_asked_for(harness: Harness, mini: MiniSuite) -> None:
    ran = harness("bench", *on(mini), "--model", "faulty/share=0.3", "-n", "10", "--json")
    assert ran.code == 0
    assert ran.json["outcomes"] == {"pass": 14, "mismatch": 6}


def break_nothing_else(mini: MiniSuite, how: str) -> None:
    toml = mini.problem("counter") / "problem.toml"
    bench = mini.bench("counter") / "tb.v"
    match how:
        case "key misspelt":
            toml.write_text(
                toml.read_text().replace(
                    'name = "q"\ndirection = "output"\nwidth', 'name = "q"\ndirection = "output"\nwidht'
                )
            )
        case "golden missing":
            (mini.problem("counter") / "golden.v").unlink()
        case "port width wrong":
            toml.write_text(toml.read_text().replace("width = 4", "width = 5"))
        case "no verdict line":
            bench.write_text(COUNTER_TB.replace("HARNESS %h", "RESULT %h"))
        case "golden fails":
            (mini.problem("counter") / "golden.v").write_text(COUNTER_GOLDEN.replace("q + 1", "q + 2"))


@pytest.mark.parametrize(
    ("how", "said", "code"),
    [
        ("key misspelt", r'problem\.toml: unknown key "widht" in \[\[port\]\] 3\. Did you mean "width"\?', 1),
        ("golden missing", r'problem\.toml: key "golden": .*golden\.v: No such file', 1),
        ("port width wrong", r"problem\.toml: \[\[port\]\] and the golden design differ: .*port q has 4 bits, not 5 bits", 3),
        ("no verdict line", r"problem\.toml: tb\.v: the golden design's run \(seed 1\) ends without a verdict line", 3),
        ("golden fails", r"problem\.toml: tb\.v: the golden design does not pass its testbench", 3),
    ],
)  # fmt: skip
def test_a_broken_problem_is_one_clear_line_and_the_others_run(
    harness: Harness, mini: MiniSuite, how: str, said: str, code: int
) -> None:
    break_nothing_else(mini, how)
    ran = harness("bench", *on(mini), "--model", "reference", "-n", "1", "--json")
    errors = [line for line in ran.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, ran.err
    assert re.search(said, errors[0]), errors[0]
    assert ran.code == code
    assert ran.json["per_problem"]["and2"]["right"]["function"] == 1
    assert ran.json["metrics"]["function"]["pass@1"]["value"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bench", "--suite", "cor"], 'no suite "cor". Did you mean "core"? All suites: harness suites'),
        (["bench", "--model", "opnai/gpt-5"], 'no backend "opnai". Did you mean "openai"?'),
        (["bench", "--task", "x"], '--task "x"'),
        (["bench", "--rules", "official"], "has no official rules"),
        (["bench", "--stages", "sim"], '--stages "sim"'),
        (["bench", "--sandbox", "jail"], 'no sandbox "jail"'),
        (["bench", "--problems", "zzz*"], '"zzz*" matches no problem'),
        (["bench", "-n", "0"], "-n 0"),
        (["bench", "--k", "x"], '--k "x"'),
        (["bench", "--liberty", "no.lib"], "no.lib: No such file"),
        (["grade", "nothing"], 'no run "nothing"'),
        (["grade", "--completions", "no.jsonl"], "no.jsonl is not there"),
        (["grade", "--suite", "verilog-eval-v2", "--completions", "a"], "suite verilog-eval-v2 is not here"),
        (["report", "nothing"], 'no run "nothing"'),
    ],
)
def test_wrong_use_is_one_line_with_a_way_out(harness: Harness, arguments: list[str], said: str) -> None:
    ran = harness(*arguments, env={"HARNESS_SUITE_VERILOG_EVAL_V2": ""})
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""


def test_a_missing_tool_is_named_with_how_to_get_it(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    ran = harness("bench", *on(mini), env={"PATH": str(tmp_path)})
    assert ran.code == 1
    assert "iverilog (compiles Verilog for simulation): apt install iverilog" in ran.err


def test_answers_from_a_file_with_a_torn_line_are_graded(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    lines = [
        {"task_id": "counter", "code": COUNTER_GOLDEN},
        {
            "task_id": "counter",
            "completion": f"Here it is:\n```verilog\n{COUNTER_GOLDEN.replace('q + 1', 'q - 1')}```\n",
        },
        {"task_id": "and2", "completion": "I cannot help with that."},
        {"task_id": "nobody", "code": "x"},
    ]
    file = tmp_path / "answers.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"task_id": "cou')
    ran = harness("grade", *on(mini), "--completions", str(file), "--json")
    assert ran.code == 0, ran.err
    assert "answers.jsonl line 5 is not whole JSON (file cut off?); left out. 4 of 5 answers read." in ran.err
    assert "nobody" in ran.err
    assert ran.json["outcomes"] == {"mismatch": 1, "pass": 1, "refused": 1}


def test_repro_shows_the_failure_with_only_the_tools(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"task_id": "counter", "code": COUNTER_GOLDEN.replace("q + 1", "q - 1")}) + "\n")
    assert harness("grade", *on(mini), "--completions", str(file), "--run", "r").code == 0
    out = tmp_path / "out"
    made = harness("repro", "r", "counter", "0", "--out", str(out), "--suite-path", str(mini.root))
    assert made.code == 0, made.err
    names = {path.name for path in out.iterdir()}
    assert {"candidate.sv", "tb.v", "run.sh", "wave.vcd", "log.txt", "golden", "spec.md", "README.txt"} <= names
    (out / "wave.vcd").unlink()
    shown = subprocess.run(["sh", str(out / "run.sh")], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "MISMATCH time=" in shown.stdout
    assert (out / "wave.vcd").stat().st_size > 1000


@pytest.mark.parametrize("rules", ["default", "official", "both"])
def test_a_published_layout_is_graded_by_every_rule(harness: Harness, tmp_path: Path, rules: str) -> None:
    names = (LOOKALIKE / "dataset_spec-to-rtl" / "problems.txt").read_text().split()
    file = tmp_path / "a.jsonl"
    wrong = "module TopModule(input a); endmodule\n"
    file.write_text("".join(json.dumps({"task_id": name, "code": wrong}) + "\n" for name in names))
    ran = harness(
        "grade", "--suite", "verilog-eval-v2", "--suite-path", str(LOOKALIKE), "--rules", rules,
        "--completions", str(file), "--run", "r", "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert ran.json["samples"] == len(names)
    assert ran.json["metrics"]["function"]["pass@1"]["value"] == 0
    csv = tmp_path / "results" / "runs" / "r" / "summary.csv"
    assert csv.exists() == (rules != "default")
    assert ("official" in ran.json) == (rules != "default")


def test_the_lists_and_the_doctor_say_what_there_is(harness: Harness) -> None:
    folders = [path for path in (REPOSITORY / "problems" / "core").iterdir() if path.is_dir()]
    assert len(harness("list", "--json").json) == len(folders) >= 40
    assert {row["suite"] for row in harness("suites", "--json").json} >= {"core", "verilog-eval-v2"}
    backends = {row["backend"] for row in harness("models", "--json").json}
    assert backends >= {"openai", "replay", "reference", "empty", "faulty"}
    doctor = harness("doctor", "--json")
    assert doctor.code == 0
    assert {tool["tool"] for tool in doctor.json["tools"] if tool["version"]} >= {"iverilog", "vvp", "pyosys", "cocotb"}


def test_a_model_in_a_file_is_plugged_in(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    (tmp_path / "my_models.py").write_text(
        "from harness.models import Completion\n"
        "class Echo:\n"
        f"    def complete(self, request): return Completion(text={COUNTER_GOLDEN!r})\n"
    )
    ran = harness("bench", *on(mini), "--model", "my_models.py:Echo", "-n", "1", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["outcomes"] == {"interface_error": 1, "pass": 1}


@pytest.mark.long
def test_audit_accepts_a_sharp_testbench_and_refuses_a_blunt_one(harness: Harness, mini: MiniSuite) -> None:
    assert harness("audit", *on(mini), "--faults", "4").code == 0
    bench = mini.bench("counter") / "tb.v"
    bench.write_text(COUNTER_TB.replace("if (q !== want)", "if (q === 4'bxxxx)"))
    blunt = harness("audit", *on(mini), "--faults", "4")
    assert blunt.code == 1
    assert "NOT OK" in blunt.out


def test_help_lists_every_command_and_imports_nothing_heavy(harness: Harness) -> None:
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "harness", "--help"], capture_output=True, text=True, check=True
    )
    for command in (
        "bench",
        "generate",
        "grade",
        "report",
        "repro",
        "list",
        "suites",
        "models",
        "doctor",
        "audit",
        "speed",
    ):
        assert re.search(rf"^ +{command} ", found.stdout, re.MULTILINE)
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in found.stderr.splitlines()}
    assert imported.isdisjoint({"openai", "pydantic", "pyslang", "pyosys", "jinja2", "tqdm", "cocotb"})


def test_make_passes_every_variable_on() -> None:
    values = {
        "MODEL": "--model", "SUITE": "--suite", "TASK": "--task", "N": "-n", "K": "--k", "TEMPERATURE": "--temperature",
        "TOP_P": "--top-p", "MAX_TOKENS": "--max-tokens", "SHOTS": "--shots", "STYLE": "--style", "BASE_URL": "--base-url",
        "RULES": "--rules", "STAGES": "--stages", "WORKERS": "--workers", "SANDBOX": "--sandbox", "LIBERTY": "--liberty",
        "YOSYS": "--yosys", "RUN": "--run", "SUITE_PATH": "--suite-path", "PROBLEMS": "--problems", "LIMIT": "--limit",
        "SEED": "--seed", "CONNECTIONS": "--max-connections",
    }  # fmt: skip
    arguments = [f"{name}=v{number}" for number, name in enumerate(values)]
    found = subprocess.run(
        ["make", "-n", "bench", *arguments], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    for number, (name, flag) in enumerate(values.items()):
        assert f"{flag} 'v{number}'" in found.stdout, name
    shown = subprocess.run(["make"], capture_output=True, text=True, check=True, cwd=REPOSITORY).stdout
    assert all(name in shown for name in (*values, "test-all", "lint", "speed", "suites", "COMPLETIONS"))


@pytest.mark.long
def test_the_wheel_carries_the_suite(tmp_path: Path) -> None:
    """Built from the repository, installed elsewhere, run from an empty folder."""
    copy = tmp_path / "source"
    subprocess.run(["git", "clone", "-q", str(REPOSITORY), str(copy)], check=True)
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(copy)],
        check=True,
        capture_output=True,
    )
    wheel = next(tmp_path.glob("*.whl"))
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    site = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run(
        [*map(str, (python, "-m", "pip")), "-q", "install", "--no-deps", str(wheel)], check=True, capture_output=True
    )
    for entry in Path(pytest.__file__).parents[1].iterdir():  # the packages it needs, but not the editable harness
        if "harness" not in entry.name and not (site / entry.name).exists():
            (site / entry.name).symlink_to(entry)
    empty = tmp_path / "empty"
    empty.mkdir()
    found = subprocess.run(
        [str(python), "-I", "-m", "harness", "bench", "--model", "reference", "--problems", "priority_encoder", "-n", "1", "--json"],
        capture_output=True, text=True, check=False, cwd=empty,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["outcomes"] == {"pass": 1}
