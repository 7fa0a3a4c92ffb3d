"""Runs inside a slang cell, in a forked child for each design: hostile text may crash slang, and only that child."""

from typing import Any

from pyslang import Bag, DiagnosticEngine
from pyslang.ast import Compilation, CompilationOptions, SymbolKind
from pyslang.syntax import SyntaxTree

_DIRECTIONS = {"In": "input", "Out": "output", "InOut": "inout"}


def inspect(sources: list[str], top: str, parameters: dict[str, int]) -> dict[str, Any]:
    """Elaborate sources with one top module.

    Returns: ``modules`` (names defined), ``ports`` (None where the top module is missing; each with name, direction,
    width in bits, signed; width None for a port that is no vector of bits) and ``errors`` (slang's, one line each, as
    ``source number:line: text``).
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
    return {
        "modules": modules,
        "ports": None if instance is None else [_port(symbol) for symbol in instance.body.portList],
        "errors": _errors(trees, compilation),
    }


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


def _errors(trees: list[Any], compilation: Any) -> list[str]:
    found: list[str] = []
    if not trees:
        return found
    for diagnostic in compilation.getAllDiagnostics():
        if diagnostic.isError():
            text = DiagnosticEngine.reportAll(trees[0].sourceManager, [diagnostic])
            found.append(text.splitlines()[0][:300])
        if len(found) >= 20:
            break
    return found
