"""A testbench that prints its own verdict, brought under the keyed verdict; those of RTLLM and VGen are of this kind.

Found on slang's syntax tree, changed in memory at exact places, no line moved. Where the testbench prints that the
design passed, the line ``HARNESS … failed=0`` comes after it; where it prints the contrary, or nothing, the line with
``failed=1``. ``checked`` counts how often it went through a statement that may raise its count of errors, so a run that
ended early shows fewer. A testbench that ends the simulation by itself at an error leaves no line, except where its
words for an error are known: then each ``if`` around such words is a check, and ``failed=1`` comes after them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyslang.syntax import SyntaxKind, SyntaxTree

from harness.suites.edits import Edit, after, applied, instead
from harness.suites.syntax_nodes import called, walk

_CHECKED = "harness_checked"
_LINE = '$display("HARNESS %h checked=%0d failed=%0d first=-", KEY, {checked}, {failed});'
_ASSIGNMENTS = (SyntaxKind.AssignmentExpression, SyntaxKind.NonblockingAssignmentExpression)
_COUNTING = (SyntaxKind.PostincrementExpression, SyntaxKind.UnaryPreincrementExpression)


@dataclass(frozen=True, slots=True)
class Words:
    """What a suite's testbenches print."""

    passed: re.Pattern[str]
    failed: re.Pattern[str] | None = None
    """Printed just before the simulation ends at the first error; None where errors are counted."""


RTLLM = Words(re.compile(r"={3,}\s*Your Design Passed\s*={3,}"))


@dataclass(frozen=True, slots=True)
class Instance:
    """The design as a testbench instantiates it."""

    module: str
    parameters: dict[str, int]
    """Those given by name, as plain numbers."""


@dataclass(frozen=True, slots=True)
class KeyedTestbench:
    text: str
    instance: Instance


def keyed_testbench(text: str, words: Words = RTLLM) -> KeyedTestbench:
    """Raises ValueError, in words that go on from "the testbench", where the text has another shape."""
    tree = SyntaxTree.fromText(text, "testbench.v")
    modules = [node for node in walk(tree.root) if node.kind == SyntaxKind.ModuleDeclaration]
    benches = [module for module in modules if any(_printing(module, words.passed))]
    if len(benches) != 1:
        raise ValueError("has no one module that prints that the design passed")
    bench = benches[0]
    own = {str(module.header.name.valueText) for module in modules}
    instances = [node for node in walk(bench) if node.kind == SyntaxKind.HierarchyInstantiation]
    designs = [node for node in instances if str(node.type.valueText) not in own]
    if len(designs) != 1:
        raise ValueError(f"instantiates {len(designs)} designs")
    verdicts = _verdicts(bench, words.passed) if words.failed is None else _ends_at_errors(bench, words)
    edits = [*_header(bench), *verdicts, *_silent_ends(bench)]
    return KeyedTestbench(
        applied(text, edits), Instance(str(designs[0].type.valueText), _parameters(bench, designs[0]))
    )


def _printing(module: Any, words: re.Pattern[str]) -> Iterator[Any]:
    """The statements that print such words."""
    for node in walk(module):
        if called(node) == "$display" and words.search(str(node.expr)) is not None:
            yield node


def _header(bench: Any) -> list[Edit]:
    """The module under the name ``tb``, with its key and the count of checks."""
    header = bench.header
    if header.parameters is not None:
        raise ValueError("has a module header with parameters")
    name = str(header.name.valueText)
    edits = [
        Edit(header.name.range.start.offset, header.name.range.end.offset, "tb #(parameter [63:0] KEY = 0)"),
        Edit(header.semi.range.end.offset, header.semi.range.end.offset, f" integer {_CHECKED} = 0;"),
    ]
    if bench.blockName is not None:
        edits.append(Edit(bench.blockName.name.range.start.offset, bench.blockName.name.range.end.offset, "tb"))
    for node in walk(bench.members):
        if node.kind == SyntaxKind.IdentifierName and str(node.identifier.valueText) == name:
            edits.append(Edit(node.identifier.range.start.offset, node.identifier.range.end.offset, "tb"))
    return edits


def _silent_ends(bench: Any) -> Iterator[Edit]:
    """Icarus 12 prints a line at a plain ``$finish``, which would stand after the verdict."""
    for node in walk(bench):
        if called(node) in ("$finish", "$stop"):
            yield Edit(node.expr.sourceRange.start.offset, node.expr.sourceRange.end.offset, "$finish(0)")


