"""errata.toml of a native suite: what was wrong with a problem, in which versions, and which runs it touches."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from harness.records.problem import Erratum
from harness.records.toml_file import read_toml
from harness.wording import one_line

ERRATA_FILE = "errata.toml"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    problem: str = Field(min_length=1)
    versions: tuple[int, ...] = Field(min_length=1)
    suite: tuple[str, ...] = Field(min_length=1)
    what: str = Field(min_length=1)
    effect: str = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    erratum: tuple[_Entry, ...] = ()


def load_errata(root: Path) -> tuple[Erratum, ...]:
    """The entries in their order; none where there is no such file. Raises ConfigError, naming file and key."""
    path = root / ERRATA_FILE
    if not path.exists():
        return ()
    found = read_toml(path, _File)
    return tuple(
        Erratum(one_line(one.problem), one.versions, one.suite, one_line(one.what), one_line(one.effect))
        for one in found.erratum
    )
