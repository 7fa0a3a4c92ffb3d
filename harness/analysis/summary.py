"""summary.json: everything that a run's table shows, from its grades alone. Deterministic: same grades, same bytes."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from harness.analysis import failures, ppa
from harness.analysis.counts import most_first
from harness.analysis.equivalence import ANSWERS, equivalence_section
from harness.analysis.interval import estimate
from harness.analysis.lint import Linted, lint_section
from harness.analysis.match import match_section, similarity_of
from harness.analysis.official import Difference, Score, official_section
from harness.analysis.pass_at_k import pass_at_k, pass_hat_k
from harness.analysis.variance import components
from harness.records.grade import Grade, Official
from harness.records.outcome import Outcome, Stage, Status, Task

SCHEMA = 1
T = TypeVar("T")
METRICS = ("syntax", "simulation", "function", "synthesis", "equivalence", "exact_match")
_STAGE_OF = {
    "syntax": Stage.SYNTAX,
    "simulation": Stage.SIMULATE,
    "synthesis": Stage.SYNTHESIZE,
    "equivalence": Stage.EQUIVALENCE,
    "exact_match": Stage.MATCH,
}
_TEXT_STAGES = {Stage.EXTRACT, Stage.MATCH}
_ON_REQUEST = ("equivalence", "exact_match")
_ESTIMATORS = {"@": pass_at_k, "^": pass_hat_k}


@dataclass(frozen=True, slots=True)
class Row:
    """What the summary needs of one grade; small, since a run can have a hundred thousand."""

    outcome: Outcome
    evidence: str | None
    reached: frozenset[str]
    """The metrics in which the sample is right."""
    ratio: tuple[tuple[str, float], ...]
    official: Official | None
    stages: frozenset[Stage]
    lint: Linted | None = None
    ending: failures.Ending | None = None
    equivalence: Status | None = None
    """Of a sample that passed and was compared with the golden design."""
    differs: Difference | None = None
    """From the suite's own verdict."""
    similarity: float | None = None
    """Of a line of text, 0 to 1."""

    @staticmethod
    def of(grade: Grade) -> "Row":
        passed = {name for name, stage in _STAGE_OF.items() if grade.passed(stage)}
        compared = grade.stages.get(Stage.EQUIVALENCE)
        answer = compared.status if compared is not None and compared.status in ANSWERS else None
        if answer is Status.PROVEN:
            passed.add("equivalence")
        if grade.outcome is Outcome.PASS:
            passed.add("function")
        ran = _shared(
            "stages", frozenset(stage for stage, found in grade.stages.items() if found.status is not Status.SKIPPED)
        )
        evidence = None if grade.evidence is None else str(grade.evidence)
        ratio = tuple(sorted(grade.ratio.items())) if grade.outcome is Outcome.PASS else ()
        reached, lint, ending = _shared("metrics", frozenset(passed)), Linted.of(grade), failures.Ending.of(grade)
        differs, alike = Difference.of(grade), similarity_of(grade)
        return Row(grade.outcome, evidence, reached, ratio, grade.official, ran, lint, ending, answer, differs, alike)


_SHARED: dict[tuple[str, frozenset[Any]], frozenset[Any]] = {}


def _shared(of: str, names: frozenset[T]) -> frozenset[T]:
    """One object for all sets that are equal: a set is by far the largest part of a row, and there are few of them.

    ``of``: what they are sets of, since a Stage is equal to its name.
    """
    return _SHARED.setdefault((of, names), names)


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    """What the summary needs to know of a problem."""

    category: str
    difficulty: str
    quarantined: bool
    golden: frozenset[str] | None = None
    """The figures that its golden design has; None where that was not kept."""
    golden_lint: Mapping[str, int] | None = None
    """Its golden design's warnings by class."""
    why: str = ""
    """For what it is quarantined."""
    impossible: bool = False
    """No design can pass: a sample that does makes the run ``tampered``."""
    repaired: str = ""
    """What was mended for it, in a profile of its suite that mends."""


Rows = Mapping[str, Sequence[Row]]
"""Problem → its samples in order."""


