"""Which sampling parameters one model takes, and under which names: known beforehand, or learnt from its refusals."""

import re
import threading
from collections.abc import Mapping
from typing import Any

from harness.records.completion import Request

NEGOTIABLE = ("max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "seed")
"""What may be renamed or left out when a server refuses it. The Completion says what was really sent."""

_REASONING = re.compile(r"(?:ft:)?(?:o[134]|gpt-5)(?![a-z0-9])(?!.*chat)", re.IGNORECASE)
"""OpenAI's reasoning models: ``max_completion_tokens`` instead of ``max_tokens``, sampling parameters refused."""

_UNSUPPORTED = re.compile(
    r"unsupported|not support|unrecognized|unknown|unexpected|not permitted|not allowed|extra inputs", re.IGNORECASE
)


def is_reasoning_model(model: str) -> bool:
    """By name, as OpenAI and those who resell it (``openai/o3``) call them."""
    return _REASONING.match(model.rsplit("/", 1)[-1]) is not None


class Dialect:
    """What one model was found to take. Thread-safe; what one request learns holds for all later ones."""

    def __init__(self, model: str) -> None:
        reasoning = is_reasoning_model(model)
        self._token_keys = ("max_completion_tokens", "max_tokens") if reasoning else NEGOTIABLE[:2]
        self._refused = {"temperature", "top_p"} if reasoning else set[str]()
        self._lock = threading.Lock()

    def parameters(self, request: Request) -> dict[str, Any]:
        """The sampling parameters to send for a request; what is not asked for is not sent."""
        with self._lock:
            refused = frozenset(self._refused)
        keys = ("max_tokens",) if request.prompt is not None else self._token_keys
        token_key = next((key for key in keys if key not in refused), None)
        asked: dict[str | None, Any] = {
            token_key: request.max_tokens,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "stop": list(request.stop) or None,
            "seed": request.seed,
        }
        return {key: value for key, value in asked.items() if key and value is not None and key not in refused}

    def learn(self, message: str, param: str | None, sent: Mapping[str, Any]) -> bool:
        """Take a refusal to heart. True where the same request, asked again, would be sent differently."""
        if _UNSUPPORTED.search(message) is None:
            return False
        named = [key for key in sent if key in NEGOTIABLE and re.search(rf"\b{key}\b", message)]
        # A message names the way out too ("use max_completion_tokens"): the field, then the first named is meant.
        culprit = param if param in sent else min(named, key=message.index, default=None)
        if culprit not in NEGOTIABLE:
            return False
        with self._lock:
            self._refused.add(culprit)
        return True
