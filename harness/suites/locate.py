"""Which suites are installed, and where the folder of one is."""

import difflib
import os
from importlib.metadata import entry_points
from pathlib import Path

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.records.problem import Suite
from harness.suites.reader import SuiteReader

GROUP = "harness.suites"
NATIVE = "core"
"""The suite whose reader reads every suite of the native format."""


def suite_names() -> list[str]:
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def grain_of(name: str) -> str:
    """The grain in ``suite+grain``; empty where none is said."""
    return name.partition("+")[2]


def with_grain(name: str, grain: str | None) -> str:
    """The suite's name with a grain. Raises ConfigError where it has another one already."""
    if not grain:
        return name
    suite, _, there = name.partition("+")
    if "+" in grain or there not in ("", grain):
        raise ConfigError(f'--grain "{grain}": suite "{name}" {"names one already" if there else "has no such grain"}')
    return f"{suite}+{grain}"


def find_reader(name: str) -> SuiteReader:
    """The reader of that name, whatever the grain. Raises ConfigError with the nearest name where there is none."""
    name = name.partition("+")[0]
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            found = entry.load()
            if not isinstance(found, SuiteReader):
                raise ConfigError(f'suite "{name}": {entry.value} is not a SuiteReader')
            return found
    near = difflib.get_close_matches(name, suite_names(), n=1)
    hint = f'Did you mean "{near[0]}"?' if near else "One of your own needs --suite-path DIR."
    raise ConfigError(f'no suite "{name}". {hint} All suites: harness suites')


def environment_variable(name: str) -> str:
    return "HARNESS_SUITE_" + name.upper().replace("-", "_").replace(".", "_")


def find_root(reader: SuiteReader, suite_path: str | None) -> Path:
    """The suite's folder: ``--suite-path``, else the environment, else with the package, else ``.suites/<name>``.

    Raises ConfigError where none is there, naming every way to give one.
    """
    variable = environment_variable(reader.name)
    given = suite_path or os.environ.get(variable)
    if given:
        root = Path(given)
        if not root.exists():
            raise ConfigError(f"suite {reader.name}: {root} does not exist (--suite-path or {variable})")
        return root
    if reader.default_root is not None:
        return reader.default_root()
    fetched = Path(".suites") / reader.name
    if fetched.exists():
        return fetched
    source = reader.source
    origin = f" ({source.url.split('github.com/')[-1]}, commit {source.commit[:7]})" if source else ""
    fetch = f",\n       or let `make suites` fetch it{origin}" if source else ""
    raise ConfigError(f"suite {reader.name} is not here. Give its folder by --suite-path or {variable}{fetch}.")


def _native_elsewhere(name: str, suite_path: str | None) -> Path | None:
    """A user's own native suite goes by its folder's name: ``--suite mini --suite-path my/problems/mini``."""
    name = name.partition("+")[0]
    given = suite_path or os.environ.get(environment_variable(name))
    if name in suite_names() or not given or Path(given).resolve().name != name:
        return None
    return Path(given) if (Path(given) / "suite.toml").is_file() else None


def load_suite(name: str, task: Task, suite_path: str | None = None) -> Suite:
    """Find, read and check a suite. Raises ConfigError on an unknown name, folder or task."""
    own = _native_elsewhere(name, suite_path)
    reader = find_reader(name if own is None else NATIVE)
    grain = grain_of(name)
    if task not in reader.tasks:
        raise ConfigError(f'suite "{name}" has no task "{task}". It has: {", ".join(reader.tasks)}')
    root = own or find_root(reader, suite_path)
    if not grain:
        return reader.read(root, task)
    if reader.read_grain is None or (reader.grains and grain not in reader.grains):
        there = f"It has: {', '.join(reader.grains)}" if reader.grains else "It has one text a problem"
        raise ConfigError(f'suite "{reader.name}" has no grain "{grain}". {there}')
    return reader.read_grain(root, task, grain)
