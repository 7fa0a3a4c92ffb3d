"""From a name to a model, and what a user reads where there is none."""

import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from harness.errors import BackendError, ConfigError
from harness.models import (
    Completion,
    ModelContext,
    ModelUnavailable,
    Request,
    create_model,
    describe_model,
    installed_backends,
)

REQUEST = Request("p", 0)
ECHO = """
from harness.models import Completion
class Echo:
    def complete(self, request): return Completion(text=f"echo {request.problem}")
"""


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Each test in a folder of its own, with its own entry points and no trace of what it imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    known = set(sys.modules)
    register(monkeypatch)
    yield
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


SHIPPED = {
    "replay": "harness.models.replay:create",
    "reference": "harness.models.offline:create_reference",
    "empty": "harness.models.offline:create_empty",
    "faulty": "harness.models.offline:create_faulty",
    "local": "harness.models.local_gguf:create",
    "command": "harness.models.command:create",
}


def register(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    entries = [metadata.EntryPoint(name, value, "harness.models") for name, value in {**SHIPPED, **more}.items()]

    def entry_points(group: str) -> list[metadata.EntryPoint]:
        return [entry for entry in entries if entry.group == group]

    monkeypatch.setattr(metadata, "entry_points", entry_points)


def test_what_is_shipped_is_what_pyproject_registers() -> None:
    import tomllib

    pyproject = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert pyproject["project"]["entry-points"]["harness.models"] == SHIPPED


def test_a_class_in_a_file_is_a_model(tmp_path: Path) -> None:
    (tmp_path / "my_models.py").write_text(ECHO)
    model = create_model("my_models.py:Echo", ModelContext(seed=1, n=5))
    assert model.complete(REQUEST).text == "echo p"
    assert model.retry_kind(TimeoutError()) == "transient"
    assert describe_model(model) == ""
    model.close()


def test_a_dotted_path_is_looked_for_in_the_working_folder_too(tmp_path: Path) -> None:
    (tmp_path / "mypack").mkdir()
    (tmp_path / "mypack" / "models.py").write_text(ECHO)
    assert create_model("mypack.models:Echo").complete(REQUEST).text == "echo p"


def test_modules_beside_a_file_can_be_imported_and_dataclasses_work(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "beside_it.py").write_text("WORD = 'beside'")
    (folder / "with_data.py").write_text(
        "from dataclasses import dataclass\nfrom beside_it import WORD\nfrom harness.models import Completion\n"
        "@dataclass\nclass Data:\n    model: str\n    n: int = 0\n"
        "    def complete(self, request): return Completion(text=f'{WORD} {self.model} {self.n}')\n"
    )
    model = create_model("a folder/with_data.py:Data/llama3:8b", ModelContext(n=4))
    assert model.complete(REQUEST).text == "beside llama3:8b 4"


def test_a_plug_in_gets_only_the_options_it_declares(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "plug.py").write_text(
        ECHO + "got = []\n"
        "def narrow(model, seed, missing='d'): got.append((model, seed, missing)); return Echo()\n"
        "def wide(model, **options): got.append((model, options)); return Echo()\n"
        "def positional(model, /, n): got.append((model, n)); return Echo()\n"
    )
    register(monkeypatch, narrow="plug:narrow", wide="plug:wide", positional="plug:positional")
    monkeypatch.syspath_prepend(str(tmp_path))
    context = ModelContext(seed=3, n=2)
    for name in ("narrow/a/b:c", "wide", "positional/x"):
        create_model(name, context, base_url="http://x", timeout_s=None)
    assert sys.modules["plug"].got == [
        ("a/b:c", 3, "d"),
        ("", {"seed": 3, "n": 2, "base_url": "http://x"}),
        ("x", 2),
    ]


def test_options_win_over_the_context(tmp_path: Path) -> None:
    (tmp_path / "o.py").write_text(
        "class M:\n    def __init__(self, seed): self.seed = seed\n    def complete(self, request): raise ValueError(self.seed)"
    )
    with pytest.raises(ValueError, match="9"):
        create_model("o.py:M", ModelContext(seed=1), seed=9).complete(REQUEST)


MISTAKES: dict[str, str] = {
    "opnai/gpt-5": r'^no backend "opnai"\. Did you mean "openai"\? What is installed: harness models$',
    "zzz": r'^no backend "zzz"\. What is installed: harness models$',
    "openai/llama3:latest/x": r"^OPENAI_API_KEY is not set",  # a backend, though it looks like module:Class
    "openai": r'openai needs the name of a model: "openai/gpt-…"',
    "empty/x": r'^"empty/x": empty takes no model name\. Write "empty"$',
    "reference": r'^reference needs the option "suite", which is not given here$',
    "absent.py:Echo": r"^absent\.py is not there",
    "no_such_package.mod:Echo": r"^no_such_package\.mod cannot be imported: ModuleNotFoundError",
    "bad.py:Echo": r"^bad\.py cannot be imported: SyntaxError",
    "exits.py:Echo": r"^exits\.py cannot be imported: SystemExit: 3$",
    "good.py:Ehco": r'^good\.py: no "Ehco" in it\. Did you mean "Echo"\?$',
    "good.py:Completion": r'^good\.py:Completion needs the option "text"',
    "good.py": r"^good\.py: the class in the file is missing\. Write good\.py:Echo \(there are Echo, Later\)$",
    "good.py/llama3.2:8b": r"^good\.py/llama3\.2:8b: the class in the file is missing\. Write good\.py:Echo/llama3\.2:8b \(",
    "absent.py": r"^absent\.py is not there\. A model in a file is named my_models\.py:Class$",
    "mypack.models/x": r"^mypack\.models/x: the class in the module is missing\. Write mypack\.models:Class/x$",
    "good.py:thread": r'^good\.py: no "thread" in it\.$',
    "wants.py:Echo": r"No module named 'no_such_library'\. Get it: pip install no_such_library$",
    "good.py:Later": r"^good\.py:Later: complete is async, and has to be an ordinary function\.",
    "good.py:Bare": r"^good\.py:Bare: a Bare without complete\(request\)\. See docs/add-a-model\.md$",
    "good.py:Fails": r"^good\.py:Fails cannot be set up: OSError: no GPU$",
    "good.py:NUMBER": r"^good\.py:NUMBER: a int without complete",
    "broken/x": r'^backend "broken" \(no_such:thing\) cannot be imported: ModuleNotFoundError',
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gets_one_line_and_a_way_out(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    register(monkeypatch, broken="no_such:thing")
    (tmp_path / "good.py").write_text(
        "import threading\n" + ECHO + "class Later:\n    async def complete(self, request): pass\n"
        "NUMBER = 3\nclass Bare: pass\nclass Fails(Echo):\n    def __init__(self): raise OSError('no\\nGPU')\n"
    )
    (tmp_path / "mypack").mkdir()
    (tmp_path / "mypack" / "models.py").write_text(ECHO)
    (tmp_path / "wants.py").write_text("import no_such_library.parts\n")
    (tmp_path / "bad.py").write_text("class Echo(:\n")
    (tmp_path / "exits.py").write_text("import sys; sys.exit(3)\n")
    with pytest.raises(ConfigError, match=MISTAKES[name]) as caught:
        create_model(name)
    assert "\n" not in str(caught.value)


def test_a_plug_in_that_returns_something_else_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "r.py").write_text(
        "from harness.models import Completion\n"
        "class Bare:\n    def complete(self, request): return 'text'\n"
        "async def answer(request): pass\n"
        "class Hidden:\n    def complete(self, request): return answer(request)\n"
        "class NoText:\n    def complete(self, request): return Completion(text=None)\n"
    )
    with pytest.raises(BackendError, match=r"r\.py:Bare: complete\(\) returned str, not a Completion"):
        create_model("r.py:Bare").complete(REQUEST)
    with pytest.raises(ModelUnavailable, match=r"r\.py:Hidden: complete is async"):
        create_model("r.py:Hidden").complete(REQUEST)
    with pytest.raises(BackendError, match=r"r\.py:NoText: Completion\.text is NoneType, not str"):
        create_model("r.py:NoText").complete(REQUEST)


def test_a_plug_ins_own_methods_are_used_and_its_text_made_storable(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "from harness.models import Completion\n"
        "class Own:\n"
        "    closed = 0\n"
        "    def complete(self, request): return Completion(text='a\\ud83d\\ude00\\ud800', reasoning='\\udfff')\n"
        "    def retry_kind(self, error): return 'rate_limit'\n"
        "    def close(self): Own.closed += 1\n"
        "    def describe(self): return 'own'\n"
    )
    model = create_model("own.py:Own")
    assert model.complete(REQUEST) == Completion("a😀\ufffd", reasoning="\ufffd")
    assert (model.retry_kind(KeyError()), describe_model(model)) == ("rate_limit", "own")
    model.close()
    assert sys.modules["own"].Own.closed == 1


def test_the_list_says_what_a_backend_needs_and_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("wants.py").write_text("import no_such_library\n")
    monkeypatch.syspath_prepend(str(Path.cwd()))
    register(monkeypatch, broken="no_such:thing", wants="wants:Echo")
    found: dict[str, Any] = {backend.name: backend for backend in installed_backends({})}
    assert list(found) == sorted(found)
    assert found["openai"].missing == ("OPENAI_API_KEY is not set",)
    assert found["openai"].needs.packages == ("openai",)
    assert found["reference"].missing == ()
    assert "cannot be imported" in found["broken"].missing[0]
    assert found["wants"].missing == ("package no_such_library (pip install no_such_library)",)
    with_key = {backend.name: backend.missing for backend in installed_backends({"OPENAI_API_KEY": "k"})}
    assert with_key["openai"] == ()


def test_the_real_entry_points_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert isinstance(installed_backends(), list)
