"""A counterexample as a run keeps it, a table in the sample's log; and read from there as a waveform for the report.

The table has a head and a line for each frame: its number, the inputs, and the output that differs in the last one, of
both designs; all in binary digits, tabs between them.
"""

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.grading.equivalence import Counterexample
from harness.grading.window import MOST_SIGNALS
from harness.records.outcome import Stage
from harness.records.waveform import Changes, Waveform, WaveSignal
from harness.tools.miter import Time

MOST_FRAMES_KEPT = 200
_MOST_FRAMES_SHOWN = 48
_FRAMES: tuple[Time, ...] = ("cycles", "steps")
_SECTION = f"== {Stage.EQUIVALENCE}\n"
_NUMBER = re.compile(r"[0-9]{1,9}")
_Rows = Sequence[tuple[int, list[str]]]
"""Number and columns of each frame."""


def write(trace: Counterexample) -> str:
    """The table; of a long one the last frames."""
    head, *rows = trace.table()
    left_out = len(rows) - MOST_FRAMES_KEPT
    lines = ["\t".join(head)]
    if left_out > 0:
        lines.append(f"[{left_out} frames left out]")
    return "\n".join([*lines, *("\t".join(row) for row in rows[-MOST_FRAMES_KEPT:]), ""])


def read(log: str, facts: Mapping[str, Any]) -> Waveform | None:
    """``log``: all that the tools said of a sample; ``facts``: of its counterexample, as the grade has them.

    None where the log does not hold that table whole.
    """
    time = next((name for name in _FRAMES if name in facts), None)
    head, *lines = log.rpartition(_SECTION)[2].partition("\n== ")[0].splitlines() or [""]
    names = head.split("\t")
    output = facts.get("output")
    if time is None or [names[0], *names[-2:]] != [time[:-1], f"{output}: golden", f"{output}: candidate"]:
        return None
    rows = _rows(lines, len(names))
    if not rows or rows[-1][0] + 1 != facts[time]:
        return None
    shown = rows[-_MOST_FRAMES_SHOWN:]
    signals = [
        WaveSignal(name, "input", len(rows[0][1][i]), _changes(shown, i))
        for i, name in enumerate(names[1:-2][:MOST_SIGNALS])
    ]
    width = len(rows[0][1][-1])
    signals.append(WaveSignal(str(output), "output", width, _changes(shown, -1), _changes(shown, -2)))
    first, last = shown[0][0], shown[-1][0]
    return Waveform("", 1, first, last + 1, last, 1, None, "posedge", tuple(signals), frames=time[:-1])


def _rows(lines: Sequence[str], columns: int) -> _Rows:
    """Frames that follow each other and are whole; nothing where one does not."""
    found = [line.split("\t") for line in lines if line and not line.startswith("[")]
    if any(
        len(row) != columns or not _NUMBER.fullmatch(row[0]) or set("".join(row[1:])) - set("01xz") for row in found
    ):
        return []
    rows = [(int(row[0]), row[1:]) for row in found]
    return rows if all(one[0] + 1 == other[0] for one, other in itertools.pairwise(rows)) else []


def _changes(rows: _Rows, column: int) -> Changes:
    found: list[tuple[int, str]] = []
    for number, values in rows:
        if not found or found[-1][1] != values[column]:
            found.append((number, values[column]))
    return tuple(found)
