"""Every backend that can be named, what it needs, and what of that is missing: the lines of ``harness models``."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata

from harness.models.command_table import read_commands
from harness.models.endpoint import shown
from harness.models.protocol import Needs
from harness.models.providers import Provider
from harness.models.registry import load, package_missing, registered
from harness.models.tables import user_file

_PACKAGES = {
    "openai": ("openai", "openai"),
    "anthropic": ("anthropic", "anthropic"),
    "google": ("google.genai", "google-genai"),
}
"""Protocol → the importable name of its SDK, and what pip calls it."""


@dataclass(frozen=True, slots=True)
class Backend:
    """A line of ``harness models``."""

    name: str
    origin: str
    """The distribution that brings it, with its version; of a provider the table that does."""
    needs: Needs
    missing: tuple[str, ...]
    """What of its needs is not there, in words; empty where it can be used."""
    url: str = ""
    """The server that is asked, where there is a fixed one."""


def installed_backends(environment: Mapping[str, str] = os.environ) -> list[Backend]:
    """Every registered backend by name, with what it needs and what of that is missing."""
    found = registered()
    backends = [_describe(name, found[name], environment) for name in found]
    return sorted([*backends, *_own_commands(environment)], key=lambda backend: backend.name)


def _own_commands(environment: Mapping[str, str]) -> Iterator[Backend]:
    """Every ``[command.<name>]`` of the user's table."""
    for name, command in read_commands(environment).items():
        needs = Needs(environment=command.environment)
        absent = shutil.which(command.argv[0], path=environment.get("PATH")) is None
        missing = (f"program {command.argv[0]}",) if absent else ()
        yield Backend(f"command/{name}", str(user_file(environment)), needs, (*missing, *_missing(needs, environment)))


def _describe(name: str, found: metadata.EntryPoint | Provider, environment: Mapping[str, str]) -> Backend:
    if isinstance(found, Provider):
        needs = _needs_of(found)
        url = environment.get(found.url_variable) or found.base_url
        return Backend(name, found.origin, needs, _missing(needs, environment), shown(url))
    origin = f"{found.dist.name} {found.dist.version}" if found.dist is not None else found.value
    try:
        needs = _needs(load(found))
    except Exception as error:  # whatever somebody's module does when it is imported
        if absent := package_missing(error, found.value):
            return Backend(name, origin, Needs((absent,)), _missing(Needs((absent,)), environment))
        return Backend(name, origin, Needs(), (f"cannot be imported: {type(error).__name__}: {error}",))
    return Backend(name, origin, needs, _missing(needs, environment))


def _needs_of(provider: Provider) -> Needs:
    package, install = _PACKAGES[provider.speaks]
    if provider.key_optional:
        note = "if it listens" + (f" (key: {provider.key})" if provider.key else "")
        return Needs((package,), (), note, install)
    return Needs((package,), (provider.key,), install=install)


def _needs(factory: object) -> Needs:
    module = sys.modules.get(getattr(factory, "__module__", ""))
    needs = getattr(module, "NEEDS", None)
    return needs if isinstance(needs, Needs) else Needs()


def _missing(needs: Needs, environment: Mapping[str, str]) -> tuple[str, ...]:
    absent = [name for name in needs.packages if not _is_there(name)]
    packages = [f"package {name} (pip install {needs.install or name})" for name in absent]
    return (*packages, *(f"{name} is not set" for name in needs.environment if not environment.get(name)))


def _is_there(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:  # the parent of a dotted name
        return False
