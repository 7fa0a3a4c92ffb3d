"""Requests and replies as files: OpenAI's Batch API, whose form vLLM's ``run-batch`` and other servers share.

Format: platform.openai.com/docs/guides/batch, "Batch input" and "Batch output". Pure functions.
"""

import json
from collections.abc import Mapping
from typing import Any

from harness.errors import ConfigError
from harness.models.dialect import Dialect
from harness.models.openai_responses import parse_response
from harness.models.openai_wire import MalformedReply, ServerError, outcome_of, parse_reply, server_error
from harness.models.providers import Provider
from harness.prompts.render import prompt_text
from harness.records.completion import Completion, Request

_URLS = {
    "chat": ("/v1/chat/completions", "messages"),
    "completions": ("/v1/completions", "prompt"),
    "responses": ("/v1/responses", "input"),
}
"""Protocol → its address, and the name that the question has there."""
MOST_REQUESTS = 50_000
"""Of one file, at OpenAI."""


def batch_id(run: str, request: Request) -> str:
    """``<parameters of the run, 8 hex>/<problem>/<sample>/<round>``."""
    return f"{run}/{request.problem}/{request.sample}/{request.round}"


def read_batch_id(text: object) -> tuple[str, str, int, int] | None:
    """(run, problem, sample, round); None where it is not one of ours."""
    if not isinstance(text, str):
        return None
    run, _, rest = text.partition("/")
    parts = rest.rsplit("/", 2)  # a problem's name may hold slashes itself
    if len(parts) != 3 or not (run and parts[0] and parts[1].isdecimal() and parts[2].isdecimal()):
        return None
    return run, parts[0], int(parts[1]), int(parts[2])


def batch_request(run: str, provider: Provider, model: str, request: Request) -> dict[str, Any]:
    """One line of the input file. ``model``: its name at the server. ConfigError where that speaks another protocol."""
    dialect = Dialect(provider, model)
    api = dialect.api(request)
    if api not in _URLS:
        raise ConfigError(f"prompts writes OpenAI's protocols, and {provider.name} speaks another")
    url, place = _URLS[api]
    messages = [{"role": message.role, "content": message.text} for message in request.messages]
    base = prompt_text(request.messages, goes_on=request.goes_on) if request.prompt is None else request.prompt
    question: Any = base if api == "completions" else messages
    body: dict[str, Any] = {"model": model, place: question, **dialect.parameters(request)}
    return {"custom_id": batch_id(run, request), "method": "POST", "url": url, "body": body}


def batch_reply(line: Mapping[str, Any]) -> Completion | str:
    """The reply in one line of the output file or of the file of errors; a text says why there is none."""
    response = line.get("response")
    if not isinstance(response, dict) or not isinstance(response.get("body"), dict):
        said = {"error": line.get("error") or response}
        return server_error(500, json.dumps(said).encode(), {}).message
    status, body = response.get("status_code", 200), json.dumps(response["body"]).encode()
    try:
        good = not isinstance(status, int) or status < 400
        if not good:
            reply: Completion | ServerError = server_error(status, body, {})
        else:
            reply = (parse_response if "output" in response["body"] else parse_reply)(body)
    except MalformedReply as error:
        return str(error)
    if isinstance(reply, ServerError):
        outcome = outcome_of(reply, None)
        return f"{reply.status}: {reply.message}" if outcome is None else outcome
    return reply
