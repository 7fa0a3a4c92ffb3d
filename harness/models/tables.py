"""The user's tables, read with care: each key is known and of its type, or one line says which is not."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.errors import ConfigError

VARIABLE = "HARNESS_PROVIDERS"
TABLES = ("provider", "quirk", "command")


def user_file(environment: Mapping[str, str]) -> Path | None:
    """The user's own table, where there is one. ConfigError where HARNESS_PROVIDERS names what is not there."""
    if named := environment.get(VARIABLE):
        if not Path(named).is_file():
            raise ConfigError(f"{VARIABLE}: {named} is not there")
        return Path(named)
    path = usual_file(environment)
    return path if path is not None and path.is_file() else None


def usual_file(environment: Mapping[str, str]) -> Path | None:
    """Where the user's own table belongs."""
    home = environment.get("HOME")
    config = environment.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    return Path(config) / "harness" / "providers.toml" if config else None


def read_tables(path: Path) -> dict[str, Any]:
    """The file's content, whose top keys are those of TABLES."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error
    known(content, TABLES, f"{path}: ")
    return content


def known(table: Mapping[str, Any], keys: tuple[str, ...], place: str) -> None:
    for key in table:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, 1)
            hint = f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(keys)}"
            raise ConfigError(f'{place}unknown key "{key}". {hint}')


def mapping(value: object, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{place}is no table")
    return value


def string(table: Mapping[str, Any], key: str, place: str, *, required: bool = False) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or (required and not value):
        raise ConfigError(f'{place}key "{key}" is {"no text" if key in table else "missing"}')
    return value


def strings(table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f'{place}key "{key}" is no list of texts')
    return tuple(value)


def boolean(table: Mapping[str, Any], key: str, place: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise ConfigError(f'{place}"{key}" is true or false')
    return value


def number(table: Mapping[str, Any], key: str, place: str, default: float) -> float:
    """A number above 0, finite."""
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise ConfigError(f'{place}"{key}" is a number above 0')
    return value


def one_of(table: Mapping[str, Any], key: str, words: tuple[str, ...], place: str) -> Any:
    if key in table and table[key] not in words:
        raise ConfigError(f'{place}"{key}" is {" or ".join(words)}')
    return table.get(key)
