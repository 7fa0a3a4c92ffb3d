"""Native suites: problems/<suite>/<problem>/ with testbenches/<suite>/<problem>/ beside it.

In a wheel both lie under harness/_suites/; ``native_root`` finds them in either place.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.records.problem import (
    Clock,
    MaskedLine,
    Port,
    Problem,
    Reset,
    SourceFile,
    Suite,
    Testbench,
    golden_code,
)
from harness.suites.errata import load_errata
from harness.suites.masked_line import mask_line
from harness.suites.reader import SuiteReader
from harness.suites.schema import ProblemTable, explain
from harness.suites.width import evaluate_width
from harness.wording import one_line

STANDARD = "standard"
"""The grain of ``spec.md``; another one asks with ``spec.<grain>.md``."""
SUITE_FILE = "suite.toml"
"""Beside the problems: the suite's version."""


def native_root(suite: str) -> Path:
    """The folder ``problems/<suite>`` of the repository, or of the installed wheel."""
    package = Path(__file__).parents[1]
    for base in (package.parent, package / "_suites"):
        root = base / "problems" / suite
        if (root / SUITE_FILE).is_file():
            return root
    raise ConfigError(f"suite {suite} is not here: neither {package.parent / 'problems' / suite} nor in the package")


def testbench_root(root: Path) -> Path:
    return root.parents[1] / "testbenches" / root.name


def read_native(root: Path, task: Task, grain: str = STANDARD) -> Suite:
    """Read a native suite. A problem that does not offer ``task`` is left out; a broken one is a defect, and so is one
    without a text of this grain. Raises ConfigError where no problem has one."""
    root = root.resolve()  # so that `.` and a bare name have a name and parents
    spec = _spec_file(root, grain)
    try:
        about = tomllib.loads((root / SUITE_FILE).read_text("utf-8"))
        version = one_line(str(about["version"])).strip()
    except (OSError, ValueError, RecursionError, KeyError) as error:
        raise ConfigError(f"{root / SUITE_FILE}: no native suite there ({error})") from error
    if not version:
        raise ConfigError(f'{root / SUITE_FILE}: key "version": empty')
    problems: list[Problem] = []
    defects: list[str] = []
    for folder in sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")):
        try:
            problem = _read_problem(folder, testbench_root(root) / folder.name, spec)
        except _Broken as broken:
            defects.append(one_line(str(broken)))  # a quoted key can hold a line break
            continue
        if task in problem.tasks:
            problems.append(problem if task is Task.LINE_COMPLETION else replace(problem, masked=None))
    name = root.name if grain == STANDARD else f"{root.name}+{grain}"
    licence, errata = str(about.get("licence", "")), load_errata(root)
    return Suite(name, version, root, tuple(problems), tuple(defects), licence=licence, errata=errata)


def _spec_file(root: Path, grain: str) -> str:
    """The file that holds a problem's text of this grain."""
    there = sorted({path.name.split(".")[1] for path in root.glob("*/spec.*.md")} | {STANDARD})
    if grain not in there:
        raise ConfigError(f'suite "{root.name}" has no grain "{grain}". It has: {", ".join(there)}')
    return "spec.md" if grain == STANDARD else f"spec.{grain}.md"


class _Broken(Exception):
    """A problem that cannot be read; the message names file and key."""


