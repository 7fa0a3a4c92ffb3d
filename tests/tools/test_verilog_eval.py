"""VerilogEval v2 through real Icarus: a look-alike of our own, and the user's checkout where there is one."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harness.process.cell import Cell
from harness.process.job import Job, JobResult, Limits, Step
from harness.process.sandbox import CellKind, choose
from harness.records.grade import Official
from harness.records.outcome import Outcome, Task
from harness.records.problem import Problem, Suite
from harness.rules.official import OfficialVerdict
from harness.rules.verilog_eval_v2 import rules
from harness.suites.verilog_eval_v2 import reader
from harness.tools.locate import find, prefix_of

pytestmark = pytest.mark.tools

LOOKALIKE = Path(__file__).parents[1] / "data" / "verilog_eval_lookalike"
KEY = "0123456789abcdef"
CHECKOUT = os.environ.get("HARNESS_SUITE_VERILOG_EVAL_V2", "")
ANSWERS = Path(
    os.environ.get(
        "HARNESS_VERILOG_EVAL_V2_ANSWERS",
        Path(__file__).parents[3] / "shared/data/gemini-2.5-flash/verilog_eval_v2_spec_to_rtl.jsonl",
    )
)
needs_checkout = pytest.mark.skipif(
    not CHECKOUT, reason="HARNESS_SUITE_VERILOG_EVAL_V2 names no checkout of NVlabs/verilog-eval"
)
needs_answers = pytest.mark.skipif(not ANSWERS.is_file(), reason=f"no real answers at {ANSWERS}")

SWAP = "module TopModule (input a, input b, output y);\n%s\nendmodule\n"
STEPPER = "module TopModule (input clk, input reset, input go, output reg q);\n%s\nendmodule\n"
RIGHT = SWAP % "assign y = a & ~b;"


@pytest.fixture(scope="module")
def cell() -> Iterator[Cell]:
    prefix = prefix_of("iverilog")
    with Cell(CellKind("icarus"), choose("auto"), () if prefix is None else (prefix,)) as made:
        yield made


def lookalike(name: str, task: Task = Task.SPEC_TO_RTL) -> Problem:
    return next(problem for problem in reader.read(LOOKALIKE, task).problems if problem.name.endswith(name))


def officially(cell: Cell, problem: Problem, code: str) -> OfficialVerdict:
    return rules.judge(problem, code, cell.run(rules.job(problem, code)))


def keyed(cell: Cell, problem: Problem, code: str) -> JobResult:
    """The candidate under the keyed testbench."""
    files = {source.name: source.text for source in problem.testbench.files}
    limits = Limits(cpu_s=30, wall_s=180)
    compile_argv = ("iverilog", "-g2012", "-s", "tb", f"-Ptb.KEY=64'h{KEY}", "-o", "x", "candidate.sv", *files)
    steps = (Step("compile", limits, compile_argv), Step("run", limits, ("vvp", "-n", "x", "-none")))
    return cell.run(Job({**files, "candidate.sv": code}, steps))


def last_line(result: JobResult) -> str:
    return next(iter(result.last.log.strip().splitlines()[-1:]), "")


@pytest.mark.parametrize("task", [Task.SPEC_TO_RTL, Task.CODE_COMPLETION])
@pytest.mark.parametrize("name", ["swap", "stepper", "vote"])
def test_the_golden_design_passes_officially_and_under_the_key(cell: Cell, name: str, task: Task) -> None:
    problem = lookalike(name, task)
    golden = problem.golden[0].text
    verdict = officially(cell, problem, golden)
    assert (verdict.official, verdict.outcome) == (Official(".", True, 0), Outcome.PASS)
    assert verdict.syntax_passed
    assert re.fullmatch(rf"HARNESS {KEY} checked=[1-9]\d+ failed=0 first=-", last_line(keyed(cell, problem, golden)))


@pytest.mark.parametrize(
    ("name", "code", "letter", "outcome", "message"),
    [
        ("swap", RIGHT, ".", Outcome.PASS, None),
        ("swap", SWAP % "assign y = a;", "R", Outcome.MISMATCH, "First mismatch occurred at time"),
        ("swap", SWAP % "assign y = ;", "S", Outcome.SYNTAX_ERROR, "line 2: syntax error"),
        ("swap", SWAP % "other u (y);", "m", Outcome.ELABORATION_ERROR, "line 2: error: Unknown module type"),
        ("swap", SWAP % "assign y = c;", "p", Outcome.ELABORATION_ERROR, "line 2: error: Unable to bind"),
        (
            *("swap", SWAP % "always @(posedge clk) $display;", "c"),
            *(Outcome.ELABORATION_ERROR, "line 2: error: Unable to bind"),
        ),
        ("swap", SWAP % "always @* y = a & ~b;", "w", Outcome.ELABORATION_ERROR, "declared here as wire"),
        ("swap", RIGHT.replace("input b", "input d"), "p", Outcome.ELABORATION_ERROR, "Unable to bind"),
        ("swap", SWAP % "reg t; always @* t = 1; assign y = a & ~b;", "n", Outcome.ELABORATION_ERROR, "never trigger"),
        ("swap", "", "m", Outcome.ELABORATION_ERROR, "Unknown module type: TopModule"),
        ("swap", SWAP % "initial $finish(0);", ".", Outcome.PASS, None),
        pytest.param(  # the published limit is 30 s
            *("swap", SWAP % "initial forever #0;", "T", Outcome.TIMEOUT, "TIMEOUT"), marks=pytest.mark.long
        ),
        ("swap", SWAP % 'initial forever $display("flood");', "T", Outcome.RESOURCE_LIMIT, "TIMEOUT"),
        ("stepper", STEPPER % "always @(posedge clk) q <= ~reset;", "R", Outcome.MISMATCH, "First mismatch"),
        (
            "stepper",
            STEPPER % "always @(posedge clk or posedge reset) q <= 1;",
            "r",
            Outcome.MISMATCH,
            "First mismatch",
        ),
    ],
)
def test_an_answer_gets_the_published_letter(
    cell: Cell, name: str, code: str, letter: str, outcome: Outcome, message: str | None
) -> None:
    verdict = officially(cell, lookalike(name), code)
    assert (verdict.official.code, verdict.outcome) == (letter, outcome)
    assert message is None if verdict.message is None else message is not None and message in verdict.message


def test_stop_goes_on_as_it_does_where_the_binary_is_run_by_itself(cell: Cell) -> None:
    stopping = "`timescale 1ps/1ps\n" + SWAP % "assign y = a; initial #3 $stop;"
    assert officially(cell, lookalike("swap"), stopping).official.code == "R"


def test_the_keyed_line_tells_count_and_time_of_the_first_mismatch(cell: Cell) -> None:
    result = keyed(cell, lookalike("swap"), SWAP % "assign y = a;")
    counted = re.search(
        r"First mismatch occurred at time (\d+).*Mismatches: (\d+) in (\d+) samples", result.last.log, re.S
    )
    assert counted is not None
    assert last_line(result) == f"HARNESS {KEY} checked={counted[3]} failed={counted[2]} first={counted[1]}"


def test_a_design_that_ends_the_simulation_early_shows_fewer_checks(cell: Cell) -> None:
    problem = lookalike("swap")
    whole = last_line(keyed(cell, problem, RIGHT))
    early = last_line(keyed(cell, problem, "`timescale 1ps/1ps\n" + SWAP % "initial #12 $finish;"))
    assert whole == f"HARNESS {KEY} checked=40 failed=0 first=-"
    assert re.fullmatch(rf"HARNESS {KEY} checked=[0-4] failed=\d first=(-|\d+)", early)


@needs_checkout
@pytest.mark.parametrize(
    ("task", "passed"),
    [(Task.SPEC_TO_RTL, {"11": 151, "12": 152}), (Task.CODE_COMPLETION, {"11": 152, "12": 153})],
)
def test_the_references_of_the_checkout_score_as_measured(cell: Cell, task: Task, passed: Mapping[str, int]) -> None:
    suite = reader.read(Path(CHECKOUT), task)
    assert len(suite.problems) == 156
    assert suite.defects == ()
    verdicts = {problem.name: officially(cell, problem, problem.golden[0].text) for problem in suite.problems}
    assert (
        sum(verdict.official.passed for verdict in verdicts.values())
        == passed[(find("iverilog").version or "").partition(".")[0]]
    )
    faulty = {entry.problem for entry in suite.quarantine}
    assert {name for name, verdict in verdicts.items() if not verdict.official.passed} <= faulty


@needs_checkout
@pytest.mark.parametrize("task", [Task.SPEC_TO_RTL, Task.CODE_COMPLETION])
def test_every_keyed_testbench_of_the_checkout_ends_with_its_line(cell: Cell, task: Task) -> None:
    suite = reader.read(Path(CHECKOUT), task)
    faulty = {entry.problem for entry in suite.quarantine}
    ends = {problem.name: last_line(keyed(cell, problem, problem.golden[0].text)) for problem in suite.problems}
    right = rf"HARNESS {KEY} checked=[1-9]\d* failed=0 first=-"
    assert {name for name, line in ends.items() if not re.fullmatch(right, line)} <= faulty


@needs_checkout
@needs_answers
def test_letters_and_summary_agree_with_the_published_scripts(cell: Cell, tmp_path: Path) -> None:
    suite = reader.read(Path(CHECKOUT), Task.SPEC_TO_RTL)
    answers = some_answers(suite, every=6)
    ours = {
        problem.name: [officially(cell, problem, code).official for code in answers[problem.name]]
        for problem in suite.problems
        if problem.name in answers
    }
    for problem in suite.problems:
        for number, code in enumerate(answers.get(problem.name, ()), 1):
            run_as_published(tmp_path, problem.name, number, code)
    assert rules.summary_csv(ours).encode() == summary_as_published(tmp_path)


def some_answers(suite: Suite, every: int) -> dict[str, list[str]]:
    """Two answers to each sixth problem or so, and to those that end in ways of their own."""
    chosen = {problem.name for problem in suite.problems[::every]} | {"Prob082_lfsr32", "Prob099_m2014_q6c"}
    found: dict[str, list[str]] = {}
    for line in ANSWERS.read_text("utf-8").splitlines():
        answer = json.loads(line)
        if answer["task_id"] in chosen and answer["sample"] < 2:
            found.setdefault(answer["task_id"], []).append(answer["code"])
    return found


def run_as_published(build: Path, name: str, number: int, code: str) -> None:
    """The two commands of the published Makefile for one sample, in a build folder."""
    dataset = Path(CHECKOUT).resolve() / "dataset_spec-to-rtl"
    stem = f"{name}/{name}_sample{number:02}"
    (build / name).mkdir(exist_ok=True)
    (build / f"{stem}.sv").write_text(code)
    (build / f"{stem}-sv-generate.log").touch()
    flags = ["-Wall", "-Winfloop", "-Wno-timescale", "-g2012", "-s", "tb"]
    sources = [f"{stem}.sv", *(str(dataset / f"{name}_{role}.sv") for role in ("test", "ref"))]
    with (build / f"{stem}-sv-iv-test.log").open("wb", buffering=0) as log:
        for argv in (["iverilog", *flags, "-o", stem, *sources], ["timeout", "300", f"./{stem}"]):
            # Wall time, and ten times the published: on a busy machine 30 seconds of it fail samples by chance.
            ended = subprocess.run(argv, cwd=build, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)
        if ended.returncode == 124:
            log.write(b"TIMEOUT\n")


def summary_as_published(build: Path) -> bytes:
    """What the checkout's own analysis writes; the one package that it imports and does not use is a stub."""
    stub = build / "stub" / "langchain"
    stub.mkdir(parents=True)
    (stub / "__init__.py").touch()
    (stub / "schema.py").write_text("SystemMessage = HumanMessage = None\n")
    script = Path(CHECKOUT).resolve() / "scripts" / "sv-iv-analyze"
    argv = [sys.executable, str(script), "--csv=summary.csv"]
    environment = {**os.environ, "PYTHONPATH": str(stub.parent), "LC_ALL": "C.UTF-8"}
    subprocess.run(argv, cwd=build, env=environment, check=True, stdout=subprocess.DEVNULL)
    return (build / "summary.csv").read_bytes()
