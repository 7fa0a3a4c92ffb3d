"""Replies of models and output of tools, damaged: a value comes of every one, and in time."""

import json
from pathlib import Path

import pytest
from fuzzing import check, damaged, damaged_json, few_or_many
from hypothesis import strategies as st

from harness.grading.surroundings import doubtful
from harness.grading.verdict import Verdict, describe_mismatch, read_verdict
from harness.prompts.extract import extract
from harness.records.outcome import Outcome
from harness.rules import verilog_eval_codes, verilog_eval_extraction
from harness.tools import icarus, yosys, yosys_mapping

REPLIES = Path(__file__).parents[1] / "data" / "small_models_replies.jsonl"
KEY = "0123456789abcdef"
LOGS = (
    "candidate.sv:4: syntax error\nI give up.\n",
    "candidate.sv:2: error: Unknown module type: foo\n2 error(s) during elaboration.\n*** These modules were missing:\n",
    'error: Unable to find the root module "counter" in the Verilog source.\n1 error(s) during elaboration.\n',
    "sh: 1: ivl: not found\n",
    "candidate.sv:1: error: malformed `include directive. Did you quote the file name?\nPreprocessor failed\n",
    "candidate.sv:7: assert: elab_expr.cc:1: failed assertion x\nAborted\n",
    "Hint: Output 'q' has 12 mismatches. First mismatch occurred at time 115.\nMismatches: 12 in 439 samples\n",
    "MISMATCH time=12 signal=q expected=1010 got=x\n",
)
VERDICT = f"MISMATCH time=5 signal=y expected=1 got=0\nHARNESS {KEY} checked=400 failed=3 first=115\n"
STATISTICS = {
    "creator": "Yosys",
    "design": {"num_cells": 3, "num_cells_by_type": {"$dff": 1, "NAND2_X1": 2}, "area": 4.5},
}
CHECKS = "Warning: found logic loop in module m:\nWarning: multiple conflicting drivers for m.\\a:\n"


@few_or_many
def test_a_damaged_reply_gives_code_or_the_reason_why_not(examples: int) -> None:
    replies = [json.loads(line)["reply"] for line in REPLIES.read_text().splitlines()]
    whole = st.sampled_from([reply[:3000] for reply in replies])
    ends = st.sampled_from(["stop", "length", None, "refusal", "content_filter", "context_overflow", "\0"])

    @check(examples, damaged(whole, most=5), ends, st.sampled_from(["", "module TopModule(input a);"]))
    def held(reply: str, finish_reason: str | None, header: str) -> None:
        found = extract(reply, "TopModule", finish_reason=finish_reason, header=header)
        assert (found.outcome is None) == bool(found.code.strip())
        assert found.outcome is None or found.message
        for text in (
            verilog_eval_extraction.extract_spec_to_rtl(reply),
            verilog_eval_extraction.extract_code_completion(reply, "module TopModule"),
        ):
            assert text.startswith("\n")


@few_or_many
def test_a_damaged_log_has_a_reading(examples: int) -> None:
    @check(examples * 2, damaged(st.lists(st.sampled_from(LOGS), min_size=1, max_size=3).map("".join)))
    def held(log: str) -> None:
        found = icarus.parse_compile_log(log)
        assert found.message and len(found.message.splitlines()) <= 1 and len(found.message) <= 300
        assert len(verilog_eval_codes.read_log(log, log).code) == 1
        assert doubtful(None, log) is False
        assert doubtful(Outcome.TOOL_CRASH, log) is True


@few_or_many
def test_a_verdict_is_read_whole_or_not_at_all(examples: int) -> None:
    """On the screen of a Verilog testbench, and through the pipe of a cocotb one."""

    @check(examples * 2, damaged(VERDICT))
    def held(output: str) -> None:
        found = read_verdict(output, KEY)
        last = output.rstrip("\n").rsplit("\n", 1)[-1].rstrip("\r")
        if found is None:
            return
        assert last.startswith(f"HARNESS {KEY} checked={'%s'}" % last.split("checked=")[1].split(" ")[0])
        assert isinstance(found, Verdict) and found.checked < 10**18 and found.failed < 10**18
        assert len(describe_mismatch(output, found).splitlines()) == 1
        assert read_verdict(output, "0" * 16) is None and read_verdict(output, KEY[::-1]) is None


@few_or_many
def test_damaged_statistics_of_yosys_are_figures_or_a_value_error(examples: int) -> None:
    texts = damaged_json(STATISTICS).map(json.dumps) | damaged(f"some words\n{json.dumps(STATISTICS)}\n")

    @check(examples * 2, texts, texts, damaged(CHECKS), st.booleans())
    def held(generic: str, mapped: str, checks: str, whole: bool) -> None:
        files = {yosys.GENERIC: json.dumps(STATISTICS) if whole else generic, yosys.CHECKS: checks}
        try:
            found = yosys.parse_structure(files).facts()
            found |= yosys_mapping.parse_mapping({yosys_mapping.MAPPED: mapped}).facts()
        except (ValueError, KeyError):
            return
        json.dumps(found)


def test_what_takes_long_to_read_is_read_in_time() -> None:
    """Linear, every one: a hostile text costs a moment, not an hour."""
    for piece in (
        "module m(input a);\n",
        "/*",
        "```verilog\n",
        "a: error: ",
        "(" * 40,
        "HARNESS ",
        "begin ",
        "\\\n",
        "'",
    ):
        text = piece * (50_000 // len(piece))
        extract(text, "m")
        icarus.parse_compile_log(text)
        read_verdict(text, KEY)
        verilog_eval_codes.read_log(text, text)
        doubtful(Outcome.MISMATCH, text)
        describe_mismatch(text, Verdict(4, 1, None))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"design":' * 100_000])
def test_statistics_nested_without_end_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        yosys.parse_structure({yosys.GENERIC: text, yosys.CHECKS: ""})
