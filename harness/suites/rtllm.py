"""Reads a checkout of hkust-zhiyao/RTLLM: version 1.1 (29 designs, one level) and 2.0 (50 designs in groups).

A design is a folder with ``design_description.txt``, ``testbench.v``, ``verified_*.v`` and the data files that its
testbench reads. Names are irregular: the module to ask for is the one that the testbench instantiates, and the
reference gets that name. Folders that begin with ``_`` hold published answers.

The profile ``corrected`` (``rtllm-2.0+corrected``) mends in memory what can be mended (rtllm_repairs), says what, and
takes those designs off the quarantine list.
"""

import ast
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.records.problem import Problem, SourceFile, Suite, Testbench
from harness.rules.quarantine import load_quarantine
from harness.suites.damage import Damaged, read_text
from harness.suites.reader import Source, SuiteReader

URL = "https://github.com/hkust-zhiyao/RTLLM"
CPU_S = 8
DESCRIPTION, TESTBENCH, SCRIPT = "design_description.txt", "testbench.v", "auto_run.py"
MISSPELT = {"freq_divfrac": "freq_divbyfrac"}
"""As the published script names a design, and its folder."""
PUBLISHED, CORRECTED = "published", "corrected"
_RULES = {PUBLISHED: "rtllm", CORRECTED: "harness.rules.rtllm:corrected_rules"}
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_READ = re.compile(r'"([\w-]+\.(?:txt|dat|hex|mem))"')
_WRITTEN = re.compile(r'\$fopen\s*\(\s*"([^"\n]+)"\s*,\s*"[wa]')
_NO_DATA = {DESCRIPTION, TESTBENCH, "makefile"}


@dataclass(frozen=True, slots=True)
class Edition:
    """One published version; another version is another suite."""

    version: str
    commit: str

    @property
    def name(self) -> str:
        return f"rtllm-{self.version}"

    @property
    def quarantine(self) -> Path:
        return Path(__file__).parents[1] / "rules" / f"rtllm_{self.version.replace('.', '_')}.quarantine.toml"


V1_1 = Edition("1.1", "f6d03dee61fd80b868eddc3bf3e675424726a68f")
V2_0 = Edition("2.0", "41b26896e33b536940116a975626455eed3de65e")


def read_suite(edition: Edition, root: Path, task: Task, profile: str = PUBLISHED) -> Suite:
    """Raises ConfigError where ``root`` is no checkout of that version; a broken design becomes a defect."""
    if task is not Task.SPEC_TO_RTL:
        raise ConfigError(f'{edition.name} has no task "{task}". There is: {Task.SPEC_TO_RTL}')
    folders = sorted(_folders(root), key=lambda folder: folder.name)
    levels = {len(folder.relative_to(root).parts) for folder in folders}
    if not folders or (levels == {1}) != (edition is V1_1):
        raise ConfigError(
            f"{root} is no checkout of RTLLM {edition.version}: "
            f"{'no folder there has a ' + DESCRIPTION if not folders else 'its folders are those of another version'}. "
            f"Give its folder by --suite-path, or let `make suites` fetch it (hkust-zhiyao/RTLLM, {edition.commit[:7]})"
        )
    problems: list[Problem] = []
    defects: list[str] = []
    repairs: dict[str, str] = {}
    for folder in folders:
        said: list[str] = []
        try:
            problems.append(_problem(root, folder, profile, said))
        except Damaged as damage:
            defects += damage.lines
        else:
            repairs |= {folder.name: "; ".join(said)} if said else {}
    defects += _not_there(_listed(root), {folder.name for folder in folders})
    names = {problem.name for problem in problems} - repairs.keys()
    return Suite(
        name=edition.name if profile == PUBLISHED else f"{edition.name}+{profile}",
        version=edition.version,
        root=root,
        problems=tuple(problems),
        defects=tuple(defects),
        quarantine=tuple(entry for entry in load_quarantine(edition.quarantine) if entry.problem in names),
        official_rules=_RULES[profile],
        licence="MIT",
        repairs=repairs,
    )


def _folders(root: Path) -> Iterator[Path]:
    """The designs' folders, by description or testbench; those of published answers are left out."""
    found = {path.parent for name in (DESCRIPTION, TESTBENCH) for path in root.rglob(name)}
    for folder in found:
        if not any(part.startswith(("_", ".")) for part in folder.relative_to(root).parts):
            yield folder


