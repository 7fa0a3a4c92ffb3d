"""``command/<program>``: any executable answers; the prompt on its standard input, the reply on its standard output.

The name is a table ``[command.<name>]`` of the user's providers.toml, else a program with its arguments, split into
words as a shell would but never given to one. Each request starts the program once. With ``json = true`` the request
and the reply are JSON objects: see docs/add-a-model.md.
"""

import errno
import json
import os
import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from harness.errors import BackendError
from harness.models.command_table import Command, find_command, passed_on
from harness.models.openai_wire import token_count
from harness.models.protocol import ModelUnavailable, Needs, RateLimited, RetryKind, default_retry_kind
from harness.models.providers import CANONICAL
from harness.process.program import Heard, Talks
from harness.prompts.render import plain_text
from harness.records.completion import Completion, Request, Usage

NEEDS = Needs(note="any program: prompt on standard input, reply on standard output")

LARGEST_REPLY = 64 * 1024 * 1024
PREFIX = "HARNESS_REQUEST_"
"""Of the variables that tell a program which request it answers."""
_NO_PROGRAM = (errno.ENOENT, errno.EACCES, errno.ENOEXEC, errno.ENOTDIR, errno.EPERM)


def create(
    model: str, *, environment: Mapping[str, str] = os.environ, clock: Callable[[], float] = time.monotonic
) -> "CommandModel":
    """The model that this program is. ConfigError names file and key, or the program that is not there."""
    command = find_command(model, environment)
    return CommandModel(command, passed_on(command, environment), clock)


def asked_of(request: Request) -> dict[str, Any]:
    """The request as a JSON object; what the user did not ask for is left out."""
    sampling = {name: getattr(request, name) for name in CANONICAL}
    question: dict[str, Any] = {
        "problem": request.problem,
        "sample": request.sample,
        "round": request.round,
        "messages": [{"role": message.role, "content": message.text} for message in request.messages],
        "prompt": request.prompt,
        **{name: list(value) if name == "stop" else value for name, value in sampling.items()},
    }
    return {name: value for name, value in question.items() if value is not None and value != []}


def variables(asked: Mapping[str, Any]) -> dict[str, str]:
    """The request but for its texts as variables: HARNESS_REQUEST_SAMPLE, HARNESS_REQUEST_MAX_TOKENS …"""
    short = {name: value for name, value in asked.items() if name not in ("messages", "prompt")}
    return {
        PREFIX + name.upper(): json.dumps(value) if isinstance(value, list) else str(value)
        for name, value in short.items()
    }


def parse_reply(output: bytes) -> Completion:
    """The JSON object that a program wrote. BackendError where it is none, or says that there is no answer."""
    try:
        value = json.loads(output.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        start = output[:80].decode("utf-8", "replace")
        raise BackendError(f"wrote no whole JSON: {start!r}", retryable=True) from None
    if not isinstance(value, dict):
        raise BackendError(f"wrote a JSON {type(value).__name__}, not an object", retryable=True)
    if value.get("error"):
        _fail(value)
    text, reasoning, finish = value.get("text"), value.get("reasoning"), value.get("finish_reason", "stop")
    if not isinstance(text, str):
        raise BackendError('wrote a JSON object without a text under "text"', retryable=True)
    usage, model, sent, cost = (value.get(name) for name in ("usage", "model", "sent", "cost_usd"))
    tokens = usage if isinstance(usage, dict) else {}
    is_cost = isinstance(cost, int | float) and not isinstance(cost, bool) and 0 <= cost < 1e6
    return Completion(
        text=text,
        reasoning=reasoning if isinstance(reasoning, str) and reasoning else None,
        finish_reason=finish if isinstance(finish, str) else None,
        usage=Usage(
            token_count(tokens.get("prompt_tokens")),
            token_count(tokens.get("completion_tokens")),
            token_count(tokens.get("reasoning_tokens")),
        ),
        cost_usd=float(cost) if is_cost and cost is not None else None,
        model=model if isinstance(model, str) else None,
        sent=sent if isinstance(sent, dict) else {},
    )


def _fail(value: Mapping[str, Any]) -> None:
    said, wait = str(value["error"]), value.get("retry_after")
    if isinstance(wait, int | float) and not isinstance(wait, bool):
        raise RateLimited(said, retry_after=float(wait))
    raise BackendError(said, retryable=True)


class CommandModel:
    """A program, started once for each request."""

    def __init__(self, command: Command, environment: Mapping[str, str], clock: Callable[[], float]) -> None:
        self.command = command
        self.connections = command.connections or os.cpu_count() or 1
        self._environment = dict(environment)
        self._clock = clock
        self._talks = Talks()

    def complete(self, request: Request) -> Completion:
        asked = asked_of(request)
        told = {name: asked[name] for name in CANONICAL if name in asked}
        started = self._clock()
        output = self._heard(self._said(request, asked), asked).output
        took = self._clock() - started
        if not self.command.json:
            return Completion(output.decode("utf-8", "replace"), sent=told, latency=took)
        try:
            reply = parse_reply(output)
        except BackendError as error:
            error.args = (f"{self._program}: {error}",)
            raise
        return replace(reply, sent=reply.sent or told, latency=took)

    def _said(self, request: Request, asked: Mapping[str, Any]) -> bytes:
        if self.command.json:
            return json.dumps(asked, ensure_ascii=True).encode() + b"\n"
        prompt = plain_text(request.messages) if request.prompt is None else request.prompt
        return prompt.encode("utf-8", "replace")

    def _heard(self, said: bytes, asked: Mapping[str, Any]) -> Heard:
        """Raises BackendError where the program gave no answer."""
        command = self.command
        env = {**self._environment, **variables(asked)}
        try:
            heard = self._talks.ask(command.argv, said, wall_s=command.timeout_s, env=env, most=LARGEST_REPLY)
        except OSError as error:
            trouble = f"{self._program}: cannot be started: {error.strerror or error}"
            if error.errno in _NO_PROGRAM:
                raise ModelUnavailable(trouble) from error
            raise BackendError(trouble, retryable=True) from error
        if heard.exit_code == 0:
            return heard
        why = heard.trouble or _ending(heard.exit_code)
        said_last = next((line for line in reversed(heard.errors.splitlines()) if line.strip()), "")
        raise BackendError(f"{self._program}: {why}" + (f": {said_last.strip()}" if said_last else ""), retryable=True)

    @property
    def _program(self) -> str:
        return shlex.quote(self.command.argv[0])

    def retry_kind(self, error: Exception) -> RetryKind:
        return default_retry_kind(error)

    def close(self) -> None:
        self._talks.close()


def _ending(code: int | None) -> str:
    return f"was killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
