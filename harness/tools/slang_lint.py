"""Lint, inside a slang cell: slang's warnings by class, registers that a reset leaves out, places of what Yosys found.

All of slang's warnings count that concern one design, whatever group they are in; only those about the layout of a file
or about what else is compiled with it are left out.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pyslang import Bag, DiagnosticEngine, SourceManager
from pyslang.analysis import AnalysisFlags, AnalysisManager, AnalysisOptions
from pyslang.ast import (
    AssignmentExpression,
    Compilation,
    CompilationOptions,
    ForLoopStatement,
    NamedValueExpression,
    ProceduralBlockKind,
    ProceduralBlockSymbol,
    StatementKind,
    SymbolKind,
)
from pyslang.syntax import SyntaxTree

from harness.tools.lint_classes import INCOMPLETE_RESET, LATCH, NO_RESET

_LEFT_OUT = frozenset({"newline-eof", "unused-def", "missing-top", "header-guard", "nested-comment"})
_SLANGS_LATCH = "inferred-latch"
_RESET_NAME = re.compile(r"(^|_)a?n?(rst|reset|clr|clear)|(rst|reset)(_?n|_?i|_?in)?$", re.IGNORECASE)
_MOST = 1000
"""Findings of one design; a hostile one could have millions."""
_PARTS = {"ElementSelect": "value", "RangeSelect": "value", "MemberAccess": "value", "Conversion": "operand"}


def lint(
    given: list[str],
    code: str,
    top: str,
    parameters: dict[str, int],
    resets: list[str],
    registers: dict[str, list[str]],
) -> list[dict[str, Any]]:
    """The findings in ``code``, each with ``class``, ``line``, ``column``, ``name`` (of ours only), ``text``.

    ``resets``: the problem's reset ports; ``registers``: class → hierarchical names that Yosys gave, under the top.
    """
    options = CompilationOptions()
    options.topModules = {top}
    options.paramOverrides = [f"{name}={value}" for name, value in sorted(parameters.items())]
    compilation = Compilation(Bag([options]))
    manager = SourceManager()
    for number, text in enumerate([*given, code]):
        compilation.addSyntaxTree(SyntaxTree.fromText(text, manager, f"source{number}", f"source{number}"))
    mine = f"source{len(given)}"
    root = compilation.getRoot()
    instance = next((found for found in root.topInstances if found.name == top), None)
    findings = _own_findings(instance, manager, mine, top, resets, registers) if instance is not None else []
    warned = list(_warnings(compilation, manager, mine))
    latched = " ".join(found["text"] for found in warned if found["class"] == _SLANGS_LATCH)
    twice = {found["name"] for found in findings if found["class"] == INCOMPLETE_RESET}
    kept = [
        found
        for found in findings
        if not (found["class"] == LATCH and f"'{found['name'].split('.')[-1]}'" in latched)
        and not (found["class"] == NO_RESET and found["name"] in twice)
    ]
    unique = {(found["class"], found["line"], found["column"], found["text"]): found for found in warned + kept}
    return [unique[key] for key in sorted(unique)][:_MOST]


def _warnings(compilation: Any, manager: Any, mine: str) -> Iterator[dict[str, Any]]:
    diagnostics = list(compilation.getAllDiagnostics())
    compilation.freeze()
    options = AnalysisOptions()
    options.flags = AnalysisFlags.CheckUnused | AnalysisFlags.CheckShadow
    analysis = AnalysisManager(options)
    analysis.analyze(compilation)
    engine = DiagnosticEngine(manager)
    engine.setWarningOptions(["everything"])
    for found in [*diagnostics, *analysis.getDiagnostics()][: 2 * _MOST]:
        name = str(engine.getOptionName(found.code))
        if found.isError() or name in _LEFT_OUT or manager.getFileName(found.location) != mine:
            continue
        text = str(engine.formatMessage(found))[:200]
        yield {"class": name, **_place(manager, found.location), "name": "", "text": text}


def _place(manager: Any, location: Any) -> dict[str, int]:
    return {"line": manager.getLineNumber(location), "column": manager.getColumnNumber(location)}


def _own_findings(
    instance: Any, manager: Any, mine: str, top: str, resets: Sequence[str], registers: dict[str, list[str]]
) -> list[dict[str, Any]]:
    intended: set[str] = set()
    findings: list[dict[str, Any]] = []

    def add(kind: str, symbol: Any, text: str) -> None:
        if manager.getFileName(symbol.location) == mine:
            name = symbol.hierarchicalPath.removeprefix(f"{top}.")
            found = {"class": kind, **_place(manager, symbol.location), "name": name, "text": text.format(symbol.name)}
            findings.append(found)

    def look(node: Any) -> None:
        if not isinstance(node, ProceduralBlockSymbol):
            return
        if node.procedureKind == ProceduralBlockKind.AlwaysLatch:
            intended.update(symbol.hierarchicalPath for symbol in _assigned(node.body))
        elif node.procedureKind in (ProceduralBlockKind.Always, ProceduralBlockKind.AlwaysFF):
            for symbol in _left_out_of_reset(node.body, resets):
                add(INCOMPLETE_RESET, symbol, "register '{}' is left out of the reset of its block")

    instance.visit(look)
    texts = {
        LATCH: "latch inferred for '{}'",
        NO_RESET: "register '{}' has neither reset nor initial value, others have",
    }
    for kind, names in sorted(registers.items()):
        for name in names:
            symbol = instance.body.lookupName(name)
            if symbol is None or (kind == LATCH and symbol.hierarchicalPath in intended):
                continue
            if kind != NO_RESET or _is_register(symbol):  # Yosys may have made registers of a memory
                add(kind, symbol, texts[kind])
    return findings


def _left_out_of_reset(body: Any, resets: Sequence[str]) -> list[Any]:
    """Registers that a clocked block which begins with a reset assigns, though not in its reset branch."""
    if body.kind != StatementKind.Timed:
        return []
    events = list(getattr(body.timing, "events", [body.timing]))
    edges = {name for event in events for name in _names(getattr(event, "expr", None))}
    branch = body.stmt
    while branch.kind in (StatementKind.Block, StatementKind.List):
        inner = [branch.body] if branch.kind == StatementKind.Block else list(branch.list)
        if not inner:
            return []
        branch = inner[0]
    clocked = any(getattr(getattr(event, "edge", None), "name", "None_") != "None_" for event in events)
    if branch.kind != StatementKind.Conditional or not clocked:
        return []
    asked = {name for condition in branch.conditions for name in _names(condition.expr)}
    if not any(name in resets or _RESET_NAME.search(name) for name in asked) and not (
        len(events) > 1 and asked and asked <= edges
    ):
        return []
    in_reset = {symbol.hierarchicalPath for symbol in _assigned(branch.ifTrue)}
    if not in_reset:
        return []
    return [symbol for symbol in _assigned(body) if symbol.hierarchicalPath not in in_reset]


def _names(expression: Any) -> set[str]:
    found = set()

    def look(node: Any) -> None:
        if isinstance(node, NamedValueExpression):
            found.add(str(node.symbol.name))

    if expression is not None:
        expression.visit(look)
    return found


def _assigned(statement: Any) -> list[Any]:
    """Variables assigned below a statement: no memory, no loop variable, nothing that lives in a block of its own."""
    found: dict[str, Any] = {}
    counters: set[str] = set()

    def look(node: Any) -> None:
        if isinstance(node, ForLoopStatement):
            for start in node.initializers:
                counters.update(symbol.hierarchicalPath for symbol in _targets(getattr(start, "left", None)))
        if isinstance(node, AssignmentExpression):
            found.update((symbol.hierarchicalPath, symbol) for symbol in _targets(node.left))

    statement.visit(look)
    return [symbol for path, symbol in found.items() if path not in counters and _is_register(symbol)]


def _targets(expression: Any) -> Iterator[Any]:
    if expression is None:
        return
    kind = expression.kind.name
    if kind == "Concatenation":
        for operand in expression.operands:
            yield from _targets(operand)
    elif kind in _PARTS:
        yield from _targets(getattr(expression, _PARTS[kind]))
    elif isinstance(expression, NamedValueExpression):
        yield expression.symbol


def _is_register(symbol: Any) -> bool:
    if symbol.kind != SymbolKind.Variable or symbol.type.isUnpackedArray:
        return False
    scope = symbol.parentScope
    return scope is None or getattr(scope, "kind", None) != SymbolKind.StatementBlock
