"""Any program as a model: what it is told, what its answer becomes, and what happens where it gives none."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from harness.errors import BackendError, ConfigError
from harness.models import (
    Completion,
    Message,
    Model,
    ModelUnavailable,
    Request,
    Usage,
    complete_with_retries,
    installed_backends,
)
from harness.models.command import create
from harness.testing import check_model

QUESTION = Request("fifo", 3, (Message.of("system", "Be short."), Message.of("user", "Write a FIFO.")), seed=7)
JSON_MODEL = """
import json, sys
asked = json.load(sys.stdin)
said = asked["messages"][-1]["content"] if "messages" in asked else asked["prompt"]
words = said.split()
kept = words[: asked.get("max_tokens", 1000)] if "1 to 200" not in said else ["1"] * asked["max_tokens"]
json.dump({"text": " ".join(kept), "usage": {"prompt_tokens": len(words), "completion_tokens": len(kept)},
           "finish_reason": "length" if "1 to 200" in said else "stop", "cost_usd": 0.5, "model": "words-1"}, sys.stdout)
"""


def script(folder: Path, text: str, name: str = "answer.sh") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def table(folder: Path, **keys: Any) -> dict[str, str]:
    """The environment of a user whose providers.toml holds one command, ``mine``."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
    path = folder / "providers.toml"
    path.write_text("[command.mine]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return {"PATH": os.environ["PATH"], "HARNESS_PROVIDERS": str(path)}


def told(model: Model, request: Request = QUESTION) -> str:
    try:
        model.complete(request)
    except BackendError as error:
        assert error.retryable
        return str(error)
    pytest.fail("it answered")


def test_the_prompt_goes_in_and_what_is_printed_comes_back_whole(tmp_path: Path) -> None:
    reply = create(str(script(tmp_path, "cat; echo; echo seed $HARNESS_REQUEST_SEED"))).complete(QUESTION)
    assert reply.text == "Be short.\n\nWrite a FIFO.\nseed 7\n"
    assert (reply.finish_reason, reply.sent, reply.usage) == ("stop", {"seed": 7}, Usage())


def test_a_conversation_names_its_turns_and_a_base_prompt_is_sent_as_it_is() -> None:
    turns = [Message.of("user", "a"), Message.of("assistant", "b"), Message.of("user", "c")]
    said = create("cat").complete(Request("p", 0, tuple(turns))).text
    assert said == "Question:\na\n\nAnswer:\nb\n\nQuestion:\nc\n\nAnswer:\n"
    assert create("cat").complete(Request("p", 0, prompt="module x")).text == "module x"


def test_words_are_split_and_no_shell_sees_them(tmp_path: Path) -> None:
    shown = script(tmp_path, 'for word; do echo "<$word>"; done')
    reply = create(f"{shown} 'two words' $HOME ; touch {tmp_path}/made *").complete(QUESTION)
    assert reply.text == f"<two words>\n<$HOME>\n<;>\n<touch>\n<{tmp_path}/made>\n<*>\n"
    assert not (tmp_path / "made").exists()


def test_json_mode_says_all_that_is_asked_and_takes_usage_cost_and_reasoning(tmp_path: Path) -> None:
    answer = {
        "text": "module",
        "reasoning": "hm",
        "finish_reason": "length",
        "usage": {"prompt_tokens": 3, "completion_tokens": 5, "reasoning_tokens": 2},
        "cost_usd": 0.25,
        "model": "mine-7b",
        "sent": {"temperature": 1.0},
    }
    (tmp_path / "answer.json").write_text(json.dumps(answer))
    call = script(tmp_path, f"cat > {tmp_path}/asked.json; cat {tmp_path}/answer.json")
    model = create("mine", environment=table(tmp_path, argv=[str(call)], json=True))
    reply = model.complete(QUESTION)
    assert reply == Completion(
        "module", "hm", "length", None, Usage(3, 5, 2), 0.25, "mine-7b", reply.latency, {"temperature": 1.0}
    )
    assert json.loads((tmp_path / "asked.json").read_text()) == {
        "problem": "fifo",
        "sample": 3,
        "round": 0,
        "seed": 7,
        "messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Write a FIFO."}],
    }


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("echo no quota >&2; exit 3", "exit code 3: no quota"),
        ("kill -9 $$", "was killed by signal 9"),
        ("echo half; sleep 30", "no end within 0.3 s"),
        ("cat /dev/zero", "more than 64 MiB of output"),
    ],
)
def test_a_program_without_an_answer_is_asked_again(tmp_path: Path, does: str, why: str) -> None:
    call = script(tmp_path, does)
    seconds = 0.3 if "sleep" in does else 60
    assert told(create("mine", environment=table(tmp_path, argv=[str(call)], timeout_s=seconds))).endswith(why)


@pytest.mark.parametrize(
    ("wrote", "why"),
    [
        ("{", "wrote no whole JSON: '{\\n'"),
        ("[1]", "a JSON list, not an object"),
        ('{"txt": "x"}', 'without a text under "text"'),
        ('{"error": "model is loading"}', "model is loading"),
    ],
)
def test_in_json_mode_only_an_object_with_a_text_is_an_answer(tmp_path: Path, wrote: str, why: str) -> None:
    argv = [str(script(tmp_path, f"echo '{wrote}'"))]
    assert told(create("mine", environment=table(tmp_path, argv=argv, json=True))).endswith(why)


