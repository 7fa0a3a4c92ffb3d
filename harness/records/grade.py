"""What a sample was found to be worth, and why."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.records import shape
from harness.records.outcome import Evidence, Outcome, Stage, Status

SCHEMA = 1
"""Version of a line of grades.jsonl."""


_TABLES = {"classes", "verilator"}
"""Facts that are counts by name; of the others nothing is made but what is shown."""


def digest_text(text: str) -> str:
    """``sha256:…`` of a text, the one way in which contents are named on disk."""
    return digest_pieces([text])


def digest_pieces(pieces: Iterable[str]) -> str:
    """The same of a text that comes in pieces."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece.encode("utf-8", "surrogatepass"))
    return "sha256:" + digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Candidate:
    """The Verilog taken from a reply; ``outcome`` is set where there is nothing to grade."""

    code: str
    outcome: Outcome | None = None
    message: str | None = None
    official_code: str | None = None
    """What the suite's own extraction takes from the same reply, where that is another text."""

    @property
    def digest(self) -> str:
        return digest_text(self.code)


@dataclass(frozen=True, slots=True)
class StageResult:
    """How one stage ended. ``facts`` are its figures (cells, checked …); what is undefined is left out."""

    status: Status
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"status": str(self.status), **self.facts}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "StageResult":
        facts = {name: fact for name, fact in value.items() if name != "status"}
        for name in _TABLES & facts.keys():
            shape.counts(facts[name])
        return StageResult(Status(value["status"]), facts)


@dataclass(frozen=True, slots=True)
class Official:
    """The verdict of the suite's own published flow."""

    code: str
    passed: bool
    mismatches: int | None = None
    result: str | None = None
    """The published words, where the suite writes words into its results."""

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"code": self.code, "pass": self.passed}
        found |= {} if self.mismatches is None else {"mismatches": self.mismatches}
        return found if self.result is None else {**found, "result": self.result}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Official":
        mismatches = shape.optional_count(value.get("mismatches"))
        result = shape.optional_text(value.get("result"))
        return Official(shape.text(value["code"]), bool(value["pass"]), mismatches, result)


@dataclass(frozen=True, slots=True)
class Grade:
    problem: str
    sample: int
    outcome: Outcome
    round: int = 0
    evidence: Evidence | None = None
    message: str | None = None
    official: Official | None = None
    stages: Mapping[Stage, StageResult] = field(default_factory=dict)
    ratio: Mapping[str, float] = field(default_factory=dict)
    """Area, delay, power over the golden design's; below 1 is better than golden."""
    candidate: str = ""
    inputs: str = ""
    """Digest of everything that the grade depends on; another value means: grade again."""
    log: str | None = None
    sandbox: str = ""
    measured: Mapping[str, float] = field(default_factory=dict)
    """CPU seconds by stage; not part of a grade's identity."""

    @property
    def key(self) -> tuple[str, int, int]:
        return self.problem, self.sample, self.round

    def passed(self, stage: Stage) -> bool:
        result = self.stages.get(stage)
        return result is not None and result.status is Status.PASS

    def to_json(self) -> dict[str, Any]:
        """One line of grades.jsonl."""
        return {
            "schema": SCHEMA,
            "problem": self.problem,
            "sample": self.sample,
            "round": self.round,
            "outcome": str(self.outcome),
            "evidence": None if self.evidence is None else str(self.evidence),
            "message": self.message,
            "official": None if self.official is None else self.official.to_json(),
            "stages": {str(stage): result.to_json() for stage, result in self.stages.items()},
            "ratio": dict(self.ratio),
            "candidate": self.candidate,
            "inputs": self.inputs,
            "log": self.log,
            "sandbox": self.sandbox,
            "measured": {name: round(value, 4) for name, value in self.measured.items()},
        }

    @staticmethod
    def from_json(line: Mapping[str, Any]) -> "Grade":
        """Inverse of ``to_json``. Raises KeyError, TypeError or ValueError on a line of another shape."""
        try:
            return Grade._read(line)
        except (AttributeError, OverflowError) as error:  # a list where a table should be, infinity for a number
            raise ValueError(f"not a grade: {error}") from error

    @staticmethod
    def _read(line: Mapping[str, Any]) -> "Grade":
        official = line.get("official")
        return Grade(
            problem=shape.text(line["problem"]),
            sample=shape.count(line["sample"]),
            round=shape.count(line.get("round", 0)),
            outcome=Outcome(line["outcome"]),
            evidence=None if line.get("evidence") is None else Evidence(line["evidence"]),
            message=shape.optional_text(line.get("message")),
            official=None if official is None else Official.from_json(official),
            stages={Stage(name): StageResult.from_json(value) for name, value in line.get("stages", {}).items()},
            ratio=shape.numbers(line.get("ratio", {})),
            candidate=shape.text(line.get("candidate", "")),
            inputs=shape.text(line.get("inputs", "")),
            log=shape.optional_text(line.get("log")),
            sandbox=shape.text(line.get("sandbox", "")),
            measured=shape.numbers(line.get("measured", {})),
        )
