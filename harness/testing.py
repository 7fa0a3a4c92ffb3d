"""What a model backend is held to (public): ``check_model`` for a person, ``ModelConformance`` for pytest.

    from harness.testing import ModelConformance

    class TestMine(ModelConformance):
        model = "my_models.py:Echo/x"

A language model answers as it likes, so a check judges the backend and not the model: what a weak model leaves open is
``unknown``, never ``failed``.
"""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from harness.errors import HarnessError
from harness.models import Completion, Message, Model, ModelContext, ModelUnavailable, Request, create_model

State = Literal["passed", "failed", "unknown"]

AT_ONCE = 8
FEW_TOKENS = 5
LONGEST_TOKEN = 30
"""Characters that a token has at most on average: a reply of more was not limited."""
NOWHERE = "http://127.0.0.1:1"
"""A server that is not there."""


@dataclass(frozen=True, slots=True)
class Check:
    """One promise of a backend, and whether it is kept."""

    name: str
    state: State
    note: str = ""

    @property
    def line(self) -> str:
        mark = {"passed": "✓", "failed": "✗", "unknown": "–"}[self.state]
        return f"{self.name} {mark}" + (f" ({self.note})" if self.note else "")


def check_model(name: str, base_url: str | None = None) -> Iterator[Check]:
    """Ask the model of that name some ten small questions and yield each check as it is done.

    ``name`` and ``base_url`` as on the command line. HarnessError where there is no such model at all.
    """
    model = create_model(name, ModelContext(base_url=base_url))
    failures: list[Exception] = []
    try:
        for check in _QUESTIONS:
            try:
                found = _patiently(check, model)
            except Exception as error:  # a backend that raises has failed the check, whatever it raised
                failures.append(error)
                found = Check(_title(check), "failed", _said(error))
            yield found
            if failures and (check is answers_a_prompt or isinstance(failures[-1], ModelUnavailable)):
                yield Check("everything else", "unknown", "nothing more is asked after that")
                return
    finally:
        model.close()
    yield raises_on_failure(name)


def _title(check: Callable[[Model], Check]) -> str:
    return check.__name__.replace("_", " ")


def _said(error: Exception) -> str:
    """An exception as a note."""
    said = str(error) if isinstance(error, HarnessError) else f"{type(error).__name__}: {error}"
    return " ".join(said.split())[:200]


def _patiently(check: Callable[[Model], Check], model: Model) -> Check:
    """The check; a rate limit, which is no fault of the backend, leaves it open."""
    try:
        return check(model)
    except Exception as error:
        if model.retry_kind(error) != "rate_limit":
            raise
        return Check(_title(check), "unknown", f"a rate limit, and nothing is tried again here: {_said(error)}")


def _ask(model: Model, text: str, sample: int = 0, max_tokens: int = 200) -> Completion:
    return model.complete(Request("check", sample, (Message.of("user", text),), max_tokens=max_tokens, seed=sample))


def answers_a_prompt(model: Model) -> Check:
    """A reply with text in it, and no ``error`` of its own making."""
    name = "answers a prompt"
    reply = _ask(model, "Write a Verilog module `inverter` with input a and output y.")
    if reply.error is not None:
        return Check(name, "failed", "raise where no answer came; error is the harness's to set")
    if not reply.text.strip():
        return Check(name, "failed" if reply.finish_reason == "stop" else "unknown", f"empty, {reply.finish_reason}")
    return Check(name, "passed")