def _ends_at_errors(bench: Any, words: Words) -> Iterator[Edit]:
    """The keyed lines of a testbench that stops at the first error, and the counting of the tests before."""
    assert words.failed is not None
    checks: dict[int, Any] = {}
    for printed in _printing(bench, words.failed):
        line, end = _LINE.format(checked=_CHECKED, failed=1), _end_behind(printed)
        yield after(printed, line) if end is None else instead(end, f"begin {line} \0 end")
        around = _enclosing_if(printed)
        if around is not None:
            checks[around.sourceRange.start.offset] = around
    for check in checks.values():
        start, end = check.sourceRange.start.offset, check.sourceRange.end.offset
        yield Edit(start, end, f"begin {_CHECKED} = {_CHECKED} + 1; \0 end")
    for printed in _printing(bench, words.passed):
        yield after(printed, _LINE.format(checked=_CHECKED if checks else "1", failed=0))


def _end_behind(printed: Any) -> Any:
    """The ``$finish`` behind a statement in its block: what is printed in between must not come last. None where there
    is none."""
    if printed.parent.kind != SyntaxKind.SequentialBlockStatement:
        return None
    behind = [item for item in printed.parent.items if item.sourceRange.start.offset > printed.sourceRange.start.offset]
    return next((item for item in behind if called(item) in ("$finish", "$stop")), None)


def _verdicts(bench: Any, passed: re.Pattern[str]) -> list[Edit]:
    """The keyed lines beside the printed verdicts, and the counting of what led to them."""
    edits: list[Edit] = []
    checks: dict[int, Any] = {}
    for printed in _printing(bench, passed):
        decision = _enclosing_if(printed)
        errors = _names(decision.predicate) if decision is not None else set()
        found = list(_checks(bench, errors, decision))
        checks |= {check.sourceRange.start.offset: check for check in found}
        checked = _CHECKED if found else "1"
        edits.append(after(printed, _LINE.format(checked=checked, failed=0)))
        edits += [] if decision is None else [_failed(decision, printed, checked)]
    edits += [after(check, f"{_CHECKED} = {_CHECKED} + 1;") for check in checks.values()]
    return edits


def _enclosing_if(node: Any) -> Any:
    """The nearest ``if`` around a statement; None where it is printed unconditionally."""
    parent = node.parent
    while parent is not None and parent.kind != SyntaxKind.ModuleDeclaration:
        if parent.kind == SyntaxKind.ConditionalStatement:
            return parent
        parent = parent.parent
    return None


def _failed(decision: Any, printed: Any, checked: str) -> Edit:
    """The keyed line of the branch in which the design did not pass."""
    line = _LINE.format(checked=checked, failed=1)
    inside = decision.statement.sourceRange
    if not inside.start.offset <= printed.sourceRange.start.offset < inside.end.offset:
        return after(decision.statement, line)  # `if (errors) … else passed`
    if decision.elseClause is None:
        end = decision.statement.sourceRange.end.offset
        return Edit(end, end, f" else {line}")
    return after(decision.elseClause.clause, line)


def _names(node: Any) -> set[str]:
    return {str(item.identifier.valueText) for item in walk(node) if item.kind == SyntaxKind.IdentifierName}


def _checks(bench: Any, errors: set[str], decision: Any) -> Iterator[Any]:
    """Statements that may raise the count of errors: ``e = right ? e : e + 1``, or the ``if`` around ``e = e + 1``."""
    for node in walk(bench):
        if node.kind != SyntaxKind.ExpressionStatement or not _assigned(node.expr) & errors:
            continue
        if _names(node.expr) - errors:  # what is compared stands in the statement itself
            yield node
            continue
        around = _enclosing_if(node)
        if around is not None and around.sourceRange != decision.sourceRange:
            yield around


def _assigned(expression: Any) -> set[str]:
    if expression.kind in _ASSIGNMENTS:
        return _names(expression.left)
    return _names(expression) if expression.kind in _COUNTING else set()


def _parameters(bench: Any, instantiation: Any) -> dict[str, int]:
    """The design's parameters by name; a value is a plain number or the testbench's own parameter of that value."""
    own = {
        str(node.name.valueText): str(node.initializer.expr).strip()
        for node in walk(bench)
        if node.kind == SyntaxKind.Declarator
        and node.initializer is not None
        and node.parent.kind == SyntaxKind.ParameterDeclaration
    }
    found = {}
    for node in walk(instantiation.parameters) if instantiation.parameters is not None else ():
        if node.kind == SyntaxKind.NamedParamAssignment:
            value = str(node.expr).strip()
            value = own.get(value, value)
            if not value.isdecimal():
                raise ValueError(f"gives the design's parameter {node.name.valueText} a value that is no plain number")
            found[str(node.name.valueText)] = int(value)
    return found
