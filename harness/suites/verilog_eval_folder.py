"""One data set in VerilogEval v2's layout: ``problems.txt`` and, for each problem, files beside it.

``<problem>_{prompt.txt,ref.sv,test.sv}``, and for code completion ``_ifc.txt``, the module header. Other files are left
alone. The readers of VerilogEval v2 and of other folders in its layout share this.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from harness.records.outcome import Task
from harness.records.problem import Problem, SourceFile, Testbench
from harness.suites.damage import Damaged, read_text
from harness.suites.verilog_eval_compares import refuses_x
from harness.suites.verilog_eval_keyed import TOP_MODULE, keyed_testbench, reference_as_answer

CPU_S = 30
LIST = "problems.txt"
PROMPT, INTERFACE = "_prompt.txt", "_ifc.txt"
_SUFFIXES = {"prompt": PROMPT, "reference": "_ref.sv", "test": "_test.sv"}
_NAME = re.compile(r"\w[\w.+-]*")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_EDGE = re.compile(r"\b(posedge|negedge|always_ff|always_latch)\b")


@dataclass(frozen=True, slots=True)
class DataSet:
    """A folder and the task that it is read for; ``shown`` is how messages name it."""

    path: Path
    shown: PurePath
    task: Task

    def listed(self) -> list[tuple[int, str]]:
        """Line numbers and names of ``problems.txt``; none where it cannot be read."""
        try:
            lines = (self.path / LIST).read_text("utf-8").splitlines()
        except (OSError, ValueError):
            return []
        return [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]

    def there(self) -> list[str]:
        """The names of all problems that have one of the files of each, sorted."""
        found = ((path.name, suffix) for suffix in _SUFFIXES.values() for path in self.path.glob(f"*{suffix}"))
        return sorted({name.removesuffix(suffix) for name, suffix in found})


def read_problems(data: DataSet, unlisted: Sequence[str] = ()) -> tuple[tuple[Problem, ...], list[str]]:
    """The listed problems that are whole, then the ``unlisted`` ones, and a line for every defect of the others."""
    problems: dict[str, Problem] = {}
    defects: list[str] = []
    names = [(f"{data.shown / LIST} line {number}", name) for number, name in data.listed()]
    for where, name in [*names, *((str(data.shown / f"{name}{PROMPT}"), name) for name in unlisted)]:
        if not _NAME.fullmatch(name):
            defects.append(f'{where}: "{name}" is no name of a problem')
        elif name in problems:
            defects.append(f"{where}: {name} is listed twice")
        else:
            try:
                problems[name] = _problem(data, name, where)
            except Damaged as damage:
                defects += damage.lines
    return tuple(problems.values()), defects


def _files(data: DataSet, name: str, where: str) -> dict[str, SourceFile]:
    """The problem's files by role. Raises Damaged with a line for each that is not whole."""
    suffixes = _SUFFIXES | ({"interface": INTERFACE} if data.task is Task.CODE_COMPLETION else {})
    if not any((data.path / f"{name}{suffix}").exists() for suffix in suffixes.values()):
        raise Damaged(f"{where}: {name} has no files")
    files: dict[str, SourceFile] = {}
    damage: list[str] = []
    for role, suffix in suffixes.items():
        try:
            text = read_text(data.path / f"{name}{suffix}", data.shown / f"{name}{suffix}")
            files[role] = SourceFile(f"{name}{suffix}", text)
        except Damaged as missing:
            damage += missing.lines
    if damage:
        raise Damaged(*damage)
    return files


def _problem(data: DataSet, name: str, where: str) -> Problem:
    files = _files(data, name, where)
    reference, test = files["reference"], files["test"]
    try:
        golden = reference_as_answer(reference.text)
    except ValueError as error:
        raise Damaged(f"{data.shown / reference.name}: the reference {error}") from error
    try:
        keyed = keyed_testbench(test.text)
    except ValueError as error:
        raise Damaged(f"{data.shown / test.name}: the testbench {error}") from error
    header = files["interface"].text if "interface" in files else ""
    return Problem(
        name=name,
        title=name.partition("_")[2].replace("_", " ") or name,
        category=category(reference.text),
        difficulty="",
        top=TOP_MODULE,
        language="systemverilog",
        spec=_without_header(files["prompt"].text, header),
        golden=(SourceFile("golden.sv", golden),),
        given=(),
        tasks=(data.task,),
        ports=(),
        testbench=_testbench(SourceFile(test.name, keyed), reference),
        header=header,
        official=_official(files),
        origin=str(data.path / files["prompt"].name),
    )


def _testbench(keyed: SourceFile, reference: SourceFile) -> Testbench:
    files, strict = (keyed, reference), refuses_x(keyed.text)
    return Testbench(kind="verilog", files=files, seeds=1, cpu_s=CPU_S, seeded=False, refuses_x=strict)


def _official(files: Mapping[str, SourceFile]) -> dict[str, SourceFile]:
    """The user's files as they are; ``prompt`` too, since ``spec`` leaves out the header that it ends with."""
    return {role: files[role] for role in ("test", "reference", "interface", "prompt") if role in files}


def _without_header(prompt: str, header: str) -> str:
    """The description alone: a code-completion prompt ends with the header that is also in the interface file."""
    text, end = prompt.rstrip(), header.strip()
    return text.removesuffix(end).rstrip() + "\n" if end and text.endswith(end) else prompt


def category(reference: str) -> str:
    """Whether the reference waits for an edge; a latch written as a plain ``always`` counts as combinational."""
    return "sequential" if _EDGE.search(_COMMENT.sub(" ", reference)) else "combinational"
