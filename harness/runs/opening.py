"""What a run is, where it lies, and the model that it asks: from the options of a session."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness import __version__
from harness.errors import ConfigError, HarnessError
from harness.models import ModelContext, create_model
from harness.models.identity import backend_identity
from harness.models.protocol import Model
from harness.records.grade import Candidate
from harness.records.outcome import Outcome, Stage
from harness.records.problem import Problem
from harness.records.run import RunConfig
from harness.runs import report
from harness.runs.folder import RUN, RunFolder, results_root
from harness.runs.options import RunOptions
from harness.runs.session import Session, synthesizes


def config_of(session: Session, model: str, prompts: str, *, answers: str | None) -> RunConfig:
    options, suite = session.options, session.suite
    return RunConfig(
        suite=suite.name,
        suite_version=suite.version,
        suite_digest=suite.digest,
        task=str(options.task),
        rules=str(options.rules),
        model=model,
        backend=backend_identity(model, options.base_url, os.environ) if answers is None else {},
        params_requested=options.sampling() if answers is None else {},
        prompt_digest=prompts,
        stages=tuple(sorted(str(stage) for stage in options.stages)),
        tools=session.settings.tools,
        sandbox=session.settings.sandbox,
        seed=options.seed,
        harness_version=__version__,
        answers=answers,
        track=options.track,
        **hardware_of(session),
        created=datetime.now(UTC).date().isoformat(),
    )


def hardware_of(session: Session) -> dict[str, Any]:
    """What the figures beside the verdict depend on, as far as this run has any."""
    options = session.options
    if not synthesizes(options):
        return {"library": {}, "fpga": None, "activity": None}
    library = session.settings.synthesis.liberty
    activity = "testbench" if options.activity is None else options.activity
    return {
        "library": {"name": library.name, "digest": library.digest},
        "fpga": options.fpga,
        "activity": activity if Stage.TIMING in options.stages else None,
    }


def run_path(options: RunOptions, config: RunConfig) -> Path:
    """The run's folder: ``--run`` (a name, or a path), else its default name.

    A run that was begun before runs said what is behind a model's name goes on under the name that it has.
    """
    if options.run:
        return Path(options.run) if "/" in options.run else results_root() / "runs" / options.run
    path, former = (results_root() / "runs" / name for name in (config.default_name(), config.former_name()))
    if path != former and not (path / RUN).is_file() and (former / RUN).is_file():
        with suppress(ConfigError):  # what is not whole there is nothing to go on with
            if config.goes_on(RunFolder.read(former).config):
                return former
    return path


def open_run(options: RunOptions, config: RunConfig, session: Session) -> RunFolder:
    """The run's folder, by ``--run`` (a name, or a path) or by its default name; locked."""
    if options.moved and not options.run:
        raise ConfigError("--moved goes on with a run: name it by --run")
    folder = RunFolder.create(run_path(options, config), config, moved=options.moved)
    report.write_problem_facts(folder, session.suite, str(options.task))
    return folder


@contextmanager
def open_model(session: Session) -> Iterator[Model]:
    """The model that the options name, closed at the end."""
    options = session.options

    def prove_wrong(problem: Problem, code: str) -> bool:
        grade = session.grader.grade(problem, Candidate(code), 0).grade
        if grade.outcome is Outcome.INFRA_ERROR:
            raise HarnessError(grade.message or "infra_error")
        return grade.outcome is Outcome.MISMATCH

    context = ModelContext(
        suite=session.suite,
        seed=options.seed,
        n=options.n,
        task=options.task,
        prove_wrong=prove_wrong,
        base_url=options.base_url,
    )
    model = create_model(options.model, context)
    try:
        yield model
    finally:
        model.close()
