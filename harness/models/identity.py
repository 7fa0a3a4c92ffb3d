"""What stands behind a model's name: the server that is asked, and the code that asks it.

Part of what a run is held to: the same name may lead elsewhere on another day, and replies of two servers or of two
versions of a plug-in are not one run's.
"""

import hashlib
import importlib.util
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from harness.errors import HarnessError
from harness.models.endpoint import shown
from harness.models.providers import Provider, url_variable
from harness.models.registry import imported_name, registered, search_also
from harness.models.secrets import environment_secrets, without_secrets

_OURS = "harness."
"""Where the backends are that go by the harness's own version, which run.json has elsewhere."""


def backend_identity(name: str, base_url: str | None, environment: Mapping[str, str]) -> dict[str, str]:
    """``base_url``, ``package`` and ``file`` (a digest) of the backend that a model's name leads to.

    Only what there is; nothing is imported, and no key is in it. Empty for a name that leads nowhere, and for the
    backends that come with the harness and ask no server.
    """
    imported = imported_name(name)
    if imported is not None:
        return _told(base_url, environment) | _file(_source(imported[0]))
    try:
        found = registered().get(name.partition("/")[0])
    except HarnessError:  # a bad table of providers: opening the model says so
        return {}
    if isinstance(found, Provider):
        return _told(base_url or environment.get(found.url_variable) or found.base_url, environment)
    if found is None or found.dist is None or found.module.startswith(_OURS):
        return {}
    asked = _told(base_url or environment.get(url_variable(found.name)), environment)
    return asked | _package(found)


def _told(url: str | None, environment: Mapping[str, str]) -> dict[str, str]:
    """The address without user, query and whatever else may be secret in it."""
    if not url:
        return {}
    whole = url.strip().rstrip("/")
    try:
        plain = shown(whole) if urlsplit(whole).netloc else whole.partition("?")[0].rpartition("@")[2]
    except ValueError:  # no URL at all: whoever is to ask it says so
        return {}
    return {"base_url": without_secrets(plain.rstrip("/"), environment_secrets(environment))}


def _package(found: metadata.EntryPoint) -> dict[str, str]:
    assert found.dist is not None
    return {"package": f"{found.dist.name} {found.dist.version}", **_file(_module_file(found.module))}


def _source(module: str) -> Path | None:
    if module.endswith(".py"):
        return Path(module)
    search_also(Path.cwd())
    return _module_file(module)


def _module_file(module: str) -> Path | None:
    """Where a module would be read from. A package around it is imported, the module is not."""
    try:
        spec = importlib.util.find_spec(module)
    except Exception:  # whatever a user's package does when it is imported: creating the model says it
        return None
    return Path(spec.origin) if spec is not None and spec.has_location and spec.origin else None


def _file(path: Path | None) -> dict[str, str]:
    try:
        return {} if path is None else {"file": f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"}
    except OSError:
        return {}
