"""What the audit of a problem found, and what of it speaks against the problem."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.records.outcome import Outcome, Status

REQUIRED_KILL_RATE = 0.98
"""What a problem must reach before it ships (docs/add-a-problem.md)."""
LONGEST_RUN = 30
"""Tokens of the golden design that may stand in the prompt in one run, its header left out."""
STATEMENT = ("statement", "reset_statement")
"""The classes of faults that take one statement out."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The solver's answer about a mutant that passed: PROVEN (equivalent), REFUTED, BOUNDED or INCONCLUSIVE."""

    status: Status
    method: str = ""
    reason: str = ""
    stimulus: tuple[tuple[str, ...], ...] = ()
    """Of a refuted one, as replayed in simulation: a head, then a row a frame; at the end the output that differs."""

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"status": str(self.status), "method": self.method, "reason": self.reason}
        found["stimulus"] = [list(row) for row in self.stimulus]
        return found

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Proof":
        """Raises KeyError, TypeError or ValueError on another shape."""
        rows = tuple(tuple(str(cell) for cell in row) for row in value["stimulus"])
        return Proof(Status(value["status"]), str(value["method"]), str(value["reason"]), rows)


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that passed and is not proven equivalent: a gap in the testbench, or one that nobody could decide."""

    source: str
    line: int
    operator: str
    description: str
    diff: str
    """Unified, without context; line numbers are those of the golden design's sources one after the other. Of a
    netlist's fault the command for Yosys."""
    proof: Proof

    def to_json(self) -> dict[str, Any]:
        found = {"source": self.source, "line": self.line, "operator": self.operator}
        return {**found, "description": self.description, "diff": self.diff, "proof": self.proof.to_json()}


@dataclass(frozen=True, slots=True)
class Tally:
    """Mutants of one source or class."""

    mutants: int = 0
    killed: int = 0
    equivalent: int = 0

    def to_json(self) -> dict[str, int]:
        return {"mutants": self.mutants, "killed": self.killed, "equivalent": self.equivalent}


@dataclass(frozen=True, slots=True)
class GoldenFacts:
    """How the golden design itself fares."""

    outcome: Outcome
    message: str = ""
    unsolvable: bool = False
    """It was tried and does not pass, and ``message`` says why: INFRA_ERROR is no trouble of the harness then."""
    official: bool | None = None
    """The suite's own verdict, where it was asked for (``--rules both``)."""
    synthesizes: bool = False
    netlist: bool = False
    """Its netlist passes the same testbench."""
    seeds: int = 0
    """Further seeds (or repetitions, where the testbench has no seed) that were tried."""
    loaded: int = 0
    """Runs side by side that were asked for beside those."""
    unstable: tuple[str, ...] = ()
    """What went otherwise with one of them, or under load."""
    cpu_s: float = 0.0
    """CPU seconds of all its regular runs."""
    checks: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"outcome": str(self.outcome), "message": self.message}
        found |= {"unsolvable": self.unsolvable, "official": self.official}
        found |= {"synthesizes": self.synthesizes, "netlist": self.netlist, "seeds": self.seeds}
        found |= {"loaded": self.loaded, "unstable": list(self.unstable), "checks": list(self.checks)}
        return found


@dataclass(frozen=True, slots=True)
class Toggles:
    """Bits of the golden design's signals that went up and down in the first seed's run."""

    bits: int
    toggled: int
    still: tuple[str, ...] = ()
    """The first of those that did not."""

    def to_json(self) -> dict[str, Any]:
        return {"bits": self.bits, "toggled": self.toggled, "still": list(self.still)}


