"""Faults for the model ``faulty``: mutants, then cruder ones, since a wire has nothing that a mutant would change.

An answer of a text task has no modules: there a fault is the line with a word missing.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from harness.audit.mutants import mutants
from harness.audit.syntax import Node, modules, parse


@dataclass(frozen=True, slots=True)
class Fault:
    code: str


def faults(code: str, top: str, seed: int) -> Iterator[Fault]:
    """Wrong, or as good as wrong: whether a testbench sees it is for the caller to prove. The seed fixes the order.

    ``top``: empty for a line of text.
    """
    if not top:
        yield from _lines(code, seed)
        return
    for mutant in mutants(code, top, seed):
        yield Fault(mutant.code)
    yield from _inverted(code, top)


def _inverted(code: str, top: str) -> Iterator[Fault]:
    """Each continuous assignment with the complement of its value, then all of them: some testbenches complain only
    where every output is wrong at once."""
    root, _ = parse(code)
    found = [
        node.nodes[-1]
        for module in modules(root, top)
        for node in module.body()
        if node.kind == "AssignmentExpression" and not node.expanded and node.inside("ContinuousAssign") is not None
    ]
    for value in found:
        yield Fault(_complemented(code, [value]))
    if len(found) > 1:
        yield Fault(_complemented(code, found))


def _complemented(code: str, values: list[Node]) -> str:
    source = code.encode()
    for value in sorted(values, key=lambda value: -value.start):
        source = source[: value.start] + f"~({value.text})".encode() + source[value.end :]
    return source.decode()


def _lines(line: str, seed: int) -> Iterator[Fault]:
    words = line.split()
    places = list(range(len(words))) if len(words) > 1 else []
    random.Random(seed).shuffle(places)
    for place in places:
        yield Fault(" ".join(words[:place] + words[place + 1 :]))
    yield Fault(f"{line.rstrip()}_")
