"""The screen, inside a slang cell: what in a design reaches outside itself, and what is only for simulation.

Everything is decided on slang's syntax tree, never on text, so a comment that says ``final`` is harmless. What is
harmless to leave out is cut by its exact source range, with its line breaks kept, so that line numbers stay. Comments
go first (plain_text), then directives are resolved (macros expanded, conditionals decided as Icarus would): Icarus and
Yosys read exactly what was screened.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pyslang import Bag, SourceManager
from pyslang.parsing import PreprocessorOptions, Token, TriviaKind
from pyslang.syntax import SyntaxPrinter, SyntaxTree

from harness.tools.plain_text import plain

_SUFFIXES = ("", "b", "h", "o")
NEUTRAL_TASKS = frozenset(
    {f"${task}{suffix}" for task in ("display", "write", "strobe", "monitor") for suffix in _SUFFIXES}
    | {
        f"${task}"
        for task in ("monitoron", "monitoroff", "finish", "stop", "exit", "fatal", "error", "warning", "info")
    }
    | {f"$dump{what}" for what in ("file", "vars", "on", "off", "all", "limit", "flush")}
    | {f"$dumpports{what}" for what in ("", "on", "off", "all", "limit", "flush")}
    | {"$timeformat", "$printtimescale", "$asserton", "$assertoff", "$assertkill", "$assertcontrol", "$stacktrace"}
)
"""Statements that print, end or record a simulation: a design without them is the same hardware."""
_NOTHING = " begin end "
"""What stays in a statement's place. Icarus takes no lone semicolon as the body of an ``initial`` or ``always``."""
# fmt: off
ALLOWED_FUNCTIONS = frozenset(
    {
        "$signed", "$unsigned", "$clog2", "$bits", "$size", "$high", "$low", "$left", "$right", "$increment",
        "$dimensions", "$unpacked_dimensions", "$countones", "$countbits", "$onehot", "$onehot0", "$isunknown",
        "$isunbounded", "$typename", "$cast", "$time", "$realtime", "$stime", "$random", "$urandom",
        "$urandom_range", "$rtoi", "$itor", "$realtobits", "$bitstoreal", "$shortrealtobits",
        "$bitstoshortreal", "$ln", "$log10", "$exp", "$sqrt", "$pow", "$floor", "$ceil", "$sin", "$cos", "$tan",
        "$asin", "$acos", "$atan", "$atan2", "$hypot", "$sinh", "$cosh", "$tanh", "$asinh", "$acosh", "$atanh",
        "$sformatf", "$sformat", "$swrite", "$swriteb", "$swriteh", "$swriteo", "$past", "$rose", "$fell",
        "$stable", "$changed", "$sampled", "$setup", "$hold", "$setuphold", "$recovery", "$removal", "$recrem",
        "$skew", "$timeskew", "$fullskew", "$period", "$width", "$nochange",
    }
)
# fmt: on
"""Every other system task or function is refused: files, plusargs, the command line, what a vendor may add."""
_ASSERTION_MEMBERS = frozenset({"ConcurrentAssertionMember", "ImmediateAssertionMember", "ElabSystemTask"})
_GENERATES = frozenset({"IfGenerate", "LoopGenerate", "ElseClause", "StandardCaseItem", "DefaultCaseItem"})
"""Where a member stands alone in the place of a block, which must not be left empty."""
_ASSERTION_STATEMENTS = frozenset(
    f"{kind}Statement"
    for kind in (
        "ImmediateAssert",
        "ImmediateAssume",
        "ImmediateCover",
        "AssertProperty",
        "AssumeProperty",
        "CoverProperty",
        "CoverSequence",
        "RestrictProperty",
        "ExpectProperty",
    )
)
_REFUSED = {
    "FinalBlock": "a final block",
    "BindDirective": "bind",
    "DPIImport": "a DPI import",
    "DPIExport": "a DPI export",
    "ProceduralForceStatement": "force",
    "ProceduralReleaseStatement": "release",
    "RootScope": "$root",
    "UnitScope": "$unit",
    "ConfigDeclaration": "a config",
    "LibraryDeclaration": "a library declaration",
    "LibraryIncludeStatement": "a library include",
    "ExternModuleDecl": "an extern module",
    "ExternInterfaceMethod": "an extern method",
}
SIMULATION, SYNTHESIS = ("__ICARUS__",), ("YOSYS", "SYNTHESIS")
"""What Icarus and Yosys define by themselves."""
_TAKEN_FOR_GRANTED = frozenset({"blackbox", "whitebox", "lib_whitebox"})
"""Attributes by which a design asks that nobody builds what stands in a module."""
_CONFINED = frozenset(
    {
        "TimeScaleDirective",
        "DefaultNetTypeDirective",
        "ResetAllDirective",
        "CellDefineDirective",
        "EndCellDefineDirective",
        "UnconnectedDriveDirective",
        "NoUnconnectedDriveDirective",
    }
)
"""Directives that may stay: each file is compiled as a unit of its own, so they reach no other file."""
_UNBALANCED = frozenset({"MissingEndIfDirective", "UnexpectedConditionalDirective"})
_SWITCHES = frozenset(
    {"TranKeyword", "TranIf0Keyword", "TranIf1Keyword", "RtranKeyword", "RtranIf0Keyword", "RtranIf1Keyword"}
)
"""They join two nets, so one on an input drives what the testbench and its reference see, without a warning."""
_MODULES = frozenset(
    {"ModuleDeclaration", "InterfaceDeclaration", "ProgramDeclaration", "UdpDeclaration", "PackageDeclaration"}
)


