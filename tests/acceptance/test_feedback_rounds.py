"""A model that is told what is wrong: rounds, their figures, and the wall between them and single-shot."""

import json
from pathlib import Path
from typing import Any

import openai_server as play
import pytest
from as_a_user import AND, OR, lines
from conftest import AND_TB, Harness, MiniSuite

pytestmark = pytest.mark.tools


def fenced(code: str) -> str:
    return f"```verilog\n{code}```"


def in_rounds(*codes: str) -> play.Play:
    """The answer of round r is the r-th code; the last is given again."""

    def one(handler: play.Handler, body: dict[str, Any]) -> None:
        number = sum(message["role"] == "assistant" for message in body["messages"])
        play.ok(fenced(codes[min(number, len(codes) - 1)]))(handler, body)

    return one


def command(mini: MiniSuite, server: play.Server, *more: str) -> list[str]:
    found = ["bench", "--suite-path", str(mini.root), "--problems", "and2", "--model", "openai/test", "-n", "2"]
    return [*found, "--base-url", server.url, "--json", "--quiet", "--waveforms", "0", *more]


BROKEN = AND.replace("assign", "asign")
ENVIRONMENT = {"OPENAI_API_KEY": ""}


def test_with_compile_feedback_a_typing_error_is_mended_and_counted(
    harness: Harness, mini: MiniSuite, tmp_path: Path
) -> None:
    with play.Server(in_rounds(BROKEN, BROKEN, AND)) as server:
        arguments = command(mini, server, "--feedback", "compile", "--rounds", "3", "--run", "r")
        ran = harness(*arguments, env=ENVIRONMENT)
        assert (ran.code, len(server.seen)) == (0, 6), ran.err
        last = server.seen[-1].body["messages"]
        again = harness(*arguments, env=ENVIRONMENT)
        assert (again.code, len(server.seen)) == (0, 6)
        assert again.json == ran.json
    assert [message["role"] for message in last[-4:]] == ["assistant", "user", "assistant", "user"]
    assert last[-4]["content"] == fenced(BROKEN)
    assert "Your design does not compile" in last[-1]["content"]
    assert ran.json["track"] == "compile-feedback"
    assert [entry["metrics"]["function"]["pass@1"]["value"] for entry in ran.json["rounds"]] == [0, 0, 1]
    assert [entry["asked"] for entry in ran.json["rounds"]] == [2, 2, 2]
    assert ran.json["metrics"]["function"]["pass@1"]["value"] == 1
    assert ran.json["samples"] == 2
    keys = [(line["sample"], line["round"]) for line in lines(tmp_path / "results/runs/r/grades.jsonl")]
    assert sorted(keys) == [(sample, number) for sample in (0, 1) for number in (0, 1, 2)]
    shown = harness("repro", "r", "and2", "0", "--suite-path", str(mini.root), "--json")
    assert (Path(shown.json["path"]) / "reply.txt").read_text() == fenced(AND), "the last round's"


@pytest.mark.long
def test_a_run_that_stopped_between_rounds_goes_on_there(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    """Whatever is on disk of it: a reply without its grade, a grade without the next round's reply."""
    with play.Server(in_rounds(BROKEN, AND)) as server:
        arguments = command(mini, server, "--feedback", "compile", "--run", "r", "--no-cache")
        whole = harness(*arguments, env=ENVIRONMENT)
        run = tmp_path / "results" / "runs" / "r"
        for name, left in (("completions.jsonl", 3), ("grades.jsonl", 2)):
            text = (run / name).read_text().splitlines(keepends=True)
            (run / name).write_text("".join(text[:left]))
        asked = len(server.seen)
        rest = harness(*arguments, env=ENVIRONMENT)
        assert (rest.code, len(server.seen) - asked) == (0, 1)
        assert rest.json == whole.json


def test_with_test_feedback_the_model_learns_what_differed_and_never_sees_the_testbench(
    harness: Harness, mini: MiniSuite
) -> None:
    with play.Server(in_rounds(OR, AND)) as server:
        ran = harness(*command(mini, server, "--feedback", "test"), env=ENVIRONMENT)
        assert ran.json["outcomes"] == {"pass": 2}
        said = [message["content"] for seen in server.seen for message in seen.body["messages"]]
    assert any("behaves wrongly in simulation" in text for text in said)
    secret = [line.strip() for line in AND_TB.splitlines() if len(line.strip()) > 12]
    assert not any(line in text for text in said for line in secret)
    assert not any("HARNESS" in text or "KEY" in text for text in said)


@pytest.mark.long
def test_with_compile_feedback_a_wrong_design_is_not_told_so(harness: Harness, mini: MiniSuite) -> None:
    with play.Server(in_rounds(OR, AND)) as server:
        blind = harness(*command(mini, server, "--feedback", "compile"), env=ENVIRONMENT)
        assert (blind.json["outcomes"], len(server.seen)) == ({"mismatch": 2}, 2)


@pytest.mark.long
def test_tracks_never_stand_beside_each_other(harness: Harness, mini: MiniSuite) -> None:
    with play.Server(in_rounds(BROKEN, AND)) as server:
        plain = harness(*command(mini, server), env=ENVIRONMENT)
        told = harness(*command(mini, server, "--feedback", "compile"), env=ENVIRONMENT)
        more = harness(*command(mini, server, "--feedback", "compile", "--rounds", "2"), env=ENVIRONMENT)
        assert len(server.seen) == 4, "the first round is the same question, and the second too"
    names = [ran.json["run"] for ran in (plain, told, more)]
    assert len(set(names)) == 3
    for pair in (names[:2], names[1:]):
        for force in ([], ["--force"]):
            refused = harness("compare", *pair, *force)
            assert refused.code == 2
            assert "runs with feedback" in refused.err
    assert "rounds" not in plain.json


@pytest.mark.long
@pytest.mark.parametrize("wrong", [["generate"], ["--rules", "official"]])
def test_feedback_needs_our_own_verdict(harness: Harness, mini: MiniSuite, wrong: list[str]) -> None:
    with play.Server(in_rounds(AND)) as server:
        arguments = command(mini, server, "--feedback", "test")
        if wrong == ["generate"]:
            arguments[0] = "generate"
        else:
            arguments += wrong
        ran = harness(*arguments, env=ENVIRONMENT)
        assert (ran.code, server.seen) == (2, [])
    assert json.dumps(ran.err)


@pytest.mark.long
def test_the_table_shows_each_round(harness: Harness, mini: MiniSuite) -> None:
    with play.Server(in_rounds(BROKEN, AND)) as server:
        arguments = [item for item in command(mini, server, "--feedback", "compile") if item != "--json"]
        shown = harness(*arguments, env=ENVIRONMENT)
    assert "compile-feedback" in shown.out
    assert "round 0" in shown.out and "round 1" in shown.out
