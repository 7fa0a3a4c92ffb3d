"""Pulses of no width on clocks that a design makes itself.

A simulation without delays shows a register every pulse, also one that is over before any time has passed. No hardware
does: whether such a pulse comes through is a matter of luck. A netlist in which one occurs ends its simulation, so that
there is no verdict.

Standard library only.
"""

import re
from collections.abc import Sequence

SAID = "a clock or reset made by the design has a pulse of no width"
_EDGE = re.compile(r"(?:posedge|negedge) +(\\\S+ |[A-Za-z_$][\w$]*)(\[\d+\])?")
_LATCH = re.compile(r"^  always_latch\n +if \(!?(\\\S+ |[A-Za-z_$][\w$]*)(\[\d+\])?\)", re.MULTILINE)
_INPUT = re.compile(r"^  (?:input|inout) (?:signed )?(?:\[[-\d:]+\] )?(\\\S+ |[A-Za-z_$][\w$]*)", re.MULTILINE)


def own_clocks(text: str) -> tuple[str, ...]:
    """The nets of a netlist as Yosys writes it that clock, set or reset a register or open a latch, without those that
    are inputs of the design; sorted."""
    inputs = {name.strip() for name in _INPUT.findall(text)}
    found = [*_EDGE.findall(text), *_LATCH.findall(text)]
    return tuple(sorted({f"{name}{bit}" for name, bit in found if name.strip() not in inputs}))


def watched(text: str) -> str:
    """The netlist, which ends where one of them has two edges at one time. At the beginning of time there is one more,
    from X to the first value."""
    clocks = own_clocks(text)
    if not clocks:
        return text
    body, _, tail = text.rpartition("endmodule")
    return f"{body}{_watch(clocks)}endmodule{tail}"


def _watch(clocks: Sequence[str]) -> str:
    lines = []
    for number, clock in enumerate(clocks):
        at, edges = f"\\watch.at{number} ", f"\\watch.edges{number} "
        lines += [
            f"  real {at}= -1.0;",
            f"  integer {edges}= 0;",
            f"  always @(posedge {clock} or negedge {clock}) begin",
            f"    {edges}= {at}== $realtime ? {edges}+ 1 : 1;",
            f"    {at}= $realtime;",
            f'    if ({edges}> 1 + ({at}== 0.0)) begin $display("{SAID}"); $finish(0); end',
            "  end",
        ]
    return "\n".join([*lines, ""])
