"""From a name on the command line to a Model.

``<backend>/<model>`` finds its backend in the user's table of providers, in the entry-point group ``harness.models``,
or in our table, in this order; ``package.module:Class`` and ``my_models.py:Class`` are imported. In each case what is
found is called with the options that it declares, and only those: a plug-in never has to accept what it does not know.
"""

import ast
import difflib
import importlib
import importlib.util
import inspect
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.errors import ConfigError, HarnessError
from harness.models.protocol import Model, as_model
from harness.models.providers import Provider, load_providers, url_variable
from harness.records.outcome import Task
from harness.records.problem import Problem, Suite

GROUP = "harness.models"

_SPEAKERS = {
    "openai": "harness.models.openai_compatible",
    "anthropic": "harness.models.anthropic_messages",
    "google": "harness.models.google_gemini",
}
"""The protocol that a provider speaks → the module that speaks it."""

ProveWrong = Callable[[Problem, str], bool]
"""Whether a design fails the problem's testbench: ``prove_wrong(problem, code)``."""

_IMPORTED = re.compile(r"(?P<module>[^:]+\.py|[A-Za-z_]\w*(?:\.\w+)*):(?P<attribute>[A-Za-z_]\w*)(?:/(?P<model>.*))?")
"""``module:Class`` or ``path.py:Class``, with an optional ``/model`` behind. A dotted path holds no slash, so that
``openai/llama3:latest`` is a backend and a model."""

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
_NO_FILE = "{} is not there. A model in a file is named my_models.py:Class"


@dataclass(frozen=True, slots=True)
class ModelContext:
    """What a run can offer a backend. Each field that is not None is an option of the same name.

    Offline models are made of these; a language model has little use for more than ``base_url``.
    """

    suite: Suite | None = None
    seed: int | None = None
    n: int | None = None
    """Samples for each problem."""
    task: Task | None = None
    prove_wrong: ProveWrong | None = None
    base_url: str | None = None
    completions: Path | None = None
    """A file of answers."""

    def options(self) -> dict[str, Any]:
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in named.items() if value is not None}


def create_model(name: str, context: ModelContext | None = None, **options: Any) -> Model:
    """The Model of that name. ``options`` are offered beside the context's and win over them.

    ConfigError where there is none, where it cannot be imported, or where it needs an option that nobody offers.
    """
    offered = {} if context is None else context.options()
    offered |= {key: value for key, value in options.items() if value is not None}
    imported = imported_name(name)
    if imported is None:
        backend, _, model = name.partition("/")
        factory = _load_registered(name)
        if url := os.environ.get(url_variable(backend)):
            offered.setdefault("base_url", url)
    else:
        module, attribute, model = imported
        factory = _load_attribute(module, attribute)
        if not callable(factory):
            return as_model(factory, name)
    offered["model"] = model
    return as_model(_call(factory, offered, name), name)


def imported_name(name: str) -> tuple[str, str, str] | None:
    """Module or file, attribute, and model of a name that is imported; None where it is a registered backend's."""
    found = _IMPORTED.fullmatch(name)
    return None if found is None else (found["module"], found["attribute"], found["model"] or "")


def entry_points() -> dict[str, metadata.EntryPoint]:
    """By name; of two distributions that claim one name, the first on the path has it, as with modules."""
    found: dict[str, metadata.EntryPoint] = {}
    for entry in metadata.entry_points(group=GROUP):
        found.setdefault(entry.name, entry)
    return found


def registered() -> dict[str, metadata.EntryPoint | Provider]:
    """Every backend by name: the user's own providers, then plug-ins, then our table. ConfigError for a bad table."""
    providers = load_providers(os.environ)
    own = {name: provider for name, provider in providers.items() if provider.origin != "harness"}
    return {**providers, **entry_points(), **own}


def load(found: metadata.EntryPoint | Provider) -> Callable[..., object]:
    """The factory of a registered backend; only now is its module imported."""
    if isinstance(found, Provider):
        return partial(importlib.import_module(_SPEAKERS[found.speaks]).create, provider=found)
    loaded: Callable[..., object] = found.load()
    return loaded


def _load_registered(name: str) -> Callable[..., object]:
    backend = name.partition("/")[0]
    there = registered()
    if backend not in there:
        hint = _near(name, backend, there)
        _refuse_module(name, dotted_only=bool(hint))
        raise ConfigError(f'no backend "{backend}".{hint} What is installed: harness models')
    found = there[backend]
    if isinstance(found, Provider):
        return load(found)
    with _Importing(f'backend "{backend}" ({found.value})'):
        return load(found)


