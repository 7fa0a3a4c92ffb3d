"""What is asked: suites and problems, as every reader delivers them whatever the published format was."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from harness.records.outcome import Task

Direction = Literal["input", "output", "inout"]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A source text under the relative name by which tools see it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Port:
    name: str
    direction: Direction
    width: int
    """Bits, under the problem's parameters."""
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    port: str
    edge: Literal["posedge", "negedge"]
    period_ns: float


@dataclass(frozen=True, slots=True)
class Reset:
    port: str
    active: Literal["high", "low"]
    kind: Literal["sync", "async"]


@dataclass(frozen=True, slots=True)
class Testbench:
    """How a problem is judged under default rules.

    A keyed Verilog testbench has the root module ``tb`` with the parameters KEY and, where ``seeded``, SEED.
    """

    kind: Literal["verilog", "cocotb", "text"]
    """``text``: the answer is compared with the golden text, and nothing is simulated."""
    files: tuple[SourceFile, ...]
    seeds: int
    cpu_s: int
    """CPU seconds that one run may take."""
    seeded: bool = True
    support: tuple[SourceFile, ...] = ()
    """Files that a simulation needs beside it and that are not compiled (the golden design of a foreign suite is
    compiled, and stands in ``files``)."""
    refuses_x: bool = False
    """Known to take an X of a design for wrong wherever it compares it with a known bit, and to do nothing else with
    what the design says: the netlist stage then simulates once where it would twice. Follows from ``files``."""


@dataclass(frozen=True, slots=True)
class MaskedLine:
    """A golden design's text around a line that is asked for; the line has no white space around it."""

    before: str
    line: str
    after: str

    def put_back(self, line: str) -> str:
        """The design with an answer in the line's place."""
        return f"{self.before}{line.strip()}{self.after}"

    def taken_out(self, code: str) -> str | None:
        """Inverse of ``put_back``; None for a design that differs elsewhere, too."""
        around = len(self.before) + len(self.after)
        if len(code) < around or not (code.startswith(self.before) and code.endswith(self.after)):
            return None
        return code[len(self.before) : len(code) - len(self.after)]


@dataclass(frozen=True, slots=True)
class Problem:
    name: str
    title: str
    category: str
    difficulty: str
    top: str
    language: Literal["verilog", "systemverilog"]
    spec: str
    """What the model reads."""
    golden: tuple[SourceFile, ...]
    """The reference design, with ``top`` as its top module."""
    given: tuple[SourceFile, ...]
    tasks: tuple[Task, ...]
    ports: tuple[Port, ...]
    """Empty where the suite does not state them: then they are read from the golden design."""
    testbench: Testbench
    parameters: Mapping[str, int] = field(default_factory=dict)
    clocks: tuple[Clock, ...] = ()
    resets: tuple[Reset, ...] = ()
    header: str = ""
    """The module header that a code-completion answer goes on from."""
    version: int = 1
    canary: str = ""
    official: Mapping[str, SourceFile] = field(default_factory=dict)
    """Files that the suite's own rules need, by role (``test``, ``reference``, ``interface`` …)."""
    origin: str = ""
    """The file to name when something is wrong with the problem."""
    impossible: bool = False
    """No design can satisfy its testbench, so that a pass has been forged. The golden design follows the
    specification, fails like any other, and says how many checks there are."""
    masked: MaskedLine | None = None
    """What a line-completion problem asks for; a candidate is the whole design with the answer put back."""

    @property
    def golden_code(self) -> str:
        """The golden sources as one text, as a candidate would hand them in; given sources are not part of it."""
        return golden_code(self.golden)

    @property
    def digest(self) -> str:
        """``sha256:…`` over everything that a verdict or a prompt can depend on."""
        digest = hashlib.sha256()
        parts: list[str] = [self.name, self.top, self.language, self.spec, self.header, repr(self.ports)]
        parts += [repr(sorted(self.parameters.items())), repr(self.clocks), repr(self.resets)]
        bench = self.testbench
        parts += [bench.kind, str(bench.seeds), str(bench.cpu_s), str(bench.seeded), *self.official]
        parts += ["impossible"] if self.impossible else []
        parts += ["masked", self.masked.before, self.masked.line] if self.masked else []
        for group in (self.golden, self.given, bench.files, bench.support, tuple(self.official.values())):
            parts += [str(len(group)), *(item for source in group for item in (source.name, source.text))]
        for part in parts:
            data = part.encode("utf-8", "replace")
            digest.update(len(data).to_bytes(8, "little") + data)
        return f"sha256:{digest.hexdigest()}"


def golden_code(sources: Sequence[SourceFile]) -> str:
    return "\n".join(source.text.rstrip("\n") + "\n" for source in sources)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A problem that is known to be faulty, and why."""

    problem: str
    tasks: tuple[Task, ...]
    reason: str
    evidence: str
    tools: str
    """Tool versions concerned, ``*`` for all."""
    texts: str = ""
    """Where any folder may hold the problem: ``texts_digest`` of the one that is meant; empty: the suite's own."""


@dataclass(frozen=True, slots=True)
class Erratum:
    """What was wrong with a problem, and is mended."""

    problem: str
    versions: tuple[int, ...]
    """Of the problem: those that have it."""
    suite: tuple[str, ...]
    """Versions of the suite whose runs it touches."""
    what: str
    effect: str
    """What may be wrong in these runs."""

    @property
    def words(self) -> str:
        versions = ", ".join(map(str, self.versions))
        return f"{self.problem} {versions}: {self.what} Runs of {', '.join(self.suite)}: {self.effect}"

    def to_json(self) -> dict[str, Any]:
        versions = {"versions": list(self.versions), "suite": list(self.suite)}
        return {"problem": self.problem, **versions, "what": self.what, "effect": self.effect}


@dataclass(frozen=True, slots=True)
class Suite:
    name: str
    version: str
    root: Path
    problems: tuple[Problem, ...]
    defects: tuple[str, ...] = ()
    """One line for each problem that could not be read; the others are there."""
    quarantine: tuple[Quarantine, ...] = ()
    repairs: Mapping[str, str] = field(default_factory=dict)
    """Problem → what was mended for it, in words; where the profile of a suite mends some."""
    official_rules: str | None = None
    """What reproduces the published verdict: a module of harness.rules, or ``package.module:object``; None: nothing."""
    licence: str = ""
    assets: Mapping[str, str] = field(default_factory=dict)
    """Texts of the suite's own folder of which its official prompts are made, by name."""
    errata: tuple[Erratum, ...] = ()

    @property
    def digest(self) -> str:
        """``sha256:…`` over name, version and every problem's digest, in the suite's order."""
        digest = hashlib.sha256(f"{self.name} {self.version}".encode())
        for problem in self.problems:
            digest.update(problem.digest.encode())
        return f"sha256:{digest.hexdigest()}"

    def problem(self, name: str) -> Problem | None:
        return next((problem for problem in self.problems if problem.name == name), None)
