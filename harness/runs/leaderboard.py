"""The leaderboard: which runs may stand in one table, in which order, and which stand in none, with the reason.

Every figure is made anew from a run's grades; what a summary.json claims is not read.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.analysis.rank import ranks_by_interval
from harness.analysis.summary import METRICS
from harness.errors import ConfigError, HarnessError
from harness.records.run import RunConfig
from harness.runs import report
from harness.runs.basis import surroundings, unlike
from harness.runs.compare import identity
from harness.runs.folder import RUN, RunFolder, find_run, results_root
from harness.runs.model_facts import read_model_facts
from harness.runs.submission import VERIFIED, read_verified, submission_digest
from harness.runs.versions import in_words

SCHEMA = 1
KS = (1, 5, 10)
_NOT_OF_A_SETTING = ("n", "limit", "problems")
"""Parameters in which two runs of one setting may differ; the problems are kept apart by the board."""


@dataclass(frozen=True, slots=True)
class LeaderboardOptions:
    runs: tuple[str, ...] = ()
    """Empty: all under results/runs/."""
    models: Path | None = None
    """TOML of what is known of models."""
    out: Path | None = None
    """Where verified.json may lie; None: results/leaderboard."""
    metric: str = "function"
    k: int = 1

    @property
    def folder(self) -> Path:
        return self.out or results_root() / "leaderboard"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A run, read."""

    folder: RunFolder
    summary: Mapping[str, Any]
    digest: str

    @property
    def config(self) -> RunConfig:
        return self.folder.config

    @property
    def board(self) -> str:
        """Runs stand in one table where this is the same: what was asked, what judged it, and which problems."""
        names = "\n".join(sorted(self.summary["per_problem"]))
        facts = {**identity(self.config), "problems": hashlib.sha256(names.encode()).hexdigest()}
        return json.dumps(facts, sort_keys=True)

    @property
    def setting(self) -> str:
        config = self.config
        asked = {key: value for key, value in config.params_requested.items() if key not in _NOT_OF_A_SETTING}
        return json.dumps([self.board, config.model, asked, config.prompt_digest], sort_keys=True)


def leaderboard(options: LeaderboardOptions) -> dict[str, Any]:
    """The document that leaderboard.json holds. Raises ConfigError where a named run is not there."""
    if options.metric not in METRICS:
        raise ConfigError(f'no metric "{options.metric}". There are: {", ".join(METRICS)}')
    entries, apart = _read(options)
    shown, doubles = _one_a_setting(entries)
    facts = read_model_facts(options.models)
    verified = read_verified(options.folder / VERIFIED)
    groups: dict[str, list[_Entry]] = {}
    for entry in shown:
        groups.setdefault(entry.board, []).append(entry)
    boards = [_board(members, options, facts, verified) for members in groups.values()]
    boards.sort(key=lambda board: (board["suite"]["name"], board["task"], board["track"], -board["problems"]))
    apart = sorted(apart + doubles, key=lambda item: str(item["run"]))
    return {"schema": SCHEMA, "metric": options.metric, "k": options.k, "boards": boards, "not_ranked": apart}


def _read(options: LeaderboardOptions) -> tuple[list[_Entry], list[dict[str, Any]]]:
    """The runs that can be ranked, and the others with the reason."""
    found, apart = [], []
    key = f"pass@{options.k}"
    for path in _paths(options.runs):
        try:
            folder = RunFolder.read(path)
            broken: list[int] = []
            list(folder.grades(broken))
            summary = report.summarised(folder, (*KS, options.k))
        except HarnessError as error:
            apart.append({"run": path.name, "model": None, "reason": str(error)})
            continue
        reason = f"line {broken[0]} of grades.jsonl is damaged" if broken else _unfit(summary)
        if reason is None and key not in summary["metrics"].get(options.metric, {}):
            reason = f"has no {options.metric} {key}"
        if reason is None:
            found.append(_Entry(folder, summary, submission_digest(folder)))
        else:
            apart.append({"run": folder.name, "model": folder.config.model, "reason": reason})
    return found, apart


def _paths(names: Sequence[str]) -> list[Path]:
    if names:
        return list(dict.fromkeys(find_run(name) for name in names))
    return sorted(path.parent for path in (results_root() / "runs").glob(f"*/{RUN}"))


