"""Which sampling parameters one model takes, and under which names: known beforehand, or learnt from its refusals."""

import copy
import re
import threading
from collections.abc import Mapping
from typing import Any

from harness.models.providers import Api, Provider
from harness.records.completion import Request

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "chat": {
        "max_tokens": ("max_tokens", "max_completion_tokens"),
        "temperature": ("temperature",),
        "top_p": ("top_p",),
        "stop": ("stop",),
        "seed": ("seed",),
    },
    "completions": {name: (name,) for name in ("max_tokens", "temperature", "top_p", "stop", "seed")},
    "responses": {"max_tokens": ("max_output_tokens",), "temperature": ("temperature",), "top_p": ("top_p",)},
    "anthropic": {
        "max_tokens": ("max_tokens",),
        "temperature": ("temperature",),
        "top_p": ("top_p",),
        "stop": ("stop_sequences",),
    },
    "google": {
        "max_tokens": ("max_output_tokens",),
        "temperature": ("temperature",),
        "top_p": ("top_p",),
        "stop": ("stop_sequences",),
        "seed": ("seed",),
    },
}
"""Protocol → our name of a parameter → the protocol's, the second one for those who refuse the first. What a protocol
has no word for is not sent."""

NEGOTIABLE = tuple(sorted({word for names in WORDS.values() for words in names.values() for word in words}))
"""What may be renamed or left out when a server refuses it. The Completion says what was really sent."""

COMPLETION_TOKENS = 2048
"""Of base models, where the user gave no limit: the servers' own is 16 (OpenAI, vLLM), which ends every answer."""
_UNSUPPORTED = re.compile(
    r"unsupported|not support|unrecognized|unknown|unexpected|not permitted|not allowed|extra inputs|deprecated",
    re.IGNORECASE,
)
_NOT_BOTH = re.compile(r"\btemperature\b.*\btop_p\b.*cannot both be specified", re.IGNORECASE)
"""Anthropic's newer models take one of the two."""
_NO_CHAT = re.compile(r"not a chat model|v1/completions", re.IGNORECASE)
_RESPONSES_ONLY = re.compile(r"\b(?:only|use).{0,60}v1/responses", re.IGNORECASE)


class Dialect:
    """What one model was found to take. Thread-safe; what one request learns holds for all later ones."""

    def __init__(self, provider: Provider, model: str) -> None:
        quirks = provider.quirks_of(model)
        self._speaks = provider.speaks
        self._api: Api = next((quirk.api for quirk in reversed(quirks) if quirk.api), "chat")
        self._renamed = {ours: theirs for quirk in quirks for ours, theirs in quirk.rename}
        self._left_out = frozenset(name for quirk in quirks for name in quirk.refuses)
        self._besides = {key: value for quirk in quirks for key, value in quirk.send}
        self._refused: set[str] = set()
        self._lock = threading.Lock()

    def now(self) -> "Dialect":
        """As it is at this moment: what other requests learn meanwhile does not change it."""
        found = copy.copy(self)
        with self._lock:
            found._refused = set(self._refused)
        return found

    def api(self, request: Request) -> str:
        """The protocol in which a request is to be sent: a key of WORDS."""
        if self._speaks != "openai":
            return self._speaks
        return "completions" if request.prompt is not None else self._api

    def parameters(self, request: Request) -> dict[str, Any]:
        """The parameters to send for a request; what is not asked for is not sent."""
        with self._lock:
            refused = frozenset(self._refused)
        api = self.api(request)
        limit = COMPLETION_TOKENS if api == "completions" else None
        asked = {
            "max_tokens": limit if request.max_tokens is None else request.max_tokens,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "stop": list(request.stop) or None,
            "seed": request.seed,
        }
        found = {}
        for ours, value in asked.items():
            words = WORDS[api].get(ours, ())
            if ours in self._renamed and api == "chat":
                words = (self._renamed[ours], *(word for word in words if word != self._renamed[ours]))
            word = next((word for word in words if word not in refused), None)
            if word and value is not None and ours not in self._left_out:
                found[word] = value
        return {**found, **self._besides}

    def learn(self, message: str, param: str | None, sent: Mapping[str, Any], api: str) -> bool:
        """Take a refusal to heart. True where the same request, asked again, would be sent differently.

        ``sent``, ``api``: of the request that was refused. Many are under way when the first refusal comes, and each
        has its own.
        """
        if api == "chat" and _RESPONSES_ONLY.search(message):
            self._api = "responses"
            return True
        if api == "chat" and _NO_CHAT.search(message):
            self._api = "completions"
            return True
        if _NOT_BOTH.search(message) and "top_p" in sent:
            return self._refuse("top_p")
        if _UNSUPPORTED.search(message) is None:
            return False
        negotiable = {*NEGOTIABLE, *self._renamed.values()} - set(self._besides)
        named = [key for key in sent if key in negotiable and re.search(rf"\b{key}\b", message)]
        # A message names the way out too ("use max_completion_tokens"): the field, then the first named is meant.
        culprit = param if param in sent else min(named, key=message.index, default=None)
        return culprit in negotiable and self._refuse(str(culprit))

    def _refuse(self, word: str) -> bool:
        with self._lock:
            self._refused.add(word)
        return True
