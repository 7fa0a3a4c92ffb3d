"""``harness compare``: which runs may stand beside each other, and what the comparison says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.analysis.compare import compare
from harness.analysis.summary import METRICS, is_measured
from harness.errors import ConfigError
from harness.records.outcome import Rules
from harness.records.run import RunConfig
from harness.runs import trend
from harness.runs.basis import surroundings, unlike
from harness.runs.folder import RunFolder, find_run
from harness.runs.loaded import Loaded
from harness.runs.report import TAMPERED, problems_of, read_rows, tampered
from harness.runs.versions import in_words, unlike_problems

SCHEMA = 1
_SAMPLING = ("temperature", "top_p", "max_tokens", "shots", "style")


@dataclass(frozen=True, slots=True)
class CompareOptions:
    runs: tuple[str, ...]
    """The first is what the others are compared with."""
    metric: str = "function"
    k: int = 1
    wish: float | None = None
    """In points."""
    threshold: float | None = None
    """In points: how much worse than the first the last run may be."""
    force: bool = False
    trend: bool = False
    """Each run against the one before it, as checkpoints of one model."""
    by_date: bool = False
    """In the order in which the runs were begun; else as they are named."""


def compare_runs(options: CompareOptions, runs: Mapping[str, Loaded] | None = None) -> dict[str, Any]:
    """The document that ``--json`` prints. Raises ConfigError where the runs do not compare.

    ``runs``: those of the options where they are read already.
    """
    if options.metric not in METRICS:
        raise ConfigError(f'no metric "{options.metric}". There are: {", ".join(METRICS)}')
    runs = load_runs(options.runs) if runs is None else runs
    runs = trend.by_date(runs) if options.by_date else runs
    for name, run in runs.items():
        if not is_measured(options.metric, [row for samples in run.rows.values() for row in samples]):
            raise ConfigError(f"{name} has no {options.metric}: that stage was not run")
    names = list(runs)
    configs = {name: run.config for name, run in runs.items()}
    tracks = _differences(configs, _track)
    if tracks:
        raise ConfigError(f"runs with feedback and runs without are never compared; {tracks[0]}")
    refused = _differences(configs, identity) + _unlike_problems(runs)
    if refused and not options.force:
        raise ConfigError(f"these runs do not compare; {refused[0]}. --force compares problems of the same name")
    warnings = [f"{name} is tampered: {TAMPERED}" for name, run in runs.items() if tampered(run.folder, run.rows)]
    warnings += refused + _differences(configs, _surroundings)
    wish = None if options.wish is None else options.wish / 100
    rows = {name: run.rows for name, run in runs.items()}
    try:
        pairs = compare(rows, options.metric, options.k, wish, stepwise=options.trend)
    except ValueError as error:
        raise ConfigError(f"{names[0]} and {names[-1]}: {error}; give a smaller --k, or grade both whole") from error
    for pair in pairs:
        warnings += _unlike_areas(pair, configs)
        if pair["left_out"]:
            warnings.append(
                f"{pair['left_out']} problems without {options.k} judged samples in both {pair['first']} and"
                f" {pair['second']} are left out"
            )
    first = configs[names[0]]
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "suite": {"name": first.suite, "version": first.suite_version, "digest": first.suite_digest},
        "task": first.task,
        "rules": first.rules,
        "metric": options.metric,
        "k": options.k,
        "runs": {name: {"model": run.config.model, "n": run.n} for name, run in runs.items()},
        "comparisons": pairs,
        "warnings": warnings,
    }
    if options.trend:
        found["trend"] = trend.section(runs, options.metric, options.k)
    if options.threshold is not None:
        whole = found["trend"]["whole"] if options.trend else pairs[-1]
        found["threshold"] = _threshold(options.threshold, whole["difference"])
    return found


def _threshold(points: float, last: Mapping[str, float]) -> dict[str, Any]:
    """``worse`` goes by the difference itself (rounded to a millionth); whether chance could do it stands beside."""
    limit = round(points / 100, 6)
    return {"points": points, "worse": last["value"] < -limit, "beyond_chance": last["high"] < -limit}


def load_runs(names: Sequence[str]) -> dict[str, Loaded]:
    """By their names, or, where two folders have the same name, by what was asked for."""
    if len(names) < 2:
        raise ConfigError("compare takes two runs or more: harness compare RUN RUN")
    if len(set(names)) < len(names):
        raise ConfigError("compare: the same run is named twice")
    folders = {name: RunFolder.read(find_run(name)) for name in names}
    short = {name: folder.path.resolve().name for name, folder in folders.items()}
    alone = len(set(short.values())) == len(short)
    return {short[name] if alone else name: Loaded(folder, read_rows(folder)) for name, folder in folders.items()}


def _track(config: RunConfig) -> dict[str, Any]:
    """What is refused even with ``--force``: a model that was told what is wrong did another task."""
    rounds = config.params_requested.get("rounds")
    return {"track": config.track} | ({} if rounds is None else {"rounds": rounds})


def identity(config: RunConfig) -> dict[str, Any]:
    """What is refused where it differs: such runs answered, or were judged by, something else."""
    rules = Rules.DEFAULT if config.rules == Rules.BOTH else config.rules  # whose outcome is that of the default rules
    found = {"suite": config.suite, "suite digest": config.suite_digest, "task": config.task}
    return {**found, "rules": str(rules), **_track(config)}


def _surroundings(config: RunConfig) -> dict[str, Any]:
    """What is warned of where it differs: it may explain a difference besides the model."""
    found: dict[str, Any] = {"harness": config.harness_version, **surroundings(config)}
    if config.prompt_digest:
        found["prompts"] = config.prompt_digest
    if config.answers is None:
        found |= {name: config.params_requested.get(name) for name in _SAMPLING}
    for what, value in config.backend.items():  # of another model it is another one anyway
        found[f"{what} of {config.model}"] = value
    return found


def _differences(configs: Mapping[str, RunConfig], facts: Callable[[RunConfig], Mapping[str, Any]]) -> list[str]:
    """A line for each fact in which a run differs from the first; what one of them does not have says nothing."""
    (first, base), *others = ((name, facts(config)) for name, config in configs.items())
    return [
        f"{fact}: {str(base[fact])[:40]} in {first}, {str(have[fact])[:40]} in {name}"
        for name, have in others
        for fact in base
        if fact in have and base[fact] != have[fact]
    ]


def _unlike_problems(runs: Mapping[str, Loaded]) -> list[str]:
    """A line for each run that has problems in other versions than the first one has."""
    (first, base), *others = ((name, problems_of(run.folder)) for name, run in runs.items())
    pairs = ((name, unlike_problems(base, have)) for name, have in others)
    return [f"problems: {in_words(found, f'{{}} in {first}, {{}} in {name}')}" for name, found in pairs if found]


def _unlike_areas(pair: dict[str, Any], configs: Mapping[str, RunConfig]) -> list[str]:
    """Areas of another Yosys or cell library are taken out of ``pair``: they say nothing about the designs."""
    reason = unlike(configs[pair["first"]], configs[pair["second"]], "area")
    if "area" not in pair or reason is None:
        return []
    del pair["area"]
    return [f"areas of {pair['first']} and {pair['second']} are left out: {reason}"]
