"""A run as something that is handed in: its digest, and the list of those that were verified."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.errors import ConfigError
from harness.records import shape
from harness.runs import report
from harness.runs.folder import RunFolder, write_whole
from harness.runs.golden import GOLDEN, golden_entries

VERIFIED = "verified.json"
_HONEST_DIFFERENCES = ("measured", "sandbox")
"""What two honest runs of the same parameters may differ in."""


def submission_digest(folder: RunFolder) -> str:
    """``sha256:…`` over what a run says: its identity, its replies and its grades, the last line of each key, and what
    its figures depend on besides: problems.json, and golden.json without the keys of its entries.

    Where it lies, its name, its sandbox, the order of its lines and all that was measured do not matter.
    """
    digest = hashlib.sha256()
    about = folder.config.to_json("")
    if about["backend"] is None:  # runs that do not say it keep the digest under which they were verified
        del about["backend"]
    _add(digest, {key: value for key, value in about.items() if key not in _HONEST_DIFFERENCES})
    for _, (offset, _) in sorted(folder.answer_index().items()):
        _add(digest, _lasting(folder.answer_at(offset).to_json()))
    lines = {grade.key: _line(_lasting(grade.to_json())) for grade in folder.grades()}
    for _, line in sorted(lines.items()):
        digest.update(line)
    _add(digest, {report.FACTS: _document(folder.path / report.FACTS), GOLDEN: golden_entries(folder.path)})
    return f"sha256:{digest.hexdigest()}"


def _document(path: Path) -> Any:
    """None where there is no such file, or none that is whole: no figure depends on it then."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _lasting(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key not in _HONEST_DIFFERENCES}


def _line(value: Mapping[str, Any]) -> bytes:
    """32 bytes for a line, so that a run of 100,000 samples fits into memory."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()


def _add(digest: Any, value: Mapping[str, Any]) -> None:
    digest.update(_line(value))


def read_verified(path: Path) -> dict[str, dict[str, Any]]:
    """Digest → what was checked (``run``, ``checked``, ``samples``, ``date``); empty where there is no such file.

    Raises ConfigError where it is not whole.
    """
    if not path.exists():
        return {}
    try:
        entries = shape.table(shape.table(json.loads(path.read_text("utf-8")))["verified"])
        return {digest: shape.table(entry) for digest, entry in entries.items()}
    except (OSError, ValueError, KeyError, RecursionError) as error:
        raise ConfigError(f"{path}: not a whole list of verified submissions ({error})") from error


def note_verified(path: Path, digest: str, entry: Mapping[str, Any]) -> None:
    """Put a submission on the list; of two checks of the same one that of more samples stays."""
    entries = read_verified(path)
    before = entries.get(digest, {}).get("checked")
    if not isinstance(before, int) or before <= entry["checked"]:
        entries[digest] = dict(entry)
    document = {"schema": 1, "verified": dict(sorted(entries.items()))}
    write_whole(path, json.dumps(document, indent=1) + "\n")
