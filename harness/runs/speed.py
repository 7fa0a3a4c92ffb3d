"""``harness speed``: our wall time beside the bare tools', measured in turn on the same answers; ratios, no promises.

The baseline is what anybody would write in a shell: for each sample a fresh folder, the same compile line, then ``vvp
-n``, under ``xargs -P``. It is uncontained, keeps no result and writes its waveforms where the testbench asks for them.
"""

import json
import os
import platform
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from harness.errors import HarnessError
from harness.grading.simulate import job_for
from harness.grading.syntax import design_files
from harness.models.replay import read_answers
from harness.process.job import Job
from harness.process.program import run_program
from harness.process.sandbox import choose
from harness.records.completion import Answer, Completion
from harness.records.outcome import Rules, Stage
from harness.records.problem import Problem
from harness.runs.asking import candidate_of
from harness.runs.folder import GRADES
from harness.runs.jsonl import dump_line, read_lines
from harness.runs.options import RunOptions
from harness.runs.session import Session, open_session
from harness.runs.speed_cells import cell_figures
from harness.runs.speed_figure import LIMIT_S, Figure, children_cpu, run_harness, timed
from harness.runs.speed_memory import memory_figures
from harness.runs.speed_requests import request_figures
from harness.wording import counted


def measure(
    options: RunOptions, repeat: int, say: Callable[[str], None], memory: Sequence[int] = (), *, full: bool = False
) -> list[Figure]:
    """Grade the answers of ``--completions`` (without: the golden designs, n times each) beside the bare tools.

    ``memory``: counts of synthetic samples at which the driver's memory is measured, too. ``full``: 2,000 requests to a
    local server instead of a few.
    """
    with tempfile.TemporaryDirectory(prefix="harness-speed-") as name:
        folder = Path(name)
        with open_session(options) as session:
            answers = _answers(session)
            workers = session.workers
            bare = _lay_out(session, answers, folder / "bare")
        file = folder / "answers.jsonl"
        file.write_bytes(b"".join(dump_line(_handed_in(answer)) for answer in answers))
        say(f"speed     {counted(len(answers), 'sample')}, {workers} workers, {repeat} pairs of runs")
        cold, warm, theirs, own_cpu, verdict = [], [], [], [], []
        for number in range(repeat):
            theirs.append(timed(lambda: _run_bare(folder, bare, workers)))
            run = folder / f"run{number}"
            command = _grade_command(options, file, run, workers)
            with children_cpu() as cpu:
                cold.append(timed(partial(run_harness, command)))
            own_cpu.append(1000 * (cpu() - _tools_cpu(run)) / len(answers))
            warm.append(timed(partial(run_harness, command)))
            if _with_area(options):
                alone = replace(options, stages=frozenset((Stage.NETLIST,)))
                command = _grade_command(alone, file, folder / f"verdict{number}", workers)
                verdict.append(timed(partial(run_harness, command)))
            say(f"          pair {number + 1}: {cold[-1]:.2f} s, bare tools {theirs[-1]:.2f} s")
        what = "" if options.completions else " (copies of golden designs: each one circuit, mapped once)"
        title = f"{options.rules} rules, cold, against compile and simulate by the bare tools{what}"
        target = "≤ 1.0 ×" if options.rules is Rules.OFFICIAL else "" if verdict else "≤ 2.5 ×"
        to_netlist = Figure("the same to the netlist, without area", "s", tuple(verdict), tuple(theirs), "≤ 2.5 ×")
        own = Figure("our own CPU a sample, tools excluded", "ms", tuple(own_cpu), target="≤ 3 ms")
        return [
            Figure(title, "s", tuple(cold), tuple(theirs), target),
            *([to_netlist] if verdict else []),
            # The kernel does not tell us what processes in bubblewrap's namespace used: undefined there, so left out.
            *([own] if choose(options.sandbox) != "bwrap" else []),
            Figure("grading the same again", "s", tuple(warm), target="< 2 s for 780"),
            _start_up(max(5, repeat)),
            *cell_figures(session.tool_roots),
            *memory_figures(options, session.problems, memory, folder),
            *request_figures(options, folder, len(session.problems), full=full),
        ]


def _with_area(options: RunOptions) -> bool:
    return options.rules is not Rules.OFFICIAL and not options.stages


def _answers(session: Session) -> list[Answer]:
    names = {problem.name for problem in session.problems}
    if session.options.completions is not None:
        return [a for a in read_answers(session.options.completions).answers if a.problem in names]
    golden = [(p.name, p.golden_code) for p in session.problems]
    count = session.options.n
    # Each copy differs by a comment, or all but the first would be found to be graded already.
    return [
        Answer(name, sample, Completion(f"{code}\n// sample {sample}\n"), is_code=True)
        for name, code in golden
        for sample in range(count)
    ]


