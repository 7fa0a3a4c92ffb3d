"""The official rules of VerilogEval v2 without a tool: prompts, extraction, code letters, scores. Texts are our own."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ConfigError
from harness.process.job import JobResult, StepResult
from harness.records.grade import Official
from harness.records.outcome import Outcome, Stage, Task
from harness.records.problem import Problem, Suite
from harness.rules.official import OfficialRules, OfficialVerdict
from harness.rules.verilog_eval_codes import read_log
from harness.rules.verilog_eval_extraction import extract_code_completion, extract_spec_to_rtl
from harness.rules.verilog_eval_v2 import commented_prompt, rules, rules_with_conventions
from harness.suites.verilog_eval_v2 import reader

LOOKALIKE = Path(__file__).parents[1] / "data" / "verilog_eval_lookalike"
SPEC = reader.read(LOOKALIKE, Task.SPEC_TO_RTL)
COMPLETION = reader.read(LOOKALIKE, Task.CODE_COMPLETION)
CLEAN = "Hint: Output 'y' has no mismatches.\nMismatches: 0 in 40 samples\n"
WRONG = "Hint: Output 'y' has 7 mismatches. First mismatch occurred at time 35.\nMismatches: 7 in 40 samples\n"
IFC = "\nmodule TopModule (output y);\n"


def texts(suite: Suite, task: Task, shots: int = 0, with_rules: OfficialRules = rules) -> list[str]:
    messages = with_rules.messages(suite, suite.problems[0], task, shots)
    assert [message.role for message in messages] == ["system", "user"]
    return [message.text for message in messages]


def test_a_spec_prompt_is_question_request_and_answer_mark() -> None:
    problem = SPEC.problems[0]
    system, user = texts(SPEC, Task.SPEC_TO_RTL)
    assert system == "\nWrite hardware. (look-alike)\n"
    request = "\nPut the code between [BEGIN] and [DONE].\n"
    assert user == f"\nQuestion:\n{problem.spec.strip()}\n{request}\nAnswer:\n"


def test_conventions_stand_before_the_request_where_they_are_asked_for() -> None:
    user = texts(SPEC, Task.SPEC_TO_RTL, with_rules=rules_with_conventions)[1]
    assert "b is low.\n\nConventions of the look-alike: none.\n\nPut the code" in user
    assert texts(COMPLETION, Task.CODE_COMPLETION, with_rules=rules_with_conventions) == texts(
        COMPLETION, Task.CODE_COMPLETION
    )


def test_a_completion_prompt_comments_all_but_the_module_header() -> None:
    assert texts(COMPLETION, Task.CODE_COMPLETION)[1] == (
        "\n// Look-alike task:\n// \n// The output y is high while a is high and b is low.\n// \n"
        "\nmodule TopModule (\n  input a,\n  input b,\n  output y\n);\n"
    )


def test_lines_after_the_header_are_not_commented() -> None:
    assert commented_prompt("a\nmodule TopModule (\n\n);\n") == "// a\n\nmodule TopModule (\n\n);"


@pytest.mark.parametrize("shots", [1, 2, 3, 4])
@pytest.mark.parametrize(("suite", "task"), [(SPEC, Task.SPEC_TO_RTL), (COMPLETION, Task.CODE_COMPLETION)])
def test_examples_come_first(suite: Suite, task: Task, shots: int) -> None:
    assert texts(suite, task, shots)[1] == suite.assets[f"shots-{shots}"] + texts(suite, task)[1]


def test_a_number_of_shots_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"no official examples for --shots 5\. There are: 0, 1, 2, 3, 4"):
        texts(SPEC, Task.SPEC_TO_RTL, 5)


def test_a_checkout_without_prompt_texts_refuses_official_prompts() -> None:
    bare = dataclasses.replace(SPEC, assets={})
    with pytest.raises(ConfigError, match="sv-generate lacks the rules text"):
        texts(bare, Task.SPEC_TO_RTL, with_rules=rules_with_conventions)


LOST = "\n// VERILOG-EVAL: response did not use <CODE></CODE> correctly\n\n"


@pytest.mark.parametrize(
    ("reply", "file"),
    [
        ("[BEGIN]\nx\n[DONE]", "\nx\n\n"),
        ("so:\n [BEGIN] \n  x\n [DONE] \n[BEGIN]\ny\n[DONE]", "\n  x\n\n"),
        ("[BEGIN] x\ny [DONE]", "\n x\ny \n\n"),
        ("[BEGIN]\n```verilog\nx\n```\n[DONE]", "\n```verilog\nx\n```\n\n"),
        ("[BEGIN]\nx", "\n\n"),
        ("[BEGIN] x [DONE]", "\n\n"),
        ("[BEGIN][DONE]\nx\n[DONE]", "\n[DONE]\nx\n\n"),
        ("", f"\n{LOST}"),
        ("x\n[DONE]", f"\nx\n[DONE]\n{LOST}"),
        ("see\n```verilog\nx\n```\nthen\n```\ny\n```", f"\nx\n{LOST}"),
        ("see\n ```\nx\n ```", f"\nsee\n ```\nx\n ```\n{LOST}"),
        ("```\nx\nendmodule\ny", f"\nx\nendmodule\n{LOST}"),
        ("text\nmodule TopModule;\nx\nendmodule // end\nmore", f"\nmodule TopModule;\nx\nendmodule // end\n{LOST}"),
        ("text\n module TopModule;\nx\nendmodule", f"\ntext\n module TopModule;\nx\nendmodule\n{LOST}"),
        ("endmodule\nmodule TopModule;\nendmodule", f"\nendmodule\n{LOST}"),
        (" endmodule\nmodule TopModule;\nendmodule", f"\n{LOST}"),
        ("a\x0cb\r\nc", f"\na\nb\nc\n{LOST}"),
    ],
)
def test_extracts_from_a_spec_reply_as_published(reply: str, file: str) -> None:
    assert extract_spec_to_rtl(reply) == file
    assert rules.extract(SPEC.problems[0], Task.SPEC_TO_RTL, reply) == file


@pytest.mark.parametrize(
    ("reply", "body", "remarks"),
    [
        ("assign y = 0;\nendmodule\nmore", f"{IFC}\n\nassign y = 0;\nendmodule\n", []),
        ("```\nassign y = 0;\nendmodule\n```\nmore", f"{IFC}\n\nassign y = 0;\nendmodule\n", []),
        ("assign y = 0;", f"{IFC}\n\nassign y = 0;\n", ["endmodule not found"]),
        ("```\nassign y = 0;\nendmodule", f"{IFC}\n\nassign y = 0;\nendmodule\n", ["abnormal backticks count"]),
        (
            "text\nmodule TopModule;\nendmodule",
            "module TopModule;\nendmodule\n",
            ["errant inclusion of module definition"],
        ),
        (
            "```\nx\n```\n```\n module TopModule;",
            f"{IFC}\n\nx\n",
            ["abnormal backticks count", "errant inclusion of module definition", "endmodule not found"],
        ),
    ],
)
def test_extracts_from_a_completion_reply_as_published(reply: str, body: str, remarks: list[str]) -> None:
    noted = "".join(f"// VERILOG-EVAL: {remark}\n\n" for remark in remarks)
    assert extract_code_completion(reply, IFC) == f"\n{body}\n{noted}\n"


def test_a_completion_goes_on_from_the_problem_s_own_interface() -> None:
    problem = COMPLETION.problems[0]
    assert rules.extract(problem, Task.CODE_COMPLETION, "endmodule").startswith(f"\n{problem.header}\n\nendmodule\n")


@given(st.text())
def test_extraction_takes_any_text(reply: str) -> None:
    assert extract_spec_to_rtl(reply).startswith("\n")
    assert extract_code_completion(reply, IFC).startswith("\n")


CAST = "a.sv:9: error: This assignment requires an explicit cast.\n"
ZERO = "a.sv:9: error: Sized numeric constant must have a size greater than zero.\n"
UNBOUND = "a.sv:4: error: Unable to bind wire/reg/memory `ena' in `tb.top_module1'\n"
NO_CLOCK = "a.sv:4: error: Unable to bind wire/reg/memory `clk' in `tb.top_module1'\n"


@pytest.mark.parametrize(
    ("log", "code", "line"),
    [
        (CLEAN, ".", None),
        ("VCD info: dumping is suppressed.\n" + CLEAN, ".", None),
        (WRONG + "Mismatches: 0 in 40 samples\n", ".", None),
        ("a.sv:3: syntax error\nI give up.\n", "S", "a.sv:3: syntax error"),
        (CLEAN + "oh, a syntax error", "S", "oh, a syntax error"),
        (CAST + CLEAN, "e", CAST.strip()),
        (ZERO, "0", ZERO.strip()),
        (
            "a.sv:5: warning: always_comb process has no sensitivities.\n" + CLEAN,
            "n",
            "a.sv:5: warning: always_comb process has no sensitivities.",
        ),
        (
            "a.sv:5: warning: @* found no sensitivities so it will never trigger.\n" + CLEAN,
            "n",
            "a.sv:5: warning: @* found no sensitivities so it will never trigger.",
        ),
        (
            "a.sv:7: error: q is not a valid l-value\na.sv:2: : q is declared here as wire.\n",
            "w",
            "a.sv:2: : q is declared here as wire.",
        ),
        ("a.sv:2: error: Unknown module type: adder\n", "m", "a.sv:2: error: Unknown module type: adder"),
        (NO_CLOCK, "c", NO_CLOCK.strip()),
        (UNBOUND + NO_CLOCK, "c", NO_CLOCK.strip()),
        (UNBOUND + "1 error(s) during elaboration.\n", "p", UNBOUND.strip()),
        (UNBOUND + "a.sv:9: syntax error\n", "S", "a.sv:9: syntax error"),
        ("a.sv:8: sorry: not supported.\n1 error(s) during elaboration.\n", "C", "a.sv:8: sorry: not supported."),
        ("no errors here\n" + CLEAN, "C", "no errors here"),
        (CLEAN + "TIMEOUT\n", "T", "TIMEOUT"),
        ("TIMEOUT\na.sv:3: syntax error\n", "T", "TIMEOUT"),
        (WRONG, "R", "Output 'y' has 7 mismatches. First mismatch occurred at time 35."),
        ("Mismatches: 7 in 40 samples", "R", "Mismatches: 7 in 40 samples"),
        ("", "R", None),
        (" Mismatches: 0 in 40 samples\n", "R", None),
        ("Mismatches: 0 in 40 samples.\n", "R", None),
        ("Mismatches: 0 in 40 samples\r\n", ".", None),
        ("a\x0bMismatches: 0 in 40 samples\n", "R", None),
    ],
)
def test_reads_a_log_as_published(log: str, code: str, line: str | None) -> None:
    reading = read_log(log, "module TopModule; endmodule")
    assert (reading.code, reading.line) == (code, line)


@pytest.mark.parametrize("source", ["@(posedge clk or posedge reset)", "always @(negedge reset)", "x (posedge r)"])
def test_a_reset_edge_in_the_source_makes_a_wrong_answer_small_r(source: str) -> None:
    assert read_log(WRONG, f"module TopModule;\n{source}").code == "r"
    assert read_log(CLEAN, source).code == "."


@pytest.mark.parametrize(
    ("log", "mismatches"), [(WRONG, 7), (WRONG * 2 + "Mismatches: 9 in 40 samples\n", 9), ("", None)]
)
def test_the_last_summary_line_counts_the_mismatches(log: str, mismatches: int | None) -> None:
    assert read_log(log, "").mismatches == mismatches


def step(stage: Stage, log: str = "", exit_code: int | None = 0, cpu_s: float = 0.25, **ends: object) -> StepResult:
    plain = StepResult(stage, exit_code, None, None, log, cpu_s, cpu_s, 0)
    return dataclasses.replace(plain, **ends)  # type: ignore[arg-type]


def judged(compiled: StepResult, simulated: StepResult, problem: Problem = SPEC.problems[0]) -> OfficialVerdict:
    return rules.judge(problem, "module TopModule; endmodule", JobResult((compiled, simulated)))


COMPILED = step(Stage.SYNTAX)
MISSING = step(Stage.SIMULATE, "candidate.vvp: Unable to open input file.\n", 255)


@pytest.mark.parametrize(
    ("compiled", "simulated", "code", "outcome"),
    [
        (COMPILED, step(Stage.SIMULATE, CLEAN), ".", Outcome.PASS),
        (COMPILED, step(Stage.SIMULATE, WRONG), "R", Outcome.MISMATCH),
        (COMPILED, step(Stage.SIMULATE, "bye\n"), "R", Outcome.NO_VERDICT),
        (COMPILED, step(Stage.SIMULATE, CLEAN, None, signal=24, stopped="cpu"), "T", Outcome.TIMEOUT),
        (COMPILED, step(Stage.SIMULATE, "", None, signal=9, stopped="wall"), "T", Outcome.TIMEOUT),
        (COMPILED, step(Stage.SIMULATE, "x\n" * 9, None, signal=25, stopped="file"), "T", Outcome.RESOURCE_LIMIT),
        (
            COMPILED,
            step(Stage.SIMULATE, "std::bad_alloc\n", None, signal=6, stopped="memory"),
            "R",
            Outcome.RESOURCE_LIMIT,
        ),
        (COMPILED, step(Stage.SIMULATE, "", None, signal=11), "R", Outcome.TOOL_CRASH),
        (step(Stage.SYNTAX, "a.sv:1: syntax error\n", 2), MISSING, "S", Outcome.SYNTAX_ERROR),
        (step(Stage.SYNTAX, UNBOUND, 1), MISSING, "p", Outcome.ELABORATION_ERROR),
        (step(Stage.SYNTAX, "", 1), MISSING, "R", Outcome.ELABORATION_ERROR),
        (step(Stage.SYNTAX, "", 134), MISSING, "R", Outcome.TOOL_CRASH),
        (step(Stage.SYNTAX, "", 1, cpu_s=30.0), MISSING, "R", Outcome.TIMEOUT),
        (step(Stage.SYNTAX, "", None, signal=9, stopped="wall"), MISSING, "R", Outcome.TIMEOUT),
        (step(Stage.SYNTAX, "", 1, stopped="memory"), MISSING, "R", Outcome.RESOURCE_LIMIT),
    ],
)
def test_a_verdict_is_the_letter_and_our_nearest_word(
    compiled: StepResult, simulated: StepResult, code: str, outcome: Outcome
) -> None:
    verdict = judged(compiled, simulated)
    assert (verdict.official.code, verdict.outcome) == (code, outcome)
    assert verdict.official.passed is (outcome is Outcome.PASS)
    assert (verdict.message is None) is verdict.official.passed
    assert verdict.syntax_passed is compiled.ok


@pytest.mark.parametrize("code", "SeTmpcw0Cn")
def test_every_letter_has_a_word(code: str) -> None:
    logs = {"S": "syntax error", "e": CAST, "T": "TIMEOUT", "m": "Unknown module type", "p": UNBOUND, "c": NO_CLOCK}
    logs |= {"w": "is declared here as wire", "0": ZERO, "C": "error"}
    logs |= {"n": "warning: always_comb process has no sensitivities"}
    verdict = judged(step(Stage.SYNTAX, logs[code], 1), MISSING)
    expected = {"S": Outcome.SYNTAX_ERROR, "T": Outcome.TIMEOUT}.get(code, Outcome.ELABORATION_ERROR)
    assert (verdict.official.code, verdict.outcome) == (code, expected)


@pytest.mark.parametrize(
    ("compiled", "simulated", "message"),
    [
        (step(Stage.SYNTAX, "candidate.sv:3: syntax error\n", 2), MISSING, "line 3: syntax error"),
        (step(Stage.SYNTAX, "Prob001_swap_test.sv:9: error: no\n", 1), MISSING, "Prob001_swap_test.sv:9: error: no"),
        (step(Stage.SYNTAX, "what(): x\nAborted\n", 134), MISSING, "Aborted"),
        (COMPILED, step(Stage.SIMULATE, "a\nb\n\n"), "b"),
        (COMPILED, step(Stage.SIMULATE, ""), "simulate: it ended without a word"),
    ],
)
def test_the_message_is_the_first_telling_line(compiled: StepResult, simulated: StepResult, message: str) -> None:
    assert judged(compiled, simulated).message == message


def test_a_compiler_that_is_not_there_is_nobody_s_wrong_answer() -> None:
    verdict = judged(step(Stage.SYNTAX, "", 127, error="iverilog: No such file or directory"), MISSING)
    assert (verdict.official.code, verdict.official.passed, verdict.outcome) == ("?", False, Outcome.INFRA_ERROR)
    assert verdict.message == "iverilog: No such file or directory"


def test_a_verdict_keeps_the_log_and_the_time_of_both_steps() -> None:
    verdict = judged(step(Stage.SYNTAX, "a.sv:1: warning\n"), step(Stage.SIMULATE, "half a line", None, stopped="cpu"))
    assert verdict.log == "a.sv:1: warning\nhalf a lineTIMEOUT\n"
    assert verdict.cpu_s == {Stage.SYNTAX: 0.25, Stage.SIMULATE: 0.25}


def test_the_job_is_the_published_command_over_relative_names() -> None:
    job = rules.job(SPEC.problems[0], "the code, as it is")
    compile_step, simulate_step = job.steps
    assert compile_step.argv == (
        *("iverilog", "-Wall", "-Winfloop", "-Wno-timescale", "-g2012", "-s", "tb", "-o", "candidate.vvp"),
        *("candidate.sv", "Prob001_swap_test.sv", "Prob001_swap_ref.sv"),
    )
    assert simulate_step.argv == ("vvp", "candidate.vvp", "-none")
    assert job.keep_going
    assert job.files["candidate.sv"] == "the code, as it is"
    assert job.files["Prob001_swap_test.sv"] == (LOOKALIKE / "dataset_spec-to-rtl/Prob001_swap_test.sv").read_text()
    assert (simulate_step.limits.cpu_s, simulate_step.limits.wall_s) == (30, 180.0)


def row(codes: str, mismatches: int | None = None) -> list[Official]:
    return [Official(code, code == ".", mismatches) for code in codes]


def test_the_pass_rate_is_a_mean_of_whole_percents() -> None:
    rows = {"b": row("." * 29 + "R" * 71), "a": row(".RR"), "c": row("..")}
    assert rules.score(rows)["pass_rate"] == (28 + 33 + 100) / 3


def test_the_gini_simpson_index_tells_numbers_of_mismatches_apart() -> None:
    apart = [Official("R", False, 3), Official("R", False, 5), Official("r", False, 3), Official("r", False, 5)]
    assert rules.score({"a": apart})["gini_simpson"] == 1 - (1 / 16 + 1 / 16 + 1 / 4)
    assert rules.score({"a": row("RR", None), "b": row(".S")})["gini_simpson"] == 0.25


def test_there_is_no_score_of_nothing() -> None:
    assert rules.score({}) == {}
    assert rules.summary_csv({}) == ""


def test_the_summary_file_has_the_published_bytes() -> None:
    rows = {"Prob002_b": row("..R"), "Prob001_a": row("." * 29 + "R" * 71), "Prob003_c": row("TS")}
    assert rules.summary_csv(rows) == (
        f"Prob001_a,29,100,0.28,{','.join('.' * 29 + 'R' * 71)}\nProb002_b,2,3,0.66,.,.,R\nProb003_c,0,2,0.0,T,S\n"
    )
    assert rules.summary_csv({"a": row(".")}) == "a,1,1,1.0,.\n"