class Screening:
    """One pass over one design. ``forbidden``: names of testbench and reference modules; ``given``: of given ones.

    ``macros``: those that are there before the first line.
    """

    def __init__(self, code: str, forbidden: list[str], given: list[str], macros: Sequence[str] = SIMULATION) -> None:
        self._options = _options(macros)
        self.forbidden = set(forbidden)
        self.given = set(given)
        self.rejected: list[dict[str, Any]] = []
        self.neutralised: Counter[str] = Counter()
        self.directives: Counter[str] = Counter()
        self._cuts: list[tuple[int, int, str]] = []
        self._scopes: list[set[str]] = [set()]
        self.dotted: set[str] = set()
        """First parts of the dotted names that were let through: elaboration has to find each of them inside."""
        text = self._plain(code)
        resolved = self._resolve_directives(text)
        self.code = text if resolved == text else self._plain(resolved)
        self._manager = SourceManager()
        tree = SyntaxTree.fromText(self.code, self._manager, "candidate", "candidate.sv", self._options)
        self._leftover_directives(tree.root)
        self.parse_errors = [
            f"line {self._manager.getLineNumber(found.location)}: {found.code}"
            for found in tree.diagnostics
            if found.isError()
        ][:5]
        self._escaped_names(tree.root)
        self._module(tree.root)
        self.code = self._cut()

    def result(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "rejected": self.rejected[:10],
            "neutralised": dict(sorted(self.neutralised.items())),
            "directives": dict(sorted(self.directives.items())),
            "parse_errors": self.parse_errors,
            "dotted": sorted(self.dotted),
        }

    def _plain(self, code: str) -> str:
        text, refused = plain(code)
        self.rejected += [{"construct": construct, "line": line} for construct, line in refused]
        return text

    def _leftover_directives(self, root: Any) -> None:
        """A macro may have made a directive that was none before; it would act in Icarus and was not looked at."""
        kinds = {syntax.kind.name for syntax in _directives(root)} if "`" in self.code else set()
        for kind in sorted(kinds - _CONFINED):
            self.rejected.append({"construct": f"a directive out of a macro ({kind})", "line": 0})

    def _resolve_directives(self, code: str) -> str:
        """The text as Icarus's preprocessor would deliver it; untouched where only confined directives are in it."""
        if "`" not in code:
            return code
        manager = SourceManager()
        tree = SyntaxTree.fromText(code, manager, "candidate", "candidate.sv", self._options)
        kinds = Counter(syntax.kind.name for syntax in _directives(tree.root))
        self.directives.update({kind.removesuffix("Directive"): count for kind, count in kinds.items()})
        if len(tree.getIncludeDirectives()) or "IncludeDirective" in kinds:
            self.rejected.append({"construct": "`include", "line": _line_of(code, "`include")})
        for found in tree.diagnostics:
            if str(found.code).removeprefix("DiagCode(").removesuffix(")") in _UNBALANCED:
                line = manager.getLineNumber(found.location)
                self.rejected.append({"construct": "an unbalanced `ifdef or `endif", "line": line})
        if set(kinds) <= _CONFINED:
            return code
        printer = SyntaxPrinter(manager)
        printer.setIncludeDirectives(False).setExpandMacros(True).setIncludeSkipped(False).setExpandIncludes(False)
        printer.setIncludeTrivia(True).setIncludeComments(True).setSquashNewlines(False)
        strict = "`default_nettype none\n" if "DefaultNetTypeDirective" in kinds and "none" in code else ""
        return strict + str(printer.print(tree).str())

    def _escaped_names(self, root: Any) -> None:
        """To slang a ` in an escaped name is a letter, to Icarus's preprocessor it begins a directive: two designs."""
        if "`" not in self.code or "\\" not in self.code:
            return
        for token in _tokens(root):
            if token.rawText.startswith("\\") and "`" in token.rawText:
                line = self._manager.getLineNumber(token.location)
                self.rejected.append({"construct": "a ` in an escaped name", "line": line})

    def _module(self, node: Any) -> None:
        """Visit a design unit's nodes with the names that are declared in it."""
        self._scopes.append({name for child in _nodes(node, deep=True) for name in _declared(child)})
        for child in node:
            self._visit(child)
        self._scopes.pop()

    def _visit(self, node: Any) -> None:
        if node is None or isinstance(node, Token):
            return
        kind = node.kind.name
        if kind in _REFUSED:
            self._reject(_REFUSED[kind], node)
            return
        if kind in _MODULES:
            self._declaration(node, kind)
            return
        if kind in _ASSERTION_MEMBERS or kind in _ASSERTION_STATEMENTS:
            name = "assertion" if kind != "ElabSystemTask" else str(node.name).strip()
            alone = node.parent is not None and node.parent.kind.name in _GENERATES
            self._neutralise(name, node, _NOTHING if alone or kind in _ASSERTION_STATEMENTS else "")
            return
        if kind == "ExpressionStatement" and (name := _task_name(node.expr)) in NEUTRAL_TASKS:
            self._neutralise(name, node, _NOTHING)
            return
        if kind == "SystemName":
            name = node.systemIdentifier.valueText
            if name not in ALLOWED_FUNCTIONS:
                self._reject(name, node)
            return
        if kind in ("CaseStatement", "ConditionalStatement", "AttributeInstance"):
            self._promise(node, kind)
        if kind in ("HierarchyInstantiation", "PrimitiveInstantiation", "CheckerInstantiation"):
            self._instantiation(node)
        if kind == "DefParamAssignment":
            self._path(node.name, "defparam of ")
        elif kind == "ScopedName":
            self._path(node, "the hierarchical name ")
            return
        for child in node:
            self._visit(child)

    def _promise(self, node: Any, kind: str) -> None:
        """What synthesis believes and no simulation checks is cut, so that a netlist does what the text says:
        ``unique``, ``priority``, and all attributes (by ``init`` Yosys alone would know a value at the start).
        """
        if kind == "AttributeInstance":
            named = _attribute_names(node)
            if taken := sorted(named & _TAKEN_FOR_GRANTED):
                self._reject(f"the attribute {taken[0]}", node)
            self._neutralise(", ".join(sorted(named))[:80], node, " ")
        elif node.uniqueOrPriority.rawText:
            self._neutralise(node.uniqueOrPriority.rawText, node.uniqueOrPriority, "")

    def _declaration(self, node: Any, kind: str) -> None:
        name = node.name.valueText if kind == "UdpDeclaration" else node.header.name.valueText
        if name in self.forbidden:
            self._reject(f"a definition of {name}, which belongs to the testbench", node)
        elif name in self.given:
            self._neutralise(f"module {name} (given)", node, "")
        else:
            self._module(node)

    def _instantiation(self, node: Any) -> None:
        if node.kind.name == "PrimitiveInstantiation" and node.type.kind.name in _SWITCHES:
            self._reject(f"{node.type.rawText}, a switch that works both ways", node)
        name = _last_name(getattr(node, "type", None))
        if name in self.forbidden:
            self._reject(f"an instance of {name}, which belongs to the testbench", node)

    def _path(self, node: Any, what: str) -> None:
        """A dotted name has to begin with something that its own design unit declares; ``::`` names are packages'."""
        first = node
        while first.kind.name == "ScopedName":
            if "::" in str(first.separator):
                self._arguments(first)
                return
            self._arguments(first.right)
            first = first.left
        if first.kind.name in _REFUSED:
            self._reject(_REFUSED[first.kind.name], node)
            return
        name = getattr(getattr(first, "identifier", None), "valueText", str(first).strip())
        if name not in self._scopes[-1] and name not in ("this", "super"):
            self._reject(f"{what}{str(node).strip()[:60]}, which leads out of the design", node)
        self.dotted.add(name)
        self._arguments(first)

    def _arguments(self, node: Any) -> None:
        """Selects inside a dotted name can hold names of their own."""
        for child in _nodes(node, deep=False):
            self._visit(child)

    def _reject(self, construct: str, node: Any) -> None:
        line = self._manager.getLineNumber(node.sourceRange.start)
        self.rejected.append({"construct": construct, "line": line})

    def _neutralise(self, name: str, node: Any, leave: str) -> None:
        self.neutralised[name] += 1
        extent = node.range if isinstance(node, Token) else node.sourceRange
        self._cuts.append((extent.start.offset, extent.end.offset, leave))

    def _cut(self) -> str:
        """The text without what was neutralised; offsets are bytes of UTF-8."""
        if not self._cuts:
            return self.code
        data = self.code.encode("utf-8", "surrogatepass")
        kept, position = [], 0
        for start, end, leave in sorted(self._cuts):
            if start >= position:
                kept += [data[position:start], leave.encode(), b"\n" * data[start:end].count(b"\n")]
                position = end
        return b"".join([*kept, data[position:]]).decode("utf-8", "surrogatepass")


