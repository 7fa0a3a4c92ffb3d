"""serve: rewards over HTTP."""

import argparse

from harness.cli.options import first_task, parse_stages
from harness.errors import ConfigError
from harness.reward import DEFAULT_WEIGHTS, Grader, read_weights
from harness.reward.client import TOKEN_VARIABLE
from harness.serve.server import QUEUE_PER_WORKER, ServeOptions, say_on_stderr, serve, token_of_environment

_DEFAULTS = ServeOptions()


def add_arguments(_name: str, parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=_DEFAULTS.host, help=f"(default: {_DEFAULTS.host}; other: {TOKEN_VARIABLE})")
    parser.add_argument(
        "--port", type=int, default=_DEFAULTS.port, metavar="N", help=f"(default: {_DEFAULTS.port}; 0: any)"
    )
    parser.add_argument(
        "--queue",
        type=int,
        default=_DEFAULTS.queue,
        metavar="N",
        help=f"most samples that wait or are graded (default: {QUEUE_PER_WORKER} for each worker)",
    )
    parser.add_argument("--suite", default="core", metavar="NAME", help="which suite (default: core)")
    parser.add_argument("--suite-path", metavar="DIR", help="the suite's folder, where it is not found by itself")
    parser.add_argument("--task", metavar="TASK", help="(default: the first that the suite has)")
    group = parser.add_argument_group("reward")
    group.add_argument("--weights", metavar="FILE", help="JSON: component → weight (docs/reward.md)")
    group.add_argument("--depth", default="netlist", choices=("netlist", "simulation"), help="(default: netlist)")
    group.add_argument("--stages", default="", metavar="LIST", help="timing, equivalence: as components to weigh")
    group.add_argument("--cpu-s", type=int, metavar="N", help="at most so many CPU seconds for a simulation")
    group.add_argument(
        "--workers", type=int, default=0, metavar="N", help="samples graded at once (default: the cores)"
    )
    group.add_argument("--sandbox", default="auto", metavar="S", help="auto, bwrap, landlock or rlimits")
    group.add_argument("--liberty", default="neutral", metavar="L", help="cell library: a known name, or a path")
    group.add_argument("--no-cache", action="store_true", help="neither read nor write results/cache")


def run(arguments: argparse.Namespace) -> int:
    _check(arguments)
    options = ServeOptions(arguments.host, arguments.port, arguments.queue, token_of_environment())
    grader = Grader(
        arguments.suite,
        suite_path=arguments.suite_path,
        task=arguments.task or first_task(arguments.suite),
        stages=sorted(map(str, parse_stages(arguments.stages))),
        depth=arguments.depth,
        weights=read_weights(arguments.weights) if arguments.weights else DEFAULT_WEIGHTS,
        workers=arguments.workers,
        sandbox=arguments.sandbox,
        liberty=arguments.liberty,
        cpu_s=arguments.cpu_s,
        cache=not arguments.no_cache,
    )
    serve(grader, options, say_on_stderr)
    grader.close()
    return 0


def _check(arguments: argparse.Namespace) -> None:
    for option, value, least, most in (
        ("--port", arguments.port, 0, 65535),
        ("--queue", arguments.queue, 0, 1_000_000),
        ("--workers", arguments.workers, 0, 1024),
    ):
        if not least <= value <= most:
            raise ConfigError(f"{option} {value}: {least:,} to {most:,}")
