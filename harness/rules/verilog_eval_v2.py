"""The official rules of VerilogEval v2 (NVlabs/verilog-eval, main): prompt, extraction, verdict, score.

Reproduced exactly, faults included; prompt texts come from the user's checkout (``Suite.assets``). Two things differ:
the 30 seconds are CPU time, so that a busy machine changes no verdict, and no waveform is written.
"""

from collections.abc import Mapping, Sequence

from harness.errors import ConfigError
from harness.process.job import MEGABYTE, Job, JobResult, Limits, Step, StepResult
from harness.records.completion import Message
from harness.records.grade import Official
from harness.records.outcome import Outcome, Stage, Task
from harness.records.problem import Problem, Suite
from harness.rules import verilog_eval_codes as codes
from harness.rules import verilog_eval_extraction as extraction
from harness.rules.official import OfficialVerdict

CANDIDATE = "candidate.sv"
BINARY = "candidate.vvp"
CPU_S = 30
"""The published limit on the simulation; the compiler, which has none, gets the same."""
WALL_S = 180.0
_LIMITS = Limits(cpu_s=CPU_S, wall_s=WALL_S, log_bytes=8 * MEGABYTE)
_TIMEOUT = "TIMEOUT\n"
"""What the published Makefile appends to the log of a simulation that it stopped."""


class VerilogEvalV2Rules:
    """Implements OfficialRules."""

    def __init__(self, *, conventions: bool = False) -> None:
        self.name = "verilog-eval-v2"
        self.conventions = conventions
        """Add the published coding conventions to spec-to-rtl prompts (``--rules`` of the published script)."""

    def messages(self, suite: Suite, problem: Problem, task: Task, shots: int) -> tuple[Message, ...]:
        """System and user message, character for character. Raises ConfigError where the checkout lacks a text."""
        prompt = _prompt(problem)
        asked = commented_prompt(prompt) if task is Task.CODE_COMPLETION else prompt
        return in_published_words(suite, task, asked, shots, conventions=self.conventions)

    def extract(self, problem: Problem, task: Task, reply: str) -> str:
        """The file that the published script writes for a reply."""
        if task is Task.CODE_COMPLETION:
            return extraction.extract_code_completion(reply, problem.official["interface"].text)
        return extraction.extract_spec_to_rtl(reply)

    def job(self, problem: Problem, code: str) -> Job:
        """The published compile line, and the run, which comes even where the compiler failed."""
        test, reference = problem.official["test"], problem.official["reference"]
        flags = ("-Wall", "-Winfloop", "-Wno-timescale", "-g2012", "-s", "tb")
        compile_argv = ("iverilog", *flags, "-o", BINARY, CANDIDATE, test.name, reference.name)
        # The published flow runs the binary itself, which is `vvp BINARY`: without -n, so that $stop goes on at the end
        # of standard input instead of ending the simulation. -none only makes $dumpfile and $dumpvars write nothing.
        simulate_argv = ("vvp", BINARY, "-none")
        return Job(
            files={CANDIDATE: code, test.name: test.text, reference.name: reference.text},
            steps=(
                Step(Stage.SYNTAX, _LIMITS, argv=compile_argv),
                Step(Stage.SIMULATE, _LIMITS, argv=simulate_argv),
            ),
            keep_going=True,
        )

    def judge(self, problem: Problem, code: str, result: JobResult) -> OfficialVerdict:  # noqa: ARG002 (protocol)
        """The published reading of the log, and our word for it."""
        compiled, simulated = result.steps
        log = compiled.log + simulated.log + (_TIMEOUT if _ran_out(simulated) else "")
        cpu_s = {Stage.SYNTAX: compiled.cpu_s, Stage.SIMULATE: simulated.cpu_s}
        trouble = compiled.error or simulated.error
        if trouble is not None:
            nothing = Official(codes.UNKNOWN, passed=False)
            return OfficialVerdict(nothing, Outcome.INFRA_ERROR, trouble, False, log, cpu_s)
        reading = codes.read_log(log, code)
        official = Official(reading.code, reading.code == codes.PASS, reading.mismatches)
        outcome = _outcome(reading, compiled, simulated)
        message = None if official.passed else _located(reading.line or _last_line(compiled, simulated))
        return OfficialVerdict(official, outcome, message, compiled.ok, log, cpu_s)

    def score(self, rows: Mapping[str, Sequence[Official]]) -> dict[str, float]:
        """``pass_rate`` and ``gini_simpson``, as the published analysis prints them, not rounded."""
        return codes.score(rows)

    def summary_csv(self, rows: Mapping[str, Sequence[Official]]) -> str:
        return codes.summary_csv(rows)


