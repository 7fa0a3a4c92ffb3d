"""The part ``equivalence`` of summary.json: what formal comparison with the golden designs says of right samples."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from harness.records.outcome import Status

ANSWERS = (Status.PROVEN, Status.REFUTED, Status.BOUNDED, Status.INCONCLUSIVE)


class HasEquivalence(Protocol):
    @property
    def equivalence(self) -> Status | None: ...


def equivalence_section(rows: Mapping[str, Sequence[HasEquivalence]]) -> dict[str, Any] | None:
    """How many samples have each answer, and problem → how many of its passing samples are refuted. None where no
    sample was compared."""
    counts = Counter(row.equivalence for samples in rows.values() for row in samples)
    if not any(counts[answer] for answer in ANSWERS):
        return None
    refuted = {name: sum(row.equivalence is Status.REFUTED for row in samples) for name, samples in rows.items()}
    found: dict[str, Any] = {str(answer): counts[answer] for answer in ANSWERS}
    found["refuted_problems"] = {name: count for name, count in sorted(refuted.items()) if count}
    return found
