"""``--model openai/…`` end to end, against a server on this machine that fails in every way that real ones do."""

import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openai_server as play
import pytest
from as_a_user import AND, COUNTER, count_lines, lines
from conftest import Harness, MiniSuite, Ran

pytestmark = pytest.mark.tools
KEY = "sk-proj-AcceptanceTest0123456789"
RIGHT = {"and2": AND, "counter": COUNTER}

Play = Callable[[play.Handler, dict[str, Any]], None]


def right(handler: play.Handler, body: dict[str, Any]) -> None:
    """The golden design of whichever problem is asked for, with prose around it."""
    text = body["messages"][-1]["content"]
    name = next(name for name in RIGHT if name in text)
    play.ok(f"Here it is:\n\n```verilog\n{RIGHT[name]}```\nDone.")(handler, body)


def in_turn(plays: Mapping[str, list[Play]]) -> Play:
    """A list of plays for each problem; the last is played again."""
    told = dict.fromkeys(plays, 0)
    lock = threading.Lock()

    def one(handler: play.Handler, body: dict[str, Any]) -> None:
        text = body["messages"][-1]["content"]
        name = next(name for name in plays if name in text)
        with lock:
            turn, told[name] = told[name], told[name] + 1
        plays[name][min(turn, len(plays[name]) - 1)](handler, body)

    return one


def bench(harness: Harness, mini: MiniSuite, server: play.Server, *more: str) -> Ran:
    return harness(
        "bench", "--suite-path", str(mini.root), "--model", "openai/test", "--base-url", server.url, "--run", "r",
        "--max-connections", "1", "--json", *more, env={"OPENAI_API_KEY": KEY},
    )  # fmt: skip


def no_key_anywhere(ran: Ran, folder: Path) -> bool:
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert files
    return not any(KEY[8:].encode() in data for data in [*files, ran.out.encode(), ran.err.encode()])


