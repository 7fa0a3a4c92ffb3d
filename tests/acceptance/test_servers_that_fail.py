"""Servers that fail in further ways, through the real command: each reply is the outcome it is, none a wrong answer.

The others are in test_openai_through_the_command.py.
"""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openai_server as play
import pytest
from as_a_user import AND, count_lines, lines
from conftest import Harness, MiniSuite

pytestmark = pytest.mark.tools
SEED_STEP = 1_000_003
"""A request's seed is the run's times this, plus the sample."""
IMPATIENT = """from harness.models.openai_compatible import create


def model(model, base_url):
    return create("test", base_url, timeout_s=1.5)
"""
"""The real backend with a second and a half's patience instead of fifteen minutes."""


def by_sample(plays: Mapping[int, list[play.Play]]) -> play.Play:
    """A list of plays for each sample; the last is played again."""
    told = dict.fromkeys(plays, 0)
    lock = threading.Lock()

    def one(handler: play.Handler, body: dict[str, Any]) -> None:
        sample = body["seed"] % SEED_STEP
        with lock:
            turn, told[sample] = told[sample], told[sample] + 1
        plays[sample][min(turn, len(plays[sample]) - 1)](handler, body)

    return one


def reply(**more: Any) -> play.Play:
    return play.ok(f"```verilog\n{AND}```", **more)


def no_choices(handler: play.Handler, body: dict[str, Any]) -> None:
    play.answers({**play.completion(), "choices": []})(handler, body)


GOOD = reply()
ONCE: dict[str, play.Play] = {
    "it hangs": play.hang,
    "it drips": play.drip,
    "other JSON": play.raw(b'["not", "an", "object"]'),
    "no JSON": play.raw(b"<html>Bad Gateway</html>", content_type="text/html"),
    "no choices": no_choices,
    "half a body": play.half_a_body,
    "it hangs up": play.hang_up,
    "503": play.fails(503, "overloaded"),
    "429, wait a moment": play.fails(429, "slow down", {"Retry-After": "0.2"}),
    "429 without a word": play.raw(b"", 429),
}
ENDS: list[tuple[play.Play, str, str]] = [
    (play.ok("I will not."), "no_code", "no Verilog module in the reply"),
    (play.ok(None), "empty", "the reply is blank"),
    (play.ok("I'm sorry, I can't help with that."), "refused", "the model refused in words"),
    (play.ok("", finish_reason="length"), "truncated", "the reply was cut off before the first word"),
    (play.fails(400, "flagged", code="content_filter"), "content_filter", "the server's content filter stopped the reply"),
    (play.fails(400, "prompt is too long: 9000 tokens"), "context_overflow", "the prompt does not fit"),
    (play.fails(422, "no idea"), "infra_error", "no reply: "),
]  # fmt: skip


def test_each_way_to_fail_is_tried_again_or_is_the_outcome_it_is(
    harness: Harness, mini: MiniSuite, tmp_path: Path
) -> None:
    (tmp_path / "impatient.py").write_text(IMPATIENT)
    plays: dict[int, list[play.Play]] = {number: [once, GOOD] for number, once in enumerate(ONCE.values())}
    plays |= {number: [ends] for number, (ends, _, _) in enumerate(ENDS, len(plays))}
    with play.Server(by_sample(plays)) as server:
        ran = harness(
            "bench", "--suite-path", str(mini.root), "--problems", "and2", "--model", "impatient.py:model",
            "--base-url", server.url, "-n", str(len(plays)), "--run", "r", "--json", "--quiet",
        )  # fmt: skip
        asked = len(server.seen)
    grades = {line["sample"]: line for line in lines(tmp_path / "results" / "runs" / "r" / "grades.jsonl")}
    retried = {name: grades[number]["outcome"] for number, name in enumerate(ONCE)}
    assert retried == dict.fromkeys(ONCE, "pass")
    for number, (_, outcome, message) in enumerate(ENDS, len(ONCE)):
        assert grades[number]["outcome"] == outcome
        assert message in grades[number]["message"]
    assert asked >= 2 * len(ONCE) + len(ENDS)  # a busy machine may make a good answer late, too
    assert ran.code == 3
    assert ran.json["infra_errors"] == 1
    assert ran.json["samples"] == len(plays)


@pytest.mark.long
@pytest.mark.parametrize("way", ["it hangs", "other JSON", "no choices", "half a body", "503"])
def test_a_server_that_fails_for_good_is_nobody_s_wrong_answer(
    harness: Harness, mini: MiniSuite, tmp_path: Path, way: str
) -> None:
    """Six tries of each request; then the run ends, and with a better server it goes on."""
    (tmp_path / "impatient.py").write_text(IMPATIENT)
    command = ["bench", "--suite-path", str(mini.root), "--problems", "and2", "--model", "impatient.py:model"]
    command += ("-n", "2", "--run", "r", "--json", "--quiet")
    with play.Server(ONCE[way]) as server:
        ran = harness(*command, "--base-url", server.url)
        assert len(server.seen) >= 12
    assert ran.code == 3
    assert ran.json["outcomes"] == {"infra_error": 2}
    with play.Server(GOOD, port=server.server_address[1]) as server:
        redone = harness(*command, "--base-url", server.url, "--retry-errors")
        assert len(server.seen) == 2
    assert redone.code == 0, redone.err
    assert redone.json["outcomes"] == {"pass": 2}
    assert count_lines(tmp_path / "results" / "runs" / "r" / "completions.jsonl") == 4


@pytest.mark.long
def test_nobody_there_is_one_line_for_each_run_and_nothing_is_lost(
    harness: Harness, mini: MiniSuite, tmp_path: Path
) -> None:
    """A reply that is here is kept where the key is refused in the middle of a run."""
    plays: dict[int, list[play.Play]] = {0: [GOOD], 1: [play.fails(401, "who are you?")]}
    command = ["bench", "--suite-path", str(mini.root), "--problems", "and2", "--model", "openai/test", "-n", "2"]
    command += ("--run", "r", "--json", "--quiet", "--max-connections", "1")
    with play.Server(by_sample(plays)) as server:
        ran = harness(*command, "--base-url", server.url, env={"OPENAI_API_KEY": ""})
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("error: ") == 1
    replies = [json.loads(line) for line in (tmp_path / "results/runs/r/completions.jsonl").read_text().splitlines()]
    assert [line["sample"] for line in replies] == [0]
    with play.Server(GOOD, port=server.server_address[1]) as server:
        again = harness(*command, "--base-url", server.url, env={"OPENAI_API_KEY": ""})
        assert len(server.seen) == 1
    assert (again.code, again.json["outcomes"]) == (0, {"pass": 2})
