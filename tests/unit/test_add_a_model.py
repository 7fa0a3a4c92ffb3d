"""docs/add-a-model.md: its template runs as printed, and its tables name what there is."""

import dataclasses
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai_server as play
import pytest

from harness.models import (
    BackendError,
    Completion,
    Message,
    ModelContext,
    ModelUnavailable,
    RateLimited,
    Request,
    Usage,
    create_model,
)

PAGE = (Path(__file__).parents[2] / "docs" / "add-a-model.md").read_text(encoding="utf-8")
REQUEST = Request("p", 0, (Message.of("user", "hello"),), max_tokens=5)


@pytest.fixture
def ask(tmp_path: Path) -> Callable[[play.Play], Completion]:
    """The template's answer to a request when its server plays that."""
    match = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert match is not None
    path = tmp_path / "template_of_the_docs.py"
    path.write_text(match[1], encoding="utf-8")

    def complete(what: play.Play) -> Completion:
        with play.Server(what) as server:
            context = ModelContext(base_url=server.url.removesuffix("/v1"))
            reply = create_model(f"{path}:Ollama/llama3.2", context).complete(REQUEST)
            assert server.seen[0].path == "/api/chat"
            assert server.seen[0].body["options"] == {"num_predict": 5}
            return reply

    return complete


def test_the_template_works_and_is_short(ask: Callable[[play.Play], Completion]) -> None:
    body: dict[str, Any] = {
        "model": "llama3.2",
        "message": {"content": "module"},
        "done_reason": "length",
        "eval_count": 5,
    }
    reply = ask(play.answers(body))
    assert reply == Completion(
        "module", finish_reason="length", usage=Usage(None, 5), model="llama3.2", sent={"num_predict": 5}
    )
    assert len(PAGE.split("```python\n")[1].split("```")[0].splitlines()) < 40


@pytest.mark.parametrize(
    ("what", "kind", "retryable"),
    [
        (play.fails(404), ModelUnavailable, False),
        (play.fails(429), RateLimited, True),
        (play.fails(503), BackendError, True),
        (play.fails(400), BackendError, False),
        (play.raw(b'{"mess'), BackendError, True),
        (play.half_a_body, BackendError, True),
        (play.hang_up, BackendError, True),
    ],
)
def test_the_template_raises_as_the_page_says(
    ask: Callable[[play.Play], Completion], what: play.Play, kind: type[BackendError], retryable: bool
) -> None:
    with pytest.raises(BackendError) as caught:
        ask(what)
    assert (type(caught.value), caught.value.retryable) == (kind, retryable)


@pytest.mark.parametrize("record", [Request, Completion, Usage, ModelContext])
def test_every_field_is_explained(record: type) -> None:
    for field in dataclasses.fields(record):
        assert re.search(rf"`{field.name}`|\b{field.name}[,)]", PAGE), field.name


def test_every_public_name_of_the_page_exists() -> None:
    import harness.models

    for line in re.findall(r"from harness\.models import (.*)", PAGE):
        for name in re.findall(r"\w+", line.split("`")[0]):
            assert inspect.isclass(getattr(harness.models, name))