def test_right_answers_pass_and_run_json_says_what_was_sent(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    with play.Server(right) as server:
        ran = bench(harness, mini, server, "-n", "2", "--temperature", "0.5", "--max-tokens", "300")
        assert ran.code == 0, ran.err
        assert ran.json["outcomes"] == {"pass": 4}
        assert len(server.seen) == 4
        assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"
        assert len({request.body["seed"] for request in server.seen}) == 2, "a seed of its own for each sample"
        again = bench(harness, mini, server, "-n", "2", "--temperature", "0.5", "--max-tokens", "300")
        assert (again.code, len(server.seen)) == (0, 4)
        assert again.json == ran.json
    run = json.loads((tmp_path / "results" / "runs" / "r" / "run.json").read_text())
    assert run["params_sent"] == {"max_tokens": 300, "temperature": 0.5}
    assert run["params_requested"]["temperature"] == 0.5
    answer = lines(tmp_path / "results" / "runs" / "r" / "completions.jsonl")[0]
    assert (answer["model"], answer["usage"]["prompt_tokens"]) == ("served-model", 7)
    assert no_key_anywhere(ran, tmp_path / "results")


@pytest.mark.long
def test_every_way_to_fail_is_the_outcome_it_is(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    """One sample a way; the server's own trouble is outside every denominator, and done again when asked for."""
    overflow = play.fails(400, "This model's maximum context length is 8192 tokens.", code="context_length_exceeded")
    plays = in_turn(
        {
            "and2": [
                play.fails(429, "slow down", {"Retry-After": "1"}),
                right,
                play.ok("```verilog\nmodule and2(input a,", finish_reason="length"),
                play.ok("", finish_reason="content_filter"),
                play.ok(""),
            ],
            "counter": [
                play.ok(None, refusal="I'm sorry, I can't help with that."),
                overflow,
                play.hang_up,
                play.half_a_body,
                right,
                play.fails(500, "the server is on fire"),
            ],
        }
    )
    with play.Server(plays) as server:
        ran = bench(harness, mini, server, "-n", "4")
        asked = len(server.seen)
    grades = {
        (line["problem"], line["sample"]): line for line in lines(tmp_path / "results" / "runs" / "r" / "grades.jsonl")
    }
    assert {key: line["outcome"] for key, line in grades.items()} == {
        ("and2", 0): "pass",
        ("and2", 1): "truncated",
        ("and2", 2): "content_filter",
        ("and2", 3): "empty",
        ("counter", 0): "refused",
        ("counter", 1): "context_overflow",
        ("counter", 2): "pass",
        ("counter", 3): "infra_error",
    }
    assert ran.code == 3
    assert asked == 5 + 5 + 6
    assert "the server is on fire (6 tries)" in grades["counter", 3]["message"]
    assert "1 sample is infra_error (the first: counter 3: no reply: " in ran.err
    assert "do it again with --retry-errors" in ran.err
    assert ran.json["infra_errors"] == 1
    assert ran.json["per_problem"]["counter"]["n"] == 3
    assert ran.json["per_problem"]["counter"]["outcomes"]["infra_error"] == 1
    assert no_key_anywhere(ran, tmp_path / "results")

    here = ("--suite-path", str(mini.root), "--model", "openai/test", "-n", "4", "--run", "r", "--json")
    with play.Server(right, port=server.server_address[1]) as server:
        address = ("--base-url", server.url)
        same = harness("bench", *here, *address)
        assert (same.code, len(server.seen)) == (3, 0), "not done again unasked"
        redone = harness("bench", *here, *address, "--retry-errors")
        assert (redone.code, len(server.seen)) == (0, 1)
    assert redone.json["infra_errors"] == 0
    assert redone.json["outcomes"]["pass"] == 3
    assert count_lines(tmp_path / "results" / "runs" / "r" / "grades.jsonl") == 9, "a redo appends"


def test_a_refused_key_stops_the_run_and_is_never_shown(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    with play.Server(play.repeats_the_key) as server:
        ran = bench(harness, mini, server, "-n", "1")
    assert ran.code == 1
    assert ran.out == ""
    said = [line for line in ran.err.splitlines() if line.startswith("error: ")]
    assert len(said) == 1
    assert "The key in OPENAI_API_KEY is not accepted there" in said[0]
    assert no_key_anywhere(ran, tmp_path / "results")


def test_a_model_that_the_server_does_not_have_stops_the_run(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    with play.Server(play.fails(404, "no such model", code="model_not_found")) as server:
        ran = bench(harness, mini, server, "-n", "1")
    assert ran.code == 1
    assert 'Is "test" the model\'s name there, and /v1 part of --base-url?' in ran.err
    assert no_key_anywhere(ran, tmp_path / "results")


def test_a_model_that_takes_other_parameters_is_asked_with_those(
    harness: Harness, mini: MiniSuite, tmp_path: Path
) -> None:
    def other_names(handler: play.Handler, body: dict[str, Any]) -> None:
        refused = "max_tokens" in body or "temperature" in body
        (play.no_max_tokens if refused else right)(handler, body)

    with play.Server(other_names) as server:
        ran = bench(harness, mini, server, "-n", "1", "--temperature", "0.2", "--max-tokens", "300")
    assert ran.code == 0, ran.err
    assert ran.json["outcomes"] == {"pass": 2}
    run = json.loads((tmp_path / "results" / "runs" / "r" / "run.json").read_text())
    assert run["params_sent"] == {"max_completion_tokens": 300}
    assert (run["params_requested"]["max_tokens"], run["params_requested"]["temperature"]) == (300, 0.2)


def test_openai_itself_needs_a_key_and_no_run_is_left_behind(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    env = {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}
    ran = harness("bench", "--suite-path", str(mini.root), "--model", "openai/gpt-4o", env=env)
    assert ran.code == 2
    assert ran.err.splitlines() == [
        "error: OPENAI_API_KEY is not set. Export it, or name your own server by --base-url"
    ]
    assert not (tmp_path / "results" / "runs").exists()
