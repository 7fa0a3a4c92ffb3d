"""Anthropic, Google and OpenAI's responses API: the real SDKs against a real server on this machine."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import openai_server as play
import pytest

from harness.errors import BackendError
from harness.models import Completion, Message, Model, ModelUnavailable, RateLimited, Request, create_model

KEY = "key-Abc123Def456Ghi789Jkl"
QUESTION = (
    Message.of("system", "Be brief."),
    Message.of("user", "Write."),
    Message.of("assistant", "ok"),
    Message.of("user", "Go."),
)
NAMES = {"anthropic": "anthropic/claude-x", "google": "google/gemini-x", "responses": "openai/o3-pro"}


def ask(**options: Any) -> Request:
    return Request("p", 0, QUESTION, **options)


@contextmanager
def serving(protocol: str, *plays: play.Play) -> Iterator[tuple[Model, play.Server]]:
    with play.Server(*plays) as server:
        url = server.url if protocol == "responses" else server.url.removesuffix("/v1")
        model = create_model(NAMES[protocol], base_url=url, environment=dict.fromkeys(KEYS, KEY), timeout_s=5.0)
        yield model, server
        model.close()


KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY")


def message(*content: dict[str, Any], stop_reason: str = "end_turn", **more: Any) -> play.Play:
    usage = {"input_tokens": 7, "cache_read_input_tokens": 2, "output_tokens": 5}
    whole = {"id": "m", "type": "message", "role": "assistant", "model": "claude-x-1", "content": content}
    return play.answers({**whole, "stop_reason": stop_reason, "usage": usage, **more})


def candidate(*parts: dict[str, Any], finish: str = "STOP") -> play.Play:
    usage = {"promptTokenCount": 7, "candidatesTokenCount": 3, "thoughtsTokenCount": 2}
    content = {"role": "model", "parts": parts}
    return play.answers(
        {
            "candidates": [{"content": content, "finishReason": finish}],
            "usageMetadata": usage,
            "modelVersion": "gemini-x-1",
        }
    )


def response(*output: dict[str, Any], **more: Any) -> play.Play:
    usage = {"input_tokens": 7, "output_tokens": 5, "output_tokens_details": {"reasoning_tokens": 2}}
    return play.answers(
        {"id": "r", "status": "completed", "model": "o3-pro-1", "output": output, "usage": usage, **more}
    )


def said(text: str) -> dict[str, Any]:
    return {"type": "message", "content": [{"type": "output_text", "text": text}]}


ANSWERS = {
    "anthropic": message(
        {"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "a"}, {"type": "text", "text": "b"}
    ),
    "google": candidate({"text": "hm", "thought": True}, {"text": "a"}, {"text": "b"}),
    "responses": response(
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]}, said("a"), said("b")
    ),
}


@pytest.mark.parametrize("protocol", NAMES)
def test_text_reasoning_usage_and_model_are_read(protocol: str) -> None:
    with serving(protocol, ANSWERS[protocol]) as (model, _):
        reply = model.complete(ask())
    assert (reply.text, reply.reasoning, reply.finish_reason) == ("ab", "hm", "stop")
    assert reply.model == NAMES[protocol].split("/")[1] + "-1"
    assert reply.usage.prompt_tokens in (7, 9)
    assert reply.usage.completion_tokens == 5
    assert reply.usage.reasoning_tokens == (None if protocol == "anthropic" else 2)
    assert reply.latency is not None


def test_anthropic_gets_its_own_form_of_a_request() -> None:
    with serving("anthropic", ANSWERS["anthropic"]) as (model, server):
        sent = model.complete(ask(max_tokens=9, temperature=0.2, stop=("END",), seed=4)).sent
        assert model.complete(ask()).sent == {"max_tokens": 8192}
    body = server.seen[0].body
    assert sent == {"max_tokens": 9, "temperature": 0.2, "stop_sequences": ["END"]}
    assert body.items() >= {**sent, "system": "Be brief.", "model": "claude-x"}.items()
    assert [turn["role"] for turn in body["messages"]] == ["user", "assistant", "user"]
    assert KEY in {server.seen[0].headers.get("x-api-key"), server.seen[0].headers.get("authorization", "")[7:]}
    assert server.seen[0].path == "/v1/messages"


def test_google_gets_its_own_form_of_a_request() -> None:
    with serving("google", ANSWERS["google"]) as (model, server):
        sent = model.complete(ask(max_tokens=9, temperature=0.2, top_p=0.5, stop=("END",), seed=4)).sent
    body = server.seen[0].body
    assert sent == {"max_output_tokens": 9, "temperature": 0.2, "top_p": 0.5, "stop_sequences": ["END"], "seed": 4}
    assert body["generationConfig"] == {
        "maxOutputTokens": 9,
        "temperature": 0.2,
        "topP": 0.5,
        "stopSequences": ["END"],
        "seed": 4,
    }
    assert body["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    assert [turn["role"] for turn in body["contents"]] == ["user", "model", "user"]
    assert server.seen[0].path.endswith("/models/gemini-x:generateContent")


def test_responses_get_their_own_form_of_a_request() -> None:
    with serving("responses", ANSWERS["responses"]) as (model, server):
        sent = model.complete(ask(max_tokens=9, temperature=0.2, seed=4)).sent
    assert sent == {"max_output_tokens": 9}
    body = server.seen[0].body
    assert body["input"][0] == {"role": "system", "content": "Be brief."}
    assert (server.seen[0].path, body["max_output_tokens"], body["store"]) == ("/v1/responses", 9, False)


def test_a_model_without_chat_completions_is_asked_by_responses() -> None:
    refusal = play.fails(404, "This model is only supported in v1/responses and not in v1/chat/completions.")
    with play.Server(refusal, ANSWERS["responses"]) as server:
        model = create_model("openai/new-model", base_url=server.url)
        assert model.complete(ask()).text == model.complete(ask()).text == "ab"
    assert [seen.path for seen in server.seen] == ["/v1/chat/completions", "/v1/responses", "/v1/responses"]


def test_a_model_that_does_not_chat_is_asked_by_completions() -> None:
    refusal = play.fails(404, "This is not a chat model and thus not supported in the v1/chat/completions endpoint.")
    answer = play.answers({"model": "base-1", "choices": [{"text": "ab", "finish_reason": "stop"}]})
    with play.Server(refusal, answer) as server:
        model = create_model("openai/new-base-model", base_url=server.url)
        assert model.complete(ask()).text == model.complete(ask()).text == "ab"
    assert [seen.path for seen in server.seen] == ["/v1/chat/completions", "/v1/completions", "/v1/completions"]
    assert "Be brief." in server.seen[1].body["prompt"]


@pytest.mark.parametrize(
    ("refusal", "path"),
    [("This is not a chat model.", "completions"), ("Only supported in v1/responses.", "responses")],
)
def test_requests_that_are_refused_together_all_find_the_other_protocol(refusal: str, path: str) -> None:
    answer = play.answers({"model": "base-1", "choices": [{"text": "ab", "finish_reason": "stop"}]})
    answer = ANSWERS["responses"] if path == "responses" else answer

    together = Barrier(8, timeout=20)

    def late(handler: play.Handler, body: dict[str, Any]) -> None:
        if handler.path.endswith("/chat/completions"):
            together.wait()
            play.fails(404, refusal)(handler, body)
        else:
            answer(handler, body)

    with play.Server(late) as server, ThreadPoolExecutor(8) as threads:
        model = create_model("openai/new-model", base_url=server.url)
        replies = list(threads.map(lambda _: model.complete(ask()), range(8)))
        paths = Counter(seen.path for seen in server.seen)
    assert [reply.text for reply in replies] == ["ab"] * 8
    assert paths == {"/v1/chat/completions": 8, f"/v1/{path}": 8}
    assert {tuple(sorted(reply.sent)) for reply in replies} == {tuple(sorted(replies[0].sent))}


ENDS: list[tuple[str, play.Play, str]] = [
    ("anthropic", message(stop_reason="max_tokens"), "length"),
    ("anthropic", message(stop_reason="model_context_window_exceeded"), "length"),
    ("anthropic", message(stop_reason="refusal"), "refusal"),
    ("anthropic", play.fails(400, "prompt is too long: 300000 tokens > 200000 maximum"), "context_overflow"),
    ("google", candidate({"text": "mod"}, finish="MAX_TOKENS"), "length"),
    ("google", candidate(finish="SAFETY"), "content_filter"),
    ("google", candidate(finish="RECITATION"), "content_filter"),
    ("google", play.answers({"promptFeedback": {"blockReason": "OTHER"}}), "content_filter"),
    (
        "google",
        play.fails(400, "The input token count (1) exceeds the maximum number of tokens allowed (0)."),
        "context_overflow",
    ),
    (
        "responses",
        response(said("mod"), status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
        "length",
    ),
    ("responses", response(status="incomplete", incomplete_details={"reason": "content_filter"}), "content_filter"),
    ("responses", response({"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}), "refusal"),
]


@pytest.mark.parametrize(("protocol", "what", "finish"), ENDS)
def test_how_a_reply_ended_is_said_in_our_words(protocol: str, what: play.Play, finish: str) -> None:
    with serving(protocol, what) as (model, _):
        assert model.complete(ask()).finish_reason == finish


TROUBLE: list[tuple[play.Play, type[BackendError], bool]] = [
    (play.fails(429, headers={"Retry-After": "7"}), RateLimited, True),
    (play.fails(529, "Overloaded"), BackendError, True),
    (play.fails(503), BackendError, True),
    (play.fails(400), BackendError, False),
    (play.fails(401), ModelUnavailable, False),
    (play.fails(404), ModelUnavailable, False),
    (play.raw(b'{"mess'), BackendError, True),
    (play.raw(b"[]"), BackendError, True),
    (play.raw(b"{}"), BackendError, True),
    (play.half_a_body, BackendError, True),
    (play.hang_up, BackendError, True),
]


@pytest.mark.parametrize("protocol", NAMES)
@pytest.mark.parametrize(("what", "kind", "retryable"), TROUBLE)
def test_trouble_is_said_once_and_in_its_kind(
    protocol: str, what: play.Play, kind: type[BackendError], retryable: bool
) -> None:
    with serving(protocol, what) as (model, server), pytest.raises(BackendError) as caught:
        model.complete(ask())
    assert (type(caught.value), caught.value.retryable) == (kind, retryable)
    assert len(server.seen) == 1
    assert KEY not in str(caught.value)
    if kind is RateLimited:
        assert caught.value.retry_after == 7


def test_google_says_in_the_body_how_long_to_wait() -> None:
    delay = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"}
    body = {"error": {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED", "details": [delay]}}
    with serving("google", play.answers(body, 429)) as (model, _), pytest.raises(RateLimited) as caught:
        model.complete(ask())
    assert caught.value.retry_after == 34.5


def test_a_refused_key_names_its_variable() -> None:
    for protocol, variable in {"anthropic": "ANTHROPIC_API_KEY", "google": "GEMINI_API_KEY"}.items():
        body = play.fails(401, f"invalid x-api-key {KEY}")
        with (
            serving(protocol, body) as (model, _),
            pytest.raises(ModelUnavailable, match=f"key in {variable}") as caught,
        ):
            model.complete(ask())
        assert KEY not in str(caught.value)


def test_anthropics_newer_models_take_temperature_or_top_p() -> None:
    both = play.fails(400, "`temperature` and `top_p` cannot both be specified for this model. Please use only one.")
    with serving("anthropic", both, ANSWERS["anthropic"]) as (model, _):
        assert model.complete(ask(temperature=0.8, top_p=0.95)).sent == {"max_tokens": 8192, "temperature": 0.8}


@pytest.mark.parametrize("protocol", NAMES)
def test_a_prompt_for_a_base_model_is_asked_as_well_as_can_be(protocol: str) -> None:
    plays = {"responses": play.base_model}
    with serving(protocol, plays.get(protocol, ANSWERS[protocol])) as (model, server):
        assert isinstance(model.complete(Request("p", 0, prompt="module m")), Completion)
    assert "module m" in str(server.seen[0].body)
