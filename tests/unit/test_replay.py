"""Answers handed in: every way in which a file can be wrong costs its own line and no other."""

import codecs
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BackendError, ConfigError, HarnessError
from harness.models import replay
from harness.models.replay import AnswersFile, Replay, create, read_answers
from harness.records.completion import Answer, Completion, Request, Usage


def lines(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def reply(task: str = "p", text: str = "x", **more: object) -> dict[str, Any]:
    return {"task_id": task, "completion": text, **more}


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read_bytes(data: bytes, problems: set[str] | None = None) -> AnswersFile:
        path = tmp_path / "a.jsonl"
        path.write_bytes(data)
        return read_answers(path, problems)

    return read_bytes


def places(file: AnswersFile) -> list[tuple[str, int, str]]:
    return [(answer.problem, answer.sample, answer.completion.text) for answer in file.answers]


def test_samples_are_numbered_by_the_order_of_lines_of_each_task(read: Any) -> None:
    file = read(lines(reply("p", "1"), reply("q", "2"), reply("p", "3"), reply("q", "4", sample=7)))
    assert places(file) == [("p", 0, "1"), ("q", 0, "2"), ("p", 1, "3"), ("q", 7, "4")]
    assert file.warnings == []


def test_code_is_taken_as_it_is(read: Any) -> None:
    (answer,) = read(lines({"task_id": "p", "code": "module m; endmodule"})).answers
    assert answer.is_code and answer.completion == Completion("module m; endmodule")


def test_our_own_completions_are_read_with_all_they_hold(read: Any) -> None:
    whole = Answer("p", 3, Completion("t", "r", "length", None, Usage(1, 2, 3), 0.5, "m", 1.25), round=1, is_code=True)
    failed = Answer("p", 0, Completion("", finish_reason=None, error="gone"))
    file = read(lines(whole.to_json(), failed.to_json()))
    assert list(file.answers) == [whole, failed] and file.warnings == []


def test_a_redo_in_our_own_completions_is_no_mistake(read: Any) -> None:
    file = read(lines(*(Answer("p", 0, Completion(text)).to_json() for text in "ab")))
    assert places(file) == [("p", 0, "b")] and file.warnings == []


def test_a_file_cut_off_loses_its_last_line_only(read: Any) -> None:
    whole = lines(*(reply(f"p{i}") for i in range(781)))
    file = read(whole[:-20])
    assert len(file.answers) == 780
    assert file.warnings == ["a.jsonl line 781 is not whole JSON (file cut off?); left out. 780 of 781 answers read."]


BAD = {
    '{"task_id": "p", "completion": 3}': 'key "completion" is a JSON number, not a string',
    '{"task_id": "p", "completion": ["x"]}': 'key "completion" is a JSON array, not a string',
    '{"task_id": "p", "code": {}}': 'key "code" is a JSON object, not a string',
    '{"task_id": "p", "completion": null}': 'has no key "completion" or "code"',
    '{"task_id": "p"}': 'has no key "completion" or "code"',
    '{"task_id": "p", "completion": "a", "code": "b"}': 'holds both "completion" and "code"',
    '{"completion": "x"}': 'has no key "task_id"',
    '{"task_id": 5, "completion": "x"}': 'key "task_id" is a JSON number, not a string',
    '{"task_id": "", "completion": "x"}': 'key "task_id" is empty',
    '{"task_id": "p", "sample": -1, "completion": "x"}': 'key "sample" is -1, not a whole number from 0',
    '{"task_id": "p", "sample": 1.5, "completion": "x"}': 'key "sample" is 1.5, not a whole number from 0',
    '{"task_id": "p", "sample": "0", "completion": "x"}': 'key "sample" is a JSON string, not a whole number from 0',
    '{"task_id": "p", "sample": true, "completion": "x"}': 'key "sample" is a JSON true, not a whole number from 0',
    '{"task_id": "p", "sample": 1' + "0" * 400 + ', "completion": "x"}': "not a whole number from 0",
    '{"problem": "p", "sample": 0, "text": null}': 'key "text" is a JSON null, not a string',
    '{"problem": "p", "text": "x"}': 'key "sample" is a JSON null, not a whole number from 0',
    '{"problem": "p", "sample": 0, "text": "x", "usage": 4}': 'key "usage" is a JSON number, not an object',
    '{"problem": "p", "sample": 0, "text": "x", "usage": {"prompt_tokens": "4"}}': 'key "prompt_tokens" is a JSON string',
    '{"problem": "p", "sample": 0, "text": "x", "round": -1}': 'key "round" is -1',
    '{"problem": "p", "sample": 0, "text": "x", "error": 5}': 'key "error" is a JSON number, not a string',
    "[1, 2]": "is a JSON array, not an object",
    "17": "is a JSON number, not an object",
    "not json": "is not whole JSON",
    "[" * 100_000: "is not whole JSON",
    "9" * 5000: "is not whole JSON",
    '{"task_id": "p", "completion": "x"} trailing': "is not whole JSON",
    "\0" * 512: "is not whole JSON",
}


@pytest.mark.parametrize("bad", BAD, ids=lambda text: text[:40].replace("\0", "0"))
def test_a_bad_line_is_named_with_its_key_and_costs_no_other(read: Any, bad: str) -> None:
    file = read(lines(reply("first")) + bad.encode() + b"\n" + lines(reply("last")))
    assert [answer.problem for answer in file.answers] == ["first", "last"]
    (warning,) = file.warnings
    assert warning.startswith("a.jsonl line 2 ") and warning.endswith("; left out. 2 of 3 answers read.")
    assert BAD[bad] in warning and "cut off" not in warning and len(warning) < 200


def test_a_bad_line_keeps_its_place_among_the_samples(read: Any) -> None:
    file = read(lines(reply(text="0"), {"task_id": "p"}, reply(text="2")))
    assert places(file) == [("p", 0, "0"), ("p", 2, "2")]


def test_many_bad_lines_are_counted_and_only_the_first_named(read: Any) -> None:
    file = read(b"x\n" * 100 + lines(reply()))
    assert len(file.warnings) == replay.MOST_LINES_NAMED + 1
    assert file.warnings[-1] == "a.jsonl: 95 more lines left out. 1 of 101 answers read."


def test_answers_to_unknown_tasks_are_left_out_and_counted(read: Any) -> None:
    file = read(lines(reply("fifo_sync"), reply("fifo_snc"), reply("fifo_snc"), reply("else")), {"fifo_sync", "alu"})
    assert [answer.problem for answer in file.answers] == ["fifo_sync"]
    assert file.warnings == [
        'a.jsonl: 3 answers to 2 tasks that the suite does not have ("fifo_snc" …); left out. Did you mean "fifo_sync"?'
    ]


def test_of_two_answers_for_one_place_the_last_counts(read: Any) -> None:
    file = read(lines(reply(text="a", sample=0), reply(text="b", sample=0)))
    assert places(file) == [("p", 0, "b")]
    assert file.warnings == ['a.jsonl: 1 answer given again ("p" sample 0); the last one counts.']


def test_a_misspelt_key_is_pointed_out_and_other_keys_are_let_be(read: Any) -> None:
    file = read(lines(reply(sampel=3, temperature=0.2, model="m"), reply(sampel=4)))
    assert places(file) == [("p", 0, "x"), ("p", 1, "x")]
    assert file.warnings == ['a.jsonl: unknown key "sampel" in 2 lines, ignored. Did you mean "sample"?']


def test_bom_crlf_blank_lines_and_unicode_line_ends_do_no_harm(read: Any) -> None:
    text = '\ufeff{"task_id": "p", "completion": "a\u2028b\x85c"}\r\n\r\n  \n{"task_id": "q", "completion": "d"}\r\n'
    assert places(read(text.encode())) == [("p", 0, "a\u2028b\x85c"), ("q", 0, "d")]


def test_nul_and_control_characters_in_a_text_are_kept(read: Any) -> None:
    file = read(b'{"task_id": "p", "completion": "a\\u0000b\tc\x01"}\n')
    assert places(file) == [("p", 0, "a\0b\tc\x01")] and file.warnings == []


def test_what_no_utf8_can_hold_becomes_a_mark_and_is_counted(read: Any) -> None:
    file = read(b'{"task_id": "p", "completion": "a\\ud800b"}\n{"task_id": "q", "completion": "caf\xe9"}\n')
    assert places(file) == [("p", 0, "a\ufffdb"), ("q", 0, "caf\ufffd")]
    assert file.warnings == ["a.jsonl: 2 lines with characters that are not UTF-8; they became U+FFFD."]


def test_a_mark_or_an_emoji_that_stands_in_the_file_is_no_fault(read: Any) -> None:
    text = '\ufeff{"task_id": "p", "completion": "\ufffd \\ud83d\\ude00"}\n'
    file = read(text.encode())
    assert places(file) == [("p", 0, "\ufffd 😀")] and file.warnings == []


def test_huge_lines_are_read_and_monstrous_ones_left_out(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = reply(text="x" * 3_000_000)
    assert len(read(lines(huge)).answers[0].completion.text) == 3_000_000
    monkeypatch.setattr(replay, "LONGEST_LINE", 1024)
    exact = json.dumps(reply(text="")).encode()
    exact = exact.replace(b'""', b'"' + b"y" * (1023 - len(exact)) + b'"') + b"\n"
    assert len(exact) == 1024
    file = read(exact + lines(reply("q", "x" * 5000)) + lines(reply("r")))
    assert [answer.problem for answer in file.answers] == ["p", "r"]
    assert "line 2 is longer than" in file.warnings[0]


def test_a_monstrous_last_line_without_an_end_is_left_out(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "LONGEST_LINE", 1024)
    file = read(lines(reply()) + b"z" * 4096)
    assert len(file.answers) == 1 and "line 2 is longer" in file.warnings[0]


def test_an_empty_file_is_said_to_be_empty(read: Any) -> None:
    assert read(b"").warnings == read(b"\n \n").warnings == ["a.jsonl holds no answers."]


def test_a_terminal_is_not_steered_by_a_task_id(read: Any) -> None:
    (warning,) = read(lines(reply("\x1b[2Jevil\n")), {"p"}).warnings
    assert warning.isprintable()


def test_a_file_that_is_not_there_or_no_file_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.jsonl is not there"):
        read_answers(tmp_path / "none.jsonl")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_answers(tmp_path)


def test_utf16_is_named(read: Any) -> None:
    with pytest.raises(ConfigError, match="UTF-16"):
        read('{"task_id": "p"}'.encode("utf-16"))


@given(st.lists(st.binary(max_size=60) | st.sampled_from([b'{"task_id": "p", "completion": "x"}', b"{}", b"null"])))
def test_no_bytes_whatever_break_the_reader(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.jsonl"
    path.write_bytes(b"#" + b"\n".join(parts))
    file = read_answers(path)
    for answer in file.answers:
        answer.completion.text.encode("utf-8")


def test_as_a_model_it_answers_with_what_it_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(reply("p", "raw"), {"task_id": "p", "code": "module m; endmodule"}, reply("q", sample=2)))
    model = create(str(path))
    assert model.complete(Request("p", 0)).text == "raw"
    assert model.complete(Request("p", 1)).text == "```verilog\nmodule m; endmodule\n```\n"
    assert model.complete(Request("q", 2)).text == "x"
    with pytest.raises(BackendError, match=r"a\.jsonl has no answer for q sample 0") as caught:
        model.complete(Request("q", 0))
    assert not caught.value.retryable
    assert model.describe() == f"replay: 3 answers from {path}. No language model."


def test_the_file_may_come_from_completions(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(reply("p", "raw")) + b"{")
    model = create("", completions=path)
    assert isinstance(model, Replay) and model.complete(Request("p", 0)).text == "raw"
    assert "\nwarning: a.jsonl line 2" in model.describe()
    with pytest.raises(ConfigError, match="replay needs a file"):
        create("")


def test_answers_are_read_from_the_file_when_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(codecs.BOM_UTF8 + lines(*(reply("p", text) for text in ("erste", "zweite ü", "dritte"))))
    answers = read_answers(path).answers
    assert [answer.completion.text for answer in answers] == ["erste", "zweite ü", "dritte"]
    assert answers[-1].key == ("p", 2, 0) and answers[1:][0].completion.text == "zweite ü"
    path.write_bytes(path.read_bytes().replace(b'"p"', b'"q"', 1).replace(b"dritte", b'dri"te'))
    for sample in (0, 2):
        with pytest.raises(HarnessError, match=f"p sample {sample}: the file of answers was changed"):
            answers[sample]
    assert answers[1].completion.text == "zweite ü"


def test_a_pipe_can_be_read_though_it_can_be_read_only_once(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(lines(reply("p", "1"), reply("p", "2")),))
    writer.start()
    file = read_answers(path)
    writer.join()
    assert places(file) == places(file) == [("p", 0, "1"), ("p", 1, "2")]
