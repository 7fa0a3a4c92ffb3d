"""One golden design and one candidate, and whether they are the same hardware."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pair:
    name: str
    golden: str
    candidate: str
    equal: bool
    structural: bool = False
    """Re-encoded state, retiming, or a memory."""
    given: str = ""
    parameters: Mapping[str, int] = field(default_factory=dict)


def swap(text: str, old: str, new: str) -> str:
    """The text with one place changed; the place has to be there."""
    assert text.count(old) == 1, (text.count(old), old)
    return text.replace(old, new)
