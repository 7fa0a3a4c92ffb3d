"""TRL: a reward function for GRPOTrainer, RLOOTrainer and their like (signature as of TRL 1.16).

TRL calls ``f(prompts=…, completions=…, completion_ids=…, <each column of the dataset>=…, trainer_state=…, log_extra=…,
log_metric=…)`` with lists of one entry a completion, and takes a list of numbers; a None is masked.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.errors import ConfigError
from harness.reward.components import Reward
from harness.reward.groups import GroupStatistics, group_statistics
from harness.reward.scorer import Scorer

_SHARES = ("all_pass", "all_fail", "no_spread")
"""Of the groups; logged as shares, since TRL takes means over steps and processes."""


class TrlReward:
    """``GRPOTrainer(reward_funcs=TrlReward(grader), train_dataset=Dataset.from_list(problem_rows("core")), …)``.

    A completion is a text, or a list of chat messages of which the last one of the assistant is graded. A row
    without a problem (None in the column: a row of another task) gets None, as does an infrastructure error.
    """

    def __init__(self, scorer: Scorer, *, column: str = "problem", code: bool = False) -> None:
        """``column``: the dataset's column that names the problem. ``code``: completions are Verilog as it is."""
        self.__name__ = "harness"
        """Under which TRL logs it."""
        self._scorer = scorer
        self._column = column
        self._code = code

    def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        completion_ids: Sequence[Any] | None = None,  # noqa: ARG002 (TRL's; texts are graded)
        *,
        log_extra: Callable[[str, list[Any]], None] | None = None,
        log_metric: Callable[[str, float], None] | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """Raises ConfigError where the column is not there, or names a problem that the suite does not have."""
        names = columns.get(self._column)
        if names is None or len(names) != len(completions):
            raise ConfigError(
                f'the dataset has no column "{self._column}" that names the problem of each of '
                f"{len(prompts)} prompts (TrlReward(column=…), problem_rows)"
            )
        ours = [index for index, name in enumerate(names) if name is not None]
        items = [(str(names[index]), answer_text(completions[index])) for index in ours]
        rewards: dict[int, Reward] = dict(
            zip(ours, self._scorer.score_many(items, code=self._code) if items else (), strict=True)
        )
        if log_extra is not None:
            found = [rewards.get(index) for index in range(len(completions))]
            log_extra("outcome", [reward and str(reward.outcome) for reward in found])
            log_extra("message", [reward and reward.message for reward in found])
        if log_metric is not None and rewards:
            for name, value in _metrics(_statistics(list(rewards.values()))).items():
                log_metric(name, value)
        return [rewards[index].score if index in rewards else None for index in range(len(completions))]


def answer_text(completion: Any) -> str:
    """The text of a completion. Raises ConfigError on a shape that TRL does not have."""
    if isinstance(completion, str):
        return completion
    if isinstance(completion, Mapping):
        completion = [completion]
    if not isinstance(completion, Sequence) or not all(isinstance(message, Mapping) for message in completion):
        raise ConfigError(f"a completion is a text or a list of messages, not {type(completion).__name__}")
    said = [message for message in completion if message.get("role", "assistant") == "assistant"]
    content = said[-1].get("content") if said else None
    if isinstance(content, Sequence) and not isinstance(content, str):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, Mapping))
    return str(content or "")


def _statistics(rewards: Sequence[Reward]) -> GroupStatistics:
    """A group is what answers the same problem in this step, on this process."""
    groups: dict[str, list[Reward]] = {}
    for reward in rewards:
        groups.setdefault(reward.problem, []).append(reward)
    return group_statistics(groups.values())


def _metrics(found: GroupStatistics) -> dict[str, float]:
    metrics = {"harness/masked": found.masked / found.samples}
    if found.pass_rate is not None and found.spread is not None:
        metrics |= {"harness/pass_rate": found.pass_rate, "harness/spread": found.spread}
        metrics |= {f"harness/{name}": getattr(found, name) / found.groups for name in _SHARES}
    return metrics
