"""The official rules of RTLLM (hkust-zhiyao/RTLLM): verdict and score; its prompt is the description as it stands.

The published script runs VCS; the same two files go through Icarus here, in the same order and with the default
timescale of its command line. What compiles is right in syntax; what ends within 8 seconds and printed "Pass" or "pass"
is right in function, whatever else it printed. The 8 seconds are CPU time here, so that a busy machine changes no
verdict. How a reply becomes a file is not published: extraction is ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.analysis.pass_at_k import pass_at_k
from harness.errors import ConfigError
from harness.process.job import MEGABYTE, Job, JobResult, Limits, Step
from harness.records.completion import Message
from harness.records.grade import Official
from harness.records.outcome import Outcome, Stage, Task
from harness.records.problem import Problem, Suite
from harness.rules.official import OfficialVerdict

CANDIDATE, BINARY, COMMANDS = "candidate.v", "candidate.vvp", "commands.f"
CPU_S = 8
_LIMITS = Limits(cpu_s=CPU_S, wall_s=CPU_S * 12.0, log_bytes=8 * MEGABYTE)
_PASSED = ("Pass", "pass")
PASS, SYNTAX, WRONG, TIMEOUT, UNKNOWN = ".", "S", "R", "T", "?"
NEVER_RUN = frozenset({"freq_divbyfrac"})
"""The published script misspells its name, finds no folder and counts it as wrong."""


@dataclass(frozen=True, slots=True)
class RtllmRules:
    """Implements OfficialRules."""

    name: str = "rtllm"
    slips: bool = True
    """The published script's own: a 0 more in each mean, and one design that is never run."""

    def messages(self, suite: Suite, problem: Problem, task: Task, shots: int) -> tuple[Message, ...]:  # noqa: ARG002 (protocol)
        """The description alone."""
        if shots:
            raise ConfigError(f"{suite.name} publishes no examples: --shots {shots} needs --style default")
        return (Message.of("user", problem.spec),)

    def extract(self, problem: Problem, task: Task, reply: str) -> str | None:  # noqa: ARG002 (protocol)
        """None: RTLLM publishes no extraction."""
        return None

    def job(self, problem: Problem, code: str) -> Job:
        """The design, then the testbench, in a folder with the design's data files."""
        test = problem.official["test"]
        data = {file.name: file.text for role, file in problem.official.items() if role.startswith("data:")}
        files = {**data, CANDIDATE: code, test.name: test.text, COMMANDS: "+timescale+1ns/1ns\n"}
        compile_argv = ("iverilog", "-g2012", "-f", COMMANDS, "-o", BINARY, CANDIDATE, test.name)
        return Job(
            files=files,
            steps=(
                Step(Stage.SYNTAX, _LIMITS, argv=compile_argv),
                Step(Stage.SIMULATE, _LIMITS, argv=("vvp", "-n", BINARY, "-none")),
            ),
        )

    def judge(self, problem: Problem, code: str, result: JobResult) -> OfficialVerdict:  # noqa: ARG002 (protocol)
        """The published reading of what was printed, and our word for it."""
        cpu_s = {Stage(step.name): step.cpu_s for step in result.steps}
        log = "".join(step.log for step in result.steps)
        last = result.last
        if last.error is not None:
            return OfficialVerdict(Official(UNKNOWN, False), Outcome.INFRA_ERROR, last.error, False, log, cpu_s)
        compiled = len(result.steps) > 1
        code_letter, outcome = _read(compiled, last.stopped is not None, last.log)
        message = None if outcome is Outcome.PASS else _telling(log)
        return OfficialVerdict(Official(code_letter, outcome is Outcome.PASS), outcome, message, compiled, log, cpu_s)

    def score(self, rows: Mapping[str, Sequence[Official]]) -> dict[str, float]:
        """Mean pass@1, and pass@5 where every design has five answers, over one design more than there are: the
        published means have a 0 appended, which those without the script's slips have not. ``designs_passed``: the
        share of designs with any right answer."""
        found = {}
        never = NEVER_RUN if self.slips else frozenset()
        for k in (1, 5):
            if rows and all(len(items) >= k for items in rows.values()):
                for name, right in (("syntax", lambda item: item.code != SYNTAX), ("func", lambda item: item.passed)):
                    values = [
                        0.0 if design in never else pass_at_k(len(items), sum(map(right, items)), k)
                        for design, items in rows.items()
                    ]
                    found[f"{name} pass@{k}"] = sum(values) / (len(values) + self.slips)
        passed = [design for design, items in rows.items() if design not in never and any(i.passed for i in items)]
        if rows:
            found["designs passed"] = len(passed) / len(rows)
        return found

    def summary_csv(self, rows: Mapping[str, Sequence[Official]]) -> str:  # noqa: ARG002 (protocol)
        """RTLLM has none."""
        return ""


rules = RtllmRules()
corrected_rules = RtllmRules("rtllm-corrected", slips=False)
"""Those of the profile ``corrected``."""


def _read(compiled: bool, stopped: bool, printed: str) -> tuple[str, Outcome]:
    if not compiled:
        return SYNTAX, Outcome.SYNTAX_ERROR
    if stopped:
        return TIMEOUT, Outcome.TIMEOUT
    if any(word in printed for word in _PASSED):
        return PASS, Outcome.PASS
    return WRONG, Outcome.MISMATCH


def _telling(log: str) -> str:
    """The first line that speaks of an error, else the last."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    first = next((line for line in lines if "error" in line.lower()), None)
    return (first or (lines[-1] if lines else "it ended without a word"))[:300].replace(f"{CANDIDATE}:", "line ")
