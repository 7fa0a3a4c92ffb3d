"""The part ``ppa`` of summary.json: area, delay, power and whatever else has a ratio to the golden design.

Each figure is reported twice: *given correct* (how good are the right designs) and *overall* (wrong counts as 0). What
is undefined is left out and counted: a problem whose golden design has no such figure (no clock, no path, no cell), and
a right sample that has none where the golden design has one.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from harness.analysis.area import geometric_interval, geometric_mean, given_correct
from harness.analysis.efficiency import TURTLE_SAMPLES, best_of_k, turtle_score
from harness.analysis.interval import estimate_scaled
from harness.analysis.pass_at_k import pass_at_k

AT_MOST = (1.0, 1.1, 1.5, 2.0)
"""The p of ``area_p@k``: right, and at most p times the golden design."""
COMPOSITE = "composite"
"""The geometric mean of area, delay and power, where all three are there."""
_PARTS = ("area", "delay", "power")
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Priced:
    """One sample that has a verdict."""

    right: bool
    ratio: Mapping[str, float]
    """Figure → candidate over golden; empty where the sample is wrong."""

    def of(self, figure: str) -> float | None:
        """None where it is undefined: not measured, or 0, over which no quotient goes."""
        if figure != COMPOSITE:
            return self.ratio.get(figure) or None
        parts = [self.of(part) for part in _PARTS]
        known = [part for part in parts if part is not None]
        return geometric_mean(known) if len(known) == len(parts) else None


Golden = Mapping[str, frozenset[str] | None]
"""Problem → the figures that its golden design has; None where that was not kept."""


@dataclass(frozen=True, slots=True)
class Efficiencies:
    """One figure of one problem."""

    ratios: tuple[float, ...]
    """Of the right samples that have it."""
    wrong: int
    unmeasured: int

    @staticmethod
    def of(samples: Sequence[Priced], figure: str) -> "Efficiencies":
        found = [sample.of(figure) for sample in samples if sample.right]
        ratios = tuple(ratio for ratio in found if ratio is not None)
        return Efficiencies(ratios, len(samples) - len(found), len(found) - len(ratios))

    @property
    def n(self) -> int:
        return len(self.ratios) + self.wrong

    def overall(self, k: int) -> float:
        """Expected efficiency of the best of k samples."""
        return best_of_k([1 / ratio for ratio in self.ratios] + [0.0] * self.wrong, k)

    def at_most(self, p: float, k: int) -> float:
        """pass@k of: right, and at most p times the golden design."""
        return pass_at_k(self.n, sum(ratio <= p for ratio in self.ratios), k)


def figures(samples: Mapping[str, Sequence[Priced]], golden: Golden) -> list[str]:
    """Those that some sample or some golden design has: area, delay, power, the composite, then others by name."""
    found = {name for row in samples.values() for sample in row for name in sample.ratio}
    found |= {name for known in golden.values() if known for name in known}
    if found.issuperset(_PARTS):
        found.add(COMPOSITE)
    first = [name for name in (*_PARTS, COMPOSITE) if name in found]
    return first + sorted(found.difference(first))


def section(samples: Mapping[str, Sequence[Priced]], golden: Golden, ks: Sequence[int], n: int) -> dict[str, Any]:
    """``samples``: problem → its judged samples; ``n``: samples asked for of each problem."""
    return {figure: _figure(figure, samples, golden, ks, n) for figure in figures(samples, golden)}


def problem(
    samples: Sequence[Priced], names: Iterable[str], known: frozenset[str] | None, ks: Sequence[int]
) -> dict[str, Any]:
    """One problem's own: ``area_best`` and ``area_mean`` of the right samples, and under ``ppa`` the efficiencies."""
    found: dict[str, Any] = {}
    overall = {}
    for figure in names:
        one = Efficiencies.of(samples, figure)
        if not _is_defined(figure, one, known):
            continue
        if one.ratios:
            found[f"{figure}_best"] = _rounded(min(one.ratios))
            found[f"{figure}_mean"] = _rounded(geometric_mean(one.ratios))
        overall[figure] = {f"overall@{k}": _rounded(one.overall(k)) for k in ks if k <= one.n}
    return {**found, "ppa": overall}


def _is_defined(figure: str, found: Efficiencies, known: frozenset[str] | None) -> bool:
    if known is None:  # the golden design's own figures were not kept: judge by the right samples
        return bool(found.ratios) or not found.unmeasured
    return figure in known or (figure == COMPOSITE and known.issuperset(_PARTS))


def _figure(
    figure: str, samples: Mapping[str, Sequence[Priced]], golden: Golden, ks: Sequence[int], n: int
) -> dict[str, Any]:
    everything = {name: Efficiencies.of(row, figure) for name, row in samples.items()}
    defined = {name: one for name, one in everything.items() if _is_defined(figure, one, golden.get(name))}
    ratios = {name: one.ratios for name, one in defined.items()}
    found: dict[str, Any] = given_correct(ratios, len(samples)) or {"coverage": 0, "problems": len(samples)}
    intervals: dict[str, list[float]] = {}
    spread = geometric_interval([geometric_mean(values) for values in ratios.values() if values])
    if spread is not None:
        intervals["given_correct"] = [_rounded(end) for end in spread]
    found["undefined"] = len(everything) - len(defined)
    found["unmeasured"] = sum(one.unmeasured for one in defined.values())
    found |= {"left_out": {}, "intervals": intervals}
    for k in ks:
        enough = [one for one in defined.values() if one.n >= k]
        if len(enough) < len(defined):
            found["left_out"][str(k)] = len(defined) - len(enough)
        count = sum(one.n for one in defined.values())
        for name, score in _scores(figure, k).items():
            value = estimate_scaled([score(one) for one in enough], count)
            if value is not None:
                found[name], intervals[name] = value.value, [_rounded(value.low), _rounded(value.high)]
    if n == TURTLE_SAMPLES and samples and figure != COMPOSITE:  # which TuRTLe has not
        found["turtle"] = turtle_score([one.ratios for one in everything.values()])
    return {key: _rounded(value) for key, value in found.items()}


def _scores(figure: str, k: int) -> dict[str, Callable[[Efficiencies], float]]:
    """Name → score of a problem."""
    found: dict[str, Callable[[Efficiencies], float]] = {f"overall@{k}": partial(Efficiencies.overall, k=k)}
    return found | {f"{figure}_{p}@{k}": partial(Efficiencies.at_most, p=p, k=k) for p in AT_MOST}


def _rounded(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) and math.isfinite(value) else value
