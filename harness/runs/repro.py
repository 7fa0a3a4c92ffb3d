"""A folder with which anybody can see one sample's failure: its sources, the log, run.sh that needs only the tools, and
the waveform. What runs here runs in a cell, like all grading; run.sh is for the user to read and start."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness.errors import ConfigError
from harness.grading.simulate import job_for
from harness.grading.syntax import design_files
from harness.process.job import MEGABYTE, Job, JobResult, Step
from harness.process.sandbox import CellKind
from harness.records.grade import Grade
from harness.records.outcome import Rules, Task
from harness.records.problem import Problem
from harness.runs.asking import candidate_of
from harness.runs.folder import RunFolder, find_run, results_root
from harness.runs.options import RunOptions
from harness.runs.session import Session, open_session
from harness.tools import cocotb

WAVE = "wave.vcd"
_DUMP_FILE = "harness_dump.v"
_KEY = f"{1:016x}"
_COCOTB_SETUP = r"""PYTHON="${PYTHON:-python3}"   # a Python with cocotb, such as the harness's .venv/bin/python
LIBPYTHON="$("$PYTHON" -c 'import find_libpython; print(find_libpython.find_libpython())')"
export GPI_USERS="$LIBPYTHON;$("$PYTHON" -c 'import cocotb_tools.config as c; print(c.pygpi_entry_point())')"
export PYGPI_PYTHON_BIN="$("$PYTHON" -c 'import sys; print(sys.executable)')"
export PYTHONPATH=".:$("$PYTHON" -c 'import cocotb, pathlib; print(pathlib.Path(cocotb.__file__).parents[1])')"
VPI="$("$PYTHON" -c 'import cocotb_tools.config as c; print(c.lib_entry("vpi", "icarus"))')"
"""


def make(run: str, problem_name: str, sample: int, out: Path | None, suite_path: str | None) -> Path:
    """Write the folder, of the last round where there is feedback; returns it. Raises ConfigError where the run has no
    such sample."""
    path = find_run(run)
    folder = RunFolder.read(path)
    config = folder.config
    index = folder.answer_index()
    turn = max((number for name, place, number in index if (name, place) == (problem_name, sample)), default=None)
    if turn is None:
        raise ConfigError(
            f"run {path.name} has no reply for {problem_name} sample {sample}. See {path / 'grades.jsonl'}"
        )
    options = RunOptions(
        suite=config.suite,
        suite_path=suite_path,
        task=Task(config.task),
        rules=Rules(config.rules),
        problems=problem_name,
    )
    grade = next((g for g in reversed(list(folder.grades())) if g.key == (problem_name, sample, turn)), None)
    out = out or results_root() / "repro" / path.name / f"{problem_name}-{sample}"
    with open_session(options) as session:
        problem = session.problems[0]
        if problem.testbench.kind == "text":
            raise ConfigError(
                f"run {path.name}: {problem.name} is answered by a line of text, and no tool runs it. "
                f"The reply: harness view {path.name}; the expected line: {problem.origin}"
            )
        answer = folder.answer_at(index[problem_name, sample, turn][0])
        code = candidate_of(session, problem, answer).code
        _write(out, session, problem, code, grade)
        (out / "reply.txt").write_text(answer.completion.text, "utf-8", "replace")
    return out


def _write(out: Path, session: Session, problem: Problem, code: str, grade: Grade | None) -> None:
    cell, job = _first_failing(session, problem, code)
    result = session.run_job(cell, _with_waveform(job, problem))
    log = "".join(step.log for step in result.steps)
    texts = {
        **job.files,
        **_dump(problem, job),
        "run.sh": _script(job, problem),
        "log.txt": log,
        "README.txt": _readme(problem, grade),
    }
    texts |= {f"golden/{source.name}": source.text for source in problem.golden}
    texts["spec.md"] = problem.spec
    if WAVE in result.files:
        texts[WAVE] = result.files[WAVE]
    for name, text in texts.items():
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8", "replace")
    (out / "run.sh").chmod(0o755)


def _first_failing(session: Session, problem: Problem, code: str) -> tuple[CellKind, Job]:
    """The job of the first seed that does not pass (the first one where all do); official rules have one job."""
    if session.rules is not None and session.options.rules is Rules.OFFICIAL:
        return CellKind("icarus"), session.rules.job(problem, code)
    design = design_files(problem, code)
    for seed in range(1, problem.testbench.seeds + 1):
        cell, job = job_for(problem, design, seed, _KEY)
        result = session.run_job(cell, job)
        if not _all_right(result):
            return cell, job
    return job_for(problem, design, 1, _KEY)


def _all_right(result: JobResult) -> bool:
    text = result.last.log + result.last.piped
    return result.last.name == "run" and result.last.ok and re.search(r"checked=\d+ failed=0 first=-", text) is not None


def _root(problem: Problem) -> str:
    return problem.top if problem.testbench.kind == "cocotb" else "tb"


def _dump(problem: Problem, job: Job) -> Mapping[str, str]:
    """A second root module that records every signal; testbenches that record by themselves need none."""
    if any("$dumpfile" in text for text in job.files.values()):
        return {}
    body = f'initial begin $dumpfile("{WAVE}"); $dumpvars(0, {_root(problem)}); end'
    return {_DUMP_FILE: f"module harness_dump; {body} endmodule\n"}


def _with_waveform(job: Job, problem: Problem) -> Job:
    dump = _dump(problem, job)
    steps = []
    for step in job.steps:
        limits = replace(step.limits, file_bytes=512 * MEGABYTE)
        steps.append(replace(step, argv=tuple(_visible_argv(step, bool(dump))), limits=limits))
    return replace(job, files={**job.files, **dump}, steps=tuple(steps), fetch=(WAVE,))


def _visible_argv(step: Step, dump: bool) -> list[str]:
    """The argv of grading, but with a waveform."""
    argv = [part for part in step.argv if part != "-none"]
    if argv[0] == "iverilog" and dump:
        argv += ["-s", "harness_dump", _DUMP_FILE]
    return argv


def _script(job: Job, problem: Problem) -> str:
    dump = bool(_dump(problem, job))
    lines = [
        "#!/bin/sh",
        "# Compiles and runs this sample as it was graded, with a waveform.",
        'cd "$(dirname "$0")" || exit 1',
    ]
    if problem.testbench.kind == "cocotb" and cocotb.SCOREBOARD_FILE in job.files:
        lines.append(_COCOTB_SETUP)
    for step in job.steps:
        for name, value in sorted(step.env.items()):
            if name not in ("GPI_USERS", "PYGPI_PYTHON_BIN", "PYTHONPATH"):
                lines.append(f"export {name}={shlex.quote(value)}")
        argv = _visible_argv(step, dump)
        words = ['"$VPI"' if "cocotbvpi" in word else shlex.quote(word) for word in argv]
        lines.append(" ".join(words))
    return "\n".join(lines) + "\n"


def _readme(problem: Problem, grade: Grade | None) -> str:
    found = "not graded" if grade is None else f"{grade.outcome}{': ' + grade.message if grade.message else ''}"
    return (
        f"{problem.name}: {problem.title}\n\ngrade: {found}\n\n"
        "candidate.sv  the design that was graded\nreply.txt     the model's whole reply\n"
        "golden/       the reference design\nspec.md       what the model was asked\n"
        "run.sh        compiles and runs it (iverilog, vvp)\nlog.txt       what that prints\n"
        f"{WAVE}      the waveform, for GTKWave or Surfer\n"
    )