rules = VerilogEvalV2Rules()
rules_with_conventions = VerilogEvalV2Rules(conventions=True)


def in_published_words(
    suite: Suite, task: Task, asked: str, shots: int, *, conventions: bool = False
) -> tuple[Message, ...]:
    """System and user message around a problem's text. ``suite``: the folder and the texts of a checkout."""
    asset = _Assets(suite)
    examples = asset.text(f"shots-{shots}") if shots else ""
    if task is Task.CODE_COMPLETION:
        question = asset.text("prefix") + asked
    else:
        question = f"\nQuestion:\n{asked.strip()}\n"
        question += asset.text("rules") if conventions else ""
        question = f"{question.rstrip()}\n{asset.text('request')}\nAnswer:\n"
    return Message.of("system", asset.text("system")), Message.of("user", examples + question)


def commented_prompt(prompt: str) -> str:
    """A code-completion prompt: every line before the module header a comment, and a blank line before the header."""
    found: list[str] = []
    commenting = True
    for line in prompt.splitlines():
        if "module TopModule" in line:
            found.append("")
            commenting = False
        found.append(f"// {line}" if commenting else line)
    return "\n".join(found)


def _prompt(problem: Problem) -> str:
    return problem.official["prompt"].text


class _Assets:
    """The texts of the user's checkout, asked for by name."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite

    def text(self, name: str) -> str:
        found = self._suite.assets.get(name)
        if found is not None:
            return found
        if name.startswith("shots-"):
            there = ", ".join(["0", *sorted(key[6:] for key in self._suite.assets if key.startswith("shots-"))])
            raise ConfigError(f"{self._suite.root} has no official examples for --shots {name[6:]}. There are: {there}")
        raise ConfigError(
            f"{self._suite.root}/scripts/sv-generate lacks the {name} text of the official prompt. "
            f"Check the folder out again, or use --rules default"
        )


def _ran_out(simulated: StepResult) -> bool:
    """Whether the published flow would have stopped it. A flood of output that our file limit cut goes on for ever."""
    return simulated.stopped in ("cpu", "wall", "file")


def _outcome(reading: codes.Reading, compiled: StepResult, simulated: StepResult) -> Outcome:
    """Our nearest word. ``pass`` exactly where the code is a pass."""
    if reading.code == "T" and simulated.stopped == "file":
        return Outcome.RESOURCE_LIMIT
    word = codes.OUTCOMES.get(reading.code)
    if word is not None:
        return word
    return _run_outcome(reading, simulated) if compiled.ok else _silent_compile_outcome(compiled)


def _run_outcome(reading: codes.Reading, simulated: StepResult) -> Outcome:
    if reading.mismatches:
        return Outcome.MISMATCH
    if simulated.stopped == "memory":
        return Outcome.RESOURCE_LIMIT
    return Outcome.TOOL_CRASH if simulated.signal is not None else Outcome.NO_VERDICT


def _silent_compile_outcome(compiled: StepResult) -> Outcome:
    """The compiler failed and named no error: stopped by a limit of ours, or crashed.

    Its own child's end shows as an exit code above 128, its use of CPU time in the sum.
    """
    if compiled.stopped in ("cpu", "wall") or compiled.cpu_s >= CPU_S:
        return Outcome.TIMEOUT
    if compiled.stopped in ("memory", "file"):
        return Outcome.RESOURCE_LIMIT
    crashed = compiled.exit_code is None or compiled.exit_code >= 128
    return Outcome.TOOL_CRASH if crashed else Outcome.ELABORATION_ERROR


def _located(line: str) -> str:
    """Of the candidate only the line number: it has one file, under a name of ours."""
    return line.replace(f"{CANDIDATE}:", "line ", 1) if line.startswith(f"{CANDIDATE}:") else line


def _last_line(compiled: StepResult, simulated: StepResult) -> str:
    """The last word of the step that failed, where no line is more telling."""
    failed = simulated if compiled.ok else compiled
    lines = [line.strip() for line in failed.log.splitlines() if line.strip()]
    return lines[-1] if lines else f"{failed.name}: it ended without a word"