def summarise(
    about: Mapping[str, Any],
    problems: Mapping[str, ProblemFacts],
    rows: Rows,
    ks: Sequence[int],
    official_score: Score | None = None,
) -> dict[str, Any]:
    """``about``: the fields that come from run.json (run, suite, task …)."""
    names = [name for name in problems if rows.get(name)]
    everything = [row for name in names for row in rows[name]]
    judged = {name: [row for row in rows[name] if row.outcome is not Outcome.INFRA_ERROR] for name in names}
    only_text = about.get("task") == Task.LINE_COMPLETION and not any(row.stages - _TEXT_STAGES for row in everything)
    asked = ("function", "exact_match") if only_text else METRICS
    metrics = [name for name in asked if is_measured(name, everything)]
    kept = [name for name in names if not problems[name].quarantined]
    priced = {name: _priced(judged[name]) for name in names}
    golden = {name: problems[name].golden for name in names}
    n = max((len(rows[name]) for name in names), default=0)
    found: dict[str, Any] = {
        "schema": SCHEMA,
        **about,
        "n": n,
        "problems": len(names),
        "samples": len(everything),
        "infra_errors": sum(row.outcome is Outcome.INFRA_ERROR for row in everything),
        "quarantined": sum(problems[name].quarantined for name in names),
        "tampered": is_tampered(problems, rows),
        "outcomes": most_first(Counter(str(row.outcome) for row in everything)),
        "evidence": most_first(Counter(row.evidence for row in everything if row.evidence)),
        "metrics": _metrics(judged, names, metrics, ks),
        "variance": _variance(judged, names, metrics),
        "failures": failures.section({name: [row.ending for row in judged[name] if row.ending] for name in names}),
        "ppa": ppa.section(priced, golden, ks, n),
        "categories": _groups(judged, names, lambda name: problems[name].category, metrics, ks),
        "difficulties": _groups(judged, names, lambda name: problems[name].difficulty, metrics, ks),
        "per_problem": {name: _problem(judged[name], rows[name], problems[name], metrics, ks) for name in names},
    }
    figures = ppa.figures(priced, golden)
    for name, row in found["per_problem"].items():
        row.update(ppa.problem(priced[name], figures, golden[name], ks))
    linted = lint_section(judged, {name: problems[name].golden_lint for name in names})
    if linted is not None:
        found["lint"] = linted
    compared = equivalence_section(judged)
    if compared is not None:
        found["equivalence"] = compared
    matched = match_section(judged)
    if matched is not None:
        found["match"] = matched
    repaired = {name: problems[name].repaired for name in names if problems[name].repaired}
    if repaired:
        found["repaired"] = repaired
    if len(kept) != len(names):
        without = {"problems": len(kept), "metrics": _metrics(judged, kept, metrics, ks)}
        found["without_quarantine"] = without
    if official_score is not None:
        verdicts = {name: [row.official for row in rows[name] if row.official] for name in names}
        differ = {name: [row.differs for row in rows[name] if row.differs] for name in names}
        why = {name: problems[name].why for name in names}
        found["official"] = official_section(verdicts, differ, why, kept, official_score)
    return found


def metrics_of(rows: Rows, ks: Sequence[int]) -> dict[str, Any]:
    """``metrics`` of a summary alone, of all problems with a sample."""
    names = [name for name in rows if rows[name]]
    everything = [row for name in names for row in rows[name]]
    judged = {name: [row for row in rows[name] if row.outcome is not Outcome.INFRA_ERROR] for name in names}
    return _metrics(judged, names, [name for name in METRICS if is_measured(name, everything)], ks)


def is_measured(metric: str, rows: Iterable[Row]) -> bool:
    """A metric whose stage no sample went through is left out, not shown as 0."""
    if metric == "function":
        return True
    stage = _STAGE_OF[metric]
    rows = list(rows)
    if metric not in _ON_REQUEST and not any(row.stages - {Stage.EXTRACT} for row in rows):
        return True  # nothing came so far as to be measured: wrong in every way
    return any(stage in row.stages for row in rows)


