"""verl: its custom reward function, and rows for its dataset (signature as of verl 0.9).

    custom_reward_function.path=pkg://harness.reward.adapters.verl
    custom_reward_function.name=compute_score
    +custom_reward_function.reward_kwargs.workers=4

verl calls ``compute_score(data_source=…, solution_str=…, ground_truth=…, extra_info=…, **reward_kwargs)`` from many
threads, once a completion, and takes a number or a table with a ``score``.
"""

import os
import threading
from typing import Any

from harness.errors import ConfigError, NoReward
from harness.reward.client import Client
from harness.reward.components import Reward
from harness.reward.dataset import problem_rows
from harness.reward.grader import Grader
from harness.reward.scorer import Scorer

_REPORTED = ("extracted", "compiled", "interface", "checks")
"""Components that are always defined; verl wants the same keys of every sample."""
_OF_VERL = {"reward_router_address", "reward_model_tokenizer"}
"""Handed over by verl itself where a reward model runs too."""


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: str,
    extra_info: Any = None,  # noqa: ARG001 (verl's)
    **reward_kwargs: Any,
) -> dict[str, Any]:
    """The reward of one reply to the problem ``ground_truth`` of the suite ``data_source``.

    ``reward_kwargs``: as of ``Grader``, ``suite`` included, for a ``data_source`` of another name; or with ``url``
    as of ``Client``, for a ``harness serve`` of that suite.

    Returns ``score``, ``acc`` (1 where it passed), ``outcome`` and the components that are always defined.
    Raises NoReward where the harness failed: verl has no mask, and a 0 would teach the model that it was wrong.
    Raises ConfigError on an unknown suite, problem or setting.
    """
    settings = {name: value for name, value in reward_kwargs.items() if name not in _OF_VERL}
    if "url" not in settings:
        settings.setdefault("suite", data_source)
    [reward] = _scorer(settings).score_many([(ground_truth, solution_str)])
    if reward.score is None:
        raise NoReward(f"{data_source} {ground_truth}: infra_error, no reward. {reward.message or ''}")
    return {"score": reward.score, **_report(reward)}


def verl_rows(suite: str = "core", *, split: str = "train", **options: Any) -> list[dict[str, Any]]:
    """``problem_rows`` in the columns of verl's RLHFDataset: write them with ``write_rows`` to a ``.jsonl``."""
    return [
        {
            "data_source": row["suite"],
            "prompt": row["prompt"],
            "ability": "verilog",
            "reward_model": {"style": "rule", "ground_truth": row["problem"]},
            "extra_info": {"split": split, "index": index},
        }
        for index, row in enumerate(problem_rows(suite, **options))
    ]


def _report(reward: Reward) -> dict[str, Any]:
    components = {name: reward.components[name] for name in _REPORTED}
    return {"acc": float(reward.passed), "outcome": str(reward.outcome), **components}


def _scorer(settings: dict[str, Any]) -> Scorer:
    """One for all calls of this process with the same settings."""
    key = repr(sorted(settings.items()))
    with _LOCK:
        if key not in _SCORERS:
            try:
                _SCORERS[key] = Client(**settings) if "url" in settings else Grader(**settings)
            except TypeError as error:
                raise ConfigError(f"reward_kwargs: {error}") from error
        return _SCORERS[key]


_SCORERS: dict[str, Scorer] = {}
_LOCK = threading.Lock()


def _new_lock() -> None:
    """A thread of the parent may have held it when this process was forked."""
    global _LOCK  # noqa: PLW0603
    _LOCK = threading.Lock()


os.register_at_fork(after_in_child=_new_lock)
