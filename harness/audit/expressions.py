"""Faults inside an expression: a wrong operator, number, bound, order or signal."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from harness.audit.literals import variants
from harness.audit.loops import dependencies, makes_loop, process_of
from harness.audit.syntax import BINARY_ASSIGNMENTS, Module, Node, Signal

_BINARY: dict[str, tuple[str, tuple[str, ...]]] = {
    "AddExpression": ("arithmetic", ("-",)),
    "SubtractExpression": ("arithmetic", ("+",)),
    "MultiplyExpression": ("arithmetic", ("+",)),
    "DivideExpression": ("arithmetic", ("*",)),
    "ModExpression": ("arithmetic", ("/",)),
    "BinaryAndExpression": ("bitwise", ("|", "^")),
    "BinaryOrExpression": ("bitwise", ("&",)),  # | and ^ are often the same: fields that never overlap
    "BinaryXorExpression": ("bitwise", ("|", "&")),
    "BinaryXnorExpression": ("bitwise", ("^",)),
    "LogicalAndExpression": ("logical", ("||",)),
    "LogicalOrExpression": ("logical", ("&&",)),
    "LessThanExpression": ("relational", ("<=",)),
    "LessThanEqualExpression": ("relational", ("<",)),
    "GreaterThanExpression": ("relational", (">=",)),
    "GreaterThanEqualExpression": ("relational", (">",)),
    "EqualityExpression": ("relational", ("!=",)),
    "InequalityExpression": ("relational", ("==",)),
    "CaseEqualityExpression": ("relational", ("!==",)),
    "CaseInequalityExpression": ("relational", ("===",)),
    "LogicalShiftLeftExpression": ("shift", (">>",)),
    "LogicalShiftRightExpression": ("shift", ("<<",)),
    "ArithmeticShiftLeftExpression": ("shift", (">>>",)),
    "ArithmeticShiftRightExpression": ("shift", (">>",)),
}
_PREFIX: dict[str, tuple[str, tuple[str, ...]]] = {
    "UnaryMinusExpression": ("arithmetic", ("",)),
    "UnaryBitwiseNotExpression": ("bitwise", ("",)),
    "UnaryLogicalNotExpression": ("logical", ("",)),
    "UnaryBitwiseAndExpression": ("reduction", ("|",)),
    "UnaryBitwiseOrExpression": ("reduction", ("&", "^")),
    "UnaryBitwiseXorExpression": ("reduction", ("~^", "|")),
    "UnaryBitwiseNandExpression": ("reduction", ("~|",)),
    "UnaryBitwiseNorExpression": ("reduction", ("~&",)),
    "UnaryBitwiseXnorExpression": ("reduction", ("^",)),
}
_LITERALS = frozenset({"IntegerLiteralExpression", "IntegerVectorExpression", "UnbasedUnsizedLiteralExpression"})
_COMPARISONS = frozenset({"EqualityExpression", "InequalityExpression", "UnaryLogicalNotExpression"})
_ATOMS = frozenset({"IdentifierName", "IdentifierSelectName", "ParenthesizedExpression"}) | _LITERALS
_SUMS = _ATOMS | {"AddExpression", "SubtractExpression"}
_BOUNDS = frozenset({"SimpleRangeSelect", "AscendingRangeSelect", "DescendingRangeSelect"})
_CONTEXTS = ("ConditionalPredicate", "NamedPortConnection", "CaseStatement")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Edit:
    """One fault: the bytes ``start`` to ``end`` of the source become ``text``."""

    start: int
    end: int
    text: str
    operator: str
    """The class of the fault."""
    description: str


def shown(text: str) -> str:
    """A piece of source on one line, short enough for a report."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def replace(node: Node, text: str, operator: str, description: str = "") -> Edit:
    return Edit(node.start, node.end, text, operator, description or f"{shown(node.text)} became {shown(text)}")


