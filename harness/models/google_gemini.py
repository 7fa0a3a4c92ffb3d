"""``google/<model>``: Gemini, by Google's own SDK (extra ``google``).

Format: ai.google.dev/api/generate-content.
"""

import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from harness.errors import BackendError, ConfigError
from harness.models.endpoint import Endpoint, settle
from harness.models.openai_wire import MalformedReply, ServerError, retry_after_s
from harness.models.providers import Provider
from harness.models.served import TIMEOUT_S, ServedModel, sendable
from harness.models.transport import ClientPool, import_sdk
from harness.records.completion import Completion, Request, Usage

_FINISH = {"STOP": "stop", "MAX_TOKENS": "length"}
_FILTERED = frozenset(
    {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "LANGUAGE", "MODEL_ARMOR"}
)


def create(
    model: str,
    base_url: str | None = None,
    *,
    provider: Provider | None = None,
    timeout_s: float = TIMEOUT_S,
    environment: Mapping[str, str] = os.environ,
    clock: Callable[[], float] = time.monotonic,
) -> "GoogleModel":
    """The model of that name. ConfigError or ToolNotFound says what is missing."""
    model, endpoint = settle("google", model, base_url, provider, environment)
    return GoogleModel(model, endpoint, import_sdk("google.genai", "google-genai"), timeout_s, clock)


class GoogleModel(ServedModel):
    """A model behind Gemini's generateContent."""

    def __init__(self, model: str, endpoint: Endpoint, sdk: Any, timeout_s: float, clock: Callable[[], float]) -> None:
        super().__init__(model, endpoint, clock)
        self._sdk = sdk
        self._timeout_s = timeout_s
        self._pool = ClientPool(self._client)

    def _client(self) -> Any:
        options = self._sdk.types.HttpOptions(
            base_url=self.endpoint.url,
            timeout=int(self._timeout_s * 1000),
            client_args={"trust_env": not self.endpoint.is_local},
        )
        return self._sdk.Client(api_key=self.endpoint.key or "no-key", vertexai=False, http_options=options)

    def exchange(self, request: Request, sent: Mapping[str, Any], api: str) -> Completion | ServerError:  # noqa: ARG002 - there is one
        types = self._sdk.types
        system = "\n\n".join(sendable(message.text) for message in request.messages if message.role == "system")
        try:
            config = types.GenerateContentConfig(**sent, **({"system_instruction": system} if system else {}))
        except ValueError as error:
            raise ConfigError(f"google: the parameters {', '.join(sent)} cannot be sent: {error}") from error
        try:
            with self._pool.client() as client:
                reply = client.models.generate_content(model=self.model, contents=_contents(request), config=config)
        except self._sdk.errors.APIError as error:
            return _server_error(error)
        except (ValueError, KeyError, TypeError) as error:  # a body that is no JSON, or not of its shape
            raise MalformedReply(f"a reply that cannot be read: {type(error).__name__}") from None
        except Exception as error:
            if not _is_transport(error):
                raise
            trouble = f"no connection to {self.endpoint.shown}: {' '.join(str(error).split()) or type(error).__name__}"
        else:
            return completion_of(reply)
        raise BackendError(self.endpoint.hide(trouble), retryable=True)

    def close(self) -> None:
        self._pool.close()


def _contents(request: Request) -> list[dict[str, Any]]:
    """Turns of ``user`` and ``model``; a prompt for a base model is one turn of the user."""
    if request.prompt is not None:
        return [{"role": "user", "parts": [{"text": sendable(request.prompt)}]}]
    roles = {"user": "user", "assistant": "model"}
    return [
        {"role": roles[message.role], "parts": [{"text": sendable(message.text)}]}
        for message in request.messages
        if message.role in roles
    ]


def completion_of(reply: Any) -> Completion:
    """A GenerateContentResponse as our record. Raises MalformedReply where it holds neither answer nor reason."""
    usage = _usage(reply.usage_metadata)
    if not reply.candidates:
        feedback = reply.prompt_feedback
        if feedback is None or feedback.block_reason is None:
            raise MalformedReply("a reply without candidates")
        return Completion(text="", finish_reason="content_filter", usage=usage, model=reply.model_version)
    candidate = reply.candidates[0]
    parts = (candidate.content.parts if candidate.content else None) or []
    reason = getattr(candidate.finish_reason, "value", candidate.finish_reason)
    finish = "content_filter" if reason in _FILTERED else _FINISH.get(reason, reason)
    return Completion(
        text="".join(part.text or "" for part in parts if not part.thought),
        reasoning="".join(part.text or "" for part in parts if part.thought) or None,
        finish_reason=finish,
        usage=usage,
        model=reply.model_version,
    )


def _usage(value: Any) -> Usage:
    """Gemini counts thoughts beside the answer; here they are part of the completion."""
    if value is None:
        return Usage()
    said, thought = value.candidates_token_count, value.thoughts_token_count
    completion = None if said is None and thought is None else (said or 0) + (thought or 0)
    return Usage(value.prompt_token_count, completion, thought)


def _server_error(error: Any) -> ServerError:
    headers = getattr(error.response, "headers", None) or {}
    message = " ".join(str(error.message or error.details or "no reason given").split())[:500]
    status = error.code if isinstance(error.code, int) else 502
    if "api key not valid" in message.lower():
        status = 401  # said as a bad request
    wait = _delay(error) or retry_after_s(headers, datetime.now(UTC))
    return ServerError(status, message, str(error.status or ""), None, wait)


def _delay(error: Any) -> float | None:
    """Seconds of a ``RetryInfo`` in the body (google.rpc): ``"retryDelay": "34s"``."""
    inner = error.details.get("error") if isinstance(error.details, dict) else None
    details = inner.get("details") if isinstance(inner, dict) else None
    for detail in details if isinstance(details, list) else []:
        said = detail.get("retryDelay") if isinstance(detail, dict) else None
        if isinstance(said, str) and said.removesuffix("s").replace(".", "", 1).isdigit():
            return float(said.removesuffix("s"))
    return None


def _is_transport(error: Exception) -> bool:
    homes = {cls.__module__.split(".")[0] for cls in type(error).__mro__}
    return bool(homes & {"httpx", "httpx2", "httpcore", "httpcore2"})
