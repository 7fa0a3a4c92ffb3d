"""RTLLM through real tools: a look-alike of our own, and the user's checkout with its published answers where there is one."""

import os
import re
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Harness

from harness.records.grade import Candidate, Grade
from harness.records.outcome import Outcome, Rules, Task
from harness.records.problem import Problem, Suite
from harness.runs.options import RunOptions
from harness.runs.session import Session, open_session
from harness.suites.rtllm import V2_0, read_suite

pytestmark = pytest.mark.tools

LOOKALIKE = Path(__file__).parents[1] / "data" / "rtllm_lookalike"
CHECKOUT = os.environ.get("HARNESS_SUITE_RTLLM_2_0", "")
COUNTER = "module step_counter (input clk, rst, go, output reg [2:0] q);\n%s\nendmodule\n"
RIGHT = COUNTER % "always @(posedge clk) q <= rst ? 3'd0 : q + go;"
WRONG = COUNTER % "always @(posedge clk) q <= rst ? 3'd1 : q + go;"


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with open_session(
        RunOptions(suite="rtllm-2.0", suite_path=str(LOOKALIKE), rules=Rules.BOTH, no_cache=True)
    ) as opened:
        yield opened


def graded(session: Session, name: str, code: str) -> Grade:
    problem = session.problem(name)
    assert problem is not None
    return session.grader.grade(problem, Candidate(code), 0).grade


@pytest.mark.parametrize("name", ["parity_sum", "step_counter"])
def test_the_reference_passes_officially_and_as_netlist(session: Session, name: str) -> None:
    problem = session.problem(name)
    assert problem is not None
    grade = graded(session, name, problem.golden_code)
    assert (grade.outcome, str(grade.evidence)) == (Outcome.PASS, "netlist")
    assert grade.official is not None and grade.official.code == "."


@pytest.mark.parametrize(
    ("code", "letter", "outcome"),
    [
        (RIGHT, ".", Outcome.PASS),
        (WRONG, "R", Outcome.MISMATCH),
        (COUNTER % "always @(posedge clk) q <= ;", "S", Outcome.SYNTAX_ERROR),
        pytest.param(COUNTER % "initial forever #0;", "T", Outcome.TIMEOUT, marks=pytest.mark.long),
        (WRONG.replace("endmodule", 'initial $display("password");\nendmodule'), ".", Outcome.MISMATCH),
        (COUNTER % 'initial begin $display("===Your Design Passed==="); $finish; end', ".", Outcome.MISMATCH),
        (RIGHT.replace("go,", "start,").replace("+ go", "+ start"), "S", Outcome.INTERFACE_ERROR),
    ],
)
def test_an_answer_gets_the_published_verdict_and_ours(
    session: Session, code: str, letter: str, outcome: Outcome
) -> None:
    grade = graded(session, "step_counter", code)
    assert grade.official is not None
    assert (grade.official.code, grade.outcome) == (letter, outcome)


def test_the_command_shows_both_scores(harness: Harness) -> None:
    found = harness(
        *("bench", "--suite", "rtllm-2.0", "--suite-path", str(LOOKALIKE), "--model", "reference", "-n", "1"),
        *("--rules", "both", "--run", "rtllm-run"),
    )
    assert found.code == 0
    assert "func pass@1 0.67" in found.out  # two of two right, over three


needs_checkout = pytest.mark.skipif(
    not CHECKOUT, reason="HARNESS_SUITE_RTLLM_2_0 names no checkout of hkust-zhiyao/RTLLM"
)


def by_hand(problem: Problem, code: str, folder: Path) -> str:
    """The published verdict by the bare tools."""
    source = Path(problem.origin).parent
    shutil.copytree(source, folder)
    (folder / "dut.v").write_text(code)
    (folder / "commands").write_text("+timescale+1ns/1ns\n")
    argv = ["iverilog", "-g2012", "-f", "commands", "-o", "simv", "dut.v", "testbench.v"]
    subprocess.run(argv, cwd=folder, capture_output=True, check=False)
    if not (folder / "simv").exists():
        return "S"

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (8, 8))

    ran = subprocess.run(
        ["vvp", "-n", "simv"], cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, preexec_fn=limit, check=False
    )
    if ran.returncode < 0:
        return "T"
    return "." if re.search(rb"[Pp]ass", ran.stdout + ran.stderr) else "R"


@needs_checkout
@pytest.mark.long
@pytest.mark.parametrize("folder", ["_chatgpt35", "_chatgpt4"])
def test_published_answers_get_the_verdict_of_the_bare_tools(folder: str, tmp_path: Path) -> None:
    suite: Suite = read_suite(V2_0, Path(CHECKOUT), Task.SPEC_TO_RTL)
    answers = sorted(Path(CHECKOUT).glob(f"{folder}/t*/*.v"))
    assert answers
    with open_session(RunOptions(suite="rtllm-2.0", suite_path=CHECKOUT, rules=Rules.OFFICIAL)) as session:
        for number, path in enumerate(answers):
            problem = suite.problem(path.stem)
            if problem is None:
                continue
            code = path.read_text(errors="replace")
            official = graded(session, problem.name, code).official
            assert official is not None
            assert official.code == by_hand(problem, code, tmp_path / str(number)), path


@needs_checkout
@pytest.mark.parametrize(("suite", "passed"), [("rtllm-2.0", 46), ("rtllm-2.0+corrected", 50)])
def test_references_that_pass_officially(harness: Harness, suite: str, passed: int) -> None:
    found = harness(
        *("bench", "--suite", suite, "--suite-path", CHECKOUT, "--model", "reference", "-n", "1"),
        *("--rules", "official", "--json"),
    )
    assert found.json["official"]["passed"] == passed