def faults(node: Node, module: Module) -> Iterator[Edit]:
    """Every fault of this one node."""
    if node.kind in _BINARY:
        yield from _binary(node)
    elif node.kind in _PREFIX:
        yield from _prefix(node, module)
    elif node.kind in _LITERALS:
        yield from _constant(node, module)
    elif node.kind == "ConditionalExpression":
        yield from _ternary(node)
    elif node.kind == "ConcatenationExpression":
        yield from _concatenation(node)
    elif node.kind in _BOUNDS or node.kind == "BitSelect":
        yield from _select(node, module)
    elif node.kind == "InvocationExpression":
        yield from _cast(node)
    elif node.kind in ("IdentifierName", "IdentifierSelectName"):
        yield from _other_name(node, module)


def _binary(node: Node) -> Iterator[Edit]:
    if in_fixed_bounds(node):
        return
    operator, others = _BINARY[node.kind]
    if node.kind == "LessThanExpression" and in_loop_header(node):
        return  # one round more mostly writes where nothing is
    token = next(child for child in node.children if child.is_token)
    for other in others:
        yield replace(token, other, operator, f"{token.text} became {other} in {shown(node.text)}")
    if operator == "logical":
        for operand in node.nodes:
            if operand.kind not in _COMPARISONS:
                text = operand.text if operand.kind in _ATOMS else f"({operand.text})"
                yield replace(operand, f"!{text}", "logical", f"! added before {shown(operand.text)}")


def _prefix(node: Node, module: Module) -> Iterator[Edit]:
    operator, others = _PREFIX[node.kind]
    token, operand = node.children[0], node.children[-1]
    signal = module.signals.get(operand.text)
    if operator == "reduction" and signal is not None and not signal.shape:
        return  # every reduction of one bit is that bit
    for other in others:
        what = f"{token.text} became {other}" if other else f"{token.text} removed"
        yield replace(token, other, operator, f"{what} in {shown(node.text)}")


def _constant(node: Node, module: Module) -> Iterator[Edit]:
    if in_fixed_bounds(node) or (node.parent is not None and node.parent.kind == "BitSelect"):
        return  # class select
    counts = node.parent is not None and node.parent.kind == "MultipleConcatenationExpression"
    others = variants(node.text)
    if counts:  # one copy too many is cut off again by most assignments
        others = [other for other in others if other.isdigit() and 0 < int(other) < int(node.text)]
    if in_loop_header(node):  # as many rounds or fewer: what is beyond the end is mostly not there
        others = ["1" if node.text == "0" else str(int(node.text) - 1)] if node.text.isdigit() else []
    if _is_label(node, module):  # a code that no other state has changes nothing
        others = [other for other in others if other in module.constants.values()]
    for other in others:
        yield replace(node, other, "constant")


def _is_label(node: Node, module: Module) -> bool:
    """Whether a number is the value of a local parameter by which a case statement tells its items apart."""
    declared = node.inside("ParameterDeclaration") and node.inside("Declarator")
    if not declared:
        return False
    labels = (name for item in module.node.all("StandardCaseItem") for name in item.nodes[:-1])
    return any(label.text == declared.children[0].text for label in labels)


def _ternary(node: Node) -> Iterator[Edit]:
    left, right = node.nodes[-2:]
    between = node.source[left.end : right.start].decode("utf-8")
    arms = [f"({arm.text})" if arm.kind == "ConditionalExpression" else arm.text for arm in (right, left)]
    if left.text != right.text:
        what = f"arms of {shown(node.text)} swapped"
        yield Edit(left.start, right.end, between.join(arms), "ternary", what)


def _concatenation(node: Node) -> Iterator[Edit]:
    for left, right in pairwise(node.nodes):
        between = node.source[left.end : right.start].decode("utf-8")
        if left.text != right.text:
            what = f"{shown(left.text)} and {shown(right.text)} swapped in {shown(node.text)}"
            yield Edit(left.start, right.end, right.text + between + left.text, "concatenation", what)


def _select(node: Node, module: Module) -> Iterator[Edit]:
    """The bounds one up and one down, where both stay inside what is declared."""
    if node.parent is None or node.parent.kind != "ElementSelect" or node.parent.parent is None:
        return
    signal = module.scope(node).get(node.parent.parent.children[0].text)
    moved = node.nodes if node.kind == "SimpleRangeSelect" else node.nodes[:1]
    for step in (1, -1):
        places = [(part, _moved(part, step)) for part in moved]
        if any(text is None for _, text in places) or (step == 1 and _at_top(moved[0], signal)):
            continue
        text, end = "", node.start
        for part, other in places:
            text += node.source[end : part.start].decode("utf-8") + str(other)
            end = part.end
        yield replace(node, text + node.source[end : node.end].decode("utf-8"), "select")


