"""VerilogEval v2's code letters and scores: how its analysis reads a log, and what it makes of the letters.

Pure functions. The tables follow ``scripts/sv-iv-analyze`` of NVlabs/verilog-eval at c498220.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.records.grade import Official
from harness.records.outcome import Outcome

PASS = "."
UNKNOWN = "?"

_ENDING = (
    ("syntax error", "S"),
    ("error: This assignment requires an explicit cast", "e"),
    ("error: Sized numeric constant must have a size greater than zero", "0"),
    ("warning: always_comb process has no sensitivities", "n"),
    ("found no sensitivities so it will never trigger", "n"),
    ("is declared here as wire", "w"),
    ("Unknown module type", "m"),
    ("Unable to bind wire/reg/memory `clk'", "c"),
    ("TIMEOUT", "T"),
)
"""What ends the reading of a log, in the order in which a line is asked for it."""
_UNBOUND = "Unable to bind wire/reg"
_ERROR = "error"
_SUMMARY = re.compile(r"Mismatches: (\d+) in \d+ samples$")
_RESET_EDGES = ("posedge reset", "negedge reset", "posedge r)")

OUTCOMES: Mapping[str, Outcome] = {
    PASS: Outcome.PASS,
    "S": Outcome.SYNTAX_ERROR,
    "T": Outcome.TIMEOUT,
    **dict.fromkeys("mpcwe0Cn", Outcome.ELABORATION_ERROR),
}
"""``n`` is a warning of the compiler that fails the sample all the same; ``r`` and ``R`` depend on the summary line."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the published analysis takes from one log and its source."""

    code: str
    mismatches: int | None
    """Of the last summary line that it read; None where it read none."""
    line: str | None
    """The line that explains a failure; None where it passed or no line does."""


def read_log(log: str, source: str) -> Reading:
    """The code letter of a sample. ``log`` is compiler and simulator one after the other; ``source`` the candidate."""
    unbound = failed = None
    clean = False
    mismatches: int | None = None
    for line in _lines(log):
        ending = next((code for needle, code in _ENDING if needle in line), None)
        if ending is not None:
            return Reading(ending, mismatches, line.strip())
        if failed is None and _ERROR in line:
            failed = line.strip()
        if unbound is None and _UNBOUND in line:
            unbound = line.strip()
        summary = _SUMMARY.match(line)
        if summary is not None:
            mismatches = int(summary[1])
            clean = clean or mismatches == 0
    if unbound is not None:
        return Reading("p", mismatches, unbound)
    if failed is not None:
        return Reading("C", mismatches, _first_complaint(log) or failed)
    if clean:
        return Reading(PASS, 0, None)
    return Reading(_runtime_code(source), mismatches, _first_mismatch(log))


def _lines(text: str) -> Iterator[str]:
    """As a Python text file has them: LF, CR LF and CR end a line, nothing else does."""
    return iter(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _runtime_code(source: str) -> str:
    """``r`` where the candidate seems to have a reset of the wrong kind."""
    return "r" if any(edge in line for line in _lines(source) for edge in _RESET_EDGES) else "R"


def _first_complaint(log: str) -> str | None:
    """Icarus says what it does not support without the word that the analysis looks for, and counts it at the end."""
    return next((line.strip() for line in _lines(log) if "error:" in line or "sorry:" in line), None)


def _first_mismatch(log: str) -> str | None:
    """The hint with name and time of the first wrong output, else the summary line."""
    wanted = [line for line in _lines(log) if "First mismatch" in line or _SUMMARY.match(line)]
    return wanted[0].removeprefix("Hint: ").strip() if wanted else None


def pass_rate_percent(codes: Sequence[str]) -> int:
    """Whole percent, cut and not rounded, in the published order of operations (29 of 100 gives 28)."""
    return int((codes.count(PASS) / len(codes)) * 100)


def gini_simpson(samples: Sequence[Official]) -> float:
    """1 − Σ p², over the outcomes of one problem; each number of mismatches is an outcome of its own under ``R``.

    Source: Gini-Simpson index as ``scripts/sv-iv-analyze`` computes it. 0 where all samples ended alike.
    """
    counts: dict[str | int, int] = {}
    for sample in samples:
        outcome = (sample.mismatches or 0) if sample.code == "R" else sample.code
        counts[outcome] = counts.get(outcome, 0) + 1
    repeated = 0.0
    for count in counts.values():
        repeated += (count / len(samples)) ** 2
    return 1 - repeated


def score(rows: Mapping[str, Sequence[Official]]) -> dict[str, float]:
    """``pass_rate`` in percent and ``gini_simpson``, both means over problems; nothing where there is no problem."""
    samples = [rows[problem] for problem in sorted(rows) if rows[problem]]
    if not samples:
        return {}
    rates = [float(pass_rate_percent([sample.code for sample in row])) for row in samples]
    return {
        "pass_rate": sum(rates) / len(samples),
        "gini_simpson": sum(map(gini_simpson, samples)) / len(samples),
    }


def summary_csv(rows: Mapping[str, Sequence[Official]]) -> str:
    """``problem,npass,n,rate,code,code,…``, no header, sorted by problem: the bytes of the published file."""
    lines = []
    for problem in sorted(rows):
        codes = [sample.code for sample in rows[problem]]
        if codes:
            rate = pass_rate_percent(codes) / 100.0
            lines.append(f"{problem},{codes.count(PASS)},{len(codes)},{rate},{','.join(codes)}\n")
    return "".join(lines)
