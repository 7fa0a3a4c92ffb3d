"""Area and lint through the whole program: what is known beforehand of golden designs, and what a wire has no area of."""

import json
from pathlib import Path

import pytest
from as_a_user import AND, COUNTER, run_folder, write_answers
from conftest import AND_TB, Harness, MiniSuite, last_lines, problem_toml

from harness.analysis.ppa import AT_MOST

pytestmark = pytest.mark.tools
WIRE = "module wire_through(input a, input b, output y);\n  assign y = a;\nendmodule\n"


@pytest.fixture
def with_a_wire(mini: MiniSuite) -> MiniSuite:
    """The mini suite and a problem whose golden design takes no cell."""
    bench = AND_TB.replace("and2 dut", "wire_through dut").replace("(a & b)", "a")
    mini.add(
        "wire", problem_toml("wire_through", [("a", "input", 1), ("b", "input", 1), ("y", "output", 1)]), WIRE, bench
    )
    return mini


LONG = pytest.mark.long


@pytest.mark.parametrize("n", [pytest.param(1, marks=LONG), 5, pytest.param(20, marks=LONG)])
def test_golden_designs_against_themselves_are_exactly_1_in_every_score(
    harness: Harness, with_a_wire: MiniSuite, n: int
) -> None:
    ran = harness("bench", "--suite-path", str(with_a_wire.root), "--model", "reference", "-n", str(n), "--json")
    assert (ran.code, ran.json["outcomes"]) == (0, {"pass": 3 * n})
    area = ran.json["ppa"]["area"]
    assert (area["undefined"], area["coverage"], area["problems"], area["unmeasured"]) == (1, 2, 3, 0)
    assert (area["given_correct"], area["best"]) == (1, 1)
    for k in (k for k in (1, 5, 10) if k <= n):
        assert area[f"overall@{k}"] == 1
        assert {area[f"area_{p}@{k}"] for p in AT_MOST} == {1}
    assert ("turtle" in area) == (n == 5)
    [time] = [line for line in ran.err.splitlines() if line.startswith("time ")]
    assert "CPU s: " in time and "simulate " in time and "synthesize " in time


@pytest.mark.long
def test_where_every_answer_is_wrong_the_golden_designs_tell_what_is_defined(
    harness: Harness, with_a_wire: MiniSuite, tmp_path: Path
) -> None:
    ran = harness("bench", "--suite-path", str(with_a_wire.root), "--model", "faulty/share=1", "-n", "1", "--json")
    assert ran.json["outcomes"] == {"mismatch": 3}
    area = ran.json["ppa"]["area"]
    assert (area["undefined"], area["coverage"], area["overall@1"]) == (1, 0, 0)
    run = run_folder(ran, tmp_path / "results")
    kept = json.loads((run / "golden.json").read_text())["problems"]
    assert (kept["wire"]["figures"], set(kept["counter"]["figures"])) == ({}, {"area"})
    again = harness("report", str(run), "--k", "1", "--json")
    assert again.json == ran.json


def test_lint_is_counted_beside_the_golden_designs_and_changes_no_verdict(
    harness: Harness, mini: MiniSuite, tmp_path: Path
) -> None:
    (mini.problem("and2") / "golden.v").write_text(AND.replace("assign", "wire unused = a;\n  assign"))
    resetless = COUNTER.replace(
        "output reg [3:0] q);", "output reg [3:0] q);\n  reg e; always @(posedge clk) e <= rst;"
    )
    codes = {"and2": [AND, AND.replace("&", "|"), AND.replace("& b", "&")], "counter": [COUNTER, resetless, "module"]}
    answers = [{"task_id": name, "code": code} for name, row in codes.items() for code in row]
    shared = [
        "--suite-path",
        str(mini.root),
        "--completions",
        str(write_answers(tmp_path / "a.jsonl", answers)),
        "--json",
    ]
    ran = harness("grade", *shared, "--stages", "lint", "--run", "linted")
    plain = harness("grade", *shared, "--run", "plain")
    assert ran.json["outcomes"] == plain.json["outcomes"] == {"pass": 3, "syntax_error": 2, "mismatch": 1}
    lint = ran.json["lint"]
    assert (lint["samples"], lint["clean"], lint["warnings"]) == (4, 3, 1)
    assert lint["classes"] == {"unused-but-set-variable": {"warnings": 1, "samples": 1}}
    assert lint["golden"] == {"problems": 2, "warnings": 1, "classes": {"unused-net": 1}}
    assert "lint" not in plain.json
    run = run_folder(ran, tmp_path / "results")
    [line] = [line for line in last_lines(run) if (line["problem"], line["sample"]) == ("counter", 1)]
    assert line["stages"]["lint"]["classes"] == {"unused-but-set-variable": 1}
    log = (run / "logs" / f"{line['log'].removeprefix('sha256:')[:32]}.log").read_text()
    assert "line 2: variable 'e' is assigned but its value is never used [unused-but-set-variable]" in log
    assert "0.2 warnings a sample, 75 % without: unused-but-set-variable 1" in harness("report", str(run)).out
