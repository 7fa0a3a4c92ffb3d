"""A run of the task line-completion: its metrics in summary and table."""

import json
from pathlib import Path

import pytest
from conftest import Harness, MiniSuite, last_lines

pytestmark = pytest.mark.tools


def test_a_run_shows_exact_match_and_edit_similarity(harness: Harness, tmp_path: Path) -> None:
    row = {"repo_name": "r", "file_path": "f.v", "context": [], "cropped_code": "module f;", "level": "2k"}
    data, answers = tmp_path / "test.jsonl", tmp_path / "answers.jsonl"
    data.write_text("".join(json.dumps({**row, "next_line": line}) + "\n" for line in ("  a b;", "abcd")))
    answers.write_text(
        '{"task_id": "00001", "completion": "a b;"}\n{"task_id": "00002", "completion": "acbd\\nmore"}\n'
    )
    asked = ("--suite", "rtl-repo", "--suite-path", str(data), "--rules", "both", "--run", "lines")
    found = harness("grade", "--completions", str(answers), *asked)
    assert found.code == 0, found.err
    assert "exact_match  50.0" in found.out and "similarity   77.5" in found.out
    assert "edit_similarity 77.50 · exact_match 50.00 · 1 of 2 pass" in found.out
    summary = json.loads((tmp_path / "results" / "runs" / "lines" / "summary.json").read_text())
    assert list(summary["metrics"]) == ["function", "exact_match"]
    assert summary["match"]["edit_similarity"]["value"] == 0.775


CLOCKED = """module counter(input clk, input rst, output reg [3:0] q);
  wire [3:0] next = q + 4'd1;
  always @(posedge clk) if (rst) q <= 0; else q <= next;
endmodule
"""


@pytest.fixture
def lines(mini: MiniSuite) -> tuple[str, ...]:
    """The mini suite with lines to be filled in: of and2 ``assign y = a & b;``, of counter ``wire [3:0] next …``."""
    for path in mini.root.glob("*/problem.toml"):
        path.write_text(path.read_text().replace('"code-completion"]', '"code-completion", "line-completion"]'))
    (mini.problem("counter") / "golden.v").write_text(CLOCKED)
    return ("--suite", "mini", "--suite-path", str(mini.root), "--task", "line-completion", "--waveforms", "0")


def test_a_line_is_put_back_into_its_design_and_what_the_design_does_decides(
    harness: Harness, lines: tuple[str, ...], tmp_path: Path
) -> None:
    answers = tmp_path / "answers.jsonl"
    said = [
        ("and2", "completion", "The line is:\n```verilog\n  assign y = a & b;\n```"),
        ("and2", "completion", "assign y = b & a;"),
        ("and2", "code", "assign y = a | b;"),
        ("and2", "completion", "I do not know```"),
        ("counter", "code", "wire [3:0] next = q + 4'd1;"),
        ("counter", "code", "wire [3:0] next = 4'd1 + q;"),
        ("counter", "code", "wire [3:0] next = q"),
        ("counter", "code", CLOCKED),
    ]
    answers.write_text("".join(json.dumps({"task_id": name, kind: text}) + "\n" for name, kind, text in said))
    found = harness("grade", *lines, "--completions", str(answers), "--run", "r", "--json")
    assert found.code == 0, found.err
    grades = last_lines(tmp_path / "results" / "runs" / "r")
    assert [grade["outcome"] for grade in grades] == [
        *("pass", "pass", "mismatch", "syntax_error"),
        *("pass", "pass", "syntax_error", "elaboration_error"),
    ]
    assert [grade["stages"]["match"]["exact"] for grade in grades] == [True, False, False, False] * 2
    assert grades[1]["evidence"] == "netlist" and grades[1]["ratio"] == {"area": 1.0}
    assert 0.7 < grades[1]["stages"]["match"]["similarity"] < 1
    metrics = found.json["metrics"]
    assert (metrics["function"]["pass@1"]["value"], metrics["exact_match"]["pass@1"]["value"]) == (0.5, 0.25)
    assert set(metrics) == {"syntax", "simulation", "function", "synthesis", "exact_match"}
    assert 0.5 < found.json["match"]["edit_similarity"]["value"] < 1
    table = harness("report", "r", "--suite-path", lines[3], "--waveforms", "0").out
    assert "  exact_match  25.0" in table and "  similarity " in table
    assert harness("verify", "r", "--suite-path", lines[3], "--quiet").code == 0


@pytest.mark.parametrize(("model", "share"), [("reference", 1.0), ("faulty/share=0.5", 0.5)])
def test_what_models_that_are_none_score_is_known_beforehand(
    harness: Harness, lines: tuple[str, ...], model: str, share: float
) -> None:
    found = harness("bench", *lines, "--model", model, "-n", "4", "--json", "--quiet").json
    assert found["metrics"]["function"]["pass@1"]["value"] == share
    assert found["metrics"]["exact_match"]["pass@1"]["value"] == share


def test_the_audit_names_a_design_that_works_without_its_line(
    harness: Harness, mini: MiniSuite, lines: tuple[str, ...]
) -> None:
    fit = harness("audit", *lines[:6], "--json", "--quiet")
    assert (fit.code, [audit["without_line"] for audit in fit.json["problems"]]) == (
        0,
        ["mismatch", "elaboration_error"],
    )
    idle = "module and2(input a, input b, output y);\n  assign y =\n    a & b;\n  wire idle = a ^ b;\nendmodule\n"
    (mini.problem("and2") / "golden.v").write_text(idle)
    found = harness("audit", *lines[:6], "--problems", "and2", "--json", "--quiet")
    assert found.code == 1
    assert "passes without the line that is asked for" in found.json["problems"][0]["wrong"][0]
