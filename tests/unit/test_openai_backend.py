"""The OpenAI backend, by the real SDK, against a real server on this machine."""

import socket
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import openai_server as play
import pytest

from harness.errors import BackendError, ConfigError
from harness.models.dialect import Dialect
from harness.models.openai_compatible import OpenAIModel, create
from harness.models.openai_wire import redact, retry_after_s, server_error
from harness.models.protocol import ModelUnavailable, RateLimited
from harness.models.providers import load_providers
from harness.models.retry import complete_with_retries
from harness.models.transport import ClientPool
from harness.records.completion import Completion, Message, Request

KEY = "sk-proj-Abc123Def456Ghi789Jkl"


def ask(text: str = "Write a module.", **options: Any) -> Request:
    return Request("p", 0, (Message.of("system", "Be brief."), Message.of("user", text)), **options)


@contextmanager
def serving(*plays: play.Play, name: str = "m", timeout_s: float = 10.0) -> Iterator[tuple[OpenAIModel, play.Server]]:
    with play.Server(*plays) as server:
        model = create(name, server.url, timeout_s=timeout_s, environment={"OPENAI_API_KEY": KEY})
        try:
            yield model, server
        finally:
            model.close()


def failure(*plays: play.Play, timeout_s: float = 10.0, **options: Any) -> BackendError:
    with serving(*plays, timeout_s=timeout_s) as (model, _), pytest.raises(BackendError) as caught:
        model.complete(ask(**options))
    return caught.value


def outcome(*plays: play.Play, **options: Any) -> Completion:
    with serving(*plays) as (model, _):
        return model.complete(ask(**options))


def test_a_reply_is_kept_whole_with_usage_model_and_latency() -> None:
    usage = {"prompt_tokens": 7, "completion_tokens": 90, "completion_tokens_details": {"reasoning_tokens": 64}}
    reply = outcome(play.ok("  text\n", usage=usage), max_tokens=100, temperature=0.2, top_p=0.9, stop=("end",), seed=3)
    assert (reply.text, reply.finish_reason, reply.model) == ("  text\n", "stop", "served-model")
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.reasoning_tokens) == (7, 90, 64)
    assert reply.sent == {"max_tokens": 100, "temperature": 0.2, "top_p": 0.9, "stop": ["end"], "seed": 3}
    assert reply.latency is not None and 0 < reply.latency < 5


def test_only_what_is_asked_for_is_sent() -> None:
    with serving(play.ok()) as (model, server):
        model.complete(ask())
    assert set(server.seen[0].body) == {"model", "messages"}
    assert server.seen[0].body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_prompt_goes_to_the_completions_of_base_models() -> None:
    with serving(play.base_model, name="gpt-5-base") as (model, server):
        reply = model.complete(Request("p", 0, prompt="module m", max_tokens=9))
    assert server.seen[0].path == "/v1/completions"
    assert (reply.text, reply.finish_reason, reply.sent) == ("module m and on", "length", {"max_tokens": 9})


def test_a_base_model_gets_a_limit_of_its_own_because_the_servers_is_16_tokens() -> None:
    with serving(play.base_model, name="base") as (model, server):
        reply = model.complete(Request("p", 0, prompt="module m"))
    assert server.seen[0].body["max_tokens"] == 2048
    assert reply.sent == {"max_tokens": 2048}
    small = play.fails(400, "This model's maximum context length is 2048 tokens, however you requested 2060 tokens")
    with serving(small, name="base") as (model, _), pytest.raises(ModelUnavailable, match="change that option"):
        model.complete(Request("p", 0, prompt="module m"))


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_reasoning_is_split_from_the_text(name: str) -> None:
    reply = outcome(play.ok("answer", **{name: "thinking"}))
    assert (reply.text, reply.reasoning) == ("answer", "thinking")


def test_content_in_parts_is_joined_and_its_thoughts_split_off() -> None:
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "answer"}]
    reply = outcome(play.ok(parts))
    assert (reply.text, reply.reasoning) == ("answer", "hm")


