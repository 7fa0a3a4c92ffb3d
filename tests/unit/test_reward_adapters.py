"""The signatures of TRL and verl, as their code calls them, over a scorer whose rewards are known."""

import inspect
import json
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import MiniSuite

from harness.errors import ConfigError, NoReward
from harness.records.completion import Completion
from harness.records.outcome import Outcome
from harness.reward import Reward, problem_rows, write_rows
from harness.reward.adapters import TrlReward, verl
from harness.reward.adapters.trl import answer_text


class Scripted:
    """Pays what the reply says: a number, or nothing for ``lost``."""

    def score_many(self, items: Iterable[tuple[str, str | Completion]], *, code: bool = False) -> list[Reward]:
        return [self.one(problem, str(completion)) for problem, completion in items]

    def one(self, problem: str, reply: str) -> Reward:
        if reply == "lost":
            return Reward(problem, Outcome.INFRA_ERROR, None, message="no space left")
        score = float(reply)
        outcome = Outcome.PASS if score == 1 else Outcome.MISMATCH
        found = dict.fromkeys(("extracted", "compiled", "interface", "checks", "passed"), score)
        return Reward(problem, outcome, score, {**found, "area": None})


def message(text: Any, role: str = "assistant") -> dict[str, Any]:
    return {"role": role, "content": text}


REPLIES = [
    "1.0",
    [message("0.25")],
    [message("0"), message("tool says", "tool"), message("0.5")],
    [message([{"type": "text", "text": "lo"}, {"type": "text", "text": "st"}])],
    "a row of another task",
]
ROWS = [{"prompt": "p", "problem": name, "difficulty": "easy"} for name in ("a", "a", "b", "b", None)]
WANTED = [1.0, 0.25, 0.5, None, None]


def test_trls_call_gives_numbers_in_order_and_none_for_what_is_masked() -> None:
    extra: dict[str, list[Any]] = {}
    metrics: dict[str, float] = {}
    columns = {name: [row[name] for row in ROWS] for name in ("problem", "difficulty")}
    found = TrlReward(Scripted())(
        prompts=["p"] * 5,
        completions=REPLIES,
        completion_ids=[[1]] * 5,
        **columns,
        trainer_state=SimpleNamespace(global_step=1),
        log_extra=extra.__setitem__,
        log_metric=metrics.__setitem__,
    )
    assert found == WANTED
    assert extra["outcome"] == ["pass", "mismatch", "mismatch", "infra_error", None]
    assert extra["message"] == [None, None, None, "no space left", None]
    assert metrics["harness/masked"] == 0.25
    assert metrics["harness/pass_rate"] == pytest.approx(1 / 3)
    assert (metrics["harness/all_pass"], metrics["harness/all_fail"]) == (0.0, 0.5)
    assert TrlReward(Scripted())(["p"], ["x"], problem=[None]) == [None]


@pytest.mark.skipif(find_spec("trl") is None, reason="TRL is not installed: pip install trl")
def test_trl_itself_calls_it_and_masks_what_is_none() -> None:
    import torch
    from accelerate import Accelerator
    from trl import GRPOTrainer
    from trl.trainer.utils import get_callable_name, is_async_callable

    reward = TrlReward(Scripted())
    assert (get_callable_name(reward), is_async_callable(reward)) == ("harness", False)
    extra: dict[str, list[Any]] = {}
    trainer: Any = SimpleNamespace(
        accelerator=Accelerator(cpu=True), reward_funcs=[reward], reward_processing_classes=[None], reward_func_names=["harness"],
        state=SimpleNamespace(global_step=1), args=SimpleNamespace(report_to=[]), environments=None,
        _log_completion_extra=extra.__setitem__, _log_metric=lambda name, value: None,
    )  # fmt: skip
    calculate = inspect.unwrap(GRPOTrainer._calculate_rewards)
    found = calculate(trainer, ROWS, ["p"] * 5, REPLIES, [[1]] * 5)[:, 0].cpu()
    assert torch.isnan(found).tolist() == [score is None for score in WANTED]
    assert found[:3].tolist() == WANTED[:3]
    assert extra["outcome"][0] == "pass"


