"""What a reply costs: the price table, the user's own in front of it.

Where a server says what it charged, that counts. Discounts for prompts that a server remembers are not known here:
where a provider gives them, a price from the table is an upper bound.
"""

import fnmatch
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from harness.errors import ConfigError
from harness.records.completion import Usage
from harness.wording import counted

TABLE = Path(__file__).with_name("prices.toml")
MONTHS = 6
"""A price older than this is said to be old."""
_TOKENS = 1_000_000
_DATE = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?")
_VERSION = re.compile(r"-(?:20\d\d-?[01]\d-?[0-3]\d|latest)$")


class Price(BaseModel):
    """A table ``[[price]]``; US dollars for a million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    models: tuple[str, ...] = Field(min_length=1)
    input: float = Field(ge=0, lt=1e6)
    output: float = Field(ge=0, lt=1e6)
    batch: float = Field(default=1.0, gt=0, le=1)
    """The share of both that a batch costs."""
    as_of: str
    """When it was so: year and month, or day."""
    source: str | None = None
    """Where a reader can look it up."""

    @field_validator("as_of")
    @classmethod
    def _a_date(cls, value: str) -> str:
        if not _DATE.fullmatch(value):
            raise PydanticCustomError("date", 'should be year and month, such as "2026-11", or year, month and day')
        return value

    def is_old(self, today: date) -> bool:
        """Older than ``MONTHS``; a month without a day counts from its first."""
        year, month, *day = map(int, self.as_of.split("-"))
        return (today.year * 12 + today.month, today.day) > (year * 12 + month + MONTHS, *(day or [1]))

    def of(self, prompt_tokens: float, completion_tokens: float, *, batch: bool = False) -> float:
        """US dollars; what a model thinks is part of the completion."""
        share = self.batch if batch else 1.0
        return share * (prompt_tokens * self.input + completion_tokens * self.output) / _TOKENS

    def of_usage(self, usage: Usage, *, batch: bool = False) -> float | None:
        """None where the server did not count the tokens."""
        if usage.prompt_tokens is None or usage.completion_tokens is None:
            return None
        return self.of(usage.prompt_tokens, usage.completion_tokens, batch=batch)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    price: tuple[Price, ...] = ()


@dataclass(frozen=True, slots=True)
class Prices:
    entries: Sequence[Price]
    """The first that has the name counts."""

    def of(self, model: str) -> Price | None:
        """``model``: as in ``--model``."""
        names = [model]
        while (shorter := _VERSION.sub("", names[-1])) != names[-1]:
            names.append(shorter)
        for name in names:
            for entry in self.entries:
                if any(fnmatch.fnmatchcase(name, pattern) for pattern in entry.models):
                    return entry
        return None


def own_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the user's own prices are, or would be."""
    named = environment.get("HARNESS_PRICES")
    if named:
        return Path(named)
    home = environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME", "~")).expanduser() / ".config"
    return Path(home) / "harness" / "prices.toml"


def load_prices(environment: Mapping[str, str] = os.environ) -> Prices:
    """Raises ConfigError, naming file and key, where the user's own file is not what it should be."""
    own = own_file(environment)
    if environment.get("HARNESS_PRICES") and not own.is_file():
        raise ConfigError(f"HARNESS_PRICES: {own} is not there")
    mine = _read(own) if own.is_file() else ()
    return Prices((*mine, *_read(TABLE)))


def describe_prices(today: date, environment: Mapping[str, str] = os.environ) -> str:
    """Of how many names prices are known, how old they are, and where one's own belong."""
    entries = load_prices(environment).entries
    dates = sorted({entry.as_of for entry in entries})
    span = " to ".join(dict.fromkeys((dates[0], dates[-1])))
    old = sum(len(entry.models) for entry in entries if entry.is_old(today))
    late = f"; {old} older than six months" if old else ""
    names = counted(sum(len(entry.models) for entry in entries), "name")
    return f"Prices of {names} as of {span}{late}. Your own, which go first: {own_file(environment)}"


def _read(path: Path) -> tuple[Price, ...]:
    try:
        value: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        return _File.model_validate(value).price
    except ValidationError as error:
        wrong = error.errors()
        # A misspelt key is also a missing one; the misspelling says more.
        first = next((item for item in wrong if item["type"] == "extra_forbidden"), wrong[0])
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f'{path}: key "{where}": {first["msg"]}. Keys: models, input, output, batch, as_of, source'
        ) from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
