"""What a suite reader is: the plug-in that turns a folder in some published format into Problems."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.records.outcome import Task
from harness.records.problem import Suite


@dataclass(frozen=True, slots=True)
class Source:
    """Where a published suite comes from; ``make suites`` checks it out, nothing of it is shipped."""

    url: str
    commit: str


@dataclass(frozen=True, slots=True)
class SuiteReader:
    """One entry of the group ``harness.suites``.

    ``read(root, task)`` returns the Suite. A broken problem becomes one line of ``Suite.defects`` and the others are
    read all the same; a root that is no such suite at all raises ConfigError.
    """

    name: str
    title: str
    tasks: tuple[Task, ...]
    licence: str
    read: Callable[[Path, Task], Suite]
    source: Source | None = None
    """None for native suites, which travel with the package."""
    grains: tuple[str, ...] = ()
    """Other texts of the same problems, the default one first: ``suite+grain`` is what ``read_grain`` delivers. Empty
    where only the folder says which ones there are: then ``read_grain`` raises ConfigError for another one."""
    read_grain: Callable[[Path, Task, str], Suite] | None = None
    size: int | None = None
    """Problems, as published; None for a suite that grows, or is the user's own."""
    default_root: Callable[[], Path] | None = None
    """Where a native suite lies; None for a suite that the user has to point to."""
