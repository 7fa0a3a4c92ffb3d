"""Area and lint through the whole program: what is known beforehand of golden designs, and what a wire has no area of."""

import json
from pathlib import Path

import pytest
from as_a_user import run_folder
from conftest import AND_TB, Harness, MiniSuite, problem_toml

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


@pytest.mark.parametrize("n", [1, 5, 20])
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
