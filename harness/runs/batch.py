"""Generation on another machine: the requests of a run as a file, and the replies back into the same run."""

import dataclasses
import difflib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import ConfigError
from harness.models.openai_batch import batch_request
from harness.models.prices import load_prices
from harness.models.providers import Provider, load_providers
from harness.models.replay import AnswersFile
from harness.records.problem import Suite
from harness.runs.asker import priced
from harness.runs.asking import prompt_digest, request_for
from harness.runs.bench import RunResult, grade_run
from harness.runs.dry_run import wanted_keys
from harness.runs.folder import RunFolder, find_run, runs_with
from harness.runs.opening import config_of, open_run
from harness.runs.options import RunOptions
from harness.runs.session import Session, open_session

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Requests:
    """A run that is there now, and what is to be asked for it."""

    run: str
    path: Path
    lines: list[dict[str, Any]]
    here: int
    """Samples that have a reply already and are not among the lines."""


def batch_requests(options: RunOptions) -> Requests:
    """Every request of a run that has no reply yet. The run's folder is made, so that the replies find it."""
    backend, _, name = options.model.partition("/")
    if not name:
        raise ConfigError(f'prompts asks a model behind a server: --model openai/<name there>, not "{backend}"')
    providers = load_providers(os.environ)
    provider = providers.get(backend)
    if provider is None:
        close = difflib.get_close_matches(backend, providers, 1)
        hint = f' Did you mean "{close[0]}"?' if close else ""
        raise ConfigError(f'prompts knows no server "{backend}".{hint} Those that there are: harness models')
    name = provider.named(name)
    if options.feedback is not None:
        raise ConfigError("--feedback needs a verdict between two requests, and a batch has none: harness bench")
    with open_session(options) as session:
        # Who will answer is not known yet: the run belongs to no server until one is asked.
        config = config_of(session, options.model, prompt_digest(session), answers=None).without_backend()
        with open_run(options, config, session) as folder:
            here = {key for key, (_, failed) in folder.answer_index().items() if not failed}
            lines = list(_lines(session, config.parameters_digest, provider, name, here))
            sent = {name: value for line in lines[:1] for name, value in line["body"].items() if name not in _QUESTION}
            folder.note_params_sent(sent)
            return Requests(folder.name, folder.path, lines, len(here))


_QUESTION = ("model", "messages", "prompt", "input")


def _lines(
    session: Session, run: str, provider: Provider, model: str, here: set[tuple[str, int, int]]
) -> Iterator[dict[str, Any]]:
    problems = {problem.name: problem for problem in session.problems}
    for key in wanted_keys(session):
        if key not in here:
            yield batch_request(run, provider, model, request_for(session, problems[key[0]], key[1]))


def run_to_continue(digest: str | None, options: RunOptions) -> Path | None:
    """The run of those parameters: ``--run``, else the one under results/runs/. None where it is not here."""
    if digest is None:
        return None
    if options.run is None:
        return next(iter(runs_with(digest)), None)
    path = find_run(options.run)
    config = RunFolder.read(path).config
    there = config.parameters_digest
    if digest not in (there, config.without_backend().parameters_digest):
        raise ConfigError(f"{path} has other parameters ({there}) than the requests of these replies ({digest})")
    return path


def import_into(
    path: Path, options: RunOptions, read: Callable[[Suite], AnswersFile], say: Say, *, grade: bool = True
) -> RunResult:
    """Replies that the run does not have yet are appended, with the price of a batch; then it is graded."""
    config = RunFolder.read(path).config
    options = dataclasses.replace(options, suite=config.suite, task=type(options.task)(config.task), run=str(path))
    with open_session(options) as session:
        found = read(session.suite)
        for line in found.warnings:
            say(f"warning: {line}")
        price = load_prices().of(config.model)
        with open_run(options, config, session) as folder:
            here = {key for key, (_, failed) in folder.answer_index().items() if not failed}
            new = [answer for answer in found.answers if answer.key not in here]
            for answer in new:
                reply = priced(answer.completion, price, batch=True)
                folder.append_answer(dataclasses.replace(answer, completion=reply))
    say(f"replies   {len(new):,} new, {len(found.answers) - len(new):,} here already ({path.name})")
    return grade_run(str(path), options, say, grade=grade)
