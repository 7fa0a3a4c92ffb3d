"""Faults of statements, blocks and declarations: dropped, swapped or negated, wrong reset, edge, width or sign."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from harness.audit.expressions import Edit, in_loop_header, replace, shown
from harness.audit.syntax import BINARY_ASSIGNMENTS, PROCEDURES, Module, Node

_EDGES = {"PosEdgeKeyword": "negedge", "NegEdgeKeyword": "posedge"}
_NEGATED = frozenset({"UnaryLogicalNotExpression", "UnaryBitwiseNotExpression"})
_NEGATES_BETTER = _NEGATED | {"EqualityExpression", "InequalityExpression"}
"""Conditions whose negation is already a fault of another class."""


@dataclass(frozen=True, slots=True)
class Reset:
    """The reset of an edge-triggered block: ``if (name)`` first of all, with constants only in its branch."""

    name: str
    active_low: bool
    branch: Node


def faults(node: Node, module: Module) -> Iterator[Edit]:
    """Every fault of this one node."""
    if node.kind == "ConditionalStatement":
        yield from _branches(node)
    elif node.kind == "CaseStatement":
        yield from _case(node)
    elif node.kind == "ExpressionStatement":
        yield from _assignment(node)
    elif node.kind in PROCEDURES:
        yield from _sensitivity(node)
    elif node.kind == "SignedKeyword":
        yield replace(node, "", "signedness", f"signed dropped: {shown(_line(node))}")
    elif node.kind in ("NetDeclaration", "DataDeclaration"):
        yield from _width(node, module)


def reset_branch(procedure: Node) -> Reset | None:
    """The reset of an always block, None where it has none."""
    outer = procedure.child("TimingControlStatement")
    statement = outer.nodes[-1] if outer is not None else None
    while statement is not None and statement.kind == "SequentialBlockStatement":
        statement = next(iter(statement.nodes), None)
    if statement is None or statement.kind != "ConditionalStatement" or not _edge_tokens(procedure):
        return None
    predicate, branch = statement.child("ConditionalPredicate"), statement.after("CloseParenthesis")
    assert predicate is not None and branch is not None
    condition = predicate.nodes[0].nodes[0] if predicate.nodes[0].nodes else predicate.nodes[0]
    name = condition.nodes[0] if condition.kind in _NEGATED else condition
    stored = (item for item in branch.all(*BINARY_ASSIGNMENTS) if not in_loop_header(item))
    constant = all(_is_constant(item.children[-1]) for item in stored)
    if name.kind != "IdentifierName" or not constant or not statement.child("ElseClause"):
        return None
    return Reset(name.text, condition.kind in _NEGATED, branch)


def is_reset_value(node: Node) -> bool:
    """Whether a node is a value or a statement of a reset branch."""
    if in_loop_header(node):
        return False
    procedure = node.inside(*PROCEDURES)
    reset = reset_branch(procedure) if procedure is not None else None
    return reset is not None and any(outer is reset.branch for outer in (node, *node.ancestors()))


def _is_constant(value: Node) -> bool:
    return all(re.fullmatch(r"[A-Z][A-Z0-9_]*", name.text) for name in value.all("Identifier"))


def _branches(node: Node) -> Iterator[Edit]:
    predicate, then = node.child("ConditionalPredicate"), node.after("CloseParenthesis")
    otherwise = node.child("ElseClause")
    assert predicate is not None and then is not None
    condition = shown(predicate.text)
    if otherwise is None:
        inner = predicate.nodes[0].nodes[0] if predicate.nodes[0].nodes else predicate.nodes[0]
        if inner.kind not in _NEGATES_BETTER:
            yield replace(predicate, f"!({predicate.text})", "condition", f"condition {condition} negated")
        yield replace(node, _block(node, then.text), "branch", f"always as if {condition}")
        return
    other = otherwise.children[-1]
    yield replace(node, _block(node, other.text), "branch", f"branch of if ({condition}) removed, else kept")
    yield Edit(then.end, otherwise.end, "", "branch", f"else of if ({condition}) removed")
    between = node.source[then.end : other.start].decode("utf-8")
    swapped = f"begin {other.text} end{between}begin {then.text} end"
    yield Edit(then.start, other.end, swapped, "branch", f"branches of if ({condition}) swapped")


def _block(node: Node, text: str) -> str:
    """Keep an ``else`` behind this statement from binding to an ``if`` inside the new text."""
    return f"begin {text} end" if node.parent is not None and node.parent.kind == "ConditionalStatement" else text


def _case(node: Node) -> Iterator[Edit]:
    items = [item for item in node.nodes if item.kind in ("StandardCaseItem", "DefaultCaseItem")]
    for item in items:
        if len(items) > 1 and not (item.kind == "DefaultCaseItem" and _keeps(item.children[-1])):
            yield replace(item, "", "case", f"case item {shown(item.text)} removed")
    for first, second in pairwise(items):
        one, two = first.children[-1], second.children[-1]
        between = node.source[one.end : two.start].decode("utf-8")
        if one.text != two.text:
            what = f"bodies of {shown(_label(first))} and {shown(_label(second))} swapped"
            yield Edit(one.start, two.end, two.text + between + one.text, "case", what)


def _keeps(statement: Node) -> bool:
    """Whether a statement says in words that nothing changes: ``;`` or ``x <= x;``."""
    if statement.kind == "EmptyStatement":
        return True
    sides = statement.children[0].nodes if statement.kind == "ExpressionStatement" else []
    return len(sides) == 2 and sides[0].text == sides[1].text


def _label(item: Node) -> str:
    return item.source[item.start : item.children[-1].start].decode("utf-8").rstrip(" \t\r\n:")


def _assignment(node: Node) -> Iterator[Edit]:
    expression = node.children[0]
    if not expression.kind.endswith("AssignmentExpression") or _keeps(node):
        return
    operator = "reset_statement" if is_reset_value(node) else "statement"
    yield replace(node, ";", operator, f"{shown(node.text)} dropped")
    procedure = node.inside(*PROCEDURES)
    if expression.kind == "NonblockingAssignmentExpression" and procedure is not None:
        token = next(child for child in expression.children if child.is_token)
        name = next(expression.children[0].all("Identifier")).text
        uses = (use for use in procedure.all("Identifier") if use.text == name and use.start > node.end)
        if any(_runs_after(node, use) and not _written(use) for use in uses):
            yield replace(token, "=", "assignment", f"<= became = in {shown(node.text)}")


def _runs_after(statement: Node, use: Node) -> bool:
    """Whether a later place is reached after a statement: their common block is a sequence, not a choice."""
    around = list(statement.ancestors())
    common = next(outer for outer in use.ancestors() if any(outer is other for other in around))
    return common.kind == "SequentialBlockStatement"


def _written(name: Node) -> bool:
    target = name.parent
    outer = target.parent if target is not None else None
    return outer is not None and outer.kind in BINARY_ASSIGNMENTS and outer.children[0] is target


def _edge_tokens(procedure: Node) -> list[Node]:
    timing = procedure.child("TimingControlStatement")
    return list(timing.children[0].all(*_EDGES)) if timing is not None else []


def _sensitivity(node: Node) -> Iterator[Edit]:
    for token in _edge_tokens(node):
        entry = token.parent
        yield replace(token, _EDGES[token.kind], "edge", f"{shown(entry.text if entry else '')}: other edge")
    reset = reset_branch(node)
    if reset is None:
        return
    events = [token.parent for token in _edge_tokens(node) if token.parent is not None]
    own = next((event for event in events if event.nodes[0].text == reset.name), None)
    if own is not None and own.parent is not None and own.parent.kind == "BinaryEventExpression":
        kept = next(part for part in own.parent.nodes if part is not own)
        yield replace(own.parent, kept.text, "async_reset", f"{shown(own.text)} dropped from the sensitivity list")
    elif own is None and events:
        added = f"{'negedge' if reset.active_low else 'posedge'} {reset.name}"
        last = events[-1]
        yield replace(last, f"{last.text} or {added}", "async_reset", f"{added} added to the sensitivity list")


def _width(node: Node, module: Module) -> Iterator[Edit]:
    """An internal vector one bit too narrow."""
    names = {item.children[0].text for item in node.children if item.kind == "Declarator"}
    if not names.isdisjoint(name for name, signal in module.signals.items() if signal.is_port):
        return
    types = [part for part in node.children if part.kind != "Declarator"]
    for bounds in (found for part in types for found in part.all("SimpleRangeSelect")):
        left, right = bounds.nodes
        narrow = str(int(left.text) - 1) if left.text.isdigit() else f"{left.text}-1"
        if right.text == "0" and left.text != "0":
            yield replace(left, narrow, "width", f"{', '.join(sorted(names))} one bit narrower")
        return


def _line(node: Node) -> str:
    start = node.source.rfind(b"\n", 0, node.start) + 1
    return node.source[start:].split(b"\n", 1)[0].decode("utf-8")
