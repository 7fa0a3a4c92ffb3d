"""What there is to say of an installed suite without running it: size, tasks, licence, place, pinned or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import HarnessError
from harness.process.program import run_program
from harness.suites.fetch import SUITES, recorded
from harness.suites.locate import environment_variable, find_reader, find_root
from harness.suites.reader import Source, SuiteReader


@dataclass(frozen=True, slots=True)
class Listed:
    reader: SuiteReader
    size: int | None
    """Problems, as published; of suites without a published number those that were read; None where none is here."""
    root: Path | None
    version: str | None
    """Of a native suite; a published one goes by its commit."""
    errata: int
    commit: str | None
    """What is checked out there; None where that cannot be said."""
    digests: Mapping[str, str] | None = None
    """Task → the suite's digest, as recorded when it was fetched; None of what was not fetched here."""

    @property
    def pinned(self) -> bool | None:
        """Whether the pinned commit is checked out, unchanged; None for a suite that has none, or is not here."""
        if self.reader.source is None or self.root is None:
            return None
        return self.commit == self.reader.source.commit

    @property
    def variable(self) -> str:
        return environment_variable(self.reader.name)

    @property
    def pinned_words(self) -> str:
        if self.pinned is None:
            return "–"
        if self.pinned:
            return f"{self.commit}"[:7]
        return f"no: {self.commit[:15]}" if self.commit else "no: not known"


def listed(name: str) -> Listed:
    """Raises ConfigError where the installed reader is none."""
    reader = find_reader(name)
    try:
        root = find_root(reader, None)
    except HarnessError:
        return Listed(reader, reader.size, None, None, 0, None)
    commit = None if reader.source is None else _commit(reader.source, root)
    digests = _digests(reader, root, commit)
    if reader.size is not None:
        return Listed(reader, reader.size, root, None, 0, commit, digests)
    try:
        suite = reader.read(root, reader.tasks[0])
    except HarnessError:
        return Listed(reader, None, root, None, 0, commit, digests)
    version = None if reader.default_root is None else suite.version
    return Listed(reader, len(suite.problems), root, version, len(suite.errata), commit, digests)


def _digests(reader: SuiteReader, root: Path, commit: str | None) -> dict[str, str] | None:
    found = recorded().get(reader.name, {})
    if commit is None or root != SUITES / reader.name or found.get("commit") != commit:
        return None
    return {str(task): str(digest) for task, digest in found.get("digests", {}).items()}


def _commit(source: Source, root: Path) -> str | None:
    """The commit of a checkout that begins at ``root``; of the pinned one with changes ``<7 digits>+changes``."""
    asked = ["git", "-C", str(root), "--no-optional-locks"]
    top = run_program([*asked, "rev-parse", "--show-toplevel", "HEAD"], wall_s=20)
    lines = top.output.split()
    if not top.ok or len(lines) != 2 or Path(lines[0]).resolve() != root.resolve():
        return None
    changed = run_program([*asked, "status", "--porcelain", "--untracked-files=no"], wall_s=60)
    clean = changed.ok and not changed.output.strip()
    return lines[1] if clean or lines[1] != source.commit else f"{lines[1][:7]}+changes"
