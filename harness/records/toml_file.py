"""Data in TOML as a pydantic model; whatever is wrong with a file is one line that names file and key."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from harness.errors import ConfigError

M = TypeVar("M", bound=BaseModel)


def read_toml(path: Path, model: type[M]) -> M:
    """Raises ConfigError."""
    try:
        return model.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{path}: {_place(first['loc'])}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error


def _place(location: tuple[int | str, ...]) -> str:
    """``[[quarantine]] 3 "reason"``: a position in the file; what is repeated is counted from 1."""
    words = [str(part + 1) if isinstance(part, int) else f'"{part}"' for part in location]
    if len(location) > 1 and isinstance(location[1], int):
        words[0] = f"[[{location[0]}]]"
    return " ".join(words)
