"""How the program behind ``command/<name>`` is called: by the user's ``[command.<name>]``, else by the name itself.

The table stands beside the providers, in ``~/.config/harness/providers.toml`` (``HARNESS_PROVIDERS``).
"""

import difflib
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import ConfigError
from harness.models.providers import load_providers
from harness.models.secrets import is_key_name
from harness.models.tables import boolean, known, mapping, number, read_tables, strings, user_file, usual_file

TIMEOUT_S = 900.0


@dataclass(frozen=True, slots=True)
class Command:
    """How a program is called."""

    argv: tuple[str, ...]
    json: bool = False
    """Request and reply are JSON objects."""
    timeout_s: float = TIMEOUT_S
    """Seconds of wall time for a reply."""
    environment: tuple[str, ...] = ()
    """Variables that hold keys and are passed on all the same."""
    connections: int | None = None
    """Requests at once; None: one a core."""


def find_command(model: str, environment: Mapping[str, str]) -> Command:
    """The user's table of that name, else the name as a command line."""
    tables = read_commands(environment)
    if model in tables:
        found = tables[model]
    else:
        try:
            found = Command(tuple(shlex.split(model)))
        except ValueError as error:
            raise ConfigError(f"command/{model}: {error}") from error
    if not found.argv:
        raise ConfigError('command needs a program: "command/./answer.sh", or the name of a [command.…] table')
    if shutil.which(found.argv[0], path=environment.get("PATH")) is None:
        raise ConfigError(f"command/{model}: {_no_program(found.argv[0], model, tables, environment)}")
    return found


def _no_program(program: str, model: str, tables: Mapping[str, Command], environment: Mapping[str, str]) -> str:
    if "/" in program and Path(program).is_file():
        return f'"{program}" may not be executed: chmod +x {shlex.quote(program)}'
    if "/" in program and not Path(program).exists():
        return f'"{program}" is not there'
    trouble = f'"{program}" is no program of PATH, and no executable file'
    if model in tables:
        return trouble
    close = difflib.get_close_matches(model, tables, 1)
    hint = f' Did you mean "command/{close[0]}"?' if close else ""
    return f"{trouble}; {user_file(environment) or usual_file(environment)} has no [command.{model}] either.{hint}"


def read_commands(environment: Mapping[str, str]) -> dict[str, Command]:
    """Every ``[command.<name>]`` of the user's providers.toml. ConfigError names file and key of what is wrong."""
    path = user_file(environment)
    tables = {} if path is None else mapping(read_tables(path).get("command", {}), f'{path}: "command" ')
    return {name: _command(f"{path}: [command.{name}]: ", table) for name, table in tables.items()}


def _command(place: str, value: object) -> Command:
    table = mapping(value, place)
    known(table, ("argv", "json", "timeout_s", "environment", "connections"), place)
    argv = strings(table, "argv", place)
    if not argv:
        raise ConfigError(f'{place}key "argv" is missing: the program and its arguments, as a list of texts')
    connections = number(table, "connections", place, 1)
    return Command(
        argv,
        boolean(table, "json", place),
        number(table, "timeout_s", place, TIMEOUT_S),
        strings(table, "environment", place),
        max(1, int(connections)) if "connections" in table else None,
    )


def passed_on(command: Command, environment: Mapping[str, str]) -> dict[str, str]:
    """The program's environment: ours without keys, but for those that it asks for."""
    keys = {provider.key for provider in load_providers(environment).values()}
    return {
        name: value
        for name, value in environment.items()
        if name in command.environment or not (name in keys or is_key_name(name))
    }