def keeps_requests_apart(model: Model) -> Check:
    """Eight requests at once, each with a word of its own: no reply holds the word of another."""
    name = f"keeps {AT_ONCE} at once apart"
    words = [f"zq{secrets.token_hex(4)}" for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        replies = list(threads.map(lambda i: _ask(model, f"Repeat this word: {words[i]}", i, 60), range(AT_ONCE)))
    for i, reply in enumerate(replies):
        strangers = [word for word in words if word != words[i] and word in reply.text]
        if strangers:
            return Check(name, "failed", f"reply {i} holds the word of request {words.index(strangers[0])}")
    if not any(word in reply.text for word, reply in zip(words, replies, strict=True)):
        return Check(name, "unknown", "the model repeats no word, so nobody can tell")
    return Check(name, "passed")


def reports_usage(model: Model) -> Check:
    """Tokens of prompt and completion."""
    name = "reports usage"
    usage = _ask(model, "Say yes.", 1).usage
    if usage.prompt_tokens is None or usage.completion_tokens is None:
        return Check(name, "unknown", "cost will be unknown")
    if usage.prompt_tokens < 1 or usage.completion_tokens < 0:
        return Check(name, "failed", f"{usage.prompt_tokens} and {usage.completion_tokens} tokens")
    return Check(name, "passed")


def marks_truncation(model: Model) -> Check:
    """``max_tokens`` is heeded, and a reply that it cut off says ``length``."""
    name = "marks truncation"
    reply = _ask(model, "Count from 1 to 200, one number a line.", 2, FEW_TOKENS)
    if reply.finish_reason == "length":
        return Check(name, "passed")
    if len(reply.text) > FEW_TOKENS * LONGEST_TOKEN:
        return Check(name, "failed", f"max_tokens={FEW_TOKENS} was asked, {len(reply.text)} characters came")
    if reply.usage.completion_tokens is not None and reply.usage.completion_tokens >= FEW_TOKENS:
        return Check(name, "failed", f'cut off, yet finish_reason is "{reply.finish_reason}", not "length"')
    return Check(name, "unknown", "the reply is shorter than the limit")


def takes_a_base_prompt(model: Model) -> Check:
    """A request with ``prompt`` instead of ``messages``; only base models need it."""
    name = "takes a prompt for base models"
    try:
        reply = model.complete(Request("check", 3, prompt="module inverter(input a, output y);", max_tokens=60))
    except Exception as error:  # chat models may refuse it in any way
        if model.retry_kind(error) == "rate_limit" or isinstance(error, ModelUnavailable):
            raise
        return Check(name, "unknown", f"refused, as a chat model may: {_said(error)}")
    return Check(name, "passed" if reply.text.strip() else "unknown")


def raises_on_failure(name: str) -> Check:
    """With a server that is not there the backend raises, and says that another try may help."""
    title = "raises on failure"
    try:
        model = create_model(name, ModelContext(base_url=NOWHERE))
    except HarnessError:
        return Check(title, "unknown", "cannot be made without its server")
    try:
        reply = _ask(model, "Say yes.")
    except Exception as error:  # what the backend raises is what is judged
        kind = model.retry_kind(error)
        if kind == "fatal":
            return Check(
                title, "failed", f"{type(error).__name__} for a lost connection counts as fatal: no second try"
            )
        return Check(title, "passed")
    finally:
        model.close()
    if reply.text.strip():
        return Check(title, "unknown", "it answers without a server at base_url, so nothing can be made to fail")
    return Check(title, "failed", "no server, and yet an empty reply: it would count against the model")


_QUESTIONS = (answers_a_prompt, keeps_requests_apart, reports_usage, marks_truncation, takes_a_base_prompt)


class ModelConformance:
    """The same checks as tests: subclass it, set ``model``. A check that stays open is skipped with its reason."""

    model = ""
    base_url: str | None = None

    def _judge(self, check: Callable[[Model], Check]) -> None:
        model = create_model(self.model, ModelContext(base_url=self.base_url))
        try:
            self._assert(_patiently(check, model))
        finally:
            model.close()

    def _assert(self, found: Check) -> None:
        import pytest

        if found.state == "unknown":
            pytest.skip(found.line)
        assert found.state == "passed", found.line

    def test_answers_a_prompt(self) -> None:
        self._judge(answers_a_prompt)

    def test_keeps_requests_apart(self) -> None:
        self._judge(keeps_requests_apart)

    def test_reports_usage(self) -> None:
        self._judge(reports_usage)

    def test_marks_truncation(self) -> None:
        self._judge(marks_truncation)

    def test_takes_a_base_prompt(self) -> None:
        self._judge(takes_a_base_prompt)

    def test_raises_on_failure(self) -> None:
        self._assert(raises_on_failure(self.model))
