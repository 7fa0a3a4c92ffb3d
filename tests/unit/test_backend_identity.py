"""Another server, another plug-in or an edited one is another run; runs that do not say what was asked go on."""

import json
import sys
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.errors import ConfigError
from harness.models import Request, create_model
from harness.models.identity import backend_identity
from harness.records.run import RunConfig
from harness.runs.folder import RunFolder, runs_with
from harness.runs.opening import run_path
from harness.runs.options import RunOptions
from harness.runs.replies import ReplyCache

CODE = (
    "from harness.models import Completion\nclass Echo:\n    def __init__(self, base_url='none'): self.at = base_url\n"
)
BODY = "    def complete(self, request): return Completion(self.at)\n    def cache_key(self, request): return {}\n"
CONFIG = RunConfig(
    *("core", "1.0", "sha256:s", "spec-to-rtl", "default", "vllm/m", {"n": 4}, "sha256:p"),
    *(("synthesize",), {"iverilog": "11.0"}, "bwrap", 1, "0.1"),
)
REQUEST = Request("p", 0)
HERE, THERE = {"base_url": "http://a/v1"}, {"base_url": "http://b/v1"}


@pytest.fixture(autouse=True)
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("HARNESS_RESULTS", str(tmp_path / "results"))
    return tmp_path / "results" / "runs"


def test_the_server_that_is_asked_is_named_wherever_it_comes_from() -> None:
    ours = backend_identity("vllm/m", None, {})
    assert ours["base_url"].startswith("http://")
    assert backend_identity("vllm/m", ours["base_url"] + "/", {}) == ours
    assert backend_identity("vllm/m", None, {"VLLM_BASE_URL": "http://b/v1"}) == THERE
    assert backend_identity("vllm/m", "http://a/v1", {"VLLM_BASE_URL": "http://b/v1"}) == HERE


@pytest.mark.parametrize("model", ["vllm/m", "my_models.py:Echo"])
@pytest.mark.parametrize(
    "secret", ["http://u:hush@a/v1?k=hush#hush", "u:hush@a/v1?k=hush", "http://a/hush-hush-hush/v1"]
)
def test_no_key_of_an_address_reaches_the_disk(model: str, secret: str) -> None:
    assert "hush" not in json.dumps(backend_identity(model, secret, {"MY_API_KEY": "hush-hush-hush"}))


@pytest.mark.parametrize("model", ["faulty", "replay/x.jsonl", "no_such/x", "absent.py:Echo", "http://[:X"])
def test_what_has_no_server_and_no_code_of_its_own_says_nothing(model: str) -> None:
    assert backend_identity(model, None, {}) == {}


def test_an_edited_file_or_module_is_another_backend_and_its_kept_replies_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "my_models.py"
    path.write_text(CODE + BODY)
    names = ("my_models.py:Echo/x", "my_models:Echo", str(path) + ":Echo")
    before = [backend_identity(name, None, {}) for name in names]
    assert {tuple(found) for found in before} == {("file",)}
    model = create_model(names[0])
    key = ReplyCache(model, names[0]).key(REQUEST)
    assert ReplyCache(model, names[0]).key(REQUEST) == key
    path.write_text(CODE + BODY + "# edited\n")
    for name, old in zip(names, before, strict=True):
        assert backend_identity(name, None, {}) != old
    assert ReplyCache(model, names[0]).key(REQUEST) != key


def test_a_package_says_its_version_and_its_variable_names_its_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_backend.py").write_text(CODE + BODY)
    info = tmp_path / "my_backend-0.1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[harness.models]\nmine = my_backend:Echo\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-backend\nVersion: 0.1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "mine" in {entry.name for entry in metadata.entry_points(group="harness.models")}
    found = backend_identity("mine/x", None, {"MINE_BASE_URL": "http://b/v1"})
    assert (found["base_url"], found["package"], found["file"][:7]) == ("http://b/v1", "my-backend 0.1", "sha256:")
    monkeypatch.setenv("MINE_BASE_URL", "http://b/v1")
    assert create_model("mine/x").complete(REQUEST).text == "http://b/v1"
    assert create_model("mine/x", base_url="http://c").complete(REQUEST).text == "http://c"


def test_another_server_is_another_run_and_refused_in_the_same_folder(tmp_path: Path) -> None:
    one, other = replace(CONFIG, backend=HERE), replace(CONFIG, backend=THERE)
    assert len({config.default_name() for config in (CONFIG, one, other)}) == 3
    RunFolder.create(tmp_path / "run", one).close()
    RunFolder.create(tmp_path / "run", one).close()
    assert RunFolder.read(tmp_path / "run").config == one
    with pytest.raises(
        ConfigError, match=r"asked at: http://a/v1, now http://b/v1\); choose another --run, or --moved"
    ):
        RunFolder.create(tmp_path / "run", other)


def test_a_server_that_moved_goes_on_with_its_run_which_keeps_all_its_addresses(tmp_path: Path) -> None:
    path, first, second = tmp_path / "run", replace(CONFIG, backend=HERE), replace(CONFIG, backend=THERE)
    RunFolder.create(path, first, moved=True).close()
    for _ in range(2):
        RunFolder.create(path, second, moved=True).close()
        found = RunFolder.read(path).config
        assert (found.backend, found.moved) == (HERE, ("http://b/v1",))
        assert found.parameters_digest == first.parameters_digest
    RunFolder.create(path, first).close()
    assert RunFolder.read(path).config.moved == ("http://b/v1",)
    with pytest.raises(ConfigError, match=r"\(seed: 1, now 2\); choose another --run$"):
        RunFolder.create(path, replace(second, seed=2), moved=True)


def test_a_run_that_moved_is_named() -> None:
    assert main(["bench", "--model", "reference", "--limit", "1", "--moved", "--quiet"]) == 2


def test_a_run_from_before_goes_on_under_its_name_and_belongs_to_the_first_that_does(results: Path) -> None:
    model = "/some/where/my_models.py:Echo/x"
    old = replace(CONFIG, model=model)
    one, other = (replace(old, backend=backend) for backend in (HERE, THERE))
    folder = results / old.former_name()
    RunFolder.create(folder, old).close()
    assert run_path(RunOptions(), one) == folder
    RunFolder.create(folder, one).close()
    assert RunFolder.read(folder).config.backend == HERE
    assert run_path(RunOptions(), one) == folder
    assert run_path(RunOptions(), other) == results / other.default_name()


def test_a_run_that_no_server_was_asked_for_yet_belongs_to_the_first_and_its_batch_still_finds_it(
    results: Path,
) -> None:
    RunFolder.create(results / CONFIG.default_name(), CONFIG).close()
    one = replace(CONFIG, backend=HERE)
    RunFolder.create(run_path(RunOptions(), one), one).close()
    with RunFolder.create(run_path(RunOptions(), CONFIG), CONFIG) as folder:
        assert folder.config.backend == HERE, "who writes another batch takes nothing away"
    other = replace(CONFIG, backend=THERE)
    RunFolder.create(run_path(RunOptions(), other), other).close()
    assert runs_with(CONFIG.parameters_digest)[0] == results / CONFIG.default_name()
    assert runs_with(other.parameters_digest) == [results / other.default_name()]


def test_the_name_of_a_run_holds_no_folder_of_the_models_file() -> None:
    named = replace(CONFIG, model="/some/where/my_models.py:Echo/x").default_name()
    assert named.startswith("core-spec-to-rtl-my_models.py-Echo-x-")
