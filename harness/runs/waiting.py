"""Replies that wait to be graded, and which of them is next.

A few problems can take most of a suite's time, and one that comes last leaves all cores but one idle. So one reply of
each problem goes first, which shows what a problem costs; then all of the longest problem, and so on.
"""

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Waiting(Generic[T]):
    """First in, first out within a problem."""

    def __init__(self) -> None:
        self._new: deque[str] = deque()
        """Problems of which none was handed out yet."""
        self._replies: dict[str, deque[T]] = {}
        self._cost: dict[str, float] = {}
        self._current: str | None = None
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def names(self) -> set[str]:
        """The problems of which a reply waits."""
        return set(self._replies)

    def append(self, name: str, reply: T) -> None:
        """``name``: of the problem."""
        if name not in self._cost:
            self._cost[name] = 0.0
            self._new.append(name)
        self._replies.setdefault(name, deque()).append(reply)
        self._count += 1

    def learn(self, name: str, cpu_s: float) -> None:
        """What one of its samples took; the longest counts."""
        self._cost[name] = max(cpu_s, self._cost.get(name, 0.0))

    def popleft(self) -> T:
        """Raises IndexError where there is none."""
        if self._new:
            return self._take(self._new.popleft())
        if self._current not in self._replies:
            self._current = max(self._replies, key=self._cost.__getitem__, default=None)
        if self._current is None:
            raise IndexError("nothing waits")
        return self._take(self._current)

    def _take(self, name: str) -> T:
        replies = self._replies[name]
        reply = replies.popleft()
        if not replies:
            del self._replies[name]
        self._count -= 1
        return reply
