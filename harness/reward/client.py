"""``Client``: the rewards of a ``harness serve`` elsewhere, with the methods of a ``Grader``."""

import json
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from harness.errors import ConfigError, HarnessError
from harness.records.completion import Completion
from harness.reward.components import Reward
from harness.reward.wire import ScoreResponse, request_body

TOKEN_VARIABLE = "HARNESS_SERVE_TOKEN"
_BUSY = (429, 503)
"""Worth another try after ``Retry-After``."""
_AT_ONCE = 4
"""Requests in flight for one batch."""
_MOST_SAMPLES = 64
_MOST_BYTES = 8 * 2**20
"""Of one request."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    retry_after: float

    def json(self) -> dict[str, Any]:
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        return found if isinstance(found, dict) else {}


class Client:
    """Thread-safe, and safe over ``fork`` and ``pickle``: each request has a connection of its own."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        timeout_s: float = 600.0,
        patience_s: float = 600.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Args:
            url: such as ``http://127.0.0.1:8321``.
            token: what the service was started with; else ``HARNESS_SERVE_TOKEN``.
            timeout_s: for one request.
            patience_s: how long a service that is full, starting or away is waited for.

        Raises ConfigError on a URL that is none.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f'url "{url}": http://host:port')
        self._url = url.rstrip("/")
        self._token = token or os.environ.get(TOKEN_VARIABLE)
        self._timeout_s = timeout_s
        self._patience_s = patience_s
        self._sleep = sleep

    def score(self, problem: str, completions: Sequence[str | Completion], *, code: bool = False) -> list[Reward]:
        """As ``Grader.score``. Raises ConfigError on wrong use, HarnessError where the service stays away."""
        return self.score_many([(problem, completion) for completion in completions], code=code)

    def score_many(self, items: Iterable[tuple[str, str | Completion]], *, code: bool = False) -> list[Reward]:
        """As ``Grader.score_many``; a large batch becomes several requests."""
        work = list(items)
        if not work:
            return []
        most = min(_MOST_SAMPLES, max(1, int(self.about["queue"]) // (2 * _AT_ONCE))) if len(work) > 1 else 1
        parts = list(_parts(work, most))
        if len(parts) == 1:
            return self._score(work, code)
        with ThreadPoolExecutor(min(_AT_ONCE, len(parts)), "client") as threads:
            futures = [threads.submit(self._score, part, code) for part in parts]
            try:
                return [reward for future in futures for reward in future.result()]
            finally:
                for future in futures:
                    future.cancel()

    def problems(self) -> tuple[str, ...]:
        return tuple(self._ask("GET", "/v1/problems").json()["problems"])

    @property
    def workers(self) -> int:
        return int(self.about["workers"])

    @property
    def about(self) -> dict[str, Any]:
        """What the rewards depend on, as ``Grader.about``; and ``workers`` and ``queue`` of the service."""
        return self._ask("GET", "/v1/about").json()

    def open(self) -> None:
        """Wait until the service is ready."""
        self._ask("GET", "/health")

    def close(self) -> None:
        """Nothing is held open; as of a ``Grader``."""

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _score(self, items: Sequence[tuple[str, str | Completion]], code: bool) -> list[Reward]:
        answer = self._ask("POST", "/v1/score", request_body(items, code=code))
        try:
            rewards = [table.reward() for table in ScoreResponse.model_validate_json(answer.body).rewards]
        except (ValidationError, ValueError) as error:
            raise HarnessError(f"{self._url}: not the answer of a harness serve of this version ({error})") from error
        if [reward.problem for reward in rewards] != [problem for problem, _ in items]:
            raise HarnessError(f"{self._url}: rewards of other problems than were asked for")
        return rewards

    def _ask(self, method: str, path: str, body: bytes | None = None) -> _Answer:
        """One request, again and again until it is answered or ``patience_s`` are over."""
        waited, pause, trouble = 0.0, 0.5, ""
        while True:
            try:
                answer = self._once(method, path, body)
            except (OSError, HTTPException) as error:
                trouble, wait = f"{type(error).__name__}: {error}", pause
                pause = min(pause * 2, 10.0)
            else:
                if answer.status not in _BUSY:
                    return self._checked(answer)
                trouble, wait = str(answer.json().get("error", answer.status)), answer.retry_after
            if waited + wait > self._patience_s:
                raise HarnessError(f"{self._url}: no answer after {waited:.0f} s ({trouble}). Is harness serve up?")
            self._sleep(wait)
            waited += wait

    def _checked(self, answer: _Answer) -> _Answer:
        if answer.status == 200:
            return answer
        said = answer.json().get("error") or f"status {answer.status}"
        kind = ConfigError if 400 <= answer.status < 500 else HarnessError
        raise kind(f"{self._url}: {said}")

    def _once(self, method: str, path: str, body: bytes | None) -> _Answer:
        parts = urlsplit(self._url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._timeout_s)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        headers |= {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            connection.request(method, parts.path + path, body, headers)
            found = connection.getresponse()
            return _Answer(found.status, found.read(), _seconds(found.headers.get("Retry-After")))
        finally:
            connection.close()


def _parts(items: Sequence[tuple[str, str | Completion]], most: int) -> Iterator[list[tuple[str, str | Completion]]]:
    """In order, of at most ``most`` samples and some megabytes."""
    part: list[tuple[str, str | Completion]] = []
    size = 0
    for problem, completion in items:
        text = completion if isinstance(completion, str) else completion.text
        length = 4 * len(text)
        if part and (len(part) >= most or size + length > _MOST_BYTES):
            yield part
            part, size = [], 0
        part.append((problem, completion))
        size += length
    yield part


def _seconds(header: str | None) -> float:
    """Of a ``Retry-After``; a date, which we never send, counts as a second."""
    try:
        found = float(header or 1)
    except ValueError:
        return 1.0
    return min(max(found, 0.1), 300.0) if math.isfinite(found) else 1.0
