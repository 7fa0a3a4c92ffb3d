"""What a model thought aloud is no part of its answer: think tags, and the channels of gpt-oss (harmony format)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

REASONING_TAGS = ("think", "thinking", "thought", "thoughts", "reasoning", "reason", "seed:think")
"""Names that stand between < and >, in any case."""

HARMONY_END = re.compile(r"<\|(?:end|return|call|start|channel)\|>")
HARMONY_BARE = re.compile(r"analysis(?=[A-Z])")
"""How the analysis channel begins where a server has swallowed the special tokens."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply without its reasoning. ``text`` is what to read; where reasoning was opened and never closed, it holds
    that too, and ``before`` holds what stood ahead of it."""

    text: str
    unclosed: bool = False
    before: str = ""


def strip_reasoning(reply: str, tags: Sequence[str] = REASONING_TAGS) -> Answer:
    if "<|channel|>" in reply:
        return _last_channel(reply)
    if HARMONY_BARE.match(reply):
        final = reply.rfind("assistantfinal")
        return Answer(reply, unclosed=True) if final < 0 else Answer(reply[final + len("assistantfinal") :])
    return _outside_tags(reply, _tag_pattern(tuple(tags)))


def _last_channel(reply: str) -> Answer:
    """The message of the last ``final`` channel; without one, the model never came to its answer."""
    final = reply.rfind("<|channel|>final")
    channel = final if final >= 0 else reply.rfind("<|channel|>")
    message = reply.find("<|message|>", channel)
    if message < 0:
        return Answer("", unclosed=True)
    start = message + len("<|message|>")
    end = HARMONY_END.search(reply, start)
    text = reply[start : end.start()] if end else reply[start:]
    return Answer(text, unclosed=final < 0)


@lru_cache(maxsize=16)
def _tag_pattern(tags: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(re.escape(tag) for tag in tags) or "(?!)"
    return re.compile(rf"<(/?)({names})[ \t]{{0,8}}>|\[(/?)(THINK)\]|◁(/?)(think)▷", re.IGNORECASE)


def _outside_tags(reply: str, pattern: re.Pattern[str]) -> Answer:
    """Tags count where a model writes them: an opening one at the start of a line, a closing one outside comments.

    A closing tag without an opening one ends reasoning that began in the prompt (as the chat templates of DeepSeek
    and Qwen have it), unless nothing follows: then it is a slip.
    """
    kept: list[str] = []
    position, opened, opened_at = 0, "", 0
    last = len(reply.rstrip())
    for tag in pattern.finditer(reply):
        closing = bool(tag.group(1) or tag.group(3) or tag.group(5))
        name = (tag.group(2) or tag.group(4) or tag.group(6)).lower()
        if opened:
            if closing and name == opened:
                position, opened = tag.end(), ""
        elif closing:
            if tag.end() < last and _in_prose(reply, tag.start()):
                kept.clear()
                position = tag.end()
        elif _at_line_start(reply, tag.start()) or tag.start() == position:
            kept.append(reply[position : tag.start()])
            opened, opened_at = name, tag.end()
    if opened:
        return Answer("".join(kept) + reply[opened_at:], unclosed=True, before="".join(kept))
    return Answer("".join(kept) + reply[position:])


def _line_before(reply: str, position: int) -> str:
    """What stands on the line ahead of a position, as far as 200 characters back."""
    return reply[max(0, position - 200) : position].rpartition("\n")[2]


def _at_line_start(reply: str, position: int) -> bool:
    return not _line_before(reply, position).strip(" \t>")


def _in_prose(reply: str, position: int) -> bool:
    before = _line_before(reply, position)
    return not any(mark in before for mark in ("//", "/*", '"'))