def _unfit(summary: Mapping[str, Any]) -> str | None:
    """Why a run cannot be ranked; None where it can."""
    if summary["tampered"]:
        return f"tampered: {report.TAMPERED}"
    if summary.get("mixed_versions"):
        return f"asked and graded in different versions: {in_words(summary['mixed_versions'], '{} → {}')}"
    if not summary["samples"]:
        return "nothing is graded"
    missing = summary["n"] * summary["problems"] - summary["samples"]
    if missing:
        return f"not whole: {missing} of {summary['n'] * summary['problems']} samples are missing"
    errors = report.infra_errors(summary)
    return f"{errors} samples without a verdict (infra_error): --retry-errors" if errors else None


def _one_a_setting(entries: Iterable[_Entry]) -> tuple[list[_Entry], list[dict[str, Any]]]:
    """Of the runs of one model and setting the one with the most samples, then the newest: never the best."""
    chosen: dict[str, _Entry] = {}
    doubles = []
    order = sorted(entries, key=lambda entry: entry.folder.name)
    for entry in sorted(order, key=lambda entry: (entry.summary["n"], entry.config.created), reverse=True):
        first = chosen.setdefault(entry.setting, entry)
        if first is not entry:
            copy = first.digest == entry.digest
            reason = f"{'a copy' if copy else 'the model and setting'} of {first.folder.name}, which is shown"
            doubles.append({"run": entry.folder.name, "model": entry.config.model, "reason": reason})
    return list(chosen.values()), doubles


def _board(
    entries: Sequence[_Entry],
    options: LeaderboardOptions,
    facts: Mapping[str, Mapping[str, Any]],
    verified: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    key = f"pass@{options.k}"
    figures = [entry.summary["metrics"][options.metric][key] for entry in entries]
    ranks = ranks_by_interval([(found["low"], found["high"]) for found in figures])
    usual = _usual(entries)
    rows = [
        {"rank": rank, **_row(entry, usual, facts.get(entry.config.model, {}), verified.get(entry.digest))}
        for rank, entry in zip(ranks, entries, strict=True)
    ]
    rows.sort(key=lambda row: (-row["metrics"][options.metric][key]["value"], row["rank"], row["model"], row["run"]))
    first = entries[0]
    return {
        "suite": first.summary["suite"],
        "task": first.config.task,
        "rules": identity(first.config)["rules"],
        "track": first.config.track,
        "problems": first.summary["problems"],
        "tools": surroundings(usual),
        "rows": rows,
    }


def _usual(entries: Sequence[_Entry]) -> RunConfig:
    """A run whose tools and cells most rows have; of two sets that are as common the first in order."""
    texts = {json.dumps(surroundings(entry.config), sort_keys=True): entry.config for entry in entries}
    counts = Counter(json.dumps(surroundings(entry.config), sort_keys=True) for entry in entries)
    return texts[min(counts, key=lambda text: (-counts[text], text))]


def _row(
    entry: _Entry, usual: RunConfig, facts: Mapping[str, Any], verified: Mapping[str, Any] | None
) -> dict[str, Any]:
    config, summary = entry.config, entry.summary
    have, most = surroundings(config), surroundings(usual)
    other = sorted(f"{name} {value}" for name, value in have.items() if most.get(name, value) != value)
    ppa = {
        figure: {name: found[name] for name in ("given_correct", "overall@1") if name in found}
        for figure, found in summary["ppa"].items()
        if unlike(config, usual, figure) is None
    }
    cost, passes = summary["cost_usd"], summary["outcomes"].get("pass", 0)
    return {
        "model": config.model,
        **{name: facts.get(name) for name in ("name", "organisation", "kind", "size_b", "open", "released", "url")},
        "run": entry.folder.name,
        "digest": entry.digest,
        "verified": verified,
        "date": config.created or None,
        "n": summary["n"],
        "samples": summary["samples"],
        "metrics": summary["metrics"],
        "categories": {
            name: group["metrics"].get("function", {}).get("pass@1") for name, group in summary["categories"].items()
        },
        "ppa": {figure: found for figure, found in ppa.items() if found},
        "cost_usd": cost,
        "usd_per_pass": round(cost / passes, 6) if cost is not None and passes else None,
        "setting": {key: value for key, value in config.params_requested.items() if value is not None},
        "seed": config.seed,
        "tools": have,
        "other_tools": other,
        "harness_version": config.harness_version,
    }
