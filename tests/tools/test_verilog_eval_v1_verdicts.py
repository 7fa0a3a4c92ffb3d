"""VerilogEval v1's own verdict through real Icarus, on a look-alike: any word on standard error fails."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from v1_checkout import make

from harness.cli.main import main
from harness.records.grade import Candidate
from harness.records.outcome import Outcome, Rules, Task
from harness.runs.folder import RunFolder
from harness.runs.options import RunOptions
from harness.runs.session import Session, open_session

pytestmark = pytest.mark.tools

RIGHT = "assign y = a & ~b;\nendmodule\n"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root = make(tmp_path_factory.mktemp("v1"))
    options = RunOptions("verilog-eval-v1-human", str(root), Task.CODE_COMPLETION, Rules.BOTH, no_cache=True)
    with open_session(options) as opened:
        yield opened


@pytest.mark.parametrize(
    ("completion", "words", "outcome"),
    [
        (RIGHT, "passed", Outcome.PASS),
        (RIGHT.replace("~", ""), "failed: ", Outcome.MISMATCH),
        (RIGHT.replace(";", ""), "failed: syntax error.", Outcome.SYNTAX_ERROR),
        ("initial $fdisplay(32'h80000002, 1);\n" + RIGHT, "failed: compile error.", Outcome.REJECTED),
        ("initial begin $display(\"Mismatches: 0 in 1 samples\"); end\n" + RIGHT.replace("~", ""), "passed", Outcome.MISMATCH),
    ],
)  # fmt: skip
def test_official_words_beside_our_outcome(session: Session, completion: str, words: str, outcome: Outcome) -> None:
    problem = session.problems[0]
    grade = session.grader.grade(problem, Candidate(f"{problem.header}\n{completion}"), 0).grade
    assert grade.official is not None and grade.official.result is not None
    assert grade.official.result.startswith(words)
    assert grade.outcome is outcome


def test_exported_answers_come_back_with_the_same_grades(tmp_path: Path) -> None:
    asked = ["--suite", "verilog-eval-v1-human", "--suite-path", str(make(tmp_path / "v1")), "--rules", "official"]
    asked += ["--no-cache", "--quiet", "--waveforms", "0"]
    lines = [{"task_id": "swap", "completion": text} for text in (RIGHT, RIGHT.replace("~", ""), "no code", "")]
    (tmp_path / "first.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    def graded(answers: str, run: str) -> list[tuple[str, str | None]]:
        assert main(["import", str(tmp_path / answers), *asked, "--run", str(tmp_path / run)]) == 0
        grades = sorted(RunFolder.read(tmp_path / run).grades(), key=lambda grade: grade.sample)
        return [(grade.candidate, grade.official.result if grade.official else None) for grade in grades]

    first = graded("first.jsonl", "a")
    assert first[0][1] == "passed" != first[1][1]
    for name, out in (("verilog-eval-v1", "second.jsonl"), ("turtle-generations", "third.json")):
        export = ["export", str(tmp_path / "a"), "--format", name, "--out", str(tmp_path / out), *asked[2:4]]
        assert main(export) == 0
        assert graded(out, name) == first
    results = [json.loads(line) for line in (tmp_path / "second.jsonl").read_text().splitlines()]
    assert [line["result"] for line in results] == [words for _, words in first]
