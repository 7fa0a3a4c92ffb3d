"""The checks of a model backend find each fault, and blame no backend for its model."""

import sys
from pathlib import Path

import openai_server as play
import pytest

from harness.cli.main import main
from harness.models import create_model
from harness.testing import ModelConformance, check_model, raises_on_failure, takes_a_base_prompt

HEAD = "from harness.models import BackendError, Completion, Usage\nimport time\n"
PLUGINS = {
    "good": "reply = Completion(said, usage=Usage(1, 1))",
    "silent": "reply = Completion('')",
    "mixed": "global last; was, last = last, said; time.sleep(0.02); reply = Completion(last)",
    "endless": "reply = Completion('x' * 5000)",
    "unmarked": "reply = Completion('1 2 3', usage=Usage(9, request.max_tokens))",
    "wrong": "reply = said",
    "errs": "reply = Completion('x', error='no server')",
    "negative": "reply = Completion(said, usage=Usage(0, -1))",
}
FAULTS = {
    "good": set(),
    "silent": {"answers a prompt", "raises on failure"},
    "mixed": {"keeps 8 at once apart"},
    "endless": {"marks truncation"},
    "unmarked": {"marks truncation"},
    "errs": {"answers a prompt"},
    "negative": {"reports usage"},
}


def plugin(folder: Path, kind: str) -> str:
    path = folder / f"{kind}.py"
    body = f"class M:\n    def complete(self, request):\n        said = request.prompt or request.messages[-1].text\n        {PLUGINS[kind]}\n        return reply\n"
    path.write_text(HEAD + "last = ''\n" + body)
    return f"{path}:M"


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_is_found_and_no_other(kind: str, tmp_path: Path) -> None:
    found = {check.name for check in check_model(plugin(tmp_path, kind)) if check.state == "failed"}
    assert found == FAULTS[kind]


def test_the_command_fails_where_a_check_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-model", plugin(tmp_path, "good")]) == 0
    assert main(["check-model", plugin(tmp_path, "wrong")]) == 1
    assert "returned str, not a Completion" in capsys.readouterr().out


def test_a_server_is_checked_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with play.Server(play.ok("1 2 3", finish_reason="length")) as server:
        states = {check.name: check.state for check in check_model("vllm/x", server.url)}
    assert states.pop("keeps 8 at once apart") == "unknown"
    assert set(states.values()) == {"passed"}


JSON_PROGRAM = """import json, sys
asked = json.load(sys.stdin)
text = asked.get("prompt") or asked["messages"][-1]["content"]
words = text.split()[: asked["max_tokens"]]
cut = {"finish_reason": "length"} if len(words) < len(text.split()) else {}
usage = {"prompt_tokens": len(text.split()), "completion_tokens": len(words)}
print(json.dumps({"text": " ".join(words), "usage": usage, **cut}))
"""


def test_a_program_that_speaks_json_keeps_every_promise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.py").write_text(JSON_PROGRAM)
    table = f"[command.mine]\nargv = ['{sys.executable}', 'mine.py']\njson = true\n"
    (tmp_path / "providers.toml").write_text(table)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARNESS_PROVIDERS", str(tmp_path / "providers.toml"))
    states = {check.name: check.state for check in check_model("command/mine")}
    assert states.pop("raises on failure") == "unknown"
    assert set(states.values()) == {"passed"}


def test_a_plain_program_is_judged_by_what_it_can_say() -> None:
    states = {check.name: check.state for check in check_model("command/cat")}
    assert {name for name, state in states.items() if state == "failed"} == set()
    assert states["keeps 8 at once apart"] == states["takes a prompt for base models"] == "passed"
    assert states["reports usage"] == "unknown"


def test_a_program_that_only_fails_is_told_so_by_its_own_words(tmp_path: Path) -> None:
    program = tmp_path / "broken.sh"
    program.write_text("#!/bin/sh\necho no licence >&2\nexit 3\n")
    program.chmod(0o755)
    [first, rest] = check_model(f"command/{program}")
    assert (first.name, first.state) == ("answers a prompt", "failed")
    assert "no licence" in first.note
    assert rest.state == "unknown"
    assert raises_on_failure(f"command/{program}").state == "passed", "a program may be tried again"
    assert "no licence" in takes_a_base_prompt(create_model(f"command/{program}")).note


def test_a_rate_limit_is_no_fault_and_a_model_that_is_not_there_is_said_once() -> None:
    with play.Server(play.fails(429)) as server:
        found = {check.name: check for check in check_model("vllm/x", server.url)}
    assert {check.state for check in found.values()} == {"unknown", "passed"}
    assert found["keeps requests apart"].note.startswith("a rate limit, and nothing is tried again here: ")
    for what, url in ((play.fails(404), None), (play.ok("x"), "http://127.0.0.1:1")):
        with play.Server(what) as server:
            lines = [check.line for check in check_model("vllm/x", url or server.url)]
        assert len(lines) == 2
        assert lines[0].startswith("answers a prompt ✗ (")
        assert lines[1] == "everything else – (nothing more is asked after that)"


class TestAsAPluginAuthorRunsIt(ModelConformance):
    """The pytest helper, on a model that keeps every promise."""

    @pytest.fixture(autouse=True)
    def _model(self, tmp_path: Path) -> None:
        self.model = plugin(tmp_path, "good")
