"""Whether the tools still work: asked where the failure of a candidate may be theirs.

A log is only the occasion to ask, since a design can print one; what the tools then do with a design of our own
decides. So neither can a design leave the denominators by printing, nor is a compiler that lost half of itself the
design's fault.
"""

import re

from harness.errors import ToolCrashed
from harness.grading.report import ICARUS_CELL, RunJob
from harness.grading.synthesize import SynthesisSettings
from harness.process.job import Job, Limits, Step, StepResult
from harness.records.outcome import Outcome
from harness.tools import icarus, yosys, yosys_mapping

_LIMITS = Limits(cpu_s=20, wall_s=240)
_SAID = "the tools work"
_DESIGN = f'module probe(input a, input b, output y);\n  assign y = a & b;\n  initial $display("{_SAID}");\nendmodule\n'
_FILE, _BINARY = "probe.sv", "probe.vvp"
_TROUBLE = re.compile(
    r"^\S*\bsh: .*(?:not found|[Pp]ermission denied|cannot execute)|cannot open shared object file|failed to load"
    r"|error while loading shared libraries|No space left on device|Input/output error|No such file or directory",
    re.MULTILINE,
)
"""What shell, loader and kernel say where a part of a tool is gone."""


def doubtful(outcome: Outcome | None, log: str) -> bool:
    """Whether a failure reads as if it were the tool's own."""
    return outcome is Outcome.TOOL_CRASH or (outcome is not None and _TROUBLE.search(log) is not None)


def check(synthesis: SynthesisSettings | None, run_job: RunJob) -> None:
    """Compile, run and (with ``synthesis``) map a design of our own. Raises ToolCrashed where that fails."""
    argv = icarus.compile_argv([_FILE], output=_BINARY, top="probe")
    steps = Step("iverilog", _LIMITS, argv=argv), Step("vvp", _LIMITS, argv=icarus.run_argv(_BINARY))
    last = run_job(ICARUS_CELL, Job({_FILE: _DESIGN, icarus.COMMANDS_FILE: icarus.commands({})}, steps)).last
    if last.name != "vvp" or not last.ok or last.log.strip() != _SAID:
        raise _broken(last)
    if synthesis is not None:
        result = run_job(synthesis.cell, yosys.elaboration_job({_FILE: _DESIGN}, "probe", {}, system=synthesis.system))
        circuit = yosys.circuit(result.files)
        if not result.last.ok or circuit is None:
            raise _broken(result.last)
        mapping = yosys_mapping.mapping_job(circuit, "probe", synthesis.liberty, system=synthesis.system)
        result = run_job(synthesis.cell, mapping)
        if not result.last.ok or yosys_mapping.MAPPED not in result.files:
            raise _broken(result.last)


def _broken(step: StepResult) -> ToolCrashed:
    said = [line.strip() for line in step.log.splitlines() if line.strip()]
    telling = next((line for line in said if _TROUBLE.search(line)), said[-1] if said else "it said nothing")
    return ToolCrashed(f"{step.name} does not work any more: {telling[:200]}. See: harness doctor")
