"""Runs inside a slang cell, in a forked child for each design: hostile text may crash slang, and only that child."""

import re
import sys
from typing import Any

from pyslang import Bag, DiagnosticEngine
from pyslang.ast import ArgumentDirection, CallExpression, Compilation, CompilationOptions, PortSymbol, SymbolKind
from pyslang.syntax import SyntaxTree

from harness.tools.slang_lint import lint
from harness.tools.slang_screen import SYNTHESIS, Screening

__all__ = ["examine", "inspect", "lint"]

_DIRECTIONS = {"In": "input", "Out": "output", "InOut": "inout"}
_UNDECLARED = re.compile(r"undeclared identifier '([^']+)'")
_LEADS_OUT = ("upward hierarchical name", "could not resolve hierarchical path")
_NO_HARDWARE = frozenset({"$time", "$realtime", "$stime", "$random", "$urandom", "$urandom_range"})
"""Right for the length of a test says nothing where a design can know the time or throw dice. A module that the design
does not hold, such as a testbench in the same answer, may call them."""
sys.setrecursionlimit(50_000)  # an expression nests as deep as its text is long; Python frames need no C stack


def examine(code: str, given: list[str], top: str, parameters: dict[str, int], forbidden: list[str]) -> dict[str, Any]:
    """Screen a candidate, then elaborate what is left of it together with the given sources.

    Returns: ``screen`` (see Screening.result) and ``inspection`` (see ``inspect``). What only elaboration can tell, a
    dotted name that nothing inside the design answers to, is added to ``screen["rejected"]``.
    """
    given_modules = [name for text in given for name in _defined(text)]
    screen = Screening(code, forbidden, given_modules).result()
    if any(word in code for word in ("`if", "`elsif")):
        for_synthesis = Screening(code, forbidden, given_modules, SYNTHESIS).result()
        screen["for_synthesis"] = for_synthesis["code"]
        screen["rejected"] += [found for found in for_synthesis["rejected"] if found not in screen["rejected"]]
    inspection = inspect([*given, screen["code"]], top, parameters)
    for line in inspection["errors"] + inspection["warnings"]:
        undeclared = _UNDECLARED.search(line)
        if (undeclared and undeclared[1] in screen["dotted"]) or any(words in line for words in _LEADS_OUT):
            number = int(line.split(":")[1]) if line.count(":") > 2 and line.split(":")[1].isdigit() else 0
            construct = f"a hierarchical name that leads out of the design ({line.split(':')[-1].strip()[:80]})"
            screen["rejected"].append({"construct": construct, "line": number})
    for name in inspection["variable_inputs"]:
        screen["rejected"].append({"construct": f"the input {name} as a variable, which can be written", "line": 0})
    return {"screen": screen, "inspection": inspection}


def _defined(text: str) -> list[str]:
    compilation = Compilation()
    compilation.addSyntaxTree(SyntaxTree.fromText(text))
    return [definition.name for definition in compilation.getDefinitions()]


def inspect(sources: list[str], top: str, parameters: dict[str, int]) -> dict[str, Any]:
    """Elaborate sources with one top module.

    Returns: ``modules`` (names defined), ``ports`` (None where the top module is missing; each with name, direction,
    width in bits, signed; width None for a port that is no vector of bits), ``parameters`` (names), ``errors`` and
    ``warnings`` (slang's, one line each, as ``source<number>:line:column: text``), ``calls`` (of what no hardware has),
    ``variable_inputs`` (names: Icarus 12 lets a design write those, and with them the net that drives them).
    """
    options = CompilationOptions()
    options.topModules = {top}
    options.paramOverrides = [f"{name}={value}" for name, value in sorted(parameters.items())]
    compilation = Compilation(Bag([options]))
    trees = [SyntaxTree.fromText(text, f"source{number}", f"source{number}") for number, text in enumerate(sources)]
    for tree in trees:
        compilation.addSyntaxTree(tree)
    root = compilation.getRoot()
    modules = sorted({definition.name for definition in compilation.getDefinitions()})
    instance = next((found for found in root.topInstances if found.name == top), None)
    errors, warnings = _diagnostics(trees, compilation)
    suspicious = any(name in text for text in sources for name in _NO_HARDWARE)
    return {
        "modules": modules,
        "ports": None if instance is None else [_port(symbol) for symbol in instance.body.portList],
        "parameters": [] if instance is None else [symbol.name for symbol in instance.body.parameters],
        "calls": [] if instance is None or not suspicious else _calls(root),
        "variable_inputs": [] if instance is None else _variable_inputs(root),
        "errors": errors,
        "warnings": warnings,
    }


def _calls(root: Any) -> list[str]:
    """System functions of ``_NO_HARDWARE`` that the top module, something below it, or a package calls.

    Packages, and what stands outside any module, have bodies and initial values of their own: those run too.
    """
    found = set()

    def look(node: Any) -> None:
        if isinstance(node, CallExpression) and node.isSystemCall and node.subroutineName in _NO_HARDWARE:
            found.add(str(node.subroutineName))

    root.visit(look)
    return sorted(found)


def _variable_inputs(root: Any) -> list[str]:
    found = set()

    def look(node: Any) -> None:
        if isinstance(node, PortSymbol) and node.direction == ArgumentDirection.In:
            inside = node.internalSymbol
            if inside is not None and inside.kind == SymbolKind.Variable:
                found.add(str(node.name))

    root.visit(look)
    return sorted(found)


def _port(symbol: Any) -> dict[str, Any]:
    kind: Any = getattr(symbol, "type", None)
    direction = getattr(symbol, "direction", None)
    if kind is None or not kind.isIntegral or symbol.kind != SymbolKind.Port:
        kind = None
    return {
        "name": symbol.name,
        "direction": _DIRECTIONS.get(direction.name, "ref") if direction is not None else "interface",
        "width": None if kind is None else int(kind.bitWidth),
        "signed": kind is not None and bool(kind.isSigned),
    }


def _diagnostics(trees: list[Any], compilation: Any) -> tuple[list[str], list[str]]:
    """Errors and warnings, the first line of each."""
    errors: list[str] = []
    warnings: list[str] = []
    if not trees:
        return errors, warnings
    for diagnostic in compilation.getAllDiagnostics():
        text = DiagnosticEngine.reportAll(trees[0].sourceManager, [diagnostic])
        (errors if diagnostic.isError() else warnings).append(text.splitlines()[0][:300] if text else "")
        if len(errors) + len(warnings) >= 200:
            break
    return errors, warnings
