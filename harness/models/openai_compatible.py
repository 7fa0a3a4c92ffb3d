"""``openai/<model>``, ``groq/<model>`` …: OpenAI, and every server that speaks its chat completions.

Reasoning models that OpenAI serves by its responses API only are asked there, base models by ``/completions``.
"""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from harness.models.endpoint import settle
from harness.models.openai_responses import parse_response
from harness.models.openai_wire import ServerError, parse_reply
from harness.models.providers import Provider
from harness.models.served import TIMEOUT_S, sendable
from harness.models.transport import Transport, TransportedModel, import_sdk
from harness.prompts.render import prompt_text
from harness.records.completion import Completion, Request


def create(
    model: str,
    base_url: str | None = None,
    *,
    provider: Provider | None = None,
    timeout_s: float = TIMEOUT_S,
    environment: Mapping[str, str] = os.environ,
    clock: Callable[[], float] = time.monotonic,
) -> "OpenAIModel":
    """The model of that name at ``base_url``, else where the provider's variable or the table says (default: openai).

    ConfigError or ToolNotFound says what is missing.
    """
    model, endpoint = settle("openai", model, base_url, provider, environment)
    sdk = import_sdk("openai", "openai")
    return OpenAIModel(model, endpoint, Transport(sdk, "OpenAI", endpoint, timeout_s, clock), clock)


class OpenAIModel(TransportedModel):
    """A chat model, or for requests with a ``prompt`` a base model, behind one URL."""

    def exchange(self, request: Request, sent: Mapping[str, Any], api: str) -> Completion | ServerError:
        body = self._transport.post(lambda client: _send(client, api, self.model, request, sent))
        if isinstance(body, ServerError):
            return body
        return parse_response(body) if api == "responses" else parse_reply(body)


def _send(client: Any, api: str, model: str, request: Request, sent: Mapping[str, Any]) -> AbstractContextManager[Any]:
    """The request on its way; its body is read by the caller.

    ``extra_body`` takes what the SDK has no name for, and the conversation: the SDK would compare each message with
    its types, which costs a fifth of a request's CPU.
    """
    messages = [{"role": message.role, "content": sendable(message.text)} for message in request.messages]
    if api == "completions":
        prompt = sendable(
            prompt_text(request.messages, goes_on=request.goes_on) if request.prompt is None else request.prompt
        )
        ask: Any = client.completions.with_streaming_response.create
        return ask(model=model, prompt=prompt, extra_body=dict(sent))  # type: ignore[no-any-return]
    if api == "responses":
        ask = client.responses.with_streaming_response.create
        return ask(model=model, store=False, extra_body={"input": messages, **sent})  # type: ignore[no-any-return]
    ask = client.chat.completions.with_streaming_response.create
    return ask(model=model, messages=[], extra_body={"messages": messages, **sent})  # type: ignore[no-any-return]
