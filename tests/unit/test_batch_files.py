"""Requests and replies as files, in the form that OpenAI publishes."""

import json
from pathlib import Path
from typing import Any

import openai_server as play
import pytest

from harness.models import Completion, Message, Request, Usage
from harness.models.openai_batch import batch_id, batch_reply, batch_request, read_batch_id
from harness.models.providers import load_providers
from harness.runs.imports import choose
from harness.runs.imports.openai_batch import run_of

OPENAI = load_providers({})["openai"]
REQUEST = Request("a/b", 3, (Message.of("user", "hello"),), round=1, max_tokens=9, temperature=0.5, seed=4)


def output(custom_id: str, body: Any, status: int = 200) -> dict[str, Any]:
    response = {"status_code": status, "request_id": "r", "body": body}
    return {"id": "batch_req_1", "custom_id": custom_id, "response": response, "error": None}


def test_a_line_holds_what_a_request_sends() -> None:
    assert batch_request("0a1b2c3d", OPENAI, "gpt", REQUEST) == {
        "custom_id": "0a1b2c3d/a/b/3/1",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": "gpt",
            "messages": [{"role": "user", "content": "hello"}],
            "max_tokens": 9,
            "temperature": 0.5,
            "seed": 4,
        },
    }
    base = batch_request("0a1b2c3d", OPENAI, "gpt", Request("p", 0, prompt="module"))
    assert (base["url"], base["body"]) == ("/v1/completions", {"model": "gpt", "prompt": "module", "max_tokens": 2048})


def test_an_id_is_read_back_whatever_the_problem_is_called() -> None:
    assert read_batch_id(batch_id("0a1b2c3d", REQUEST)) == ("0a1b2c3d", "a/b", 3, 1)


@pytest.mark.parametrize("other", [None, 7, "", "request-1", "a/b/c", "r/p/1/x", "/p/1/0", "r//1/0", "r/p/-1/0"])
def test_an_id_of_somebody_else_is_none_of_ours(other: object) -> None:
    assert read_batch_id(other) is None


def test_replies_are_what_they_would_be_at_once() -> None:
    assert batch_reply(output("x", play.completion("hi", "length"))) == Completion(
        "hi", finish_reason="length", usage=Usage(7, 5), model="served-model"
    )
    flagged = output("x", play.error_body("flagged", "content_filter"), 400)
    assert batch_reply(flagged) == Completion("", finish_reason="content_filter")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (output("x", play.error_body("try later"), 500), "500: try later"),
        (output("x", {**play.completion(), "choices": []}), "a reply without choices"),
        ({"custom_id": "x", "response": None, "error": {"code": "batch_expired", "message": "too late"}}, "too late"),
        ({"custom_id": "x"}, "no reason given"),
    ],
)
def test_a_request_that_failed_says_why(line: dict[str, Any], said: str) -> None:
    assert batch_reply(line) == said


def test_the_output_is_recognised_and_names_its_run(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(json.dumps(output("0a1b2c3d/p/0/0", play.completion())) + "\n")
    assert choose(path, "core", None).name == "openai-batch"
    assert run_of(path) == "0a1b2c3d"
