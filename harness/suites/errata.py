"""errata.toml of a native suite: what was wrong with a problem, in which versions, and which runs it touches."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.errors import ConfigError
from harness.records.problem import Erratum
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
    try:
        found = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        number = next((f" {place + 1}" for place in first["loc"] if isinstance(place, int)), "")
        raise ConfigError(f'{path}: key "{first["loc"][-1]}" in [[erratum]]{number}: {first["msg"]}') from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    return tuple(
        Erratum(one_line(one.problem), one.versions, one.suite, one_line(one.what), one_line(one.effect))
        for one in found.erratum
    )
