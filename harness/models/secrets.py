"""Keys from the environment, and texts without them.

A server may send a key back in an error or in a reply, a plug-in may say it in an exception: neither reaches a file or
the terminal, since every reply and every message goes through here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from harness.records.completion import Completion

SHORTEST = 12
"""Characters. What is shorter (``EMPTY``, ``none``) is no secret, and may well be a word of a design."""
HIDDEN = "[key]"
_NAME = re.compile(r"(?:^|_)(?:API)?(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)S?(?:_|$)", re.IGNORECASE)
_VALUE = re.compile(r"[^\s/][^\s]*")
"""No text with blanks in it, and no path."""


def is_key_name(name: str) -> bool:
    """Whether a variable of that name (OPENAI_API_KEY, HF_TOKEN …) holds a key, most likely."""
    return _NAME.search(name) is not None


def environment_secrets(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The values of all variables that are named like a key (OPENAI_API_KEY, HF_TOKEN …), the longest first."""
    values = {value.strip() for name, value in environment.items() if is_key_name(name)}
    found = [value for value in values if len(value) >= SHORTEST and _VALUE.fullmatch(value)]
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


def without_secrets(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def clean_completion(completion: Completion, secrets: Sequence[str]) -> Completion:
    """The same reply without keys in any of its texts."""
    texts = {name: getattr(completion, name) for name in ("text", "reasoning", "finish_reason", "error", "model")}
    cleaned = {name: without_secrets(text, secrets) for name, text in texts.items() if isinstance(text, str)}
    changed: dict[str, Any] = {name: text for name, text in cleaned.items() if text != texts[name]}
    return replace(completion, **changed) if changed else completion
