"""``make suites``: check published suites out at their pinned commits, into ``.suites/<name>`` (ignored by git)."""

from pathlib import Path

from harness.errors import ConfigError, HarnessError
from harness.process.program import run_program
from harness.suites.reader import SuiteReader

CLONE_S = 900.0


def fetch(reader: SuiteReader, origin: str | None) -> Path:
    """Clone from ``origin`` (a URL or a local path; default: where the suite is published) and check the commit out.

    What is there already at that commit stays. Raises ConfigError or HarnessError, saying what git said.
    """
    source = reader.source
    if source is None:
        raise ConfigError(f"suite {reader.name} travels with the harness; there is nothing to fetch")
    target = Path(".suites") / reader.name
    if run_program(["git", "-C", str(target), "rev-parse", "HEAD"], wall_s=20).output.strip() == source.commit:
        return target
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        _git(["clone", "--quiet", "--no-checkout", origin or source.url, str(target)])
    _git(["-C", str(target), "checkout", "--quiet", "--detach", source.commit])
    return target


def _git(arguments: list[str]) -> None:
    found = run_program(["git", *arguments], wall_s=CLONE_S)
    if not found.ok:
        said = found.last_line or "no answer in time"
        raise HarnessError(f"git {' '.join(arguments[:2])} …: {said}. A local copy will do as well: see `make help`")
