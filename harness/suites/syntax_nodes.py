"""Walking slang's syntax trees."""

from collections.abc import Iterator
from typing import Any

from pyslang.syntax import SyntaxKind


def walk(node: Any) -> Iterator[Any]:
    """The nodes of a syntax tree, parents first; tokens are left out."""
    if not hasattr(node, "kind") or not hasattr(node, "__iter__"):
        return
    yield node
    for child in node:
        yield from walk(child)


def called(node: Any) -> str:
    """The system task that a statement calls; empty where it is another kind of node."""
    return str(node.expr.getFirstToken().rawText) if node.kind == SyntaxKind.ExpressionStatement else ""
