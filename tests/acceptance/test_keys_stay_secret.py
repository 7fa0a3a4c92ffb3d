"""Keys in the environment reach no file, no terminal and no tool, whoever says them back."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai_server as play
import pytest
from as_a_user import AND, descendants, start, variants, wait_until
from conftest import Harness, MiniSuite, problem_toml

pytestmark = pytest.mark.tools
MARK = "MarkedSecret0123456789"
KEYS = {
    "OPENAI_API_KEY": f"sk-proj-{MARK}openai",
    "ANTHROPIC_API_KEY": f"sk-ant-{MARK}anthropic",
    "HF_TOKEN": f"hf_{MARK}huggingface",
    "AWS_SECRET_ACCESS_KEY": f"{MARK}aws",
    "MY_PASSWORD": f"{MARK}mine",
}


def says_the_key(handler: play.Handler, _: dict[str, Any]) -> None:
    """A good answer with the request's own header in every text that a reply has."""
    said = handler.headers["Authorization"]
    body = play.completion(f"```verilog\n// {said}\n{AND}```", reasoning=f"I was asked with {said}")
    handler.send(200, json.dumps({**body, "model": f"model of {said}"}).encode())


def refuses_with_the_key(handler: play.Handler, _: dict[str, Any]) -> None:
    said = handler.headers["Authorization"]
    handler.send(422, json.dumps(play.error_body(f"{said} may not ask this", said)).encode())


def nowhere(folder: Path, *texts: str) -> None:
    """The mark is in no file of a folder and in none of the texts."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert [str(path) for path in files if MARK.encode() in path.read_bytes()] == []
    for text in texts:
        assert MARK not in text


def test_a_server_that_says_the_key_back_is_not_repeated(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    def turns(handler: play.Handler, body: dict[str, Any]) -> None:
        (refuses_with_the_key if body["seed"] % 2 else says_the_key)(handler, body)

    command = ("bench", "--suite-path", str(mini.root), "--model", "openai/test", "-n", "2", "--run", "r", "--json")
    with play.Server(turns) as server:
        ran = harness(*command, "--base-url", server.url, env=KEYS)
        assert server.seen[0].headers["authorization"].endswith(KEYS["OPENAI_API_KEY"])
    assert ran.code == 3, ran.err
    assert ran.json["per_problem"]["and2"]["outcomes"] == {"pass": 1, "infra_error": 1}
    shown = harness("report", "r", env=KEYS)
    laid_out = harness("repro", "r", "and2", "1", "--suite-path", str(mini.root), env=KEYS)
    assert laid_out.code == 0, laid_out.err
    nowhere(tmp_path / "results", ran.out, ran.err, shown.out, laid_out.out)
    reply = (tmp_path / "results" / "repro" / "r" / "and2-1" / "reply.txt").read_text()
    assert "// Bearer [key]\n" in reply


def test_a_refused_key_is_in_no_traceback(mini: MiniSuite, tmp_path: Path) -> None:
    """``--debug`` shows where, and not what with."""
    results = tmp_path / "results"
    with play.Server(play.repeats_the_key) as server:
        found = subprocess.run(
            [sys.executable, "-m", "harness", "bench", "--suite-path", str(mini.root), "--model", "openai/test",
             "--base-url", server.url, "-n", "1", "--run", "r", "--debug"],
            capture_output=True, text=True, check=False, cwd=tmp_path,
            env={**os.environ, **KEYS, "HARNESS_RESULTS": str(results)},
        )  # fmt: skip
    assert found.returncode == 1
    assert "Traceback" in found.stderr
    nowhere(results, found.stdout, found.stderr)


BLABBING = """import os


class Blabs:
    def complete(self, request):
        secret = os.environ["ANTHROPIC_API_KEY"]
        if request.problem == "and2":
            raise ConnectionError(f"x-api-key {secret} was refused")
        raise RuntimeError(f"{os.environ['HF_TOKEN']} is no key of mine")

    def retry_kind(self, error):
        return "fatal"


def careless():
    raise ValueError("cannot log in with " + os.environ["ANTHROPIC_API_KEY"])
