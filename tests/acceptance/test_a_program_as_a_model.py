"""``--model command/…``: a user's own program answers a run, with its usage and its failures."""

import json
from pathlib import Path

import pytest
from as_a_user import AND, lines
from conftest import Harness, MiniSuite

pytestmark = pytest.mark.tools


def test_a_program_answers_a_run_in_json_and_its_cost_is_counted(
    harness: Harness, mini: MiniSuite, tmp_path: Path
) -> None:
    answer = {"text": f"```verilog\n{AND}```", "usage": {"prompt_tokens": 9, "completion_tokens": 4}, "cost_usd": 0.5}
    (tmp_path / "answer.json").write_text(json.dumps(answer))
    (tmp_path / "providers.toml").write_text('[command.mine]\nargv = ["cat", "answer.json"]\njson = true\n')
    ran = harness(
        *("bench", "--suite-path", str(mini.root), "--problems", "and2", "--model", "command/mine", "-n", "2"),
        *("--temperature", "0.5", "--run", "one", "--json", "--quiet", "--waveforms", "0"),
        env={"HARNESS_PROVIDERS": "providers.toml", "MY_SECRET_KEY": "abcdefghijklmnop"},
    )
    assert (ran.code, ran.json["outcomes"], ran.json["cost_usd"]) == (0, {"pass": 2}, 1.0), ran.err
    assert ran.json["usage"] == {"prompt_tokens": 18, "completion_tokens": 8}
    run = tmp_path / "results" / "runs" / "one"
    assert json.loads((run / "run.json").read_text())["params_sent"] == {"temperature": 0.5}
    assert [line["text"] for line in lines(run / "completions.jsonl")] == [answer["text"]] * 2