def _refuse_module(name: str, *, dotted_only: bool) -> None:
    """ConfigError for a file or a module without its class."""
    path, end, model = name.partition(".py")
    file = Path(path + end)
    if end and model[:1] in ("", "/", ":") and (file.is_file() or not model):
        if not file.is_file():
            raise ConfigError(_NO_FILE.format(file))
        found = _models_in(file)
        shown = f"{file}:{found[0] if found else 'Class'}{model if model != ':' else ''}"
        beside = f" (there are {', '.join(found)})" if len(found) > 1 else ""
        raise ConfigError(f"{name}: the class in the file is missing. Write {shown}{beside}")
    module, _, model = name.partition("/")
    if _DOTTED.fullmatch(module) and ("." in module or not dotted_only) and _is_module(module):
        raise ConfigError(f"{name}: the class in the module is missing. Write {module}:Class{name[len(module) :]}")


def _models_in(file: Path) -> list[str]:
    """The classes with a method ``complete`` that stand in a file, without running it."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return []
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [c.name for c in classes if any(isinstance(f, functions) and f.name == "complete" for f in c.body)]


def _is_module(module: str) -> bool:
    search_also(Path.cwd())
    try:
        return importlib.util.find_spec(module) is not None
    except Exception:  # a package around it may raise anything
        return False


def _near(name: str, backend: str, there: Mapping[str, metadata.EntryPoint | Provider]) -> str:
    """A misspelt backend, or a model's name without one."""
    close = difflib.get_close_matches(backend, there, 1)
    if close:
        return f' Did you mean "{close[0]}"?'
    for provider in there.values():
        if isinstance(provider, Provider) and any(name.startswith(family) for family in provider.families):
            return f' Did you mean "{provider.name}/{name}"?'
    return ""


def _load_attribute(module: str, attribute: str) -> Any:
    with _Importing(module):
        loaded = _load_file(Path(module)) if module.endswith(".py") else _load_dotted(module)
    if hasattr(loaded, attribute):
        return getattr(loaded, attribute)
    own = [name for name, value in vars(loaded).items() if getattr(value, "__module__", None) == loaded.__name__]
    close = difflib.get_close_matches(attribute, own, 1)
    hint = f' Did you mean "{close[0]}"?' if close else ""
    raise ConfigError(f'{module}: no "{attribute}" in it.{hint}')


def _load_file(path: Path) -> ModuleType:
    """A module from a file, under the file's own name; modules beside it can be imported, after all others."""
    if not path.is_file():
        raise ConfigError(_NO_FILE.format(path))
    search_also(path.resolve().parent)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ConfigError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and pickle look their own module up here. A library that is in use already keeps its name.
    sys.modules.setdefault(path.stem, module)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        if sys.modules.get(path.stem) is module:
            del sys.modules[path.stem]
        raise
    return module


def _load_dotted(module: str) -> ModuleType:
    search_also(Path.cwd())
    return importlib.import_module(module)


def search_also(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def package_missing(error: BaseException, importer: str) -> str:
    """The package for want of which a module cannot be imported; empty for other troubles, and for its own package."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return ""
    package = error.name.partition(".")[0]
    return "" if re.search(rf"(?<![\w./]){re.escape(package)}(?![\w/])", importer) else package


class _Importing:
    """Turns whatever a user's module raises while it is imported or called into one line that names it."""

    def __init__(self, what: str, verb: str = "imported") -> None:
        self.what = what
        self.verb = verb

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, HarnessError) or not isinstance(error, Exception | SystemExit):
            return
        message = " ".join(str(error).split())
        absent = package_missing(error, self.what)
        hint = f". Get it: pip install {absent}" if absent else ""
        raise ConfigError(f"{self.what} cannot be {self.verb}: {type(error).__name__}: {message}{hint}") from error


def _call(factory: Callable[..., object], offered: Mapping[str, Any], name: str) -> object:
    """Call with the options that the factory declares; all of them where it takes ``**options``."""
    declared = _parameters(factory)
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in declared):
        given = dict(offered)
    else:
        given = {parameter.name: offered[parameter.name] for parameter in declared if parameter.name in offered}
    for parameter in declared:
        variadic = parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        if parameter.default is parameter.empty and not variadic and parameter.name not in given:
            raise ConfigError(f'{name} needs the option "{parameter.name}", which is not given here')
    positional = [given.pop(p.name) for p in declared if p.kind is p.POSITIONAL_ONLY and p.name in given]
    with _Importing(name, "set up"):
        return factory(*positional, **given)


def _parameters(factory: Callable[..., object]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(factory).parameters.values())
    except ValueError:  # a class made in C does not say
        return []