def test_outcomes_of_the_model_are_no_errors() -> None:
    cut = outcome(play.ok("module", finish_reason="length"))
    assert (cut.text, cut.finish_reason) == ("module", "length")
    refused = outcome(play.ok(None, refusal="I can't help with that."))
    assert (refused.text, refused.finish_reason) == ("I can't help with that.", "refusal")
    filtered = outcome(play.ok(None, finish_reason="content_filter"))
    assert (filtered.text, filtered.finish_reason) == ("", "content_filter")
    thought_only = outcome(play.ok(None, finish_reason="length", reasoning_content="hmm"))
    assert (thought_only.text, thought_only.reasoning, thought_only.finish_reason) == ("", "hmm", "length")


OVERFLOWS = [
    play.fails(400, "This model's maximum context length is 8192 tokens.", code="context_length_exceeded"),
    play.fails(400, "the request exceeds the available context size", kind="exceed_context_size_error"),
    play.answers({"object": "error", "message": "maximum context length is 4096 tokens", "code": 400}, 400),
    play.fails(500, "Context size has been exceeded."),
]


@pytest.mark.parametrize("overflow", OVERFLOWS)
def test_a_prompt_too_long_is_an_outcome_however_it_is_said(overflow: play.Play) -> None:
    reply = outcome(overflow, max_tokens=1000)
    assert (reply.text, reply.finish_reason, reply.error) == ("", "context_overflow", None)


def test_max_tokens_that_fill_the_context_alone_are_the_users_mistake() -> None:
    error = failure(play.fails(400, "This model's maximum context length is 4096 tokens."), max_tokens=4096)
    assert isinstance(error, ModelUnavailable)


def test_a_prompt_that_a_filter_stops_is_an_outcome() -> None:
    for blocked in (
        play.fails(400, "The response was filtered", code="content_filter"),
        play.fails(403, "Your chosen model requires moderation and your input was flagged"),
    ):
        assert outcome(blocked).finish_reason == "content_filter"


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504])
def test_a_server_in_trouble_is_transient_and_asked_once(status: int) -> None:
    with serving(play.fails(status, "busy", {"Retry-After": "3"})) as (model, server):
        with pytest.raises(BackendError, match=f"answered {status}: busy") as caught:
            model.complete(ask())
        assert model.retry_kind(caught.value) == "transient"
        assert caught.value.retry_after == 3
        assert len(server.seen) == 1


def test_a_rate_limit_says_how_long_to_wait() -> None:
    error = failure(play.fails(429, "slow down", {"Retry-After": "2.5"}))
    assert isinstance(error, RateLimited) and error.retry_after == 2.5


def test_an_account_without_credit_stops_the_run() -> None:
    assert isinstance(
        failure(play.fails(429, "You exceeded your current quota", code="insufficient_quota")), ModelUnavailable
    )