def _moved(bound: Node, step: int) -> str | None:
    if bound.text.isdigit():
        return str(int(bound.text) + step) if int(bound.text) + step >= 0 else None
    inner = bound.text if bound.kind in _SUMS else f"({bound.text})"
    return f"{inner} + 1" if step == 1 else f"{inner} - 1"


def _at_top(bound: Node, signal: Signal | None) -> bool:
    if signal is None or signal.is_memory:
        return False
    if bound.text.isdigit() and (signal.msb.isdigit() or not signal.msb):
        return int(bound.text) >= int(signal.msb or "0")
    return "".join(bound.text.split()) == "".join(signal.msb.split())


def _cast(node: Node) -> Iterator[Edit]:
    name = node.children[0]
    if name.kind == "SystemName" and name.text in ("$signed", "$unsigned"):
        yield replace(name, "", "signedness", f"{name.text} removed from {shown(node.text)}")


def _other_name(node: Node, module: Module) -> Iterator[Edit]:
    """Another signal of the same shape, or another local parameter that is written in the same width and base."""
    name = node.children[0]
    if is_target(node) or in_loop_header(node) or node.inside("SignalEventExpression"):
        return
    signals = module.scope(node)
    if name.text in signals and name.text not in module.clocks:
        for other in _same_shape(signals[name.text], module, node):
            yield replace(name, other, "signal", f"{name.text} became {other} in {_context(node)}")
    elif name.text in module.constants and node.parent is not None and node.parent.kind != "StandardCaseItem":
        own = module.constants[name.text]
        for other, value in module.constants.items():
            if value != own and _form(value) == _form(own) != "":
                yield replace(name, other, "constant", f"{name.text} became {other} in {_context(node)}")


def _same_shape(signal: Signal, module: Module, node: Node) -> Iterator[str]:
    """Never what would make a loop, never a clock (a race), nor what is declared further down."""
    excluded = {signal.name, *module.clocks, *(target.text for target in assigned(node))}
    process, depends = process_of(node), dependencies(module.node)
    for other in module.scope(node).values():
        alike = (other.shape, other.is_memory) == (signal.shape, signal.is_memory)
        if not alike or other.name in excluded or not (other.is_port or other.start < node.start):
            continue
        if process is None or not makes_loop(process, other.name, depends):
            yield other.name


def _form(value: str) -> str:
    """Width and base of a literal; empty for anything else."""
    width, quote, digits = value.partition("'")
    return width + quote + digits[:1] if quote and variants(value) else ""


def _context(node: Node) -> str:
    outer = node.inside("ExpressionStatement", "ContinuousAssign", "Declarator", *_CONTEXTS)
    return shown(outer.text if outer is not None else node.text)


def assigned(node: Node) -> Iterator[Node]:
    """The names that the assignment around a node writes."""
    for outer in (node, *node.ancestors()):
        if outer.kind in BINARY_ASSIGNMENTS or outer.kind == "Declarator":
            yield from outer.children[0].all("Identifier")
            return


def is_target(node: Node) -> bool:
    """Whether a name is written here (an index of what is written is read)."""
    below = node
    for outer in node.ancestors():
        if outer.kind == "ElementSelect":
            return False
        if outer.kind.endswith("AssignmentExpression"):
            return outer.children[0] is below
        below = outer
    return False


def in_fixed_bounds(node: Node) -> bool:
    """Inside the bounds of ``[msb:lsb]`` or the width of ``[base +: width]``, which must stay constants."""
    below = node
    for outer in node.ancestors():
        if outer.kind == "SimpleRangeSelect":
            return True
        if outer.kind in _BOUNDS:
            return outer.nodes[0] is not below or below is node
        below = outer
    return False


def in_loop_header(node: Node) -> bool:
    below = node
    for outer in node.ancestors():
        if outer.kind in ("ForLoopStatement", "LoopGenerate"):
            return outer.children[-1] is not below
        below = outer
    return False