def _options(macros: Sequence[str]) -> Bag:
    options = PreprocessorOptions()
    options.predefines = [f"{name}=1" for name in macros]
    return Bag([options])


def _nodes(node: Any, *, deep: bool) -> Iterator[Any]:
    """The syntax nodes below a node, without design units inside it."""
    stack = [child for child in node if child is not None and not isinstance(child, Token)]
    while stack:
        child = stack.pop()
        yield child
        if deep and child.kind.name not in _MODULES:
            stack.extend(item for item in child if item is not None and not isinstance(item, Token))


def _declared(node: Any) -> Iterator[str]:
    """Names that a node declares and that a dotted name may begin with."""
    kind = node.kind.name
    if kind in ("Declarator", "InstanceName", "NamedBlockClause", "NamedLabel"):
        yield node.name.valueText
    elif kind == "FunctionPrototype":  # inside a function its name is the value that it returns
        yield str(node.name).strip()
    elif kind in ("LoopGenerate", "TypedefDeclaration"):
        identifier = getattr(node, "identifier", None) or getattr(node, "name", None)
        if identifier is not None:
            yield identifier.valueText
    elif kind in ("ImplicitNonAnsiPort", "ModportItem"):
        yield str(node).strip()


def _task_name(expression: Any) -> str:
    """``$display`` of ``$display(…)`` or ``$display``; empty for anything else."""
    target = expression.left if expression.kind.name == "InvocationExpression" else expression
    return str(target.systemIdentifier.valueText) if target.kind.name == "SystemName" else ""


def _attribute_names(node: Any) -> set[str]:
    return {child.name.valueText for child in _nodes(node, deep=True) if child.kind.name == "AttributeSpec"}


def _last_name(node: Any) -> str:
    """The name of what is instantiated, without the backslash of an escaped one."""
    token = node if isinstance(node, Token) else getattr(node, "identifier", None)
    return str(node).strip() if token is None else str(token.valueText)


def _directives(root: Any) -> Iterator[Any]:
    """Directives hang on tokens, as trivia before them."""
    for token in _tokens(root):
        yield from (item.syntax() for item in token.trivia if item.kind == TriviaKind.Directive)


def _tokens(root: Any) -> Iterator[Any]:
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Token):
            yield node
        elif node is not None:
            stack.extend(node)


def _line_of(code: str, word: str) -> int:
    place = code.find(word)
    return code.count("\n", 0, place) + 1 if place >= 0 else 1
