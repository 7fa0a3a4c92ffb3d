"""problem.toml files that are odd rather than merely wrong: still one line each, and the other problems are read."""

from collections.abc import Callable

import pytest
from conftest import MiniSuite

from harness.records.outcome import Task
from harness.suites.native import read_native
from harness.suites.width import evaluate_width

RESET = (
    '[[reset]]\nport = "clk"\nactive = "low"\nkind = "sync"\n[[reset]]\nport = "reset"\nactive = "low"\nkind = "sync"\n'
)
EDITS: dict[str, tuple[str, str, str]] = {
    "file name with a NUL": ('["golden.v"]', '["a\\u0000.v"]', 'key "golden": "a'),
    "empty file name": ('["golden.v"]', '[""]', 'key "golden": '),
    "hidden file": ('["golden.v"]', '[".golden.v"]', 'key "golden": ".golden.v" is not a plain file name'),
    "line break in a key": ('title = "', '"a\\nb" = 1\ntitle = "', 'unknown key "a b". Known: '),
    "line break in a width": ("width = 4", 'width = "(4,\\n4)"', 'key "width" in [[port]] 3 ("q"): '),
    "endless width": ("width = 4", f'width = "1{"+1" * 20_000}"', 'key "width" in [[port]] 3 ("q"): '),
    "second reset of no port": (
        "[testbench]",
        f"{RESET}[testbench]",
        'key "port" in [[reset]] 2: "reset" is none of the ports',
    ),
    "given source that is missing": ("tasks = ", 'given = ["ram.v"]\ntasks = ', 'key "given": '),
    "key of a clock": (
        "[testbench]",
        '[[clock]]\nport = "clk"\nperiod = 10\n[testbench]',
        'unknown key "period" in [[clock]] 1. Did you mean "period_ns"?',
    ),
}


@pytest.mark.parametrize("kind", EDITS)
def test_an_odd_problem_file_is_one_line_that_names_file_and_key(mini: MiniSuite, kind: str) -> None:
    old, new, said = EDITS[kind]
    path = mini.problem("counter") / "problem.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    suite = read_native(mini.root, Task.SPEC_TO_RTL)
    assert [problem.name for problem in suite.problems] == ["and2"]
    [line] = suite.defects
    assert line.startswith(f"{path.resolve()}: {said}")
    assert len(line.splitlines()) == 1


def no_bench_folder(mini: MiniSuite) -> None:
    (mini.bench("counter") / "tb.v").unlink()
    mini.bench("counter").rmdir()


def folder_in_place_of_the_golden_design(mini: MiniSuite) -> None:
    (mini.problem("counter") / "golden.v").unlink()
    (mini.problem("counter") / "golden.v").mkdir()


@pytest.mark.parametrize(
    ("breaking", "said"),
    [
        (no_bench_folder, 'key "testbench.files": '),
        (folder_in_place_of_the_golden_design, "golden.v: Is a directory"),
    ],
)
def test_a_folder_where_a_file_should_be_or_none_at_all_is_one_line(
    mini: MiniSuite, breaking: Callable[[MiniSuite], None], said: str
) -> None:
    breaking(mini)
    [line] = read_native(mini.root, Task.SPEC_TO_RTL).defects
    assert said in line
    assert len(line.splitlines()) == 1


def test_every_broken_problem_has_a_line_of_its_own_in_the_order_of_names(mini: MiniSuite) -> None:
    for name in ("counter", "and2"):
        (mini.problem(name) / "problem.toml").unlink()
    suite = read_native(mini.root, Task.SPEC_TO_RTL)
    assert suite.problems == ()
    assert [line.split("/problem.toml: ")[0] for line in suite.defects] == [
        str(mini.problem(name).resolve()) for name in ("and2", "counter")
    ]


@pytest.mark.parametrize(("rows", "bits"), [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (1 << 16, 16)])
def test_clog2_is_that_of_verilog_zero_included(rows: int, bits: int) -> None:
    assert evaluate_width("$clog2(ROWS)+1", {"ROWS": rows}) == bits + 1


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("1" + "+1" * 20_000, "no expression"),
        ("-" * 5_000 + "1", "no expression"),
        ("(" * 300 + "1" + ")" * 300, "no expression"),
        ("$clog2(W, base=2)", "not allowed in a width"),
        ("$clog2(W, 2)", "not allowed in a width"),
        ("$clog2()", "not allowed in a width"),
        ("W-1:0", "no expression"),
        ("8'd4", "no expression"),
    ],
    ids=lambda text: text[:20],
)
def test_a_width_that_cannot_be_worked_out_is_a_value_error(expression: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        evaluate_width(expression, {"W": 8})
