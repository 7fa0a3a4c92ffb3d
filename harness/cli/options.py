"""The options of a run on the command line, and the record that they become."""

import argparse
from pathlib import Path
from typing import get_args

from harness.errors import ConfigError, HarnessError
from harness.prompts.feedback import Feedback
from harness.records.outcome import Rules, Stage, Task
from harness.runs.options import RunOptions
from harness.suites.locate import find_reader, with_grain
from harness.tools.yosys_mapping import Fpga

DEFAULTS = RunOptions()
FPGAS = get_args(Fpga)
FEEDBACKS = get_args(Feedback)
BUILT_STAGES = (
    Stage.EXTRACT,
    Stage.SCREEN,
    Stage.SYNTAX,
    Stage.INTERFACE,
    Stage.SIMULATE,
    Stage.SYNTHESIZE,
    Stage.NETLIST,
    Stage.TIMING,
    Stage.EQUIVALENCE,
    Stage.LINT,
)


def add_suite_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--suite", default=DEFAULTS.suite, metavar="NAME", help="which suite (default: core)")
    parser.add_argument("--suite-path", metavar="DIR", help="the suite's folder, where it is not found by itself")
    parser.add_argument("--grain", metavar="G", help="other texts of the same problems: --suite vgen --grain low")
    tasks = ", ".join(Task)
    parser.add_argument("--task", metavar="TASK", help=f"{tasks} (default: the first that the suite has)")
    parser.add_argument("--problems", metavar="GLOB", help='only these problems, such as "fifo_*"')
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N problems")


def add_grading_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("grading")
    group.add_argument(
        "--rules", default=str(DEFAULTS.rules), metavar="R", help="default, official (the suite's own) or both"
    )
    group.add_argument(
        "--stages",
        default="",
        metavar="LIST",
        help="comma list, such as lint; those of the verdict always run under default rules",
    )
    group.add_argument("--workers", type=int, default=0, metavar="N", help="grading threads (default: the cores)")
    group.add_argument("--sandbox", default=DEFAULTS.sandbox, metavar="S", help="auto, bwrap, landlock or rlimits")
    add_library_options(group)
    group.add_argument("--k", default="1,5,10", metavar="LIST", help="pass@k for these k (default 1,5,10, cut to n)")
    group.add_argument("--retry-errors", action="store_true", help="do infrastructure errors again")
    group.add_argument("--no-cache", action="store_true", help="neither read nor write results/cache")
    add_report_options(group)
    group.add_argument("--run", metavar="RUN", help="name or folder of the run (default: made from its parameters)")


def add_library_options(group: "argparse.ArgumentParser | argparse._ArgumentGroup") -> None:
    """What synthesis and timing depend on."""
    group.add_argument(
        "--liberty", default=DEFAULTS.liberty, metavar="L", help="cell library: neutral, another known name, or a path"
    )
    group.add_argument(
        "--yosys", default=DEFAULTS.yosys, choices=("pinned", "system"), help="pinned (the same everywhere) or system"
    )
    group.add_argument("--fpga", choices=FPGAS, help="also count the LUTs of a design on that FPGA")
    group.add_argument(
        "--activity",
        default=str(DEFAULTS.activity),
        metavar="A",
        help="for power (--stages timing): toggles of each input in a cycle (0.1), or testbench",
    )


def add_report_options(group: "argparse.ArgumentParser | argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--waveforms",
        type=int,
        default=DEFAULTS.waveforms,
        metavar="N",
        help=f"most failing samples that report.html shows a waveform of (default: {DEFAULTS.waveforms})",
    )


def add_model_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("model")
    group.add_argument(
        "--model", default=DEFAULTS.model, metavar="M", help="backend/name, or file.py:Class (default: faulty)"
    )
    group.add_argument("--base-url", metavar="URL", help="the server to ask, for models that have one")
    group.add_argument(
        "--moved", action="store_true", help="go on with --run: its server, the same model, has another address now"
    )
    group.add_argument(
        "-n", "--n", type=int, default=DEFAULTS.n, metavar="N", help="samples for each problem (default: 5)"
    )
    group.add_argument("--temperature", type=float, metavar="T")
    group.add_argument("--top-p", type=float, metavar="P")
    group.add_argument("--max-tokens", type=int, metavar="N")
    group.add_argument("--seed", type=int, default=DEFAULTS.seed, metavar="N")
    group.add_argument("--shots", type=int, default=0, metavar="N", help="in-context examples, 0 to 4")
    styles = "default, official (the suite's own), verilog-eval, rtllm, or the path of a template"
    group.add_argument("--style", metavar="STYLE", help=styles)
    add_pace_options(parser)
    group = parser.add_argument_group("feedback (a track of its own)")
    group.add_argument(
        "--feedback", choices=FEEDBACKS, help="the model sees its answer and the compiler's words, or failed checks too"
    )
    group.add_argument(
        "--rounds", type=int, default=DEFAULTS.rounds, metavar="R", help="most further tries of a sample (default: 1)"
    )


def add_pace_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("pace and money")
    group.add_argument(
        "--max-connections",
        type=int,
        metavar="N",
        help="most requests at once (default: 16, growing to 64 while that helps); fewer after a rate limit",
    )
    group.add_argument("--rpm", type=float, metavar="N", help="most requests a minute")
    group.add_argument("--tpm", type=float, metavar="N", help="most tokens a minute, prompts and replies together")
    group.add_argument("--max-cost", type=float, metavar="USD", help="stop before the run costs more; it can go on")
    group.add_argument(
        "--dry-run", action="store_true", help="show the prompts and what they would cost; nothing is sent"
    )


