"""Counts of what is under way, bounded; and the pace at which it gets done."""

import math
import threading
from collections import deque

_REMEMBERED = 256
"""Finished requests, at most, of which the pace is taken."""
_RECENT_S = 30.0
_LONGEST_WAIT_S = 60


class Budget:
    """So many of something at once, and never more. Thread-safe."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._used = 0
        self._condition = threading.Condition()

    @property
    def used(self) -> int:
        return self._used

    def take(self, count: int) -> bool:
        """False, and nothing is taken, where they do not all fit."""
        with self._condition:
            if self._used + count > self.limit:
                return False
            self._used += count
            return True

    def give_back(self, count: int) -> None:
        with self._condition:
            self._used -= count
            self._condition.notify_all()

    def wait_until_free(self, timeout_s: float) -> bool:
        """Whether nothing is under way any more."""
        with self._condition:
            return self._condition.wait_for(lambda: self._used == 0, timeout_s)


class Pace:
    """Samples finished a second, of late. Thread-safe."""

    def __init__(self) -> None:
        self._finished: deque[tuple[float, int]] = deque(maxlen=_REMEMBERED)
        self._lock = threading.Lock()

    def finished(self, count: int, now: float) -> None:
        with self._lock:
            self._finished.append((now, count))

    def seconds_for(self, count: int, now: float) -> int:
        """Whole seconds until so many more are done, 1 to 60; 1 where nothing is known yet."""
        with self._lock:
            done = [(when, samples) for when, samples in self._finished if now - when <= _RECENT_S]
        if len(done) < 2:
            return 1
        rate = sum(samples for _, samples in done[1:]) / max(now - done[0][0], 1e-3)
        return max(1, min(_LONGEST_WAIT_S, math.ceil(count / rate) if rate else _LONGEST_WAIT_S))
