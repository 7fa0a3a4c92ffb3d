"""What a model backend is: one method that answers, one that judges its own failures, one that lets go."""

import inspect
import re
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, runtime_checkable

from harness.errors import BackendError, ConfigError
from harness.records.completion import Completion, Request

RetryKind = Literal["rate_limit", "transient", "fatal"]

TRANSIENT_STATUS = frozenset({408, 409, 500, 502, 503, 504, 520, 522, 524, 529})
"""HTTP statuses after which the same request may succeed; 520 and up are proxies' and providers' own."""

_NETWORK_TROUBLE = ("Timeout", "Connection", "TransportError")
"""Parts of the class names by which builtins, httpx, requests and every vendor's SDK call a lost connection."""

_ASYNC = "{}: complete is async, and has to be an ordinary function. How an async client is used: docs/add-a-model.md"

_SURROGATE = re.compile("[\ud800-\udfff]")


class RateLimited(BackendError):
    """The server asks for fewer requests; ``retry_after`` holds the seconds it named, if it did."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message, retryable=True, retry_after=retry_after)


class ModelUnavailable(BackendError):
    """What went wrong concerns every request (key refused, no such model): the run stops with this message."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=False)


class Model(Protocol):
    """A model backend. A plug-in needs ``complete`` only: ``as_model`` adds the rest."""

    def complete(self, request: Request) -> Completion:
        """Answer one request, in one try.

        Called from many threads at once. What the model did (a refusal, a cut-off reply) is a Completion with its
        ``finish_reason``; only where there is no answer, raise: RateLimited, BackendError(retryable=True) for what
        may pass, BackendError for this one request, ModelUnavailable for what stops the whole run.
        """

    def retry_kind(self, error: Exception) -> RetryKind:
        """Whether an error that ``complete`` raised is worth another try, and at which pace."""

    def close(self) -> None:
        """Let go of connections and memory; called once, after the last request."""


@runtime_checkable
class Plugin(Protocol):
    """The least that a plug-in has to be."""

    def complete(self, request: Request) -> Completion: ...


@dataclass(frozen=True, slots=True)
class Needs:
    """What a backend cannot work without; a backend's module says it in a constant ``NEEDS``."""

    packages: tuple[str, ...] = ()
    """Importable names."""
    environment: tuple[str, ...] = ()
    """Environment variables."""
    note: str = ""
    """When a need does not apply, in a few words."""
    install: str = ""
    """What ``pip install`` takes to bring the packages; empty: their own names."""


def default_retry_kind(error: Exception) -> RetryKind:
    """The kind of any error: our own say it themselves, a vendor's by its HTTP status or its class's name."""
    if isinstance(error, BackendError):
        if isinstance(error, RateLimited):
            return "rate_limit"
        return "transient" if error.retryable else "fatal"
    status = getattr(error, "status_code", None)
    if status is None:
        status = getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(status, int):
        return kind_of_status(status)
    names = [cls.__name__ for cls in type(error).__mro__]
    if any(word in name for word in _NETWORK_TROUBLE for name in names):
        return "transient"
    return "fatal"


def kind_of_status(status: int) -> RetryKind:
    """The retry kind of an HTTP status."""
    if status == 429:
        return "rate_limit"
    return "transient" if status in TRANSIENT_STATUS else "fatal"


class ModelAdapter:
    """A plug-in as a whole Model: its own methods where it has them, defaults where not."""

    def __init__(self, plugin: Plugin, name: str) -> None:
        self.plugin = plugin
        self.name = name

    def complete(self, request: Request) -> Completion:
        reply: object = self.plugin.complete(request)
        if inspect.isawaitable(reply):
            if isinstance(reply, Coroutine):
                reply.close()  # else Python warns of one that nobody awaited, and names this file
            raise ModelUnavailable(_ASYNC.format(self.name))
        if not isinstance(reply, Completion):
            raise BackendError(f"{self.name}: complete() returned {type(reply).__name__}, not a Completion")
        if not isinstance(reply.text, str):
            raise BackendError(f"{self.name}: Completion.text is {type(reply.text).__name__}, not str")
        reasoning = None if reply.reasoning is None else whole_text(reply.reasoning)
        return replace(reply, text=whole_text(reply.text), reasoning=reasoning)

    def retry_kind(self, error: Exception) -> RetryKind:
        own = getattr(self.plugin, "retry_kind", None)
        kind: RetryKind = default_retry_kind(error) if own is None else own(error)
        return kind

    def close(self) -> None:
        own = getattr(self.plugin, "close", None)
        if own is not None:
            own()

    def describe(self) -> str:
        own = getattr(self.plugin, "describe", None)
        return "" if own is None else str(own())

    def cache_key(self, request: Request) -> Any:
        own = getattr(self.plugin, "cache_key", None)
        return None if own is None else own(request)

    @property
    def connections(self) -> int | None:
        own = getattr(self.plugin, "connections", None)
        return own if isinstance(own, int) and own > 0 else None


def whole_text(text: str) -> str:
    r"""The text with lone surrogates replaced by U+FFFD: JSON can say them (``"\ud800"``), no file can hold them.

    A reply that a token limit cuts within an emoji ends in one.
    """
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def as_model(plugin: object, name: str) -> Model:
    """Any object with ``complete(request)`` as a Model. ConfigError where it has none."""
    if isinstance(plugin, type) or not isinstance(plugin, Plugin):
        raise ConfigError(f"{name}: a {type(plugin).__name__} without complete(request). See docs/add-a-model.md")
    if inspect.iscoroutinefunction(plugin.complete):
        raise ConfigError(_ASYNC.format(name))
    return ModelAdapter(plugin, name)


def describe_model(model: Model) -> str:
    """What a user should know about a model, in a line or two; empty for an ordinary language model."""
    describe: Any = getattr(model, "describe", None)
    return "" if describe is None else str(describe())


def cache_key(model: Model, request: Request) -> Any:
    """Everything that a request would send and where to, as JSON; None where replies are not to be kept for later."""
    own: Any = getattr(model, "cache_key", None)
    return None if own is None else own(request)


def connections(model: Model) -> int | None:
    """How many requests at once make sense, by the model's own word; None where it says nothing."""
    own = getattr(model, "connections", None)
    return own if isinstance(own, int) else None