_RANGES: dict[str, tuple[str, float, float]] = {
    "n": ("-n", 1, 1_000_000),
    "limit": ("--limit", 1, 1_000_000),
    "workers": ("--workers", 0, 1024),
    "max_connections": ("--max-connections", 1, 4096),
    "rpm": ("--rpm", 0.001, 1e9),
    "tpm": ("--tpm", 1, 1e12),
    "max_cost": ("--max-cost", 0, 1e9),
    "rounds": ("--rounds", 1, 100),
    "temperature": ("--temperature", 0, 100),
    "top_p": ("--top-p", 0, 1),
    "max_tokens": ("--max-tokens", 1, 10_000_000),
    "seed": ("--seed", 0, 2**31 - 1),
    "shots": ("--shots", 0, 4),
    "faults": ("--faults", 0, 100_000),
    "proof_s": ("--proof-s", 1, 3600),
    "repeat": ("--repeat", 1, 1000),
}
"""Argument → its option, and the least and the most that make sense."""
_UNITS = {
    "n": "samples",
    "limit": "problems",
    "workers": "threads (0: as many as cores)",
    "shots": "examples",
}


def _check_ranges(arguments: argparse.Namespace) -> None:
    for name, (option, least, most) in _RANGES.items():
        value = getattr(arguments, name, None)
        if value is not None and not least <= value <= most:  # NaN is in no range
            unit = f" {_UNITS[name]}" if name in _UNITS else ""
            raise ConfigError(f"{option} {value}: {least:,} to {most:,}{unit}")
    run = getattr(arguments, "run", None)
    if isinstance(run, str) and run in (".", ".."):
        raise ConfigError(f'--run "{run}": a name for a folder under results/runs/, or a path with a / in it')


def to_options(arguments: argparse.Namespace) -> RunOptions:
    """Check and convert. Raises ConfigError, naming the option and what it may be."""
    take = vars(arguments).get
    _check_ranges(arguments)
    completions = take("completions")
    suite = with_grain(take("suite", DEFAULTS.suite), take("grain"))
    return RunOptions(
        suite=suite,
        suite_path=take("suite_path"),
        task=_task(take("task") or first_task(suite)),
        rules=_rules(take("rules", str(DEFAULTS.rules))),
        model=take("model", DEFAULTS.model),
        base_url=take("base_url"),
        n=int(take("n", DEFAULTS.n)),
        k=parse_ks(take("k", "1,5,10")),
        temperature=take("temperature"),
        top_p=take("top_p"),
        max_tokens=take("max_tokens"),
        seed=int(take("seed", DEFAULTS.seed)),
        shots=int(take("shots", 0)),
        style=take("style"),
        stages=parse_stages(take("stages", "")),
        workers=int(take("workers", 0)),
        completions=Path(completions) if completions else None,
        run=take("run"),
        sandbox=take("sandbox", DEFAULTS.sandbox),
        liberty=take("liberty", DEFAULTS.liberty),
        yosys=take("yosys", DEFAULTS.yosys),
        fpga=take("fpga"),
        activity=parse_activity(take("activity", str(DEFAULTS.activity))),
        max_connections=take("max_connections"),
        rpm=take("rpm"),
        tpm=take("tpm"),
        max_cost=take("max_cost"),
        feedback=take("feedback"),
        rounds=int(take("rounds", DEFAULTS.rounds)),
        moved=bool(take("moved", False)),
        retry_errors=bool(take("retry_errors", False)),
        no_cache=bool(take("no_cache", False)),
        limit=take("limit"),
        problems=take("problems"),
        waveforms=waveforms_of(arguments),
        quiet=bool(take("quiet", False)),
    )


def waveforms_of(arguments: argparse.Namespace) -> int:
    wanted = int(vars(arguments).get("waveforms", DEFAULTS.waveforms))
    if wanted < 0:
        raise ConfigError(f"--waveforms {wanted}: 0 (none) or more")
    return wanted


def first_task(suite: str) -> str:
    """The task that a suite is for where it is not said; a suite of the user's own, and a misspelt one, have ours."""
    try:
        return str(find_reader(suite).tasks[0])
    except HarnessError:
        return str(DEFAULTS.task)


def _task(value: str) -> Task:
    try:
        return Task(value)
    except ValueError:
        raise ConfigError(f'--task "{value}": {", ".join(Task)}') from None


def _rules(value: str) -> Rules:
    try:
        return Rules(value)
    except ValueError:
        raise ConfigError(f'--rules "{value}": {", ".join(Rules)}') from None


def parse_ks(value: str) -> tuple[int, ...]:
    try:
        ks = sorted({int(item) for item in value.split(",") if item.strip()})
    except ValueError:
        ks = []
    if not ks or ks[0] < 1:
        raise ConfigError(f'--k "{value}": a comma list of numbers from 1 on')
    return tuple(ks)


def parse_activity(value: str) -> float | None:
    """None for ``testbench``."""
    if value == "testbench":
        return None
    try:
        found = float(value)
    except ValueError:
        found = -1.0
    if not 0 < found <= 2:
        raise ConfigError(f'--activity "{value}": toggles of an input in a cycle (above 0, at most 2), or testbench')
    return found


def parse_stages(value: str) -> frozenset[Stage]:
    names = [item.strip() for item in value.split(",") if item.strip()]
    known = {str(stage) for stage in BUILT_STAGES}
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise ConfigError(f'--stages "{unknown}": there are {", ".join(BUILT_STAGES)}')
    return frozenset(Stage(name) for name in names)
