"""verdicts.jsonl: what an audit has found so far, by content, so that the same command again goes on with it."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from harness.audit.findings import Proof
from harness.errors import HarnessError
from harness.records.grade import digest_text
from harness.records.outcome import Status
from harness.runs.jsonl import dump_line, mend_tail, read_lines

AUDIT_VERSION = 1
"""Raised when the same inputs would be judged otherwise."""
DECIDED = "prove"
"""The kind of an answer about equivalence that no budget changes."""


class Verdicts:
    """An append-only file of answers, each under the digest of all that it depends on. Thread-safe."""

    def __init__(self, path: Path, identity: str) -> None:
        """``identity`` names what every answer depends on besides its own question. Raises HarnessError where the file
        cannot be written."""
        self._path = path
        self._identity = f"audit {AUDIT_VERSION} {identity}"
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            mend_tail(path)
            self._found = {str(line.value.get("key")): line.value for line in read_lines(path)}
            self._file = path.open("ab")
        except OSError as error:
            raise HarnessError(f"{path}: {error.strerror}") from error

    def once(self, kind: str, question: str, answer: Callable[[], Mapping[str, Any] | None]) -> dict[str, Any] | None:
        """The answer on disk, or a new one, which is then kept. None is an answer that is not kept."""
        known = self._known(kind, question)
        if known is not None:
            return known
        found = answer()
        return None if found is None else self._keep(kind, question, found)

    def proof(self, question: str, budget_s: int, answer: Callable[[], Proof]) -> Proof:
        """As ``once``. What is proven or refuted holds for every budget; what is not decided holds for its own alone,
        so that another one tries again."""
        of_budget = f"{DECIDED} {budget_s}"
        for kind in (DECIDED, of_budget):
            known = self._known(kind, question)
            if known is not None:
                return Proof.from_json(known)
        found = answer()
        decided = found.status in (Status.PROVEN, Status.REFUTED)
        self._keep(DECIDED if decided else of_budget, question, found.to_json())
        return found

    def _known(self, kind: str, question: str) -> dict[str, Any] | None:
        if self._file.closed:
            raise HarnessError(f"{self._path}: the audit has been stopped")
        with self._lock:
            return self._found.get(self._key(kind, question))

    def _keep(self, kind: str, question: str, found: Mapping[str, Any]) -> dict[str, Any]:
        key = self._key(kind, question)
        value = {"key": key, "kind": kind, **found}
        with self._lock:
            self._found[key] = value
            if self._file.closed:  # the answer to a question that was being asked when the audit was stopped
                return value
            try:
                self._file.write(dump_line(value))
                self._file.flush()
            except OSError as error:
                raise HarnessError(f"{self._path}: {error.strerror}") from error
        return value

    def _key(self, kind: str, question: str) -> str:
        return digest_text(f"{self._identity}\n{kind}\n{question}")

    def close(self) -> None:
        """Threads that are still at work may finish the question that they ask, and get no other answered."""
        with self._lock:
            self._file.close()