def _metrics(rows: Rows, names: Sequence[str], metrics: Sequence[str], ks: Sequence[int]) -> dict[str, Any]:
    return {metric: _pass_at(rows, names, metric, ks) for metric in metrics}


def _counts(rows: Rows, names: Sequence[str], metric: str) -> list[tuple[int, int]]:
    """(samples, right ones) of each problem."""
    return [(len(rows[name]), sum(metric in row.reached for row in rows[name])) for name in names]


def _pass_at(rows: Rows, names: Sequence[str], metric: str, ks: Sequence[int]) -> dict[str, Any]:
    found = {}
    counts = _counts(rows, names, metric)
    samples = sum(n for n, _ in counts)
    for mark, k in ((mark, k) for mark in _ESTIMATORS for k in ks):
        value = estimate([_ESTIMATORS[mark](n, right, k) for n, right in counts if n >= k], samples)
        if value is not None:
            found[f"pass{mark}{k}"] = {
                "value": round(value.value, 6),
                "low": round(value.low, 6),
                "high": round(value.high, 6),
                "problems": value.problems,
                "left_out": len(names) - value.problems,
            }
    return found


def _variance(rows: Rows, names: Sequence[str], metrics: Sequence[str]) -> dict[str, Any]:
    """Nothing where no problem has more than one sample."""
    found = {metric: components(_counts(rows, names, metric)) for metric in metrics}
    return {
        metric: {name: round(value, 6) for name, value in asdict(split).items()}
        for metric, split in found.items()
        if split is not None
    }


def _priced(rows: Sequence[Row]) -> list[ppa.Priced]:
    return [ppa.Priced(row.outcome is Outcome.PASS, dict(row.ratio)) for row in rows]


def _groups(
    rows: Rows, names: Sequence[str], group_of: Callable[[str], str], metrics: Sequence[str], ks: Sequence[int]
) -> dict[str, Any]:
    groups: dict[str, list[str]] = {}
    for name in names:
        if group_of(name):
            groups.setdefault(group_of(name), []).append(name)
    return {
        group: {
            "problems": len(members),
            "samples": sum(len(rows[name]) for name in members),
            "outcomes": most_first(Counter(str(row.outcome) for name in members for row in rows[name])),
            "metrics": _metrics(rows, members, metrics, ks),
            **_codes(rows, members),
        }
        for group, members in sorted(groups.items())
    }


def _codes(rows: Rows, names: Sequence[str]) -> dict[str, Any]:
    """The suite's own letters, where it was asked."""
    found = most_first(Counter(row.official.code for name in names for row in rows[name] if row.official))
    return {"codes": found} if found else {}


def _problem(
    rows: Sequence[Row], everything: Sequence[Row], facts: ProblemFacts, metrics: Sequence[str], ks: Sequence[int]
) -> dict[str, Any]:
    """``rows``: those with a verdict, of which the figures are made; ``outcomes`` counts all."""
    counts = {metric: sum(metric in row.reached for row in rows) for metric in metrics}
    found: dict[str, Any] = {"category": facts.category, "n": len(rows), "right": counts}
    found["metrics"] = {
        metric: {
            f"pass{mark}{k}": round(estimator(len(rows), count, k), 6)
            for mark, estimator in _ESTIMATORS.items()
            for k in ks
            if k <= len(rows)
        }
        for metric, count in counts.items()
    }
    found["outcomes"] = most_first(Counter(str(row.outcome) for row in everything))
    if facts.quarantined:
        found["quarantined"] = True
    if facts.impossible:
        found["forged"] = sum(map(is_forged, everything))
    return found


def is_tampered(problems: Mapping[str, ProblemFacts], rows: Rows) -> bool:
    """Whether a sample is said to be right where no design can be: then nothing that the run says is to be believed."""
    impossible = (name for name, facts in problems.items() if facts.impossible)
    return any(is_forged(row) for name in impossible for row in rows.get(name, ()))


def is_forged(row: Row) -> bool:
    """Of a sample of an impossible problem: whether it is said to be right, if only as text or by the suite's rules."""
    return bool(row.reached & {"function", "simulation"}) or (row.official is not None and row.official.passed)
