"""summary.json and summary.csv from what is on disk: derived, deterministic, made again at will."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.analysis.money import Bill, money_section
from harness.analysis.rounds import last_rows, rounds_section
from harness.analysis.summary import ProblemFacts, Row, is_tampered, summarise
from harness.errors import ConfigError
from harness.records import shape
from harness.records.outcome import Outcome
from harness.records.problem import Suite
from harness.records.run import SINGLE_SHOT, RunConfig
from harness.rules import find_rules
from harness.rules.official import OfficialRules
from harness.runs.folder import SUMMARY, RunFolder, write_whole
from harness.runs.golden import read_golden
from harness.runs.versions import merged_facts, mixed_versions

TAMPERED = "it is said to pass a problem that no design can pass"
"""What is said of a run that is ``tampered``."""
FACTS, SUMMARY_CSV, PROBLEMS_CSV = "problems.json", "summary.csv", "problems.csv"
"""``problems.json``: title, category, difficulty and quarantine of each problem, kept with the run so that its report
can be made again where the suite is not."""


def write_problem_facts(folder: RunFolder, suite: Suite, task: str) -> None:
    """Of a part of the run's problems (``grade RUN --problems``), or of a suite that has changed, what it says of
    those that the run has; what it does not say of others stays."""
    facts, there = problem_facts(suite, task), problems_of(folder)
    now = facts["problems"]
    if there and suite.digest != folder.config.suite_digest:
        now = {name: found for name, found in now.items() if name in there}
    facts["problems"] = merged_facts(there, now)
    write_whole(folder.path / FACTS, json.dumps(facts, indent=1) + "\n")


def problems_of(folder: RunFolder) -> Mapping[str, Any]:
    """What problems.json says of each problem; empty where there is none that is whole."""
    found = _problem_facts(folder.path)[0].get("problems", {})
    return found if isinstance(found, Mapping) else {}


def problem_facts(suite: Suite, task: str) -> dict[str, Any]:
    """What problems.json says of a suite."""
    listed = {e.problem: e.reason for e in suite.quarantine if not e.tasks or task in e.tasks}
    facts = {
        problem.name: {
            "category": problem.category,
            "difficulty": problem.difficulty,
            "quarantined": problem.name in listed,
            "title": problem.title,
            "version": problem.version,
            "digest": problem.digest,
            **({"why": listed[problem.name]} if problem.name in listed else {}),
            **({"impossible": True} if problem.impossible else {}),
            **({"repaired": suite.repairs[problem.name]} if problem.name in suite.repairs else {}),
        }
        for problem in suite.problems
    }
    return {"official_rules": suite.official_rules, "defects": list(suite.defects), "problems": facts}


def rebuild(folder: RunFolder, ks: Sequence[int]) -> dict[str, Any]:
    """Make every derived file of a run again; returns the summary."""
    about, facts = _problem_facts(folder.path)
    rows = read_rows(folder)
    found = _summary(folder, about, facts, rows, ks)
    write_whole(folder.path / SUMMARY, json.dumps(found, indent=1) + "\n")
    write_whole(folder.path / PROBLEMS_CSV, problems_csv(found))
    rules = _official_rules(folder, about, rows)
    if rules is not None:
        verdicts = {name: [row.official for row in rows[name] if row.official] for name in found["per_problem"]}
        text = rules.summary_csv({name: row for name, row in verdicts.items() if row})
        write_whole(folder.path / SUMMARY_CSV, text)
    return found


def summarised(folder: RunFolder, ks: Sequence[int]) -> dict[str, Any]:
    """The summary as it follows from the files of a run; nothing is written, and summary.json is not read."""
    about, facts = _problem_facts(folder.path)
    return _summary(folder, about, facts, read_rows(folder), ks)


def tampered(folder: RunFolder, rows: Mapping[str, Sequence[Row]]) -> bool:
    """Whether a sample of the run is said to pass an impossible problem."""
    return is_tampered(_problem_facts(folder.path)[1], rows)


def _summary(
    folder: RunFolder,
    about: Mapping[str, Any],
    facts: Mapping[str, ProblemFacts],
    rows: Mapping[str, list[Row]],
    ks: Sequence[int],
) -> dict[str, Any]:
    order = [name for name in facts if name in rows] + sorted(set(rows) - set(facts))
    problems = {name: facts.get(name, ProblemFacts("", "", False)) for name in order}
    rules = _official_rules(folder, about, rows)
    n = max((len(samples) for samples in rows.values()), default=0)
    usable = sorted({k for k in ks if k <= n})
    header = _about(folder.config, folder.name)
    bills = {answer.key: Bill.of(answer) for answer in folder.answers()}
    header |= money_section(bills, sum(any("function" in row.reached for row in found) for found in rows.values()))
    found = summarise(header, problems, rows, usable, rules.score if rules else None)
    found["defects"] = about.get("defects", [])
    mixed = mixed_versions(about.get("problems", {}), order)
    if mixed:
        found["mixed_versions"] = mixed
    if folder.config.track != SINGLE_SHOT:
        found["rounds"] = rounds_section(_read_by_round(folder), bills, usable)
    return found


def _official_rules(
    folder: RunFolder, about: Mapping[str, Any], rows: Mapping[str, Sequence[Row]]
) -> OfficialRules | None:
    name = about.get("official_rules")
    return _rules(folder.path, name) if name and _has_official(rows) else None


def _about(config: RunConfig, run: str) -> dict[str, Any]:
    return {
        "run": run,
        "suite": {"name": config.suite, "version": config.suite_version, "digest": config.suite_digest},
        "task": config.task,
        "rules": config.rules,
        "track": config.track,
        "model": config.model,
        "tools": dict(sorted(config.tools.items())),
    }


def _problem_facts(path: Path) -> tuple[Mapping[str, Any], dict[str, ProblemFacts]]:
    try:
        about = json.loads((path / FACTS).read_text("utf-8"))
        golden = read_golden(path)
        facts = {name: _facts(table, golden.get(name, {})) for name, table in about["problems"].items()}
        about = {
            "official_rules": shape.optional_text(about.get("official_rules")),
            "defects": list(map(shape.text, about.get("defects", []))),
            "problems": about["problems"],
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, {}
    return about, facts


def _facts(table: Mapping[str, Any], golden: Mapping[str, Any]) -> ProblemFacts:
    category, difficulty = shape.text(table["category"]), shape.text(table["difficulty"])
    why, repaired = shape.text(table.get("why", "")), shape.text(table.get("repaired", ""))
    quarantined, impossible = bool(table["quarantined"]), bool(table.get("impossible", False))
    return ProblemFacts(category, difficulty, quarantined, why=why, impossible=impossible, repaired=repaired, **golden)


def _rules(path: Path, name: str) -> OfficialRules:
    try:
        return find_rules(name)
    except ConfigError as error:
        raise ConfigError(f'{path / FACTS}: key "official_rules": {error}') from error


def problem_notes(path: Path) -> dict[str, dict[str, str]]:
    """Problem → title, category, difficulty, and why it is quarantined; empty where the run does not say."""
    about, _ = _problem_facts(path)
    kept = ("title", "category", "difficulty", "why")
    problems = about.get("problems", {})
    return {name: {key: str(facts[key]) for key in kept if facts.get(key)} for name, facts in problems.items()}


def read_rows(folder: RunFolder) -> dict[str, list[Row]]:
    """Problem → rows by sample; of several rounds the last one."""
    return last_rows(_read_by_round(folder))


def _read_by_round(folder: RunFolder) -> dict[str, dict[int, dict[int, Row]]]:
    found: dict[str, dict[int, dict[int, Row]]] = {}
    for grade in folder.grades():
        found.setdefault(grade.problem, {}).setdefault(grade.sample, {})[grade.round] = Row.of(grade)
    return found


def _has_official(rows: Mapping[str, Sequence[Row]]) -> bool:
    return any(row.official is not None for samples in rows.values() for row in samples)


def problems_csv(summary: Mapping[str, Any]) -> str:
    """One row a problem, with a header: counts and pass@k of every metric; ratios and efficiency of every figure."""
    metrics = list(summary["metrics"])
    ks = list(next(iter(summary["metrics"].values()), {}))
    head = ["problem", "category", "n", *(f"{metric}_right" for metric in metrics)]
    head += [f"{metric}_{k}" for metric in metrics for k in ks]
    overall = [(figure, k) for figure, found in summary["ppa"].items() for k in found if k.startswith("overall@")]
    ratios = [f"{figure}_{which}" for figure in summary["ppa"] for which in ("best", "mean")]
    head += [*ratios, *(f"{figure}_{k}" for figure, k in overall)]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(head)
    for name, row in summary["per_problem"].items():
        cells = [name, row["category"], row["n"], *(row["right"][metric] for metric in metrics)]
        cells += [row["metrics"][metric].get(k, "") for metric in metrics for k in ks]
        cells += [row.get(ratio, "") for ratio in ratios]
        table.writerow([*cells, *(row["ppa"].get(figure, {}).get(k, "") for figure, k in overall)])
    return text.getvalue()


def infra_errors(summary: Mapping[str, Any]) -> int:
    """Samples that have no verdict and whose problem is not known to be faulty."""
    return sum(
        row["outcomes"].get(str(Outcome.INFRA_ERROR), 0)
        for row in summary["per_problem"].values()
        if not row.get("quarantined")
    )
