"""The table of providers: base URL, key variable and quirks as data; ours in providers.toml, the user's in a file.

The user's file is the one that HARNESS_PROVIDERS names, else ``$XDG_CONFIG_HOME/harness/providers.toml``
(``~/.config/…``). Its providers replace ours of the same name; its quirks come after ours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from harness.errors import ConfigError
from harness.models.tables import boolean, known, mapping, one_of, read_tables, string, strings, user_file

SHIPPED = Path(__file__).with_name("providers.toml")

Protocol = Literal["openai", "anthropic", "google"]
Api = Literal["chat", "responses", "completions"]
CANONICAL = ("max_tokens", "temperature", "top_p", "stop", "seed")
"""The sampling parameters of a Request, under our names."""


@dataclass(frozen=True, slots=True)
class Quirk:
    """What models of some name want otherwise."""

    model: re.Pattern[str]
    providers: tuple[str, ...] = ()
    """Empty: all."""
    api: Api | None = None
    rename: tuple[tuple[str, str], ...] = ()
    """Our name of a parameter → the one to send."""
    refuses: tuple[str, ...] = ()
    """Our names of parameters that are not sent."""
    send: tuple[tuple[str, Any], ...] = ()
    """What is sent besides."""


def url_variable(backend: str) -> str:
    """The environment variable that does what ``--base-url`` does, for one backend."""
    return re.sub(r"\W", "_", backend).upper() + "_BASE_URL"


@dataclass(frozen=True, slots=True)
class Provider:
    """A server by name."""

    name: str
    base_url: str
    key: str = ""
    """The environment variable that holds the key; empty: there is none."""
    key_optional: bool = False
    speaks: Protocol = "openai"
    families: tuple[str, ...] = ()
    """How its own models' names begin: only for "did you mean"."""
    origin: str = "harness"
    """``harness``, or the user's file."""
    quirks: tuple[Quirk, ...] = ()

    @property
    def url_variable(self) -> str:
        """The environment variable that names another URL."""
        return url_variable(self.name)

    def named(self, model: str) -> str:
        """The model's name, checked for being there."""
        if not model:
            start = self.families[0] if self.families else ""
            raise ConfigError(f'{self.name} needs the name of a model: "{self.name}/{start}…"')
        return model

    def quirks_of(self, model: str) -> list[Quirk]:
        """Those that apply to a model, in their order."""
        last = model.rsplit("/", 1)[-1]
        return [quirk for quirk in self.quirks if quirk.model.match(last)]


def load_providers(environment: Mapping[str, str]) -> dict[str, Provider]:
    """Every provider by name. ConfigError names file and key of what is wrong."""
    tables: dict[str, tuple[str, dict[str, Any]]] = {}
    quirks: list[Quirk] = []
    own = user_file(environment)
    for path in (SHIPPED, *([own] if own else [])):
        origin = "harness" if path == SHIPPED else str(path)
        providers, more = _read(path)
        tables |= {name: (origin, table) for name, table in providers.items()}
        quirks += more
    return {
        name: Provider(
            name, origin=origin, quirks=tuple(q for q in quirks if not q.providers or name in q.providers), **table
        )
        for name, (origin, table) in tables.items()
    }


def _read(path: Path) -> tuple[dict[str, dict[str, Any]], list[Quirk]]:
    content = read_tables(path)
    providers = {
        name: _provider(f"{path}: [provider.{name}]: ", table)
        for name, table in mapping(content.get("provider", {}), f'{path}: "provider" ').items()
    }
    quirks = content.get("quirk", [])
    if not isinstance(quirks, list):
        raise ConfigError(f'{path}: "quirk" is no list of tables: write [[quirk]]')
    return providers, [_quirk(f"{path}: [[quirk]] {number}: ", table) for number, table in enumerate(quirks, 1)]


def _provider(place: str, value: object) -> dict[str, Any]:
    table = mapping(value, place)
    known(table, ("base_url", "key", "key_optional", "speaks", "families"), place)
    url = urlsplit(string(table, "base_url", place, required=True))
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ConfigError(f'{place}"base_url" is no URL. A whole one is like http://localhost:8000/v1')
    optional = boolean(table, "key_optional", place)
    return {
        "base_url": table["base_url"],
        "key": string(table, "key", place),
        "key_optional": optional or not table.get("key"),
        "speaks": one_of(table, "speaks", get_args(Protocol), place) or "openai",
        "families": strings(table, "families", place),
    }


def _quirk(place: str, value: object) -> Quirk:
    table = mapping(value, place)
    known(table, ("providers", "model", "api", "rename", "refuses", "send"), place)
    try:
        pattern = re.compile(string(table, "model", place), re.IGNORECASE)
    except re.error as error:
        raise ConfigError(f'{place}"model" is no regular expression: {error}') from error
    rename = mapping(table.get("rename", {}), f'{place}"rename" ')
    refuses = strings(table, "refuses", place)
    for name in (*rename, *refuses):
        if name not in CANONICAL:
            raise ConfigError(f'{place}no parameter "{name}"; there are {", ".join(CANONICAL)}')
    for name in rename:
        string(rename, name, place)
    return Quirk(
        pattern,
        strings(table, "providers", place),
        one_of(table, "api", get_args(Api), place),
        tuple(rename.items()),
        refuses,
        tuple(mapping(table.get("send", {}), f'{place}"send" ').items()),
    )
