"""A copy of a design that is the same hardware and looks like none of it: states one-hot, registers renamed and
inverted where that is possible, logic restructured. The equivalence check is tried on such copies."""

from collections.abc import Mapping, Sequence

from harness.process.job import Job, Limits, Step
from harness.tools import yosys

COPY = "copy.v"
_LIMITS = Limits(cpu_s=60, wall_s=900, memory_bytes=4 << 30)
_ONLY_RESET_TO_ONE = (
    *("$_DFF_?_ 1", "$_DFFE_??_ 1", "$_SDFF_?P1_ 1", "$_SDFFE_?P1?_ 1", "$_DFF_?P1_ 1", "$_DFFE_?P1?_ 1"),
    *("$_DFFSR_?PP_ x", "$_ALDFF_?P_ x", "$_DLATCH_?_ x", "$_DLATCH_?P1_ x", "$_SR_PP_ x"),
)
"""Flip-flops that ``dfflegalize`` may leave: those that start or are reset at 0 get inverters on both sides."""


def copy_passes(
    sources: Sequence[str], top: str, parameters: Mapping[str, int], front_end: yosys.FrontEnd
) -> list[str]:
    passes = yosys.elaboration_passes(sources, top, parameters, front_end)
    passes += ["setattr -unset always_comb", "proc", "flatten", "chformal -remove", f"rename -top {top}"]
    passes += ["opt", "fsm -encoding one-hot", "opt", "memory", "opt -full", "opt_dff", "simplemap"]
    passes.append("dfflegalize " + " ".join(f"-cell {cell}" for cell in _ONLY_RESET_TO_ONE))
    passes += ["techmap", "opt", "abc -g AND,OR,XOR,MUX", "opt_clean -purge", "rename -hide"]
    return [*passes, f"write_verilog -noattr {COPY}"]


def copy_job(
    sources: Mapping[str, str], top: str, parameters: Mapping[str, int], *, front_end: yosys.FrontEnd = "verilog"
) -> Job:
    """Leaves ``copy.v``, whose module has the name ``top`` and no parameters."""
    passes = copy_passes(list(sources), top, parameters, front_end)
    step = Step("copy", _LIMITS, call="run_script", args={"passes": passes})
    return Job(dict(sources), (step,), fetch=(COPY,))
