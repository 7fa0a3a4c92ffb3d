"""Reads a checkout of NVlabs/verilog-eval, branch release/1.0.0 (VerilogEval v1): Human (156) and Machine (143).

``data/VerilogEval_<set>.jsonl`` has a line a problem: ``task_id``, ``prompt`` (the module header),
``canonical_solution`` (what goes on from it) and ``test``, which holds the reference, too. What is asked stands in
``descriptions/VerilogDescription_<set>.jsonl``; Machine has a short and a long text, two grains of the same problem.
"""

import codecs
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.records.problem import Problem, SourceFile, Suite, Testbench
from harness.rules.quarantine import load_quarantine
from harness.suites.reader import Source, SuiteReader
from harness.suites.verilog_eval_compares import refuses_x
from harness.suites.verilog_eval_folder import category
from harness.suites.verilog_eval_keyed import keyed_testbench
from harness.wording import counted

TOP_MODULE = "top_module"
CPU_S = 30
_SOURCE = Source("https://github.com/NVlabs/verilog-eval", "4fa0ac4ed70ff1685114c25cd2e4c17cbba6a0c4")
_KEYS = ("prompt", "canonical_solution", "test")


@dataclass(frozen=True, slots=True)
class Edition:
    """One of the two data sets, a suite of its own."""

    published: str
    grains: tuple[str, ...]
    """Keys of a description's line without ``_description``, the one of the published figures first."""

    @property
    def name(self) -> str:
        return f"verilog-eval-v1-{self.published.lower()}"

    @property
    def data(self) -> PurePath:
        return PurePath("data", f"VerilogEval_{self.published}.jsonl")

    @property
    def descriptions(self) -> PurePath:
        return PurePath("descriptions", f"VerilogDescription_{self.published}.jsonl")


HUMAN = Edition("Human", ("detail",))
MACHINE = Edition("Machine", ("detail", "simple"))


def read_suite(edition: Edition, root: Path, task: Task, grain: str = "detail") -> Suite:
    """Raises ConfigError where ``root`` is no checkout; a broken line becomes a defect, the others are read."""
    for path in (edition.data, edition.descriptions):
        if not (root / path).is_file():
            raise ConfigError(
                f"{root} is no checkout of VerilogEval v1: {path} is not there. Give its folder by --suite-path, or "
                f"let `make suites` fetch it (NVlabs/verilog-eval, branch release/1.0.0, {_SOURCE.commit[:7]})"
            )
    texts, untold = _descriptions(root, edition, f"{grain}_description")
    defects: list[str] = []
    problems: dict[str, Problem] = {}
    broken = _Broken()
    named: list[str] = []
    for where, name, line in _lines(root, edition.data, _KEYS, broken):
        named.append(name)
        if name in problems:
            broken.lines.append(f"{where}: {name} is there twice")
        elif texts.get(name):
            try:
                problems[name] = _problem(name, line, texts[name], task, f"{root / edition.data} ({name})")
            except ValueError as error:
                broken.lines.append(f"{where}: {name}: the testbench {error}")
    defects += untold.told(edition.descriptions, "description of", [name for name in named if name not in texts])
    defects += broken.told(edition.data, "line of", [name for name in texts if name not in named])
    if not problems:
        raise ConfigError(f"{root / edition.data}: no problem in it can be read ({defects[0] if defects else 'empty'})")
    return Suite(
        name=edition.name if grain == edition.grains[0] else f"{edition.name}+{grain}",
        version="1.0",
        root=root,
        problems=tuple(problems.values()),
        defects=tuple(defects),
        quarantine=tuple(e for e in load_quarantine(_quarantine(edition)) if e.problem in problems),
        official_rules="verilog_eval_v1",
        licence="MIT",
    )


def _quarantine(edition: Edition) -> Path:
    return Path(__file__).parents[1] / "rules" / f"verilog_eval_v1_{edition.published.lower()}.quarantine.toml"


@dataclass(slots=True)
class _Broken:
    """Lines that cannot be used, and what is not there because of them."""

    lines: list[str] = field(default_factory=list)

    def told(self, path: PurePath, what: str, missing: list[str]) -> list[str]:
        """A line for each defect; where a broken line explains what is missing, one line says both."""
        if len(missing) == 1 == len(self.lines):
            return [f"{self.lines[0]}; no {what} {missing[0]}"]
        if not missing or len(missing) <= len(self.lines):
            return self.lines
        more = f" and {counted(len(missing) - 1, 'other')}" if len(missing) > 1 else ""
        return [*self.lines, f"{path}: no {what} {missing[0]}{more}"]


def _descriptions(root: Path, edition: Edition, key: str) -> tuple[dict[str, str], _Broken]:
    """``task_id`` → description, blank where it is."""
    broken = _Broken()
    texts: dict[str, str] = {}
    for where, name, line in _lines(root, edition.descriptions, (key,), broken):
        texts[name] = line[key].strip()
        if not texts[name]:
            broken.lines.append(f"{where}: {name} has an empty description")
    return texts, broken


def _lines(
    root: Path, path: PurePath, keys: tuple[str, ...], broken: _Broken
) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Place, ``task_id`` and line, of every line that has these keys as texts; the others are broken."""
    try:
        data = (root / path).read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise ConfigError(f"{root / path}: {error.strerror}") from error
    for number, raw in enumerate(data.split(b"\n"), 1):
        if not raw.strip():
            continue
        where = f"{path} line {number}"
        try:
            line = json.loads(raw.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            broken.lines.append(f"{where}: not {'UTF-8' if isinstance(error, UnicodeError) else 'whole JSON'}")
            continue
        wanted = ("task_id", *keys)
        missing = [key for key in wanted if not isinstance(line, dict) or not isinstance(line.get(key), str)]
        if missing:
            broken.lines.append(f"{where}: no text under {', '.join(missing)}")
        else:
            yield where, line["task_id"], line


def _problem(name: str, line: Mapping[str, str], spec: str, task: Task, origin: str) -> Problem:
    """Raises ValueError, in words that go on from "the testbench"."""
    header, test = line["prompt"], line["test"]
    keyed = keyed_testbench(test)
    golden = f"{header}\n{line['canonical_solution']}"
    return Problem(
        name=name,
        title=name.replace("_", " "),
        category=category(line["canonical_solution"]),
        difficulty="",
        top=TOP_MODULE,
        language="systemverilog",
        spec=spec.strip() + "\n",
        golden=(SourceFile("golden.sv", golden),),
        given=(),
        tasks=(task,),
        ports=(),
        testbench=Testbench("verilog", (SourceFile("test.sv", keyed),), 1, CPU_S, False, refuses_x=refuses_x(keyed)),
        header=header,
        official={"test": SourceFile(f"{name}.sv", test)},
        origin=origin,
    )


def _reader(edition: Edition, size: int) -> SuiteReader:
    return SuiteReader(
        name=edition.name,
        title=f"VerilogEval v1 {edition.published} (NVIDIA): {size} module bodies to complete",
        tasks=(Task.CODE_COMPLETION,),
        licence="MIT",
        read=partial(read_suite, edition),
        source=_SOURCE,
        size=size,
        grains=edition.grains,
        read_grain=partial(read_suite, edition),
    )


reader_human = _reader(HUMAN, 156)
reader_machine = _reader(MACHINE, 143)
