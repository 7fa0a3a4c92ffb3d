"""Valid inputs, damaged: what readers of other people's files are tested with.

Random text rarely gets past the first check; a valid file with a few things wrong gets everywhere.
"""

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

few_or_many = pytest.mark.parametrize("examples", [30, pytest.param(2000, marks=pytest.mark.long)])
"""For a test that runs its property by ``check``."""

TROUBLE = (
    *("", " ", "\n", "\r\n", "\0", "\ufeff", "\u2028", "\x1b[31m", "é", "\U0001f600", "\\", "\\u0000", "\\ud800"),
    *('"', "'", '"""', "'''", "{", "}", "[", "]", "(", ")", "[[", "]]", "=", ":", ";", ",", "#", "/*", "*/", "//", "`"),
    *("-1", "0", "1e999", "-inf", "nan", "9" * 30, "9" * 5000, "0x1f", "1_000", "true", "null", "1979-05-27T07:32:00"),
    *("[" * 3000, "{" * 3000, "(" * 3000, '{"a":' * 3000, "..", "../../x", "/", "%s", "${x}", "{0}", "```", "$clog2("),
)
"""What writers of files get wrong, and what readers stumble over."""


def check(examples: int, *strategies: st.SearchStrategy[Any], **by_name: st.SearchStrategy[Any]) -> Callable[..., None]:
    """Run the decorated property now, on so many examples; the same ones each time."""

    def run(held: Callable[..., None]) -> None:
        # Folders are made once a test: each example writes its files anew.
        quiet = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
        settings(max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=quiet)(
            given(*strategies, **by_name)(held)
        )()

    return run


NUMBERS = st.integers(0, 1 << 20)
EDITS = st.sampled_from(["put in", "put in", "cut", "double", "end", "word"])
LENGTHS = st.sampled_from([0, 0, 1, 2, 5, 20, 100])
PUT_IN = st.sampled_from(TROUBLE) | st.text(max_size=10)


@st.composite
def damaged(draw: st.DrawFn, valid: str | st.SearchStrategy[str], most: int = 3) -> str:
    """A valid text with one or a few edits: cut, doubled, replaced, something put in, the rest missing."""
    text = valid if isinstance(valid, str) else draw(valid)
    for _ in range(draw(st.integers(1, most))):
        start = draw(NUMBERS) % (len(text) + 1)
        end = min(len(text), start + draw(LENGTHS))
        kind = draw(EDITS)
        if kind == "put in":
            text = text[:start] + draw(PUT_IN) + text[end:]
        elif kind == "cut":
            text = text[:start] + text[end:]
        elif kind == "double":
            text = text[:end] + text[start:end] + text[end:]
        elif kind == "word":
            text = _other_word(text, start, draw(PUT_IN))
        else:
            text = text[:start]
    return text


def _other_word(text: str, start: int, other: str) -> str:
    """The word or number at or behind a place replaced."""
    while start < len(text) and not text[start].isalnum():
        start += 1
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return text[:start] + other + text[end:]


ODD: Sequence[Any] = (
    None,
    True,
    -1,
    0,
    1,
    10**30,
    1e308,
    float("inf"),
    float("nan"),
    "",
    "x\ny",
    "\ud800",
    "1",
    [],
    {},
)
VALUES = st.sampled_from([*ODD, *([value] for value in ODD), *({"a": value} for value in ODD)]) | st.text(max_size=8)
"""JSON values of every kind, the odd ones of each."""
PLACES = st.integers(0, 3)
KINDS = st.sampled_from(["in", "in", "in", "replace", "away", "add"])


@st.composite
def damaged_json(draw: st.DrawFn, valid: Any, most: int = 3) -> Any:
    """A JSON value with keys taken away or added and values replaced, anywhere in it."""
    value = json.loads(json.dumps(valid))
    for _ in range(draw(st.integers(1, most))):
        value = _damage(draw, value)
    return value


def _damage(draw: st.DrawFn, value: Any) -> Any:
    keys: list[Any] = (
        list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    )
    if not keys or draw(PLACES) == 3:
        return deepcopy(draw(VALUES))
    key = keys[draw(NUMBERS) % len(keys)]
    kind = draw(KINDS)
    if kind == "in":
        value[key] = _damage(draw, value[key])
    elif kind == "replace":
        value[key] = deepcopy(draw(VALUES))  # what is drawn may be damaged in turn
    elif kind == "away":
        del value[key]
    elif isinstance(value, dict):
        value["another"] = deepcopy(draw(VALUES))  # what is drawn may be damaged in turn
    return value


def is_one_line(message: str) -> bool:
    return bool(message.strip()) and len(message.splitlines()) == 1 and message.isprintable()
