"""waveforms.jsonl: recorded ports of failing samples, made for the report; derived, and found there by the next report.

One line a sample: its key, the digest of what it was recorded from, and the waveform or why there is none.
"""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from harness.errors import CellUnusable, HarnessError
from harness.grading import interface, screen, waveform
from harness.records.grade import Grade
from harness.records.outcome import Outcome, Stage
from harness.records.waveform import Waveform
from harness.runs.asking import candidate_of
from harness.runs.folder import Key, RunFolder, write_whole
from harness.runs.jsonl import read_lines
from harness.runs.progress import Progress
from harness.runs.session import Session

WAVEFORMS = "waveforms.jsonl"
SCHEMA = 1
Lines = dict[Key, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The samples of a run that get a waveform, in the order of its problems."""

    grades: tuple[Grade, ...]
    left_out: int
    """Those beyond the limit."""


def choose(grades: Iterable[Grade], limit: int) -> Wanted:
    """Wrong under the testbench, at most ``limit``: first one of each problem, then the second ones, and so on."""
    by_problem: dict[str, list[Grade]] = {}
    for grade in grades:
        if grade.outcome is Outcome.MISMATCH and Stage.MATCH not in grade.stages:
            by_problem.setdefault(grade.problem, []).append(grade)
    ranked = [
        (rank, number, grade)
        for number, members in enumerate(by_problem.values())
        for rank, grade in enumerate(sorted(members, key=lambda grade: grade.key))
    ]
    chosen = sorted(ranked, key=lambda item: item[:2])[:limit]
    kept = [grade for _, _, grade in sorted(chosen, key=lambda item: (item[1], item[0]))]
    return Wanted(tuple(kept), len(ranked) - len(kept))


def read(folder: RunFolder) -> Lines:
    """What was recorded before; lines of another shape or version are left out."""
    found: Lines = {}
    for line in read_lines(folder.path / WAVEFORMS):
        value = line.value
        if value.get("version") != waveform.VERSION or not _is_whole(value):
            continue
        found[value["problem"], value["sample"], value["round"]] = value
    return found


def _is_whole(value: dict[str, Any]) -> bool:
    """A waveform, or why there is none."""
    named = isinstance(value.get("problem"), str) and all(isinstance(value.get(k), int) for k in ("sample", "round"))
    wave = value.get("waveform")
    shown = _is_recorded(wave) if isinstance(wave, dict) else isinstance(value.get("reason"), str)
    return named and shown


def _is_recorded(wave: dict[str, Any]) -> bool:
    """Frames are a counterexample's, which is never kept here."""
    return Waveform.is_whole(wave) and "frames" not in wave


def missing(there: Lines, wanted: Wanted) -> list[Grade]:
    """Those that were not recorded, or were from another candidate or testbench."""
    return [grade for grade in wanted.grades if there.get(grade.key, {}).get("inputs") != grade.inputs]


def record(session: Session, folder: RunFolder, there: Lines, todo: Sequence[Grade]) -> Lines:
    """Run the failing samples again in cells, in parallel, and keep what comes of it; identical candidates once.

    What was recorded is on disk also where this is stopped halfway.
    """
    groups: dict[tuple[str, str], list[Grade]] = {}
    for grade in todo:
        if session.problem(grade.problem) is not None:  # a session can be of a few problems only
            groups.setdefault((grade.problem, grade.inputs), []).append(grade)
    index = folder.answer_index()
    golden: waveform.GoldenRuns = {}
    found = dict(there)
    pool = ThreadPoolExecutor(session.workers, "waveform")
    try:
        with Progress("waveforms", len(groups), quiet=session.options.quiet) as progress:
            jobs = {
                pool.submit(_one, session, folder, members[0], index[members[0].key][0], golden): members
                for members in groups.values()
                if members[0].key in index
            }
            for job in as_completed(jobs):
                for grade in jobs[job]:
                    found[grade.key] = _line(grade, job.result())
                progress.step()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        lines = [json.dumps(found[key], separators=(",", ":")) + "\n" for key in sorted(found)]
        write_whole(folder.path / WAVEFORMS, "".join(lines))
    return found


def _one(session: Session, folder: RunFolder, grade: Grade, offset: int, golden: waveform.GoldenRuns) -> Waveform | str:
    """Raises CellUnusable, which concerns every sample; other trouble is this one's."""
    problem = session.problem(grade.problem)
    assert problem is not None
    try:
        code = candidate_of(session, problem, folder.answer_at(offset)).code
        ports = problem.ports or interface.golden_ports(problem, session.run_job)
        screened = screen.run(problem, code, (), session.run_job)
        first = grade.stages[Stage.SIMULATE].facts.get("first") if Stage.SIMULATE in grade.stages else None
        if not screened.report.passed:
            return f"the design is not run under our rules: {screened.report.message}"
        when = first if isinstance(first, int) else None
        return waveform.record(problem, screened.code, ports, when, session.run_job, golden)
    except (CellUnusable, KeyboardInterrupt):
        raise
    except HarnessError as error:
        return str(error)


def _line(grade: Grade, found: Waveform | str) -> dict[str, Any]:
    line: dict[str, Any] = {"schema": SCHEMA, "problem": grade.problem, "sample": grade.sample, "round": grade.round}
    line |= {"version": waveform.VERSION, "inputs": grade.inputs}
    return line | ({"reason": found} if isinstance(found, str) else {"waveform": found.to_json()})