def _read_problem(folder: Path, bench_folder: Path, spec_file: str) -> Problem:
    path = folder / "problem.toml"
    table = _read_table(path)
    ports = _read_ports(path, table)
    _check_names(path, table, {port.name for port in ports})
    spec = _read_text(folder / spec_file, path, spec_file)
    bench = table.testbench
    golden = tuple(_sources(folder, table.golden, path, "golden"))
    return Problem(
        name=folder.name,
        title=table.title,
        category=table.category,
        difficulty=table.difficulty,
        top=table.top,
        language=table.language,
        spec=spec,
        golden=golden,
        given=tuple(_sources(folder, table.given, path, "given")),
        tasks=tuple(map(Task, table.tasks)),
        ports=ports,
        testbench=Testbench(
            bench.kind, tuple(_sources(bench_folder, bench.files, path, "testbench.files")), bench.seeds, bench.cpu_s
        ),
        parameters=dict(table.parameters),
        clocks=tuple(Clock(clock.port, clock.edge, clock.period_ns) for clock in table.clock),
        resets=tuple(Reset(reset.port, reset.active, reset.kind) for reset in table.reset),
        version=table.version,
        canary=table.canary,
        origin=_shown(path),
        impossible=table.impossible,
        masked=_masked(folder.name, golden, table, path) if Task.LINE_COMPLETION in table.tasks else None,
    )


def _masked(name: str, golden: Sequence[SourceFile], table: ProblemTable, path: Path) -> MaskedLine:
    found = mask_line(golden_code(golden), table.line_seed, name)
    if found is None:
        raise _Broken(f'{_shown(path)}: key "tasks": line-completion: the golden design has no line to leave out')
    return found


def _shown(path: Path) -> str:
    """A path as the user would type it: relative where it lies below the current folder."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _read_table(path: Path) -> ProblemTable:
    try:
        return ProblemTable.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise _Broken(f"{_shown(path)}: {error.strerror}") from error
    except ValidationError as error:
        raise _Broken(f"{_shown(path)}: {explain(error)}") from error
    except (ValueError, RecursionError) as error:
        raise _Broken(f"{_shown(path)}: not TOML: {error}") from error


def _read_ports(path: Path, table: ProblemTable) -> tuple[Port, ...]:
    ports = []
    for number, port in enumerate(table.port, 1):
        try:
            width = evaluate_width(port.width, table.parameters)
        except ValueError as error:
            raise _Broken(f'{_shown(path)}: key "width" in [[port]] {number} ("{port.name}"): {error}') from error
        ports.append(Port(port.name, port.direction, width, port.signed))
    names = [port.name for port in ports]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise _Broken(f'{_shown(path)}: two [[port]] tables are named "{twice}"')
    return tuple(ports)


def _check_names(path: Path, table: ProblemTable, ports: set[str]) -> None:
    named = {"clock": [clock.port for clock in table.clock], "reset": [reset.port for reset in table.reset]}
    for kind, wanted in named.items():
        for number, port in enumerate(wanted, 1):
            if port not in ports:
                raise _Broken(f'{_shown(path)}: key "port" in [[{kind}]] {number}: "{port}" is none of the ports')


def _sources(folder: Path, names: list[str], path: Path, key: str) -> Iterator[SourceFile]:
    for name in names:
        if "/" in name or "\0" in name or name.startswith("."):
            raise _Broken(f'{_shown(path)}: key "{key}": "{name}" is not a plain file name')
        yield SourceFile(name, _read_text(folder / name, path, key))


def _read_text(file: Path, path: Path, key: str) -> str:
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise _Broken(f'{_shown(path)}: key "{key}": {_shown(file)}: {error.strerror}') from error
    except UnicodeDecodeError as error:
        raise _Broken(f'{_shown(path)}: key "{key}": {_shown(file)} is not UTF-8') from error
    if not text.strip():
        raise _Broken(f'{_shown(path)}: key "{key}": {_shown(file)} is empty')
    return text


def _reader(name: str, title: str, *tasks: Task) -> SuiteReader:
    root = partial(native_root, name)
    return SuiteReader(
        name, title, tasks, licence="Apache-2.0", read=read_native, read_grain=read_native, default_root=root
    )


reader = _reader("core", "the native suite: problems with measured testbenches", *Task)
tripwire_reader = _reader(
    "core-tripwire", "problems that no design can pass: a pass is forged", Task.SPEC_TO_RTL, Task.CODE_COMPLETION
)
