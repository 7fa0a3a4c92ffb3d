"""What is the same is done once: answers kept under a digest of everything that they depend on."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Thread-safe: who asks for what another thread is at, waits for it."""

    def __init__(self, most: int, keep: Callable[[T], bool] = lambda _: True) -> None:
        """``most``: answers remembered, the oldest go first. ``keep``: whether one may be given to others later."""
        self._most = most
        self._keep = keep
        self._found: dict[str, Future[T]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], T]) -> tuple[T, bool]:
        """The answer, and whether it was made here and now. What ``make`` raises reaches all who wait for it."""
        with self._lock:
            future = self._found.get(key)
            mine = future is None
            if future is None:
                future = self._found[key] = Future()
        if mine:
            self._fulfil(key, future, make)
        return future.result(), mine

    def clear(self) -> None:
        """Forget all that is done."""
        with self._lock:
            self._found = {key: future for key, future in self._found.items() if not future.done()}

    def _fulfil(self, key: str, future: Future[T], make: Callable[[], T]) -> None:
        try:
            made = make()
        except BaseException as error:
            self._forget(key)
            future.set_exception(error)
            return
        if not self._keep(made):
            self._forget(key)
        future.set_result(made)
        with self._lock:
            oldest = next(iter(self._found), None)
            if len(self._found) > self._most and oldest is not None and self._found[oldest].done():
                del self._found[oldest]

    def _forget(self, key: str) -> None:
        with self._lock:
            del self._found[key]
