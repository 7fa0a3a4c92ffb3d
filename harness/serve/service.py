"""From a request to rewards: which state the service is in, how much it takes on, what it counts."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal

from harness.errors import ConfigError, HarnessError
from harness.reward import Grader
from harness.reward.wire import BadBody, ScoreRequest
from harness.serve.budget import Budget, Pace
from harness.serve.metrics import Metrics

State = Literal["starting", "ready", "stopping"]
BODY_BYTES = 32 * 2**20
"""Most of one request; a larger one is refused unread."""
_ALL_BODIES_BYTES = 256 * 2**20
"""Of all that are being read or graded."""


class Refused(Exception):
    """An answer that is no reward."""

    def __init__(self, status: HTTPStatus, message: str, *, key: str = "", retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.key = key
        self.retry_after = retry_after


@dataclass(slots=True)
class Service:
    """Thread-safe."""

    grader: Grader
    queue: Budget
    """Samples that wait or are graded."""
    state: State = "starting"
    clock: Callable[[], float] = time.monotonic
    metrics: Metrics = field(default_factory=Metrics)
    pace: Pace = field(default_factory=Pace)
    bodies: Budget = field(default_factory=lambda: Budget(_ALL_BODIES_BYTES))

    def check_ready(self) -> None:
        """Raises Refused (503) while starting or stopping."""
        if self.state != "ready":
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, f"the service is {self.state}", retry_after=1)

    @contextmanager
    def room_for_body(self, length: int) -> Iterator[None]:
        """Raises Refused (413, 429)."""
        if length > BODY_BYTES:
            message = f"a body of {length:,} bytes; at most {BODY_BYTES:,}"
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
        if not self.bodies.take(length):
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "too many large requests at once", retry_after=1)
        try:
            yield
        finally:
            self.bodies.give_back(length)

    @contextmanager
    def scoring(self, request: ScoreRequest) -> Iterator[dict[str, Any]]:
        """The answer; the samples count as under way until the block ends, so that it is sent before we stop.

        Raises Refused: 404 unknown problem, 422 more than ever fits, 429 full, 500 our trouble, 503 not ready.
        """
        began = self.clock()
        pairs = _pairs(request)
        if len(pairs) > self.queue.limit:
            key = "completions" if request.items is None else "items"
            message = f'key "{key}": {len(pairs):,} samples; at most {self.queue.limit:,} a request (--queue)'
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, message, key=key)
        if not self.queue.take(len(pairs)):
            more = self.queue.used + len(pairs) - self.queue.limit
            message = f"the queue is full: {self.queue.used:,} of {self.queue.limit:,} samples (--queue)"
            wait = self.pace.seconds_for(more, self.clock())
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, message, retry_after=wait)
        try:
            self.check_ready()  # it may have begun to stop between the first look and the place in the queue
            rewards = [reward.to_json() for reward in self._graded(pairs, code=request.code)]
            self.pace.finished(len(pairs), self.clock())
            self.metrics.scored(Counter(reward["outcome"] for reward in rewards), self.clock() - began)
            yield {"rewards": rewards}
        finally:
            self.queue.give_back(len(pairs))

    def _graded(self, pairs: list[tuple[str, Any]], *, code: bool) -> list[Any]:
        try:
            return self.grader.score_many(pairs, code=code)
        except ConfigError as error:
            raise Refused(HTTPStatus.NOT_FOUND, str(error), key="problem") from error
        except HarnessError as error:
            print(f"error: {error}", file=sys.stderr, flush=True)
            raise Refused(HTTPStatus.INTERNAL_SERVER_ERROR, str(error)) from error

    def about(self) -> dict[str, Any]:
        self.check_ready()
        return {**self.grader.about, "workers": self.grader.workers, "queue": self.queue.limit}

    def problems(self) -> dict[str, Any]:
        self.check_ready()
        return {"problems": list(self.grader.problems())}

    def metrics_text(self) -> str:
        return self.metrics.text(
            {
                "harness_ready": ("1 where rewards are given.", float(self.state == "ready")),
                "harness_queue_samples": ("Samples that wait or are graded.", self.queue.used),
                "harness_queue_limit": ("Most samples that may.", self.queue.limit),
                "harness_workers": ("Samples graded at once.", self.grader.workers),
            }
        )


def _pairs(request: ScoreRequest) -> list[tuple[str, Any]]:
    try:
        return request.pairs()
    except BadBody as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), key=error.key) from error
