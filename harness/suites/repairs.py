"""Repairs of published Verilog that tools do not read, or that races with the design: pure functions of the text.

What is changed is found on slang's syntax tree. No line moves, so that messages fit the original; a text that has
nothing to repair comes back as it is.
"""

import re
from collections.abc import Iterator
from typing import Any

from pyslang.syntax import SyntaxKind, SyntaxTree

from harness.suites.edits import Edit, after, applied, instead
from harness.suites.syntax_nodes import called, walk

_LOOPS = (SyntaxKind.LoopStatement, SyntaxKind.ForLoopStatement, SyntaxKind.ForeverStatement)
_LEFT = "harness_left"
_NUMBER = re.compile(r"\s*(\d+)\s*")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def without_break(text: str) -> str:
    """``break`` as ``disable`` of a named block around its loop: Icarus 11 and 12 know no ``break``."""
    edits: dict[int, Edit] = {}
    for node in _nodes(text):
        if node.kind == SyntaxKind.JumpStatement and node.breakOrContinue.rawText == "break":
            loop = _enclosing(node, _LOOPS)
            place = loop.sourceRange.start.offset
            edits[place] = instead(loop, f"begin : {_LEFT}_{place} \0 end")
            edits[node.sourceRange.start.offset] = instead(node, f"disable {_LEFT}_{place};")
    return applied(text, edits.values())


def arrays_filled(text: str) -> str:
    """A list in the declaration of an array as an ``initial`` block behind it: Icarus 11 and 12 read no such list."""
    edits: list[Edit] = []
    for node in _nodes(text):
        if node.kind != SyntaxKind.Declarator or node.initializer is None:
            continue
        bounds = re.fullmatch(r"\[\s*(\d+)\s*:\s*(\d+)\s*\]", "".join(map(str, node.dimensions)).strip())
        if bounds is None or node.initializer.expr.kind != SyntaxKind.ConcatenationExpression:
            continue
        first, last = int(bounds[1]), int(bounds[2])
        values = [str(item).strip() for item in node.initializer.expr.expressions if hasattr(item, "kind")]
        values = [value for value in values if value != ","]
        places = range(first, last + 1) if first <= last else range(first, last - 1, -1)
        name = str(node.name.valueText)
        filled = " ".join(f"{name}[{place}] = {value};" for place, value in zip(places, values, strict=False))
        edits.append(instead(node.initializer, "\n" * str(node.initializer).count("\n")))
        end = node.parent.sourceRange.end.offset
        edits.append(Edit(end, end, f" initial begin {filled} end"))
    return applied(text, edits)


def nonblocking(text: str, names: frozenset[str]) -> str:
    """Blocking assignments to these variables as nonblocking ones, so that whoever waits for the same edge reads the
    old value, in whatever order the simulator goes."""
    edits: list[Edit] = []
    for node in _nodes(text):
        if node.kind != SyntaxKind.ExpressionStatement or node.expr.kind != SyntaxKind.AssignmentExpression:
            continue
        if str(node.expr.left).strip() in names:
            token = node.expr.operatorToken
            edits.append(Edit(token.range.start.offset, token.range.end.offset, "<="))
    return applied(text, edits)


def ends_at(text: str, words: str) -> str:
    """The simulation ends where the testbench prints these words."""
    found = (node for node in _nodes(text) if called(node) == "$display" and words in str(node.expr))
    return applied(text, [after(node, "$finish;") for node in found])


def looks_earlier(text: str) -> str:
    """A loop that waits and then looks does so one time unit before the moment in which the design changes."""
    edits: list[Edit] = []
    for node in _nodes(text):
        if node.kind != SyntaxKind.LoopStatement or node.statement.kind != SyntaxKind.SequentialBlockStatement:
            continue
        first: Any = next(iter(node.statement.items), None)
        waits: Any = getattr(getattr(first, "timingControl", None), "delayValue", None)
        number = None if waits is None else _NUMBER.fullmatch(str(waits))
        if number is not None and int(number[1]) > 1:
            edits.append(instead(waits, str(int(number[1]) - 1)))
            end = node.statement.end.range.start.offset
            edits.append(Edit(end, end, "#1; "))
    return applied(text, edits)


def declared_once(text: str) -> str:
    """Of declarations of the same variable the first; one of a port gives it its ``reg``. Icarus refuses a second."""
    edits: list[Edit] = []
    for module in (node for node in _nodes(text) if node.kind == SyntaxKind.ModuleDeclaration):
        ports = {
            str(node.declarator.name.valueText): node
            for node in walk(module.header)
            if node.kind == SyntaxKind.ImplicitAnsiPort
        }
        seen: set[str] = set()
        for name, member in _single_variables(module):
            if name in seen or name in ports:
                edits.append(instead(member, ""))
            if name in ports and str(ports[name].header.dataType).strip()[:1] in ("", "["):
                end = ports[name].header.direction.range.end.offset
                edits.append(Edit(end, end, " reg"))
            seen.add(name)
    return applied(text, edits)


def shown_header(text: str, top: str) -> str:
    """The header of a module with the declarations of its ports, without comments; empty where it is not there."""
    for module in (node for node in _nodes(text) if node.kind == SyntaxKind.ModuleDeclaration):
        if str(module.header.name.valueText) == top:
            declared = [str(node) for node in module.members if node.kind == SyntaxKind.PortDeclaration]
            plain = _COMMENT.sub("", "".join([str(module.header), *declared]))
            return "\n".join(line.rstrip() for line in plain.splitlines() if line.strip()) + "\n"
    return ""


def _nodes(text: str) -> Iterator[Any]:
    return walk(SyntaxTree.fromText(text, "source.v").root)


def _enclosing(node: Any, kinds: tuple[Any, ...]) -> Any:
    """The nearest node around it of one of these kinds. Raises ValueError where there is none."""
    parent = node.parent
    while parent is not None:
        if parent.kind in kinds:
            return parent
        parent = parent.parent
    raise ValueError("has a break outside of every loop")


def _single_variables(module: Any) -> Iterator[tuple[str, Any]]:
    """The declarations of one variable each, without a value."""
    for member in module.members:
        if member.kind == SyntaxKind.DataDeclaration:
            declarators = [node for node in walk(member) if node.kind == SyntaxKind.Declarator]
            if len(declarators) == 1 and declarators[0].initializer is None:
                yield str(declarators[0].name.valueText), member