def _not_there(listed: list[str], there: set[str]) -> Iterator[str]:
    """A line for each design that the script lists and that has no folder, with a folder that it may be."""
    for name in listed:
        if name not in there:
            near = difflib.get_close_matches(name, sorted(there - set(listed)), 1)
            yield f"{SCRIPT} lists {name}: no such folder" + (f" ({near[0]} is not listed)" if near else "")


def _listed(root: Path) -> list[str]:
    """The designs that the published script names, by their folders; none where there is no such script."""
    try:
        nodes = ast.parse((root / SCRIPT).read_text("utf-8")).body
        for node in nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id="design_name")], value=value):
                    return [MISSPELT.get(name, name) for name in map(str, ast.literal_eval(value))]
    except (OSError, ValueError, SyntaxError):
        pass
    return []


def _problem(root: Path, folder: Path, profile: str, said: list[str]) -> Problem:
    """``said`` gets what was mended."""
    from harness.suites.golden_name import golden_as  # these load slang
    from harness.suites.printed_verdict import keyed_testbench
    from harness.suites.rtllm_repairs import NOTHING, REPAIRS, described, mended

    repair = REPAIRS.get(folder.name, NOTHING) if profile == CORRECTED else NOTHING
    where = folder.relative_to(root)
    spec, test = read_text(folder / DESCRIPTION, where / DESCRIPTION), read_text(folder / TESTBENCH, where / TESTBENCH)
    references = sorted(folder.glob("verified_*.v"))
    if len(references) != 1:
        raise Damaged(f"{where}: {len(references) or 'no'} verified_*.v; there should be one")
    reference = read_text(references[0], where / references[0].name)
    try:
        test = mended(repair.test, test, said)
        keyed = keyed_testbench(test, repair.words)
    except ValueError as error:
        raise Damaged(f"{where / TESTBENCH}: the testbench {error}") from error
    try:
        reference = mended(repair.reference, reference, said)
        golden = golden_as(keyed.instance.module, reference)
    except ValueError as error:
        raise Damaged(f"{where / references[0].name}: the reference {error}") from error
    spec = described(repair, spec, golden, keyed.instance.module, said)
    data = _data_files(folder, where, test)
    official = {"test": SourceFile(TESTBENCH, test), "reference": SourceFile(references[0].name, reference)}
    return Problem(
        name=folder.name,
        title=folder.name.replace("_", " "),
        category=where.parts[0].lower() if len(where.parts) > 1 else "",
        difficulty="",
        top=keyed.instance.module,
        language="systemverilog",
        spec=spec,
        golden=(SourceFile("golden.sv", golden),),
        given=(),
        tasks=(Task.SPEC_TO_RTL,),
        ports=(),
        parameters=keyed.instance.parameters,
        testbench=Testbench(
            kind="verilog",
            files=(SourceFile(TESTBENCH, keyed.text),),
            seeds=1,
            cpu_s=CPU_S,
            seeded=False,
            support=data,
        ),
        official=official | {f"data:{source.name}": source for source in data},
        origin=str(folder / DESCRIPTION),
    )


def _data_files(folder: Path, where: Path, test: str) -> tuple[SourceFile, ...]:
    """What the testbench reads by relative name. Without it some testbenches pass everything: its lack is damage."""
    paths = [path for path in sorted(folder.iterdir()) if path.is_file() and path.name not in _NO_DATA]
    paths = [path for path in paths if not path.name.startswith(("verified_", "."))]
    code = _COMMENT.sub("", test)
    missing = sorted(set(_READ.findall(code)) - set(_WRITTEN.findall(code)) - {path.name for path in paths})
    if missing:
        raise Damaged(*(f"{where / name}: missing; {TESTBENCH} reads it" for name in missing))
    return tuple(SourceFile(path.name, read_text(path, where / path.name)) for path in paths)


def _reader(edition: Edition, size: int) -> SuiteReader:
    return SuiteReader(
        name=edition.name,
        title=f"RTLLM {edition.version} (HKUST): {size} designs with description and testbench",
        tasks=(Task.SPEC_TO_RTL,),
        licence="MIT",
        read=partial(read_suite, edition),
        source=Source(URL, edition.commit),
        size=size,
        grains=(PUBLISHED, CORRECTED),
        read_grain=partial(read_suite, edition),
    )


reader_1_1 = _reader(V1_1, 29)
reader_2_0 = _reader(V2_0, 50)
