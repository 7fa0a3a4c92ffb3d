"""Generation on another machine: requests out, replies in, and the run goes on as if they had been asked at once."""

import json
from pathlib import Path
from typing import Any

import openai_server as play
import pytest
from as_a_user import AND, OR, count_lines, lines
from conftest import Harness, MiniSuite

pytestmark = pytest.mark.tools
PRICES = '[[price]]\nmodels = ["openai/*"]\ninput = 100.0\noutput = 1000.0\nbatch = 0.5\nas_of = "2026-11"\n'


def answered(line: dict[str, Any], code: str) -> dict[str, Any]:
    usage = {"prompt_tokens": 1000, "completion_tokens": 100}
    body = play.completion(f"```verilog\n{code}```", usage=usage)
    return {"id": "b", "custom_id": line["custom_id"], "response": {"status_code": 200, "body": body}, "error": None}


def failed(line: dict[str, Any]) -> dict[str, Any]:
    response = {"status_code": 500, "body": play.error_body("out of luck")}
    return {"id": "b", "custom_id": line["custom_id"], "response": response, "error": None}


def test_requests_go_out_and_replies_come_back_into_the_same_run(
    harness: Harness, mini: MiniSuite, tmp_path: Path
) -> None:
    (tmp_path / "prices.toml").write_text(PRICES)
    environment = {"OPENAI_API_KEY": "", "HARNESS_PRICES": str(tmp_path / "prices.toml")}
    options = ["--suite-path", str(mini.root), "--problems", "and2", "--model", "openai/test", "-n", "4"]
    asked = tmp_path / "requests.jsonl"
    wrote = harness("prompts", *options, "--max-tokens", "77", "--out", str(asked), env=environment)
    requests = lines(asked)
    assert (wrote.code, len(requests)) == (0, 4), wrote.err
    assert len({line["custom_id"] for line in requests}) == 4
    assert (requests[0]["body"]["model"], requests[0]["body"]["max_tokens"]) == ("test", 77)
    results = tmp_path / "results.jsonl"
    replies = [answered(requests[0], AND), failed(requests[1]), answered(requests[2], OR)]
    results.write_text("".join(json.dumps(line) + "\n" for line in replies) + '{"custom_id": "to')
    options = [*options, "--max-tokens", "77"]
    took = harness(
        "import", str(results), "--suite-path", str(mini.root), "--json", "--quiet", "--waveforms", "0", env=environment
    )
    assert took.code == 0, took.err
    assert "another digest" not in took.err, "a part of a suite is no other suite"
    assert took.json["outcomes"] == {"mismatch": 1, "pass": 1}
    assert (took.json["model"], took.json["cost_usd"]) == ("openai/test", 0.2), "half of 20 cents each"
    assert "1 request without a reply (and2/1: 500: out of luck); ask again." in took.err
    again = harness("import", str(results), "--suite-path", str(mini.root), "--json", "--quiet", env=environment)
    assert again.json == took.json
    run = tmp_path / "results" / "runs" / str(took.json["run"])
    assert count_lines(run / "completions.jsonl") == 2
    rest = harness("prompts", *options, env=environment)
    assert [json.loads(line)["custom_id"][-4:] for line in rest.out.splitlines()] == ["/1/0", "/3/0"]
    with play.Server(play.ok(f"```verilog\n{AND}```")) as server:
        whole = harness("bench", *options, "--base-url", server.url, "--json", "--quiet", env=environment)
        assert len(server.seen) == 2
    assert (whole.json["run"], whole.json["outcomes"]) == (took.json["run"], {"pass": 3, "mismatch": 1})


@pytest.mark.long
def test_replies_that_another_machine_asked_for_become_a_run_of_their_own(
    harness: Harness, mini: MiniSuite, tmp_path: Path
) -> None:
    results = tmp_path / "results.jsonl"
    results.write_text(json.dumps(answered({"custom_id": "0a1b2c3d/and2/0/0"}, AND)) + "\n")
    took = harness("import", str(results), "--suite-path", str(mini.root), "--model", "cluster/x", "--json", "--quiet")
    assert (took.code, took.json["model"], took.json["outcomes"]) == (0, "cluster/x", {"pass": 1}), took.err


@pytest.mark.long
def test_what_asks_no_server_has_no_batch(harness: Harness, mini: MiniSuite) -> None:
    refused = harness("prompts", "--suite-path", str(mini.root), "--model", "faulty")
    assert (refused.code, refused.out) == (2, "")
    assert "prompts asks a model behind a server" in refused.err


@pytest.mark.parametrize("task", ["code-completion", "spec-to-rtl"])
def test_a_base_model_goes_on_from_a_header_only_where_the_header_is_given(
    harness: Harness, mini: MiniSuite, tmp_path: Path, task: str
) -> None:
    (tmp_path / "mine.j2").write_text("// {{ spec }}{{ header }}")
    options = ["--suite-path", str(mini.root), "--problems", "and2", "-n", "1", "--task", task, "--style", "mine.j2"]
    wrote = harness("prompts", *options, "--model", "openai/davinci-002", env={"OPENAI_API_KEY": ""})
    assert wrote.code == 0, wrote.err
    prompt = json.loads(wrote.out)["body"]["prompt"]
    assert "module and2 (" in prompt
    assert prompt.endswith(");") if task == "code-completion" else prompt.endswith("\n\nAnswer:\n")
