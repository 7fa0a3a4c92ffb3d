"""A model behind a server, whoever's: what every such backend does with what comes back.

One call of ``complete`` is one answer asked for. A request is sent a second time only where the server refuses a
parameter by name (``max_tokens`` on reasoning models, say); see dialect.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from harness.errors import BackendError
from harness.models.dialect import NEGOTIABLE, Dialect
from harness.models.endpoint import Endpoint
from harness.models.openai_wire import MalformedReply, ServerError, failure_of, outcome_of
from harness.models.protocol import RetryKind, default_retry_kind
from harness.records.completion import Completion, Request

TIMEOUT_S = 900.0
"""Seconds from sending a request to the last byte of its answer. Reasoning models think for minutes."""
CONNECT_S = 10.0


class ServedModel(ABC):
    """One model at one endpoint; a subclass says how a request is sent and how its reply is read."""

    def __init__(self, model: str, endpoint: Endpoint, clock: Callable[[], float]) -> None:
        self.model = model
        self.endpoint = endpoint
        self.dialect = Dialect(endpoint.provider, model)
        self._untaught = Dialect(endpoint.provider, model)
        self._clock = clock

    @abstractmethod
    def exchange(self, request: Request, sent: Mapping[str, Any], api: str) -> Completion | ServerError:
        """One request with these parameters, in that protocol (``Dialect.api``).

        Raises MalformedReply, or a BackendError where no answer came.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the connections."""

    def complete(self, request: Request) -> Completion:
        reply, sent = self._negotiate(request)
        if isinstance(reply, ServerError):
            outcome = outcome_of(reply, sent.get("max_tokens", request.max_tokens))
            if outcome is None:
                # Raised outside every except: the SDK's exception, which may hold the key, is no part of this one.
                failure = failure_of(reply, self.model, self.endpoint.shown, self.endpoint.provider.key)
                failure.args = (self.endpoint.hide(str(failure)),)
                raise failure
            reply = outcome
        return replace(self.endpoint.clean(reply), sent=sent)

    def retry_kind(self, error: Exception) -> RetryKind:
        return default_retry_kind(error)

    def sampling(self, request: Request, dialect: Dialect) -> dict[str, Any]:
        """The parameters to send with a request."""
        return dialect.parameters(request)

    def cache_key(self, request: Request) -> dict[str, Any]:
        """What is sent before the server has refused anything: what it refuses follows from that."""
        messages = [[message.role, message.text] for message in request.messages]
        return {
            "url": self.endpoint.shown,
            "model": self.model,
            "api": self._untaught.api(request),
            "prompt": messages if request.prompt is None else request.prompt,
            "parameters": self.sampling(request, self._untaught),
            **({"goes_on": True} if request.goes_on else {}),
        }

    def _negotiate(self, request: Request) -> tuple[Completion | ServerError, dict[str, Any]]:
        """The reply to the request in the form that the server takes, and the parameters of that form."""
        for _ in range(len(NEGOTIABLE) + 1):
            dialect = self.dialect.now()
            sent, api = self.sampling(request, dialect), dialect.api(request)
            reply = self._ask(request, sent, api)
            if not isinstance(reply, ServerError) or reply.status not in (400, 404, 422):
                break
            if not self.dialect.learn(reply.message, reply.param, sent, api):
                break
        return reply, sent

    def _ask(self, request: Request, sent: Mapping[str, Any], api: str) -> Completion | ServerError:
        """One exchange, timed. A retryable BackendError where no whole answer came."""
        started = self._clock()
        trouble = ""
        try:
            reply = self.exchange(request, sent, api)
        except MalformedReply as error:
            trouble = f"{self.endpoint.shown} sent {error}"
        if trouble:
            raise BackendError(self.endpoint.hide(trouble), retryable=True)
        if isinstance(reply, ServerError):
            return reply
        return replace(reply, latency=self._clock() - started)


def sendable(text: str) -> str:
    """Lone surrogates, which a feedback round may carry from a reply, have no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
