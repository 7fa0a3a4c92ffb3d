"""What is asked of a model and what it answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.records import shape

Role = Literal["system", "user", "assistant"]

SCHEMA = 1
"""Version of a line of completions.jsonl."""


@dataclass(frozen=True, slots=True)
class TextPart:
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: tuple[TextPart, ...]

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.content)

    @staticmethod
    def of(role: Role, text: str) -> "Message":
        return Message(role, (TextPart(text),))


@dataclass(frozen=True, slots=True)
class Request:
    """One question. Chat models read ``messages``; base models read ``prompt``."""

    problem: str
    sample: int
    messages: tuple[Message, ...] = ()
    prompt: str | None = None
    round: int = 0
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    goes_on: bool = False
    """The one question ends inside a module: a base model goes on from there."""


@dataclass(frozen=True, slots=True)
class Usage:
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's reply, kept whole. Only ``text`` is required of a backend."""

    text: str
    reasoning: str | None = None
    finish_reason: str | None = "stop"
    """``stop``, ``length``, ``content_filter``, ``refusal``, ``context_overflow``, or what the server said."""
    error: str | None = None
    """Set where no reply came after all retries: an infrastructure error, never a wrong answer."""
    usage: Usage = field(default_factory=Usage)
    cost_usd: float | None = None
    model: str | None = None
    latency: float | None = None
    """Seconds; not part of the identity of a reply."""
    sent: Mapping[str, Any] = field(default_factory=dict)
    """Sampling parameters as they were really sent."""
    cached: bool = False
    """It was asked for and paid before, by this run or another; ``cost_usd`` is what it cost then."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A completion in its place in a run; with ``is_code`` its text is Verilog, taken as it is."""

    problem: str
    sample: int
    completion: Completion
    round: int = 0
    is_code: bool = False

    @property
    def key(self) -> tuple[str, int, int]:
        return self.problem, self.sample, self.round

    def to_json(self) -> dict[str, Any]:
        """One line of completions.jsonl (formats: everything that varies between honest runs in ``measured``)."""
        reply = self.completion
        usage = reply.usage
        line: dict[str, Any] = {
            "schema": SCHEMA,
            "problem": self.problem,
            "sample": self.sample,
            "round": self.round,
            "text": reply.text,
            "reasoning": reply.reasoning,
            "finish_reason": reply.finish_reason,
            "error": reply.error,
            "usage": {
                "prompt_tokens": usage.prompt_tokens,
                "completion_tokens": usage.completion_tokens,
                "reasoning_tokens": usage.reasoning_tokens,
            },
            "cost_usd": reply.cost_usd,
            "model": reply.model,
            "measured": {} if reply.latency is None else {"latency": round(reply.latency, 4)},
        }
        if reply.cached:
            line["measured"]["cached"] = True
        if self.is_code:
            line["is_code"] = True
        return line

    @staticmethod
    def from_json(line: Mapping[str, Any]) -> "Answer":
        """Inverse of ``to_json``. Raises KeyError, TypeError or ValueError on a line of another shape."""
        try:
            return Answer._read(line)
        except (AttributeError, OverflowError) as error:  # a list where a table should be, infinity for a number
            raise ValueError(f"not an answer: {error}") from error

    @staticmethod
    def _read(line: Mapping[str, Any]) -> "Answer":
        usage = line.get("usage") or {}
        tokens = (usage.get(name) for name in ("prompt_tokens", "completion_tokens", "reasoning_tokens"))
        completion = Completion(
            text=shape.text(line["text"]),
            reasoning=shape.optional_text(line.get("reasoning")),
            finish_reason=shape.optional_text(line.get("finish_reason")),
            error=shape.optional_text(line.get("error")),
            usage=Usage(*map(shape.optional_count, tokens)),
            cost_usd=shape.optional_number(line.get("cost_usd")),
            model=shape.optional_text(line.get("model")),
            latency=shape.optional_number((line.get("measured") or {}).get("latency")),
            cached=bool((line.get("measured") or {}).get("cached", False)),
        )
        where = shape.text(line["problem"]), shape.count(line["sample"])
        return Answer(*where, completion, shape.count(line.get("round", 0)), bool(line.get("is_code", False)))
