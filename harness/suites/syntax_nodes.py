"""Walking slang's syntax trees."""

from collections.abc import Iterator
from typing import Any


def walk(node: Any) -> Iterator[Any]:
    """The nodes of a syntax tree, parents first; tokens are left out."""
    if not hasattr(node, "kind") or not hasattr(node, "__iter__"):
        return
    yield node
    for child in node:
        yield from walk(child)
