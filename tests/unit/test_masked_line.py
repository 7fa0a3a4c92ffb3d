"""The line that a native line-completion problem asks for: which it is, where it goes, and what is said of it."""

from pathlib import Path

import pytest
from conftest import MiniSuite

from harness.grading import match
from harness.prompts.render import build_messages
from harness.records.outcome import Status, Task
from harness.records.problem import MaskedLine, Problem
from harness.suites.locate import load_suite
from harness.suites.masked_line import mask_line, maskable_lines
from harness.suites.native import read_native

CODE = """// canary: x <= y_of_a_comment;
module m(input clk, input [3:0] d, output reg [3:0] q);
    localparam [3:0] FIRST = d_default;
    wire [3:0] next = q + d;          // the sum
    wire wide = d[0] &&
        q_low <= d_high;
    always @(posedge clk) begin
        q <= 4'b0000;
        if (d == 4'd3) q <= next + 4'd1;
        else q <= next;
        for (i = 0; i < 4; i = i + 1) a[i] <= i;
        case (d) 0: q <= d_first; endcase
        q <= d_twice; q <= d_again;
        repeated <= next;
        if (q[0])
            {carry, q[3:1]} <= {d, 1'b0} /* two
            lines */ + 1;
    end
    always @* repeated <= d;
    repeated <= next;
endmodule
"""


def test_lines_with_one_whole_assignment_of_something_that_is_no_constant_can_be_left_out() -> None:
    assert [found.line for found in maskable_lines(CODE)] == [
        "wire [3:0] next = q + d;",
        "if (d == 4'd3) q <= next + 4'd1;",
        "else q <= next;",
        "always @* repeated <= d;",
    ]


def test_the_seed_alone_chooses_and_a_design_without_such_a_line_has_none() -> None:
    chosen = {mask_line(CODE, seed, "m") for seed in range(1, 40)}
    assert len(chosen) == 4
    assert mask_line(CODE, 1, "m") == mask_line(CODE, 1, "m")
    assert mask_line("module m; endmodule\n", 1, "m") is None


def test_an_answer_goes_where_the_line_was_and_is_found_there_again() -> None:
    [first, *_] = maskable_lines(CODE)
    assert first.put_back(first.line) == CODE
    other = first.put_back("  wire [3:0] next = 0;\t")
    assert other == CODE.replace("next = q + d;", "next = 0;")
    assert first.taken_out(other) == "wire [3:0] next = 0;"
    assert first.taken_out(CODE + "\n") is None
    assert first.taken_out("") is None
    assert MaskedLine("ab", "c", "ba").taken_out("aba") is None


def test_exact_and_similar_are_said_beside_and_decide_nothing() -> None:
    [first, *_] = maskable_lines(CODE)
    same = match.beside(first, first.put_back("wire  [3:0] next =  q + d;"))
    assert (same.result.status, same.outcome) == (Status.PASS, None)
    assert (same.result.facts["exact"], same.result.facts["similarity"]) == (True, 0.96)
    other = match.beside(first, first.put_back("wire [3:0] next = d + q;"))
    assert (other.result.status, other.outcome, other.result.facts["exact"]) == (Status.FAIL, None, False)
    assert match.beside(first, "elsewhere, too").result.facts["similarity"] == 0


@pytest.fixture(scope="module")
def problems() -> tuple[Problem, ...]:
    return load_suite("core", Task.LINE_COMPLETION).problems


def test_every_problem_of_core_has_a_line_and_only_in_this_task(problems: tuple[Problem, ...]) -> None:
    assert len(problems) >= 60
    for problem in problems:
        assert problem.masked is not None
        assert problem.masked.put_back(problem.masked.line) == problem.golden_code
    assert all(problem.masked is None for problem in load_suite("core", Task.SPEC_TO_RTL).problems)


def test_the_prompt_shows_the_design_around_the_line_and_never_the_line(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        text = build_messages(problem, Task.LINE_COMPLETION)[-1].text
        assert problem.masked is not None
        assert problem.masked.line not in text, problem.name
        assert text.count("// >>> line <<<`") == 1 and text.count("// >>> line <<<") == 2
        assert problem.spec.strip() in text
        assert all(source.text.strip() in text for source in problem.given)


def test_a_design_without_a_line_to_leave_out_is_a_defect(mini: MiniSuite) -> None:
    offer_lines(mini)
    assert [p.masked.line for p in read_native(mini.root, Task.LINE_COMPLETION).problems if p.masked] == [
        "assign y = a & b;"
    ]
    (mini.problem("and2") / "golden.v").write_text("module and2; endmodule\n")
    clocked = "module counter(input clk, d, output reg q);\n  always @(posedge clk)\n    q <= d;\nendmodule\n"
    (mini.problem("counter") / "golden.v").write_text(clocked.replace("q <= d", "q <= not_so_short"))
    suite = read_native(mini.root, Task.LINE_COMPLETION)
    assert [problem.name for problem in suite.problems] == ["counter"]
    assert suite.defects[0].endswith('key "tasks": line-completion: the golden design has no line to leave out')


def offer_lines(mini: MiniSuite) -> None:
    for path in Path(mini.root).glob("*/problem.toml"):
        path.write_text(path.read_text().replace('"code-completion"]', '"code-completion", "line-completion"]'))
