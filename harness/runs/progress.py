"""One line for a long job, on standard error."""

import sys
from types import TracebackType
from typing import Any


class Progress:
    """done/total, rate, ETA, and the pass rate so far; silent with ``quiet``."""

    def __init__(self, label: str, total: int, done: int = 0, *, quiet: bool = False) -> None:
        from tqdm import tqdm  # 30 ms that `harness --help` need not pay

        terminal = sys.stderr.isatty()
        self._bar: Any = tqdm(
            total=total,
            initial=done,
            desc=f"{label:9}",
            unit="",
            file=sys.stderr,
            disable=quiet,
            mininterval=0.2 if terminal else 10,
            dynamic_ncols=terminal,
            ncols=None if terminal else 100,
            smoothing=0.1,
            bar_format="{desc} {percentage:3.0f} %|{bar:12}| {n_fmt}/{total_fmt}  {rate_fmt}  ETA {remaining}{postfix}",
        )
        self._judged = self._passed = self._infra = 0

    def grade(self, passed: bool, infra: bool) -> None:
        self._judged += not infra
        self._passed += passed
        self._infra += infra
        notes = [f"pass {100 * self._passed / self._judged:.0f} %"] if self._judged else []
        notes += [f"infra {self._infra}"] if self._infra else []
        self._bar.set_postfix_str("  ".join(notes), refresh=False)
        self._bar.update(1)

    def step(self, note: str = "") -> None:
        if note:
            self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(1)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()
