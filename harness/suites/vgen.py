"""Reads a checkout of shailja-thakur/VGen: 17 module headers to complete, each in three prompt grains.

A problem is a folder of ``prompts-and-testbenches`` with ``prompt1_<x>.v`` to ``prompt3_<x>.v`` (header and comments,
more of them from grain to grain: low, medium, high), ``answer_<x>.v`` (one stands there as ``<x>.v``) and ``tb_<x>.v``.
"""

import re
from pathlib import Path, PurePath

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.records.problem import Problem, SourceFile, Suite, Testbench
from harness.rules.quarantine import load_quarantine
from harness.suites.damage import Damaged, read_text
from harness.suites.reader import Source, SuiteReader

NAME = "vgen"
FOLDER = "prompts-and-testbenches"
GRAINS = {"medium": 2, "low": 1, "high": 3}
"""The published words and the number in the prompt's file name; the first one is what ``vgen`` alone asks with."""
CPU_S = 30
_SOURCE = Source("https://github.com/shailja-thakur/VGen", "81710f872caf5c52440a455718d2c555c2d02d10")
_QUARANTINE = Path(__file__).parents[1] / "rules" / "vgen.quarantine.toml"
_FOLDER = re.compile(r"(basic|intermediate|advanced)(\d+)")
_LEVELS = ("basic", "intermediate", "advanced")
_COMMENT = re.compile(r"^[ \t]*//[ \t]*(.*?)[ \t\r]*$", re.MULTILINE)
_PASSED, _FAILED = re.compile("all tests passed"), re.compile("failed")


def read_suite(root: Path, task: Task, grain: str = "medium") -> Suite:
    """Raises ConfigError where ``root`` is no checkout; a broken problem becomes a defect, the others are read."""
    folders = [path for path in (root / FOLDER).glob("*/") if _FOLDER.fullmatch(path.name)]
    if not folders:
        raise ConfigError(
            f"{root} is no checkout of VGen: no basic1 and the like in {FOLDER}. Give its folder by --suite-path, or "
            f"let `make suites` fetch it (shailja-thakur/VGen, commit {_SOURCE.commit[:7]})"
        )
    problems: list[Problem] = []
    strangers = sorted(
        {path.parent.name for path in (root / FOLDER).glob("*/tb_*.v")} - {path.name for path in folders}
    )
    defects = [f'{FOLDER}/{name}: no name of a problem, such as "basic1"' for name in strangers]
    for folder in sorted(folders, key=_order):
        try:
            problems.append(_problem(root, folder, task, GRAINS[grain]))
        except Damaged as damage:
            defects += damage.lines
    names = {problem.name for problem in problems}
    return Suite(
        name=NAME if grain == next(iter(GRAINS)) else f"{NAME}+{grain}",
        version="1.0",
        root=root,
        problems=tuple(problems),
        defects=tuple(defects),
        quarantine=tuple(entry for entry in load_quarantine(_QUARANTINE) if entry.problem in names),
        official_rules="vgen",
        licence="Apache-2.0",
    )


def _order(folder: Path) -> tuple[int, int]:
    found = _FOLDER.fullmatch(folder.name)
    assert found is not None
    return _LEVELS.index(found[1]), int(found[2])


def _one(folder: Path, shown: PurePath, *patterns: str) -> SourceFile:
    """The one file of the first pattern that any file has."""
    for pattern in patterns:
        found = sorted(folder.glob(pattern))
        if len(found) == 1:
            return SourceFile(found[0].name, read_text(found[0], shown / found[0].name))
        if found:
            raise Damaged(f"{shown}: {len(found)} files {pattern}; there should be one")
    raise Damaged(f"{shown / patterns[0]}: missing")


def _problem(root: Path, folder: Path, task: Task, number: int) -> Problem:
    from harness.suites.golden_name import golden_as  # these two load slang
    from harness.suites.printed_verdict import Words, keyed_testbench

    shown = folder.relative_to(root)
    prompt = _one(folder, shown, f"prompt{number}_*.v")
    stem = prompt.name.partition("_")[2]
    test, reference = _one(folder, shown, "tb_*.v"), _one(folder, shown, "answer_*.v", stem)
    try:
        keyed = keyed_testbench(test.text, Words(_PASSED, _FAILED))
    except ValueError as error:
        raise Damaged(f"{shown / test.name}: the testbench {error}") from error
    try:
        golden = golden_as(keyed.instance.module, reference.text)
    except ValueError as error:
        raise Damaged(f"{shown / reference.name}: the reference {error}") from error
    bench = Testbench("verilog", (SourceFile(test.name, keyed.text),), seeds=1, cpu_s=CPU_S, seeded=False)
    return Problem(
        name=folder.name,
        title=stem.removesuffix(".v").replace("_", " ").replace("-", " "),
        category="",
        difficulty=folder.name.rstrip("0123456789"),
        top=keyed.instance.module,
        language="systemverilog",
        spec="\n".join(_COMMENT.findall(prompt.text)) + "\n",
        golden=(SourceFile("golden.sv", golden),),
        given=(),
        tasks=(task,),
        ports=(),
        testbench=bench,
        parameters=keyed.instance.parameters,
        header=prompt.text.rstrip() + "\n",
        official={"test": test, "prompt": prompt},
        origin=str(folder / prompt.name),
    )


reader = SuiteReader(
    name=NAME,
    title="VGen (NYU): 17 module headers to complete, three prompt grains",
    tasks=(Task.CODE_COMPLETION,),
    licence="Apache-2.0",
    read=read_suite,
    source=_SOURCE,
    size=17,
    grains=tuple(GRAINS),
    read_grain=read_suite,
)
