"""What the profile ``corrected`` of RTLLM mends in the designs whose published testbench or description is at fault.

All of it is done in memory; the user's files stay as they are. Tool flags, timescales and the order of the files were
tried first: on Icarus 11 and 12 none of them makes a reference pass that does not pass as published.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from harness.suites import repairs
from harness.suites.printed_verdict import RTLLM, Words

Change = Callable[[str], str]
FAILED = "Failed at"
"""What ring_counter's testbench prints at a wrong value."""
_DIVIDER_INPUTS = frozenset({"rst", "dividend", "divisor", "sign", "opn_valid", "res_ready"})


@dataclass(frozen=True, slots=True)
class Mend:
    """What is done to one text, in words and in deed."""

    what: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    test: Mend | None = None
    reference: Mend | None = None
    header: str = ""
    """Why the description has to end with the header of the module; empty where it need not."""
    failed: str | None = None
    """What the testbench prints at an error, where that alone tells."""

    @property
    def words(self) -> Words:
        return RTLLM if self.failed is None else Words(RTLLM.passed, re.compile(self.failed))


REPAIRS: Mapping[str, Repair] = {
    "asyn_fifo": Repair(
        Mend(
            "the testbench leaves its loop by disable, not by break, which Icarus 11 and 12 do not compile",
            (repairs.without_break,),
        )
    ),
    "ring_counter": Repair(
        Mend(
            "the testbench fills its array by statements, counts by nonblocking assignment (two of its processes race "
            "for the counter), and ends where it prints that a value is wrong",
            (
                repairs.arrays_filled,
                partial(repairs.nonblocking, names=frozenset({"i"})),
                partial(repairs.ends_at, words=FAILED),
            ),
        ),
        failed=FAILED,
    ),
    "clkgenerator": Repair(
        Mend(
            "the testbench looks at the clock one time unit before it toggles, not in the same moment",
            (repairs.looks_earlier,),
        )
    ),
    "radix2_div": Repair(
        Mend(
            "the testbench drives the design by nonblocking assignments, so that it does not race with the clock edge",
            (partial(repairs.nonblocking, names=_DIVIDER_INPUTS),),
        ),
        header="its list of ports lacks res_ready",
    ),
    "div_16bit": Repair(Mend("the testbench declares expected_result once", (repairs.declared_once,))),
    "pe": Repair(reference=Mend("the reference declares its output once", (repairs.declared_once,))),
    "sequence_detector": Repair(header="it calls the reset reset_n, the testbench connects rst_n"),
    "freq_divbyeven": Repair(header="it calls the module freq_diveven, the testbench instantiates freq_divbyeven"),
    "LFSR": Repair(header="the testbench connects by position, and it states no order"),
    "adder_pipe_64bit": Repair(header="the testbench sets parameters that it does not name"),
    "RAM": Repair(header="it contradicts itself on the widths of the addresses"),
}
"""By design, in both versions: where a version has nothing to mend, nothing is mended."""
NOTHING = Repair()
_INTRODUCTION = "\n\nThe module has exactly this header (names, order and widths of its ports):\n\n"


def mended(mend: Mend | None, text: str, said: list[str]) -> str:
    """A text after its repairs; what was done goes to ``said``. Raises ValueError where it has another shape."""
    found = text
    for change in mend.changes if mend else ():
        found = change(found)
    if mend and found != text:
        said.append(mend.what)
    return found


def described(repair: Repair, spec: str, golden: str, top: str, said: list[str]) -> str:
    """The description, with the header of the module behind it where that is to be."""
    header = repairs.shown_header(golden, top) if repair.header else ""
    if not header:
        return spec
    said.append(f"the description ends with the module's header: {repair.header}")
    return spec.rstrip() + _INTRODUCTION + header
