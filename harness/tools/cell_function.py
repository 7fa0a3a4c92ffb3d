"""Functions of Liberty (``!(A & B) | C``) as truth tables, and how switching goes through them.

The switching of an output is the sum over the inputs of each one's switching times the probability that the output
depends on it: F. Najm, "Transition density: a new measure of activity in digital circuits", IEEE Transactions on CAD
12(2), 1993. Inputs count as independent.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_INPUTS = 10
_TOKEN = re.compile(r"\s*([A-Za-z_][\w\[\]]*|[01]|[!'&*|+^()])")


@dataclass(frozen=True, slots=True)
class Switching:
    """Of a net, on average."""

    toggles: float
    """Changes in a clock cycle; a clock has 2."""
    high: float
    """The part of the time in which it is 1."""


@dataclass(frozen=True, slots=True)
class TruthTable:
    """``rows[i]``: the value where bit k of i is the value of input k."""

    inputs: tuple[str, ...]
    rows: tuple[bool, ...]

    def switching(self, inputs: Sequence[Switching]) -> Switching:
        high = toggles = 0.0
        size = len(self.inputs)
        for row, value in enumerate(self.rows):
            chances = [item.high if row >> k & 1 else 1 - item.high for k, item in enumerate(inputs)]
            if value:
                high += _product(chances)
            for k in range(size):
                if not row >> k & 1 and value != self.rows[row | 1 << k]:
                    toggles += inputs[k].toggles * _product(chances[:k] + chances[k + 1 :])
        return Switching(toggles, min(1.0, high))


def _product(values: Sequence[float]) -> float:
    found = 1.0
    for value in values:
        found *= value
    return found


@functools.lru_cache(maxsize=4096)
def truth_table(function: str) -> TruthTable | None:
    """None where the text is no function of at most ten inputs."""
    try:
        names = tuple(sorted({word for word in _words(function) if re.match(r"[A-Za-z_]", word)}))
        if len(names) > MOST_INPUTS:
            return None
        rows = []
        for row in range(1 << len(names)):
            values = {name: bool(row >> k & 1) for k, name in enumerate(names)}
            rows.append(_Evaluation(list(_words(function)), values).whole())
    except ValueError:
        return None
    return TruthTable(names, tuple(rows))


def _words(function: str) -> Iterator[str]:
    place = 0
    text = function.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError(text[place:])
        yield found[1]
        place = found.end()


class _Evaluation:
    """Liberty's operators: ``!`` before and ``'`` after a term, ``^``, ``&`` or ``*`` or nothing, ``|`` or ``+``."""

    def __init__(self, words: list[str], values: dict[str, bool]) -> None:
        self._words = words
        self._values = values

    def whole(self) -> bool:
        value = self._any()
        if self._words:
            raise ValueError(self._words[0])
        return value

    def _next(self) -> str:
        return self._words[0] if self._words else ""

    def _any(self) -> bool:
        value = self._all()
        while self._next() in ("|", "+"):
            self._words.pop(0)
            value = self._all() or value
        return value

    def _all(self) -> bool:
        value = self._odd()
        while self._next() and self._next() not in ("|", "+", ")"):
            if self._next() in ("&", "*"):
                self._words.pop(0)
            value = self._odd() and value
        return value

    def _odd(self) -> bool:
        value = self._term()
        while self._next() == "^":
            self._words.pop(0)
            value ^= self._term()
        return value

    def _term(self) -> bool:
        if not self._words:
            raise ValueError("a term is missing")
        word = self._words.pop(0)
        if word == "!":
            return not self._term()
        if word == "(":
            value = self._any()
            if self._next() != ")":
                raise ValueError("a bracket is missing")
            self._words.pop(0)
        elif word in ("0", "1"):
            value = word == "1"
        elif word in self._values:
            value = self._values[word]
        else:
            raise ValueError(word)
        while self._next() == "'":
            self._words.pop(0)
            value = not value
        return value
