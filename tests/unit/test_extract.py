"""The default extractor: from a raw reply to the Verilog that is graded, or to the reason why there is none."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.prompts.extract import extract
from harness.records.outcome import Outcome

DATA = Path(__file__).parents[1] / "data" / "small_models_replies.jsonl"

TOP = "module top(input a, output y);\n  assign y = a;\nendmodule"
OTHER = "module top(input a, output y);\n  assign y = ~a;\nendmodule"
HELPER = "module helper(input a, output y);\n  assign y = a;\nendmodule"
USER = "module top(input a, output y);\n  helper h(.a(a), .y(y));\nendmodule"
BENCH = "module tb;\n  reg a;\n  wire y;\n  top dut(a, y);\nendmodule"
HEADER = "module top(input a, output logic y);\n"
BODY = "  assign y = a;\nendmodule"


def code(reply: str, **options: Any) -> str:
    candidate = extract(reply, "top", **options)
    assert candidate.outcome is None, candidate
    assert candidate.message is None
    return candidate.code.rstrip("\n")


def outcome(reply: str, **options: Any) -> Outcome | None:
    candidate = extract(reply, "top", **options)
    assert candidate.outcome is None or (candidate.message and "\n" not in candidate.message and not candidate.code)
    return candidate.outcome


@pytest.mark.parametrize(
    "tag", ["", "verilog", "systemverilog", "verilog-2001", "sv", "Verilog", "{.verilog}", "v", "c++"]
)
@pytest.mark.parametrize("fence", ["```", "~~~", "````", "  ```"])
def test_code_is_taken_from_a_fence_with_any_tag(tag: str, fence: str) -> None:
    assert code(f"Here it is.\n\n{fence}{tag}\n{TOP}\n{fence}\nThe module is done.") == TOP


@pytest.mark.parametrize(
    "reply",
    [
        TOP,
        f"\n\n{TOP}\n\n",
        f"```verilog\n{TOP}",
        f"```verilog\n{TOP}\n\nThis module copies its input. It has no `endmodule` problem.",
        f"{TOP}\n```\nThis explains the module top (in short).",
        f"```verilog\n{TOP};\n```",
        f"```verilog\n{TOP}```",
        f"``` verilog\n{TOP}\n```",
        f'```verilog title="top.v"\n{TOP}\n```',
        f"```verilog {TOP}\n```",
        f"[BEGIN]\n{TOP}\n[DONE]",
        f"[BEGIN]\n```verilog\n{TOP}\n```\n[DONE]\n",
        f"The module top (a wire) follows. {TOP} That was the module.",
        f"Write `{TOP}` and nothing else.",
        f"1. First the code:\n   ```verilog\n{TOP}\n   ```\n2. Done.",
        f"{TOP} </s>",
        f"{TOP}をした",
    ],
)
def test_prose_and_marks_around_the_code_stay_behind(reply: str) -> None:
    assert code(reply) == TOP


def test_bytes_of_the_code_are_preserved() -> None:
    text = '`timescale 1ns/1ps\r\n// \x00 \ud800 ünï\r\n\r\nmodule top;\t \r\n\r\n  initial $display("\\"");\r\nendmodule : top // end'
    assert code(f"x\n```verilog\n{text}\n```\ny") == text


def test_what_stands_between_and_around_the_modules_of_a_fence_is_code() -> None:
    text = f"`define W 4\n(* keep *)\n{HELPER}\n\n// the top\n`ifdef W\n{USER}\n`endif"
    assert code(f"```\n{text}\n```") == text
    assert code(text) == text
    assert code(f"```verilog\nsynthesis on\n{TOP}\n```") == f"synthesis on\n{TOP}"


def test_directives_imports_and_packages_before_the_module_are_kept_without_fences() -> None:
    lead = (
        "`timescale 1ns/1ps\npackage p;\n  typedef struct packed { logic a; logic b; } t;\nendpackage\nimport p::*;\n"
    )
    lead += "typedef enum logic [1:0] { A, B } s;\nfunction automatic f(input x);\n  f = ~x;\nendfunction\n// note\n"
    assert code(f"Sure, here is a module:\n\n{lead}{TOP}\n\nI hope that helps.") == lead + TOP


def test_the_last_complete_definition_of_the_top_wins() -> None:
    assert code(f"```verilog\n{OTHER}\n```\nBetter:\n```verilog\n{TOP}\n```\n") == TOP
    assert code(f"```verilog\n{OTHER}\n\n{TOP}\n```") == TOP
    assert code(f"```verilog\n{TOP}\n```\nor\n```verilog\nmodule top(input a,\n```\n") == TOP


@pytest.mark.parametrize(
    "sketch", ["module top(input a, output y);\n  // your code\nendmodule", "module top(a);\n ...\nendmodule"]
)
def test_an_outline_is_no_definition_while_there_is_a_real_one(sketch: str) -> None:
    assert code(f"```verilog\n{TOP}\n```\nIn outline:\n```verilog\n{sketch}\n```") == TOP
    assert code(f"```verilog\n{sketch}\n```") == sketch


def test_helper_modules_from_other_blocks_are_put_ahead_of_the_top() -> None:
    leaf = HELPER.replace("helper", "leaf")
    helper = HELPER.replace("assign y = a", "leaf l(.a(a), .y(y))")
    unused = HELPER.replace("helper", "unused")
    reply = "\n".join(f"```verilog\n{part}\n```" for part in (leaf, unused, HELPER, helper, USER))
    assert code(reply) == f"{leaf}\n\n{helper}\n\n{USER}"
    assert code(f"```\n{USER}\n```\nand\n```\n{HELPER}\n```") == f"{HELPER}\n\n{USER}"


def test_helper_modules_in_the_block_of_the_top_are_not_taken_twice() -> None:
    reply = f"```\n{HELPER}\n```\nAll together:\n```\n{HELPER}\n\n{USER}\n```"
    assert code(reply) == f"{HELPER}\n\n{USER}"


def test_a_test_bench_beside_the_top_stays_behind() -> None:
    assert code(f"```\n{TOP}\n\n// test\n{BENCH}\n```") == TOP
    assert code(f"```\n{TOP}\n```\n```\n{BENCH}\n```") == TOP
    assert code(f"{BENCH}\n\n{TOP}\n") == TOP


def test_a_stray_semicolon_after_endmodule_is_left_out_because_icarus_11_refuses_it() -> None:
    assert code(f"```\n{HELPER};\n\n{USER};\n```") == f"{HELPER}\n\n{USER}"


def test_what_is_left_out_does_not_join_its_neighbours() -> None:
    assert code(f"```\n{HELPER};{USER};// end\n```") == f"{HELPER}\n{USER}// end"
    assert code(f"```\n{HELPER}\nmodule top(a);\n{USER}\n```") == f"{HELPER}\n{USER}"


def test_comments_and_strings_fool_nobody() -> None:
    text = (
        "// module top; endmodule\n/* ```\n``` endmodule\nmodule top(input z); */\n"
        'module top(output y); // endmodule\n  initial $display("endmodule ``` module top; // /*");\n'
        "  wire \\endmodule ;\n  assign y = 1; /* [DONE]\n[DONE]\n*/\nendmodule"
    )
    assert code(f"```verilog\n{text}\n```\nThat is it.") == text
    assert code(f"{text}\nThat is it.") == text


def test_a_comment_left_open_in_one_block_does_not_reach_into_the_next() -> None:
    assert (
        code(f"```verilog\n/* open\nmodule top;\n```\nAgain:\n```verilog\n/* closed */ {TOP}\n```")
        == f"/* closed */ {TOP}"
    )


def test_a_wrong_header_is_code_all_the_same() -> None:
    text = "module top(input a, output y)\n  assign y = a;\nendmodule"
    assert code(f"So:\n```verilog\n{text}\n```") == text
    assert code(f"So:\n{text}\n") == text


def test_a_module_that_was_never_ended_is_code_if_the_model_stopped_by_itself() -> None:
    text = "module top(input a, output y);\n  assign y = a;"
    assert code(f"```verilog\n{text}\n```") == text
    assert outcome(f"```verilog\n{text}", finish_reason="length") is Outcome.TRUNCATED


def test_another_module_is_returned_as_it_is_where_the_top_is_missing() -> None:
    assert code(f"Here:\n```verilog\n{HELPER}\n```\nDone.") == HELPER
    assert (
        code(f"```\n{HELPER}\n```\n```\n{USER.replace('top', 'main')}\n```")
        == f"{HELPER}\n\n{USER.replace('top', 'main')}"
    )


@pytest.mark.parametrize(
    "reply",
    [
        f"<think>\n{OTHER}\n</think>\n\n```verilog\n{TOP}\n```",
        f"<thinking>{OTHER}</thinking>{TOP}",
        f"<Reasoning >\nI'd say: {OTHER}\n</Reasoning>\n{TOP}\n<reasoning>\n{OTHER}\n</reasoning>",
        f"We need {OTHER}\n</think>\n{TOP}",
        f"[THINK]{OTHER}[/THINK]{TOP}",
        f"<|channel|>analysis<|message|>{OTHER}<|end|><|start|>assistant<|channel|>final<|message|>{TOP}<|return|>",
        f"analysisWe need {OTHER}assistantfinal{TOP}",
        f"{TOP}\n</think>\n",
    ],
)
def test_reasoning_is_no_part_of_the_answer(reply: str) -> None:
    assert code(reply) == TOP


def test_reasoning_that_never_ends() -> None:
    assert outcome(f"<think>\n{TOP}", finish_reason="length") is Outcome.TRUNCATED
    assert outcome(f"<|channel|>analysis<|message|>{TOP}", finish_reason="length") is Outcome.TRUNCATED
    assert code(f"<think>\nSo:\n{TOP}\n") == TOP
    assert code(f"{TOP}\n<think>\n{OTHER}", finish_reason="length") == TOP
    assert outcome("<think>\nhm\n</think>\n") is Outcome.EMPTY


def test_reasoning_tags_can_be_named() -> None:
    reply = f"<plan>\n{OTHER}\n</plan>\n[BEGIN]\n{TOP}\n[DONE]\n<plan>\n{OTHER}\n</plan>"
    assert code(reply, reasoning_tags=("plan",)) == TOP
    assert code(reply, reasoning_tags=()) == OTHER


@pytest.mark.parametrize(
    "reply",
    [
        BODY,
        f"```verilog\n{BODY}\n```",
        f"The body is:\n\n{BODY}\n\nThe input is copied.",
        f"[BEGIN]\n{BODY}\n[DONE]",
        f"```verilog\n  assign y = 0;\nendmodule\n```\nNo, this:\n```verilog\n{BODY}\n```",
        f"Given:\n```verilog\n{HEADER}```\nit goes on:\n```verilog\n{BODY}\n```",
        f"{BODY}\n```\n\nQuestion:\nAnother one\n\nAnswer:\n```verilog\n  assign y = 1;\nendmodule\n```",
    ],
)
def test_a_body_gets_the_given_header(reply: str) -> None:
    assert code(reply, header=HEADER) == HEADER + BODY


def test_a_repeated_header_is_not_given_again() -> None:
    assert code(f"```verilog\n{TOP}\n```", header=HEADER) == TOP
    assert code("```verilog\nmodule top(input a, output y);\n  assign y = a;\n```", header=HEADER).startswith(
        "module top(input a, output y)"
    )


def test_helper_modules_around_a_body_are_kept() -> None:
    body = "  helper h(.a(a), .y(y));\nendmodule"
    assert code(f"```\n{body}\n\n{HELPER}\n```", header=HEADER) == f"{HEADER}{body}\n{HELPER}"
    assert code(f"```\n{HELPER}\n\n{body}\n```", header=HEADER) == f"{HELPER}\n\n{HEADER}{body}"
    assert code(f"```\n{HELPER}\n```\n```\n{body}\n```", header=HEADER) == f"{HELPER}\n\n{HEADER}{body}"


def test_a_body_without_an_end() -> None:
    assert code("```verilog\nassign y = a;\n```", header=HEADER) == HEADER + "assign y = a;"
    assert outcome("assign y = a;\n", header=HEADER, finish_reason="length") is Outcome.TRUNCATED
    assert outcome("I do not know.", header=HEADER) is Outcome.NO_CODE


def test_a_base_model_that_goes_on_with_a_new_question_answered_the_first() -> None:
    assert code(f"{TOP}\n\nQuestion:\nInvert it.\n\nAnswer:\n{OTHER}\n") == TOP
    assert code(f"{TOP}\n\n// Write a Verilog module named top\n{OTHER}\n", finish_reason="length") == TOP


@pytest.mark.parametrize(
    "again", [f"// Invert it.\n{OTHER}", "module top(input a, output y);\n  assign", "module far;\nendm"]
)
@pytest.mark.parametrize("finish_reason", ["stop", "length"])
def test_a_base_model_that_goes_on_after_the_body_answered_with_the_body(again: str, finish_reason: str) -> None:
    assert code(f"{BODY}\n\n{again}\n", header=HEADER, finish_reason=finish_reason) == HEADER + BODY
    whole = f"{BODY}\n\nmodule far(input b);\n  nonsense!\nendmodule\n{again}"
    assert code(whole, header=HEADER, finish_reason=finish_reason) == HEADER + BODY
    body = "  helper h(.a(a), .y(y));\nendmodule"
    helped = code(f"{body}\n\n{HELPER}\n{again}", header=HEADER, finish_reason=finish_reason)
    assert helped == f"{HEADER}{body}\n{HELPER}"


@pytest.mark.parametrize("reply", ["", "  \n\t\n"])
def test_a_blank_reply_is_empty(reply: str) -> None:
    assert outcome(reply) is Outcome.EMPTY
    assert outcome(reply, finish_reason="length") is Outcome.TRUNCATED


@pytest.mark.parametrize(
    "reply",
    [
        "A module top (see above) needs no endmodule.",
        "```python\nimport top;\nclass Module: pass\n```",
        "```vhdl\nentity top is\nend;\n```",
        "```\n```",
        "```",
        "\x00",
        "// module top; endmodule",
        "The keyword `module` opens it, `endmodule` ends it.",
    ],
)
def test_no_code(reply: str) -> None:
    assert outcome(reply) is Outcome.NO_CODE
    assert outcome(reply, finish_reason=None) is Outcome.NO_CODE
    assert outcome(reply, finish_reason="length") is Outcome.TRUNCATED


def test_verilog_without_a_module_is_code() -> None:
    assert code("```verilog\nassign y = a;\n```") == "assign y = a;"
    assert code("```\nassign y = a;\nendmodule\n```").startswith("assign y = a;\nendmodule")


def test_a_reply_cut_off_after_the_answer_is_graded() -> None:
    assert code(f"```verilog\n{TOP}\n```\nThis module is", finish_reason="length") == TOP
    assert code(f"{HELPER}\n{USER}\nmodule tb;\n top t(", finish_reason="length") == f"{HELPER}\n{USER}"


def test_a_reply_cut_off_inside_a_needed_helper_is_truncated() -> None:
    assert outcome(f"{USER}\nmodule helper(input a, output y);\n assign", finish_reason="length") is Outcome.TRUNCATED
    assert outcome(f"{HELPER}\n", finish_reason="length") is Outcome.TRUNCATED


@pytest.mark.parametrize(
    "reply",
    ["I'm sorry, but I can't help with that.", "I cannot write this module.", "As an AI model, I am unable to do so."],
)
def test_a_refusal_in_words_counts_only_where_there_is_no_code(reply: str) -> None:
    assert outcome(reply) is Outcome.REFUSED
    assert code(f"{reply}\n```verilog\n{TOP}\n```") == TOP


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("refusal", Outcome.REFUSED),
        ("content_filter", Outcome.CONTENT_FILTER),
        ("context_overflow", Outcome.CONTEXT_OVERFLOW),
    ],
)
def test_the_finish_reason_decides(reason: str, expected: Outcome) -> None:
    assert outcome("", finish_reason=reason) is expected
    assert outcome(TOP, finish_reason=reason) is expected


def _replies() -> list[dict[str, Any]]:
    return [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    "line", _replies(), ids=lambda line: f"{line['model']}-{line['shots']}-{line['problem']}-{line['sample']}"
)
def test_replies_of_small_models_are_read_as_a_person_reads_them(line: dict[str, Any]) -> None:
    """Outcome and digest were written down by a reader of all 240 replies, not by the extractor."""
    found = extract(line["reply"], "TopModule", finish_reason=line["finish_reason"])
    assert found.outcome == line["outcome"]
    assert line["code"] is None or found.digest == line["code"]


PIECES = (
    "```", "```verilog\n", "~~~\n", "\n", " ", "module ", "module top", "(", ")", ";", "endmodule", "endmodule\n", "/*", "*/", "//", '"',
    "\\", "`", "<think>", "</think>", "[BEGIN]\n", "[DONE]\n", "<|channel|>", "final<|message|>", "import p::*;", "typedef struct {",
    "package p;", "endpackage", "function f;", "endfunction", "`define A \\\n", "#(", "top t();", "helper", TOP, USER, HELPER, "assign y = a;\n",
    "Question:\n", "\x00", "\ud800", "\r", "\u2028", "é", "...",
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200),
    st.sampled_from(["stop", "length", None, "tool_calls"]),
    st.sampled_from(["", HEADER]),
)
def test_it_never_raises_and_says_either_code_or_why_not(reply: str, reason: str | None, header: str) -> None:
    found = extract(reply, "top", finish_reason=reason, header=header)
    assert (found.outcome is None) == bool(found.code.strip())
    assert (found.outcome is None) == (found.message is None)
    assert found.digest.startswith("sha256:")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_reading_what_was_extracted_changes_nothing(reply: str) -> None:
    once = extract(reply, "top")
    if (
        once.outcome is None
        and "endmodule" in once.code
        and not any(mark in once.code for mark in ("`", "~~~", "<", "[", '"', "/", "\\"))
    ):
        assert extract(f"```verilog\n{once.code}```\n", "top").code == once.code


@pytest.mark.parametrize(
    "piece",
    [
        *PIECES,
        "/*\n```\n/*",
        "```\n",
        "module a(",
        "module a;",
        "\n<think>\n",
        "typedef {\n",
        "function \n",
        "~",
        "``` a b",
    ],
)
def test_a_hostile_reply_takes_linear_time(piece: str) -> None:
    """A quadratic step would take minutes here; a linear one takes a third of a second on a slow machine."""
    reply = piece * (300_000 // len(piece)) + "*/" + TOP
    started = time.process_time()
    extract(reply, "top", header=HEADER)
    assert time.process_time() - started < 5
