"""What goes over HTTP between ``Client`` and ``harness serve``: what is wrong in it is said by the key.

Shared by both sides, and the source of the schemas in /openapi.json.
"""

import difflib
import json
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from harness.errors import HarnessError
from harness.models.protocol import whole_text
from harness.records.completion import Completion
from harness.records.outcome import Outcome
from harness.reward.components import Reward


class BadBody(HarnessError):
    """A body that cannot be used. ``key``: the part that is wrong, such as ``items[3].completion``; may be empty."""

    def __init__(self, message: str, key: str = "", *, is_json: bool = True) -> None:
        super().__init__(message)
        self.key = key
        self.is_json = is_json


def _whole(value: Any) -> Any:
    return whole_text(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_whole)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Reply(_Table):
    """A completion with what a server said of it. One that has ``error`` is masked."""

    text: Text
    finish_reason: str | None = "stop"
    error: str | None = None


class Item(_Table):
    problem: Text
    completion: Text | Reply


class ScoreRequest(_Table):
    """Either ``problem`` and ``completions``, or ``items`` of any problems."""

    problem: Text | None = None
    completions: list[Text | Reply] | None = None
    items: list[Item] | None = None
    code: bool = Field(False, description="Completions are Verilog, taken as it is; else raw replies.")

    def pairs(self) -> list[tuple[str, str | Completion]]:
        """Raises BadBody where it is neither of the two."""
        if self.items is not None:
            if self.problem is not None or self.completions is not None:
                raise BadBody('"items" stands alone: without "problem" and "completions"', "items")
            return [(item.problem, _completion(item.completion)) for item in self.items]
        for key in ("problem", "completions"):
            if getattr(self, key) is None:
                raise BadBody(f'key "{key}" is missing (or give "items")', key)
        assert self.problem is not None and self.completions is not None
        return [(self.problem, _completion(reply)) for reply in self.completions]


class RewardTable(_Table):
    """As in ``harness.reward.Reward``. ``score`` is null where the harness failed: mask the sample."""

    problem: str
    outcome: Annotated[str, Field(json_schema_extra={"enum": [str(outcome) for outcome in Outcome]})]
    score: float | None
    infra_error: bool
    components: dict[str, float | None]
    message: str | None
    ratio: dict[str, float]

    def reward(self) -> Reward:
        outcome = Outcome(self.outcome)
        return Reward(self.problem, outcome, self.score, self.components, self.message, self.ratio)


class ScoreResponse(_Table):
    rewards: list[RewardTable]


class ErrorResponse(_Table):
    """One line that says what is wrong, and the key where one is."""

    error: str
    key: str | None = None


def request_body(items: Sequence[tuple[str, str | Completion]], *, code: bool) -> bytes:
    """The body by which a client asks."""
    told = [{"problem": whole_text(problem), "completion": _told(completion)} for problem, completion in items]
    return json.dumps({"items": told, "code": code}, ensure_ascii=False).encode()


def read_request(body: bytes) -> ScoreRequest:
    """Raises BadBody, naming the key."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadBody(f"the body is not JSON: {error}", is_json=False) from None
    if not isinstance(found, dict):
        raise BadBody('the body is one JSON object with "problem" and "completions", or "items"')
    try:
        return ScoreRequest.model_validate(found)
    except ValidationError as error:
        raise _explained(error) from None


def _completion(given: str | Reply) -> str | Completion:
    if isinstance(given, str):
        return given
    return Completion(given.text, finish_reason=given.finish_reason, error=given.error)


def _told(completion: str | Completion) -> str | dict[str, Any]:
    if isinstance(completion, str):
        return whole_text(completion)
    text, error = whole_text(completion.text), completion.error and whole_text(completion.error)
    return {"text": text, "finish_reason": completion.finish_reason, "error": error}


_KEYS = {name for table in (ScoreRequest, Item, Reply) for name in table.model_fields}


def _explained(error: ValidationError) -> BadBody:
    """The most telling thing that is wrong: a misspelt key before one that is missing for it."""
    found = error.errors()
    first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    where = [part for part in first["loc"][:-1] if isinstance(part, int) or part in _KEYS]
    last = first["loc"][-1]
    unknown = first["type"] == "extra_forbidden"
    # What remains of a location are the names of the alternatives of a union.
    where += [last] if isinstance(last, int) or last in _KEYS or unknown else []
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".")
    if unknown:
        near = difflib.get_close_matches(str(last), _KEYS, 1)
        return BadBody(f'unknown key "{key}".' + (f' Did you mean "{near[0]}"?' if near else ""), key)
    if first["type"] == "missing":
        return BadBody(f'key "{key}" is missing', key)
    if key.endswith("]") or key == "completion" or key.endswith(".completion"):
        return BadBody(f'key "{key}": a completion is a text, or an object with a "text"', key)
    return BadBody(f'key "{key}": {first["msg"]}', key)
