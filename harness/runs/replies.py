"""Replies that were paid for, by everything that was sent: the same question is never paid twice.

One file a reply under ``results/cache/replies``, shared by all runs and all processes; safe to delete.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.models.identity import backend_identity
from harness.models.protocol import Model, cache_key
from harness.records import shape
from harness.records.completion import Answer, Completion, Request
from harness.records.grade import digest_text
from harness.runs.cache import JsonStore


class ReplyCache:
    def __init__(self, model: Model, name: str) -> None:
        """``name``: of the model, as the user gave it."""
        self._model = model
        self._name = name
        code = {key: value for key, value in backend_identity(name, None, os.environ).items() if key != "base_url"}
        self._code = {"code": code} if code else {}
        """Of a plug-in: an edited one may read another reply out of the same answer."""
        self._store = JsonStore("replies")

    def key(self, request: Request) -> str | None:
        """Digest of what is sent and of which sample it is; None where the model's replies are not to be kept."""
        sent = cache_key(self._model, request)
        if sent is None:
            return None
        whole: dict[str, Any] = {"backend": self._name, "sent": sent, "sample": request.sample, "round": request.round}
        whole |= self._code
        return digest_text(json.dumps(whole, sort_keys=True, ensure_ascii=True))

    def get(self, key: str) -> Completion | None:
        """None also where the file is torn or of another shape: then the model is asked."""
        found = self._store.get(key)
        try:
            return None if found is None else _completion(found)
        except (KeyError, TypeError, ValueError):
            return None

    def put(self, key: str, reply: Completion) -> None:
        """What is no reply is not kept."""
        if reply.error is None and not reply.cached:
            self._store.put(key, {**Answer("", 0, reply).to_json(), "sent": dict(reply.sent)})


def _completion(found: Mapping[str, Any]) -> Completion:
    reply = Answer.from_json(found).completion
    return replace(reply, sent=shape.table(found["sent"]), cached=True)