@dataclass(frozen=True, slots=True)
class ProblemAudit:
    problem: str
    golden: GoldenFacts
    empty: Outcome | None = None
    """What becomes of no answer; None where the golden design fails, and nothing else was graded."""
    stubs: Mapping[str, Outcome] = field(default_factory=dict)
    """By name; empty where nobody knows the ports."""
    official_stubs: tuple[str, ...] = ()
    """Those that the suite's own verdict accepts, where it was asked for."""
    tallies: Mapping[tuple[str, str], Tally] = field(default_factory=dict)
    """(source, class) → its mutants."""
    not_counted: Mapping[Outcome, int] = field(default_factory=dict)
    """Mutants that no testbench saw, by outcome."""
    survivors: tuple[Survivor, ...] = ()
    unnamed: tuple[str, ...] = ()
    """Ports, resets and parameters that the specification does not name."""
    longest_run: int = 0
    """Tokens of the golden design, without its header, that stand in the prompt in one run."""
    toggles: Toggles | None = None
    attacks: Mapping[str, str] = field(default_factory=dict)
    """Hostile designs that were accepted or did harm, where they were tried: name → what they did."""
    attacks_tried: int = 0
    attacks_open: int = 0
    """Of those tried: without a verdict, by the harness's own trouble."""
    without_line: Outcome | None = None
    """Of the golden design without the line that is asked for; None where none is."""
    impossible: bool = False
    """No design is to pass, the golden one neither."""
    contradiction: str | None = None
    """Of an impossible problem: why none can."""

    def total(self, source: str | None = None, classes: Sequence[str] | None = None) -> Tally:
        found = [
            tally
            for (origin, operator), tally in self.tallies.items()
            if source in (None, origin) and (classes is None or operator in classes)
        ]
        sums = (sum(t.mutants for t in found), sum(t.killed for t in found), sum(t.equivalent for t in found))
        return Tally(*sums)

    @property
    def kill_rate(self) -> float | None:
        """Killed over mutants that are not proven equivalent; None where there are none."""
        total = self.total()
        relevant = total.mutants - total.equivalent
        return total.killed / relevant if relevant > 0 else None

    @property
    def passed_stubs(self) -> tuple[str, ...]:
        return tuple(name for name, outcome in self.stubs.items() if outcome is Outcome.PASS)

    @property
    def missed(self) -> tuple[Survivor, ...]:
        """The survivors for which a telling stimulus is known."""
        return tuple(survivor for survivor in self.survivors if survivor.proof.status is Status.REFUTED)

    def wrong(self) -> list[str]:
        """What makes verdicts about the problem wrong: a reason for quarantine."""
        golden = self.golden
        if self.impossible:
            return self._possible()
        if golden.unsolvable:
            return [golden.message]
        if golden.outcome is not Outcome.PASS:
            return [
                f"the golden design does not pass: {golden.outcome}" + (f" ({golden.message})" * bool(golden.message))
            ]
        found = []
        if self.without_line is Outcome.PASS:
            found.append("the golden design passes without the line that is asked for (another line_seed)")
        if golden.official is False:
            found.append("the golden design does not pass the suite's own verdict")
        found += [f"the golden design is unstable: {what}" for what in golden.unstable]
        if self.empty is Outcome.PASS:
            found.append("no answer passes")
        found += [f"a design of nothing passes: {name}" for name in self.passed_stubs]
        found += [f"a design of nothing passes the suite's own verdict: {name}" for name in self.official_stubs]
        return found + self._hostile()

    def _possible(self) -> list[str]:
        """What speaks against a problem that is to be impossible."""
        found = []
        if self.golden.outcome is not Outcome.MISMATCH:
            found.append(f"the golden design is to fail checks, and is {self.golden.outcome}")
        if self.contradiction is None:
            found.append("no output is seen that is to have two values at one moment, so that a design may pass")
        passed = ["no answer"] * (self.empty is Outcome.PASS) + list(self.passed_stubs)
        found += [f"impossible, and yet passed by {name}" for name in passed]
        return found + self._hostile()

    def _hostile(self) -> list[str]:
        """One reason for each thing that hostile designs did: a testbench that is deaf accepts dozens."""
        return [
            f"hostile designs ({what}): {', '.join(name for name, did in self.attacks.items() if did == what)}"
            for what in dict.fromkeys(self.attacks.values())
        ]

    def weak(self) -> list[str]:
        """What else keeps the problem from shipping."""
        found = []
        if self.golden.outcome is Outcome.PASS and not self.golden.synthesizes:
            found.append("the golden design does not synthesise")
        if self.kill_rate is not None and self.kill_rate < REQUIRED_KILL_RATE:
            found.append(f"kill rate {100 * self.kill_rate:.1f} %")
        if self.missed:
            found.append(f"survivors with a telling stimulus: {len(self.missed)}")
        if self.unnamed:
            found.append(f"the specification does not name {', '.join(self.unnamed)}")
        if self.longest_run > LONGEST_RUN:
            found.append(f"{self.longest_run} tokens of the golden design in the prompt")
        trouble = Outcome.INFRA_ERROR in (self.empty, *self.stubs.values(), *self.not_counted) or self.attacks_open
        return found + (["the harness's own trouble: some designs could not be graded"] if trouble else [])

    @property
    def ok(self) -> bool:
        return not self.wrong() and not self.weak()

    def to_json(self) -> dict[str, Any]:
        """Everything that is the same when it is found again."""
        total, classes = self.total(), Counter(operator for _, operator in self.tallies)
        return {
            "problem": self.problem,
            "ok": self.ok,
            "wrong": self.wrong(),
            "weak": self.weak(),
            "golden": self.golden.to_json(),
            "empty": None if self.empty is None else str(self.empty),
            "stubs": {name: str(outcome) for name, outcome in self.stubs.items()},
            "official_stubs": list(self.official_stubs),
            **total.to_json(),
            "kill_rate": None if self.kill_rate is None else round(self.kill_rate, 4),
            "sources": {source: self.total(source).to_json() for source in sorted({s for s, _ in self.tallies})},
            "classes": {name: self.total(classes=(name,)).to_json() for name in sorted(classes)},
            "without_statement": self.total(classes=STATEMENT).to_json(),
            "not_counted": {str(outcome): count for outcome, count in sorted(self.not_counted.items())},
            "survivors": [survivor.to_json() for survivor in self.survivors],
            "unnamed": list(self.unnamed),
            "longest_run": self.longest_run,
            "toggles": None if self.toggles is None else self.toggles.to_json(),
            "attacks": dict(self.attacks),
            "attacks_tried": self.attacks_tried,
            "attacks_open": self.attacks_open,
            "without_line": None if self.without_line is None else str(self.without_line),
            "impossible": self.impossible,
            "contradiction": self.contradiction,
            "measured": {"cpu_s": round(self.golden.cpu_s, 3)},
        }
