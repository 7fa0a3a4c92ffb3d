"""What a run would send, and what it is likely to cost. Nothing is sent and nothing is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from harness.errors import ConfigError, HarnessError
from harness.models.estimate import prompt_tokens, reply_tokens
from harness.models.prices import Price, load_prices
from harness.records.completion import Message
from harness.records.problem import Problem
from harness.records.run import RunConfig
from harness.runs.asking import prompt_digest, request_for
from harness.runs.folder import RUN, Key, RunFolder
from harness.runs.opening import config_of, open_model, run_path
from harness.runs.options import RunOptions
from harness.runs.replies import ReplyCache
from harness.runs.session import Session, open_session

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of the requests that would be sent; first rounds only, where there is feedback."""

    prompt_tokens: int
    completion_tokens: int
    """Of ordinary answers, going by the length of the golden designs; what a model thinks is not in it."""
    cost_usd: float | None
    """None: no price is known."""
    most_usd: float | None
    """With every reply as long as ``--max-tokens`` lets it be; None without."""


@dataclass(frozen=True, slots=True)
class DryRun:
    run: str
    requests: int
    here: int
    """Of them those whose replies the run has."""
    cached: int
    """And those that another run has paid for."""
    estimate: Estimate
    price: Price | None
    prompts: dict[str, tuple[Message, ...]]
    """Problem → what is asked of it, the same for each sample."""

    @property
    def to_send(self) -> int:
        return self.requests - self.here - self.cached

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": 1,
            "run": self.run,
            "requests": self.requests,
            "here": self.here,
            "cached": self.cached,
            "to_send": self.to_send,
            "prompt_tokens": self.estimate.prompt_tokens,
            "completion_tokens": self.estimate.completion_tokens,
            "cost_usd": self.estimate.cost_usd,
            "most_usd": self.estimate.most_usd,
            "price": None if self.price is None else _price_json(self.price, date.today()),
            "prompts": {
                name: [{"role": message.role, "content": message.text} for message in messages]
                for name, messages in self.prompts.items()
            },
        }


def _price_json(price: Price, today: date) -> dict[str, Any]:
    return {**price.model_dump(include={"input", "output", "as_of", "source"}), "old": price.is_old(today)}


def dry_run(options: RunOptions, say: Say) -> DryRun:
    """Raises ConfigError for what the run itself would refuse, but for a model that cannot be reached from here."""
    with open_session(options) as session:
        config = config_of(session, options.model, prompt_digest(session), answers=None)
        path = run_path(options, config)
        here = _replies_here(path, config)
        keys = wanted_keys(session)
        cached = _cached(session, [key for key in keys if key not in here], say)
        problems = {problem.name: problem for problem in session.problems}
        left = [problems[name] for name, sample, number in keys if (name, sample, number) not in here | cached]
        price = load_prices().of(options.model)
        prompts = {problem.name: request_for(session, problem, 0).messages for problem in session.problems}
        return DryRun(
            path.name, len(keys), len(here & set(keys)), len(cached), estimate(session, left, price), price, prompts
        )


def _replies_here(path: Path, config: RunConfig) -> set[Key]:
    """Of the run that the same command would go on with."""
    if not (path / RUN).is_file():
        return set()
    folder = RunFolder.read(path)
    if not config.goes_on(folder.config):
        raise ConfigError(f"{path} holds a run with other parameters; choose another --run")
    return set(folder.answer_index())


def _cached(session: Session, keys: list[Key], say: Say) -> set[Key]:
    """Those whose replies are in the cache. A model that lacks its key is no reason not to count the cost."""
    options = session.options
    if options.no_cache:
        return set()
    try:
        with open_model(session) as model:
            cache = ReplyCache(model, options.model)
            return {key for key in keys if _is_cached(session, cache, key)}
    except HarnessError as error:
        say(f"warning: {error}")
        return set()


def _is_cached(session: Session, cache: ReplyCache, key: Key) -> bool:
    problem = session.problem(key[0])
    assert problem is not None
    kept = cache.key(request_for(session, problem, key[1]))
    return kept is not None and cache.get(kept) is not None


def wanted_keys(session: Session) -> list[Key]:
    """The samples of a run in the order in which they are asked for: every problem once, then again."""
    return [(problem.name, sample, 0) for sample in range(session.options.n) for problem in session.problems]


def expected_cost(session: Session, price: Price | None) -> float | None:
    """US dollars of a reply, on the mean over the problems."""
    if price is None:
        return None
    cost = estimate(session, list(session.problems), price).cost_usd
    return None if cost is None else cost / len(session.problems)


def estimate(session: Session, problems: list[Problem], price: Price | None) -> Estimate:
    """One request a problem of the list, which may name it several times."""
    limit = session.options.max_tokens
    unlike = {problem.name: problem for problem in problems}.values()
    requests = {problem.name: request_for(session, problem, 0) for problem in unlike}
    sizes = {
        problem.name: (prompt_tokens(requests[problem.name]), reply_tokens(problem.golden_code, limit))
        for problem in unlike
    }
    asked = sum(sizes[problem.name][0] for problem in problems)
    answered = sum(sizes[problem.name][1] for problem in problems)
    cost = None if price is None else round(price.of(asked, answered), 6)
    most = None if price is None or limit is None else round(price.of(asked, limit * len(problems)), 6)
    return Estimate(asked, answered, cost, most)