def test_after_all_tries_it_is_an_infrastructure_error_and_a_later_answer_counts(tmp_path: Path) -> None:
    def ask(model: Model) -> Completion:
        waits: list[float] = []
        return complete_with_retries(
            model, QUESTION, attempts=2, sleep=waits.append, clock=lambda: 0.0, random=lambda: 0.0
        )

    lost = ask(create(str(script(tmp_path, "exit 1", "bad.sh"))))
    assert (lost.finish_reason, lost.error) == (None, f"{tmp_path}/bad.sh: exit code 1 (2 tries)")
    later = script(tmp_path, f"test -e {tmp_path}/tried && echo yes && exit; touch {tmp_path}/tried; exit 1")
    assert ask(create(str(later))).text == "yes\n"


def test_a_program_may_say_how_long_to_wait(tmp_path: Path) -> None:
    argv = [str(script(tmp_path, """echo '{"error": "slow down", "retry_after": 20}'"""))]
    model = create("mine", environment=table(tmp_path, argv=argv, json=True))
    with pytest.raises(BackendError) as caught:
        model.complete(QUESTION)
    assert (model.retry_kind(caught.value), caught.value.retry_after) == ("rate_limit", 20)


def test_keys_reach_no_program_that_does_not_ask_for_them(tmp_path: Path) -> None:
    own = table(tmp_path, argv=["env"], environment=["MY_API_KEY"])
    with Path(own["HARNESS_PROVIDERS"]).open("a") as file:
        file.write('[provider.lab]\nbase_url = "http://lab:1/v1"\nkey = "LAB_LOGIN"\n')
    mine = {**own, "MY_API_KEY": "k1", "OPENAI_API_KEY": "k2", "HF_TOKEN": "k3", "LAB_LOGIN": "k4", "CUDA_HOME": "/c"}
    lines = create("mine", environment=mine).complete(QUESTION).text.splitlines()
    there = dict(line.split("=", 1) for line in lines)
    assert there["MY_API_KEY"] == "k1" and there["CUDA_HOME"] == "/c"
    assert not {"OPENAI_API_KEY", "HF_TOKEN", "LAB_LOGIN"} & set(there)
    plain = create("env", environment=mine).complete(QUESTION).text
    assert "k1" not in plain and "HARNESS_REQUEST_PROBLEM=fifo" in plain


def test_what_a_program_leaves_behind_holds_nobody_up_and_does_not_live_on(tmp_path: Path) -> None:
    call = script(tmp_path, f"sh -c 'echo $$ > {tmp_path}/pid; exec sleep 60' & sleep 0.2; echo done")
    began = time.monotonic()
    assert create(str(call)).complete(QUESTION).text == "done\n"
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        for _ in range(100):
            os.kill(int((tmp_path / "pid").read_text()), 0)
            time.sleep(0.05)


def test_close_ends_what_still_runs(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    model = create(str(script(tmp_path, f"touch {tmp_path}/on; exec sleep 60")))
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(told, model)
        while not (tmp_path / "on").exists():
            time.sleep(0.01)
        model.close()
        assert "signal 9" in asked.result(timeout=10)
    assert "cannot be started" in told(model)


def test_what_is_no_program_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    own = table(tmp_path, argv=["cat"])
    with pytest.raises(ConfigError, match=rf'"mien" is no program of PATH.*{tmp_path}'):
        create("mien", environment=own)
    plain = tmp_path / "plain.sh"
    plain.write_text("#!/bin/sh\n")
    with pytest.raises(ConfigError, match=rf'"{plain}" may not be executed: chmod \+x {plain}$'):
        create(str(plain))
    with pytest.raises(ConfigError, match=r'"\./nowhere\.sh" is not there$'):
        create("./nowhere.sh")
    listed = {backend.name: backend for backend in installed_backends(own)}
    assert listed["command/mine"].origin == own["HARNESS_PROVIDERS"]
    with pytest.raises(ConfigError, match=r'"mien" is no program of PATH.*Did you mean "command/mine"'):
        create("mien", environment=own)
    for name, why in (
        ("", "needs a program"),
        ("'open", "No closing quotation"),
        (str(tmp_path), "no executable file"),
    ):
        with pytest.raises(ConfigError, match=why):
            create(name, environment=own)
    gone = script(tmp_path, "true")
    model = create(str(gone))
    gone.unlink()
    with pytest.raises(ModelUnavailable, match="cannot be started: No such file"):
        model.complete(QUESTION)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({}, r'\[command.mine\]: key "argv" is missing'),
        ({"argv": "cat"}, 'key "argv" is no list of texts'),
        ({"argv": ["cat"], "timeout": 3}, 'unknown key "timeout". Did you mean "timeout_s"'),
        ({"argv": ["cat"], "timeout_s": 0}, '"timeout_s" is a number above 0'),
        ({"argv": ["cat"], "json": "yes"}, '"json" is true or false'),
        ({"argv": ["cat"], "connections": "2"}, '"connections" is a number above 0'),
    ],
)
def test_a_wrong_table_is_told_with_file_and_key(tmp_path: Path, keys: dict[str, Any], why: str) -> None:
    with pytest.raises(ConfigError, match=why) as caught:
        create("mine", environment=table(tmp_path, **keys))
    assert "providers.toml" in str(caught.value)


def test_a_command_keeps_every_promise_of_a_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "words.py").write_text(JSON_MODEL)
    own = table(tmp_path, argv=[sys.executable, "-S", str(tmp_path / "words.py")], json=True)
    monkeypatch.setenv("HARNESS_PROVIDERS", own["HARNESS_PROVIDERS"])
    states = {check.name: check.state for check in check_model("command/mine")}
    # No server, so none that could be taken away.
    assert states.pop("raises on failure") == "unknown"
    assert set(states.values()) == {"passed"}, states
