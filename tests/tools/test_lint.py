"""Lint by the real tools: what is found in small designs, by class and by name, and that it changes no verdict."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from conftest import MiniSuite
from graded_designs import AND, COUNTER, MEMORY, SETTINGS, Tools, grade, mini, pool, problem, tools  # noqa: F401 - fixtures

from harness.grading import synthesize
from harness.grading.grader import Grader
from harness.grading.lint import Lint
from harness.grading.measures import Subject
from harness.process.pool import CellPool
from harness.process.sandbox import choose
from harness.records.outcome import Outcome, Stage, Status
from harness.records.problem import Problem, Reset, SourceFile
from harness.records.problem import Testbench as Bench
from harness.tools import locate

pytestmark = pytest.mark.tools
HEAD = "module t(input clk, input rst, input [3:0] d, output reg [3:0] q, output reg [3:0] p);\n%s\nendmodule\n"


def bare(given: Sequence[str] = (), resets: Sequence[str] = ()) -> Problem:
    """A problem of which only what lint looks at is filled in."""
    files = tuple(SourceFile(f"given{number}.v", text) for number, text in enumerate(given))
    bench = Bench("verilog", (), 1, 1)
    ports = tuple(Reset(name, "high", "sync") for name in resets)
    return Problem("t", "t", "", "", "t", "verilog", "", (), files, (), (), bench, resets=ports)


def linted(pool: CellPool, code: str, about: Problem | None = None, lint: Lint | None = None) -> dict[str, Any]:
    about = about or bare()
    made = synthesize.run(about, code, SETTINGS.synthesis, mapped=False, run_job=pool.run)
    found = (lint or Lint()).run(Subject(about, code, code, made), pool.run)
    assert found.result.status is Status.PASS
    assert (found.figures, found.cpu_s > 0) == ({}, True)
    return dict(found.result.facts)


def names(pool: CellPool, body: str, resets: Sequence[str] = ()) -> dict[str, list[str]]:
    """Our own classes → names."""
    return dict(linted(pool, HEAD % body, bare(resets=resets)).get("names", {}))


BOTH = "always @(posedge clk) begin q <= d; p <= d; end"
OURS = {
    "nothing to say": ("always @(posedge clk) if (rst) begin q <= 0; p <= 0; end else begin q <= d; p <= q; end", {}),
    "a latch": ("always @* begin p = d; if (rst) q = d; end", {"latch": ["q"]}),
    "a latch on purpose": ("always_latch if (rst) q = d; always @* p = d;", {}),
    "a latch that slang sees": ("always_comb if (rst) q = d; always_comb p = d;", {}),
    "left out of an asynchronous reset": (
        "always @(posedge clk or negedge rst) if (!rst) q <= 0; else begin q <= d; p <= d; end",
        {"incomplete-reset": ["p"]},
    ),
    "left out of a synchronous reset": (
        "always @(posedge clk) begin if (rst == 1'b1) begin q <= 0; end else begin {q, p} <= {d, q}; end end",
        {"incomplete-reset": ["p"]},
    ),
    "assigned after the reset": (
        "always @(posedge clk) begin if (rst) q <= 0; else q <= d; p <= d; end",
        {"incomplete-reset": ["p"]},
    ),
    "an enable is no reset": (
        "always @(posedge clk) if (d[0]) q <= 0; else begin q <= d; p <= d; end",
        {"no-reset": ["p"]},
    ),
    "memories and loop variables": (
        "reg [3:0] m [0:3]; integer i;\nalways @(posedge clk) if (rst) begin q <= 0; p <= 0; end\n"
        "  else begin for (i = 0; i < 4; i = i + 1) m[i] <= d + i; q <= m[d[1:0]]; p <= m[0]; end",
        {},
    ),
    "no register has a reset": (BOTH, {}),
    "one of two registers has a reset": (
        "always @(posedge clk) p <= d; always @(posedge clk) if (rst) q <= 0; else q <= d;",
        {"no-reset": ["p"]},
    ),
    "an initial value is as good": (
        "initial p = 0; always @(posedge clk) p <= d; always @(posedge clk) if (rst) q <= 0; else q <= d;",
        {},
    ),
}


@pytest.mark.parametrize(("body", "expected"), OURS.values(), ids=OURS)
def test_latches_and_incomplete_resets_are_found_by_name(
    pool: CellPool, body: str, expected: dict[str, list[str]]
) -> None:
    assert names(pool, body) == expected


def test_the_problem_says_what_a_reset_is_called(pool: CellPool) -> None:
    body = "always @(posedge clk) if (d[3]) q <= 0; else begin q <= d; p <= d; end"
    assert "incomplete-reset" not in names(pool, body)
    assert names(pool, body, resets=["d"])["incomplete-reset"] == ["p"]


def test_slangs_warnings_are_counted_by_class_and_each_place_once(pool: CellPool) -> None:
    body = "wire [1:0] a = d; wire [1:0] b = d, c; always @* begin q = {a, b}; p = d; end"
    found = linted(pool, HEAD % body)
    assert found["classes"] == {"unused-net": 1, "unused-port": 2, "width-trunc": 2}
    assert found["warnings"] == sum(found["classes"].values())


def test_a_register_in_a_module_that_is_used_twice_is_one_finding(pool: CellPool) -> None:
    code = (
        "module t(input clk, input rst, input [1:0] d, output [1:0] q);\n"
        "  genvar i; generate for (i = 0; i < 2; i = i + 1) begin : g s u(clk, rst, d[i], q[i]); end endgenerate\n"
        "endmodule\n"
        "module s(input clk, input rst, input d, output q);\n  reg a, b; assign q = a ^ b;\n"
        "  always @(posedge clk) a <= d;\n  always @(posedge clk) if (rst) b <= 0; else b <= d;\nendmodule\n"
    )
    found = linted(pool, code)
    assert found["classes"] == {"no-reset": 1}
    [name] = found["names"]["no-reset"]
    assert name in ("g[0].u.a", "g[1].u.a")


def test_what_is_given_is_not_the_candidates_fault(pool: CellPool) -> None:
    given = "module helper(input [3:0] d, output [1:0] y);\n  wire unused = d[0];\n  assign y = d;\nendmodule\n"
    code = "module t(input [3:0] d, output [1:0] y);\n  helper h(.d(d), .y(y));\nendmodule\n"
    assert linted(pool, code, bare([given]))["classes"] == {}
    assert linted(pool, f"{code}{given}")["classes"] == {"unused-net": 1, "width-trunc": 1}


def test_a_design_that_is_no_hardware_is_linted_as_text(pool: CellPool) -> None:
    found = linted(pool, HEAD % "initial forever @(posedge clk) q = d; wire [1:0] n = d; always @* p = {2{n}};")
    assert found["classes"]["width-trunc"] == 1
    assert "names" not in found


def test_findings_stand_in_the_log_with_their_lines(pool: CellPool) -> None:
    code = HEAD % "always @* begin p = d; if (rst) q = d; end"
    made = synthesize.run(bare(), code, SETTINGS.synthesis, mapped=False, run_job=pool.run)
    log = Lint().run(Subject(bare(), code, code, made), pool.run).log
    assert log == "line 1: latch inferred for 'q' [latch]\nline 1: unused port signal 'clk' [unused-port]\n"


# In a run


def linting(run_job: Tools) -> Grader:
    return Grader(replace(SETTINGS, stages=frozenset({Stage.LINT}), measures=(Lint(),)), run_job, MEMORY)


@pytest.mark.parametrize(
    ("name", "code", "outcome", "classes"),
    [
        ("and2", AND % "wire [1:0] n = a; assign y = n[0] & b;", Outcome.PASS, {"width-expand": 1}),
        ("and2", AND % "wire [1:0] n = a; assign y = n[0] | b;", Outcome.MISMATCH, {"width-expand": 1}),
        ("and2", AND % "assign y = a &;", Outcome.SYNTAX_ERROR, None),
        (
            "counter",
            COUNTER % "wire n = q; initial forever @(posedge clk) q = rst ? 0 : q + 1;",
            Outcome.NOT_SYNTHESIZABLE,
            {"unused-net": 1, "width-trunc": 1},
        ),
    ],
)
def test_all_that_compiles_is_linted_and_no_outcome_changes(
    tools: Tools, mini: MiniSuite, name: str, code: str, outcome: Outcome, classes: dict[str, int] | None
) -> None:
    found = grade(linting(tools), mini, name, code)
    assert found.outcome is outcome
    assert (Stage.LINT in found.stages) == (classes is not None)
    if classes is not None:
        assert found.stages[Stage.LINT].facts["classes"] == classes
    plain = grade(Grader(SETTINGS, tools, MEMORY), mini, name, code)
    assert (plain.outcome, plain.ratio, Stage.LINT in plain.stages) == (outcome, found.ratio, False)


def test_a_design_on_which_slang_crashes_is_skipped_not_blamed(tools: Tools, mini: MiniSuite) -> None:
    tools.crash = "lint"
    found = grade(linting(tools), mini, "and2", AND % "assign y = a & b;")
    assert (found.outcome, found.stages[Stage.LINT].status) == (Outcome.PASS, Status.SKIPPED)
    assert "signal 11" in found.stages[Stage.LINT].facts["message"]


def test_the_golden_design_has_lint_of_its_own(tools: Tools, mini: MiniSuite) -> None:
    (mini.problem("and2") / "golden.v").write_text(AND % "wire [1:0] n = a; assign y = n[0] & b;")
    golden = linting(tools).golden(problem(mini, "and2"))
    assert golden.facts[Stage.LINT]["classes"] == {"width-expand": 1}
    assert set(golden.figures) == {"area"}
    tools.jobs.clear()
    assert linting(tools).golden(problem(mini, "and2")) == golden
    assert tools.jobs == []  # both were kept


# Verilator, where it is installed


@pytest.fixture(scope="module")
def verilator() -> str:
    version = locate.find("verilator").version
    if version is None:
        pytest.skip("no Verilator here")
    return version


def test_verilators_classes_stand_beside_slangs(verilator: str) -> None:
    given = "module helper(input [3:0] d, output [1:0] y);\n  assign y = d;\nendmodule\n"
    body = "wire [1:0] n; helper h(.d(d), .y(n)); always @(posedge clk) q <= #1 {2{n}}; always @* if (rst) p = d;"
    prefix = locate.prefix_of("verilator")
    with CellPool(choose("auto"), [prefix] if prefix else []) as pool:
        found = linted(pool, HEAD % body, bare([given]), Lint(verilator))
        assert found["verilator"]["LATCH"] == 1
        assert not [kind for kind in found["verilator"] if kind.startswith("WIDTH")]  # that is in the given module
        assert found["classes"] == {"latch": 1}
        assert "verilator" not in linted(pool, HEAD % "always @* p = missing;", bare([given]), Lint(verilator))
