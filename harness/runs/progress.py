"""One line for a long job, on standard error; two where a model is asked and its answers are graded meanwhile."""

import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.runs.plan import Plan


_BAR = "{desc} {percentage:3.0f} %|{bar:12}| {n_fmt}/{total_fmt}  {rate_fmt}  ETA {remaining}{postfix}"


class Progress:
    """done/total, rate, ETA, and the pass rate so far; silent with ``quiet``."""

    def __init__(self, label: str, total: int, done: int = 0, *, quiet: bool = False, slow: int = 0) -> None:
        """``slow``: so many come first that say nothing of how long the others will take."""
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
            ncols=None if terminal else 130,
            smoothing=0 if slow else 0.1,
            bar_format=_BAR.replace("{remaining}", "?") if slow else _BAR,
        )
        self._slow_until = done + slow if slow else 0
        self._judged = self._passed = self._infra = 0
        self.note = ""
        """Shown behind what is graded."""

    def grade(self, passed: bool, infra: bool) -> None:
        self._judged += not infra
        self._passed += passed
        self._infra += infra
        notes = [f"pass {100 * self._passed / self._judged:.0f} %"] if self._judged else []
        notes += [f"infra {self._infra}"] if self._infra else []
        self._bar.set_postfix_str("  ".join(filter(None, (*notes, self.note))), refresh=False)
        self._bar.update(1)
        if self._slow_until and self._bar.n >= self._slow_until:
            self._slow_until = 0
            self._reckon_from_here()

    def _reckon_from_here(self) -> None:
        bar, now = self._bar, time.time()
        bar.bar_format, bar.initial, bar.start_t = _BAR, bar.n, now
        bar.last_print_t = now  # a bar that was not shown since it began leaves no line at its end

    def step(self, note: str = "") -> None:
        if note:
            self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(1)

    def one_more(self) -> None:
        """The job has grown."""
        self._bar.total += 1

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()


class Bars:
    """The lines of a run: a context manager. In a log file, where lines cannot be written over, there is one."""

    def __init__(self, plan: "Plan", *, asking: bool, grading: bool, quiet: bool) -> None:
        asking = bool(asking and plan.requests) and (sys.stderr.isatty() or not grading)
        self._asking = Progress("generate", plan.total, plan.replies_here, quiet=quiet) if asking else None
        # With the first sample of a problem its golden design is run.
        slow = plan.problems if plan.total - plan.grades_here >= 2 * plan.problems else 0
        self._grading = Progress("grading", plan.total, plan.grades_here, quiet=quiet, slow=slow) if grading else None
        self._open = ExitStack()

    def reply(self, in_flight: int, money: str, failures: Mapping[str, int]) -> None:
        named = {"rate_limit": "429", "transient": "no answer"}
        notes = [f"{in_flight} in flight" if in_flight else "", money]
        notes += [f"retries {count} ({named[kind]})" for kind, count in sorted(failures.items())]
        note = "  ".join(filter(None, notes))
        if self._asking is not None:
            self._asking.step(note)
        elif self._grading is not None:
            self._grading.note = note

    def grade(self, passed: bool, infra: bool) -> None:
        if self._grading is not None:
            self._grading.grade(passed, infra)

    def one_more(self) -> None:
        for bar in (self._asking, self._grading):
            if bar is not None:
                bar.one_more()

    def __enter__(self) -> "Bars":
        for bar in (self._grading, self._asking):
            if bar is not None:
                self._open.enter_context(bar)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
