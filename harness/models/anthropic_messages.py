"""``anthropic/<model>``: Claude, by Anthropic's own SDK (extra ``anthropic``).

Format: docs.anthropic.com/en/api/messages.
"""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from harness.models.dialect import Dialect
from harness.models.endpoint import settle
from harness.models.openai_wire import MalformedReply, ServerError, json_object, server_error, text_of, token_count
from harness.models.providers import Provider
from harness.models.served import TIMEOUT_S, sendable
from harness.models.transport import Transport, TransportedModel, import_sdk
from harness.records.completion import Completion, Request, Usage

MAX_TOKENS = 8192
"""The protocol wants a limit; this one where the user gave none."""
_FINISH = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "refusal": "refusal",
    "model_context_window_exceeded": "length",
}


def create(
    model: str,
    base_url: str | None = None,
    *,
    provider: Provider | None = None,
    timeout_s: float = TIMEOUT_S,
    environment: Mapping[str, str] = os.environ,
    clock: Callable[[], float] = time.monotonic,
) -> "AnthropicModel":
    """The model of that name. ConfigError or ToolNotFound says what is missing."""
    model, endpoint = settle("anthropic", model, base_url, provider, environment)
    sdk = import_sdk("anthropic", "anthropic")
    return AnthropicModel(model, endpoint, Transport(sdk, "Anthropic", endpoint, timeout_s, clock), clock)


class AnthropicModel(TransportedModel):
    """A model behind Anthropic's messages."""

    def exchange(self, request: Request, sent: Mapping[str, Any], api: str) -> Completion | ServerError:  # noqa: ARG002 - there is one
        body = self._transport.post(lambda client: _send(client, self.model, request, sent))
        return body if isinstance(body, ServerError) else parse_message(body)

    def sampling(self, request: Request, dialect: Dialect) -> dict[str, Any]:
        return {"max_tokens": MAX_TOKENS, **dialect.parameters(request)}


def _send(client: Any, model: str, request: Request, sent: Mapping[str, Any]) -> AbstractContextManager[Any]:
    """System text stands apart; a prompt for a base model is one message of the user.

    The conversation goes by ``extra_body``, unseen by the SDK's comparison with its types.
    """
    body = dict(sent)
    system = "\n\n".join(sendable(message.text) for message in request.messages if message.role == "system")
    messages = [
        {"role": message.role, "content": sendable(message.text)}
        for message in request.messages
        if message.role != "system"
    ]
    if request.prompt is not None:
        messages = [{"role": "user", "content": sendable(request.prompt)}]
    body["messages"] = messages
    if system:
        body["system"] = system
    ask = client.messages.with_streaming_response.create
    limit = body.pop("max_tokens")
    return ask(model=model, max_tokens=limit, messages=[], extra_body=body)  # type: ignore[no-any-return]


def parse_message(body: bytes) -> Completion | ServerError:
    """The reply in a 200 body of /v1/messages. Raises MalformedReply."""
    value = json_object(body)
    if value.get("type") == "error":
        return server_error(200, body, {})
    content = value.get("content")
    if not isinstance(content, list):
        raise MalformedReply("a reply without content")
    blocks = [block for block in content if isinstance(block, dict)]
    thoughts = "".join(text_of(block.get("thinking")) for block in blocks if block.get("type") == "thinking")
    finish, model, usage = value.get("stop_reason"), value.get("model"), value.get("usage")
    return Completion(
        text="".join(text_of(block.get("text")) for block in blocks if block.get("type") == "text"),
        reasoning=thoughts or None,
        finish_reason=_FINISH.get(finish, finish) if isinstance(finish, str) else None,
        usage=_usage(usage if isinstance(usage, dict) else {}),
        model=model if isinstance(model, str) else None,
    )


def _usage(value: Mapping[str, Any]) -> Usage:
    """What was read from or written to the prompt cache is part of the prompt, and counted apart by the server."""
    parts = [
        token_count(value.get(name))
        for name in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    ]
    prompt = None if parts[0] is None else sum(part or 0 for part in parts)
    return Usage(prompt, token_count(value.get("output_tokens")), None)