def test_a_dataset_without_the_column_is_said_in_one_line() -> None:
    with pytest.raises(ConfigError, match='no column "name" that names the problem of each of 1 prompts'):
        TrlReward(Scripted(), column="name")(["p"], ["x"], problem=["a"])
    with pytest.raises(ConfigError, match="a text or a list of messages, not int"):
        TrlReward(Scripted())(["p"], [3], problem=["a"])


@pytest.mark.parametrize("completion", [[], [message(None)], [message("x", "user")], {"content": ""}])
def test_a_completion_that_says_nothing_is_an_empty_answer(completion: Any) -> None:
    assert answer_text(completion) == ""


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What Graders are asked for, in place of which the scripted one answers."""
    asked: list[dict[str, Any]] = []

    def made(**settings: Any) -> Scripted:
        asked.append(settings)
        return Scripted()

    monkeypatch.setattr(verl, "Grader", made)
    monkeypatch.setattr(verl, "_SCORERS", {})
    return asked


def test_verls_call_gives_a_score_and_the_same_keys_every_time(scripted: list[dict[str, Any]]) -> None:
    def call(reply: str) -> dict[str, Any]:
        return verl.compute_score(
            data_source="core",
            solution_str=reply,
            ground_truth="fifo_sync",
            extra_info={"num_turns": 2, "rollout_reward_scores": {}},
            workers=2,
            reward_router_address=None,
            reward_model_tokenizer=None,
        )

    right, wrong = call("1.0"), call("0.5")
    assert (right["score"], right["acc"], right["outcome"]) == (1.0, 1.0, "pass")
    assert (wrong["score"], wrong["acc"], wrong["outcome"]) == (0.5, 0.0, "mismatch")
    assert list(right) == list(wrong)
    assert all(isinstance(value, float | str) for value in right.values())
    assert scripted == [{"suite": "core", "workers": 2}]
    with pytest.raises(NoReward, match=r"core fifo_sync: infra_error, no reward\. no space left"):
        call("lost")


def test_verls_order_without_names_is_ours(scripted: list[dict[str, Any]]) -> None:
    assert verl.compute_score("core", "0.5", "fifo_sync", None)["score"] == 0.5
    first = list(inspect.signature(verl.compute_score).parameters)[:4]
    assert first == ["data_source", "solution_str", "ground_truth", "extra_info"]


def test_a_setting_that_there_is_not_is_named() -> None:
    with pytest.raises(ConfigError, match=r"reward_kwargs: .*'worker'"):
        verl.compute_score("core", "x", "fifo_sync", worker=2)


@pytest.mark.skipif(find_spec("verl") is None, reason="verl is not installed: pip install verl")
def test_verl_itself_finds_it_and_calls_it(scripted: list[dict[str, Any]]) -> None:
    from omegaconf import OmegaConf
    from verl.trainer.ppo.reward import get_custom_reward_fn

    function = {"path": "pkg://harness.reward.adapters.verl", "name": "compute_score", "reward_kwargs": {"workers": 2}}
    found = get_custom_reward_fn(OmegaConf.create({"reward": {"custom_reward_function": function}}))
    assert found is not None
    result = found(data_source="core", solution_str="0.5", ground_truth="fifo_sync", extra_info={})
    assert result["score"] == 0.5
    assert scripted == [{"workers": 2, "suite": "core"}]


def test_rows_hold_a_prompt_and_the_name_by_which_the_reward_finds_the_problem(mini: MiniSuite) -> None:
    path = str(mini.root)
    rows = problem_rows("mini", suite_path=path)
    assert [row["problem"] for row in rows] == ["and2", "counter"]
    assert [said["role"] for said in rows[1]["prompt"]][-1] == "user"
    assert "4-bit counter" in rows[1]["prompt"][-1]["content"]
    assert len(problem_rows("mini", suite_path=path, shots=1)[0]["prompt"]) == len(rows[0]["prompt"]) + 2
    target = mini.root / "train.jsonl"
    write_rows(verl.verl_rows("mini", suite_path=path, problems="count*"), target)
    [line] = map(json.loads, Path(target).read_text().splitlines())
    assert (line["data_source"], line["prompt"]) == ("mini", rows[1]["prompt"])
    assert line["reward_model"] == {"style": "rule", "ground_truth": "counter"}
    with pytest.raises(ConfigError, match='task "rtl": spec-to-rtl, code-completion'):
        problem_rows("mini", suite_path=path, task="rtl")
