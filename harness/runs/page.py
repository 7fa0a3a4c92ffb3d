"""report.html of a run: what is read from the folder and from the suite, and handed to the reports room as plain JSON.

The figures are those of summary.json. Texts are read problem by problem, so that a large run needs no large memory;
what is longer than anybody reads is cut, and says so.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from harness import __version__
from harness.errors import HarnessError
from harness.grading import waveform
from harness.records.grade import Grade
from harness.records.outcome import Rules, Task
from harness.records.run import RunConfig
from harness.reports import page as report_page
from harness.runs import report, waveforms
from harness.runs.folder import COMPLETIONS, GRADES, RUN, RunFolder, write_whole
from harness.runs.jsonl import read_lines
from harness.runs.options import RunOptions
from harness.runs.page_samples import CAPS, Builder, Round, Sample, grade_at
from harness.runs.session import Session

PAGE = "report.html"
MOST_SAMPLES = 20_000
"""Samples that a page shows one by one; the figures are always those of all."""
MOST_TEXT = 256 << 20
"""Characters of all texts together, an equal share for each problem."""

Open = Callable[[], AbstractContextManager[Session]]
Say = Callable[[str], None]


def options_of(config: RunConfig, *, suite_path: str | None, waveforms: int, quiet: bool) -> RunOptions:
    """With which a session is opened that knows a run's prompts and Verilog."""
    take = config.params_requested.get
    return RunOptions(
        suite=config.suite,
        suite_path=suite_path,
        task=Task(config.task),
        rules=Rules(config.rules),
        shots=take("shots") or 0,
        style=take("style"),
        waveforms=waveforms,
        quiet=quiet,
    )


def make(folder: RunFolder, summary: Mapping[str, Any], open_session: Open, limit: int, say: Say) -> Path:
    """Write report.html where it is not current; returns its path.

    ``open_session`` gives what prompts, Verilog and waveforms need; where it cannot (the suite is not here), they are
    left out and the page says why. ``limit``: most samples with a waveform.
    """
    path = folder.path / PAGE
    if _is_current(path, _digest(folder, summary, limit)):
        return path
    write_whole(path, anew(folder, summary, open_session, limit, say))
    return path


def anew(folder: RunFolder, summary: Mapping[str, Any], open_session: Open, limit: int, say: Say) -> str:
    """The page, made from the run's records whatever page is there."""
    inputs = _digest(folder, summary, limit)
    missing: str | None = None
    with contextlib.ExitStack() as stack:
        session = None
        try:
            session = stack.enter_context(open_session())
        except HarnessError as error:
            missing = str(error)
            say(f"note: the report has no prompts, Verilog or waveforms: {missing}")
        whole = session is not None and all(session.problem(name) for name in summary["per_problem"])
        return _render(folder, summary, session, limit, missing, f"{inputs} {'whole' if whole else 'bare'}")


def _digest(folder: RunFolder, summary: Mapping[str, Any], limit: int) -> str:
    parts = (__version__, report_page.assets_digest(), waveform.VERSION, limit)
    digest = hashlib.sha256(" ".join(map(str, parts)).encode())
    for name in (RUN, COMPLETIONS, GRADES, report.FACTS):
        with contextlib.suppress(OSError), (folder.path / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    digest.update(json.dumps(summary, sort_keys=True).encode())
    return digest.hexdigest()


def _is_current(path: Path, inputs: str) -> bool:
    """Only a page with everything on it is current: the suite may be here now."""
    try:
        with path.open("rb") as file:
            return report_page.meta(f"{inputs} whole").encode() in file.read(1 << 12)
    except OSError:
        return False


def _render(
    folder: RunFolder,
    summary: Mapping[str, Any],
    session: Session | None,
    limit: int,
    missing: str | None,
    inputs: str,
) -> str:
    groups, left_out = _samples(folder, summary)
    waves, without = _waves(folder, session, groups, limit)
    builder = Builder(folder, session, waves, MOST_TEXT // max(1, len(groups)))
    rows: list[dict[str, Any]] = []
    blocks = []
    for number, (name, members) in enumerate(groups.items()):
        block = builder.block(number, name, members, rows)
        blocks.append(report_page.Block(number, report_page.compressed(block)))
    facts = report.problem_notes(folder.path)
    index = {
        "run": folder.config.to_json(folder.name),
        "summary": summary,
        "problems": [{"name": name, **facts.get(name, {})} for name in groups],
        "samples": rows,
        "left_out": {"samples": left_out, "waveforms": without, "suite": missing},
        "limits": {"waveforms": limit, **CAPS},
    }
    suite = summary["suite"]["name"]
    return report_page.render(f"{summary['model']} · {suite} · {summary['task']}", inputs, index, blocks)


def _samples(folder: RunFolder, summary: Mapping[str, Any]) -> tuple[dict[str, list[Sample]], int]:
    """Problem → its samples with their rounds, in the order of the suite. And how many are left out."""
    answers = {key: offset for key, (offset, _) in folder.answer_index().items()}
    turns: dict[tuple[str, int], dict[int, int]] = {}
    for line in read_lines(folder.path / GRADES):
        with contextlib.suppress(KeyError, TypeError, ValueError):
            problem, sample, turn = Grade.from_json(line.value).key
            turns.setdefault((problem, sample), {})[turn] = line.offset
    groups: dict[str, list[Sample]] = {name: [] for name in summary["per_problem"]}
    for (problem, sample), offsets in sorted(turns.items()):
        rounds = tuple(Round(offset, answers.get((problem, sample, turn))) for turn, offset in sorted(offsets.items()))
        groups.setdefault(problem, []).append(Sample(problem, sample, rounds))
    most = max(1, MOST_SAMPLES // max(1, len(groups)))
    kept = {name: members[:most] for name, members in groups.items()}
    return kept, sum(map(len, groups.values())) - sum(map(len, kept.values()))


def _last_grades(folder: RunFolder, groups: Mapping[str, list[Sample]]) -> Iterator[Grade]:
    for members in groups.values():
        for sample in members:
            yield grade_at(folder, sample.rounds[-1].grade)


def _waves(
    folder: RunFolder, session: Session | None, groups: Mapping[str, list[Sample]], limit: int
) -> tuple[waveforms.Lines, int]:
    """Those that are there, and with a session those that are wanted; and how many samples go without one."""
    there = waveforms.read(folder)
    wanted = waveforms.choose(_last_grades(folder, groups), limit)
    todo = waveforms.missing(there, wanted)
    if session is not None and todo:
        there = waveforms.record(session, folder, there, todo)
    current = {g.key: there[g.key] for g in wanted.grades if there.get(g.key, {}).get("inputs") == g.inputs}
    return current, wanted.left_out
