"""Counters and one histogram, written in the Prometheus text format (version 0.0.4)."""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._samples: Counter[str] = Counter()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets = [0] * (len(BUCKETS_S) + 1)
        self._seconds = 0.0

    def scored(self, outcomes: Counter[str], seconds: float) -> None:
        """A request for rewards that was answered: what became of its samples, and how long it took."""
        with self._lock:
            self._samples.update(outcomes)
            self._buckets[bisect_left(BUCKETS_S, seconds)] += 1
            self._seconds += seconds

    def answered(self, path: str, status: int) -> None:
        with self._lock:
            self._requests[path, status] += 1

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """``gauges``: name → (help, value now)."""
        with self._lock:
            samples, requests = sorted(self._samples.items()), sorted(self._requests.items())
            buckets, seconds = list(self._buckets), self._seconds
        lines = _head("harness_samples_total", "counter", "Completions scored, by outcome.")
        lines += [f'harness_samples_total{{outcome="{outcome}"}} {count}' for outcome, count in samples]
        lines += _head("harness_requests_total", "counter", "Requests answered, by path and status.")
        lines += [f'harness_requests_total{{path="{p}",status="{s}"}} {count}' for (p, s), count in requests]
        lines += _histogram(buckets, seconds)
        for name, (help_text, value) in gauges.items():
            lines += [*_head(name, "gauge", help_text), f"{name} {value:g}"]
        return "\n".join(lines) + "\n"


def _head(name: str, kind: str, help_text: str) -> list[str]:
    return [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]


def _histogram(buckets: list[int], seconds: float) -> list[str]:
    name = "harness_score_seconds"
    lines, total = _head(name, "histogram", "Wall time of requests for rewards, waiting included."), 0
    for edge, count in zip((*map(str, BUCKETS_S), "+Inf"), buckets, strict=True):
        total += count
        lines.append(f'{name}_bucket{{le="{edge}"}} {total}')
    return [*lines, f"{name}_sum {seconds:.6f}", f"{name}_count {total}"]