BROKEN = {
    "half a body": play.half_a_body,
    "no answer": play.hang_up,
    "wrong JSON": play.raw(b'{"choices": [{"mess'),
    "HTML": play.raw(b"<html>bad gateway</html>", content_type="text/html"),
    "an array": play.answers([1, 2]),
    "empty choices": play.answers({**play.completion(), "choices": []}),
    "null choices": play.answers({**play.completion(), "choices": None}),
    "no message": play.answers({"choices": [{"finish_reason": "stop"}]}),
    "content of another type": play.ok({"a": 1}),
    "deep nesting": play.raw(b"[" * 200_000),
    "nothing": play.raw(b""),
    "broken gzip": lambda handler, _: handler.send(200, b"no gzip", {"Content-Encoding": "gzip"}),
    "an error under 200": play.answers({"error": {"message": "provider down", "code": 502}}),
    "a provider that failed midway": play.ok("mod", finish_reason="error"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_an_answer_that_is_none_is_transient(broken: play.Play) -> None:
    error = failure(broken)
    assert error.retryable and not isinstance(error, RateLimited)
    assert "\n" not in str(error) and "127.0.0.1" in str(error)


@pytest.mark.parametrize("slow", [play.hang, play.drip])
def test_a_server_that_hangs_or_drips_is_left(slow: play.Play) -> None:
    error = failure(slow, timeout_s=0.4)
    assert error.retryable and "within 0.4 s" in str(error)


def test_no_server_at_all_is_transient_and_names_the_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(BackendError, match=r"no connection to http://127\.0\.0\.1:\d+/v1: .*refused") as caught:
        create("m", url, environment={}).complete(ask())
    assert caught.value.retryable


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_what_concerns_every_request_stops_the_run(status: int) -> None:
    assert isinstance(failure(play.fails(status, "no")), ModelUnavailable)


def test_a_bad_request_fails_alone() -> None:
    error = failure(play.fails(400, "messages[0] is strange", param="messages"))
    assert not error.retryable and not isinstance(error, ModelUnavailable)


def test_a_bad_option_of_the_run_stops_it() -> None:
    error = failure(play.fails(400, "temperature must be at most 2", param="temperature"), temperature=3.0)
    assert isinstance(error, ModelUnavailable)


def test_the_key_is_nowhere_in_an_error() -> None:
    with serving(play.repeats_the_key) as (model, _), pytest.raises(ModelUnavailable) as caught:
        model.complete(ask())
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(vars(model))
    assert KEY not in str(caught.value) and KEY[:12] not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    assert KEY[:12] not in shown
    assert "OPENAI_API_KEY" in str(caught.value)


def test_the_key_is_nowhere_in_a_completion_that_failed() -> None:
    echoing = play.fails(500, f"upstream said: invalid {KEY}")
    with serving(echoing) as (model, _):
        reply = complete_with_retries(
            model, ask(), attempts=2, sleep=lambda _: None, clock=lambda: 0.0, random=lambda: 0.0
        )
    assert reply.error is not None and KEY not in str(reply) and "[key]" in reply.error


def test_keys_are_redacted_whole_cut_short_and_in_headers() -> None:
    text = f"a {KEY} b {KEY[:14]} c …{KEY[-9:]} d Bearer xyz e sk-live-123**** f"
    assert redact(text, [KEY]) == "a [key] b [key] c …[key] d [key] e [key] f"
    assert redact("nothing here", ["", "ab"]) == "nothing here"


def test_reasoning_models_get_their_own_token_limit_and_no_sampling() -> None:
    with serving(play.ok(), name="o3-mini") as (model, server):
        reply = model.complete(ask(max_tokens=100, temperature=0.2, top_p=0.9))
    assert reply.sent == {"max_completion_tokens": 100}
    assert "temperature" not in server.seen[0].body and "max_tokens" not in server.seen[0].body


def test_what_a_server_refuses_is_learnt_once() -> None:
    with serving(play.no_max_tokens) as (model, server):
        first = model.complete(ask(max_tokens=100, temperature=0.2, seed=1))
        second = model.complete(ask(max_tokens=100, temperature=0.2, seed=1))
    assert first.sent == second.sent == {"max_completion_tokens": 100, "seed": 1}
    assert len(server.seen) == 4  # two refusals, then one request each


def test_a_server_that_refuses_everything_is_not_asked_for_ever() -> None:
    stubborn = play.fails(400, "max_tokens, max_completion_tokens: Extra inputs are not permitted")
    with serving(stubborn) as (model, server), pytest.raises(BackendError):
        model.complete(ask(max_tokens=1))
    assert len(server.seen) == 3


def parameters(name: str) -> dict[str, Any]:
    dialect = Dialect(load_providers({})["openai"], name)
    return dialect.parameters(ask(max_tokens=1, temperature=0.2))


@pytest.mark.parametrize("name", ["o1", "o1-mini", "o3", "o4-mini", "gpt-5", "gpt-5.1", "openai/gpt-5", "ft:o4-mini:x"])
def test_reasoning_models_are_known_by_name(name: str) -> None:
    assert parameters(name) == {"max_completion_tokens": 1}


@pytest.mark.parametrize("name", ["gpt-4o", "gpt-oss-20b", "gpt-5-chat-latest", "qwen/o3x", "gpt-50", "olmo"])
def test_other_models_are_not_taken_for_reasoning_models(name: str) -> None:
    assert parameters(name) == {"max_tokens": 1, "temperature": 0.2}


def test_many_requests_at_once_are_kept_apart() -> None:
    with serving(play.echo) as (model, server), ThreadPoolExecutor(48) as threads:
        texts = [f"question {i}" for i in range(96)]
        replies = list(threads.map(lambda text: model.complete(ask(text)).text, texts))
    assert replies == texts
    assert server.most_in_flight > 4


def test_clients_are_made_as_requests_in_flight_ask_for_them() -> None:
    made: list[int] = []
    pool = ClientPool(lambda: made.append(1), in_flight=2)
    barrier = threading.Barrier(5)

    def use(_: int) -> None:
        with pool.client():
            barrier.wait(5)

    with ThreadPoolExecutor(5) as threads:
        list(threads.map(use, range(5)))
    with pool.client():
        assert len(made) == 3


def test_lone_surrogates_in_a_prompt_do_not_break_the_request() -> None:
    with serving(play.echo) as (model, _):
        assert model.complete(ask("a\ud800b")).text == "a?b"


def test_the_official_server_wants_a_key_and_says_the_way_out() -> None:
    with pytest.raises(ConfigError, match=r"OPENAI_API_KEY is not set.*--base-url"):
        create("gpt-4o", environment={})


def test_a_server_of_ones_own_needs_no_key() -> None:
    with play.Server(play.ok()) as server:
        model = create("m", environment={"OPENAI_BASE_URL": server.url + "/"})
        assert model.complete(ask()).text == "module m; endmodule"
        assert "sk-" not in server.seen[0].headers["authorization"]
        assert server.seen[0].path == "/v1/chat/completions"


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x/v1", "http://"])
def test_a_base_url_that_is_none_is_named(url: str) -> None:
    with pytest.raises(ConfigError, match="--base-url"):
        create("m", url, environment={})


def test_a_password_in_the_url_is_not_shown() -> None:
    with pytest.raises(BackendError) as caught:
        create("m", "http://me:hunter22@127.0.0.1:9/v1", environment={}).complete(ask())
    assert "hunter22" not in str(caught.value)


def test_a_key_with_odd_characters_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY") as caught:
        create("m", "http://127.0.0.1:9/v1", environment={"OPENAI_API_KEY": "sk-abc…def"})
    assert "abc" not in str(caught.value)


def test_retry_after_is_read_in_each_form() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert retry_after_s({"retry-after-ms": "1500", "retry-after": "9"}) == 1.5
    assert retry_after_s({"retry-after": "Thu, 01 Jan 2026 00:00:30 GMT"}, now) == 30
    assert retry_after_s({"retry-after": "Wed, 31 Dec 2025 00:00:00 GMT"}, now) == 0
    for odd in ("", "soon", "-1", "nan", "inf"):
        assert retry_after_s({"retry-after": odd}, now) is None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error": {"message": "a\\nb"}}', "a b"),
        (b'{"error": "plain"}', "plain"),
        (b'{"detail": [{"msg": "field required", "loc": ["body"]}]}', "field required"),
        (b"<html><h1>502 Bad\n Gateway</h1></html>", "502 Bad Gateway"),
        (b"", "no reason given"),
        (b"[]", "no reason given"),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_every_shape_of_an_error_gives_one_line(body: bytes, message: str) -> None:
    assert server_error(500, body, {}).message == message
