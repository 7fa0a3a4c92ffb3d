"""``harness prompts --format lm-eval``: the folder is a whole task, and its verdict is ours."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from as_a_user import AND, OR
from conftest import Harness, MiniSuite

from harness.cli.main import main
from harness.errors import ConfigError

pytestmark = pytest.mark.tools
GOOD, WRONG = f"```verilog\n{AND}```", f"```verilog\n{OR}```"


@pytest.fixture
def task(harness: Harness, mini: MiniSuite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HARNESS_RESULTS", str(tmp_path / "results"))
    ran = harness(
        *("prompts", "--format", "lm-eval", "--suite-path", str(mini.root), "--problems", "and2", "--out", "task"),
        *("-n", "3", "--k", "1,2", "--temperature", "0.8"),
    )
    assert ran.code == 0, ran.err
    assert "--include_path task --tasks mini-spec-to-rtl" in ran.err
    return tmp_path / "task"


def module(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("verdict", folder / "verdict.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_the_files_are_a_task_and_replies_are_graded_by_our_verdict(task: Path, mini: MiniSuite) -> None:
    config = dict(line.split(": ", 1) for line in (task / "mini-spec-to-rtl.yaml").read_text().splitlines())
    assert config["custom_dataset"] == "!function verdict.custom_dataset"
    assert config["process_results"] == "!function verdict.process_results"
    assert json.loads(config["repeats"]) == 3
    assert json.loads(config["generation_kwargs"])["temperature"] == 0.8
    assert [metric["metric"] for metric in json.loads(config["metric_list"])] == ["pass@1", "pass@2", "pass@3"]
    (doc,) = map(json.loads, (task / "problems.jsonl").read_text().splitlines())
    assert doc["problem"] == "and2"
    assert "output y is high" in doc["question"]
    verdict = module(task)
    graded = verdict.process_results(doc, [[GOOD, WRONG, ""]])
    verdict._task.close()
    assert graded == {"pass@1": pytest.approx(1 / 3), "pass@2": pytest.approx(2 / 3), "pass@3": 1.0}
    (mini.problem("and2") / "spec.md").write_text("Another module.\n")
    with pytest.raises(ConfigError, match="is another by now"):
        module(task).process_results(doc, [[GOOD]])


def test_samples_that_would_all_be_the_same_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for more, why in (([], "give --out"), (["--out", "task", "-n", "2"], "give --temperature, or -n 1")):
        assert main(["prompts", "--format", "lm-eval", *more]) == 2
        assert why in capsys.readouterr().err


@pytest.mark.long
def test_lm_eval_itself_runs_the_task(task: Path) -> None:
    lm_eval = pytest.importorskip("lm_eval")
    from lm_eval.api.model import LM  # type: ignore[import-not-found, unused-ignore]
    from lm_eval.tasks import TaskManager  # type: ignore[import-not-found, unused-ignore]

    class Golden(LM):  # type: ignore[misc, unused-ignore]
        def generate_until(self, requests: list[object], **_: object) -> list[str]:
            return [GOOD, WRONG, GOOD][: len(requests)]

        def loglikelihood(self, requests: list[object]) -> None:
            raise NotImplementedError

        loglikelihood_rolling = loglikelihood

    manager = TaskManager(include_path=str(task), include_defaults=False)
    found = lm_eval.simple_evaluate(Golden(), tasks=["mini-spec-to-rtl"], task_manager=manager, bootstrap_iters=0)
    results = found["results"]["mini-spec-to-rtl"]
    assert results["pass@1,all"] == pytest.approx(2 / 3)
    assert results["pass@3,all"] == 1.0
