"""make suites: a published suite at its pinned commit from a local copy, what was read recorded, one line for what fails."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
from test_suite_listing import git

from harness.cli.main import main
from harness.errors import ConfigError, HarnessError
from harness.records.outcome import Task
from harness.suites import locate
from harness.suites.fetch import DIGESTS, SUITES, fetch
from harness.suites.reader import Source, SuiteReader
from harness.suites.rtllm import reader_2_0

LOOKALIKE = Path(__file__).parents[1] / "data" / "rtllm_lookalike"


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SuiteReader:
    """A reader whose suite stands in a repository of two commits, the first of them pinned; the place to fetch to."""
    folder = tmp_path / "published"
    shutil.copytree(LOOKALIKE, folder)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    commit = git(folder, "rev-parse", "HEAD")
    shutil.rmtree(folder / "Control")
    git(folder, "commit", "-q", "-a", "-m", "two")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return dataclasses.replace(reader_2_0, source=Source(folder.as_uri(), commit))


def test_the_pinned_commit_is_checked_out_and_its_digest_recorded(published: SuiteReader) -> None:
    found = fetch(published, None)
    assert (found.root, found.problems) == (SUITES / "rtllm-2.0", 2)
    suite = reader_2_0.read(LOOKALIKE, Task.SPEC_TO_RTL)
    assert found.digests == {Task.SPEC_TO_RTL: suite.digest}
    document = json.loads(DIGESTS.read_text())
    assert document["suites"]["rtllm-2.0"]["digests"] == {"spec-to-rtl": suite.digest}
    (found.root / "mine").write_text("stays")
    assert fetch(published, "/nowhere") == found  # nothing to clone any more
    assert (found.root / "mine").exists()


def test_a_clone_that_was_killed_is_done_again(published: SuiteReader) -> None:
    (SUITES / ".rtllm-2.0.part" / ".git").mkdir(parents=True)
    assert fetch(published, None).problems == 2
    assert [path.name for path in SUITES.iterdir() if path.is_dir()] == ["rtllm-2.0"]


def test_a_folder_that_is_no_checkout_is_left_alone(published: SuiteReader) -> None:
    (SUITES / "rtllm-2.0").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"\.suites/rtllm-2.0 is there and is no checkout; move it away"):
        fetch(published, None)


def test_what_git_says_is_said_and_nothing_half_is_left(published: SuiteReader) -> None:
    with pytest.raises(HarnessError, match=r"git clone /nowhere .*does not exist"):
        fetch(published, "/nowhere")
    assert not (SUITES / "rtllm-2.0").exists()


def test_one_suite_that_fails_does_not_stop_the_others(
    published: SuiteReader, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = {name: dataclasses.replace(published, name=name) for name in ("a", "b")}
    monkeypatch.setattr(locate, "suite_names", lambda: list(readers))
    monkeypatch.setattr(locate, "find_reader", readers.__getitem__)
    monkeypatch.setattr("harness.suites.listing.find_reader", readers.__getitem__)
    assert main(["suites", "--fetch", "--from", "a", "/nowhere", "--json"]) == 1
    said = capsys.readouterr()
    assert "error: suite a: git clone /nowhere" in said.err
    first, second = json.loads(said.out)
    assert (first["path"], second["pinned"]) == (None, True)
    assert list(second["digests"]) == ["spec-to-rtl"]