"""


def test_a_plug_in_that_says_its_key_is_not_repeated(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    (tmp_path / "blabbing.py").write_text(BLABBING)
    command = ("bench", "--suite-path", str(mini.root), "-n", "1", "--json", "--model")
    ran = harness(*command, "blabbing.py:Blabs", "--run", "r", env=KEYS)
    assert (ran.code, ran.json["outcomes"]) == (3, {"infra_error": 2})
    assert "x-api-key [key] was refused" in (tmp_path / "results" / "runs" / "r" / "grades.jsonl").read_text()
    refused = harness(*command, "blabbing.py:careless", env=KEYS)
    assert refused.code == 2
    assert "cannot log in with [key]" in refused.err
    nowhere(tmp_path / "results", ran.out, ran.err, refused.out, refused.err)


def test_no_command_that_looks_around_shows_a_key(harness: Harness, mini: MiniSuite) -> None:
    for command in (("doctor",), ("doctor", "--json"), ("models",), ("models", "--json"), ("suites",)):
        ran = harness(*command, env=KEYS)
        assert MARK not in ran.out + ran.err


COCOTB = """import os
from pathlib import Path

import cocotb
from harness_scoreboard import Scoreboard


@cocotb.test()
async def test(dut):
    found = Path("/proc/self/environ").read_bytes() + repr(dict(os.environ)).encode()
    board = Scoreboard()
    board.check("leaks", format(found.count(b"MARK"), "b"), 0)
    board.finish()
"""


LONG = pytest.mark.long


@pytest.mark.parametrize("sandbox", ["auto", pytest.param("rlimits", marks=LONG)])
def test_no_tool_s_environment_holds_a_key(harness: Harness, mini: MiniSuite, tmp_path: Path, sandbox: str) -> None:
    """From inside: a cocotb test reads what it can of its own environment."""
    ports = [("a", "input", 1), ("b", "input", 1), ("y", "output", 1)]
    toml = problem_toml("and2", ports).replace(
        'kind = "verilog"\nfiles = ["tb.v"]', 'kind = "cocotb"\nfiles = ["test_env.py"]'
    )
    mini.add("inside", toml, AND, "unused\n")
    own = COCOTB.replace("MARK", MARK)
    (mini.bench("inside") / "test_env.py").write_text(own)
    ran = harness(
        "bench", "--suite-path", str(mini.root), "--problems", "inside", "--model", "reference", "-n", "1",
        "--sandbox", sandbox, "--json", env=KEYS,
    )  # fmt: skip
    assert (ran.code, ran.json["outcomes"]) == (0, {"pass": 1}), ran.err
    nowhere(tmp_path / "results", ran.out, ran.err)


def environments_below(pid: int) -> Iterator[bytes]:
    """A child between fork and exec still shows what the harness itself was started with: it is no tool yet."""
    own = Path(f"/proc/{pid}/cmdline").read_bytes()
    for child, _ in descendants(pid):
        try:
            found = Path(f"/proc/{child}/environ").read_bytes()
            if Path(f"/proc/{child}/cmdline").read_bytes() != own:
                yield found
        except OSError:
            continue


@pytest.mark.parametrize("sandbox", ["auto", "rlimits"])
def test_no_process_below_the_harness_has_a_key(mini: MiniSuite, tmp_path: Path, sandbox: str) -> None:
    """From outside: every process that a run starts, looked at while it works."""
    answers = variants(tmp_path / "answers.jsonl", 6)
    process = start(
        "bench", "--suite-path", str(mini.root), "--model", f"replay/{answers}", "-n", "6", "--run", "r",
        "--sandbox", sandbox, "--no-cache", cwd=tmp_path, log=tmp_path / "log",
        env={**KEYS, "HARNESS_RESULTS": str(tmp_path / "results")},
    )  # fmt: skip
    seen: set[bytes] = set()

    def ended() -> bool:
        seen.update(environments_below(process.pid))
        return process.poll() is not None

    assert wait_until(ended, 120)
    assert process.returncode == 0, (tmp_path / "log").read_text()
    assert len(seen) >= 2
    assert [found for found in seen if MARK.encode() in found] == []
    nowhere(tmp_path / "results", (tmp_path / "log").read_text())
