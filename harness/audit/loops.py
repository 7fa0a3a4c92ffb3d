"""Which signals a combinational signal depends on, so that no fault makes a zero-delay loop that never settles.

A loop costs a whole CPU limit to be told wrong. What is found here is too much rather than too little: a block's
targets depend on all that it reads, an instance's connections on one another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.audit.syntax import PROCEDURES, Node

_EDGES = ("PosEdgeKeyword", "NegEdgeKeyword")


@dataclass(frozen=True, slots=True)
class Process:
    """A continuous assignment, a combinational block or an instance."""

    targets: frozenset[str]
    reads: frozenset[str]


def process_of(node: Node) -> Process | None:
    """The combinational process around a node; None in clocked blocks, functions and elsewhere."""
    block = node.inside(*PROCEDURES, "FunctionDeclaration", "TaskDeclaration")
    if block is not None:
        return _block(block)
    instance = node.inside("HierarchyInstantiation")
    if instance is not None:
        names = frozenset(name.text for use in instance.all("NamedPortConnection") for name in _names(use))
        return Process(names, names)
    assignment = node.inside("AssignmentExpression", "Declarator")
    return _assignment(assignment) if assignment is not None else None


def dependencies(module: Node) -> dict[str, set[str]]:
    """For each signal of a module those that its combinational process reads."""
    found: dict[str, set[str]] = {}
    items = module.all("ContinuousAssign", "NetDeclaration", "HierarchyInstantiation", *PROCEDURES)
    parts = [part for item in items for part in _leaves(item)]
    for process in filter(None, map(process_of, parts)):
        for target in process.targets:
            found.setdefault(target, set()).update(process.reads)
    return found


def makes_loop(process: Process, name: str, depends: Mapping[str, set[str]]) -> bool:
    """Whether a process that also read ``name`` would depend on itself."""
    reached, waiting = {name}, [name]
    while waiting:
        for other in depends.get(waiting.pop(), set()) - reached:
            reached.add(other)
            waiting.append(other)
    return not reached.isdisjoint(process.targets)


def _leaves(item: Node) -> Iterator[Node]:
    """One node inside each process of an item."""
    if item.kind in (*PROCEDURES, "HierarchyInstantiation"):
        yield item.children[0]
    else:
        yield from (part.children[0] for part in item.all("AssignmentExpression", "Declarator"))


def _block(block: Node) -> Process | None:
    if block.kind not in PROCEDURES or any(True for _ in block.all(*_EDGES)):
        return None
    assigned = block.all("AssignmentExpression", "NonblockingAssignmentExpression")
    targets = frozenset(name.text for item in assigned for name in _names(item.children[0]))
    return Process(targets, frozenset(name.text for name in _names(block)))


def _assignment(item: Node) -> Process:
    reads = frozenset(name.text for part in item.children[1:] for name in _names(part))
    return Process(frozenset(name.text for name in _names(item.children[0])), reads)


def _names(node: Node) -> Iterator[Node]:
    return node.all("Identifier")
