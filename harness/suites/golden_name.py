"""A suite's reference design under the module name that answers have."""

import re

from pyslang.syntax import SyntaxKind, SyntaxTree

from harness.suites.syntax_nodes import walk


def golden_as(top: str, text: str) -> str:
    """The text with its top module renamed ``top``: the one that no other instantiates, where none has that name yet.

    Raises ValueError, in words that go on from "the reference".
    """
    nodes = list(walk(SyntaxTree.fromText(text, "reference.v").root))
    names = [str(node.header.name.valueText) for node in nodes if node.kind == SyntaxKind.ModuleDeclaration]
    if top in names:
        return text
    used = {str(node.type.valueText) for node in nodes if node.kind == SyntaxKind.HierarchyInstantiation}
    roots = [name for name in names if name not in used]
    own = [name for name in roots if name == f"verified_{top}"] or roots
    if len(own) != 1:
        raise ValueError(f"has {len(own) or 'no'} top modules and none named {top}")
    return re.sub(rf"\b{re.escape(own[0])}\b", top, text)
