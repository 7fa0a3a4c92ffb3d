"""Reads any one folder in VerilogEval v2's layout, ChipBench's among them: the folder that holds ``*_prompt.txt``.

All problems are read: those that ``problems.txt`` lists first, in its order, since published lists are not whole.
The texts of official prompts come from the nearest ``scripts/sv-generate`` in the folder or above it; where there is
none, only official prompts cannot be made. A user's folder has no pinned commit: its digest says what was measured.
The quarantine list goes by the texts of ChipBench's problems, since a folder's name says nothing.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.records.problem import Problem, Quarantine, Suite
from harness.rules.quarantine import load_quarantine, texts_digest
from harness.suites.reader import SuiteReader
from harness.suites.verilog_eval_folder import INTERFACE, PROMPT, DataSet, read_problems
from harness.suites.verilog_eval_texts import OFFICIAL_TASK, SCRIPT, read_prompt_texts

NAME = "verilog-eval-layout"
LEVELS_UP = 2
_QUARANTINE = Path(__file__).parents[1] / "rules" / "chipbench.quarantine.toml"


def read_suite(root: Path, task: Task) -> Suite:
    """All problems of ``root``. Raises ConfigError where there is none, or no such task."""
    root = root.resolve()
    data = DataSet(root, PurePath(root.name), task)
    if not data.there():
        below = sorted({path.parent.name for path in root.glob(f"*/*{PROMPT}")})
        hint = f". Give one of its folders by --suite-path: {', '.join(below)}" if below else ""
        raise ConfigError(f"{root}: no *{PROMPT} there; {NAME} reads one folder in VerilogEval v2's layout{hint}")
    if task is Task.CODE_COMPLETION and not any(root.glob(f"*{INTERFACE}")):
        raise ConfigError(f'{root} has no task "{task}": no *{INTERFACE} there. It has: {Task.SPEC_TO_RTL}')
    problems, defects = read_problems(data, sorted(set(data.there()) - {name for _, name in data.listed()}))
    scripts = next((path for path in (root, *root.parents[:LEVELS_UP]) if (path / SCRIPT).is_file()), None)
    prompts = None if scripts is None else read_prompt_texts(scripts, task)
    return Suite(
        name=NAME,
        version=root.name,
        root=root,
        problems=problems,
        defects=(*defects, *(prompts.defects if prompts else ())),
        quarantine=tuple(_faulty(problems, task)),
        official_rules="verilog_eval_v2",
        assets=prompts.texts if prompts else {},
    )


def _faulty(problems: Iterable[Problem], task: Task) -> Iterator[Quarantine]:
    listed = {(entry.problem, entry.texts): entry for entry in load_quarantine(_QUARANTINE) if task in entry.tasks}
    for problem in problems:
        entry = listed.get((problem.name, texts_digest(problem)))
        if entry is not None:
            yield entry


reader = SuiteReader(
    name=NAME,
    title="any folder in VerilogEval v2's layout (ChipBench): --suite-path says which",
    tasks=tuple(OFFICIAL_TASK),
    licence="its own",
    read=read_suite,
)