def _handed_in(answer: Answer) -> dict[str, Any]:
    key = "code" if answer.is_code else "completion"
    return {"task_id": answer.problem, "sample": answer.sample, key: answer.completion.text}


def _jobs(session: Session, problem: Problem, code: str) -> list[Job]:
    if session.options.rules is Rules.OFFICIAL and session.rules is not None:
        return [session.rules.job(problem, code)]
    seeds = range(1, problem.testbench.seeds + 1)
    return [job_for(problem, design_files(problem, code), seed, f"{seed:016x}")[1] for seed in seeds]


def _lay_out(session: Session, answers: Sequence[Answer], folder: Path) -> list[str]:
    """Write every sample's files and its script beforehand; returns the scripts."""
    problems = {problem.name: problem for problem in session.problems}
    scripts = []
    for number, answer in enumerate(answers):
        problem = problems[answer.problem]
        jobs = _jobs(session, problem, candidate_of(session, problem, answer).code)
        sources = folder / f"s{number:06}"
        sources.mkdir(parents=True)
        for name, text in jobs[0].files.items():
            (sources / name).write_text(text, "utf-8", "replace")
        lines = [f'cd "$(mktemp -d -p {shlex.quote(str(folder))})" && cp {shlex.quote(str(sources))}/* . || exit 1']
        for job in jobs:
            lines.append(" && ".join(_bare_line(step.argv, step.env) for step in job.steps))
        script = folder / f"s{number:06}.sh"
        script.write_text("\n".join(lines) + "\nexit 0\n", "utf-8")
        scripts.append(str(script))
    return scripts


def _bare_line(argv: Sequence[str], env: Any) -> str:
    words = [word for word in argv if word not in ("-none", "-n")]
    words = ["vvp", "-n", *words[1:]] if words[0] == "vvp" else words
    settings = [f"{name}={shlex.quote(value)}" for name, value in sorted(env.items())]
    return " ".join([*settings, *map(shlex.quote, words)]) + " >log 2>&1"


def _run_bare(folder: Path, scripts: Sequence[str], workers: int) -> None:
    listing = folder / "scripts"
    listing.write_text("\n".join(scripts) + "\n", "utf-8")
    found = run_program(["xargs", "-a", str(listing), f"-P{workers}", "-n1", "sh"], wall_s=LIMIT_S)
    for left in (folder / "bare").glob("tmp.*"):
        shutil.rmtree(left, ignore_errors=True)
    if not found.ok:
        raise HarnessError(f"speed: the bare tools did not run: {found.last_line}")


def _grade_command(options: RunOptions, file: Path, run: Path, workers: int) -> list[str]:
    command = [sys.executable, "-m", "harness", "grade", "--suite", options.suite, "--task", str(options.task)]
    command += ["--completions", str(file), "--run", str(run), "--rules", str(options.rules), "--no-cache", "--json"]
    command += ["--workers", str(workers), "--sandbox", options.sandbox, "--quiet", "--waveforms", "0"]
    command += ["--suite-path", options.suite_path] if options.suite_path else []
    command += ["--stages", ",".join(sorted(options.stages))] if options.stages else []
    return command


def _tools_cpu(run: Path) -> float:
    """CPU seconds of the tools, as the grades say; what was graded once for several samples counts once."""
    seen: dict[str, float] = {}
    for line in read_lines(run / GRADES):
        seen[line.value["inputs"]] = sum(line.value["measured"].values())
    return sum(seen.values())


def _start_up(repeat: int) -> Figure:
    ours, theirs = [], []
    for _ in range(repeat):
        theirs.append(1000 * timed(lambda: run_program([sys.executable, "-c", "pass"], wall_s=60)))
        ours.append(1000 * timed(lambda: run_program([sys.executable, "-m", "harness", "--help"], wall_s=60)))
    return Figure("harness --help against python -c pass", "ms", tuple(ours), tuple(theirs), "≤ 10 ×")


def machine() -> dict[str, Any]:
    """Where the figures come from."""
    model = ""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    except OSError:
        pass
    return {"cpu": model, "cores": os.cpu_count(), "system": platform.platform(terse=True)}


def save(figures: Sequence[Figure], options: RunOptions, path: Path) -> None:
    about = {"machine": machine(), "suite": options.suite, "rules": str(options.rules)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**about, "figures": [f.to_json() for f in figures]}, indent=1) + "\n", "utf-8")


def with_defaults(options: RunOptions) -> RunOptions:
    """Quiet, without caches: what is timed is work."""
    return replace(options, quiet=True, no_cache=True)
